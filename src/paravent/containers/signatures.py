"""How files begin, each fact once: for recognising what is prepared, and what lies hidden in another file."""

from __future__ import annotations

import re

from paravent.containers.isobmff import is_branded

JPEG = b"\xff\xd8\xff"
PNG = b"\x89PNG\r\n\x1a\n"
GIF = (b"GIF87a", b"GIF89a")
TIFF = (b"II*\0", b"MM\0*")
PSD = b"8BPS"
JP2, JP2_STREAM = b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51"
JXL, JXL_STREAM = b"\0\0\0\x0cJXL \r\n\x87\n", b"\xff\x0a"
EBML = b"\x1aE\xdf\xa3"

_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
_PNM = re.compile(rb"P[56][\s#]")
_AVIF_BRANDS = frozenset((b"avif", b"avis"))
_HEIF_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))
_OTHER_PICTURE_BRANDS = frozenset((b"crx ", b"jxl ", b"jp2 "))
PICTURE_BRANDS = _AVIF_BRANDS | _HEIF_BRANDS | _OTHER_PICTURE_BRANDS


def riff(head: bytes) -> bytes:
    """The kind of a RIFF file ("WEBP", "AVI ", ...), b"" for another."""
    return head[8:12] if head[:4] == b"RIFF" else b""


def brand(head: bytes) -> bytes:
    """The major brand of an ISO base media file, b"" for another."""
    return head[8:12] if head[4:8] == b"ftyp" else b""


def is_avif(head: bytes) -> bool:
    """Whether a picture's file type box names a brand of AVIF."""
    return brand(head) in PICTURE_BRANDS and is_branded(head, _AVIF_BRANDS)


def is_heif(head: bytes) -> bool:
    """Whether a picture's file type box names a brand of HEIF, and none of AVIF."""
    return brand(head) in PICTURE_BRANDS and is_branded(head, _HEIF_BRANDS) and not is_branded(head, _AVIF_BRANDS)


def video_brand(head: bytes) -> bytes:
    """The major brand of an ISO base media file that is no picture, b"" for another."""
    major = brand(head)
    return b"" if major in PICTURE_BRANDS else major


def is_bmp(head: bytes) -> bool:
    """Whether there is BMP's signature and a header of a known size."""
    return head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS


def is_pnm(head: bytes) -> bool:
    """Whether a portable pixmap or greymap in binary form begins."""
    return _PNM.match(head) is not None
