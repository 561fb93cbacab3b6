"""Drawn pictures and broken files for the tests of formats."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from paravent.model.geometry import Ellipse, Polygon
from paravent.model.style import STICKERS, STYLES, Style

# Stands where a copy must not keep it.
MARK = b"QUOKKA-4711"
CHANNELS = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}

styles = st.builds(Style, st.sampled_from(STYLES), st.tuples(*[st.integers(0, 255)] * 3), st.sampled_from(STICKERS))
ellipses = st.builds(Ellipse, st.floats(-5, 70), st.floats(-5, 60), st.floats(1, 30), st.floats(1, 30), st.floats(0, 180))
polygons = st.builds(Polygon, st.lists(st.tuples(st.floats(-5, 70), st.floats(-5, 60)), min_size=3, max_size=6).map(tuple))
shape_sets = st.lists(ellipses | polygons, min_size=1, max_size=3).map(tuple)
sizes = st.tuples(st.integers(1, 66), st.integers(1, 55))


def scene(mode: str, width: int, height: int, seed: int = 0) -> NDArray[np.uint8]:
    """(h, w, c): slopes and noise; alpha, where there is one, partly 0 and partly between."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    slopes = np.stack([x * 3 + y, y * 4, x + y * 2, 300 - x * 5], axis=2)[..., : CHANNELS[mode]]
    out = np.clip(slopes + rng.integers(-20, 20, slopes.shape), 0, 255).astype(np.uint8)
    if mode in ("LA", "RGBA"):
        out[: height // 4, :, -1] = 0
    return out


def smooth(mode: str, width: int = 160, height: int = 120, bits: int = 8) -> np.ndarray:
    """A picture that a lossy encoder keeps well; values of `bits` bits."""
    y, x = np.mgrid[:height, :width]
    planes = np.stack([x + 20, y + 60, 250 - x, 255 - y // 2], axis=2) % 256
    planes = planes[..., {"L": [0], "LA": [0, 3], "RGB": [0, 1, 2], "RGBA": [0, 1, 2, 3]}[mode]]
    return planes.astype(np.uint8) if bits == 8 else (planes * 257 >> (16 - bits)).astype(np.uint16)


def saved(samples: NDArray[np.uint8], kind: str = "PNG", **options: object) -> bytes:
    """The samples in a file, as Pillow writes it."""
    buffer = BytesIO()
    Image.fromarray(samples[..., 0] if samples.shape[2] == 1 else samples).save(buffer, kind, **options)
    return buffer.getvalue()


def indexed(indices: NDArray[np.uint8], table: NDArray[np.uint8]) -> bytes:
    """A palette PNG. table: (n, 4), RGB and alpha."""
    image = Image.fromarray(indices, "P")
    image.putpalette(table[:, :3].tobytes())
    buffer = BytesIO()
    image.save(buffer, "PNG", transparency=table[:, 3].tobytes())
    return buffer.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    """A PNG chunk with a good checksum."""
    return struct.pack(">I4s", len(content), name) + content + struct.pack(">I", zlib.crc32(name + content))


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Names and contents of a well-formed PNG's chunks."""
    found, at = [], 8
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        found.append((name, data[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def png_of(parts: list[tuple[bytes, bytes]]) -> bytes:
    """A PNG of the given chunks."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def planted(data: bytes, *extra: tuple[bytes, bytes], before: bytes = b"IDAT") -> bytes:
    """The PNG with chunks put in front of the first one named `before`."""
    parts = chunks(data)
    at = [name for name, _ in parts].index(before)
    return png_of([*parts[:at], *extra, *parts[at:]])


def riff_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Names and contents of a WebP's chunks."""
    found, at = [], 12
    while at < len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        found.append((name, data[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    return found


def webp_of(parts: list[tuple[bytes, bytes]]) -> bytes:
    """A WebP of the given chunks."""
    body = b"".join(struct.pack("<4sI", n, len(c)) + c + b"\0" * (len(c) % 2) for n, c in parts)
    return struct.pack("<4sI4s", b"RIFF", 4 + len(body), b"WEBP") + body
