"""What a WebP that was written may hold, read from its bytes with a reader of its own.

Bytes hidden inside a VP8, VP8L or ALPH bit stream, behind the last bit its decoder reads, are not seen here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from paravent.errors import Held
from paravent.verify.motion import Motion
from paravent.verify.profiles import Allowed

_ORDER = re.compile(r"VP8 |VP8L|VP8X;(ICCP;)?((ALPH;)?VP8 |VP8L)(;EXIF)?")
_MOVING_ORDER = re.compile(r"VP8X;(ICCP;)?ANIM(;ANMF)+(;EXIF)?")
_FRAME_ORDER = re.compile(r"(ALPH;)?VP8 |VP8L")
_KNOWN = {"VP8X", "ICCP", "ALPH", "VP8 ", "VP8L", "EXIF", "ANIM", "ANMF"}
_MAX_CHUNKS = 10_000
_ANIMATION, _EXIF, _ALPHA, _PROFILE = 0x02, 0x08, 0x10, 0x20  # RFC 9649, 2.7
# RFC 9649, 2.7.1.1: the frame is put in place of what is there, not blended.
_REPLACE = 0x02
# The one form an orientation may take: big endian TIFF, one directory with one entry, Orientation, SHORT.
_MARK = re.compile(rb"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0([\x01-\x08])\0\0\0\0\0\0", re.DOTALL)


def check(data: bytes, *, orientation: int | None, profiles: Allowed) -> Motion:
    """Pass if the file holds nothing but a picture or an animation, a permitted profile and an orientation mark.

    orientation: what the file must state, 1 meaning no mark; None (no plan is known) permits any mark of the fixed form.
    profiles: the permitted ICC profiles, byte for byte; under a plan, one of them must be there unless there are none.
    Returns what it says of its animation. Raises Held("container").
    """
    chunks = list(_chunks(_body(data)))
    order = ";".join(name for name, _ in chunks)
    moving = _MOVING_ORDER.fullmatch(order)
    if not moving and not _ORDER.fullmatch(order):
        odd = next((f"WebP {name}" for name, _ in chunks if name not in _KNOWN), "WebP order")
        raise Held("container", detail=odd)
    parts = dict(chunks)
    planned = orientation is not None
    motion = Motion()
    if moving:
        width, height, alpha, motion = _animation(chunks, planned)
    else:
        width, height, alpha = _picture(parts)
    if "VP8X" in parts:
        flags = _ANIMATION * bool(moving) | _PROFILE * ("ICCP" in parts) | _ALPHA * alpha | _EXIF * ("EXIF" in parts)
        canvas = bytes((flags, 0, 0, 0)) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        if parts["VP8X"] != canvas:
            raise Held("container", detail="WebP VP8X")
    if (profile := parts.get("ICCP")) not in profiles and (profile is not None or (planned and profiles)):
        raise Held("container", detail="WebP ICCP")
    _check_mark(parts.get("EXIF"), orientation)
    return motion


def _body(data: bytes) -> bytes:
    if len(data) < 20 or data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise Held("container", detail="WebP signature")
    if int.from_bytes(data[4:8], "little") != len(data) - 8:
        raise Held("container", detail="bytes behind the end")
    return data[12:]


def _chunks(data: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    for _ in range(_MAX_CHUNKS):
        if at == len(data):
            return
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        stop = at + 8 + length
        if len(data) - at < 8 or stop + length % 2 > len(data):
            raise Held("container", detail="WebP cut off")
        if length % 2 and data[stop]:
            raise Held("container", detail="WebP padding")
        name = data[at : at + 4]
        yield (name.decode() if re.fullmatch(rb"[A-Z0-9]{3}[A-Z0-9 ]", name) else "?"), data[at + 8 : stop]
        at = stop + length % 2
    raise Held("container", detail="WebP chunks")


def _animation(chunks: list[tuple[str, bytes]], planned: bool) -> tuple[int, int, bool, Motion]:
    """Width, height, alpha and timing of an animation whose chunks are in order.

    planned: the file is one of ours, which put frames in place and leave them there, the first filling the canvas.
    """
    parts = dict(chunks)
    canvas, control = parts["VP8X"], parts["ANIM"]
    if len(canvas) != 10 or len(control) != 6 or (planned and control[:4] != bytes(4)):
        raise Held("container", detail="WebP ANIM")
    width, height = (int.from_bytes(canvas[i : i + 3], "little") + 1 for i in (4, 7))
    frames = [_frame(content, width, height, planned) for name, content in chunks if name == "ANMF"]
    sizes, alphas, timing = zip(*frames, strict=True)
    if planned and (len(frames) < 2 or sizes[0] != (width, height)):
        raise Held("container", detail="WebP ANMF")
    return width, height, any(alphas), Motion(timing, int.from_bytes(control[4:], "little"))


def _frame(content: bytes, width: int, height: int, planned: bool) -> tuple[tuple[int, int], bool, int]:
    """Size, alpha and duration of ANMF (RFC 9649, 2.7.1.1), which lies inside the canvas and holds one picture only."""
    left, top, columns, rows, duration = (int.from_bytes(content[i : i + 3], "little") for i in range(0, 15, 3))
    chunks = list(_chunks(content[16:]))
    if len(content) < 16 or not _FRAME_ORDER.fullmatch(";".join(name for name, _ in chunks)):
        raise Held("container", detail="WebP ANMF")
    found = _picture(dict(chunks))
    inside = 2 * left + columns < width and 2 * top + rows < height
    if not inside or found[:2] != (columns + 1, rows + 1) or content[15] > 3 or (planned and content[15] != _REPLACE):
        raise Held("container", detail="WebP ANMF")
    return found[:2], found[2], duration


def _picture(parts: dict[str, bytes]) -> tuple[int, int, bool]:
    """Width, height, alpha."""
    return _lossless(parts["VP8L"]) if "VP8L" in parts else _lossy(parts["VP8 "], "ALPH" in parts)


def _lossless(stream: bytes) -> tuple[int, int, bool]:
    """Width, height, alpha of a VP8L stream (RFC 9649, 3.4)."""
    if len(stream) < 6 or stream[0] != 0x2F:
        raise Held("container", detail="WebP VP8L")
    word = int.from_bytes(stream[1:5], "little")
    if word >> 29:
        raise Held("container", detail="WebP VP8L")
    return (word & 0x3FFF) + 1, (word >> 14 & 0x3FFF) + 1, bool(word >> 28 & 1)


def _lossy(stream: bytes, alpha: bool) -> tuple[int, int, bool]:
    """Width, height, alpha of a VP8 key frame that is shown (RFC 6386, 9.1) and whose first partition fits."""
    tag = int.from_bytes(stream[:3], "little")
    if len(stream) < 11 or stream[3:6] != bytes((0x9D, 0x01, 0x2A)) or tag & 1 or not tag >> 4 & 1:
        raise Held("container", detail="WebP VP8")
    if 10 + (tag >> 5) > len(stream) or stream[7] >> 6 or stream[9] >> 6:
        raise Held("container", detail="WebP VP8")
    width, height = int.from_bytes(stream[6:8], "little"), int.from_bytes(stream[8:10], "little")
    if not width or not height:
        raise Held("container", detail="WebP VP8")
    return width, height, alpha


def _check_mark(content: bytes | None, orientation: int | None) -> None:
    stated = 1
    if content is not None:
        found = _MARK.fullmatch(content)
        if found is None:
            raise Held("container", detail="WebP EXIF")
        stated = found[1][0]
    if orientation is not None and (stated != orientation or (content is None) != (orientation == 1)):
        raise Held("container", detail="WebP orientation")
