from __future__ import annotations

import struct
import time
import zlib
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageSequence

from animation_kit import FACE, HEIGHT, WIDTH, scribbled, walk
from paravent.errors import Held
from paravent.formats.base import Writing
from paravent.formats.png.spec import PNG
from paravent.formats.shared import icc
from paravent.formats.shared.exif_mark import orientation_exif
from paravent.formats.shared.samples import rgba
from paravent.model.limits import StillLimits
from paravent.model.style import Styles
from paravent.redact.masks import union_mask
from paravent.verify import judge
from paravent.verify.decoding import decode_copy
from paravent.verify.png import check
from picture_kit import MARK, chunk, chunks, planted, png_of, saved, scene, shape_sets, styles
from png_kit import apng

LIMITS = StillLimits()
PLAIN = Writing()


def control(sequence: int, size: tuple[int, int], at: tuple[int, int] = (0, 0), delay=(1, 10), ops=(0, 0)) -> tuple:
    return b"fcTL", struct.pack(">IIIIIHHBB", sequence, *size, *at, *delay, *ops)


def idat(samples: np.ndarray) -> bytes:
    return dict(chunks(saved(samples)))[b"IDAT"]


def by_hand(parts: list[tuple[bytes, bytes]], count: int, plays: int = 0, kind: int = 6) -> bytes:
    header = (b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, kind, 0, 0, 0))
    return png_of([header, (b"acTL", struct.pack(">II", count, plays)), *parts, (b"IEND", b"")])


def drafted(data: bytes, shapes=FACE, writing: Writing = PLAIN):
    source = PNG.open(data, LIMITS)
    return source.draft([shapes] * len(source.pages), writing)


def verified(draft) -> list[np.ndarray]:
    judge(draft.data, draft.plan)
    return list(decode_copy(draft.data, "PNG", LIMITS))


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["RGB", "RGBA"]), shape_sets, styles, st.integers(0, 99), st.sampled_from([0, 16]))
def test_what_was_covered_has_no_influence(mode, shapes, style, seed, max_size) -> None:
    one = walk(mode, 3)
    writing = Writing(Styles(style), max_size=max_size)
    first = drafted(apng(one), shapes, writing)
    assert first.data == drafted(apng(scribbled(one, shapes, seed), disposal=1), shapes, writing).data
    verified(first)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("options", [{}, {"disposal": 1}, {"blend": 1, "disposal": 1}])
def test_every_frame_is_exact_outside(mode: str, options: dict) -> None:
    frames = walk(mode, 5)
    data = apng(frames, **options)
    source = PNG.open(data, LIMITS)
    assert source.moving
    copies = verified(source.draft([FACE] * 5, PLAIN))
    mask = union_mask(FACE, WIDTH, HEIGHT)
    for copy, samples in zip(copies, frames, strict=True):
        np.testing.assert_array_equal(copy[~mask], rgba(samples)[~mask])
        assert (copy[mask][:, 3] == 255).all()


def test_time_and_loop_are_kept_and_equal_frames_too() -> None:
    still = idat(scene("RGBA", WIDTH, HEIGHT))
    parts = [control(0, (WIDTH, HEIGHT), delay=(1, 30)), (b"IDAT", still)]
    for i, delay in enumerate([(1, 4), (0, 0), (7, 0), (65535, 1)]):
        parts += [control(2 * i + 1, (WIDTH, HEIGHT), delay=delay), (b"fdAT", struct.pack(">I", 2 * i + 2) + still)]
    draft = drafted(by_hand(parts, 5, plays=7))
    assert (draft.plan.timing, draft.plan.loop) == ((33, 250, 0, 70, 65535), 7)
    assert len(verified(draft)) == 5
    copy = Image.open(BytesIO(draft.data), formats=["PNG"])
    assert (copy.n_frames, copy.info["loop"]) == (5, 7)
    assert [frame.info["duration"] for frame in ImageSequence.Iterator(copy)] == [33, 250, 0, 70, 65535]
    assert len(draft.data) < 2 * len(still)


