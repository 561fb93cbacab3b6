"""Pictures that hide one which nobody is shown: in values, rows, columns and bits that decoders cut off.

Each row makes a file around any hidden picture; two files of one row look alike and differ in what is hidden alone.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from io import BytesIO
from typing import NamedTuple

import av
import imagecodecs
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import ImageOps

from container_kit import sub_blocks
from heif_kit import Heif, Part, numbers, parse
from paravent.formats.jpeg import dct
from paravent.formats.jpeg import segments as jpeg_segments
from paravent.formats.tiff import tags
from picture_kit import png_of
from plants_kit import HEIGHT, WIDTH, drawn, saved
from portraits import hopper

VALUES, EDGES, ROOM = "values beyond what is shown", "rows and columns beyond the size", "room that nobody names"
Grey = NDArray[np.uint8]


class Unseen(NamedTuple):
    """make: a file around a hidden picture (HEIGHT, WIDTH)."""

    kind: str
    format: str
    place: str
    make: Callable[[Grey], bytes]


@cache
def hidden() -> tuple[Grey, Grey]:
    """A portrait, and the same seen in a mirror: as many bytes of each value."""
    face = ImageOps.fit(hopper().convert("L").crop((150, 20, 360, 300)), (WIDTH, HEIGHT))
    return np.asarray(face), np.asarray(ImageOps.mirror(face))


def _grey() -> Grey:
    return drawn("L")[..., 0]


def _framed(secret: Grey, height: int, width: int) -> Grey:
    """The drawn picture within a larger one; what is around it is of the hidden one."""
    whole = np.resize(secret, (height, width)).copy()
    whole[:HEIGHT, :WIDTH] = _grey()
    return whole


def _bits(values: Grey, depth: int, secret: Grey) -> list[bytes]:
    """Packed rows of values of few bits; what fills up the last byte of each is of the hidden picture."""
    split = np.unpackbits(values[..., None], axis=2)[..., -depth:].reshape(len(values), -1)
    room = np.unpackbits(secret[: len(values)], axis=1)[:, : -split.shape[1] % 8]
    return [row.tobytes() for row in np.packbits(np.concatenate([split, room], axis=1), axis=1)]


def _few(depth: int) -> Grey:
    """Values of so many bits; no row ends with a byte."""
    return _grey()[:, :93] >> (8 - depth)


# --- TIFF


def _tiff(fields: dict, *blocks: bytes, tiled: bool = False) -> bytes:
    """A grey page of 8 bits, of these strips or tiles, one behind the other."""
    places, at = [], 8
    for block in blocks:
        places.append(at)
        at += len(block)
    at += at % 2
    where = {0x144: places, 0x145: [len(block) for block in blocks]} if tiled else {0x111: places[0], 0x117: len(blocks[0])}
    own = {0x100: WIDTH, 0x101: HEIGHT, 0x102: 8, 0x103: 1, 0x106: 1, 0x115: 1, **({} if tiled else {0x116: HEIGHT})}
    given = ((tag, np.atleast_1d(values).tolist()) for tag, values in (own | where | fields).items())
    entries = [(tag, 3 if max(values) < 1 << 16 else 4, tuple(values)) for tag, values in given]
    stored = b"".join(blocks).ljust(at - 8, b"\0")
    return b"II*\0" + struct.pack("<I", at) + stored + tags.pack("<", entries, at, 0)


def _tiles(secret: Grey, pack: Callable[[bytes], bytes], compression: int) -> bytes:
    whole = _framed(secret, 128, 128)
    parts = [pack(whole[y : y + 64, x : x + 64].tobytes()) for y in (0, 64) for x in (0, 64)]
    return _tiff({0x103: compression, 0x142: 64, 0x143: 64}, *parts, tiled=True)


def _colour_map(secret: Grey) -> bytes:
    """Of the 16 bits of each colour the upper eight are shown."""
    upper = np.arange(768, dtype=np.uint16) % 256 << 8
    words = (upper | secret.reshape(-1)[:768]).astype("<u2")
    return _tiff({0x106: 3, 0x140: words}, _grey().tobytes())


def _unused_colours(secret: Grey) -> bytes:
    words = np.zeros((3, 256), np.uint16)
    words[:, :16] = np.arange(16) * 4096
    words[:, 16:] = secret.reshape(-1)[:720].reshape(3, 240).astype(np.uint16) * 257
    return _tiff({0x106: 3, 0x140: words.reshape(-1)}, (_grey() // 16).tobytes())


def _multiplied(secret: Grey) -> bytes:
    """More colour than alpha lets through: white, all of it."""
    samples = np.full((HEIGHT, WIDTH, 4), 100, np.uint8)
    samples[..., :3] = 101 + secret[..., None] // 2
    return _tiff({0x102: [8] * 4, 0x106: 2, 0x115: 4, 0x152: 1}, samples.tobytes())


def _meaningless(secret: Grey) -> bytes:
    samples = np.concatenate([drawn(), secret[..., None]], axis=2)
    return _tiff({0x102: [8] * 4, 0x106: 2, 0x115: 4, 0x152: 0}, samples.tobytes())


def _raised(secret: Grey) -> bytes:
    """A JPEG of which every sample is brighter than white."""
    data = saved(secret[..., None], "JPEG", quality=90)
    parsed = jpeg_segments.parse(data)
    found = dct.read(parsed.clean(), parsed.width, parsed.height, [(1, 1)])
    found.blocks[0][..., 0, 0] += round(8 * 300 / int(found.tables[0][0, 0]))
    return dct.write(found)


_TIFF: dict[tuple[str, str], Callable[[Grey], bytes]] = {
    (EDGES, "tiles"): lambda secret: _tiles(secret, bytes, 1),
    (EDGES, "deflated tiles"): lambda secret: _tiles(secret, zlib.compress, 8),
    (EDGES, "a strip of more rows"): lambda secret: _tiff({}, _grey().tobytes() + secret.tobytes()),
    (EDGES, "a deflated strip of more rows"): lambda secret: _tiff(
        {0x103: 8}, zlib.compress(_grey().tobytes() + secret.tobytes())
    ),
    (EDGES, "a strip of LZW of more rows"): lambda secret: _tiff(
        {0x103: 5}, imagecodecs.lzw_encode(_grey().tobytes() + secret.tobytes())
    ),
    (ROOM, "behind a deflated strip"): lambda secret: _tiff(
        {0x103: 8}, zlib.compress(_grey().tobytes()) + secret.tobytes()
    ),
    (ROOM, "last bits of rows of 1 bit"): lambda secret: _tiff({0x100: 93, 0x102: 1}, b"".join(_bits(_few(1), 1, secret))),
    (ROOM, "last bits of rows of 4 bits"): lambda secret: _tiff({0x100: 93, 0x102: 4}, b"".join(_bits(_few(4), 4, secret))),
    (ROOM, "colours that nothing uses"): _unused_colours,
    (ROOM, "a channel without a meaning"): _meaningless,
    (VALUES, "lower halves of a palette"): _colour_map,
    (VALUES, "more colour than alpha"): _multiplied,
    (VALUES, "JPEG inside, brighter than white"): lambda secret: _tiff({0x103: 7}, _raised(secret)),
}


# --- PNG


def _png(header: tuple[int, int, int, int], rows: list[bytes], *more: tuple[bytes, bytes], packed: bytes = b"") -> bytes:
    """header: width, depth, kind, whether it is interlaced."""
    width, depth, kind, interlaced = header
    first = struct.pack(">IIBBBBB", width, HEIGHT, depth, kind, 0, 0, interlaced)
    stream = packed or zlib.compress(b"".join(b"\0" + row for row in rows))
    return png_of([(b"IHDR", first), *more, (b"IDAT", stream), (b"IEND", b"")])


def _table(used: int) -> bytes:
    return b"".join(bytes((i * 12 % 256, 120, 70)) for i in range(used))


def _interlaced(secret: Grey) -> bytes:
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    rows = [row for x, y, dx, dy in passes for row in _bits(_few(1)[y::dy, x::dx], 1, secret)]
    return _png((93, 1, 0, 1), rows)


def _filters(secret: Grey) -> bytes:
    """The filters of rows without any difference are free to choose, and the hidden picture chooses them."""
    rows = b"".join(bytes([secret[y, 40] % 3]) + bytes(WIDTH) for y in range(HEIGHT))
    return _png((WIDTH, 8, 0, 0), [], packed=zlib.compress(rows))


def _blocks(secret: Grey) -> bytes:
    """How a deflate stream is cut into blocks is free, and between stored ones are bits that nothing reads."""
    raw = b"".join(b"\0" + row.tobytes() for row in _grey())
    stream, at = b"\x78\x01", 0
    for number, value in enumerate(secret.reshape(-1)):
        length = min(1 + int(value), len(raw) - at)
        last = at + length == len(raw)
        stream += bytes([last | (secret[number % HEIGHT, 7] & 31) << 3]) + struct.pack("<HH", length, 0xFFFF ^ length)
        stream += raw[at : at + length]
        at += length
        if last:
            break
    return _png((WIDTH, 8, 0, 0), [], packed=stream + zlib.adler32(raw).to_bytes(4, "big"))


def _beyond_table(secret: Grey) -> bytes:
    """Indices of colours that there are not: black, all of them."""
    return _png((WIDTH, 8, 3, 0), [row.tobytes() for row in 16 + secret % 200], (b"PLTE", _table(16)))


def _key(secret: Grey) -> bytes:
    """The upper byte of the colour that is to be transparent, where samples have 8 bits."""
    return _png((WIDTH, 8, 0, 0), [row.tobytes() for row in _grey()], (b"tRNS", bytes((int(secret[30, 20]), 99))))


_PNG: dict[tuple[str, str], Callable[[Grey], bytes]] = {
    (ROOM, "last bits of rows of 1 bit"): lambda secret: _png((93, 1, 0, 0), _bits(_few(1), 1, secret)),
    (ROOM, "last bits of rows of 2 bits"): lambda secret: _png((93, 2, 0, 0), _bits(_few(2), 2, secret)),
    (ROOM, "last bits of rows of 4 bits"): lambda secret: _png((93, 4, 0, 0), _bits(_few(4), 4, secret)),
    (ROOM, "last bits of rows of a palette"): lambda secret: _png(
        (93, 4, 3, 0), _bits(_few(4), 4, secret), (b"PLTE", _table(16))
    ),
    (ROOM, "last bits of interlaced rows"): _interlaced,
    (ROOM, "filters of rows"): _filters,
    (ROOM, "blocks of the stream"): _blocks,
    (ROOM, "alpha of colours that nothing uses"): lambda secret: _png(
        (WIDTH, 8, 3, 0),
        [row.tobytes() for row in _grey() // 16],
        (b"PLTE", _table(256)),
        (b"tRNS", b"\xff" * 16 + secret.tobytes()[:240]),
    ),
    (ROOM, "upper byte of the transparent colour"): _key,
    (VALUES, "colours beyond the palette"): _beyond_table,
    (EDGES, "more rows in the stream"): lambda secret: _png(
        (WIDTH, 8, 0, 0), [row.tobytes() for row in [*_grey(), *secret]]
    ),
}


def _apng(header: tuple[int, int, int], frames: list[list[bytes]], *more: tuple[bytes, bytes]) -> bytes:
    """header: width, depth, kind. frames: rows of each."""
    width, depth, kind = header
    chunks, sequence = list(more), 0
    for number, rows in enumerate(frames):
        stream = zlib.compress(b"".join(b"\0" + row for row in rows))
        chunks.append((b"fcTL", struct.pack(">IIIIIHHBB", sequence, width, HEIGHT, 0, 0, 1, 10, 0, 0)))
        chunks.append((b"fdAT", struct.pack(">I", sequence + 1) + stream) if number else (b"IDAT", stream))
        sequence += 2 if number else 1
    first = struct.pack(">IIBBBBB", width, HEIGHT, depth, kind, 0, 0, 0)
    animated = (b"acTL", struct.pack(">II", len(frames), 0))
    return png_of([(b"IHDR", first), animated, *chunks, (b"IEND", b"")])


_APNG: dict[tuple[str, str], Callable[[Grey], bytes]] = {
    (ROOM, "last bits of rows of 4 bits"): lambda secret: _apng(
        (93, 4, 0), [_bits(_few(4), 4, secret), _bits(15 - _few(4), 4, secret)]
    ),
    (VALUES, "colours beyond the palette"): lambda secret: _apng(
        (WIDTH, 8, 3), [[bytes(WIDTH)] * HEIGHT, [row.tobytes() for row in 16 + secret % 200]], (b"PLTE", _table(16))
    ),
    (EDGES, "more rows in a frame"): lambda secret: _apng(
        (WIDTH, 8, 0), [[row.tobytes() for row in _grey()], [row.tobytes() for row in [*(255 - _grey()), *secret]]]
    ),
}


# --- GIF


def _lzw(values: Grey, tail: bytes = b"", *, ended: bool = True) -> bytes:
    """Codes of 9 bits, each one value, with a clear code in time. tail: in the last block, behind them."""
    codes = [256]
    for number, value in enumerate(values.reshape(-1)):
        codes += [256] if number and number % 200 == 0 else []
        codes.append(int(value))
    codes += [257] if ended else []
    bits = "".join(f"{code:09b}"[::-1] for code in codes)
    bits += "0" * (-len(bits) % 8)
    return b"\x08" + sub_blocks(bytes(int(bits[at : at + 8][::-1], 2) for at in range(0, len(bits), 8)) + tail)


def _gif(codes: bytes, size: tuple[int, int] = (WIDTH, HEIGHT), colours: int = 256, background: int = 0) -> bytes:
    """size: of the only frame, on a screen of WIDTH x HEIGHT."""
    screen = struct.pack("<HHBBB", WIDTH, HEIGHT, 0x80 | (colours.bit_length() - 2), background, 0)
    image = b"\x2c" + struct.pack("<HHHHB", 0, 0, *size, 0) + codes
    return b"GIF89a" + screen + _table(colours) + image + b";"


def _spread(secret: Grey) -> bytes:
    """A picture of one colour; where codes begin anew is free to choose."""
    codes = [256]
    for number in range(WIDTH * HEIGHT):
        codes += [256] * int(number % 200 == 0 or secret.reshape(-1)[number] > 180)
        codes.append(5)
    bits = "".join(f"{code:09b}"[::-1] for code in [*codes, 257])
    bits += "0" * (-len(bits) % 8)
    return _gif(b"\x08" + sub_blocks(bytes(int(bits[at : at + 8][::-1], 2) for at in range(0, len(bits), 8))))


def _beyond_colours(secret: Grey) -> bytes:
    """Indices of colours that there are not: black, all of them."""
    return _gif(_lzw(16 + secret % 200), colours=16)


_GIF: dict[tuple[str, str], Callable[[Grey], bytes]] = {
    (EDGES, "more pixels than the frame has"): lambda secret: _gif(_lzw(np.concatenate([_grey(), secret]))),
    (EDGES, "a frame beyond the screen"): lambda secret: _gif(_lzw(np.concatenate([_grey(), secret])), (WIDTH, 2 * HEIGHT)),
    (VALUES, "colours beyond the table"): _beyond_colours,
    (ROOM, "behind the codes, in their last block"): lambda secret: _gif(_lzw(_grey(), secret.tobytes()[:600])),
    (ROOM, "where codes begin anew"): _spread,
    (ROOM, "colour of the background"): lambda secret: _gif(_lzw(_grey()), background=int(secret[30, 20])),
}


# --- BMP


def _bmp(
    rows: list[bytes], bits: int, width: int, table: bytes = b"", more: bytes = b"", fields: bytes = bytes(16)
) -> bytes:
    across = -(-width * bits // 32) * 4
    body = b"".join(row.ljust(across, b"\0") for row in rows[::-1]) + more
    start = 54 + len(table)
    info = struct.pack("<IiiHHII", 40, width, HEIGHT, 1, bits, 0, 0) + fields
    return b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + info + table + body


def _fourth(secret: Grey) -> bytes:
    return b"".join(bytes((70, 120, i * 12 % 256, secret.reshape(-1)[i])) for i in range(256))


def _fifteen(secret: Grey) -> bytes:
    """Of 16 bits the highest means nothing."""
    values = (_grey().astype(np.uint16) >> 3) | (secret > 128).astype(np.uint16) << 15
    return _bmp([row.astype("<u2").tobytes() for row in values], 16, WIDTH)


_BMP_TABLE = b"".join(bytes((70, 120, i * 16, 0)) for i in range(16))
_BMP: dict[tuple[str, str], Callable[[Grey], bytes]] = {
    (EDGES, "more rows"): lambda secret: _bmp(
        [row.tobytes() for row in _grey()], 8, WIDTH, _fourth(_grey()), secret.tobytes()
    ),
    (ROOM, "last bits of rows of 1 bit"): lambda secret: _bmp(_bits(_few(1), 1, secret), 1, 93, _BMP_TABLE[:8]),
    (ROOM, "last bits of rows of 4 bits"): lambda secret: _bmp(_bits(_few(4), 4, secret), 4, 93, _BMP_TABLE),
    (ROOM, "fourth bytes of the palette"): lambda secret: _bmp(
        [row.tobytes() for row in _grey()], 8, WIDTH, _fourth(secret)
    ),
    (ROOM, "highest bit of 16"): _fifteen,
    (ROOM, "resolution"): lambda secret: _bmp(
        [row.tobytes() for row in _grey()], 8, WIDTH, _fourth(_grey()), fields=secret.tobytes()[:8] + bytes(8)
    ),
    (VALUES, "colours beyond the palette"): lambda secret: _bmp(
        [row.tobytes() for row in 16 + secret % 200], 8, WIDTH, _BMP_TABLE, fields=struct.pack("<iiII", 0, 0, 16, 0)
    ),
}


# --- WebP


def planes_of(luma: Grey, chroma: int | tuple[Grey, Grey] = 128) -> av.VideoFrame:
    """A frame of 8 bits, 4:2:0. chroma: one value, or both planes."""
    frame = av.VideoFrame(luma.shape[1], luma.shape[0], "yuv420p")
    for number, plane in enumerate(frame.planes):
        given = luma if number == 0 else chroma if isinstance(chroma, int) else chroma[number - 1]
        values = np.full((plane.height, plane.line_size), 128, np.uint8)
        values[:, : plane.width] = given
        plane.update(values.tobytes())
    return frame


def _bright(secret: Grey) -> Grey:
    """Brighter than white, which is 235."""
    return (239 + secret // 16).astype(np.uint8)


def _brighter_webp(secret: Grey) -> bytes:
    context = av.CodecContext.create("libwebp", "w")
    context.width, context.height, context.pix_fmt, context.options = WIDTH, HEIGHT, "yuv420p", {"quality": "95"}

    context.time_base = Fraction(1, 25)
    return b"".join(bytes(packet) for packet in [*context.encode(planes_of(_bright(secret))), *context.encode()])


def last_macroblocks(secret: Grey) -> bytes:
    """A lossy WebP of 97 x 65, of which 112 x 80 are coded."""
    whole = np.resize(secret, (80, 112)).copy()
    whole[:65, :97] = 90
    return sized_webp(saved(whole[..., None].repeat(3, axis=2), "WEBP", quality=95), 97, 65)


def sized_webp(data: bytes, width: int, height: int) -> bytes:
    """A lossy WebP with another size stated."""
    at = data.index(b"\x9d\x01\x2a") + 3
    return data[:at] + struct.pack("<HH", width, height) + data[at + 4 :]


_WEBP: dict[tuple[str, str], Callable[[Grey], bytes]] = {
    (VALUES, "brighter than white"): _brighter_webp,
}


# --- JPEG 2000


def _brighter_jp2(secret: Grey) -> bytes:
    """Values of 12 bits in what states 8: brighter than white."""
    values = 2048 + 128 + 130 + secret.astype(np.uint16)
    stream = bytearray(imagecodecs.jpeg2k_encode(values, level=0, reversible=True, codecformat="j2k", bitspersample=12))
    at = stream.index(b"\xff\x51") + 40
    assert stream[at] == 11
    stream[at] = 7
    return bytes(stream)


def tile_beyond_jp2(secret: Grey) -> bytes:
    """Two tiles, of which the stated size leaves out the second. Other programs do not read it."""
    whole = np.concatenate([_grey(), secret], axis=1)
    stream = bytearray(saved(whole[..., None], "JPEG2000", tile_size=(WIDTH, HEIGHT), no_jp2=True))
    at = stream.index(b"\xff\x51") + 6
    assert int.from_bytes(stream[at : at + 4], "big") == 2 * WIDTH
    stream[at : at + 4] = WIDTH.to_bytes(4, "big")
    return bytes(stream)


_JP2: dict[tuple[str, str], Callable[[Grey], bytes]] = {
    (VALUES, "brighter than white"): _brighter_jp2,
}


# --- HEIC and AVIF


def _narrow_range(file: Heif) -> bytes:
    """Stated to be of the range of television: what was coded between 236 and 255 is white."""
    index, old = next((i, c) for i, p in enumerate(file.parts) for k, c in p.props if k == b"colr" and c[:4] == b"nclx")
    assert old[10] & 0x80
    return file.swapped(b"colr", old[:10] + bytes((old[10] & 0x7F,)), index).bytes()


def _heic(samples: Grey, **options: object) -> bytes:
    file, out = pillow_heif.HeifFile(), BytesIO()
    file.add_frombytes("RGB", (samples.shape[1], samples.shape[0]), samples.tobytes())
    file.save(out, **options)
    return out.getvalue()


def _brighter_heic(secret: Grey) -> bytes:
    samples = _bright(secret)[..., None].repeat(3, axis=2)
    return _narrow_range(parse(_heic(samples, quality=95, enc_params={"preset": "ultrafast"})))


def _brighter_avif(secret: Grey) -> bytes:
    samples = _bright(secret)[..., None].repeat(3, axis=2)
    return _narrow_range(parse(saved(samples, "AVIF", quality=95, speed=9, max_threads=1)))


def _hevc(frame: av.VideoFrame, cut: str) -> bytes:
    """One picture without loss, with a conformance window of this filter."""
    context = av.CodecContext.create("libx265", "w")
    context.width, context.height, context.pix_fmt = frame.width, frame.height, frame.format.name
    context.time_base, context.color_range = Fraction(1, 25), 2
    context.options = {"preset": "ultrafast", "x265-params": "lossless=1:log-level=error:info=0"}
    coded = b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode()])
    with av.open(BytesIO(coded), format="hevc") as raw:
        stream = raw.streams.video[0]
        cutting = av.BitStreamFilterContext(f"hevc_metadata={cut}", stream)
        packets = [made for packet in raw.demux(stream) if packet.size for made in cutting.filter(packet)]
        return b"".join(bytes(packet) for packet in [*packets, *cutting.filter(None)])


def _units(stream: bytes) -> list[bytes]:
    return [unit.rstrip(b"\0") for unit in stream.split(b"\0\0\1")[1:]]


def _windowed(secret: Grey) -> bytes:
    """A HEIC whose stream holds columns and rows that the window of its parameters cuts off."""
    whole = _framed(secret, 128, 160)
    units = _units(_hevc(planes_of(whole), f"crop_right={160 - WIDTH}:crop_bottom={128 - HEIGHT}"))
    file = parse(_heic(drawn(), quality=90, enc_params={"preset": "ultrafast"}, chroma=420))
    head, sets, slices = file.get(b"hvcC")[:22], [], b""
    for unit in units:
        kind = unit[0] >> 1 & 63
        if kind in (32, 33, 34):
            sets.append(bytes((0x80 | kind, 0, 1)) + len(unit).to_bytes(2, "big") + unit)
        elif kind < 32:
            slices += len(unit).to_bytes(4, "big") + unit
    changed = file.swapped(b"hvcC", head + bytes((len(sets),)) + b"".join(sets))
    return changed.with_content(slices).bytes()


def _larger_avif(secret: Grey) -> bytes:
    """Two tiles side by side, of which the stated size leaves most of the second out."""
    beyond = np.full((64, 64, 3), 90, np.uint8)
    beyond[:, 40:] = secret[:64, 20:44, None]
    tiles = [saved(part, "AVIF", quality=95, speed=9, max_threads=1) for part in (drawn(width=64, height=64), beyond)]
    file, second = parse(tiles[0]), parse(tiles[1]).parts[0]
    size = bytes(4) + numbers(72, 64)
    grid = Part(3, b"grid", b"\0\0\0\1" + struct.pack(">HH", 72, 64), [(b"ispe", size)])
    parts = [file.parts[0], replace(second, number=2), grid]
    return replace(file, parts=parts, links=[(b"dimg", 3, (1, 2))], primary=3).bytes()


_HEIC: dict[tuple[str, str], Callable[[Grey], bytes]] = {
    (VALUES, "brighter than white"): _brighter_heic,
    (EDGES, "beyond the conformance window"): _windowed,
}
_AVIF: dict[tuple[str, str], Callable[[Grey], bytes]] = {
    (VALUES, "brighter than white"): _brighter_avif,
    (EDGES, "tiles beyond the size"): _larger_avif,
}

UNSEEN: tuple[Unseen, ...] = tuple(
    Unseen(kind, format, place, make)
    for format, rows in {
        "TIFF": _TIFF,
        "PNG": _PNG,
        "APNG": _APNG,
        "GIF": _GIF,
        "BMP": _BMP,
        "WebP": _WEBP,
        "JPEG 2000": _JP2,
        "HEIC": _HEIC,
        "AVIF": _AVIF,
    }.items()
    for (kind, place), make in rows.items()
)
