from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from paravent.errors import Held
from paravent.formats.base import Writing
from paravent.formats.shared import icc
from paravent.formats.shared.exif_mark import orientation_exif
from paravent.formats.shared.sample_source import Decoded
from paravent.formats.shared.samples import digests, erase_transparent, rgba
from paravent.formats.webp.spec import WEBP
from paravent.model.geometry import Ellipse, Shape
from paravent.model.limits import StillLimits
from paravent.model.plan import Close, Exact
from paravent.model.style import Style, Styles
from paravent.redact.masks import union_mask
from paravent.verify.decoding import decode_copy
from paravent.verify.webp import check
from picture_kit import MARK, riff_chunks, saved, scene, shape_sets, sizes, styles, webp_of

LIMITS = StillLimits()
FACE: tuple[Shape, ...] = (Ellipse(30, 20, 12, 15, 20),)
PLAIN = Writing()
MODES = st.sampled_from(["RGB", "RGBA"])


def webp(samples: np.ndarray, lossless: bool = True, **options: object) -> bytes:
    return saved(samples, "WEBP", **({"lossless": lossless, "exact": True} | options))


def drafted(data: bytes, shapes: tuple[Shape, ...] = FACE, writing: Writing = PLAIN):
    return WEBP.open(data, LIMITS).draft((shapes,), writing)


def verified(draft) -> np.ndarray:
    """Judge a draft as verification does; returns its samples."""
    plan = draft.plan
    check(draft.data, orientation=plan.orientation, profiles=(icc.build(plan.profile),) if plan.profile else ())
    (samples,) = decode_copy(draft.data, "WebP", LIMITS)
    assert samples.shape == (plan.pages[0].height, plan.pages[0].width, 4)
    if isinstance(plan.pages[0].expected, Exact):
        assert (
            digests(samples, union_mask(plan.pages[0].shapes, plan.pages[0].width, plan.pages[0].height))
            == plan.pages[0].expected
        )
    else:
        np.testing.assert_array_equal(samples[..., 3], rgba(plan.pages[0].expected.samples)[..., 3])
    return samples


# --- covered means destroyed


@settings(max_examples=40, deadline=None)
@given(MODES, sizes, shape_sets, styles, st.integers(0, 99), st.sampled_from([0, 16]))
def test_what_was_covered_has_no_influence_lossless(mode, size, shapes, style, seed, max_size) -> None:
    one = scene(mode, *size)
    other = one.copy()
    mask = union_mask(shapes, *size)
    other[mask] = np.random.default_rng(seed).integers(0, 256, other[mask].shape, dtype=np.uint8)
    if mode == "RGBA":  # a source without any transparency is another kind of file
        one[mask, 3], other[mask, 3] = 1, 254
    writing = Writing(Styles(style), max_size=max_size)
    first = drafted(webp(one), shapes, writing)
    assert first.data == drafted(webp(other, method=0, quality=0), shapes, writing).data
    verified(first)


@settings(max_examples=40, deadline=None)
@given(MODES, sizes, shape_sets, styles, st.integers(0, 99), st.sampled_from([0, 16]))
def test_what_was_covered_has_no_influence_lossy(mode, size, shapes, style, seed, max_size) -> None:
    # Two lossy files never decode to the same surroundings, so the decoded samples are put in place.
    one = scene(mode, *size)
    erase_transparent(one)
    other = one.copy()
    mask = union_mask(shapes, *size)
    other[mask] = np.random.default_rng(seed).integers(0, 256, other[mask].shape, dtype=np.uint8)
    made = []
    for samples, quality in ((one, 30), (other, 95)):
        source = WEBP.open(webp(samples, lossless=False, quality=quality), LIMITS)
        source.__dict__["_decoded"] = Decoded((samples,))
        made.append(source.draft((shapes,), Writing(Styles(style), max_size=max_size)))
    assert made[0].data == made[1].data
    verified(made[0])


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_lossless_outside_is_exact_and_inside_opaque(mode: str) -> None:
    samples = scene(mode, 60, 50)
    draft = drafted(webp(samples))
    copy, mask = verified(draft), union_mask(FACE, 60, 50)
    expected = rgba(samples)
    expected[expected[..., 3] == 0] = 0
    np.testing.assert_array_equal(copy[~mask], expected[~mask])
    assert (copy[mask][:, 3] == 255).all()
    assert draft.lossless
    assert draft.remarks == ()
    assert [n for n, _ in riff_chunks(draft.data)] == [b"VP8L"]


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_lossy_is_encoded_anew_and_close(mode: str) -> None:
    samples = np.array(Image.fromarray(scene(mode, 60, 50)).resize((300, 250)))
    source = WEBP.open(webp(samples, lossless=False, quality=80), LIMITS)
    draft = source.draft(((Ellipse(150, 100, 60, 75),),), PLAIN)
    assert not draft.lossless
    assert draft.remarks == ("re-encoded-lossy",)
    assert isinstance(draft.plan.pages[0].expected, Close)
    copy = verified(draft)
    assert np.abs(copy.astype(int) - rgba(draft.plan.pages[0].expected.samples)).mean() < 2.5
    assert [n for n, _ in riff_chunks(draft.data)] == ([b"VP8X", b"ALPH", b"VP8 "] if mode == "RGBA" else [b"VP8 "])