# All but "restore what was before" with "blend", where Pillow goes a way of its own.
_OPS = st.sampled_from([(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)])


def _random_parts(draw: st.DrawFn) -> tuple[bytes, int]:
    count = draw(st.integers(2, 5))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    parts: list[tuple[bytes, bytes]] = []
    sequence = 0
    for i in range(count):
        left, top = (draw(st.integers(0, WIDTH - 1)), draw(st.integers(0, HEIGHT - 1))) if i else (0, 0)
        size = (draw(st.integers(1, WIDTH - left)), draw(st.integers(1, HEIGHT - top))) if i else (WIDTH, HEIGHT)
        samples = rng.integers(0, 256, (size[1], size[0], 4), dtype=np.uint8)
        samples[..., 3] = rng.choice([0, 255], size[::-1])  # what is between Pillow blends in a way of its own
        parts.append(control(sequence, size, (left, top), ops=draw(_OPS)))
        parts.append((b"fdAT", struct.pack(">I", sequence + 1) + idat(samples)) if i else (b"IDAT", idat(samples)))
        sequence += 2 if i else 1
    return by_hand(parts, count), count


@settings(max_examples=60, deadline=None)
@given(st.composite(_random_parts)())
def test_frames_are_put_together_as_pillow_does(made) -> None:
    data, count = made
    ours = PNG.open(data, LIMITS).draft([()] * count, PLAIN)
    for copy, shown in zip(verified(ours), decode_copy(data, "PNG", LIMITS), strict=True):
        np.testing.assert_array_equal(copy, shown)


def test_half_transparent_frames_are_blended() -> None:
    below, above = np.full((HEIGHT, WIDTH, 4), 100, np.uint8), np.full((4, 6, 4), 200, np.uint8)
    parts = [control(0, (WIDTH, HEIGHT)), (b"IDAT", idat(below)), control(1, (6, 4), (5, 7), ops=(0, 1))]
    copies = verified(drafted(by_hand([*parts, (b"fdAT", struct.pack(">I", 2) + idat(above))], 2), ()))
    alpha = 200 + 100 * 55 / 255
    colour = (200 * 200 + 100 * 100 * 55 / 255) / alpha
    assert np.abs(copies[1][7:11, 5:11].astype(float) - (colour, colour, colour, alpha)).max() <= 1
    assert (copies[1][:7] == 100).all()


def test_a_hidden_default_image_is_not_written() -> None:
    hidden = np.full((HEIGHT, WIDTH, 4), 77, np.uint8)
    frames = walk("RGBA", 2)
    parts: list[tuple[bytes, bytes]] = [(b"IDAT", idat(hidden))]
    for i, samples in enumerate(frames):
        parts += [control(2 * i, (WIDTH, HEIGHT)), (b"fdAT", struct.pack(">I", 2 * i + 1) + idat(samples))]
    copies = verified(drafted(by_hand(parts, 2), ()))
    assert len(copies) == 2
    for copy, samples in zip(copies, frames, strict=True):
        np.testing.assert_array_equal(copy, samples)
    alone = drafted(by_hand(parts[:3], 1), ())
    assert alone.plan.timing == ()
    np.testing.assert_array_equal(verified(alone)[0], frames[0])
    assert b"acTL" not in alone.data


def test_palette_frames_become_true_colour() -> None:
    table = scene("RGB", 256, 1)[0]
    indices = [np.arange(WIDTH * HEIGHT).reshape(HEIGHT, WIDTH).astype(np.uint8) + i for i in range(2)]
    parts: list[tuple[bytes, bytes]] = [(b"PLTE", table.tobytes()), control(0, (WIDTH, HEIGHT))]
    parts += [(b"IDAT", idat(indices[0][..., None])), control(1, (WIDTH, HEIGHT))]
    parts.append((b"fdAT", struct.pack(">I", 2) + idat(indices[1][..., None])))
    for copy, those in zip(verified(drafted(by_hand(parts, 2, kind=3), ())), indices, strict=True):
        np.testing.assert_array_equal(copy[..., :3], table[those])


