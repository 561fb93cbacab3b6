"""What every table of planted secrets is built from: the secret, the picture around it, the row."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from inspect_kit import Wide, box, directory, iim, irb, jpeg, segment, tiff, xmp
from paravent.model.report import Kind

# 24 different characters, none of them twice, so that they can stand in a Huffman table too.
SECRET = b"Qz7Vb2Xk9Lm4Rt6Wn3Yp8Jd5"
TEXT = SECRET.decode()
WIDTH, HEIGHT = 96, 72
# In no picture here but where it is hidden; coarse enough to outlive lossy coding.
SECRET_COLOUR = (255, 0, 255)


class Plant(NamedTuple):
    """One hiding place of one format. kind, where: of the finding that `scan` must name it by; where: a part of it."""

    format: str
    place: str
    build: Callable[[], bytes]
    kind: Kind
    where: str


def drawn(mode: str = "RGB", width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """Slopes far from the secret colour, (h, w, c)."""
    y, x = np.mgrid[:height, :width]
    planes = np.stack([x * 150 // width, y * 90 // height + 120, x * 0 + 70, x * 0 + 255], axis=2)
    return planes[..., : {"L": 1, "RGB": 3, "RGBA": 4}[mode]].astype(np.uint8)


def saved(samples: NDArray[np.uint8], kind: str, **options: object) -> bytes:
    out = BytesIO()
    Image.fromarray(samples[..., 0] if samples.shape[2] == 1 else samples).save(out, kind, **options)
    return out.getvalue()


@lru_cache
def base(kind: str) -> bytes:
    """The drawn picture in a file of Pillow's."""
    return saved(drawn(), kind, **({"quality": 90} if kind in ("JPEG", "WEBP") else {}))


TINY = jpeg(segment(0xFE, SECRET))  # a second picture that also holds the secret
VIDEO = box(b"ftyp", b"mp42\0\0\0\0isommp42") + box(b"moov", bytes(100)) + box(b"mdat", SECRET * 20)
ZIP = b"PK\x03\x04\x14\0\0\0\0\0" + bytes(16) + struct.pack("<HH", 9, 0) + b"photo.txt" + SECRET
AREA = b"ASCII\0\0\0" + SECRET

# EXIF blocks, each with the secret in one place: arguments of `inspect_kit.tiff`, kind, where.
EXIF: dict[str, tuple[dict, Kind, str]] = {
    "GPS area": ({"gps": {0x1C: AREA}}, Kind.PLACE, "EXIF GPS"),
    "maker note": ({"exif": {0x927C: SECRET * 4}}, Kind.OTHER_METADATA, "EXIF maker note"),
    "serial number": ({"exif": {0xA431: TEXT}}, Kind.SERIAL, "EXIF"),
    "owner": ({"exif": {0xA430: TEXT}}, Kind.PERSON_NAME, "EXIF"),
    "unique id": ({"exif": {0xA420: TEXT}}, Kind.IDENTIFIER, "EXIF"),
    "user comment": ({"exif": {0x9286: b"UNICODE\0" + TEXT.encode("utf-16-le")}}, Kind.CAPTION, "EXIF"),
    "author as Windows writes it": ({"ifd0": {0x9C9D: Wide(TEXT.encode("utf-16-le"))}}, Kind.PERSON_NAME, "EXIF"),
    "IFD1 thumbnail": ({"thumbnail": TINY}, Kind.HIDDEN_PICTURE, "EXIF IFD1"),
    "PreviewImage": ({"exif": {0x927C: b"PREVIEW\0" + TINY}}, Kind.HIDDEN_PICTURE, "EXIF"),
}

