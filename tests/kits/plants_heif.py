"""Hiding places of HEIC, AVIF and JPEG 2000."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from io import BytesIO

import imagecodecs
import numpy as np
import pillow_heif
from numpy.typing import NDArray

from container_kit import movie, stream_comment
from heif_kit import Heif, numbers, parse
from inspect_kit import box
from paravent.model.report import Kind
from plants_kit import (
    C2PA_UUID,
    CREDENTIALS,
    CREDIT,
    EXIF,
    HEIGHT,
    PROFILES,
    SAMSUNG,
    SECRET,
    SECRET_COLOUR,
    TINY,
    VIDEO,
    WIDTH,
    XMP,
    XMP_UUID,
    ZIP,
    Plant,
    drawn,
    exif_of,
    saved,
    uuid,
)

Rows = dict[str, tuple[Callable[[], bytes], Kind, str]]


def _heic(samples: NDArray[np.uint8], tile: int = 0) -> bytes:
    height, width, channels = samples.shape
    file, out = pillow_heif.HeifFile(), BytesIO()
    file.add_frombytes(("L", "", "RGB", "RGBA")[channels - 1], (width, height), samples.tobytes())
    file.save(out, quality=90, enc_params={"preset": "ultrafast"}, chroma=420, bit_depth=8, tile_size=tile)
    return out.getvalue()


@lru_cache
def _plain(brand: str) -> bytes:
    return _heic(drawn()) if brand == "HEIC" else saved(drawn(), "AVIF", quality=90, speed=9, max_threads=1)


def _shown(brand: str) -> Heif:
    return parse(_plain(brand))


def _half_hidden(cut: int) -> NDArray[np.uint8]:
    """A picture three times as wide; right of `cut` it is of the secret colour."""
    samples = drawn(width=3 * WIDTH)
    samples[:, cut:] = SECRET_COLOUR
    return samples


@lru_cache
def _small(brand: str) -> Heif:
    """A second picture of the secret colour."""
    samples = np.full((64, 64, 3), SECRET_COLOUR, np.uint8)
    return parse(_heic(samples) if brand == "HEIC" else saved(samples, "AVIF", quality=90, speed=9, max_threads=1))


def _message(brand: str) -> bytes:
    """User data in front of a coded picture: a supplemental message of HEVC, or metadata of AV1."""
    if brand == "HEIC":
        unit = b"\x4e\x01\x05" + bytes((16 + len(SECRET),)) + bytes(16) + SECRET + b"\x80"
        return len(unit).to_bytes(4, "big") + unit
    content = b"\4\xb5\0\x99" + SECRET + b"\x80"  # ITU-T T.35
    return b"\x2a" + bytes((len(content),)) + content


def _marked(file: Heif, brand: str, index: int = 0) -> Heif:
    part = file.parts[index]
    return file.with_content(_message(brand) + part.content, index)


def _second(file: Heif, brand: str, link: bytes, *props: tuple[bytes, bytes]) -> Heif:
    small = _marked(_small(brand), brand).parts[0]
    return file.with_part(small.kind, small.content, link, (*small.props, *props))


def _auxiliary(name: bytes) -> tuple[bytes, bytes]:
    return b"auxC", bytes(4) + name + b"\0"


def _configured(file: Heif) -> Heif:
    """A further unit in the decoder's configuration."""
    old = file.get(b"hvcC")
    unit = b"\x4e\x01\x05" + bytes((16 + len(SECRET),)) + bytes(16) + SECRET + b"\x80"
    added = b"\xa7\0\1" + len(unit).to_bytes(2, "big") + unit
    return file.swapped(b"hvcC", old[:22] + bytes((old[22] + 1,)) + old[23:] + added)


def _cut(brand: str) -> bytes:
    """Of a wide picture only the left third is shown."""
    samples = _half_hidden(WIDTH + 64)
    wide = _heic(samples) if brand == "HEIC" else saved(samples, "AVIF", quality=90, speed=9, max_threads=1)
    return parse(wide).with_props((b"clap", numbers(WIDTH, 1, HEIGHT, 1, -WIDTH, 1, 0, 1))).bytes()


