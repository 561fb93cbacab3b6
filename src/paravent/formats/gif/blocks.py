"""The blocks of GIF (GIF89a specification), read and written."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO

import numpy as np
from PIL import Image

from paravent.containers import signatures
from paravent.errors import Held
from paravent.formats.shared.decoding import load, open_image
from paravent.model.samples import Samples

SIGNATURES = signatures.GIF
_HEADER = 13
ENTRIES = 256
FOR_EVER = 0

_MAX_BLOCKS = 200_000
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPING = b"NETSCAPE2.0"
_TABLE, _INTERLACED = 0x80, 0x40
_CODE_BITS = 8
_GREYS = bytes(value for value in range(ENTRIES) for _ in range(3))


@dataclass(frozen=True, slots=True)
class GifFrame:
    """One picture as it stands in the file. delay: hundredths of a second. dispose: 0 to 3. transparent: index or -1.

    table: RGB bytes. codes: minimum code size and the data blocks.
    """

    left: int
    top: int
    width: int
    height: int
    delay: int
    dispose: int
    transparent: int
    interlaced: bool
    table: bytes
    codes: bytes


@dataclass(slots=True)
class Gif:
    """A parsed file. loop: how often it is played, 0 for ever."""

    width: int
    height: int
    loop: int = 1
    frames: list[GifFrame] = field(default_factory=list)


def parse(data: bytes) -> Gif:
    """Read all blocks; the pictures are not decoded. Raises Held for broken ones."""
    if not data.startswith(SIGNATURES) or len(data) < _HEADER:
        raise Held("damaged")
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    gif = Gif(width, height)
    common, position = _table(data, _HEADER, flags)
    control = (0, 0, -1)  # delay, dispose, transparent
    for _ in range(_MAX_BLOCKS):
        if position >= len(data) or data[position] == _TRAILER:
            if not gif.frames:
                raise Held("damaged")
            return gif
        if data[position] == _IMAGE:
            frame, position = _frame(data, position, common, control)
            gif.frames.append(frame)
            control = (0, 0, -1)
        elif data[position] == _EXTENSION and position + 2 < len(data):
            end = _skip(data, position + 2)
            control = _extension(gif, data[position + 1], data[position + 2 : end], control)
            position = end
        else:
            raise Held("damaged")
    raise Held("damaged")


def _extension(gif: Gif, label: int, content: bytes, control: tuple[int, int, int]) -> tuple[int, int, int]:
    """Note what matters of an extension; returns the control that holds for the next picture."""
    if label == _CONTROL and content[0] == 4 and len(content) >= 5:
        flags, delay, transparent = struct.unpack_from("<BHB", content, 1)
        return delay, flags >> 2 & 7, transparent if flags & 1 else -1
    if label == _APPLICATION and content[1:12] == _LOOPING and content[12:14] == b"\x03\x01" and len(content) >= 16:
        plays = int.from_bytes(content[14:16], "little")
        gif.loop = plays + 1 if plays else FOR_EVER
    return control


def _frame(data: bytes, position: int, common: bytes, control: tuple[int, int, int]) -> tuple[GifFrame, int]:
    if position + 11 > len(data):
        raise Held("damaged")
    left, top, width, height, flags = struct.unpack_from("<HHHHB", data, position + 1)
    own, start = _table(data, position + 10, flags)
    end = _skip(data, start + 1)
    if not width or not height or not (own or common) or not 2 <= data[start] <= _CODE_BITS:
        raise Held("damaged")
    delay, dispose, transparent = control
    codes = data[start:end]
    interlaced = bool(flags & _INTERLACED)
    return GifFrame(left, top, width, height, delay, dispose, transparent, interlaced, own or common, codes), end


def _table(data: bytes, position: int, flags: int) -> tuple[bytes, int]:
    """A colour table, empty where the flags announce none, and the position behind it."""
    if not flags & _TABLE:
        return b"", position
    end = position + 3 * (2 << (flags & 7))
    if end > len(data):
        raise Held("damaged")
    return data[position:end], end


def _skip(data: bytes, position: int) -> int:
    """The position behind data blocks and their terminator."""
    while position < len(data):
        size = data[position]
        position += 1 + size
        if not size:
            return position
    raise Held("damaged")


def decode(frame: GifFrame) -> Samples:
    """The picture as indices into its table, (h, w). Raises Held."""
    plain = GifFrame(0, 0, frame.width, frame.height, 0, 0, -1, frame.interlaced, _GREYS, frame.codes)
    return load(open_image(assemble((frame.width, frame.height), [plain], 1), "GIF"), "L")[..., 0]


def colours(frame: GifFrame) -> Samples:
    """The colour of every index of a picture, (256, 4), RGB and alpha."""
    table = np.zeros((ENTRIES, 4), np.uint8)
    stated = np.frombuffer(frame.table, np.uint8).reshape(-1, 3)
    table[:, 3] = 255
    table[: len(stated), :3] = stated
    if frame.transparent >= 0:
        table[frame.transparent] = 0
    return table


def encode(indices: Samples) -> bytes:
    """Indices (h, w) as codes of a picture that is not interlaced."""
    image = Image.fromarray(indices, "L")
    image.putpalette(_GREYS)
    buffer = BytesIO()
    image.save(buffer, "GIF", optimize=False, interlace=False)
    return parse(buffer.getvalue()).frames[0].codes


def assemble(size: tuple[int, int], frames: Sequence[GifFrame], loop: int) -> bytes:
    """A whole file; every picture with a table of its own."""
    repeats = b""
    if loop != 1:
        number = (loop - 1).to_bytes(2, "little") if loop else bytes(2)
        repeats = bytes((_EXTENSION, _APPLICATION, len(_LOOPING))) + _LOOPING + b"\x03\x01" + number + b"\0"
    pictures = b"".join(_packed(frame) for frame in frames)
    return SIGNATURES[1] + struct.pack("<HHBBB", *size, 0, 0, 0) + repeats + pictures + bytes((_TRAILER,))


def _packed(frame: GifFrame) -> bytes:
    flags = frame.dispose << 2 | (frame.transparent >= 0)
    control = struct.pack("<BBBBHBB", _EXTENSION, _CONTROL, 4, flags, frame.delay, max(frame.transparent, 0), 0)
    needed = flags or frame.delay
    bits = max(0, (len(frame.table) // 3 - 1).bit_length() - 1)
    table = frame.table.ljust(3 * (2 << bits), b"\0")
    place = (frame.left, frame.top, frame.width, frame.height, _TABLE | _INTERLACED * frame.interlaced | bits)
    return (control if needed else b"") + struct.pack("<BHHHHB", _IMAGE, *place) + table + frame.codes


def with_packet(data: bytes, packet: bytes) -> bytes:
    """A file of ours with an XMP packet behind its header."""
    # XMP specification, part 3, 2.1.2: not in data blocks; the trailer leads readers of blocks out of it.
    extension = b"\x21\xff\x0bXMP DataXMP" + packet + b"\1" + bytes(range(255, -1, -1)) + b"\0"
    return data[:_HEADER] + extension + data[_HEADER:]
