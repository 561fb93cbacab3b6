from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bmp_kit import bmp, indexed, profiled, true_colour
from paravent.errors import Held
from paravent.formats import recognise
from paravent.formats.base import Writing
from paravent.formats.bmp.spec import BMP
from paravent.formats.shared import icc
from paravent.model.geometry import Ellipse, Shape
from paravent.model.limits import StillLimits
from paravent.model.style import Styles
from paravent.redact.masks import union_mask
from paravent.verify import judge
from paravent.verify.bmp import check
from paravent.verify.decoding import decode_copy
from picture_kit import MARK, saved, scene, shape_sets, sizes, styles

LIMITS = StillLimits()
FACE: tuple[Shape, ...] = (Ellipse(30, 20, 12, 15, 20),)
PLAIN = Writing()


def drafted(data: bytes, shapes=FACE, writing: Writing = PLAIN):
    return BMP.open(data, LIMITS).draft((shapes,), writing)


def verified(draft) -> np.ndarray:
    judge(draft.data, draft.plan)
    (samples,) = decode_copy(draft.data, "BMP", LIMITS)
    return samples


@pytest.mark.parametrize("bits", [1, 4, 8])
@pytest.mark.parametrize("first", [0, 255])
def test_black_and_white_stays_so(first: int, bits: int) -> None:
    indices = (np.add(*np.mgrid[:64, :127]) // 5 % 2).astype(np.uint8)
    table = np.array([[first] * 3, [255 - first] * 3], np.uint8)
    copy = verified(drafted(indexed(indices, table, bits), ()))
    np.testing.assert_array_equal(copy[..., :3], table[indices])


@settings(max_examples=30, deadline=None)
@given(sizes, shape_sets, styles, st.integers(0, 99), st.sampled_from([0, 16]))
def test_what_was_covered_has_no_influence(size, shapes, style, seed, max_size) -> None:
    one = scene("RGB", *size)
    other = one.copy()
    mask = union_mask(shapes, *size)
    other[mask] = np.random.default_rng(seed).integers(0, 256, other[mask].shape, dtype=np.uint8)
    writing = Writing(Styles(style), max_size=max_size)
    first = drafted(true_colour(one), shapes, writing)
    assert first.data == drafted(saved(other, "BMP"), shapes, writing).data
    verified(first)


@settings(max_examples=30, deadline=None)
@given(sizes, shape_sets, styles, st.integers(0, 99), st.integers(1, 200))
def test_what_was_covered_has_no_influence_on_palettes(size, shapes, style, seed, colours) -> None:
    rng = np.random.default_rng(seed)
    common = rng.integers(0, 256, (colours, 3), dtype=np.uint8)
    outside = rng.integers(0, colours, (size[1], size[0]))
    mask = union_mask(shapes, *size)
    made = []
    for _ in range(2):
        table = np.concatenate([common, rng.integers(0, 256, (int(rng.integers(1, 56)), 3), dtype=np.uint8)])
        order = rng.permutation(len(table))
        indices = np.where(mask, rng.integers(0, len(table), outside.shape), outside)
        table[order] = table.copy()
        made.append(drafted(indexed(order[indices].astype(np.uint8), table), shapes, Writing(Styles(style))))
    assert made[0].data == made[1].data
    verified(made[0])


@pytest.mark.parametrize("bits", [1, 4, 8])
@pytest.mark.parametrize("from_top", [False, True])
def test_palettes_are_exact_outside(bits: int, from_top: bool) -> None:
    table = np.random.default_rng(0).integers(0, 256, (1 << bits, 3), dtype=np.uint8)
    indices = (np.add(*np.mgrid[:50, :61]) % (1 << bits)).astype(np.uint8)
    draft = drafted(indexed(indices, table, bits, height=-50 if from_top else 0))
    copy, mask = verified(draft), union_mask(FACE, 61, 50)
    np.testing.assert_array_equal(copy[~mask][:, :3], table[indices][~mask])
    assert draft.data[28] == 8
    assert draft.lossless
    assert recognise(draft.data) is BMP


@pytest.mark.parametrize("from_top", [False, True])
def test_true_colour_is_exact_outside(from_top: bool) -> None:
    samples = scene("RGB", 61, 50)
    draft = drafted(true_colour(samples, height=-50 if from_top else 0))
    copy, mask = verified(draft), union_mask(FACE, 61, 50)
    np.testing.assert_array_equal(copy[~mask][:, :3], samples[~mask])


@pytest.mark.parametrize("masks", [(0x7C00, 0x3E0, 0x1F), (0xF800, 0x7E0, 0x1F), None])
def test_16_bits_become_24(masks) -> None:
    words = np.random.default_rng(0).integers(0, 1 << 15, (20, 31)).astype("<u2")
    stated = masks or (0x7C00, 0x3E0, 0x1F)
    more = struct.pack("<3I", *masks) if masks else b""
    data = bmp(words.view(np.uint8), 16, width=31, compression=3 if masks else 0, more=more)
    copy = verified(drafted(data, ()))
    for channel, mask in enumerate(stated):
        values = (words & mask) / mask * 255
        assert np.abs(copy[..., channel] - np.rint(values)).max() <= 1


@pytest.mark.parametrize("alpha", [None, 0, 255])
def test_32_bits_without_transparency(alpha: int | None) -> None:
    samples = scene("RGB", 30, 20)
    words = np.concatenate([samples[..., ::-1], np.full((20, 30, 1), 9 if alpha is None else alpha, np.uint8)], axis=2)
    more = struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000) + bytes(52)
    rows = words.reshape(20, -1)
    stated = {} if alpha is None else {"compression": 3, "more": more, "length": 108}
    data = bmp(rows, 32, width=30, **stated)
    np.testing.assert_array_equal(verified(drafted(data, ()))[..., :3], samples)


