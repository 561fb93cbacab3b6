"""Files that are read but never written: Photoshop and portable any-maps."""

from __future__ import annotations

import struct

import numpy as np
from PIL import Image

MODES = {"L": 1, "RGB": 3, "RGBA": 3, "CMYK": 4}


def psd(
    image: Image.Image, *, resources: bytes = b"", layers: bytes = b"", bits: int = 8, mode: int | None = None
) -> bytes:
    """A Photoshop file of raw planes."""
    planes = np.atleast_3d(np.asarray(image))
    if image.mode == "CMYK":
        planes = 255 - planes
    channels = planes.shape[2]
    number = MODES[image.mode] if mode is None else mode
    header = b"8BPS" + struct.pack(">H6xHIIHH", 1, channels, image.height, image.width, bits, number)
    sections = b"".join(struct.pack(">I", len(part)) + part for part in (b"", resources, layers))
    return header + sections + b"\0\0" + planes.transpose(2, 0, 1).tobytes()


def resource(number: int, block: bytes) -> bytes:
    return b"8BIM" + struct.pack(">HHI", number, 0, len(block)) + block + b"\0" * (len(block) % 2)


def pnm(image: Image.Image, comment: bytes = b"", levels: int = 255) -> bytes:
    kind = b"P6" if image.mode == "RGB" else b"P5"
    notes = b"#" + comment + b"\n" if comment else b""
    return kind + b"\n" + notes + b"%d %d\n%d\n" % (image.width, image.height, levels) + image.tobytes()
