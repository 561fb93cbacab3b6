"""The pictures of a GIF and their timing, read from its blocks and written (GIF89a specification)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO

import numpy as np
from PIL import Image

from paravent.containers import signatures
from paravent.containers.gif import APPLICATION, CONTROL, EXTENSION, HEADER, LOOPING, PICTURE, TRAILER, Block, Reader
from paravent.errors import Held
from paravent.formats.shared.decoding import load, open_image
from paravent.model.samples import Samples

SIGNATURES = signatures.GIF
ENTRIES = 256
FOR_EVER = 0

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
    reader = Reader(data)
    if not data.startswith(SIGNATURES) or len(data) < HEADER + reader.table(HEADER - 3):
        raise Held("damaged")
    width, height = struct.unpack_from("<HH", data, 6)
    gif = Gif(width, height)
    common = data[HEADER : HEADER + reader.table(HEADER - 3)]
    control = (0, 0, -1)  # delay, dispose, transparent
    for block in reader.blocks():
        if block.kind == TRAILER and gif.frames:
            return gif
        if block.kind == PICTURE and block.whole:
            gif.frames.append(_frame(data, block, common, control))
            control = (0, 0, -1)
        elif block.kind == EXTENSION and block.whole:
            control = _extension(gif, data[block.start + 1], data[block.content : block.stop], control)
        else:
            break
    raise Held("damaged")


def _extension(gif: Gif, label: int, content: bytes, control: tuple[int, int, int]) -> tuple[int, int, int]:
    """Note what matters of an extension; returns the control that holds for the next picture."""
    if label == CONTROL and content[0] == 4 and len(content) >= 5:
        flags, delay, transparent = struct.unpack_from("<BHB", content, 1)
        return delay, flags >> 2 & 7, transparent if flags & 1 else -1
    if label == APPLICATION and content[1:12] == LOOPING and content[12:14] == b"\x03\x01" and len(content) >= 16:
        plays = int.from_bytes(content[14:16], "little")
        gif.loop = plays + 1 if plays else FOR_EVER
    return control


def _frame(data: bytes, block: Block, common: bytes, control: tuple[int, int, int]) -> GifFrame:
    left, top, width, height, flags = struct.unpack_from("<HHHHB", data, block.start + 1)
    codes = data[block.content - 1 : block.stop]
    table = data[block.start + 10 : block.content - 1] or common
    if not width or not height or not table or not 2 <= codes[0] <= _CODE_BITS:
        raise Held("damaged")
    delay, dispose, transparent = control
    return GifFrame(left, top, width, height, delay, dispose, transparent, bool(flags & _INTERLACED), table, codes)


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
        repeats = bytes((EXTENSION, APPLICATION, len(LOOPING))) + LOOPING + b"\x03\x01" + number + b"\0"
    pictures = b"".join(_packed(frame) for frame in frames)
    return SIGNATURES[1] + struct.pack("<HHBBB", *size, 0, 0, 0) + repeats + pictures + bytes((TRAILER,))


def _packed(frame: GifFrame) -> bytes:
    flags = frame.dispose << 2 | (frame.transparent >= 0)
    control = struct.pack("<BBBBHBB", EXTENSION, CONTROL, 4, flags, frame.delay, max(frame.transparent, 0), 0)
    needed = flags or frame.delay
    bits = max(0, (len(frame.table) // 3 - 1).bit_length() - 1)
    table = frame.table.ljust(3 * (2 << bits), b"\0")
    place = (frame.left, frame.top, frame.width, frame.height, _TABLE | _INTERLACED * frame.interlaced | bits)
    return (control if needed else b"") + struct.pack("<BHHHHB", PICTURE, *place) + table + frame.codes


def with_packet(data: bytes, packet: bytes) -> bytes:
    """A file of ours with an XMP packet behind its header."""
    # XMP specification, part 3, 2.1.2: not in data blocks; the trailer leads readers of blocks out of it.
    extension = b"\x21\xff\x0bXMP DataXMP" + packet + b"\1" + bytes(range(255, -1, -1)) + b"\0"
    return data[:HEADER] + extension + data[HEADER:]
