"""The pixels of one TIFF picture, decoded by Pillow from a file that holds nothing else, and encoded."""

from __future__ import annotations

import struct
import sys
import warnings
import zlib

import numpy as np
from PIL import Image

from paravent.errors import Held
from paravent.formats.shared.decoding import load, load_deep_grey, load_high_and_low, open_image
from paravent.formats.tiff import tags
from paravent.formats.tiff.tags import Directory
from paravent.model.samples import DeepSamples, Samples

_INVERTED, _GREY, _RGB, _PALETTE, _CMYK, _YCC = 0, 1, 2, 3, 5, 6
_NONE, _JPEG = 1, 7
# TIFF 6.0 and its supplements: none, CCITT RLE, group 3, group 4, LZW, JPEG, deflate, PackBits, deflate, LZMA, zstd, WebP.
_COMPRESSIONS = frozenset((_NONE, 2, 3, 4, 5, _JPEG, 8, 32773, 32946, 34925, 50000, 50001))
_KEPT = (
    *(tags.WIDTH, tags.LENGTH, tags.COMPRESSION, tags.FILL_ORDER, tags.ROWS, tags.PLANAR, tags.FAX3, tags.FAX4),
    *(tags.PREDICTOR, tags.TILE_WIDTH, tags.TILE_LENGTH, tags.JPEG_TABLES, tags.SUBSAMPLING, tags.BLACK_WHITE),
)
_GREYS = (1, 2, 4, 8, 16)
_DEPTHS = {_INVERTED: _GREYS, _GREY: _GREYS, _PALETTE: (1, 2, 4, 8), _RGB: (8, 16), _CMYK: (8,), _YCC: (8,)}
_SHORT, _LONG = 3, 4
_UNSIGNED, _UNDEFINED = 1, 4  # sample formats
_ASSOCIATED, _UNASSOCIATED = 1, 2  # extra samples: alpha, with and without the colour multiplied
_MOST_SAMPLES = 8  # of a pixel
_LARGEST_TILE = 1 << 24  # pixels
_SEPARATE = 2  # planar configuration: each sample in a plane of its own
_LEVEL = 6
_STRIP = 1 << 20  # bytes of samples in a strip


def size(page: Directory) -> tuple[int, int]:
    """Stored width and height."""
    return page.first(tags.WIDTH), page.first(tags.LENGTH)


def check(page: Directory) -> None:
    """Refuse what cannot be decoded exactly, before anything is. Raises Held."""
    photometric, compression = _photometric(page), page.first(tags.COMPRESSION, _NONE)
    if compression not in _COMPRESSIONS or set(page.tags.get(tags.SAMPLE_FORMAT, (1,))) - {_UNSIGNED, _UNDEFINED}:
        raise Held("encoding", detail="TIFF")
    bits = set(page.tags.get(tags.BITS, (1,)))
    if len(bits) != 1 or (photometric == _YCC and compression != _JPEG):
        raise Held("encoding", detail="TIFF")
    if max(bits) > 16:
        raise Held("deep-colour", format="TIFF", bits=max(bits))
    if photometric in (_INVERTED, _GREY) and _depth(page) == 16 and page.first(tags.SAMPLES, 1) > 1:
        raise Held("encoding", detail="TIFF")  # no decoder at hand keeps deep grey with alpha
    if _depth(page) not in _DEPTHS.get(photometric, ()):
        raise Held("encoding", detail="TIFF")


def decode(page: Directory, data: bytes) -> tuple[DeepSamples | None, Image.Image | None]:
    """Samples (h, w, c) of grey and RGB with or without alpha; or an image, for CMYK. Raises Held."""
    photometric, bits = _photometric(page), _depth(page)
    alone = _alone(page, data)
    with warnings.catch_warnings():  # of many pixels: they were counted
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        if photometric == _CMYK:
            samples = load(open_image(alone, "TIFF"), "CMYK")
            return None, Image.fromarray(samples, "CMYK")
        found = _decoded(alone, bits, page.first(tags.COMPRESSION, _NONE))
    if found.shape[1::-1] != size(page):
        raise Held("damaged")
    if photometric == _INVERTED:
        found[..., 0] = int(np.iinfo(found.dtype).max) - found[..., 0]
    if photometric == _PALETTE:
        return _looked_up(page, found[..., 0], bits), None
    if page.first(tags.EXTRA) == _ASSOCIATED and found.shape[2] in (2, 4):
        _divide(found)
    return found, None


def _decoded(alone: bytes, bits: int, compression: int) -> DeepSamples:
    image = open_image(alone, "TIFF")
    if bits < 16:
        modes = {"1": "L", "L": "L", "LA": "LA", "RGB": "RGB", "RGBA": "RGBA"}
        if image.mode not in modes:
            raise Held("encoding", detail="TIFF")
        return load(image, modes[image.mode])
    if image.mode in ("I;16", "I;16B"):
        return load_deep_grey(image)
    if image.mode not in ("RGB", "RGBA") or not image.tile:
        raise Held("encoding", detail="TIFF")
    big = alone[:2] == b"MM" if compression == _NONE else sys.byteorder == "big"
    high, low = ("B", "L") if big else ("L", "B")
    raw = _raw_mode(image.tile[0].args)
    return load_high_and_low(lambda: open_image(alone, "TIFF"), raw + high, raw + low, image.mode)


def _raw_mode(arguments: object) -> str:
    """The raw mode without its byte order: "RGBX;16" of "RGBX;16L"."""
    mode = arguments[0] if isinstance(arguments, tuple) else arguments
    if not isinstance(mode, str) or mode[-4:-1] != ";16":
        raise Held("encoding", detail="TIFF")
    return mode[:-1]