_B64 = base64.b64encode(TINY).decode()
_LIST = "<{0}><rdf:Bag><rdf:li {1}/></rdf:Bag></{0}>"
# XMP packets likewise.
XMP: dict[str, tuple[bytes, Kind, str]] = {
    "description": (xmp(f"<dc:description>{TEXT}</dc:description>"), Kind.CAPTION, "XMP"),
    "mwg-rs face name": (xmp(_LIST.format("mwg-rs:RegionList", f'mwg-rs:Name="{TEXT}"')), Kind.PERSON_NAME, "XMP"),
    "MP face name": (xmp(f"<MPReg:PersonDisplayName>{TEXT}</MPReg:PersonDisplayName>"), Kind.PERSON_NAME, "XMP"),
    "GImage picture": (xmp(attributes=f'GImage:Data="{_B64}"'), Kind.HIDDEN_PICTURE, "XMP"),
    "GDepth map": (xmp(attributes=f'GDepth:Data="{_B64}"'), Kind.HIDDEN_PICTURE, "XMP"),
    "GCamera note": (xmp(attributes=f'GCamera:hdrp_makernote="{_B64}"'), Kind.HIDDEN_DATA, "XMP"),
    "document id": (xmp(attributes=f'xmpMM:DocumentID="xmp.did:{TEXT}"'), Kind.IDENTIFIER, "XMP"),
}
CREDIT = iim((80, SECRET))
PHOTOSHOP: dict[str, tuple[bytes, Kind, str]] = {
    "IPTC by-line": (irb((0x404, CREDIT)), Kind.PERSON_NAME, "IPTC"),
    "Photoshop thumbnail": (irb((0x40C, bytes(28) + TINY)), Kind.HIDDEN_PICTURE, "Photoshop"),
    "Photoshop address": (irb((0x40B, SECRET)), Kind.CAPTION, "Photoshop"),
    "unknown Photoshop resource": (irb((0x0FA1, SECRET)), Kind.OTHER_METADATA, "Photoshop"),
}
CREDENTIALS: dict[str, tuple[bytes, Kind, str]] = {
    "C2PA claim": (
        box(b"jumb", box(b"jumd", b"c2pa\0") + box(b"json", b'{"claim_generator": "' + SECRET + b'"}')),
        Kind.SOFTWARE,
        "C2PA",
    ),
    "C2PA ingredient thumbnail": (
        box(
            b"jumb",
            box(b"jumd", b"c2pa\0") + box(b"jumb", box(b"bfdb", b"\0image/jpeg\0") + box(b"bidb", TINY)),
        ),
        Kind.HIDDEN_PICTURE,
        "C2PA",
    ),
}


def exif_of(place: str) -> bytes:
    return tiff(**EXIF[place][0])


def with_tag(profile: bytes, name: bytes, content: bytes) -> bytes:
    """An ICC profile with one more tag."""
    count = struct.unpack_from(">I", profile, 128)[0]
    table = [struct.unpack_from(">4sII", profile, 132 + 12 * i) for i in range(count)]
    listed = b"".join(struct.pack(">4sII", tag, at + 12, size) for tag, at, size in table)
    listed += struct.pack(">4sII", name, len(profile) + 12, len(content))
    built = profile[:128] + struct.pack(">I", count + 1) + listed + profile[132 + 12 * count :] + content
    return struct.pack(">I", len(built)) + built[4:]


def _swapped(profile: bytes) -> bytes:
    """Red and green primaries exchanged: a valid profile of a space nobody knows."""
    return profile.replace(b"rXYZ", b"----", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"----", b"gXYZ", 1)


_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
PROFILES: dict[str, bytes] = {
    "ICC text": with_tag(_SRGB, b"dmdd", b"text" + bytes(4) + SECRET + b"\0"),
    "ICC private tag": with_tag(_SRGB, b"Zyx1", SECRET),
    "unknown ICC profile": with_tag(_swapped(_SRGB), b"dmnd", b"text" + bytes(4) + SECRET + b"\0"),
    "bogus ICC profile": SECRET * 8,
}


def directory_block(fields: dict) -> bytes:
    return b"II*\0\x08\0\0\0" + directory(fields, 8)


def uuid(hexadecimal: str, content: bytes) -> bytes:
    return box(b"uuid", bytes.fromhex(hexadecimal) + content)


XMP_UUID = "be7acfcb97a942e89c71999491e3afac"
C2PA_UUID = "d8fec3d61b0e483c92975828877ec481"
SAMSUNG = box(b"sefd", b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data" + VIDEO)
