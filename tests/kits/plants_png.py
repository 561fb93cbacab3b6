"""Hiding places of PNG, APNG and WebP."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from inspect_kit import chunk, irb, webp_chunk
from paravent.model.report import Kind
from picture_kit import chunks, planted, png_of, riff_chunks, webp_of
from plants_kit import (
    CREDENTIALS,
    CREDIT,
    EXIF,
    HEIGHT,
    PROFILES,
    SECRET,
    TINY,
    VIDEO,
    WIDTH,
    XMP,
    ZIP,
    Plant,
    base,
    drawn,
    exif_of,
    saved,
)


def _with(name: bytes, content: bytes) -> bytes:
    return planted(base("PNG"), (name, content))


def _raw_profile(kind: bytes, block: bytes) -> bytes:
    """ImageMagick's way: hexadecimal, compressed."""
    text = b"\n%s\n%8d\n%s\n" % (kind, len(block), block.hex().encode())
    return _with(b"zTXt", b"Raw profile type " + kind + b"\0\0" + zlib.compress(text))


def _more_in(data: bytes, wanted: bytes, extra: bytes) -> bytes:
    """Bytes at the end of the last chunk of that type."""
    parts = chunks(data)
    last = max(at for at, (name, _) in enumerate(parts) if name == wanted)
    parts[last] = (wanted, parts[last][1] + extra)
    return png_of(parts)