def _tiles() -> bytes:
    """A grid whose stated size leaves its right tiles out."""
    samples = np.concatenate([drawn("RGB", 128, 128), np.full((128, 128, 3), SECRET_COLOUR, np.uint8)], axis=1)
    file = parse(_heic(samples, tile=128))
    at = next(number for number, part in enumerate(file.parts) if part.kind == b"grid")
    grid = file.parts[at].content
    narrow = grid[:4] + struct.pack(">HH", 128, 128)
    return file.with_content(narrow, at).swapped(b"ispe", bytes(4) + numbers(128, 128), at).bytes()


def _overlaid() -> bytes:
    """Two pictures on top of each other: the lower one, with the secret, is wholly covered."""
    file = _second(_shown("HEIC"), "HEIC", b"")
    canvas = b"\0\0" + struct.pack(">HHHH", 0, 0, 0, 0) + struct.pack(">HH", WIDTH, HEIGHT) + bytes(8)
    file = file.with_part(b"iovl", canvas, b"", ((b"ispe", bytes(4) + numbers(WIDTH, HEIGHT)),))
    lower, upper = file.parts[1].number, file.parts[0].number
    return replace(file, primary=file.parts[-1].number, links=[(b"dimg", file.parts[-1].number, (lower, upper))]).bytes()


def _video() -> bytes:
    """A track beside the picture; its sample is the secret."""
    plain = replace(_shown("HEIC"), behind=movie(b"vide", 0, len(SECRET)), waste=SECRET).bytes()
    return replace(_shown("HEIC"), behind=movie(b"vide", plain.index(SECRET), len(SECRET)), waste=SECRET).bytes()