def test_half_transparent_pixels_are_held_back() -> None:
    rows = scene("RGBA", 30, 20).reshape(20, -1)
    more = struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000) + bytes(52)
    with pytest.raises(Held, match="BMP"):
        drafted(bmp(rows, 32, width=30, compression=3, more=more, length=108))


def test_old_headers() -> None:
    samples = scene("RGB", 32, 20)
    rows = samples[::-1, :, ::-1].tobytes()
    head = struct.pack("<2sIHHIIHHHH", b"BM", 0, 0, 0, 26, 12, 32, 20, 1, 24)
    np.testing.assert_array_equal(verified(drafted(head + rows, ()))[..., :3], samples)


def test_grey_stays_small() -> None:
    samples = scene("L", 60, 50)
    draft = drafted(saved(samples, "BMP"), ())
    np.testing.assert_array_equal(verified(draft)[..., :1], samples)
    assert len(draft.data) < 60 * 50 + 1200


def test_smaller_copies_become_true_colour() -> None:
    table = np.array([[255, 0, 0], [0, 0, 255]], np.uint8)
    indices = (np.add(*np.mgrid[:60, :80]) % 2).astype(np.uint8)
    draft = drafted(indexed(indices, table), (), Writing(max_size=40))
    assert verified(draft).shape == (30, 40, 4)
    assert (draft.data[28], draft.remarks, draft.lossless) == (24, ("resized",), False)


def test_embedded_profiles() -> None:
    samples = scene("RGB", 32, 20)
    for profile, remarks in (
        (icc.build("srgb"), ()),
        (icc.build("adobe-rgb"), ("colour-converted",)),
        (b"x" * 200, ("bogus-profile",)),
    ):
        draft = drafted(profiled(samples, profile), ())
        copy = verified(draft)
        assert draft.remarks == remarks
        expected = samples
        if "colour-converted" in remarks:
            expected = np.asarray(icc.to_srgb(Image.fromarray(samples), profile))
        np.testing.assert_array_equal(copy[..., :3], expected)


def _at(position: int, form: str, *values: int) -> Callable[[bytes], bytes]:
    packed = struct.pack(form, *values)
    return lambda data: data[:position] + packed + data[position + len(packed) :]


def test_planted_things_are_not_written() -> None:
    table = np.random.default_rng(0).integers(0, 256, (9, 3), dtype=np.uint8)
    for data in (
        true_colour(scene("RGB", 61, 50)),
        true_colour(scene("RGB", 61, 50)) + MARK,
        true_colour(scene("RGB", 61, 50), more=MARK),
        indexed(np.zeros((50, 61), np.uint8), table),
        true_colour(scene("RGB", 60, 50)) + true_colour(scene("RGB", 60, 50)) + MARK,
    ):
        draft = drafted(data)
        verified(draft)
        assert MARK not in draft.data
        assert MARK[:3] not in draft.data