def test_smaller_copies_are_covered_first() -> None:
    samples = np.zeros((300, 400, 3), np.uint8)
    face = (Ellipse(200, 150, 60, 80, 30),)
    samples[union_mask(face, 400, 300)] = 255
    draft = drafted(webp(samples), face, Writing(Styles(Style("veil")), max_size=100))
    assert (draft.plan.pages[0].width, draft.plan.pages[0].height) == (100, 75)
    assert verified(draft)[..., :3].max() == 0


# --- marks


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_kept_as_a_mark(orientation: int, prefix: bytes, lossless: bool) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, MARK.decode()
    data = webp(scene("RGB", 30, 20), lossless=lossless, exif=prefix + exif.tobytes().removeprefix(b"Exif\0\0"))
    draft = drafted(data, ())
    verified(draft)
    assert draft.plan.orientation == orientation
    assert dict(riff_chunks(draft.data)).get(b"EXIF", b"") == (orientation_exif(orientation) if orientation > 1 else b"")
    assert MARK not in draft.data


@pytest.mark.parametrize("name", icc.NAMES)
def test_well_known_profiles_are_written_anew(name: str) -> None:
    source = icc.build(name).replace("Public".encode("utf-16-be"), "Q-4711".encode("utf-16-be"))
    draft = drafted(webp(scene("RGBA", 60, 50), icc_profile=source))
    verified(draft)
    assert dict(riff_chunks(draft.data))[b"ICCP"] == icc.build(name)
    assert draft.lossless


def test_unknown_and_bogus_profiles() -> None:
    wide = icc.from_chromaticities(2.2, ((0.3457, 0.3585), (0.735, 0.265), (0.115, 0.826), (0.157, 0.018)))
    draft = drafted(webp(scene("RGB", 60, 50), icc_profile=wide))
    assert (draft.plan.profile, draft.remarks, draft.lossless) == ("srgb", ("colour-converted",), False)
    verified(draft)
    draft = drafted(webp(scene("RGB", 60, 50), icc_profile=b"junk" * 99))
    assert (draft.plan.profile, draft.remarks, draft.lossless) == ("", ("bogus-profile",), True)
    verified(draft)


# --- the container


def extended(data: bytes, flags: int = 0, more: tuple[tuple[bytes, bytes], ...] = (), before: tuple = ()) -> bytes:
    """The 60 x 50 picture in the long form with further chunks."""
    parts = [part for part in riff_chunks(data) if part[0] != b"VP8X"]
    canvas = bytes((flags, 0, 0, 0)) + (59).to_bytes(3, "little") + (49).to_bytes(3, "little")
    return webp_of([(b"VP8X", canvas), *before, *parts, *more])


