from __future__ import annotations

import struct
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from animation_kit import FACE, HEIGHT, WIDTH, scribbled
from gif_kit import TIMES, few_colours, gif, part
from paravent.errors import Held
from paravent.formats import recognise
from paravent.formats.base import Writing
from paravent.formats.gif import blocks as gif_blocks
from paravent.formats.gif.spec import GIF
from paravent.formats.shared.samples import rgba
from paravent.model.geometry import Ellipse
from paravent.model.limits import StillLimits
from paravent.model.style import Style, Styles
from paravent.redact.masks import union_mask
from paravent.verify import judge
from paravent.verify.decoding import decode_copy
from paravent.verify.gif import check
from picture_kit import MARK, scene, shape_sets, styles

LIMITS = StillLimits()
PLAIN = Writing()


def drafted(data: bytes, shapes=FACE, writing: Writing = PLAIN):
    source = GIF.open(data, LIMITS)
    return source.draft([shapes] * len(source.pages), writing)


def verified(draft) -> list[np.ndarray]:
    judge(draft.data, draft.plan)
    return list(decode_copy(draft.data, "GIF", LIMITS))


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(["RGB", "RGBA"]), shape_sets, styles, st.integers(0, 99), st.sampled_from([0, 16]), st.integers(1, 3)
)
def test_what_was_covered_has_no_influence(mode, shapes, style, seed, max_size, count) -> None:
    one = few_colours(mode, count)
    other = [samples // 86 * 86 for samples in scribbled(one, shapes, seed)]
    mask = union_mask(shapes, WIDTH, HEIGHT)
    for samples, outside in zip(other, one, strict=True):
        samples[~mask] = outside[~mask]
        if mode == "RGBA":
            samples[..., 3] = np.where(samples[..., 3] > 0, 255, 0)
            samples[samples[..., 3] == 0] = 0
    writing = Writing(Styles(style), max_size=max_size)
    first = drafted(gif(one), shapes, writing)
    assert first.data == drafted(gif(other, seed=50), shapes, writing).data
    verified(first)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("count", [1, 5])
def test_every_frame_is_exact_outside(mode: str, count: int) -> None:
    frames = few_colours(mode, count)
    source = GIF.open(gif(frames), LIMITS)
    assert source.moving == (count > 1)
    draft = source.draft([FACE] * count, PLAIN)
    mask = union_mask(FACE, WIDTH, HEIGHT)
    for copy, samples in zip(verified(draft), frames, strict=True):
        np.testing.assert_array_equal(copy[~mask], rgba(samples)[~mask])
        assert (copy[mask][:, 3] == 255).all()
    assert draft.lossless
    if count > 1:
        assert (draft.plan.timing, draft.plan.loop) == (tuple(10 * t for t in TIMES), 3)
    assert recognise(draft.data) is GIF


@pytest.mark.parametrize(("loop", "stated"), [(0, 0), (1, None), (2, 1), (65_536, 65_535)])
def test_time_and_loop_are_kept_where_frames_are_equal(loop: int, stated: int | None) -> None:
    frame = few_colours("RGB", 1)[0]
    parts = [part(frame, delay=delay) for delay in (5, 60_000, 0)]
    draft = drafted(gif_blocks.assemble((WIDTH, HEIGHT), parts, loop))
    assert (draft.plan.timing, draft.plan.loop) == ((50, 65_530, 0), loop)
    assert len(verified(draft)) == 3
    copy = Image.open(BytesIO(draft.data), formats=["GIF"])
    assert (copy.n_frames, copy.info.get("loop")) == (3, stated)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_frames_are_put_together_as_pillow_does(data) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    parts, left, top, size = [], 0, 0, (HEIGHT, WIDTH)
    for i in range(data.draw(st.integers(2, 4))):
        samples = rng.choice([0, 90, 180], (*size, 4)).astype(np.uint8)
        samples[..., 3] = rng.choice([0, 255], size) if i else 255
        samples[samples[..., 3] == 0] = 0
        parts.append(part(samples, (left, top), dispose=data.draw(st.integers(0, 1))))
        left, top = data.draw(st.integers(0, WIDTH - 1)), data.draw(st.integers(0, HEIGHT - 1))
        size = data.draw(st.integers(1, HEIGHT - top)), data.draw(st.integers(1, WIDTH - left))
    made = gif_blocks.assemble((WIDTH, HEIGHT), parts, 0)
    for copy, theirs in zip(verified(drafted(made, ())), decode_copy(made, "GIF", LIMITS), strict=True):
        np.testing.assert_array_equal(copy, theirs)


def test_what_was_there_before_is_restored() -> None:
    frames = few_colours("RGB", 2)
    spot = np.full((6, 6, 3), 250, np.uint8)
    parts = [part(frames[0]), part(spot, (3, 4), dispose=3), part(spot // 2, (20, 20))]
    copies = verified(drafted(gif_blocks.assemble((WIDTH, HEIGHT), parts, 0), ()))
    assert (copies[1][4:10, 3:9, :3] == 250).all()
    np.testing.assert_array_equal(copies[2][4:10, 3:9, :3], frames[0][4:10, 3:9])


def test_what_is_cleared_becomes_transparent() -> None:
    frames = few_colours("RGB", 2)
    spot = np.full((6, 6, 3), 250, np.uint8)
    parts = [part(frames[0]), part(spot, (3, 4), dispose=2), part(spot // 2, (20, 20))]
    copies = verified(drafted(gif_blocks.assemble((WIDTH, HEIGHT), parts, 0), ()))
    assert not copies[2][4:10, 3:9].any()
    assert (copies[2][..., 3] == 0).sum() == 36


def test_what_lies_outside_the_canvas_is_cut_off() -> None:
    frame = few_colours("RGB", 1)[0]
    parts = [part(frame), part(frame, (WIDTH - 5, HEIGHT - 6))]
    copies = verified(drafted(gif_blocks.assemble((WIDTH, HEIGHT), parts, 0), ()))
    np.testing.assert_array_equal(copies[1][-6:, -5:, :3], frame[:6, :5])


def test_more_than_256_colours_on_the_canvas() -> None:
    many = [np.zeros((HEIGHT, WIDTH, 3), np.uint8) for _ in range(2)]
    many[0][..., 0] = np.arange(WIDTH * HEIGHT).reshape(HEIGHT, WIDTH) % 250
    many[1][::2, ::2, 1] = 1 + np.arange(WIDTH * HEIGHT // 4).reshape(HEIGHT // 2, WIDTH // 2) % 250
    top = np.full((HEIGHT, WIDTH, 4), 255, np.uint8)
    top[..., :3] = many[1]
    top[many[1][..., 1] == 0] = 0
    data = gif_blocks.assemble((WIDTH, HEIGHT), [part(many[0]), part(top)], 0)
    mask = union_mask(FACE, WIDTH, HEIGHT)
    copies = verified(drafted(data))
    expected = np.where(top[..., 3:] > 0, top[..., :3], many[0])
    np.testing.assert_array_equal(copies[1][..., :3][~mask], expected[~mask])


def test_a_full_table_leaves_the_filling_fewer_colours() -> None:
    samples = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    samples[..., 0] = np.arange(WIDTH * HEIGHT).reshape(HEIGHT, WIDTH) % 256
    draft = drafted(gif([samples], seed=3), FACE, Writing(Styles(Style("solid", (9, 200, 9)))))
    (copy,) = verified(draft)
    mask = union_mask(FACE, WIDTH, HEIGHT)
    np.testing.assert_array_equal(copy[..., :3][~mask], samples[~mask])
    assert len(np.unique(copy[mask], axis=0)) == 1


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_smaller_copies(mode: str) -> None:
    frames = few_colours(mode, 3, 100, 80)
    for samples in frames:
        samples[20:40, 20:50, :3] = 255
        if mode == "RGBA":
            samples[20:40, 20:50, 3] = 255
    face = (Ellipse(35, 30, 25, 20),)
    draft = drafted(gif(frames), face, Writing(max_size=50))
    assert draft.remarks == ("resized",)
    for copy in verified(draft):
        assert copy.shape == (40, 50, 4)
        assert set(np.unique(copy[..., 3])) <= {0, 255}
    assert not draft.lossless


def _extension(label: int, *blocks: bytes) -> bytes:
    return bytes((0x21, label)) + b"".join(bytes((len(block),)) + block for block in blocks) + b"\0"


def _behind_header(data: bytes, more: bytes) -> bytes:
    return data[:13] + more + data[13:]


def _in_codes(data: bytes, more: bytes) -> bytes:
    """Data blocks behind the last code of the last picture."""
    assert data.endswith(b"\0\x3b")
    return data[:-2] + bytes((len(more),)) + more + b"\0\x3b"


PLANTED: dict[str, Callable[[bytes], bytes]] = {
    "comment": lambda d: _behind_header(d, _extension(0xFE, MARK)),
    "text": lambda d: _behind_header(d, _extension(0x01, bytes(12), MARK)),
    "XMP": lambda d: _behind_header(d, _extension(0xFF, b"XMP DataXMP", MARK)),
    "application": lambda d: _behind_header(d, _extension(0xFF, b"QUOKKA 4711", MARK)),
    "ICC": lambda d: _behind_header(d, _extension(0xFF, b"ICCRGBG1012", MARK)),
    "unknown extension": lambda d: _behind_header(d, _extension(0x77, MARK)),
    "long loop": lambda d: _behind_header(d, _extension(0xFF, b"NETSCAPE2.0", b"\1\0\0" + MARK)),
    "comment behind": lambda d: d[:-1] + _extension(0xFE, MARK) + b"\x3b",
    "trailing bytes": lambda d: d + MARK,
    "trailing file": lambda d: d + d,
    "behind the codes": lambda d: _in_codes(d, MARK),
}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", PLANTED)
def test_planted_things_are_not_written(name: str, count: int) -> None:
    draft = drafted(PLANTED[name](gif(few_colours("RGB", count), loop=1)))
    verified(draft)
    assert MARK not in draft.data
    assert b"XMP" not in draft.data


def _change(at: int, value: int) -> Callable[[bytes], bytes]:
    def made(data: bytes) -> bytes:
        return data[:at] + bytes((value,)) + data[at + 1 :]

    return made


def _last_picture(data: bytes, at: int, value: int) -> bytes:
    """Change a byte of the last picture's descriptor."""
    start = data.rindex(b"\x2c", 0, data.rindex(gif_blocks.parse(data).frames[-1].table))
    return _change(start + at, value)(data)


REJECTED: dict[str, Callable[[bytes], bytes]] = {
    **PLANTED,
    "cut off": lambda d: d[: len(d) // 2],
    "no trailer": lambda d: d[:-1],
    "empty": lambda d: b"",
    "header only": lambda d: d[:13] + b"\x3b",
    "aspect": _change(12, 7),
    "background": _change(11, 7),
    "no size": lambda d: d[:6] + bytes(4) + d[10:],
    "frame outside": lambda d: _last_picture(d, 1, WIDTH - 1),
    "reserved bits": lambda d: _last_picture(d, 9, gif_blocks.parse(d).frames[-1].table and 0x80 | 0x08 | 6),
    "a longer stream": lambda d: _in_codes(d, bytes(9)),
}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", REJECTED)
def test_verification_refuses(name: str, count: int) -> None:
    good = drafted(gif(few_colours("RGB", count), loop=1)).data
    check(good, orientation=1, profiles=())
    check(good, orientation=None, profiles=())
    with pytest.raises(Held, match="not allowed"):
        check(REJECTED[name](good), orientation=1, profiles=())


def test_verification_refuses_unused_colours_and_colour_under_transparency() -> None:
    samples = few_colours("RGBA", 1)[0]
    for data in (gif([samples]), gif([samples[..., :3]])):
        with pytest.raises(Held, match="unused palette colours"):
            check(data, orientation=None, profiles=())


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.replace(b"\x03\x01\x02\0", b"\x03\x01\x07\0"),
        lambda d: d.replace(b"\x21\xf9\x04\x04\x04\0", b"\x21\xf9\x04\x04\x05\0"),
        lambda d: d[:-1] + d[d.rindex(b"\x21\xf9") :],
    ],
)
def test_verification_compares_with_the_plan(change) -> None:
    draft = drafted(gif(few_colours("RGB", 3)))
    judge(draft.data, draft.plan)
    assert change(draft.data) != draft.data
    with pytest.raises(Held):
        judge(change(draft.data), draft.plan)


_GOOD = gif([few_colours("RGB", 1)[0]])
_TINY = gif_blocks.encode(np.zeros((1, 1), np.uint8))


def _header(width: int, height: int, flags: int = 0) -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", width, height, flags, 0, 0)


def _image(width: int, height: int, flags: int = 0x80, codes: bytes = _TINY, at=(0, 0)) -> bytes:
    return struct.pack("<BHHHHB", 0x2C, *at, width, height, flags) + bytes(6) * (flags >> 7) + codes


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"GIF89a", "damaged"),
        (_header(9, 9), "damaged"),
        (_header(9, 9) + b"\x3b", "damaged"),
        (_header(0, 9) + _image(1, 1) + b"\x3b", "damaged"),
        (_header(9, 9) + _image(0, 1) + b"\x3b", "damaged"),
        (_header(9, 9) + _image(9, 9) + b"\x3b", "damaged"),
        (_header(9, 9) + _image(1, 1, 0) + b"\x3b", "damaged"),
        (_header(9, 9) + _image(1, 1, at=(9, 0)) + b"\x3b", "damaged"),
        (_header(9, 9) + _image(1, 1, codes=b"\x0c" + _TINY[1:]) + b"\x3b", "damaged"),
        (_header(9, 9) + b"\x99", "damaged"),
        (_header(9, 9) + b"\x21\xfe\xff", "damaged"),
        (_header(9, 9, 0x87) + bytes(50), "damaged"),
        (_header(65_535, 65_535) + _image(1, 1) + b"\x3b", "too-large"),
        (_header(9, 9) + _image(65_535, 65_535) + b"\x3b", "too-large"),
        (_header(9, 9) + _image(1, 1) * 2500 + b"\x3b", "too-many-pages"),
        (_header(1000, 1000) + _image(1, 1) * 300 + b"\x3b", "too-large"),
        (_header(9, 9) + b"\x21\xfe\0" * 250_000, "damaged"),
        (_GOOD[:-40], "damaged"),
    ],
)
def test_hostile_files_are_held_back(data: bytes, code: str) -> None:
    with pytest.raises(Held) as held:
        drafted(data)
    assert held.value.code == code


_SEEDS = [gif(few_colours(mode, 2, 20, 20)) for mode in ("RGB", "RGBA")]


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.sampled_from(_SEEDS), st.integers(6, 2000), st.binary(min_size=1, max_size=4))
def test_broken_files_are_held_back_or_prepared(data: bytes, at: int, put: bytes) -> None:
    at %= len(data)
    try:
        source = GIF.open(data[:at] + put + data[at + len(put) :], StillLimits(pixels=1_000_000))
        draft = source.draft([FACE] * len(source.pages), PLAIN)
    except Held:
        return
    verified(draft)


def test_noise_is_held_back_only_where_it_cannot_be_kept() -> None:
    frames = [scene("RGB", WIDTH, HEIGHT)]
    source = GIF.open(gif(few_colours("RGB", 1)), LIMITS)
    source.__dict__["_decoded"] = type(source._decoded)(tuple(frames))
    with pytest.raises(Held) as held:
        source.draft([()], PLAIN)
    assert held.value.code == "encoding"