def _places(brand: str) -> Rows:
    """What HEIC and AVIF share."""

    def changed(change: Callable[[Heif], Heif]) -> Callable[[], bytes]:
        return lambda: change(_shown(brand)).bytes()

    def auxiliary(name: bytes) -> Callable[[], bytes]:
        return changed(lambda f: _second(f, brand, b"auxl", _auxiliary(name)))

    def behind(content: bytes) -> Callable[[], bytes]:
        return changed(lambda f: replace(f, behind=content))

    depth = b"urn:mpeg:hevc:2015:auxid:2" if brand == "HEIC" else b"urn:mpeg:mpegB:cicp:systems:auxiliary:depth"
    rows: Rows = {
        f"EXIF {place}": (changed(lambda f, p=place: f.with_part(b"Exif", bytes(4) + exif_of(p))), *EXIF[place][1:])
        for place in EXIF
    }
    for place, (packet, *found) in XMP.items():
        media = b"application/rdf+xml\0"
        rows[f"XMP {place}"] = (changed(lambda f, p=packet, m=media: _mime(f, m, p)), *found)
    for place, profile in PROFILES.items():
        rows[place] = (changed(lambda f, p=profile: f.with_props((b"colr", b"prof" + p))), Kind.COLOUR_PROFILE, "ICC")
    for place, (store, *found) in CREDENTIALS.items():
        content = bytes(4) + b"manifest\0" + bytes(8) + store
        rows[place] = (changed(lambda f, c=content: replace(f, before=uuid(C2PA_UUID, c))), *found)
    item, parts, box_of, end = "HEIF item", "between HEIF items", "HEIF", "behind the picture"
    return rows | {
        "thumbnail": (changed(lambda f: _second(f, brand, b"thmb")), Kind.HIDDEN_PICTURE, item),
        "depth map": (auxiliary(depth), Kind.HIDDEN_PICTURE, item),
        "gain map": (auxiliary(b"urn:com:apple:photo:2020:aux:hdrgainmap"), Kind.HIDDEN_PICTURE, item),
        "mask of skin": (auxiliary(b"urn:com:apple:photo:2019:aux:semanticskinmatte"), Kind.HIDDEN_PICTURE, item),
        "second picture": (changed(lambda f: _second(f, brand, b"")), Kind.HIDDEN_PICTURE, item),
        "message in the picture": (changed(lambda f: _marked(f, brand)), Kind.HIDDEN_DATA, "HEIF picture data"),
        "unknown item": (changed(lambda f: f.with_part(b"quil", SECRET)), Kind.OTHER_METADATA, item),
        "item name": (
            changed(lambda f: replace(f, parts=[replace(f.parts[0], name=SECRET), *f.parts[1:]])),
            Kind.CAPTION,
            "HEIF item name",
        ),
        "handler name": (
            changed(lambda f: replace(f, handler=f.handler[:-1] + SECRET + b"\0")),
            Kind.SOFTWARE,
            "HEIF hdlr",
        ),
        "description of the picture": (
            changed(lambda f: f.with_props((b"udes", bytes(4) + b"en\0\0" + SECRET + b"\0\0"))),
            Kind.CAPTION,
            "HEIF item property",
        ),
        "property of some program": (
            changed(lambda f: f.with_props((b"uuid", bytes(16) + SECRET))),
            Kind.OTHER_METADATA,
            "HEIF item property",
        ),
        "uuid box": (changed(lambda f: replace(f, before=uuid("00" * 16, SECRET))), Kind.OTHER_METADATA, "HEIF uuid"),
        "XMP in a uuid box": (
            changed(lambda f: replace(f, before=uuid(XMP_UUID, XMP["mwg-rs face name"][0]))),
            Kind.PERSON_NAME,
            "XMP",
        ),
        "free box": (changed(lambda f: replace(f, before=box(b"free", SECRET))), Kind.HIDDEN_DATA, parts),
        "skip box": (changed(lambda f: replace(f, within=box(b"skip", SECRET))), Kind.HIDDEN_DATA, parts),
        "udta box": (
            changed(lambda f: replace(f, before=box(b"udta", box(b"\xa9nam", SECRET)))),
            Kind.CAPTION,
            "HEIF udta",
        ),
        "unknown box": (changed(lambda f: replace(f, before=box(b"quil", SECRET))), Kind.OTHER_METADATA, "HEIF box"),
        "unreferenced mdat": (changed(lambda f: replace(f, waste=SECRET)), Kind.HIDDEN_DATA, parts),
        "second mdat": (behind(box(b"mdat", SECRET)), Kind.HIDDEN_DATA, parts),
        "cropped by clap": (lambda: _cut(brand), Kind.HIDDEN_PICTURE, item),
        "Google's motion photo": (behind(box(b"mpvd", VIDEO)), Kind.HIDDEN_VIDEO, box_of),
        "Samsung's motion photo": (behind(SAMSUNG), Kind.HIDDEN_VIDEO, "Samsung trailer"),
        "film that nothing declares": (behind(VIDEO), Kind.HIDDEN_VIDEO, end),
        "archive behind the end": (behind(ZIP), Kind.TRAILING_BYTES, end),
        "text behind the end": (behind(SECRET), Kind.TRAILING_BYTES, end),
        "picture behind the end": (behind(TINY), Kind.HIDDEN_PICTURE, end),
    }


def _mime(file: Heif, media: bytes, content: bytes) -> Heif:
    """heif_kit ends an item's name with a zero, which is where a MIME type begins."""
    changed = file.with_part(b"mime", content)
    return replace(changed, parts=[*changed.parts[:-1], replace(changed.parts[-1], name=b"\0" + media[:-1])])


_HEIC_ONLY: Rows = {
    "configuration": (lambda: _configured(_shown("HEIC")).bytes(), Kind.HIDDEN_DATA, "HEIF picture data"),
    "tiles outside": (_tiles, Kind.HIDDEN_PICTURE, "HEIF item"),
    "overlaid": (_overlaid, Kind.HIDDEN_PICTURE, "HEIF item"),
    "film as a track": (_video, Kind.HIDDEN_VIDEO, "HEIF track"),
    "IPTC item": (lambda: _shown("HEIC").with_part(b"iptc", CREDIT).bytes(), Kind.PERSON_NAME, "IPTC"),
}

# JPEG 2000


@lru_cache
def _stream() -> bytes:
    return imagecodecs.jpeg2k_encode(drawn(), level=0, reversible=True, codecformat="j2k")