def _photometric(page: Directory) -> int:
    return page.first(tags.PHOTOMETRIC, _INVERTED)


def _depth(page: Directory) -> int:
    return page.first(tags.BITS, 1)


def _looked_up(page: Directory, values: DeepSamples, bits: int) -> Samples:
    entries = np.array(page.tags.get(tags.COLOURS, ()), np.uint32)
    if len(entries) != 3 << bits:
        raise Held("damaged")
    # The table has 16 bits an entry; some programs write 8.
    table = (entries >> 8 if entries.max() > 0xFF else entries).astype(np.uint8).reshape(3, -1).T
    step = 255 // ((1 << bits) - 1)  # indices of few bits come as shades of grey
    colours: Samples = table[values // np.uint8(step)]
    return colours


def _divide(samples: DeepSamples) -> None:
    """Colour that was multiplied by alpha, divided by it, in place."""
    top = int(np.iinfo(samples.dtype).max)
    alpha = np.maximum(samples[..., -1:].astype(np.uint64), 1)
    colour = (samples[..., :-1].astype(np.uint64) * top + alpha // 2) // alpha
    samples[..., :-1] = np.minimum(colour, top)


def _alone(page: Directory, data: bytes) -> bytes:
    """A file of this picture only, with the tags that its decoder needs. Raises Held where its bytes are not all there."""
    tiled = tags.TILE_OFFSETS in page.tags
    places, counts = (tags.TILE_OFFSETS, tags.TILE_COUNTS) if tiled else (tags.STRIP_OFFSETS, tags.STRIP_COUNTS)
    needed = _needed(page, tiled)
    offsets, sizes = (page.tags.get(tag, ())[: len(needed)] for tag in (places, counts))
    if not len(offsets) == len(sizes) == len(needed):
        raise Held("damaged")
    if page.first(tags.COMPRESSION, _NONE) == _NONE and any(a < b for a, b in zip(sizes, needed, strict=True)):
        raise Held("damaged")
    photometric = _photometric(page)
    shown = _GREY if photometric in (_INVERTED, _PALETTE) else photometric
    bits, samples = page.tags.get(tags.BITS, (1,)), page.first(tags.SAMPLES, len(page.tags.get(tags.BITS, (1,))))
    entries = [(tag, page.types[tag], page.tags[tag]) for tag in _KEPT if tag in page.tags]
    entries += [(tags.PHOTOMETRIC, _SHORT, (shown,)), (tags.SAMPLES, _SHORT, (samples,)), (tags.BITS, _SHORT, bits)]
    if extra := page.tags.get(tags.EXTRA):
        plain = tuple(_UNASSOCIATED if kind == _ASSOCIATED else kind for kind in extra)
        entries.append((tags.EXTRA, _SHORT, plain))
    at, moved = 8, []
    pieces = []
    for offset, length in zip(offsets, sizes, strict=True):
        if offset + length > len(data):
            raise Held("damaged")
        moved.append(at)
        pieces.append(data[offset : offset + length])
        at += length
    entries += [(places, _LONG, tuple(moved)), (counts, _LONG, sizes)]
    pad = b"\0" * (at % 2)
    mark = b"II*\0" if page.order == "<" else b"MM\0*"
    head = mark + struct.pack(page.order + "I", at + len(pad))
    return head + b"".join(pieces) + pad + tags.pack(page.order, entries, at + len(pad), 0)


def _needed(page: Directory, tiled: bool) -> list[int]:
    """The bytes of each strip or tile once it is decompressed. Raises Held where there are fewer of them than needed."""
    width, height = size(page)
    samples = page.first(tags.SAMPLES, len(page.tags.get(tags.BITS, (1,))))
    planes, together = (samples, 1) if page.first(tags.PLANAR, 1) == _SEPARATE else (1, samples)
    if tiled:
        across, rows = page.first(tags.TILE_WIDTH), page.first(tags.TILE_LENGTH)
    else:
        across, rows = width, min(page.first(tags.ROWS, height), height)
    if not 0 < across * rows <= max(_LARGEST_TILE, width * height) or not 1 <= samples <= _MOST_SAMPLES:
        raise Held("damaged")
    row = -(-across * together * _depth(page) // 8)
    columns, parts = -(-width // across), -(-height // rows)
    if columns * parts * planes > len(page.tags.get(tags.TILE_OFFSETS if tiled else tags.STRIP_OFFSETS, ())):
        raise Held("damaged")
    if tiled:
        return [row * rows] * (columns * parts * planes)
    return [row * min(rows, height - rows * part) for part in range(parts)] * planes


def stored_bytes(page: Directory) -> int:
    """How many bytes the picture's data take."""
    return sum(page.tags.get(tags.STRIP_COUNTS, ())) + sum(page.tags.get(tags.TILE_COUNTS, ()))


def encode(samples: DeepSamples) -> tuple[int, list[bytes]]:
    """Rows in a strip, and the strips: differences to the pixel on the left, deflated. samples: uint8 or uint16.

    Of 16 bits only run lengths are looked for: a full search takes five times as long and finds little in noise.
    """
    strategy = zlib.Z_DEFAULT_STRATEGY if samples.dtype == np.uint8 else zlib.Z_RLE
    height, width, channels = samples.shape
    rows = max(1, min(height, _STRIP // (width * channels * samples.itemsize)))
    strips = []
    for top in range(0, height, rows):
        part = samples[top : top + rows].astype(samples.dtype.newbyteorder("<"))
        part[:, 1:] -= samples[top : top + rows, :-1]
        stream = zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, strategy)
        strips.append(stream.compress(part.tobytes()) + stream.flush())
    return rows, strips
