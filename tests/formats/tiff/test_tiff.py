from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from paravent.errors import Held
from paravent.formats import recognise
from paravent.formats.base import Writing
from paravent.formats.shared import icc
from paravent.formats.shared.samples import rgba
from paravent.formats.tiff import tags
from paravent.formats.tiff.spec import TIFF
from paravent.model.geometry import Ellipse, Shape
from paravent.model.limits import StillLimits
from paravent.model.samples import turn_upright
from paravent.model.style import Styles
from paravent.redact.masks import union_mask
from paravent.verify import judge
from paravent.verify.decoding import decode_copy
from paravent.verify.tiff import check
from picture_kit import CHANNELS, MARK, scene, shape_sets, sizes, styles
from png_kit import deep_scene
from tiff_kit import by_pillow, tiff

LIMITS = StillLimits()
FACE: tuple[Shape, ...] = (Ellipse(30, 20, 12, 15, 20),)
PLAIN = Writing()


def drafted(data: bytes, shapes=FACE, writing: Writing = PLAIN):
    source = TIFF.open(data, LIMITS)
    return source.draft([shapes] * len(source.pages), writing)


def verified(draft) -> list[np.ndarray]:
    judge(draft.data, draft.plan)
    return list(decode_copy(draft.data, "TIFF", LIMITS))


def erased(samples: np.ndarray) -> np.ndarray:
    shown = rgba(samples)
    shown[shown[..., 3] == 0] = 0
    return shown


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(CHANNELS)),
    sizes,
    shape_sets,
    styles,
    st.integers(0, 99),
    st.sampled_from([0, 16]),
    st.booleans(),
)
def test_what_was_covered_has_no_influence(mode, size, shapes, style, seed, max_size, deep) -> None:
    one = deep_scene(mode, *size) if deep and mode != "LA" else scene(mode, *size)
    other = one.copy()
    mask = union_mask(shapes, *size)
    other[mask] = np.random.default_rng(seed).integers(0, np.iinfo(one.dtype).max, other[mask].shape, dtype=one.dtype)
    writing = Writing(Styles(style), max_size=max_size)
    first = drafted(tiff([one, one]), shapes, writing)
    assert first.data == drafted(tiff([other, other], ">"), shapes, writing).data
    verified(first)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("mode", CHANNELS)
