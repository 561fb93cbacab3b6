"""Kinds of files people have that cannot be prepared yet, so that a refusal can name them."""

from __future__ import annotations

_PREFIXES: tuple[tuple[bytes, str], ...] = (
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\x00", "TIFF or raw camera"),
    (b"MM\x00*", "TIFF or raw camera"),
    (b"BM", "BMP"),
    (b"8BPS", "Photoshop"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"%PDF-", "PDF"),
    (b"<svg", "SVG"),
    (b"\x1aE\xdf\xa3", "film"),
)
_BRANDS: dict[bytes, str] = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"), "HEIC"),
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
    b"crx ": "raw camera",
}


def named(head: bytes) -> str | None:
    """The name of a format by its first bytes (64 are enough); None for what has no name here."""
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "film")
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "film"
    return next((name for prefix, name in _PREFIXES if head.startswith(prefix)), None)
