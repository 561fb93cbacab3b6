from __future__ import annotations

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from paravent.errors import Held
from paravent.formats.base import Writing
from paravent.formats.png.spec import PNG
from paravent.formats.shared import icc
from paravent.formats.shared.samples import rgba
from paravent.model.geometry import Ellipse, Shape
from paravent.model.limits import StillLimits
from paravent.model.plan import Exact
from paravent.model.style import Style, Styles
from paravent.redact.masks import union_mask
from paravent.verify import judge
from paravent.verify.decoding import decode_copy
from picture_kit import CHANNELS, MARK, chunk, chunks, png_of, shape_sets, sizes, styles
from png_kit import deep_png, deep_scene

FACE: tuple[Shape, ...] = (Ellipse(30, 20, 12, 15, 20),)
PLAIN = Writing()
MODES = st.sampled_from(sorted(CHANNELS))


def drafted(data: bytes, shapes: tuple[Shape, ...] = FACE, writing: Writing = PLAIN):
    return PNG.open(data, StillLimits()).draft((shapes,), writing)


def verified(draft) -> np.ndarray:
    judge(draft.data, draft.plan)
    (samples,) = decode_copy(draft.data, "PNG", StillLimits())
    assert samples.dtype == np.uint16
    return samples


@settings(max_examples=40, deadline=None)
@given(MODES, sizes, shape_sets, styles, st.integers(0, 99), st.sampled_from([0, 16]))
def test_what_was_covered_has_no_influence(mode, size, shapes, style, seed, max_size) -> None:
    one = deep_scene(mode, *size)
    other = one.copy()
    mask = union_mask(shapes, *size)
    other[mask] = np.random.default_rng(seed).integers(0, 65536, other[mask].shape, dtype=np.uint16)
    writing = Writing(Styles(style), max_size=max_size)
    first = drafted(deep_png(one), shapes, writing)
    assert first.data == drafted(deep_png(other, filters=1), shapes, writing).data
    verified(first)


@pytest.mark.parametrize("filters", [0, 1, 2])
@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("mode", CHANNELS)
def test_every_bit_outside_is_exact(mode: str, interlaced: bool, filters: int) -> None:
    samples = deep_scene(mode, 61, 50)
    draft = drafted(deep_png(samples, filters=filters, interlaced=interlaced))
    copy, mask = verified(draft), union_mask(FACE, 61, 50)
    expected = rgba(samples)
    expected[expected[..., 3] == 0] = 0
    np.testing.assert_array_equal(copy[~mask], expected[~mask])
    assert (copy[mask][:, 3] == 65535).all()
    assert draft.lossless
    assert draft.data[24] == 16


def test_fillings_have_the_colours_around() -> None:
    samples = np.full((60, 60, 3), (50_000, 30_000, 10_001), np.uint16)
    for style, expected in (("veil", (50_000, 30_000, 10_001)), ("solid", (96 * 257,) * 3)):
        copy = verified(drafted(deep_png(samples), FACE, Writing(Styles(Style(style)))))
        inside = copy[union_mask(FACE, 60, 60)][:, :3].astype(int)
        assert np.abs(inside - expected).max() <= 1


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_transparent_colour_becomes_alpha(mode: str) -> None:
    samples = deep_scene(mode, 20, 20)
    samples[3:6, 3:6] = 0x1234
    samples[8, 8] = 0x1235
    key = struct.pack(">H", 0x1234) * CHANNELS[mode]
    copy = verified(drafted(deep_png(samples, (b"tRNS", key)), ()))
    assert (copy[..., 3] == 0).sum() == 9
    assert copy[8, 8].tolist() == [0x1235] * 3 + [65535]


def test_smaller_copies_keep_16_bits() -> None:
    for mode in CHANNELS:
        samples = np.full((100, 200, CHANNELS[mode]), 12_345, np.uint16)
        if mode in ("LA", "RGBA"):
            samples[:, :100, -1] = 0
        draft = drafted(deep_png(samples), (), Writing(max_size=50))
        copy = verified(draft)
        assert copy.shape == (25, 50, 4)
        assert copy[12, 40, 0] == 12_345
        assert not copy[copy[..., 3] == 0].any()


def test_views_show_the_higher_bits() -> None:
    samples = deep_scene("RGB", 60, 50)
    source = PNG.open(deep_png(samples), StillLimits())
    np.testing.assert_array_equal(source.pages[0].view(60), samples >> 8)


def _iccp(profile: bytes) -> tuple[bytes, bytes]:
    return b"iCCP", MARK + b"\0\0" + zlib.compress(profile)


def test_known_profiles_are_written_anew_and_others_hold_the_file_back() -> None:
    draft = drafted(deep_png(deep_scene("RGB", 30, 20), _iccp(icc.build("display-p3"))))
    verified(draft)
    assert (draft.plan.profile, draft.remarks) == ("display-p3", ())
    assert MARK not in draft.data
    wide = icc.from_chromaticities(2.2, ((0.3457, 0.3585), (0.735, 0.265), (0.115, 0.826), (0.157, 0.018)))
    with pytest.raises(Held) as held:
        drafted(deep_png(deep_scene("RGB", 30, 20), _iccp(wide)))
    assert held.value.code == "deep-profile"
    assert "16 bits" in str(held.value)
    assert drafted(deep_png(deep_scene("RGB", 30, 20), _iccp(b"junk" * 50))).remarks == ("bogus-profile",)


def test_verification_refuses_another_lower_byte_and_fewer_bits() -> None:
    samples = deep_scene("RGB", 60, 50)
    draft = drafted(deep_png(samples))
    (copy,) = decode_copy(draft.data, "PNG", StillLimits())
    assert isinstance(draft.plan.pages[0].expected, Exact)
    judge(deep_png(copy[..., :3]), draft.plan)
    for y, x, code in ((0, 0, "outside-changed"), (20, 30, "not-covered")):
        altered = copy[..., :3].copy()
        altered[y, x, 0] ^= 1
        with pytest.raises(Held) as held:
            judge(deep_png(altered), draft.plan)
        assert held.value.code == code
    buffer = BytesIO()
    Image.fromarray((copy[..., :3] >> 8).astype(np.uint8)).save(buffer, "PNG")
    with pytest.raises(Held):
        judge(buffer.getvalue(), draft.plan)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (deep_png(deep_scene("RGB", 60, 50))[:400], "damaged"),
        (deep_png(deep_scene("RGB", 4, 4)).replace(bytes((0, 0, 0, 4, 0, 0, 0, 4)), bytes((0, 1, 0, 4) * 2)), "damaged"),
        (
            png_of(
                [
                    (b"IHDR", struct.pack(">IIBBBBB", 99_999, 99_999, 16, 2, 0, 0, 0)),
                    (b"IDAT", zlib.compress(bytes(9))),
                    (b"IEND", b""),
                ]
            ),
            "too-large",
        ),
        (png_of([(n, c[:30] if n == b"IDAT" else c) for n, c in chunks(deep_png(deep_scene("RGBA", 60, 50)))]), "damaged"),
        (png_of([(n, c[:30] if n == b"IDAT" else c) for n, c in chunks(deep_png(deep_scene("LA", 60, 50)))]), "damaged"),
        (deep_png(deep_scene("RGB", 9, 9), (b"tRNS", b"1")), "damaged"),
        (deep_png(deep_scene("RGB", 9, 9)) + chunk(b"IDAT", b""), ""),
    ],
)
def test_hostile_files(data: bytes, code: str) -> None:
    if not code:
        verified(drafted(data))
        return
    with pytest.raises(Held) as held:
        drafted(data)
    assert held.value.code == code
