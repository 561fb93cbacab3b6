from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageFile

from paravent.errors import Held
from paravent.formats.base import Writing
from paravent.formats.png.spec import PNG
from paravent.formats.shared import icc
from paravent.formats.shared.exif_mark import orientation_exif
from paravent.formats.shared.samples import digests, rgba
from paravent.formats.shared.stated import read_orientation
from paravent.model.geometry import Ellipse, Shape
from paravent.model.limits import StillLimits
from paravent.model.plan import Exact
from paravent.model.style import Style, Styles
from paravent.redact.masks import union_mask
from paravent.verify.decoding import decode_copy
from paravent.verify.png import check
from picture_kit import CHANNELS, MARK, chunk, chunks, indexed, planted, png_of, saved, scene, shape_sets, sizes, styles

LIMITS = StillLimits()
FACE: tuple[Shape, ...] = (Ellipse(30, 20, 12, 15, 20),)
PLAIN = Writing()
GPS_EXIF = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0" + MARK


def drafted(data: bytes, shapes: tuple[Shape, ...] = FACE, writing: Writing = PLAIN):
    return PNG.open(data, LIMITS).draft((shapes,), writing)


def verified(draft) -> np.ndarray:
    """Judge a draft as verification does; returns its samples."""
    plan = draft.plan
    check(draft.data, orientation=plan.orientation, profiles=(icc.build(plan.profile),) if plan.profile else ())
    (samples,) = decode_copy(draft.data, "PNG", LIMITS)
    assert samples.shape == (plan.pages[0].height, plan.pages[0].width, 4)
    assert isinstance(plan.pages[0].expected, Exact)
    assert (
        digests(samples, union_mask(plan.pages[0].shapes, plan.pages[0].width, plan.pages[0].height))
        == plan.pages[0].expected
    )
    return samples


# --- covered means destroyed


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(CHANNELS)), sizes, shape_sets, styles, st.integers(0, 99), st.sampled_from([0, 16]))
def test_what_was_covered_has_no_influence(mode, size, shapes, style, seed, max_size) -> None:
    one = scene(mode, *size)
    other = one.copy()
    mask = union_mask(shapes, *size)
    other[mask] = np.random.default_rng(seed).integers(0, 256, other[mask].shape, dtype=np.uint8)
    writing = Writing(Styles(style), max_size=max_size)
    first = drafted(saved(one), shapes, writing)
    assert first.data == drafted(saved(other, compress_level=1), shapes, writing).data
    verified(first)


@settings(max_examples=60, deadline=None)
@given(sizes, shape_sets, styles, st.integers(0, 99), st.integers(1, 200), st.booleans())
def test_what_was_covered_has_no_influence_on_palettes(size, shapes, style, seed, colours, transparent) -> None:
    rng = np.random.default_rng(seed)
    common = rng.integers(0, 256, (colours, 4), dtype=np.uint8)
    common[:, 3] = np.where(rng.random(colours) < 0.2, 0, 255) if transparent else 255
    outside = rng.integers(0, colours, (size[1], size[0]))
    mask = union_mask(shapes, *size)
    made = []
    for _ in range(2):
        secret = rng.integers(0, 256, (int(rng.integers(1, 56)), 4), dtype=np.uint8)
        table = np.concatenate([common, secret if transparent else secret | [0, 0, 0, 255]]).astype(np.uint8)
        order = rng.permutation(len(table))
        indices = np.where(mask, rng.integers(0, len(table), outside.shape), outside)
        table[order] = table.copy()
        made.append(drafted(indexed(order[indices].astype(np.uint8), table), shapes, Writing(Styles(style))))
    assert made[0].data == made[1].data
    verified(made[0])


@pytest.mark.parametrize("mode", CHANNELS)
def test_outside_is_exact_and_inside_opaque(mode: str) -> None:
    samples = scene(mode, 60, 50)
    draft = drafted(saved(samples))
    copy, mask = verified(draft), union_mask(FACE, 60, 50)
    expected = rgba(samples)
    expected[expected[..., 3] == 0] = 0
    np.testing.assert_array_equal(copy[~mask], expected[~mask])
    assert (copy[mask][:, 3] == 255).all()
    assert draft.lossless
    assert Image.open(BytesIO(draft.data), formats=["PNG"]).mode == mode