_FRAME = bytes(16) + webp(scene("RGB", 60, 50))[12:]
PLANTED: dict[str, Callable[[bytes], bytes]] = {
    "XMP": lambda d: extended(d, 0x04, ((b"XMP ", MARK),)),
    "EXIF": lambda d: extended(d, 0x08, ((b"EXIF", orientation_exif(6) + MARK),)),
    "private": lambda d: extended(d, 0, ((b"PRVT", MARK),)),
    "private, short form": lambda d: webp_of([*riff_chunks(d), (b"PRVT", MARK)]),
    "EXIF, short form": lambda d: webp_of([*riff_chunks(d), (b"EXIF", orientation_exif(6))]),
    "second picture": lambda d: webp_of([*riff_chunks(d), *riff_chunks(d)]),
    "trailing bytes": lambda d: d + MARK,
    "trailing file": lambda d: d + d,
    "trailing bytes in the RIFF size": lambda d: d[:4] + struct.pack("<I", len(d) - 4) + d[8:] + b"more",
}


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("name", PLANTED)
def test_planted_things_are_not_written(name: str, lossless: bool) -> None:
    draft = drafted(PLANTED[name](webp(scene("RGB", 60, 50), lossless=lossless)))
    verified(draft)
    assert {n for n, _ in riff_chunks(draft.data)} <= {b"VP8X", b"VP8 ", b"VP8L", b"EXIF"}
    assert MARK not in draft.data


