"""Looks for a secret in the bytes of a picture file, in every customary coding, and for second pictures."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator
from io import BytesIO

import numpy as np
import pillow_heif
from PIL import Image, ImageSequence

from heif_kit import Heif, Part, parse
from picture_kit import chunks, png_of
from plants_kit import SECRET_COLOUR

_MAX_INFLATED = 1 << 18
_COLOUR_TOLERANCE = 60  # lossy coding changes the secret colour a little; no drawn picture comes near it
_PICTURES = re.compile(
    rb"\xff\xd8\xff[\xc0-\xfe]|\x89PNG\r\n\x1a\n|RIFF....WEBP|GIF8[79]a|....ftyp(?=[a-z0-9 ]{4})|\0\0\0\x0cjP  \r\n",
    re.DOTALL,
)
# Formats by how they begin; the format of a copy is taken from its bytes.
_KINDS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "JPEG2000", "AVIF")
_CODED = (b"hvc1", b"av01")
_SHAPING = (b"clap", b"irot", b"imir", b"auxC")


def leaks(data: bytes, secret: bytes) -> list[str]:
    """In which ways the file still holds the secret or a picture besides its own; empty if it is clean."""
    found = [f"{how} in {where}" for where, view in _views(data) for how, code in codings(secret) if code in view]
    found += [f"second picture at {match.start()}" for match in _PICTURES.finditer(data, _own_head(data))]
    found += [f"secret colour in {where}" for where, samples in _pictures(data) if _has_colour(samples)]
    return found


def codings(secret: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of all ways to write the secret that are looked for."""
    text = secret.decode("ascii")
    yield "raw", secret
    yield "backwards", secret[::-1]
    for width in (2, 4):
        yield f"swapped by {width}", b"".join(secret[at : at + width][::-1] for at in range(0, len(secret), width))
    yield "UTF-16-LE", text.encode("utf-16-le")
    yield "UTF-16-BE", text.encode("utf-16-be")
    yield "UTF-32-LE", text.encode("utf-32-le")
    for shift in range(3):
        # Characters that depend on what stands around the secret are left out.
        coded = base64.b64encode(bytes(shift) + secret)
        yield f"base64 at {shift}", coded[-(-8 * shift // 6) : (shift + len(secret)) * 8 // 6]
    yield "hex", secret.hex().encode()
    yield "HEX", secret.hex().upper().encode()
    yield "percent", b"".join(b"%%%02x" % value for value in secret)
    yield "PERCENT", b"".join(b"%%%02X" % value for value in secret)


def _own_head(data: bytes) -> int:
    """Behind the signature of the file itself; JPEG 2000 has a file type box behind it."""
    return 20 if data.startswith(b"\0\0\0\x0cjP") else 4


def _views(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The file, what its parts are when put together, what inflates, and all samples."""
    yield "the file", data
    for step in (2, 3, 4):
        for first in range(step):
            yield f"every {step} bytes from {first}", data[first::step]
    yield from _joined(data)
    yield from _inflated(data)
    for where, samples in _pictures(data):
        yield where, samples.tobytes()
        yield f"{where} without alpha", np.ascontiguousarray(samples[..., :3]).tobytes()
        for plane in range(samples.shape[2]):
            yield f"plane {plane} of {where}", np.ascontiguousarray(samples[..., plane]).tobytes()


def _joined(data: bytes) -> Iterator[tuple[str, bytes]]:
    if data.startswith(b"\x89PNG"):
        try:
            parts = chunks(data)
        except Exception:  # a broken file is searched as it is
            return
        for wanted, skip in ((b"IDAT", 0), (b"fdAT", 4)):
            whole = b"".join(content[skip:] for name, content in parts if name == wanted)
            yield f"joined {wanted.decode()}", whole
            yield from _inflated(whole)
    elif data.startswith(b"BM") and len(data) > 54:
        offset, width, bits = (int.from_bytes(data[at : at + size], "little") for at, size in ((10, 4), (18, 4), (28, 2)))
        used, row = (width * bits + 7) // 8, (width * bits + 31) // 32 * 4
        yield "row padding", b"".join(data[at + used : at + row] for at in range(offset, len(data), max(row, 4)))
    elif data.startswith(b"GIF8"):
        # A sub-block holds at most 255 bytes: where a full one ends, the length of the next stands in between.
        ends = (at + 256 for at in range(len(data)) if data[at] == 0xFF)
        yield "joined sub-blocks", b"\0".join(data[max(0, end - 99) : end] + data[end + 1 : end + 100] for end in ends)


def _inflated(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Whatever inflates, from every offset: raw streams, and so those of zlib and gzip behind their headers."""
    for at in range(len(data) - 4):
        if data[at] & 7 in (6, 7):  # no type of block
            continue
        stream = zlib.decompressobj(-15)
        try:
            content = stream.decompress(data[at:], _MAX_INFLATED)
        except zlib.error:
            continue
        if len(content) >= 8:
            yield f"deflated at {at}", content


def _pictures(data: bytes) -> Iterator[tuple[str, np.ndarray]]:
    """Samples (h, w, c) of every picture that can be decoded, also of those that are not shown."""
    for where, single in _files(data):
        try:
            yield from ((f"{where}, frame {n}", frame) for n, frame in enumerate(_frames(single)))
        except Exception:  # what cannot be decoded is searched as bytes
            continue


def _files(data: bytes) -> Iterator[tuple[str, bytes]]:
    yield "the picture", data
    try:
        if data.startswith(b"\x89PNG") and b"acTL" in data:
            still = [part for part in chunks(data) if part[0] not in (b"acTL", b"fcTL", b"fdAT")]
            yield "the default image", png_of(still)
        elif data[4:8] == b"ftyp":
            file = parse(data)
            for part in file.parts:
                if part.kind in _CODED:
                    shaped = [prop for prop in part.props if prop[0] not in _SHAPING]
                    yield f"item {part.number}", Heif(file.ftyp, [Part(1, part.kind, part.content, shaped)]).bytes()
    except Exception:  # boxes that the kit cannot take apart
        return


def _frames(data: bytes) -> Iterator[np.ndarray]:
    if data[4:8] == b"ftyp" and b"av0" not in data[:3000]:
        image = pillow_heif.open_heif(data, convert_hdr_to_8bit=False)[0]
        yield np.atleast_3d(np.asarray(image))
        return
    with Image.open(BytesIO(data), formats=_KINDS) as image:
        for frame in ImageSequence.Iterator(image):
            palette = frame.getpalette("RGB") if frame.mode == "P" else None
            if palette:
                yield np.array(palette, np.uint8).reshape(1, -1, 3)
            yield np.atleast_3d(np.asarray(frame.convert("RGBA") if frame.mode in ("P", "PA") else frame))


def _has_colour(samples: np.ndarray) -> bool:
    if samples.shape[2] < 3:
        return False
    peak = 255 if samples.dtype == np.uint8 else 65535
    difference = np.abs(samples[..., :3] * (255 / peak) - np.array(SECRET_COLOUR)).max(axis=2)
    return bool((difference < _COLOUR_TOLERANCE).any())