def test_colour_under_transparent_pixels_is_erased_and_not_shown() -> None:
    samples = scene("RGBA", 60, 50)
    samples[:, :, :3], samples[:25, :, 3] = 200, 0
    source = PNG.open(saved(samples), LIMITS)
    assert (source.pages[0].view(60)[:25] == 128).all()
    copy = verified(source.draft(((),), PLAIN))
    assert not copy[:25].any()


def test_fully_transparent_surroundings_do_not_darken_the_filling() -> None:
    samples = np.full((64, 64, 4), 200, np.uint8)
    samples[:, :32] = 0
    face = (Ellipse(32, 32, 10, 10),)
    copy = verified(drafted(saved(samples), face))
    assert (copy[union_mask(face, 64, 64)] == (200, 200, 200, 255)).all()


def test_nearly_transparent_pixels_are_shown_with_their_colour() -> None:
    samples = scene("RGBA", 60, 50)
    samples[..., 3] = 1
    np.testing.assert_array_equal(PNG.open(saved(samples), LIMITS).pages[0].view(60), samples[..., :3])


# --- kinds and colours


@pytest.mark.parametrize("bits", [1, 2, 4])
@pytest.mark.parametrize("kind", [0, 3])
@pytest.mark.parametrize("with_alpha", [False, True])
def test_few_bits(bits: int, kind: int, with_alpha: bool) -> None:
    width, height, full = 61, 50, (1 << bits) - 1
    values = (np.add(*np.mgrid[:height, :width]) % (full + 1)).astype(np.uint8)
    split = np.unpackbits(values[..., None], axis=2)[..., -bits:].reshape(height, -1)
    rows = np.concatenate([np.zeros((height, 1), np.uint8), np.packbits(split, axis=1)], axis=1)
    table = np.stack([np.arange(full + 1) * 255 // full] * 3, axis=1).astype(np.uint8)
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0))]
    parts += [(b"PLTE", table.tobytes())] * (kind == 3)
    parts += [(b"tRNS", b"\0\1" if kind == 0 else b"\xff\0")] * with_alpha
    copy = verified(drafted(png_of([*parts, (b"IDAT", zlib.compress(rows.tobytes())), (b"IEND", b"")]), ()))
    expected = rgba(table[values])
    if with_alpha:
        expected[values == 1] = 0
    np.testing.assert_array_equal(copy, expected)


@pytest.mark.parametrize("mode", ["RGB", "P"])
def test_interlaced_sources_are_written_plainly(mode: str) -> None:
    # Pillow writes no interlaced files: the seven passes by hand.
    samples = scene("RGB", 13, 11) if mode == "RGB" else scene("L", 13, 11) % 4
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    raw = b"".join(b"\0" + row.tobytes() for x, y, dx, dy in passes for row in samples[y::dy, x::dx])
    parts = [(b"IHDR", struct.pack(">IIBBBBB", 13, 11, 8, 2 if mode == "RGB" else 3, 0, 0, 1))]
    parts += [(b"PLTE", bytes(range(12)))] * (mode == "P")
    data = png_of([*parts, (b"IDAT", zlib.compress(raw)), (b"IEND", b"")])
    copy = verified(drafted(data, ()))
    expected = samples if mode == "RGB" else np.arange(12, dtype=np.uint8).reshape(4, 3)[samples[..., 0]]
    np.testing.assert_array_equal(copy[..., :3], expected)
    check(data, orientation=None, profiles=())