def transparent(seed: bytes = SECRET) -> NDArray[np.uint8]:
    """The drawn picture with a clear corner, whose colours spell the secret."""
    samples = drawn("RGBA")
    samples[:8, :16] = 0
    samples[3, 2 : 2 + len(seed) // 3, :3] = np.frombuffer(seed, np.uint8).reshape(-1, 3)
    return samples


def _key_colour() -> bytes:
    """Palette entries that no pixel uses."""
    indices = (drawn("L")[..., 0] // 10).astype(np.uint8)
    table = b"".join(bytes((i * 10, 120, 70)) for i in range(16)) + SECRET
    rows = b"".join(b"\0" + row.tobytes() for row in indices)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    return png_of([(b"IHDR", header), (b"PLTE", table), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")])


def _idat(samples: NDArray[np.uint8]) -> bytes:
    return zlib.compress(b"".join(b"\0" + row.tobytes() for row in samples))


def _control(sequence: int) -> tuple[bytes, bytes]:
    return b"fcTL", struct.pack(">IIIIIHHBB", sequence, WIDTH, HEIGHT, 0, 0, 1, 10, 0, 0)


def _animated(parts: list[tuple[bytes, bytes]], kind: int = 2) -> bytes:
    header = (b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, kind, 0, 0, 0))
    return png_of([header, (b"acTL", struct.pack(">II", 2, 0)), *parts, (b"IEND", b"")])


def _frames(extra: bytes = b"", more: tuple[tuple[bytes, bytes], ...] = ()) -> bytes:
    """Two frames. extra: behind the second one's stream. more: chunks at the end."""
    second = struct.pack(">I", 2) + _idat(drawn() + 9) + extra
    return _animated([_control(0), (b"IDAT", _idat(drawn())), _control(1), (b"fdAT", second), *more])


def _hidden_default() -> bytes:
    """A default image that is no frame, which viewers of animations never show; the secret are its samples."""
    hidden = drawn()
    hidden[3, 2:10] = np.frombuffer(SECRET, np.uint8).reshape(8, 3)
    frames = [(_control(2 * i), (b"fdAT", struct.pack(">I", 2 * i + 1) + _idat(drawn() + 9 * i))) for i in range(2)]
    return _animated([(b"IDAT", _idat(hidden)), *(part for frame in frames for part in frame)])


def _surplus_frame() -> bytes:
    """A third frame where two are announced."""
    hidden = drawn()
    hidden[3, 2:10] = np.frombuffer(SECRET, np.uint8).reshape(8, 3)
    return _frames(more=(_control(3), (b"fdAT", struct.pack(">I", 4) + _idat(hidden))))


_CROPPED = base("PNG")[60:400] + SECRET + base("PNG")[-12:]

_PNG: dict[str, tuple[Callable[[], bytes], Kind, str]] = {
    "tEXt": (lambda: _with(b"tEXt", b"Comment\0" + SECRET), Kind.CAPTION, "PNG tEXt"),
    "zTXt": (lambda: _with(b"zTXt", b"Author\0\0" + zlib.compress(SECRET)), Kind.PERSON_NAME, "PNG zTXt"),
    "iTXt": (lambda: _with(b"iTXt", b"Title\0\1\0en\0\0" + zlib.compress(SECRET)), Kind.CAPTION, "PNG iTXt"),
    "iTXt keyword": (lambda: _with(b"iTXt", SECRET + b"\0\0\0\0\0text"), Kind.OTHER_METADATA, "PNG iTXt"),
    "EXIF as text": (lambda: _raw_profile(b"exif", b"Exif\0\0" + exif_of("owner")), Kind.PERSON_NAME, "EXIF"),
    "IPTC as text": (lambda: _raw_profile(b"iptc", irb((0x404, CREDIT))), Kind.PERSON_NAME, "IPTC"),
    "behind tIME": (lambda: _with(b"tIME", struct.pack(">HBBBBB", 2031, 5, 6, 7, 8, 9) + SECRET), Kind.TIME, "PNG tIME"),
    "private chunk": (lambda: _with(b"prVt", SECRET), Kind.OTHER_METADATA, "PNG private chunk"),
    "picture in a private chunk": (lambda: _with(b"prVt", TINY), Kind.HIDDEN_PICTURE, "PNG private chunk"),
    "suggested palette": (lambda: _with(b"sPLT", SECRET + b"\0\x08" + bytes(6)), Kind.OTHER_METADATA, "PNG sPLT"),
    "histogram": (lambda: _with(b"hIST", SECRET), Kind.OTHER_METADATA, "PNG hIST"),
    "behind pHYs": (lambda: _with(b"pHYs", bytes(9) + SECRET), Kind.HIDDEN_DATA, "PNG pHYs"),
    "chunk in IEND": (lambda: base("PNG")[:-12] + chunk(b"IEND", SECRET), Kind.HIDDEN_DATA, "PNG IEND"),
    "text behind the end": (lambda: base("PNG") + SECRET, Kind.TRAILING_BYTES, "behind the picture"),
    "picture behind the end": (lambda: base("PNG") + TINY, Kind.HIDDEN_PICTURE, "behind the picture"),
    "archive behind the end": (lambda: base("PNG") + ZIP, Kind.TRAILING_BYTES, "behind the picture"),
    "film behind the end": (lambda: base("PNG") + VIDEO, Kind.HIDDEN_VIDEO, "behind the picture"),
    "rest of a cropped picture": (lambda: base("PNG") + _CROPPED, Kind.HIDDEN_PICTURE, "behind the picture"),
    "behind the end of the stream": (lambda: _more_in(base("PNG"), b"IDAT", SECRET), Kind.HIDDEN_DATA, "PNG picture data"),
    "behind the last row": (lambda: _longer(), Kind.HIDDEN_DATA, "PNG picture data"),
    "colour under transparent pixels": (
        lambda: saved(transparent(), "PNG"),
        Kind.HIDDEN_DATA,
        "transparent pixels",
    ),
    "unused palette entries": (_key_colour, Kind.HIDDEN_DATA, "palette"),
}
_APNG: dict[str, tuple[Callable[[], bytes], Kind, str]] = {
    "hidden default image": (_hidden_default, Kind.HIDDEN_PICTURE, "PNG"),
    "frame too many": (_surplus_frame, Kind.HIDDEN_PICTURE, "PNG"),
    "behind the stream of a frame": (lambda: _frames(SECRET), Kind.HIDDEN_DATA, "PNG picture data"),
    "private chunk between frames": (
        lambda: _frames(more=((b"prVt", SECRET),)),
        Kind.OTHER_METADATA,
        "PNG private chunk",
    ),
}


def _longer() -> bytes:
    """More rows in the stream than the picture has."""
    parts = dict(chunks(base("PNG")))
    packed = zlib.compress(zlib.decompress(parts[b"IDAT"]) + SECRET)
    return png_of([(b"IHDR", parts[b"IHDR"]), (b"IDAT", packed), (b"IEND", b"")])


# WebP


@lru_cache
def _lossless() -> bytes:
    return saved(drawn(), "WEBP", lossless=True)


def _canvas(flags: int) -> tuple[bytes, bytes]:
    return b"VP8X", bytes((flags, 0, 0, 0)) + (WIDTH - 1).to_bytes(3, "little") + (HEIGHT - 1).to_bytes(3, "little")


def _extended(flags: int, *extra: tuple[bytes, bytes], front: tuple[tuple[bytes, bytes], ...] = ()) -> bytes:
    return webp_of([_canvas(flags), *front, *riff_chunks(base("WEBP")), *extra])


def _frame(samples: NDArray[np.uint8], extra: bytes = b"", at: tuple[int, int] = (0, 0)) -> tuple[bytes, bytes]:
    numbers = (at[0] // 2, at[1] // 2, samples.shape[1] - 1, samples.shape[0] - 1, 100)
    head = b"".join(number.to_bytes(3, "little") for number in numbers) + b"\2"
    return b"ANMF", head + webp_of(riff_chunks(saved(samples, "WEBP", lossless=True)))[12:] + extra


def _moving(*extra: tuple[bytes, bytes], second: tuple[bytes, bytes] | None = None, control: bytes = b"") -> bytes:
    loop = (b"ANIM", struct.pack("<IH", 0, 0) + control)
    return webp_of([_canvas(2), loop, _frame(drawn()), second or _frame(drawn() + 9), *extra])


def _more_in_stream(extra: bytes) -> bytes:
    ((name, content),) = riff_chunks(_lossless())
    return webp_of([(name, content + extra)])


_WEBP: dict[str, tuple[Callable[[], bytes], Kind, str]] = {
    "unknown chunk": (lambda: _extended(0, (b"prVt", SECRET)), Kind.OTHER_METADATA, "WebP private chunk"),
    "picture in an unknown chunk": (lambda: _extended(0, (b"prVt", TINY)), Kind.HIDDEN_PICTURE, "WebP private chunk"),
    "text behind the end": (lambda: base("WEBP") + SECRET, Kind.TRAILING_BYTES, "behind the picture"),
    "picture behind the end": (lambda: base("WEBP") + TINY, Kind.HIDDEN_PICTURE, "behind the picture"),
    "film behind the end": (lambda: base("WEBP") + VIDEO, Kind.HIDDEN_VIDEO, "behind the picture"),
    "archive behind the end": (lambda: base("WEBP") + ZIP, Kind.TRAILING_BYTES, "behind the picture"),
    "behind the canvas": (
        lambda: webp_of([(b"VP8X", _canvas(0)[1] + SECRET), *riff_chunks(base("WEBP"))]),
        Kind.HIDDEN_DATA,
        "WebP VP8X",
    ),
    "second picture": (
        lambda: _extended(0, *riff_chunks(saved(255 - drawn(), "WEBP")), (b"prVt", SECRET)),
        Kind.HIDDEN_PICTURE,
        "WebP",
    ),
    "behind the bit stream": (lambda: _more_in_stream(SECRET), Kind.HIDDEN_DATA, "WebP picture data"),
    "colour under transparent pixels": (
        lambda: saved(transparent(), "WEBP", lossless=True, exact=True),
        Kind.HIDDEN_DATA,
        "transparent pixels",
    ),
}
_AWEBP: dict[str, tuple[Callable[[], bytes], Kind, str]] = {
    "unknown chunk": (lambda: _moving((b"prVt", SECRET)), Kind.OTHER_METADATA, "WebP private chunk"),
    "unknown chunk in a frame": (
        lambda: _moving(second=_frame(drawn() + 9, webp_chunk(b"prVt", SECRET))),
        Kind.OTHER_METADATA,
        "WebP private chunk",
    ),
    "behind the loop count": (lambda: _moving(control=SECRET), Kind.HIDDEN_DATA, "WebP ANIM"),
    "frame outside the canvas": (
        lambda: _moving(second=_frame(drawn(), webp_chunk(b"prVt", SECRET), at=(48, 36))),
        Kind.HIDDEN_PICTURE,
        "WebP frame",
    ),
    "EXIF owner": (lambda: _moving((b"EXIF", exif_of("owner"))), Kind.PERSON_NAME, "EXIF"),
    "XMP face name": (lambda: _moving((b"XMP ", XMP["mwg-rs face name"][0])), Kind.PERSON_NAME, "XMP"),
}

_XMP_TEXT = b"XML:com.adobe.xmp\0\0\0\0\0"
PLANTS = (
    [Plant("PNG", f"EXIF {p}", lambda p=p: _with(b"eXIf", exif_of(p)), *EXIF[p][1:]) for p in EXIF]
    + [Plant("PNG", f"XMP {p}", lambda p=p: _with(b"iTXt", _XMP_TEXT + XMP[p][0]), *XMP[p][1:]) for p in XMP]
    + [
        Plant(
            "PNG",
            p,
            lambda p=p: _with(b"iCCP", b"profile\0\0" + zlib.compress(PROFILES[p])),
            Kind.COLOUR_PROFILE,
            "ICC",
        )
        for p in PROFILES
    ]
    + [Plant("PNG", p, lambda p=p: _with(b"caBX", CREDENTIALS[p][0]), *CREDENTIALS[p][1:]) for p in CREDENTIALS]
    + [Plant("PNG", place, *row) for place, row in _PNG.items()]
    + [Plant("APNG", place, *row) for place, row in _APNG.items()]
    + [Plant("WebP", f"EXIF {p}", lambda p=p: _extended(8, (b"EXIF", exif_of(p))), *EXIF[p][1:]) for p in EXIF]
    + [Plant("WebP", f"XMP {p}", lambda p=p: _extended(4, (b"XMP ", XMP[p][0])), *XMP[p][1:]) for p in XMP]
    + [
        Plant("WebP", p, lambda p=p: _extended(32, front=((b"ICCP", PROFILES[p]),)), Kind.COLOUR_PROFILE, "ICC")
        for p in PROFILES
    ]
    + [Plant("WebP", p, lambda p=p: _extended(0, (b"C2PA", CREDENTIALS[p][0])), *CREDENTIALS[p][1:]) for p in CREDENTIALS]
    + [Plant("WebP", place, *row) for place, row in _WEBP.items()]
    + [Plant("animated WebP", place, *row) for place, row in _AWEBP.items()]
)