@pytest.mark.parametrize("deep", [False, True])
def test_every_page_is_exact_outside(mode: str, order: str, deep: bool) -> None:
    if deep and mode == "LA":
        with pytest.raises(Held, match="not supported"):
            drafted(tiff([deep_scene(mode, 60, 50)], order))
        return
    draw = deep_scene if deep else scene
    pages = [draw(mode, 60, 50), draw(mode, 41, 33, seed=1), draw(mode, 60, 50, seed=2)]
    source = TIFF.open(tiff(pages, order), LIMITS)
    assert not source.moving
    assert [(page.width, page.height) for page in source.pages] == [(60, 50), (41, 33), (60, 50)]
    draft = source.draft([FACE, (), FACE], PLAIN)
    copies = verified(draft)
    for copy, samples, shapes in zip(copies, pages, (FACE, (), FACE), strict=True):
        assert copy.dtype == samples.dtype
        mask = union_mask(shapes, samples.shape[1], samples.shape[0])
        np.testing.assert_array_equal(copy[~mask], erased(samples)[~mask])
        assert (copy[mask][:, 3] == np.iinfo(copy.dtype).max).all()
    assert draft.lossless
    assert recognise(draft.data) is TIFF


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits", "tiff_deflate", "zstd", "lzma"])
@pytest.mark.parametrize("mode", CHANNELS)
def test_compressions(mode: str, compression: str) -> None:
    samples = scene(mode, 60, 50)
    (copy,) = verified(drafted(by_pillow(samples, compression=compression), ()))
    np.testing.assert_array_equal(copy, erased(samples))


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate"])
def test_deep_grey_in_compressions(compression: str) -> None:
    samples = deep_scene("L", 60, 50)
    (copy,) = verified(drafted(by_pillow(samples, compression=compression), ()))
    np.testing.assert_array_equal(copy, rgba(samples))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_deep_colours_in_deflate(mode: str, order: str) -> None:
    samples = deep_scene(mode, 60, 50)
    packed = zlib.compress(samples.astype(samples.dtype.newbyteorder(order)).tobytes())
    plain = tiff([samples], order)
    at = tags.read(plain, 1)[0].first(273)
    data = plain[:at] + packed
    data = tiff([samples], order, ((259, 3, (8,)), (279, 4, (len(packed),))))
    at = tags.read(data, 1)[0].first(273)
    (copy,) = verified(drafted(data[:at] + packed, ()))
    np.testing.assert_array_equal(copy, erased(samples))


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_ccitt", "raw", "packbits"])
@pytest.mark.parametrize("inverted", [False, True])
def test_fax_pages_become_grey(compression: str, inverted: bool) -> None:
    bits = scene("L", 61, 50)[..., 0] > 90
    buffer = BytesIO()
    tag = {262: 0 if inverted else 1}
    Image.fromarray(bits).save(buffer, "TIFF", compression=compression, tiffinfo=tag)
    expected = np.asarray(Image.open(BytesIO(buffer.getvalue()), formats=["TIFF"]).convert("L"))
    draft = drafted(buffer.getvalue(), ())
    np.testing.assert_array_equal(verified(draft)[0][..., 0], expected)


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("photometric", [0, 1, 3])
def test_few_bits_and_palettes(bits: int, photometric: int) -> None:
    width, height, full = 61, 50, (1 << bits) - 1
    values = (np.add(*np.mgrid[:height, :width]) % (full + 1)).astype(np.uint8)
    split = np.unpackbits(values[..., None], axis=2)[..., -bits:].reshape(height, -1)
    packed = np.packbits(split, axis=1)
    table = np.random.default_rng(0).integers(0, 65536, (3, full + 1))
    entries = ((256, 4, (width,)), (258, 3, (bits,)), (262, 3, (photometric,)), (279, 4, (packed.size,)))
    colours = ((320, 3, tuple(int(v) for v in table.ravel())),) if photometric == 3 else ()
    data = tiff([packed[..., None]], extra=(*entries, *colours))
    (copy,) = verified(drafted(data, ()))
    grey = values.astype(int) * 255 // full
    shades = {0: 255 - grey, 1: grey}
    expected = (table >> 8).T[values] if photometric == 3 else np.repeat(shades[photometric][..., None], 3, axis=2)
    np.testing.assert_array_equal(copy[..., :3], expected)


def test_inverted_deep_grey_and_multiplied_alpha() -> None:
    grey = deep_scene("L", 30, 20)
    (copy,) = verified(drafted(tiff([grey], extra=((262, 3, (0,)),)), ()))
    np.testing.assert_array_equal(copy[..., 0], 65535 - grey[..., 0])
    for samples in (scene("RGBA", 30, 20), deep_scene("RGBA", 30, 20)):
        top = int(np.iinfo(samples.dtype).max)
        alpha = samples[..., 3:].astype(np.uint64)
        multiplied = samples.copy()
        multiplied[..., :3] = samples[..., :3] * alpha // top
        (copy,) = verified(drafted(tiff([multiplied], alpha=1), ()))
        bright = samples[..., 3] > top // 2
        difference = np.abs(copy[bright][:, :3].astype(int) - samples[bright][:, :3])
        assert difference.max() <= 2


def test_an_extra_channel_without_a_meaning_is_left_out() -> None:
    samples = scene("RGBA", 30, 20)
    (copy,) = verified(drafted(tiff([samples], alpha=0), ()))
    np.testing.assert_array_equal(copy[..., :3], samples[..., :3])
    assert (copy[..., 3] == 255).all()