REJECTED: dict[str, Callable[[bytes], bytes]] = {
    "trailing bytes": lambda d: d + MARK,
    "trailing file": lambda d: d + d,
    "trailing bytes in the size": lambda d: _at(2, "<I", len(d) + 11)(d + MARK),
    "cut off": lambda d: d[:-1],
    "empty": lambda d: b"",
    "signature": lambda d: b"BA" + d[2:],
    "reserved": _at(6, "<I", 7),
    "gap in front of the rows": lambda d: _at(2, "<IIII", len(d) + 4, 0, 58, 40)(d[:54] + bytes(4) + d[54:]),
    "header size": _at(14, "<I", 124),
    "width": _at(18, "<i", 62),
    "height": _at(22, "<i", 49),
    "upside down": _at(22, "<i", -50),
    "planes": _at(26, "<H", 2),
    "bits": _at(28, "<H", 16),
    "compression": _at(30, "<I", 1),
    "colours": _at(46, "<I", 3),
    "important colours": _at(50, "<I", 3),
    "padding": lambda d: d[:-1] + b"\1",
}


@pytest.mark.parametrize("name", REJECTED)
def test_verification_refuses(name: str) -> None:
    good = drafted(true_colour(scene("RGB", 61, 50))).data
    check(good, orientation=1, profiles=())
    check(good, orientation=None, profiles=())
    for orientation in (None, 1):
        with pytest.raises(Held, match="not allowed"):
            check(REJECTED[name](good), orientation=orientation, profiles=())


def test_verification_refuses_a_resolution_under_a_plan_and_unused_colours() -> None:
    good = drafted(true_colour(scene("RGB", 61, 50))).data
    stated = _at(38, "<ii", 3780, 3780)(good)
    check(stated, orientation=None, profiles=())
    palette = saved(np.zeros((4, 4, 1), np.uint8), "BMP")
    for data, orientation in ((stated, 1), (palette, None), (good, 6)):
        with pytest.raises(Held, match="not allowed"):
            check(data, orientation=orientation, profiles=())


_GOOD = true_colour(scene("RGB", 61, 50))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"BM", "damaged"),
        (_GOOD[:40], "damaged"),
        (_GOOD[:-1], "damaged"),
        (_at(18, "<i", 0)(_GOOD), "damaged"),
        (_at(18, "<i", -5)(_GOOD), "damaged"),
        (_at(18, "<ii", 100_000, 100_000)(_GOOD), "too-large"),
        (_at(18, "<ii", 2**31 - 1, -(2**31))(_GOOD), "too-large"),
        (_at(22, "<i", 51)(_GOOD), "damaged"),
        (_at(10, "<I", 2**32 - 1)(_GOOD), "damaged"),
        (_at(10, "<I", 20)(_GOOD), "damaged"),
        (_at(26, "<H", 3)(_GOOD), "damaged"),
        (_at(28, "<H", 7)(_GOOD), "encoding"),
        (_at(30, "<I", 1)(_GOOD), "encoding"),
        (_at(30, "<I", 3)(_GOOD), "damaged"),
        (_at(28, "<HI", 32, 3)(_at(54, "<3I", 0, 0, 0)(_GOOD)), "damaged"),
        (indexed(np.full((9, 9), 3, np.uint8), np.zeros((2, 3), np.uint8)), "damaged"),
        (_at(28, "<H", 8)(_GOOD), "damaged"),
    ],
)
def test_hostile_files_are_held_back(data: bytes, code: str) -> None:
    with pytest.raises(Held) as held:
        drafted(data)
    assert held.value.code == code


_SEEDS = [_GOOD, indexed(np.zeros((9, 9), np.uint8), np.zeros((4, 3), np.uint8), 4)]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(_SEEDS), st.integers(2, 140), st.binary(min_size=1, max_size=4))
def test_broken_files_are_held_back_or_prepared(data: bytes, at: int, put: bytes) -> None:
    try:
        draft = BMP.open(data[:at] + put + data[at + len(put) :], StillLimits(pixels=1_000_000)).draft((FACE,), PLAIN)
    except Held:
        return
    verified(draft)