def test_a_transparent_colour_becomes_alpha() -> None:
    samples = scene("RGB", 20, 20)
    samples[3:6, 3:6] = (1, 2, 3)
    copy = verified(drafted(planted(saved(samples), (b"tRNS", bytes((0, 1, 0, 2, 0, 3)))), ()))
    assert not copy[3:6, 3:6].any()
    assert (copy[..., 3] == 0).sum() == 9


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_kept_as_a_mark(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, MARK.decode()
    source = PNG.open(saved(scene("RGB", 30, 20), exif=exif), LIMITS)
    assert source.orientation == orientation
    draft = source.draft(((),), PLAIN)
    verified(draft)
    assert dict(chunks(draft.data)).get(b"eXIf", b"") == (orientation_exif(orientation) if orientation > 1 else b"")
    assert (source.pages[0].width, source.pages[0].height) == (30, 20)


@pytest.mark.parametrize(
    "exif", [b"", b"MM\0*", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\xff\xff", orientation_exif(6)[:-8], b"Exif\0\0"]
)
def test_broken_exif_states_no_orientation(exif: bytes) -> None:
    assert read_orientation(exif) == 1


def _adobe() -> bytes:
    return icc.build("adobe-rgb").replace("1998".encode("utf-16-be"), "2nd!".encode("utf-16-be"))


def _wide() -> bytes:
    return icc.from_chromaticities(2.2, ((0.3457, 0.3585), (0.735, 0.265), (0.115, 0.826), (0.157, 0.018)))


def _grey_profile(gamma: float) -> bytes:
    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, round(gamma * 256), 0)
    white = struct.pack(">3i", 63190, 65536, 54061)
    header = bytearray(128)
    header[0:4], header[8:12], header[12:24] = struct.pack(">I", 192), b"\x02\x10\0\0", b"mntrGRAYXYZ "
    header[36:40], header[68:80] = b"acsp", white
    table = struct.pack(">I4sII4sII", 2, b"wtpt", 156, 20, b"kTRC", 176, 16)
    return bytes(header) + table + b"XYZ \0\0\0\0" + white + curve


_LINEAR = struct.pack(">I", 100_000)
_SRGB_XY = struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
_WIDE_XY = struct.pack(">8I", 34570, 35850, 73500, 26500, 11500, 82600, 15700, 1800)


def _iccp(profile: bytes) -> tuple[bytes, bytes]:
    return b"iCCP", MARK + b"\0\0" + zlib.compress(profile)


@pytest.mark.parametrize(
    ("parts", "profile", "remarks"),
    [
        ([], "", ()),
        ([(b"sRGB", b"\0")], "", ()),
        ([(b"gAMA", struct.pack(">I", 45455))], "", ()),
        ([(b"gAMA", struct.pack(">I", 45455)), (b"cHRM", _SRGB_XY)], "", ()),
        ([(b"cHRM", _WIDE_XY)], "", ()),
        ([(b"gAMA", _LINEAR)], "srgb", ("colour-converted",)),
        ([(b"gAMA", struct.pack(">I", 45455)), (b"cHRM", _WIDE_XY)], "srgb", ("colour-converted",)),
        ([(b"gAMA", _LINEAR), (b"sRGB", b"\0")], "", ()),
        ([(b"gAMA", b"\0\0\0\0")], "", ("bogus-profile",)),
        ([(b"gAMA", b"\0")], "", ("bogus-profile",)),
        ([(b"cICP", bytes((12, 13, 0, 1)))], "display-p3", ()),
        ([(b"cICP", bytes((1, 13, 0, 1)))], "", ()),
        ([_iccp(_adobe()), (b"gAMA", _LINEAR)], "adobe-rgb", ()),
        ([_iccp(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())], "srgb", ()),
        ([_iccp(_wide())], "srgb", ("colour-converted",)),
        ([_iccp(b"junk" * 100)], "", ("bogus-profile",)),
        ([(b"iCCP", b"name\0\0not zlib")], "", ("bogus-profile",)),
    ],
)
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_colour_is_kept_or_converted(parts, profile, remarks, mode) -> None:
    samples = scene(mode.replace("P", "RGB"), 30, 20)
    data = saved(samples)
    if mode == "P":
        data = indexed(np.arange(600, dtype=np.uint16).reshape(20, 30).astype(np.uint8) % 200, scene("RGBA", 200, 4)[3])
    draft = drafted(planted(data, *parts, before=b"PLTE" if mode == "P" else b"IDAT"))
    assert (draft.plan.profile, draft.remarks) == (profile, remarks)
    assert draft.lossless == ("colour-converted" not in remarks)
    assert MARK not in draft.data
    verified(draft)


def test_conversion_to_srgb_shows_the_same_colours() -> None:
    samples = scene("RGB", 30, 20)
    copy = verified(drafted(planted(saved(samples), _iccp(_wide())), ()))
    expected = np.asarray(icc.to_srgb(Image.fromarray(samples), _wide()))
    np.testing.assert_array_equal(copy[..., :3], expected)
    assert np.abs(expected.astype(int) - samples).max() > 10


def test_grey_with_a_profile_stays_grey_and_untagged() -> None:
    samples = np.full((9, 9, 1), 55, np.uint8)
    for part, remarks, value in (
        ((b"gAMA", _LINEAR), ("colour-converted",), 128),
        (_iccp(_grey_profile(1.0)), ("colour-converted",), 128),
        (_iccp(icc.build("display-p3")), (), 55),
    ):
        draft = drafted(planted(saved(samples), part), ())
        assert (draft.plan.profile, draft.remarks) == ("", remarks)
        assert np.abs(verified(draft)[..., :3].astype(int) - value).max() <= 1
        assert chunks(draft.data)[0][1][9] == 0


# --- size


def test_smaller_copies_are_covered_first() -> None:
    samples = np.zeros((300, 400, 3), np.uint8)
    face = (Ellipse(200, 150, 60, 80, 30),)
    mask = union_mask(face, 400, 300)
    samples[mask] = 255
    draft = drafted(saved(samples), face, Writing(Styles(Style("veil")), max_size=100))
    assert (draft.plan.pages[0].width, draft.plan.pages[0].height) == (100, 75)
    assert not draft.lossless
    assert draft.remarks == ("resized",)
    assert verified(draft)[..., :3].max() == 0
    assert union_mask(draft.plan.pages[0].shapes, 100, 75).sum() == pytest.approx(mask.sum() / 16, rel=0.1)


def test_a_smaller_palette_picture_becomes_rgb() -> None:
    indices = np.arange(4000, dtype=np.int64).reshape(50, 80).astype(np.uint8) % 7
    draft = drafted(indexed(indices, scene("RGBA", 7, 4)[3]), FACE, Writing(max_size=40))
    assert b"PLTE" not in dict(chunks(draft.data))
    verified(draft)


def test_views_are_scaled_alike_and_large_enough() -> None:
    source = PNG.open(saved(scene("L", 700, 300)), LIMITS)
    for longest in (64, 100, 300, 699, 5000):
        view = source.pages[0].view(longest)
        assert view.shape[2] == 3
        assert min(longest, 700) <= view.shape[1] <= max(2 * longest, 64)
        assert view.shape[1] / view.shape[0] == pytest.approx(7 / 3, rel=0.05)
        assert view.flags.c_contiguous


# --- the container


PLANTED = {
    "tEXt": lambda d: planted(d, (b"tEXt", b"Comment\0" + MARK)),
    "zTXt": lambda d: planted(d, (b"zTXt", b"Comment\0\0" + zlib.compress(MARK))),
    "iTXt": lambda d: planted(d, (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + MARK)),
    "eXIf": lambda d: planted(d, (b"eXIf", GPS_EXIF)),
    "private": lambda d: planted(d, (b"prVt", MARK)),
    "time": lambda d: planted(d, (b"tIME", bytes((7, 232, 1, 2, 3, 4, 5)))),
    "pixel size": lambda d: planted(d, (b"pHYs", bytes(9))),
    "histogram": lambda d: planted(d, (b"hIST", bytes(2))),
    "background": lambda d: planted(d, (b"bKGD", bytes(6))),
    "C2PA": lambda d: planted(d, (b"caBX", MARK)),
    "trailing bytes": lambda d: d + MARK,
    "second picture": lambda d: d + d,
    "cropped leftovers": lambda d: d + chunk(b"IDAT", zlib.compress(MARK * 50)) + chunk(b"IEND", b""),
    "text behind the pixels": lambda d: planted(d, (b"tEXt", b"Comment\0" + MARK), before=b"IEND"),
    "bytes behind the pixels": lambda d: png_of([(n, c + MARK if n == b"IDAT" else c) for n, c in chunks(d)]),
    "IDAT behind the pixels": lambda d: planted(d, (b"IDAT", MARK), before=b"IEND"),
    "more pixels": lambda d: png_of(
        [(n, zlib.compress(zlib.decompress(c) + MARK) if n == b"IDAT" else c) for n, c in chunks(d)]
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_things_are_not_written(name: str) -> None:
    data = PLANTED[name](saved(scene("RGB", 60, 50)))
    draft = drafted(data)
    verified(draft)
    assert [n for n, _ in chunks(draft.data) if n != b"eXIf"] == [b"IHDR", b"IDAT", b"IEND"]
    assert MARK not in draft.data
    assert dict(chunks(draft.data)).get(b"eXIf", b"") in (b"", orientation_exif(6))


REJECTED: dict[str, Callable[[bytes], bytes]] = {
    **PLANTED,
    "checksum": lambda d: d[:-20] + bytes([d[-20] ^ 1]) + d[-19:],
    "no end": lambda d: d[:-12],
    "cut off": lambda d: d[: len(d) // 2],
    "empty": lambda d: b"",
    "fewer pixels": lambda d: png_of(
        [(n, zlib.compress(zlib.decompress(c)[:-1]) if n == b"IDAT" else c) for n, c in chunks(d)]
    ),
    "pixels without an end": lambda d: png_of([(n, c[:-4] if n == b"IDAT" else c) for n, c in chunks(d)]),
    "foreign profile": lambda d: planted(d, (b"iCCP", b"ICC Profile\0\0" + zlib.compress(icc.build("adobe-rgb")))),
    "named profile": lambda d: planted(d, (b"iCCP", b"Ann's screen\0\0" + zlib.compress(icc.build("srgb")))),
    "bytes behind the profile": lambda d: planted(
        d, (b"iCCP", b"ICC Profile\0\0" + zlib.compress(icc.build("srgb")) + MARK)
    ),
    "profile bomb": lambda d: planted(d, (b"iCCP", b"ICC Profile\0\0" + zlib.compress(bytes(50_000_000), 9))),
    "mark of little endian": lambda d: planted(
        d, (b"eXIf", b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0")
    ),
    "mark of no orientation": lambda d: planted(
        d, (b"eXIf", orientation_exif(8).replace(b"\x00\x08\x00\x00", b"\0\x09\0\0"))
    ),
    "mark with padding used": lambda d: planted(d, (b"eXIf", orientation_exif(8)[:-5] + b"\1" + orientation_exif(8)[-4:])),
    "two marks": lambda d: planted(d, (b"eXIf", orientation_exif(8)), (b"eXIf", orientation_exif(8))),
    "palette for RGB": lambda d: planted(d, (b"PLTE", bytes(range(9)))),
    "animation": lambda d: planted(d, (b"acTL", struct.pack(">II", 1, 0))),
    "second header": lambda d: planted(d, chunks(d)[0]),
    "chunk with no name": lambda d: planted(d, (b"\0\0\0\0", b"")),
}


@pytest.mark.parametrize("name", REJECTED)
def test_verification_refuses(name: str) -> None:
    good = drafted(saved(scene("RGB", 60, 50))).data
    check(good, orientation=1, profiles=())
    for orientation in (None, 1):
        with pytest.raises(Held, match="not allowed"):
            check(REJECTED[name](good), orientation=orientation, profiles=(icc.build("srgb"),))


@pytest.mark.parametrize(
    ("orientation", "profile", "expect_orientation", "expect_profiles", "passes"),
    [
        (1, "", 1, (), True),
        (6, "", 6, (), True),
        (6, "", None, (), True),
        (1, "", None, ("srgb",), True),
        (1, "srgb", None, ("adobe-rgb", "srgb"), True),
        (1, "srgb", 1, ("srgb",), True),
        (6, "", 1, (), False),
        (1, "", 6, (), False),
        (6, "", 8, (), False),
        (1, "srgb", 1, (), False),
        (1, "srgb", None, (), False),
        (1, "", 1, ("srgb",), False),
        (1, "srgb", 1, ("adobe-rgb",), False),
    ],
)
def test_verification_compares_with_the_plan(orientation, profile, expect_orientation, expect_profiles, passes) -> None:
    extra = [_iccp(icc.build(profile))] if profile else []
    extra += [(b"eXIf", orientation_exif(orientation))]
    data = drafted(planted(saved(scene("RGB", 60, 50)), *extra)).data
    profiles = tuple(icc.build(name) for name in expect_profiles)
    if passes:
        check(data, orientation=expect_orientation, profiles=profiles)
    else:
        with pytest.raises(Held):
            check(data, orientation=expect_orientation, profiles=profiles)


@pytest.mark.parametrize("table", [bytes(range(9)), bytes(range(3))])
def test_verification_refuses_palettes_with_other_entries_than_used(table: bytes) -> None:
    data = png_of(
        [
            (b"IHDR", struct.pack(">IIBBBBB", 2, 1, 8, 3, 0, 0, 0)),
            (b"PLTE", table),
            (b"IDAT", zlib.compress(b"\0\0\1")),
            (b"IEND", b""),
        ]
    )
    with pytest.raises(Held):
        check(data, orientation=None, profiles=())


# --- hostile files


def _bare(width: int, height: int, bits: int = 8, kind: int = 2, more: tuple[tuple[bytes, bytes], ...] = ()) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)
    return png_of([(b"IHDR", header), *more, (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")])


_INDEXED = _bare(2, 1, kind=3, more=((b"PLTE", bytes(9)),))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (_bare(100_000, 100_000), "too-large"),
        (_bare(2**31, 2**31), "too-large"),
        (_bare(0, 5), "damaged"),
        (_bare(5, 0), "damaged"),
        (_bare(400, 400), "damaged"),
        (_bare(4, 4, bits=3), "damaged"),
        (_bare(4, 4, kind=1), "damaged"),
        (_bare(4, 4, kind=3), "damaged"),
        (_bare(4, 4, kind=3, more=((b"PLTE", b"1234"),)), "damaged"),
        (_bare(4, 4, more=((b"tRNS", b"1"),)), "damaged"),
        (_bare(4, 4, more=((b"acTL", bytes(8)),)), "damaged"),
        (_bare(4, 4, more=((b"ABCD", b""),)), "encoding"),
        (_bare(4, 4, more=((b"cICP", bytes((9, 16, 0, 1))),)), "hdr"),
        (png_of([(b"IEND", b"")]), "damaged"),
        (png_of([(b"tEXt", b""), *chunks(_bare(4, 4))]), "damaged"),
        (_bare(4, 4)[:-12], "damaged"),
        (_bare(4, 4)[:40], "damaged"),
        (_bare(4, 4).replace(b"IDAT", b"IDAt"), "damaged"),
        (png_of([(n, zlib.compress(b"\0\7\7") if n == b"IDAT" else c) for n, c in chunks(_INDEXED)]), "damaged"),
    ],
)
def test_hostile_files_are_held_back(data: bytes, code: str) -> None:
    with pytest.raises(Held) as held:
        drafted(data)
    assert held.value.code == code
    assert str(held.value)


def test_cut_off_files_are_held_back() -> None:
    data = saved(scene("RGB", 60, 50))
    for end in range(8, len(data), 97):
        with pytest.raises(Held, match="damaged"):
            drafted(data[:end])
    assert not ImageFile.LOAD_TRUNCATED_IMAGES


def test_limits() -> None:
    data = saved(scene("RGB", 60, 50))
    for limits in (StillLimits(pixels=2999), StillLimits(file_bytes=100)):
        with pytest.raises(Held):
            PNG.open(data, limits)
    with pytest.raises(Held):
        list(decode_copy(data, "PNG", StillLimits(pixels=2999)))


_SEEDS = [saved(scene(mode, 20, 20)) for mode in CHANNELS] + [
    planted(
        indexed(np.arange(144, dtype=np.uint8).reshape(12, 12), scene("RGBA", 200, 4)[3]), _iccp(_wide()), before=b"PLTE"
    )
]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(_SEEDS), st.data())
def test_broken_chunks_are_held_back_or_prepared(data: bytes, draw: st.DataObject) -> None:
    parts = chunks(data)
    which = draw.draw(st.integers(0, len(parts) - 1))
    name, content = parts[which]
    at = draw.draw(st.integers(0, max(0, min(len(content), 300))))
    put = draw.draw(st.binary(min_size=1, max_size=4))
    parts[which] = (name, content[:at] + put + content[at + len(put) :])
    try:
        draft = PNG.open(png_of(parts), StillLimits(pixels=1_000_000)).draft((FACE,), PLAIN)
    except Held:
        return
    verified(draft)
