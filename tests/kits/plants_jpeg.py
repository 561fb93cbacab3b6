"""Hiding places of JPEG."""

from __future__ import annotations

import struct
from collections.abc import Callable

from inspect_kit import (
    EXTENDED_HEADER,
    app_exif,
    app_jumbf,
    app_mpf,
    app_xmp,
    segment,
    tiff,
    xmp,
)
from paravent.model.report import Kind
from plants_kit import (
    CREDENTIALS,
    EXIF,
    PHOTOSHOP,
    PROFILES,
    SECRET,
    TEXT,
    TINY,
    VIDEO,
    XMP,
    ZIP,
    Plant,
    base,
    exif_of,
)

_JFIF = 20  # SOI and the 18 bytes of APP0 that Pillow writes


def _with(*segments: bytes, behind: bytes = b"") -> bytes:
    """Segments behind JFIF's own, bytes behind the end."""
    plain = base("JPEG")
    return plain[:_JFIF] + b"".join(segments) + plain[_JFIF:] + behind


def _instead_of_jfif(*segments: bytes) -> bytes:
    return base("JPEG")[:2] + b"".join(segments) + base("JPEG")[_JFIF:]


def _before_scan(*parts: bytes) -> bytes:
    plain = base("JPEG")
    at = plain.index(b"\xff\xda")
    return plain[:at] + b"".join(parts) + plain[at:]


def _behind_scan(extra: bytes) -> bytes:
    return base("JPEG")[:-2] + extra + b"\xff\xd9"


def _profile(profile: bytes) -> bytes:
    return _with(segment(0xE2, b"ICC_PROFILE\0\1\1" + profile))


def _extended() -> bytes:
    """The secret in the second part of an extended packet."""
    packet = xmp(f"<dc:title>{'x' * 400}{TEXT}</dc:title>")
    head = EXTENDED_HEADER + b"0123456789ABCDEF" * 2 + struct.pack(">I", len(packet))
    main = xmp(attributes='xmpNote:HasExtendedXMP="0123456789ABCDEF0123456789ABCDEF"').replace(
        b"xmlns:dc", b'xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmlns:dc', 1
    )
    half = len(packet) // 2
    parts = ((at, packet[at : at + half]) for at in range(0, len(packet), half))
    return _with(app_xmp(main), *(segment(0xE1, head + struct.pack(">I", at) + part) for at, part in parts))


def _multi_picture(picture_type: int, *segments: bytes) -> bytes:
    plain = _with(*segments, app_mpf(0, 0))
    at = len(plain) - plain.index(b"MPF\0") - 4
    return _with(*segments, app_mpf(at, len(TINY), picture_type), behind=TINY)


def _samsung() -> bytes:
    body = b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data" + VIDEO
    directory = b"SEFH" + struct.pack("<IIHHII", 106, 1, 0, 0x0A30, len(body), len(body))
    return _with(behind=body + directory + struct.pack("<I", len(directory)) + b"SEFT")


_GOOGLE = app_xmp(xmp(attributes='GCamera:MotionPhoto="1" GCamera:MotionPhotoVersion="1"'))
_XIAOMI = app_exif(tiff({0x10F: "Xiaomi"}, {0x8897: 1}))
_GAIN_MAP = app_xmp(xmp(attributes='hdrgm:Version="1.0"'))
_TABLE = bytes([3]) + SECRET.ljust(64, b"\x10")  # a quantisation table that no component names
_COUNTS = bytes((0, 0, 0, 0, 24)).ljust(16, b"\0")  # 24 codes of 5 bits