def test_profile_and_orientation_are_kept() -> None:
    iccp = (b"iCCP", MARK + b"\0\0" + zlib.compress(icc.build("display-p3")))
    data = planted(apng(walk("RGB", 3)), iccp, (b"eXIf", orientation_exif(6)))
    draft = drafted(data)
    verified(draft)
    assert (draft.plan.profile, draft.plan.orientation) == ("display-p3", 6)
    wide = icc.from_chromaticities(2.2, ((0.3457, 0.3585), (0.735, 0.265), (0.115, 0.826), (0.157, 0.018)))
    draft = drafted(planted(apng(walk("RGB", 3)), (b"iCCP", MARK + b"\0\0" + zlib.compress(wide))))
    verified(draft)
    assert (draft.plan.profile, draft.remarks, draft.lossless) == ("srgb", ("colour-converted",), False)


def _with(name: bytes, change: Callable[[bytes], bytes], which: int = 0) -> Callable[[bytes], bytes]:
    def made(data: bytes) -> bytes:
        parts = chunks(data)
        at = [i for i, (n, _) in enumerate(parts) if n == name][which]
        parts[at] = (name, change(parts[at][1]))
        return png_of(parts)

    return made


PLANTED: dict[str, Callable[[bytes], bytes]] = {
    "text between frames": lambda d: planted(d, (b"tEXt", b"Comment\0" + MARK), before=b"fdAT"),
    "private": lambda d: planted(d, (b"prVt", MARK), before=b"fdAT"),
    "trailing bytes": lambda d: d + MARK,
    "hidden frame behind the end": lambda d: d + chunk(b"fdAT", b"\0\0\0\x09" + MARK),
    "bytes behind a frame": _with(b"fdAT", lambda c: c + MARK),
}
REJECTED: dict[str, Callable[[bytes], bytes]] = {
    **PLANTED,
    "sequence": _with(b"fcTL", lambda c: b"\0\0\0\x07" + c[4:], 1),
    "sequence of data": _with(b"fdAT", lambda c: b"\0\0\0\x07" + c[4:]),
    "frame outside": _with(b"fcTL", lambda c: c[:12] + struct.pack(">I", WIDTH) + c[16:], 1),
    "no size": _with(b"fcTL", lambda c: c[:4] + bytes(8) + c[12:], 1),
    "small first frame": _with(b"fcTL", lambda c: c[:4] + struct.pack(">II", 5, 5) + c[12:]),
    "count": _with(b"acTL", lambda c: struct.pack(">I", 9) + c[4:]),
    "long control": _with(b"acTL", lambda c: c + b"\0"),
    "long frame control": _with(b"fcTL", lambda c: c + b"\0"),
    "dispose": _with(b"fcTL", lambda c: c[:24] + b"\3" + c[25:], 1),
    "blend": _with(b"fcTL", lambda c: c[:25] + b"\2", 1),
    "two controls": lambda d: planted(d, (b"acTL", struct.pack(">II", 5, 3)), before=b"fdAT"),
    "hidden default image": lambda d: png_of([part for i, part in enumerate(chunks(d)) if i != 2]),
    "empty frame": _with(b"fdAT", lambda c: c[:4]),
    "one frame": lambda d: by_hand([control(0, (WIDTH, HEIGHT)), chunks(d)[3]], 1, kind=2),
    "cut off": lambda d: d[: len(d) // 2],
    "palette": lambda d: planted(d, (b"PLTE", bytes(9)), before=b"fcTL"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_things_are_not_written(name: str) -> None:
    draft = drafted(PLANTED[name](apng(walk("RGB", 3))))
    verified(draft)
    assert MARK not in draft.data
    assert {n for n, _ in chunks(draft.data)} == {b"IHDR", b"acTL", b"fcTL", b"IDAT", b"fdAT", b"IEND"}


@pytest.mark.parametrize("name", REJECTED)
def test_verification_refuses(name: str) -> None:
    good = drafted(apng(walk("RGB", 3))).data
    check(good, orientation=1, profiles=())
    check(good, orientation=None, profiles=())
    with pytest.raises(Held, match="not allowed"):
        check(REJECTED[name](good), orientation=1, profiles=())


@pytest.mark.parametrize(
    "change",
    [
        _with(b"fcTL", lambda c: c[:20] + struct.pack(">H", 41) + c[22:], 1),
        _with(b"acTL", lambda c: c[:4] + struct.pack(">I", 4)),
        _with(b"fcTL", lambda c: c[:25] + b"\1", 1),
        _with(b"fcTL", lambda c: c[:24] + b"\1" + c[25:], 1),
    ],
)
def test_verification_compares_with_the_plan(change) -> None:
    draft = drafted(apng(walk("RGB", 3)))
    judge(draft.data, draft.plan)
    with pytest.raises(Held):
        judge(change(draft.data), draft.plan)


def test_verification_refuses_a_dropped_frame() -> None:
    draft = drafted(apng(walk("RGB", 4)))
    fewer = drafted(apng(walk("RGB", 3)))
    with pytest.raises(Held):
        judge(fewer.data, draft.plan)


_FULL = (WIDTH, HEIGHT)
_STILL = (b"IDAT", idat(np.zeros((HEIGHT, WIDTH, 4), np.uint8)))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (by_hand([_STILL], 0), "damaged"),
        (by_hand([control(0, _FULL), _STILL], 2), "damaged"),
        (by_hand([control(1, _FULL), _STILL], 1), "damaged"),
        (by_hand([control(0, (0, 5)), _STILL], 1), "damaged"),
        (by_hand([control(0, (2**31, 2**31)), _STILL], 1), "damaged"),
        (by_hand([control(0, _FULL, (1, 0)), _STILL], 1), "damaged"),
        (by_hand([control(0, _FULL), _STILL, control(1, (9, 9)), (b"fdAT", b"\0\0\0\2" + MARK)], 2), "damaged"),
        (by_hand([control(0, _FULL), _STILL, control(1, (9, 9))], 2), "damaged"),
        (by_hand([control(0, _FULL), _STILL, (b"fcTL", b"")], 2), "damaged"),
        (by_hand([control(0, _FULL), _STILL, (b"fdAT", b"12")], 1), "damaged"),
        (
            png_of(
                [
                    (b"IHDR", struct.pack(">IIBBBBB", 9, 9, 16, 2, 0, 0, 0)),
                    (b"acTL", struct.pack(">II", 1, 0)),
                    control(0, (9, 9)),
                    (b"IDAT", b"1"),
                    (b"IEND", b""),
                ]
            ),
            "deep-colour",
        ),
    ],
)
def test_hostile_files_are_held_back(data: bytes, code: str) -> None:
    with pytest.raises(Held) as held:
        drafted(data)
    assert held.value.code == code


def test_thousands_of_frames_are_refused_before_they_are_decoded() -> None:
    parts = [control(0, _FULL), _STILL]
    for i in range(2500):
        parts += [control(2 * i + 1, (1, 1)), (b"fdAT", struct.pack(">I", 2 * i + 2) + _STILL[1])]
    data = by_hand(parts, 2501)
    started = time.process_time()
    for limits, code in ((StillLimits(), "too-many-pages"), (StillLimits(pixels=WIDTH * HEIGHT * 2000), "too-large")):
        with pytest.raises(Held) as held:
            PNG.open(data, limits)
        assert held.value.code in (code, "too-many-pages")
    assert time.process_time() - started < 1


_SEED = apng(walk("RGBA", 3))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_broken_chunks_are_held_back_or_prepared(draw: st.DataObject) -> None:
    parts = chunks(_SEED)
    which = draw.draw(st.integers(0, len(parts) - 1))
    name, content = parts[which]
    at = draw.draw(st.integers(0, max(0, min(len(content), 60))))
    put = draw.draw(st.binary(min_size=1, max_size=4))
    parts[which] = (name, content[:at] + put + content[at + len(put) :])
    try:
        source = PNG.open(png_of(parts), StillLimits(pixels=100_000))
        draft = source.draft([FACE] * len(source.pages), PLAIN)
    except Held:
        return
    verified(draft)
