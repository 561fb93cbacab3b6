"""Tells what bytes are by how they begin: pictures, films, sound, archives, programs, text."""

from __future__ import annotations

import re

from paravent.containers import signatures

_PICTURES = (
    signatures.JPEG,
    signatures.PNG,
    *signatures.GIF,
    *signatures.TIFF,
    signatures.PSD,
    signatures.JXL,
    signatures.JP2,
)
# From the formats' own specifications; the longest prefix that fits decides.
_PREFIXES: tuple[tuple[bytes, str], ...] = (
    *((prefix, "picture") for prefix in _PICTURES),
    (signatures.EBML, "video"),
    (b"FLV\x01", "video"),
    (b"\0\0\x01\xba", "video"),
    (b"ID3", "sound"),
    (b"OggS", "sound"),
    (b"fLaC", "sound"),
    (b"#!AMR", "sound"),
    (b"PK\x03\x04", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b\x08", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\0", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),
    (b"%PDF-", "archive"),
    (b"SQLite format 3\0", "archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "archive"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"\0asm", "program"),
    (b"#!/", "program"),
)
_RIFF = {b"WEBP": "picture", b"AVI ": "video", b"WAVE": "sound"}
# Names of picture and film formats by prefix, for files that are not one of the families.
_NAMES: tuple[tuple[bytes, str], ...] = (
    (signatures.JPEG, "JPEG"),
    (signatures.PNG, "PNG"),
    *((prefix, "GIF") for prefix in signatures.GIF),
    *((prefix, "TIFF") for prefix in signatures.TIFF),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"IIRO", "ORF"),
    (b"IIU\0", "RW2"),
    (b"FUJIFILM", "RAF"),
    (b"BM", "BMP"),
    (signatures.PSD, "PSD"),
    (signatures.JXL, "JPEG XL"),
    (signatures.JXL_STREAM, "JPEG XL"),
    (signatures.JP2, "JPEG 2000"),
    (signatures.JP2_STREAM, "JPEG 2000"),
    (signatures.EBML, "Matroska"),
    (b"%PDF-", "PDF"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "WMV"),
    (b"FLV\x01", "FLV"),
    (b"\0\0\x01\xba", "MPEG"),
    (b"\0\0\x01\xb3", "MPEG"),
    (b"\x1f\x07\0", "DV"),
    (b".RMF", "RealMedia"),
    (b"%!PS", "PostScript"),
    (b"<svg", "SVG"),
)
_RIFF_NAMES = {b"WEBP": "WebP", b"AVI ": "AVI", b"WAVE": "WAV"}
_BRAND_NAMES = {b"avif": "AVIF", b"avis": "AVIF", b"crx ": "CR3", b"qt  ": "QuickTime"}
_TEXT_SAMPLE = 512
_SMALLEST_PICTURE = 26  # bytes: a GIF of one pixel; what is shorter is a header that a program left behind
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


def recognise(data: bytes, start: int, end: int) -> str:
    """ "picture", "video", "sound", "archive", "program", "text" or "unknown" for data[start:end], from its first bytes."""
    head = data[start : min(end, start + 16)]
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "unknown")
    if head[4:8] == b"ftyp":
        return "picture" if head[8:12] in signatures.PICTURE_BRANDS else "video"
    for prefix, kind in _PREFIXES:
        if head.startswith(prefix):
            return kind if kind != "picture" or end - start >= _SMALLEST_PICTURE else "unknown"
    return "text" if _is_text(data[start : min(end, start + _TEXT_SAMPLE)]) else "unknown"


def known_format(data: bytes) -> str:
    """The customary name of the picture or film format the data begins like, "" for none known."""
    if data[:4] == b"RIFF":
        return _RIFF_NAMES.get(data[8:12], "")
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        return _BRAND_NAMES.get(brand, "HEIC" if brand in signatures.PICTURE_BRANDS else "MP4")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<?xml", b"<!--", b"<!DOCTYPE svg")) and b"<svg" in data:
        return "SVG"
    return next((name for prefix, name in _NAMES if data.startswith(prefix)), "")


def _is_text(sample: bytes) -> bool:
    if len(sample) < 4 or _NOT_TEXT.search(sample):
        return False
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        # A character cut in two at the sample's end is no fault.
        return error.start >= len(sample) - 3 and len(sample) == _TEXT_SAMPLE
    return True