REJECTED: dict[str, Callable[[bytes], bytes]] = {
    **PLANTED,
    "empty": lambda d: b"",
    "cut off": lambda d: d[: len(d) // 2],
    "not a WebP": lambda d: d.replace(b"WEBP", b"WAVE"),
    "animated": lambda d: extended(d, 0x02),
    "animation": lambda d: extended(d, 0x02, ((b"ANIM", bytes(6)), (b"ANMF", _FRAME))),
    "flags without chunks": lambda d: extended(d, 0x2C),
    "reserved bits": lambda d: extended(d, 0x01),
    "chunks without flags": lambda d: extended(d, 0, ((b"EXIF", orientation_exif(6)),)),
    "other canvas": lambda d: extended(d).replace((59).to_bytes(3, "little"), (60).to_bytes(3, "little"), 1),
    "foreign profile": lambda d: extended(d, 0x20, before=((b"ICCP", icc.build("adobe-rgb")),)),
    "EXIF before": lambda d: extended(d, 0x08, before=((b"EXIF", orientation_exif(6)),)),
    "padding": lambda d: extended(d, 0x20, before=((b"ICCP", icc.build("srgb")[:-1]),)).replace(
        icc.build("srgb")[:-1] + b"\0", icc.build("srgb")[:-1] + b"\1"
    ),
    "EXIF twice": lambda d: extended(d, 0x08, ((b"EXIF", orientation_exif(6)),) * 2),
    "many chunks": lambda d: extended(d, 0, ((b"VP8 ", b""),) * 99),
    "strange name": lambda d: extended(d, 0, ((b"\0\n\0\n", b""),)),
}


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("name", REJECTED)
def test_verification_refuses(name: str, lossless: bool) -> None:
    good = drafted(webp(scene("RGB", 60, 50), lossless=lossless)).data
    check(good, orientation=1, profiles=())
    for orientation in (None, 1):
        with pytest.raises(Held, match="not allowed"):
            check(REJECTED[name](good), orientation=orientation, profiles=(icc.build("srgb"),))


@pytest.mark.parametrize(
    ("orientation", "profile", "expect_orientation", "expect_profiles", "passes"),
    [
        (6, "", 6, (), True),
        (6, "", None, (), True),
        (1, "", None, ("srgb",), True),
        (1, "srgb", None, ("adobe-rgb", "srgb"), True),
        (6, "srgb", 6, ("srgb",), True),
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
    options = {"icc_profile": icc.build(profile)} if profile else {}
    data = drafted(webp(scene("RGBA", 60, 50), exif=orientation_exif(orientation), **options)).data
    profiles = tuple(icc.build(name) for name in expect_profiles)
    if passes:
        check(data, orientation=expect_orientation, profiles=profiles)
    else:
        with pytest.raises(Held):
            check(data, orientation=expect_orientation, profiles=profiles)


# --- bytes behind the bit stream


def _parts(data: bytes) -> dict[bytes, bytes]:
    return dict(riff_chunks(data))


def _longer_first_partition(stream: bytes, hidden: bytes) -> bytes:
    tag = int.from_bytes(stream[:3], "little")
    end = 10 + (tag >> 5)
    return (tag + (len(hidden) << 5)).to_bytes(3, "little") + stream[3:end] + hidden + stream[end:]


_HIDDEN = b"what nobody should see"
BEHIND = {
    "lossless": lambda: {b"VP8L": _parts(webp(scene("RGB", 60, 50)))[b"VP8L"] + _HIDDEN},
    "lossy": lambda: {b"VP8 ": _parts(webp(scene("RGB", 60, 50), lossless=False))[b"VP8 "] + _HIDDEN},
    "first partition": lambda: {
        b"VP8 ": _longer_first_partition(_parts(webp(scene("RGB", 60, 50), lossless=False))[b"VP8 "], _HIDDEN)
    },
    "alpha": lambda: {
        name: content + _HIDDEN * (name == b"ALPH")
        for name, content in riff_chunks(webp(scene("RGBA", 60, 50), lossless=False))
    },
}


@pytest.mark.parametrize("name", BEHIND)
def test_bytes_behind_the_bit_stream_are_named(name: str) -> None:
    source = WEBP.open(webp_of(list(BEHIND[name]().items())), LIMITS)
    (finding,) = (one for one in source.findings if one.where == "WebP picture data")
    assert len(_HIDDEN) <= finding.size <= len(_HIDDEN) + 3
    draft = source.draft((FACE,), PLAIN)
    assert _HIDDEN not in draft.data
    assert not any(one.where == "WebP picture data" for one in WEBP.open(draft.data, LIMITS).findings)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["RGB", "RGBA"]), sizes, st.booleans(), st.integers(0, 100), st.integers(0, 6))
def test_nothing_is_named_in_plain_files(mode, size, lossless, quality, method) -> None:
    made = saved(scene(mode, *size), "WEBP", lossless=lossless, quality=quality, method=method)
    assert [one for one in WEBP.open(made, LIMITS).findings if one.where == "WebP picture data"] == []


# --- hostile files


def _lossy(width: int, height: int) -> bytes:
    return webp_of([(b"VP8 ", b"\x10\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height) + bytes(20))])


def _lossless(width: int, height: int, version: int = 0) -> bytes:
    word = (width - 1) | (height - 1) << 14 | version << 29
    return webp_of([(b"VP8L", b"\x2f" + struct.pack("<I", word) + bytes(20))])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"RIFF\x04\0\0\0WEBP", "damaged"),
        (b"RIFF\xff\xff\xff\xffWEBP", "damaged"),
        (_lossy(16383, 16383), "too-large"),
        (_lossless(16384, 16384), "too-large"),
        (_lossy(0, 5), "damaged"),
        (_lossy(300, 300), "damaged"),
        (_lossless(4, 4, version=1), "encoding"),
        (webp_of([(b"VP8 ", b"\x11" + bytes(20))]), "damaged"),
        (webp_of([(b"VP8L", b"\x2e" + bytes(20))]), "damaged"),
        (webp_of([(b"VP8L", b"")]), "damaged"),
        (webp_of([(b"VP8X", b""), *riff_chunks(_lossy(9, 9))]), "damaged"),
        (webp_of([(b"VP8X", bytes(10)), *riff_chunks(_lossy(9, 9))]), "damaged"),
        (webp_of([(b"EXIF", b"")] * 20_000), "damaged"),
        (extended(webp(scene("RGB", 60, 50)), 0x02), "damaged"),
        (webp_of([(b"VP8X", b"\2" + bytes(9)), (b"ANIM", bytes(6)), (b"ANMF", _FRAME)]), "damaged"),
        (webp(scene("RGB", 60, 50))[:-40], "damaged"),
        (webp_of([(n, c[: len(c) // 2]) for n, c in riff_chunks(webp(scene("RGB", 60, 50)))]), "damaged"),
        (webp_of([(n, c[: len(c) // 2]) for n, c in riff_chunks(webp(scene("RGB", 60, 50), lossless=False))]), "damaged"),
    ],
)
def test_hostile_files_are_held_back(data: bytes, code: str) -> None:
    with pytest.raises(Held) as held:
        drafted(data)
    assert held.value.code == code
    assert str(held.value)


_SEEDS = [webp(scene(mode, 60, 50), lossless=lossless) for mode in ("RGB", "RGBA") for lossless in (True, False)]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(_SEEDS), st.integers(12, 200), st.binary(min_size=1, max_size=4))
def test_broken_files_are_held_back_or_prepared(data: bytes, at: int, put: bytes) -> None:
    try:
        draft = WEBP.open(data[:at] + put + data[at + len(put) :], StillLimits(pixels=1_000_000)).draft((FACE,), PLAIN)
    except Held:
        return
    verified(draft)