def _jp2(*extra: bytes, stream: bytes = b"", colour: bytes = b"", in_header: bytes = b"", behind: bytes = b"") -> bytes:
    colour = colour or box(b"colr", b"\1\0\0" + struct.pack(">I", 16))
    header = box(b"ihdr", struct.pack(">IIHBBBB", HEIGHT, WIDTH, 3, 7, 7, 0, 0)) + colour + in_header
    start = b"\0\0\0\x0cjP  \r\n\x87\n" + box(b"ftyp", b"jp2 " + bytes(4) + b"jp2 ")
    return start + box(b"jp2h", header) + b"".join(extra) + box(b"jp2c", stream or _stream()) + behind


def _commented(*, text: bool = True) -> bytes:
    plain = _stream()
    at = plain.index(b"\xff\x90")
    return plain[:at] + stream_comment(SECRET, text) + plain[at:]


_XML_BOX, _BOX, _END = "JPEG 2000 XML", "JPEG 2000 box", "behind the picture"
_JP2: Rows = {
    "XML": (lambda: _jp2(box(b"xml ", b"<a>" + SECRET + b"</a>")), Kind.CAPTION, _XML_BOX),
    "label": (lambda: _jp2(box(b"asoc", box(b"lbl ", SECRET))), Kind.CAPTION, _BOX),
    "address": (lambda: _jp2(box(b"uinf", box(b"url ", bytes(4) + SECRET + b"\0"))), Kind.CAPTION, _BOX),
    "rights": (lambda: _jp2(box(b"jp2i", SECRET)), Kind.OTHER_METADATA, _BOX),
    "unknown box": (lambda: _jp2(box(b"quil", SECRET)), Kind.OTHER_METADATA, _BOX),
    "picture in a box": (lambda: _jp2(box(b"quil", TINY)), Kind.HIDDEN_PICTURE, _BOX),
    "free box": (lambda: _jp2(box(b"free", SECRET)), Kind.HIDDEN_DATA, "between JPEG 2000 parts"),
    "second stream": (lambda: _jp2(behind=box(b"jp2c", _commented())), Kind.HIDDEN_PICTURE, _BOX),
    "comment": (lambda: _jp2(stream=_commented()), Kind.CAPTION, "JPEG 2000 comment"),
    "binary comment": (lambda: _jp2(stream=_commented(text=False)), Kind.OTHER_METADATA, "JPEG 2000 comment"),
    "behind the stream": (lambda: _jp2(stream=_stream() + SECRET), Kind.HIDDEN_DATA, "between JPEG 2000 parts"),
    "text behind the end": (lambda: _jp2(behind=SECRET), Kind.TRAILING_BYTES, _END),
    "IPTC": (lambda: _jp2(uuid("33c7a4d2b81d4723a0baf1a3e097ad38", CREDIT)), Kind.PERSON_NAME, "IPTC"),
    "unknown uuid": (lambda: _jp2(uuid("00" * 16, SECRET)), Kind.OTHER_METADATA, "JPEG 2000 uuid"),
}


def _exif_box(place: str) -> bytes:
    return _jp2(box(b"uuid", b"JpgTiffExif->JP2" + exif_of(place)))


PLANTS = (
    [Plant("HEIC", place, *row) for place, row in (_places("HEIC") | _HEIC_ONLY).items()]
    + [Plant("AVIF", place, *row) for place, row in _places("AVIF").items()]
    + [Plant("JPEG 2000", place, *row) for place, row in _JP2.items()]
    + [Plant("JPEG 2000", f"EXIF {place}", lambda p=place: _exif_box(p), *EXIF[place][1:]) for place in EXIF]
    + [
        Plant("JPEG 2000", f"XMP {place}", lambda p=place: _jp2(uuid(XMP_UUID, XMP[p][0])), *XMP[place][1:])
        for place in XMP
    ]
    + [
        Plant(
            "JPEG 2000",
            place,
            lambda p=place: _jp2(colour=box(b"colr", b"\2\0\0" + PROFILES[p])),
            Kind.COLOUR_PROFILE,
            "ICC",
        )
        for place in PROFILES
    ]
    + [Plant("JPEG 2000", place, lambda p=place: _jp2(CREDENTIALS[p][0]), *CREDENTIALS[place][1:]) for place in CREDENTIALS]
)
