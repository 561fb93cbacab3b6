"""Which way up and in which colours a picture is shown, where EXIF, XMP or a raw profile alone state it."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageOps, ImageSequence

from heic_kit import heic
from heif_kit import parse
from inspect_kit import segment, xmp
from paravent.errors import Held
from paravent.formats import HEAD, recognise
from paravent.formats.base import Draft, Writing
from paravent.formats.shared import icc
from paravent.model.geometry import Ellipse
from paravent.model.limits import StillLimits
from paravent.verify import judge

PIXELS = np.random.default_rng(1).integers(0, 256, (48, 64, 3), dtype=np.uint8)


def exif(index: bytes = b"R03\0", space: int = 0xFFFF, orientation: int = 0) -> bytes:
    """EXIF that states a colour space, and an orientation if there is one."""
    first = [(0x0112, 3, 1, struct.pack("<HH", orientation, 0))] if orientation else []
    first.append((0x8769, 4, 1, struct.pack("<I", 200)))
    parts = {
        8: first,
        200: [(0xA001, 3, 1, struct.pack("<HH", space, 0)), (0xA005, 4, 1, struct.pack("<I", 300))],
        300: [(1, 2, 4, index)],
    }
    block = bytearray(b"II*\0\x08\0\0\0")
    for at, entries in parts.items():
        body = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHI", *entry[:3]) + entry[3] for entry in entries)
        block = block.ljust(at, b"\0") + body + bytes(4)
    return bytes(block)


def saved(kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    extra = {"WebP": {"lossless": True}}.get(kind, {})
    Image.fromarray(PIXELS).save(buffer, kind, **extra, **options)
    return buffer.getvalue()


def tiff_with(block: bytes) -> bytes:
    """A TIFF whose first directory points to the EXIF directories of the block."""
    data = bytearray(saved("TIFF"))
    order = "<"
    (at,) = struct.unpack_from(order + "I", data, 4)
    (count,) = struct.unpack_from("<H", data, at)
    entries = [bytes(data[at + 2 + 12 * i : at + 14 + 12 * i]) for i in range(count)]
    start = len(data) + len(data) % 2
    data = data.ljust(start, b"\0")
    moved = bytearray(block[200:])
    struct.pack_into("<I", moved, 2 + 12 + 8, start + 100)  # the pointer to interoperability
    data += moved
    struct.pack_into("<I", data, 4, len(data))
    entries.append(struct.pack("<HHII", 0x8769, 4, 1, start))
    return bytes(data + struct.pack("<H", len(entries)) + b"".join(sorted(entries, key=lambda e: e[:2][::-1])) + bytes(4))


def with_exif(kind: str, block: bytes) -> bytes:
    return tiff_with(block) if kind == "TIFF" else saved(kind, exif=b"Exif\0\0" + block if kind == "JPEG" else block)


def png_with(*chunks: tuple[bytes, bytes]) -> bytes:
    plain = saved("PNG")
    made = b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    )
    return plain[:33] + made + plain[33:]


def draft(data: bytes) -> Draft:
    source = recognise(data[:HEAD]).open(data, StillLimits())
    made = source.draft(((Ellipse(20, 20, 9, 9),),) * len(source.pages), Writing())
    judge(made.data, made.plan)
    return made


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP", "TIFF"])
@pytest.mark.parametrize("stated", [{}, {"space": 2, "index": b"R98\0"}])
def test_adobe_rgb_by_exif_alone_becomes_its_profile(kind, stated):
    made = draft(with_exif(kind, exif(**stated)))
    assert Image.open(io.BytesIO(made.data)).info["icc_profile"] == icc.build("adobe-rgb")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP", "TIFF"])
@pytest.mark.parametrize("stated", [{"space": 1}, {"index": b"R98\0"}])
def test_other_colours_by_exif_stay_untagged(kind, stated):
    made = draft(with_exif(kind, exif(**stated)))
    assert "icc_profile" not in Image.open(io.BytesIO(made.data)).info


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP"])
def test_a_profile_counts_before_exif(kind):
    block = exif()
    options = {"exif": b"Exif\0\0" + block if kind == "JPEG" else block, "icc_profile": icc.build("display-p3")}
    made = draft(saved(kind, **options))
    assert Image.open(io.BytesIO(made.data)).info["icc_profile"] == icc.build("display-p3")


def xmp_of(form: str) -> bytes:
    """A packet that states orientation 6."""
    return {
        "attribute": xmp(attributes='xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"'),
        "element": xmp("<tiff:Orientation>6</tiff:Orientation>", 'xmlns:tiff="http://ns.adobe.com/tiff/1.0/"'),
    }[form]


def turned(form: str, kind: str) -> bytes:
    packet = xmp_of(form)
    if kind == "JPEG":
        plain = saved("JPEG")
        return plain[:2] + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet) + plain[2:]
    if kind == "WebP":
        return saved("WebP", xmp=packet)
    behind_another = (b"iTXt", b"Comment\0\0\0\0\0nothing")
    return png_with(behind_another, (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP"])
@pytest.mark.parametrize("form", ["attribute", "element"])
def test_an_orientation_in_xmp_alone_is_taken_over(kind, form):
    made = draft(turned(form, kind))
    assert dict(Image.open(io.BytesIO(made.data)).getexif()) == {0x0112: 6}
    assert b"xmpmeta" not in made.data


@pytest.mark.parametrize("compressed", [False, True])
def test_an_orientation_in_a_raw_profile_is_taken_over(compressed):
    block = b"Exif\0\0" + exif(orientation=6)
    digits = block.hex().encode()
    text = b"\nexif\n%8d\n" % len(block) + b"\n".join(digits[i : i + 72] for i in range(0, len(digits), 72))
    raw = b"Raw profile type exif\0"
    chunk = (b"zTXt", raw + b"\0" + zlib.compress(text)) if compressed else (b"tEXt", raw + text)
    image = Image.open(io.BytesIO(draft(png_with(chunk)).data))
    assert dict(image.getexif()) == {0x0112: 6}
    assert image.info["icc_profile"] == icc.build("adobe-rgb")


@pytest.mark.parametrize("form", ["attribute", "element"])
def test_an_orientation_in_the_xmp_of_a_tiff_is_taken_over(form):
    """Where no tag states one, which counts before. Pages are turned then."""
    packet = xmp_of(form)
    for tag, shown in ((None, (48, 64)), (3, (64, 48))):
        buffer = io.BytesIO()
        fields = {700: packet} if tag is None else {700: packet, 274: tag}
        Image.fromarray(PIXELS).save(buffer, "TIFF", tiffinfo=fields)
        copy = Image.open(io.BytesIO(draft(buffer.getvalue()).data))
        copy = ImageOps.exif_transpose(copy)
        assert copy.size == shown
    buffer = io.BytesIO()
    pages = [Image.fromarray(PIXELS), Image.fromarray(255 - PIXELS)]
    pages[0].save(buffer, "TIFF", tiffinfo={700: packet}, save_all=True, append_images=pages[1:])
    copy = Image.open(io.BytesIO(draft(buffer.getvalue()).data))
    assert [page.size for page in ImageSequence.Iterator(copy)] == [(48, 64), (64, 48)]


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("moving", [False, True])
def test_colours_in_a_raw_profile_are_taken_over(compressed, moving):
    profile = icc.build("adobe-rgb")
    digits = profile.hex().encode()
    text = b"\nicc\n%8d\n" % len(profile) + b"\n".join(digits[i : i + 72] for i in range(0, len(digits), 72))
    raw = b"Raw profile type icc\0"
    chunk = (b"zTXt", raw + b"\0" + zlib.compress(text)) if compressed else (b"tEXt", raw + text)
    made = draft((moving_png if moving else png_with)(chunk))
    assert Image.open(io.BytesIO(made.data)).info["icc_profile"] == profile


@pytest.mark.parametrize("kind", ["HEIC", "AVIF"])
def test_adobe_rgb_by_exif_alone_becomes_the_profile_of_a_heif(kind):
    """Only where no property says what the colours mean."""
    block = b"Exif\0\0" + exif()
    for primaries, profile in ((2, icc.build("adobe-rgb")), (1, None)):
        if kind == "HEIC":
            file, out = pillow_heif.HeifFile(), io.BytesIO()
            file.add_frombytes("RGB", (64, 48), PIXELS.tobytes())
            file.save(out, quality=90, exif=block)
            data = out.getvalue()
        else:
            data = saved("AVIF", quality=90, exif=block)
        parsed = parse(data)
        index = next(i for i, part in enumerate(parsed.parts) if any(name == b"colr" for name, _content in part.props))
        numbers = b"nclx" + struct.pack(">HHHB", primaries, primaries if primaries == 2 else 13, 6, 0x80)
        made = draft(parsed.swapped(b"colr", numbers, index).bytes())
        opened = pillow_heif.open_heif(made.data) if kind == "HEIC" else Image.open(io.BytesIO(made.data))
        assert opened.info.get("icc_profile") == profile


def test_exif_counts_before_xmp():
    data = turned("attribute", "JPEG")
    block = Image.Exif()
    block[0x0112] = 3
    data = data[:2] + segment(0xE1, b"Exif\0\0" + block.tobytes().removeprefix(b"Exif\0\0")) + data[2:]
    assert dict(Image.open(io.BytesIO(draft(data).data)).getexif()) == {0x0112: 3}


@pytest.mark.parametrize("broken", [b"", b"II*\0", exif()[:150], exif()[:210], b"II*\0\xff\xff\xff\xff" + bytes(20)])
def test_a_broken_block_states_nothing(broken):
    made = draft(png_with((b"eXIf", broken)))
    assert not {"icc_profile", "exif"} & set(Image.open(io.BytesIO(made.data)).info)


def moving_png(*chunks: tuple[bytes, bytes]) -> bytes:
    """As `png_with`, of two frames."""
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, "PNG", save_all=True, append_images=[Image.fromarray(255 - PIXELS)])
    plain = buffer.getvalue()
    made = png_with(*chunks)
    return plain[:33] + made[33 : 33 + len(made) - len(saved("PNG"))] + plain[33:]


@pytest.mark.parametrize("curve", [16, 18])
@pytest.mark.parametrize("kind", ["PNG", "APNG", "HEIC"])
def test_high_dynamic_range_is_called_so_in_other_formats(kind: str, curve: int) -> None:
    if kind == "HEIC":
        file = parse(heic(PIXELS))
        index = next(i for i, part in enumerate(file.parts) if any(name == b"colr" for name, _content in part.props))
        data = file.swapped(b"colr", b"nclx" + struct.pack(">HHHB", 9, curve, 9, 0x80), index).bytes()
    else:
        data = (png_with if kind == "PNG" else moving_png)((b"cICP", bytes((9, curve, 0, 1))))
    with pytest.raises(Held) as held:
        draft(data)
    assert (held.value.code, held.value.params) == ("hdr", {"detail": f"{'PQ' if curve == 16 else 'HLG'}, BT.2020"})
