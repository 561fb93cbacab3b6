from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from animation_kit import FACE, HEIGHT, TIMES, WIDTH, scribbled, walk
from paravent.errors import Held
from paravent.formats.base import Writing
from paravent.formats.shared import icc
from paravent.formats.shared.exif_mark import orientation_exif
from paravent.formats.shared.sample_source import Decoded
from paravent.formats.shared.samples import rgba
from paravent.formats.webp.spec import WEBP
from paravent.model.limits import StillLimits
from paravent.model.plan import Close
from paravent.model.style import Styles
from paravent.redact.masks import union_mask
from paravent.verify import judge
from paravent.verify.decoding import decode_copy
from paravent.verify.webp import check
from picture_kit import MARK, riff_chunks, saved, shape_sets, styles, webp_of
from webp_kit import animated, frame, webp

LIMITS = StillLimits()
PLAIN = Writing()


def drafted(data: bytes, shapes=FACE, writing: Writing = PLAIN):
    source = WEBP.open(data, LIMITS)
    return source.draft([shapes] * len(source.pages), writing)


def verified(draft) -> list[np.ndarray]:
    judge(draft.data, draft.plan)
    return list(decode_copy(draft.data, "WebP", LIMITS))


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(["RGB", "RGBA"]), shape_sets, styles, st.integers(0, 99), st.sampled_from([0, 16]))
def test_what_was_covered_has_no_influence(mode, shapes, style, seed, max_size) -> None:
    one = walk(mode, 3)
    writing = Writing(Styles(style), max_size=max_size)
    first = drafted(webp(one), shapes, writing)
    assert first.data == drafted(webp(scribbled(one, shapes, seed)), shapes, writing).data
    verified(first)


@settings(max_examples=10, deadline=None)
@given(st.sampled_from(["RGB", "RGBA"]), shape_sets, styles, st.integers(0, 99))
def test_what_was_covered_has_no_influence_lossy(mode, shapes, style, seed) -> None:
    # Two lossy files never decode to the same surroundings, so the decoded samples are put in place.
    one = walk(mode, 3)
    made = []
    for frames in (one, scribbled(one, shapes, seed)):
        source = WEBP.open(webp(frames, lossless=False), LIMITS)
        source.__dict__["_decoded"] = Decoded(tuple(frames))
        made.append(source.draft([shapes] * 3, Writing(Styles(style))))
    assert made[0].data == made[1].data
    check(made[0].data, orientation=1, profiles=())


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_every_frame_is_exact_outside(mode: str) -> None:
    frames = walk(mode, 5)
    source = WEBP.open(webp(frames), LIMITS)
    assert source.moving
    draft = source.draft([FACE] * 5, PLAIN)
    mask = union_mask(FACE, WIDTH, HEIGHT)
    for copy, samples in zip(verified(draft), frames, strict=True):
        np.testing.assert_array_equal(copy[~mask], rgba(samples)[~mask])
        assert (copy[mask][:, 3] == 255).all()
    assert draft.lossless
    assert (draft.plan.timing, draft.plan.loop) == (TIMES, 3)
    whole = sum(len(c) for n, c in riff_chunks(webp(frames)) if n == b"ANMF")
    assert len(draft.data) < whole