def test_tiles_and_planes() -> None:
    samples = scene("RGB", 48, 32)
    blocks = [samples[y : y + 16, x : x + 16] for y in (0, 16) for x in (0, 16, 32)]
    packed = b"".join(block.tobytes() for block in blocks)
    plain = tiff([samples], extra=((322, 3, (16,)), (323, 3, (16,)), (324, 4, (0,) * 6), (325, 4, (768,) * 6)))
    first = tags.read(plain, 1)[0].first(273)
    offsets = tuple(first + 768 * i for i in range(6))
    made = tiff([samples], extra=((322, 3, (16,)), (323, 3, (16,)), (324, 4, offsets), (325, 4, (768,) * 6)))
    # Of strips and tiles only the tiles count; the file is as long as its one strip.
    data = made[:first] + packed
    source = tags.read(data, 1)[0]
    entries = [(tag, source.types[tag], values) for tag, values in source.tags.items() if tag not in (273, 278, 279)]
    room = tags.pack("<", entries, 8, 0)
    moved = [(t, k, tuple(8 + len(room) + 768 * i for i in range(6)) if t == 324 else v) for t, k, v in entries]
    (copy,) = verified(drafted(data[:8] + tags.pack("<", moved, 8, 0) + packed, ()))
    np.testing.assert_array_equal(copy[..., :3], samples)
    planes = np.ascontiguousarray(np.moveaxis(samples, 2, 0)).tobytes()
    plain = tiff([samples], extra=((284, 3, (2,)), (273, 4, (0,) * 3), (279, 4, (len(planes) // 3,) * 3)))
    source = tags.read(plain, 1)[0]
    entries = [(tag, source.types[tag], values) for tag, values in source.tags.items()]
    room = len(tags.pack("<", [e if e[0] != 273 else (273, 4, (0,) * 3) for e in entries], 8, 0))
    step = len(planes) // 3
    moved = [e if e[0] != 273 else (273, 4, tuple(8 + room + step * i for i in range(3))) for e in entries]
    (copy,) = verified(drafted(data[:8] + tags.pack("<", moved, 8, 0) + planes, ()))
    np.testing.assert_array_equal(copy[..., :3], samples)


def test_jpeg_inside_is_kept_as_decoded() -> None:
    data = by_pillow(np.array(Image.fromarray(scene("RGB", 60, 50)).resize((240, 200))), compression="jpeg", quality=90)
    shown = np.asarray(Image.open(BytesIO(data), formats=["TIFF"]).convert("RGB"))
    draft = drafted(data, ())
    np.testing.assert_array_equal(verified(draft)[0][..., :3], shown)


def test_inks_become_rgb_and_say_so() -> None:
    image = Image.fromarray(scene("RGB", 60, 50)).convert("CMYK")
    buffer = BytesIO()
    image.save(buffer, "TIFF")
    draft = drafted(buffer.getvalue())
    (copy,) = verified(draft)
    assert draft.remarks == ("re-encoded-cmyk",)
    assert not draft.lossless
    mask = union_mask(FACE, 60, 50)
    np.testing.assert_array_equal(copy[~mask][:, :3], np.asarray(image.convert("RGB"))[~mask])


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_kept(orientation: int) -> None:
    samples = scene("RGB", 30, 20)
    source = TIFF.open(tiff([samples, samples], extra=((274, 3, (orientation,)),)), LIMITS)
    assert (source.pages[0].width, source.pages[0].orientation) == (30, orientation)
    np.testing.assert_array_equal(source.pages[1].view(30), samples)
    draft = source.draft([(), ()], PLAIN)
    np.testing.assert_array_equal(verified(draft)[0][..., :3], samples)
    assert draft.plan.orientation == orientation
    assert Image.open(BytesIO(draft.data), formats=["TIFF"]).getexif().get(0x0112) == orientation


def test_pages_of_different_orientation_are_turned() -> None:
    samples = scene("RGB", 30, 20)
    data = tiff([samples] * 3, each={1: ((274, 3, (6,)),), 2: ((274, 3, (3,)),)})
    source = TIFF.open(data, LIMITS)
    assert [(page.width, page.height, page.orientation) for page in source.pages] == [(30, 20, 1), (20, 30, 1), (30, 20, 1)]
    for copy, turn in zip(verified(source.draft([(), FACE, ()], PLAIN)), (1, 6, 3), strict=True):
        expected = turn_upright(samples, turn)
        if turn != 6:
            np.testing.assert_array_equal(copy[..., :3], expected)
        assert copy.shape[:2] == expected.shape[:2]


def _profiled(name: bytes) -> tuple[int, int, tuple[int, ...]]:
    return 34675, 7, tuple(name)


_WIDE = icc.from_chromaticities(2.2, ((0.3457, 0.3585), (0.735, 0.265), (0.115, 0.826), (0.157, 0.018)))


def test_profiles() -> None:
    pages = [scene("RGB", 30, 20), scene("L", 30, 20), scene("RGB", 30, 20)]
    draft = drafted(tiff(pages, extra=(_profiled(icc.build("display-p3")),)), ())
    verified(draft)
    assert (draft.plan.profile, draft.remarks) == ("display-p3", ())
    draft = drafted(tiff(pages, extra=(_profiled(_WIDE),)), ())
    verified(draft)
    assert (draft.plan.profile, draft.remarks, draft.lossless) == ("srgb", ("colour-converted",), False)
    draft = drafted(tiff(pages[:1], extra=(_profiled(b"junk" * 60),)), ())
    verified(draft)
    assert (draft.plan.profile, draft.remarks) == ("", ("bogus-profile",))
    mixed = tiff([pages[0], pages[2]], each={1: (_profiled(icc.build("adobe-rgb")),)})
    draft = drafted(mixed, ())
    copies = verified(draft)
    assert (draft.plan.profile, draft.remarks) == ("srgb", ("colour-converted",))
    np.testing.assert_array_equal(copies[0][..., :3], pages[0])
    assert np.abs(copies[1][..., :3].astype(int) - pages[2]).max() > 5
    with pytest.raises(Held) as held:
        drafted(tiff([deep_scene("RGB", 9, 9)], extra=(_profiled(_WIDE),)), ())
    assert held.value.code == "deep-profile"


def test_thumbnails_and_masks_are_not_pages() -> None:
    pages = [scene("RGB", 60, 50), scene("RGB", 8, 6), scene("L", 60, 50)]
    draft = drafted(tiff(pages, each={1: ((254, 4, (1,)),), 2: ((254, 4, (4,)),)}))
    assert len(verified(draft)) == 1
    assert draft.remarks == ("other-pictures-left-out",)
    alone = drafted(tiff(pages[:1], extra=((254, 4, (1,)),)))
    assert len(verified(alone)) == 1


def test_smaller_copies() -> None:
    draft = drafted(tiff([scene("RGB", 100, 80), scene("L", 30, 20)]), (), Writing(max_size=50))
    assert [copy.shape for copy in verified(draft)] == [(40, 50, 4), (20, 30, 4)]
    assert draft.remarks == ("resized",)


@pytest.mark.parametrize("pages", [1, 3])
def test_others_read_what_was_written(pages: int) -> None:
    made = [scene("RGB", 60, 50, seed=i) for i in range(pages)]
    image = Image.open(BytesIO(drafted(tiff(made), ()).data), formats=["TIFF"])
    assert image.n_frames == pages
    for i, samples in enumerate(made):
        image.seek(i)
        np.testing.assert_array_equal(np.asarray(image), samples)


def test_large_pages_have_several_strips() -> None:
    samples = np.random.default_rng(0).integers(0, 256, (700, 900, 3), dtype=np.uint8)
    draft = drafted(tiff([samples]), ())
    assert len(tags.read(draft.data, 1)[0].tags[273]) == 2
    np.testing.assert_array_equal(verified(draft)[0][..., :3], samples)


_ASCII = tuple(MARK)
PLANTED: dict[str, Callable[[], bytes]] = {
    "software": lambda: tiff([scene("RGB", 60, 50)], extra=((305, 7, _ASCII),)),
    "artist": lambda: tiff([scene("RGB", 60, 50)], extra=((315, 7, _ASCII),)),
    "XMP": lambda: tiff([scene("RGB", 60, 50)], extra=((700, 1, _ASCII),)),
    "IPTC": lambda: tiff([scene("RGB", 60, 50)], extra=((33723, 7, _ASCII),)),
    "Photoshop": lambda: tiff([scene("RGB", 60, 50)], extra=((34377, 7, _ASCII),)),
    "private": lambda: tiff([scene("RGB", 60, 50)], extra=((65000, 7, _ASCII),)),
    "EXIF": lambda: tiff([scene("RGB", 60, 50)], extra=((34665, 4, (8,)),)) + MARK,
    "GPS": lambda: tiff([scene("RGB", 60, 50)], extra=((34853, 4, (8,)),)) + MARK,
    "sub-directory": lambda: tiff([scene("RGB", 60, 50)], extra=((330, 4, (8,)),)) + MARK,
    "trailing bytes": lambda: tiff([scene("RGB", 60, 50)]) + MARK,
    "thumbnail": lambda: tiff([scene("RGB", 60, 50), scene("RGB", 8, 8)], each={1: ((254, 4, (1,)), (305, 7, _ASCII))}),
    "a longer strip": lambda: _longer_strip(),
}


def _longer_strip() -> bytes:
    samples = scene("RGB", 60, 50)
    return tiff([samples], extra=((279, 4, (samples.size + len(MARK),)),)) + MARK


@pytest.mark.parametrize("name", PLANTED)
def test_planted_things_are_not_written(name: str) -> None:
    data = PLANTED[name]()
    assert MARK in data
    draft = drafted(data)
    verified(draft)
    assert MARK not in draft.data


def _patched(at: int, put: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data[:at] + put + data[at + len(put) :]


def _entry(data: bytes, tag: int, put: bytes) -> bytes:
    """The first directory's entry of that tag, its value field replaced."""
    at = 10
    while struct.unpack_from("<H", data, at)[0] != tag:
        at += 12
    return _patched(at + 8, put)(data)


def _renamed(data: bytes, tag: int, new: int) -> bytes:
    at = 10
    while struct.unpack_from("<H", data, at)[0] != tag:
        at += 12
    return _patched(at, struct.pack("<H", new))(data)


def _strip(data: bytes) -> int:
    return tags.read(data, 1)[0].first(273)


REJECTED: dict[str, Callable[[bytes], bytes]] = {
    "trailing bytes": lambda d: d + MARK,
    "trailing file": lambda d: d + d,
    "cut off": lambda d: d[: len(d) // 2],
    "empty": lambda d: b"",
    "big endian": lambda d: b"MM\0*" + d[4:],
    "gap in front": lambda d: d[:4] + struct.pack("<I", 10) + b"\0\0" + d[8:],
    "unknown tag": lambda d: _renamed(d, 339, 340),
    "tags out of order": lambda d: _renamed(d, 257, 255),
    "resolution": lambda d: d.replace(struct.pack("<II", 1, 1), struct.pack("<II", 72, 1), 1),
    "compression": lambda d: _entry(d, 259, b"\x05\0"),
    "padded value": lambda d: _entry(d, 259, b"\x08\0\7\0"),
    "photometric": lambda d: _entry(d, 262, b"\1\0"),
    "height": lambda d: _entry(d, 257, struct.pack("<I", 51)),
    "rows": lambda d: _entry(d, 278, struct.pack("<I", 25)),
    "no rows": lambda d: _entry(d, 278, struct.pack("<I", 0)),
    "huge": lambda d: _entry(d, 256, struct.pack("<I", 2**31)),
    "strip elsewhere": lambda d: _entry(d, 273, struct.pack("<I", _strip(d) + 1)),
    "short strip": lambda d: _entry(d, 279, struct.pack("<I", len(d) - _strip(d) - 2)),
    "next directory": lambda d: _patched(10 + 12 * struct.unpack_from("<H", d, 8)[0], struct.pack("<I", 8))(d),
    "orientation 9": lambda d: _entry(d, 274, b"\x09\0"),
    "no orientation": lambda d: _entry(d, 274, b"\0\0"),
    "bytes behind the pixels": lambda d: _behind_pixels(d, MARK),
    "more pixels": lambda d: _repacked(d, lambda raw: raw + MARK),
    "fewer pixels": lambda d: _repacked(d, lambda raw: raw[:-1]),
}


def _behind_pixels(data: bytes, more: bytes) -> bytes:
    at = _strip(data)
    size = tags.read(data, 1)[0].first(279)
    return _entry(data[: at + size] + more, 279, struct.pack("<I", size + len(more)))


def _repacked(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    at = _strip(data)
    packed = zlib.compress(change(zlib.decompress(data[at:])))
    return _entry(data[:at] + packed, 279, struct.pack("<I", len(packed)))


@pytest.mark.parametrize("name", REJECTED)
def test_verification_refuses(name: str) -> None:
    good = drafted(tiff([scene("RGB", 60, 50)])).data
    check(good, orientation=1, profiles=())
    check(good, orientation=None, profiles=())
    for orientation in (None, 1):
        with pytest.raises(Held, match="not allowed"):
            check(REJECTED[name](good), orientation=orientation, profiles=())


def test_verification_compares_with_the_plan() -> None:
    pages = [scene("RGB", 60, 50), scene("RGB", 60, 50, seed=1)]
    draft = drafted(tiff(pages))
    judge(draft.data, draft.plan)
    for other in (
        drafted(tiff(pages[:1])),
        drafted(tiff([*pages, pages[0]])),
        drafted(tiff(pages[::-1])),
        drafted(tiff(pages), ()),
        drafted(tiff(pages, extra=((274, 3, (6,)),))),
        drafted(tiff(pages, extra=(_profiled(icc.build("srgb")),))),
    ):
        with pytest.raises(Held):
            judge(other.data, draft.plan)
    profiled = drafted(tiff(pages, extra=(_profiled(icc.build("srgb")),)))
    with pytest.raises(Held):
        judge(draft.data, profiled.plan)


def _odd(*entries: tuple[int, int, tuple[int, ...]]) -> bytes:
    return tiff([scene("L", 4, 4)], extra=entries)


_CIRCLE = tiff([scene("L", 4, 4)] * 2)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"II*\0", "damaged"),
        (b"II*\0\0\0\0\0", "damaged"),
        (b"II*\0\xff\xff\xff\xff", "damaged"),
        (b"II*\0\x08\0\0\0\xff\xff", "damaged"),
        (b"II*\0\x08\0\0\0\0\0\x08\0\0\0", "damaged"),
        (_odd((256, 4, (0,))), "damaged"),
        (_odd((256, 4, (100_000,)), (257, 4, (100_000,))), "too-large"),
        (_odd((256, 4, (60_000,)), (257, 4, (3_200,))), "too-large"),
        (_odd((257, 4, (400,))), "damaged"),
        (_odd((279, 4, (2**31,))), "damaged"),
        (_odd((273, 4, (8, 8)), (279, 4, (9,))), "damaged"),
        (_odd((322, 4, (65_536,)), (323, 4, (65_536,)), (324, 4, (8,)), (325, 4, (9,))), "damaged"),
        (_odd((258, 3, (32,))), "deep-colour"),
        (_odd((258, 3, (12,))), "encoding"),
        (_odd((339, 3, (3,))), "encoding"),
        (_odd((259, 3, (6,))), "encoding"),
        (_odd((259, 3, (34712,))), "encoding"),
        (_odd((262, 3, (8,))), "encoding"),
        (_odd((262, 3, (32803,))), "unsupported-format"),
        (_odd((50706, 1, (1, 4, 0, 0))), "unsupported-format"),
        (_odd((254, 4, (1,)), (330, 4, (8,))), "unsupported-format"),
        (_odd((262, 3, (3,))), "damaged"),
        (_odd((259, 3, (5,))), "damaged"),
        (_odd((259, 3, (8,))), "damaged"),
        (_odd((259, 3, (7,))), "damaged"),
        (_odd((258, 3, (8, 16)), (277, 3, (2,))), "encoding"),
    ],
)
def test_hostile_files_are_held_back(data: bytes, code: str) -> None:
    with pytest.raises(Held) as held:
        drafted(data)
    assert held.value.code == code
    assert str(held.value)


def test_many_directories_and_shared_strips_are_refused() -> None:
    many = bytearray(b"II*\0" + struct.pack("<I", 8))
    for _ in range(2500):
        entries = [(256, 4, (1,)), (257, 4, (1,)), (258, 3, (8,)), (262, 3, (1,)), (273, 4, (0,)), (279, 4, (1,))]
        size = len(tags.pack("<", entries, 0, 0))
        many += tags.pack("<", entries, len(many), len(many) + size)
    with pytest.raises(Held) as held:
        TIFF.open(bytes(many), LIMITS)
    assert held.value.code == "too-many-pages"
    shared = bytearray(tiff([np.zeros((500, 500, 1), np.uint8)]))
    strip = tags.read(bytes(shared), 1)[0].first(273)
    with pytest.raises(Held) as held:
        TIFF.open(
            tiff([np.zeros((500, 500, 1), np.uint8)] * 2, each={0: ((279, 4, (400_000,)),), 1: ((279, 4, (400_000,)),)}),
            LIMITS,
        )
    assert held.value.code == "damaged"
    assert strip


_SEEDS = [tiff([scene("RGBA", 20, 20), scene("L", 9, 9)]), by_pillow(scene("RGB", 20, 20), compression="tiff_lzw")]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(_SEEDS), st.integers(0, 3000), st.binary(min_size=1, max_size=4))
def test_broken_files_are_held_back_or_prepared(data: bytes, at: int, put: bytes) -> None:
    at %= len(data)
    try:
        source = TIFF.open(data[:at] + put + data[at + len(put) :], StillLimits(pixels=1_000_000))
        draft = source.draft([FACE] * len(source.pages), PLAIN)
    except Held:
        return
    verified(draft)


def test_verification_refuses_a_depth_of_one_byte() -> None:
    good = drafted(tiff([scene("L", 60, 50)])).data
    at = good.index(struct.pack("<HHI", 258, 3, 1))
    with pytest.raises(Held, match="not allowed"):
        check(_patched(at + 2, struct.pack("<HI", 1, 1))(good), orientation=None, profiles=())
