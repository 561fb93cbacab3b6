"""The container of PNG: its chunks read and written, and the pixels of one picture decoded."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from paravent.containers import signatures
from paravent.containers.chunks import png
from paravent.errors import Held
from paravent.formats.shared import icc
from paravent.formats.shared.decoding import load, load_high_and_low, open_image
from paravent.formats.shared.exif_mark import orientation_exif
from paravent.model.samples import DeepSamples, Samples

SIGNATURE = signatures.PNG
PROFILE_NAME = b"ICC Profile"
GREY, RGB, PALETTE, GREY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
PALETTE_ENTRIES = 256

_MAX_CHUNKS = 1_000_000
_DEPTHS = {GREY: (1, 2, 4, 8, 16), RGB: (8, 16), PALETTE: (1, 2, 4, 8), GREY_ALPHA: (8, 16), RGB_ALPHA: (8, 16)}
_MODES = {GREY: "L", RGB: "RGB", PALETTE: "P", GREY_ALPHA: "LA", RGB_ALPHA: "RGBA"}
_CRITICAL = (b"IHDR", b"PLTE", b"IDAT", b"IEND")


@dataclass(frozen=True, slots=True)
class PngHeader:
    """IHDR. bits: of one sample. kind: colour type, one of the constants of this module."""

    width: int
    height: int
    bits: int
    kind: int
    interlaced: int = 0

    def pack(self) -> bytes:
        """The content of the chunk."""
        return struct.pack(">IIBBBBB", self.width, self.height, self.bits, self.kind, 0, 0, self.interlaced)


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each chunk up to IEND. Raises Held for a broken one or an unknown critical one."""
    if not data.startswith(SIGNATURE):
        raise Held("damaged")
    for name, start, end, following in png(data, len(SIGNATURE), _MAX_CHUNKS):
        if following > len(data):
            break
        if zlib.crc32(memoryview(data)[start - 4 : end]) != struct.unpack_from(">I", data, end)[0]:
            break
        if not name[0] & 0x20 and name not in _CRITICAL:
            raise Held("encoding", detail="PNG")
        yield name, data[start:end]
        if name == b"IEND":
            return
    raise Held("damaged")


def joined(parts: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """The first chunk of each type, in order of appearance, but all IDAT as one."""
    found: dict[bytes, bytes] = {}
    pixels: list[bytes] = []
    for name, content in parts:
        if name == b"IDAT":
            pixels.append(content)
        else:
            found.setdefault(name, content)
    found[b"IDAT"] = b"".join(pixels)
    return found


def read_header(parts: Mapping[bytes, bytes]) -> PngHeader:
    """The header, from chunks as `joined` gives them. Raises Held where it is broken or there are no pixels."""
    ihdr = parts.get(b"IHDR", b"")
    if next(iter(parts)) != b"IHDR" or len(ihdr) != 13 or not parts[b"IDAT"]:
        raise Held("damaged")
    width, height, bits, kind, compression, filtering, interlace = struct.unpack(">IIBBBBB", ihdr)
    if bits not in _DEPTHS.get(kind, ()) or compression or filtering or interlace > 1:
        raise Held("damaged")
    return PngHeader(width, height, bits, kind, interlace)


def decode(header: PngHeader, parts: Mapping[bytes, bytes]) -> DeepSamples:
    """The samples of PLTE and IDAT: (h, w, c), uint16 for 16 bits, else uint8; palette indices as they are. Raises Held."""
    needed = [(name, parts[name]) for name in (b"PLTE", b"IDAT") if name in parts]
    if header.bits < 16:
        samples: DeepSamples = load(open_image(assemble(header, needed), "PNG"), _MODES[header.kind])
    elif header.kind in (GREY, GREY_ALPHA):
        # Pixels of two or four bytes: read as grey and alpha, or RGB and alpha, of 8 bits, which loses nothing.
        kind = GREY_ALPHA if header.kind == GREY else RGB_ALPHA
        halves = PngHeader(header.width, header.height, 8, kind, header.interlaced)
        pairs = load(open_image(assemble(halves, needed), "PNG"), _MODES[kind])
        samples = pairs.view(">u2").astype(np.uint16)
    else:
        data, mode = assemble(header, needed), _MODES[header.kind]
        samples = load_high_and_low(lambda: open_image(data, "PNG"), f"{mode};16B", f"{mode};16L", mode)
    if samples.shape[:2] != (header.height, header.width):
        raise Held("damaged")
    return samples


def with_alpha(header: PngHeader, parts: Mapping[bytes, bytes]) -> DeepSamples:
    """Grey or RGB samples, with alpha where the picture has any, the palette looked up. Raises Held."""
    samples = decode(header, parts)
    if header.kind == PALETTE:
        return read_palette(samples, parts)[samples[..., 0]]
    key = parts.get(b"tRNS") if header.kind in (GREY, RGB) else None
    return samples if key is None else np.concatenate([samples, _keyed(samples, key, header.bits)], axis=2)


def read_palette(indices: DeepSamples, parts: Mapping[bytes, bytes]) -> Samples:
    """The palette, (n, 3) RGB or, with tRNS, (n, 4) RGB and alpha. Raises Held where an index has no entry."""
    plte = parts.get(b"PLTE", b"")
    count = len(plte) // 3
    if len(plte) % 3 or not 1 <= count <= PALETTE_ENTRIES or indices.max() >= count:
        raise Held("damaged")
    colour = np.frombuffer(plte, np.uint8).reshape(count, 3)
    stated = np.frombuffer(parts.get(b"tRNS", b""), np.uint8)[:count]
    if not len(stated):
        return colour
    alpha = np.full((count, 1), 255, np.uint8)
    alpha[: len(stated), 0] = stated
    return np.concatenate([colour, alpha], axis=1)


def _keyed(samples: DeepSamples, key: bytes, bits: int) -> DeepSamples:
    """Alpha (h, w, 1) where one colour is declared transparent."""
    channels = samples.shape[2]
    if len(key) != 2 * channels:
        raise Held("damaged")
    top, full = (1 << bits) - 1, int(np.iinfo(samples.dtype).max)
    values = np.array(struct.unpack(f">{channels}H", key)) & top
    transparent = np.all(samples == values * full // top, axis=2, keepdims=True)
    return np.where(transparent, 0, full).astype(samples.dtype)


def assemble(header: PngHeader, parts: Iterable[tuple[bytes, bytes]]) -> bytes:
    """A PNG of the header, those of the chunks that are not empty, and the end."""
    body = b"".join(chunk(name, content) for name, content in parts if content)
    return SIGNATURE + chunk(b"IHDR", header.pack()) + body + chunk(b"IEND", b"")


def profile_chunk(profile: str) -> tuple[bytes, bytes]:
    """The iCCP chunk of a built-in profile; empty for none."""
    return b"iCCP", PROFILE_NAME + b"\0\0" + zlib.compress(icc.build(profile), 9) if profile else b""


def mark_chunk(orientation: int) -> tuple[bytes, bytes]:
    """The eXIf chunk that states an orientation; empty for 1."""
    return b"eXIf", orientation_exif(orientation) if orientation != 1 else b""


def chunk(name: bytes, content: bytes) -> bytes:
    """One chunk with its checksum."""
    return struct.pack(">I4s", len(content), name) + content + struct.pack(">I", zlib.crc32(content, zlib.crc32(name)))


def with_packet(data: bytes, packet: bytes) -> bytes:
    """A file of ours with an XMP packet behind IHDR."""
    at = len(SIGNATURE) + 25
    # Keyword; not compressed; no language; no translated keyword.
    return data[:at] + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet) + data[at:]