def test_time_is_kept_where_frames_are_equal() -> None:
    still = walk("RGB", 1)[0]
    shown = [frame(still, duration=duration) for duration in (10, 20, 16_777_215)]
    draft = drafted(animated(shown, loop=0))
    assert (draft.plan.timing, draft.plan.loop) == ((10, 20, 65_535), 0)
    assert len(verified(draft)) == 3
    copy = Image.open(BytesIO(draft.data), formats=["WEBP"])
    assert (copy.n_frames, copy.info["loop"]) == (3, 0)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_frames_are_put_together_as_libwebp_does(data) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    shown = []
    for _ in range(data.draw(st.integers(2, 4))):
        left, top = 2 * data.draw(st.integers(0, WIDTH // 2 - 1)), 2 * data.draw(st.integers(0, HEIGHT // 2 - 1))
        size = data.draw(st.integers(1, HEIGHT - top)), data.draw(st.integers(1, WIDTH - left))
        samples = rng.integers(0, 256, (*size, 4), dtype=np.uint8)
        samples[..., 3] = rng.choice([0, 255], size)
        shown.append(frame(samples, (left, top), flags=data.draw(st.integers(0, 3))))
    made = animated(shown)
    for copy, theirs in zip(verified(drafted(made, ())), decode_copy(made, "WebP", LIMITS), strict=True):
        np.testing.assert_array_equal(copy, theirs)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_lossy_animations_stay_close(mode: str) -> None:
    frames = walk(mode, 4)
    draft = drafted(webp(frames, lossless=False))
    assert draft.remarks == ("re-encoded-lossy",)
    assert not draft.lossless
    for page, copy in zip(draft.plan.pages, verified(draft), strict=True):
        assert isinstance(page.expected, Close)
        np.testing.assert_array_equal(copy[..., 3], rgba(page.expected.samples)[..., 3])


def test_one_frame_becomes_a_still_picture() -> None:
    samples = walk("RGBA", 1)[0]
    draft = drafted(webp([samples]), ())
    np.testing.assert_array_equal(verified(draft)[0], samples)
    assert [n for n, _ in riff_chunks(draft.data)] == [b"VP8L"]
    assert draft.plan.timing == ()


def test_profile_and_orientation_are_kept() -> None:
    marks = {"before": ((b"ICCP", icc.build("display-p3")),), "behind": ((b"EXIF", orientation_exif(6)),)}
    draft = drafted(webp(walk("RGB", 2), flags=0x3A, **marks))
    verified(draft)
    assert (draft.plan.profile, draft.plan.orientation) == ("display-p3", 6)


_XMP = (b"XMP ", MARK)
PLANTED: dict[str, Callable[[bytes], bytes]] = {
    "XMP": lambda d: webp_of([*riff_chunks(d), _XMP]),
    "private": lambda d: webp_of([*riff_chunks(d)[:2], (b"PRVT", MARK), *riff_chunks(d)[2:]]),
    "private in a frame": lambda d: _frames(d, lambda c: c + webp_of([(b"PRVT", MARK)])[12:]),
    "second stream in a frame": lambda d: _frames(d, lambda c: c + c[16:]),
    "picture beside the frames": lambda d: webp_of(
        [*riff_chunks(d), *riff_chunks(saved(walk("RGB", 1)[0], "WEBP", lossless=True))]
    ),
    "trailing bytes": lambda d: d + MARK,
}


def _frames(data: bytes, change: Callable[[bytes], bytes], which: int = -1) -> bytes:
    parts = riff_chunks(data)
    at = [i for i, (n, _) in enumerate(parts) if n == b"ANMF"][which]
    parts[at] = (b"ANMF", change(parts[at][1]))
    return webp_of(parts)


def _part(data: bytes, index: int, change: Callable[[bytes], bytes]) -> bytes:
    parts = riff_chunks(data)
    parts[index] = (parts[index][0], change(parts[index][1]))
    return webp_of(parts)


_SPOT = frame(walk("RGB", 1, 4, 4)[0], flags=2)
REJECTED: dict[str, Callable[[bytes], bytes]] = {
    **PLANTED,
    "frame outside": lambda d: _frames(d, lambda c: WIDTH.to_bytes(3, "little") + c[3:]),
    "small first frame": lambda d: webp_of([*riff_chunks(d)[:2], _SPOT, *riff_chunks(d)[2:]]),
    "other size": lambda d: _frames(d, lambda c: c[:6] + b"\1\0\0" + c[9:]),
    "reserved bits": lambda d: _frames(d, lambda c: c[:15] + b"\x06" + c[16:]),
    "blended": lambda d: _frames(d, lambda c: c[:15] + b"\0" + c[16:]),
    "disposed": lambda d: _frames(d, lambda c: c[:15] + b"\3" + c[16:]),
    "short frame": lambda d: _frames(d, lambda c: c[:12]),
    "empty frame": lambda d: _frames(d, lambda c: c[:16]),
    "background": lambda d: _part(d, 1, lambda c: b"\1" + c[1:]),
    "long control": lambda d: _part(d, 1, lambda c: c + b"\1"),
    "no flag": lambda d: _part(d, 0, lambda c: b"\0" + c[1:]),
    "no control": lambda d: webp_of([part for part in riff_chunks(d) if part[0] != b"ANIM"]),
    "one frame": lambda d: webp_of(riff_chunks(d)[:3]),
    "cut off": lambda d: d[: len(d) // 2],
}


@pytest.mark.parametrize("name", PLANTED)
@pytest.mark.parametrize("lossless", [True, False])
def test_planted_things_are_not_written(name: str, lossless: bool) -> None:
    draft = drafted(PLANTED[name](webp(walk("RGB", 3), lossless=lossless)))
    verified(draft)
    assert {n for n, _ in riff_chunks(draft.data)} == {b"VP8X", b"ANIM", b"ANMF"}
    assert MARK not in draft.data


@pytest.mark.parametrize("name", REJECTED)
@pytest.mark.parametrize("lossless", [True, False])
def test_verification_refuses(name: str, lossless: bool) -> None:
    good = drafted(webp(walk("RGB", 3), lossless=lossless)).data
    check(good, orientation=1, profiles=())
    check(good, orientation=None, profiles=())
    with pytest.raises(Held, match="not allowed"):
        check(REJECTED[name](good), orientation=1, profiles=())


@pytest.mark.parametrize(
    "change",
    [
        lambda d: _frames(d, lambda c: c[:12] + b"\x07\0\0" + c[15:]),
        lambda d: _part(d, 1, lambda c: c[:4] + b"\x07\0"),
        lambda d: webp_of([*riff_chunks(d)[:3], riff_chunks(d)[-1]]),
        lambda d: webp_of([*riff_chunks(d), riff_chunks(d)[-1]]),
    ],
)
def test_verification_compares_with_the_plan(change) -> None:
    draft = drafted(webp(walk("RGB", 3)))
    judge(draft.data, draft.plan)
    with pytest.raises(Held):
        judge(change(draft.data), draft.plan)


_SMALL = walk("RGB", 1)[0]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (animated([]), "damaged"),
        (animated([(b"ANMF", bytes(3))]), "damaged"),
        (animated([(b"ANMF", bytes(16))]), "damaged"),
        (animated([frame(_SMALL, (2 * WIDTH, 0))]), "damaged"),
        (animated([(b"ANMF", frame(_SMALL)[1][:80])] * 2), "damaged"),
        (webp_of([(b"VP8X", b"\2" + bytes(3) + b"\xff" * 6), (b"ANIM", bytes(6)), frame(_SMALL)]), "too-large"),
        (webp_of([(b"VP8X", b"\2"), (b"ANIM", bytes(6)), frame(_SMALL)]), "damaged"),
        (animated([frame(np.zeros((1, 1, 3), np.uint8))] * 2500), "too-many-pages"),
    ],
)
def test_hostile_files_are_held_back(data: bytes, code: str) -> None:
    with pytest.raises(Held) as held:
        drafted(data)
    assert held.value.code == code


def test_what_lies_outside_the_canvas_is_cut_off() -> None:
    first, second = walk("RGB", 2)
    draft = drafted(animated([frame(first), frame(second, (WIDTH - 6, HEIGHT - 4)), frame(second, (2 * WIDTH, 0))]), ())
    copies = verified(draft)
    np.testing.assert_array_equal(copies[1][-4:, -6:, :3], second[:4, :6])
    np.testing.assert_array_equal(copies[2], copies[1])


def test_all_frames_count_towards_the_limit() -> None:
    with pytest.raises(Held) as held:
        WEBP.open(webp(walk("RGB", 5)), StillLimits(pixels=WIDTH * HEIGHT * 4))
    assert held.value.code == "too-large"


_SEEDS = [webp(walk("RGBA", 2)), webp(walk("RGB", 2), lossless=False)]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(_SEEDS), st.integers(12, 200), st.binary(min_size=1, max_size=4))
def test_broken_files_are_held_back_or_prepared(data: bytes, at: int, put: bytes) -> None:
    try:
        source = WEBP.open(data[:at] + put + data[at + len(put) :], StillLimits(pixels=100_000))
        draft = source.draft([FACE] * len(source.pages), PLAIN)
    except Held:
        return
    verified(draft)