_OTHER: dict[str, tuple[Callable[[], bytes], Kind, str]] = {
    "JFIF thumbnail": (
        lambda: _instead_of_jfif(segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\4\2" + SECRET)),
        Kind.HIDDEN_PICTURE,
        "JFIF",
    ),
    "behind the JFIF header": (
        lambda: _instead_of_jfif(segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0" + SECRET)),
        Kind.HIDDEN_DATA,
        "JFIF",
    ),
    "JFXX thumbnail as JPEG": (lambda: _with(segment(0xE0, b"JFXX\0\x10" + TINY)), Kind.HIDDEN_PICTURE, "JFXX"),
    "JFXX thumbnail in colours": (
        lambda: _with(segment(0xE0, b"JFXX\0\x13\4\2" + SECRET)),
        Kind.HIDDEN_PICTURE,
        "JFXX",
    ),
    "extended XMP": (_extended, Kind.CAPTION, "XMP"),
    "comment": (lambda: _with(segment(0xFE, SECRET)), Kind.CAPTION, "JPEG comment"),
    **{
        f"APP{n}": (lambda n=n: _with(segment(0xE0 + n, b"Qqqq\0" + SECRET)), Kind.OTHER_METADATA, f"JPEG APP{n}")
        for n in range(16)
    },
    "Ducky's comment": (
        lambda: _with(segment(0xEC, b"Ducky\0\2\0\x1c\0\0\0\x18" + SECRET + b"\0\0")),
        Kind.OTHER_METADATA,
        "JPEG APP12",
    ),
    "behind the Adobe mark": (
        lambda: _with(segment(0xEE, b"Adobe\0\x64\0\0\0\0\1" + SECRET)),
        Kind.HIDDEN_DATA,
        "JPEG APP14",
    ),
    "extension segment": (lambda: _with(segment(0xF7, SECRET)), Kind.OTHER_METADATA, "JPEG extension segment"),
    "second picture by MPF": (lambda: _multi_picture(0x020002), Kind.HIDDEN_PICTURE, "behind the picture"),
    "large thumbnail by MPF": (lambda: _multi_picture(0x010001), Kind.HIDDEN_PICTURE, "behind the picture"),
    "gain map": (lambda: _multi_picture(0x050000, _GAIN_MAP), Kind.HIDDEN_PICTURE, "behind the picture"),
    "picture behind the end": (lambda: _with(behind=TINY), Kind.HIDDEN_PICTURE, "behind the picture"),
    "Google's motion photo": (lambda: _with(_GOOGLE, behind=VIDEO), Kind.HIDDEN_VIDEO, "behind the picture"),
    "Samsung's motion photo": (_samsung, Kind.HIDDEN_VIDEO, "behind the picture"),
    "Xiaomi's motion photo": (lambda: _with(_XIAOMI, behind=VIDEO), Kind.HIDDEN_VIDEO, "behind the picture"),
    "film that nothing declares": (lambda: _with(behind=VIDEO), Kind.HIDDEN_VIDEO, "behind the picture"),
    "archive behind the end": (lambda: _with(behind=ZIP), Kind.TRAILING_BYTES, "behind the picture"),
    "text behind the end": (lambda: _with(behind=SECRET), Kind.TRAILING_BYTES, "behind the picture"),
    "zeros and bytes behind the end": (
        lambda: _with(behind=bytes(4096) + SECRET),
        Kind.TRAILING_BYTES,
        "behind the picture",
    ),
    "between segments": (lambda: _with(SECRET), Kind.HIDDEN_DATA, "between JPEG segments"),
    "behind the last scan": (lambda: _behind_scan(SECRET), Kind.HIDDEN_DATA, "JPEG picture data"),
    "segment behind the last scan": (
        lambda: _behind_scan(segment(0xE7, SECRET)),
        Kind.OTHER_METADATA,
        "JPEG APP7",
    ),
    "padding in EXIF": (
        lambda: _with(app_exif(tiff({0xEA1C: b"\x1c\xea\0\0\0\x08" + SECRET}))),
        Kind.OTHER_METADATA,
        "EXIF",
    ),
    "unused quantisation table": (
        lambda: _before_scan(segment(0xDB, _TABLE)),
        Kind.HIDDEN_DATA,
        "JPEG tables",
    ),
    "unused Huffman table": (
        lambda: _before_scan(segment(0xC4, b"\x13" + _COUNTS + SECRET)),
        Kind.HIDDEN_DATA,
        "JPEG tables",
    ),
    "behind a quantisation table": (
        lambda: _before_scan(segment(0xDB, b"\3" + bytes(range(1, 65)) + SECRET)),
        Kind.HIDDEN_DATA,
        "JPEG tables",
    ),
}

PLANTS = (
    [Plant("JPEG", f"EXIF {place}", lambda p=place: _with(app_exif(exif_of(p))), *EXIF[place][1:]) for place in EXIF]
    + [Plant("JPEG", f"XMP {place}", lambda p=place: _with(app_xmp(XMP[p][0])), *XMP[place][1:]) for place in XMP]
    + [
        Plant(
            "JPEG", place, lambda p=place: _with(segment(0xED, b"Photoshop 3.0\0" + PHOTOSHOP[p][0])), *PHOTOSHOP[place][1:]
        )
        for place in PHOTOSHOP
    ]
    + [Plant("JPEG", place, lambda p=place: _profile(PROFILES[p]), Kind.COLOUR_PROFILE, "ICC") for place in PROFILES]
    + [
        Plant("JPEG", place, lambda p=place: _with(app_jumbf(CREDENTIALS[p][0])), *CREDENTIALS[place][1:])
        for place in CREDENTIALS
    ]
    + [Plant("JPEG", place, *row) for place, row in _OTHER.items()]
)
