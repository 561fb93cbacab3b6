"""Tracks, coverings and fillings of films, on drawn frames and made-up sights."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

import video_kit as kit
from paravent.model.geometry import Ellipse, Polygon, Shape
from paravent.model.style import STYLES, Style, Styles
from paravent.video.painting import Palette, cover, places
from paravent.video.tracking import camera, motion
from paravent.video.tracking.camera import Camera
from paravent.video.tracking.covering import covering, lost
from paravent.video.tracking.faces import FaceLinker
from paravent.video.tracking.regions import Regions, around
from paravent.video.tracking.small import Small
from paravent.video.tracking.track import Observation, Track

_SIZE = (320, 240)
_RATE = 25.0
_PALETTE = Palette(1, full=False, depth=8)


def _moving(frames: int, speed: float = 3.0) -> list[NDArray[np.uint8]]:
    """A patterned card that goes to the right over a patterned wall; grey."""
    rng = np.random.default_rng(3)
    wall, card = rng.integers(90, 120, (240, 320), np.uint8), rng.integers(0, 255, (60, 50), np.uint8)
    wall, card = (np.kron(part[::4, ::4], np.ones((4, 4), np.uint8)) for part in (wall, card))
    pictures = []
    for i in range(frames):
        picture = wall.copy()
        x = 40 + round(i * speed)
        picture[90 : 90 + card.shape[0], x : x + card.shape[1]] = card
        pictures.append(picture)
    return pictures


def _place(i: int, speed: float = 3.0) -> NDArray[np.float32]:
    return np.array([40 + round(i * speed) + 26, 120, 40, 50], np.float32)


def _tracked(pictures: Sequence[NDArray[np.uint8]], seen: set[int], every: int = 4) -> FaceLinker:
    linker = FaceLinker(*_SIZE, _RATE, every)
    for i, picture in enumerate(pictures):
        linker.advance(Small(picture, 1.0))
        linker.see([Observation.of_face(_place(i), 0.9)] if i in seen else [], 1.0 if i % every == 0 else 0.0)
    return linker


def test_gaps_are_followed_by_movement() -> None:
    (track,) = _tracked(_moving(40), {0, 4, 8, 16, 20, 28, 32, 36}).finish()
    assert (track.start, track.observed) == (0, 8)
    for i, (x, y, w, h) in enumerate(covering(track)[:40]):
        wx, wy, ww, wh = _place(i)
        assert x - w / 2 <= wx - ww / 2 + 2
        assert x + w / 2 >= wx + ww / 2 - 2
        assert y - h / 2 <= wy - wh / 2 + 2
        assert y + h / 2 >= wy + wh / 2 - 2


def test_a_track_begins_before_its_first_sight_and_ends_after_its_last() -> None:
    (track,) = _tracked(_moving(60), {20, 24, 28, 32}).finish()
    assert track.start <= 20 - 10
    assert track.stop >= 33 + 10
    rows = track.outlines()
    for i in (track.start, 12, 40):
        assert abs(float(rows[i - track.start][0] - _place(i)[0])) < 6


@pytest.mark.parametrize(("small", "least", "most"), [({12}, 0.75, 0.85), (set(range(12, 32, 2)), 0.0, 0.55)])
def test_one_sight_that_is_much_too_small_does_not_last(small: set[int], least: float, most: float) -> None:
    linker = FaceLinker(*_SIZE, _RATE, 4)
    for i, picture in enumerate(_moving(60, 0.0)):
        linker.advance(Small(picture, 1.0))
        box = _place(i, 0.0) * np.array([1, 1, 0.5, 0.5] if i in small else [1, 1, 1, 1], np.float32)
        linker.see([Observation.of_face(box, 0.9)] if i <= 12 or i in small else [], float(i % 4 == 0))
    (track,) = linker.finish()
    assert least <= float(track.outlines()[-1][2]) / 40 < most


@pytest.mark.parametrize(("score", "after"), [(0.3, 20), (0.9, 130)])
def test_nothing_is_left_to_follow_once_what_was_seen_is_over(score: float, after: int) -> None:
    linker, resting = FaceLinker(*_SIZE, _RATE, 4), []
    for i, picture in enumerate(_moving(140, 0.0)):
        linker.advance(Small(picture, 1.0))
        linker.see([Observation.of_face(_place(i, 0.0), score)] if i == 4 else [], 1.0)
        resting.append(linker.at_rest)
    assert resting[:4] == [True] * 4
    first = resting.index(True, 4)
    assert after - 20 < first <= after
    assert all(resting[first:])


def test_tracks_end_at_a_cut() -> None:
    first, second = _moving(20), [255 - picture for picture in _moving(20, -1.0)]
    linker = _tracked([*first, *second], {0, 4, 8, 12, 16})
    (track,) = linker.finish()
    assert track.stop == 20
    assert 20 in linker.cuts


def test_each_sight_lies_in_its_covering() -> None:
    pictures = _moving(30, 7.0)
    linker = FaceLinker(*_SIZE, _RATE, 4)
    rng = np.random.default_rng(1)
    sights = {}
    for i, picture in enumerate(pictures):
        linker.advance(Small(picture, 1.0))
        box = _place(i, 7.0) + rng.normal(0, 3, 4).astype(np.float32)
        sights[i] = box
        linker.see([Observation.of_face(box, 0.9)], 1.0)
    (track,) = linker.finish()
    rows = covering(track)
    for i, (x, y, w, h) in sights.items():
        cx, cy, cw, ch = rows[i - track.start]
        assert abs(cx - x) + w / 2 <= cw / 2 + 0.01
        assert abs(cy - y) + h / 2 <= ch / 2 + 0.01
    moves = np.abs(np.diff(rows[:, 0]))
    assert moves.max() < 14, "the covering jumps"


def test_doubt_that_most_looks_do_not_share_is_no_track() -> None:
    linker = FaceLinker(*_SIZE, _RATE, 4)
    for i, picture in enumerate(_moving(40)):
        linker.advance(Small(picture, 1.0))
        linker.see([Observation.of_face(_place(i), 0.2)] if i == 8 else [], 1.0)
    assert linker.finish() == []


def test_a_large_place_is_doubted_by_half_of_the_looks() -> None:
    for side, tracks in ((40, 1), (100, 0)):
        linker = FaceLinker(*_SIZE, _RATE, 4)
        box = np.array([160, 120, side, side], np.float32)
        for i, picture in enumerate(_moving(40, 0.0)):
            linker.advance(Small(picture, 1.0))
            linker.see([Observation.of_face(box, 0.3)] if i in (8, 16) else [], 1.0 if i % 3 == 2 else 0.0)
        assert len(linker.finish()) == tracks


def test_a_place_does_not_go_with_what_crosses_it() -> None:
    rng = np.random.default_rng(7)
    post = np.kron(rng.integers(0, 255, (60, 5), np.uint8), np.ones((4, 4), np.uint8))
    pictures = _moving(30, 0.0)
    for i, picture in enumerate(pictures):
        if 8 <= i < 24:
            x = 12 * (i - 8)
            picture[:, x : x + 20] = post
    linker = FaceLinker(*_SIZE, _RATE, 20)
    for i, picture in enumerate(pictures):
        linker.advance(Small(picture, 1.0))
        linker.see(
            [Observation.of_face(np.array([66, 120, 20, 24], np.float32), 0.9)] if i in (4, 6) else [], float(i in (4, 6))
        )
    (track,) = linker.finish()
    assert track.stop > 24
    assert np.abs(track.outlines()[:, :2] - (66, 120)).max() < 8


def test_a_smooth_place_stays_in_spite_of_noise() -> None:
    rng = np.random.default_rng(11)
    still = np.tile(np.linspace(60, 90, 320), (240, 1))
    still[180:] = np.kron(rng.integers(0, 255, (15, 80)), np.ones((4, 4)))
    linker = FaceLinker(*_SIZE, _RATE, 20)
    for i in range(40):
        noisy = np.clip(still + rng.normal(0, 2, still.shape), 0, 255).astype(np.uint8)
        linker.advance(Small(noisy, 1.0))
        linker.see([Observation.of_face(np.array([160, 70, 40, 50], np.float32), 0.9)] if i == 20 else [], float(i == 20))
    (track,) = linker.finish()
    assert len(track) == 40
    assert np.abs(track.outlines()[:, :2] - (160, 70)).max() < 4


def _pan(frames: int, speed: int = 3) -> list[NDArray[np.uint8]]:
    """A view that goes to the right over a patterned wall; grey."""
    wall = np.kron(np.random.default_rng(13).integers(0, 255, (12, 32), np.uint8), np.ones((20, 20), np.uint8))
    return [wall[:, speed * i : speed * i + _SIZE[0]] for i in range(frames)]


def test_a_place_goes_on_until_it_has_left_the_picture() -> None:
    linker = FaceLinker(*_SIZE, _RATE, 4)
    for i, picture in enumerate(_pan(40)):
        linker.advance(Small(picture, 1.0))
        box = np.array([50 - 3 * i, 120, 40, 50], np.float32)
        linker.see([Observation.of_face(box, 0.9)] if i in (0, 4, 8) else [], float(i % 4 == 0))
    (track,) = linker.finish()
    assert track.left
    assert track.stop in (24, 25)


@pytest.mark.parametrize(("score", "sights", "before"), [(0.9, 8, 25), (0.9, 7, 12), (0.3, 8, 12)])
def test_what_is_certain_and_often_seen_begins_earlier(score: float, sights: int, before: int) -> None:
    linker = FaceLinker(*_SIZE, _RATE, 4)
    for i, picture in enumerate(_moving(70, 1.0)):
        linker.advance(Small(picture, 1.0))
        seen = i in range(30, 30 + 4 * sights, 4)
        linker.see([Observation.of_face(_place(i, 1.0), score)] if seen else [], float(i % 4 == 2))
    (track,) = linker.finish()
    assert track.start == 30 - before


@pytest.mark.parametrize(("score", "start", "stop"), [(0.9, 0, 60), (0.3, 15, 26)])
def test_what_is_seen_beside_a_certain_place_stays_beside_it(score: float, start: int, stop: int) -> None:
    beside = np.array([24, 6, 0, 0], np.float32)
    linker = FaceLinker(*_SIZE, _RATE, 4)
    for i, picture in enumerate(_moving(60, 1.0)):
        linker.advance(Small(picture, 1.0))
        sights = [Observation.of_face(_place(i, 1.0), score)] if i % 4 == 0 else []
        sights += [Observation.of_face(_place(i, 1.0) + beside, 0.15)] if i == 20 else []
        linker.see(sights, float(i % 4 == 0))
    host, one = sorted(linker.finish(), key=lambda track: -track.score)
    assert (host.start, host.stop) == (0, 60)
    assert (one.start, one.stop) == (start, stop)
    assert len(one.outlines()) == len(one.seen) == len(one.found) == len(one.looked)
    rows = host.outlines()[one.start : one.stop] + beside
    assert np.abs(one.outlines() - rows).max() < 3


def _straight(frames: int, boxes: dict[int, tuple[float, ...]]) -> Track:
    """A track that goes down by 5 pixels a frame. boxes: where it was seen, as if it did not."""
    track, at = Track(0), sorted(boxes)
    for i in range(frames):
        row = np.array([np.interp(i, at, [boxes[k][j] for k in at]) for j in range(4)], np.float32)
        track.append(row + np.array([0, 5 * i, 0, 0], np.float32), seen=i in boxes, found=True)
    track.observed = len(boxes)
    return track


def test_a_covering_contains_what_was_seen_around_moved_along() -> None:
    boxes = dict.fromkeys(range(41), (100.0, 100.0, 40.0, 40.0)) | {20: (110.0, 100.0, 60.0, 40.0)}
    rows = covering(_straight(41, boxes))
    for i in (17, 23):
        x, y, w, h = rows[i]
        assert x + w / 2 > 132
        assert x - w / 2 > 77
        assert y == pytest.approx(100 + 5 * i, abs=1)
        assert h < 45
    assert rows[8][0] + rows[8][2] / 2 < 121


def test_a_covering_does_not_shrink_for_a_moment() -> None:
    boxes = dict.fromkeys(range(0, 41, 4), (100.0, 100.0, 80.0, 80.0)) | {20: (100.0, 100.0, 40.0, 40.0)}
    track = _straight(41, boxes)
    track.roughness = 0.0
    assert covering(track)[20][2] > 75


def test_less_of_what_was_seen_around_is_covered_where_a_place_is_large() -> None:
    widths = []
    for side in (40, 230):
        linker = FaceLinker(*_SIZE, _RATE, 4)
        for i, picture in enumerate(_moving(40, 0.0)):
            linker.advance(Small(picture, 1.0))
            factor = 1.25 if i == 20 else 1.0
            box = np.array([160, 120, side * factor, side * factor], np.float32)
            linker.see([Observation.of_face(box, 0.9)] if i % 4 == 0 else [], float(i % 4 == 0))
        (track,) = linker.finish()
        widths.append(float(covering(track)[24][2]) / side)
    small, large = widths
    assert small > 1.15
    assert large < 1.13


def test_a_smooth_place_does_not_keep_a_speed_that_was_a_mistake() -> None:
    rng = np.random.default_rng(17)
    picture = np.tile(np.linspace(60, 90, 320), (240, 1)) + rng.normal(0, 1, (240, 320))
    small = Small(picture.astype(np.uint8), 1.0)
    row, own = np.array([160, 70, 40, 50], np.float32), (-6.0, 0.0)
    for _ in range(3):
        row, own, _found = motion.step(row, own, small, small, Camera())
    assert abs(row[0] - 160) < 1


def test_spans_around_frames() -> None:
    assert around({3, 9, 30}, 4, 32) == [(0, 14), (26, 32)]
    assert around((), 4, 32) == []


@pytest.mark.parametrize(("score", "start", "stop"), [(0.9, 20, 220), (0.2, 115, 126)])
def test_a_certain_place_that_stands_still_is_covered_seconds_before_and_behind(
    score: float, start: int, stop: int
) -> None:
    linker = FaceLinker(*_SIZE, _RATE, 4)
    for i, picture in enumerate(_moving(240, 0.0)):
        linker.advance(Small(picture, 1.0))
        linker.see([Observation.of_face(_place(0), score)] if i == 120 else [], float(i == 120))
    (track,) = linker.finish()
    assert (track.start, track.stop) == (start - (score > 0.5) * 5, stop + (score > 0.5) * 6)


def test_a_certain_place_that_moves_is_not() -> None:
    linker = FaceLinker(*_SIZE, _RATE, 4)
    for i, picture in enumerate(_moving(200, 1.0)):
        linker.advance(Small(picture, 1.0))
        seen = 70 < i < 130 and i % 4 == 0
        linker.see([Observation.of_face(_place(i, 1.0), 0.9)] if seen else [], float(i % 4 == 0))
    (track,) = linker.finish()
    assert track.start >= 72 - 25
    assert track.stop <= 129 + 15


def test_a_certain_place_that_was_seen_seldom_is_covered_wider() -> None:
    widths = []
    for sights in (7, 8):
        linker = FaceLinker(*_SIZE, _RATE, 4)
        for i, picture in enumerate(_moving(40, 0.0)):
            linker.advance(Small(picture, 1.0))
            linker.see([Observation.of_face(_place(0), 0.9)] if i < 4 * sights and i % 4 == 0 else [], float(i % 4 == 0))
        (track,) = linker.finish()
        widths.append(float(track.last[2]))
    assert widths[0] == pytest.approx(1.2 * widths[1], rel=0.02)


@pytest.mark.parametrize(("side", "stop"), [(100, 12), (200, 16)])
def test_a_look_that_is_too_close_for_a_place_does_not_end_it(side: int, stop: int) -> None:
    linker = FaceLinker(*_SIZE, _RATE, 4)
    for i, picture in enumerate(_moving(16, 0.0)):
        linker.advance(Small(picture, 1.0))
        box = np.array([160, 120, side, side], np.float32)
        linker.see([Observation.of_face(box, 0.9)] if i == 8 else [], float(i % 4 == 0))
    (track,) = linker.finish()
    assert track.stop == stop


def test_what_is_seen_beside_the_place_expected_does_not_carry_the_track_away() -> None:
    linker = FaceLinker(*_SIZE, _RATE, 4)
    for i, picture in enumerate(_moving(9, 0.0)):
        linker.advance(Small(picture, 1.0))
        there = _place(0) + np.array([24 if i == 8 else 0, 0, 0, 0], np.float32)
        linker.see([Observation.of_face(there, 0.9)] if i % 4 == 0 else [], float(i % 4 == 0))
    (track,) = linker.finish()
    x, _y, w, _h = track.last
    wanted = _place(0)
    assert x - w / 2 <= wanted[0] - wanted[2] / 2
    assert x + w / 2 >= wanted[0] + 24 + wanted[2] / 2


def _grey(rng: np.random.Generator, width: int, height: int, blur: float) -> Image.Image:
    """A pattern without edges."""
    noise = Image.fromarray(rng.integers(0, 255, (height, width), np.uint8))
    return ImageOps.autocontrast(noise.filter(ImageFilter.GaussianBlur(blur)))


@pytest.mark.parametrize(
    ("zoom", "turn", "shift"), [(0.0, 0.0, (7.3, -4.6)), (0.01, 0.0, (-2.0, 1.0)), (-0.004, 0.012, (3.0, 3.0))]
)
def test_the_movement_of_the_camera_is_seen_though_a_card_goes_another_way(
    zoom: float, turn: float, shift: tuple[float, float]
) -> None:
    rng = np.random.default_rng(5)
    there, back = Camera(zoom, turn, shift), Camera(zoom, turn, shift).back()
    wall = _grey(rng, *_SIZE, 3)
    matrix = (1 + back.zoom, -back.turn, back.shift[0], back.turn, 1 + back.zoom, back.shift[1])
    moved = wall.transform(wall.size, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC)
    card = Image.fromarray(np.kron(rng.integers(0, 255, (20, 20), np.uint8), np.ones((4, 4), np.uint8)))
    wall.paste(card, (100, 60))
    moved.paste(card, (108, 66))
    found = camera.between(*(Small(np.asarray(one), 1.0) for one in (wall, moved)))
    for x, y in ((30, 30), (290, 40), (160, 120), (40, 210), (280, 200)):
        dx, dy = there.at(x, y)
        assert found.at(x, y) == pytest.approx((dx, dy), abs=0.3)
        assert back.at(x + dx, y + dy) == pytest.approx((-dx, -dy), abs=1e-6)


def test_a_smooth_place_goes_with_the_camera() -> None:
    wall = _grey(np.random.default_rng(8), 600, 240, 2)
    wall.paste(120, (250, 90, 350, 190))  # larger than a pattern
    views = [
        wall.transform(_SIZE, Image.Transform.AFFINE, (1, 0, 1.3 * i + 40, 0, 1, 0), Image.Resampling.BICUBIC)
        for i in range(40)
    ]
    row, own = np.array([260, 140, 30, 30], np.float32), (0.0, 0.0)
    for before, after in pairwise(Small(np.asarray(view), 1.0) for view in views):
        row, own, _found = motion.step(row, own, before, after, camera.between(before, after))
    assert row[:2] == pytest.approx((260 - 39 * 1.3, 140), abs=5)


def test_less_than_doubt_begins_a_track_only_beside_one_of_its_size() -> None:
    beside = np.array([20, 0, 0, 0], np.float32)
    for sight, tracks in ((_place(0) + beside, 2), ((_place(0) + beside) * np.array([1, 1, 2, 2], np.float32), 1)):
        linker = FaceLinker(*_SIZE, _RATE, 4)
        linker.advance(Small(_moving(1)[0], 1.0))
        linker.see([Observation.of_face(_place(0), 0.9)], 1.0)
        linker.see([Observation.of_face(_place(0), 0.9), Observation.of_face(sight, 0.15)], 1.0)
        assert len(linker.finish()) == tracks


def test_a_place_that_nobody_can_follow_is_lost() -> None:
    pictures = _moving(20)
    noise = np.random.default_rng(5)
    pictures += [noise.integers(60, 160, (240, 320)).astype(np.uint8) for _ in range(40)]
    linker = FaceLinker(*_SIZE, _RATE, 4)
    for i, picture in enumerate(pictures):
        linker.advance(Small(picture, 1.0))
        linker.see([Observation.of_face(_place(i), 0.9)] if i < 20 else [], 1.0)
    (track,) = [one for one in linker.finish() if not one.ended_by_cut] or [None]
    if track is None:
        pytest.skip("taken for a cut")
    span = lost(track, *_SIZE)
    assert span is not None
    regions = Regions(*_SIZE)
    regions.add([track], 1.3, len(pictures))
    shapes = regions.walk().at(span[0])
    assert shapes[0].bounds().w == _SIZE[0]


def test_parts_and_sizes_of_regions() -> None:
    track = Track(2)
    for i in range(6):
        track.append(np.array([100 + i, 80, 40, 40], np.float32), seen=True, found=True)
    regions = Regions(*_SIZE)
    regions.add([track], 1.5, 100)
    half = regions.part(4, 6).scaled(160, 120).walk()
    (shape,) = half.at(0)
    assert isinstance(shape, Ellipse)
    assert shape.x == pytest.approx(51, abs=1)
    assert shape.rx == pytest.approx(15, abs=2)
    assert half.at(2) == ()


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("size", [(320, 240), (161, 121)])
def test_what_is_covered_never_reaches_the_filling(style: str, size: tuple[int, int]) -> None:
    width, height = size
    shapes: tuple[Shape, ...] = (Ellipse(60, 50, 30, 40), Ellipse(80, 60, 20, 20), Ellipse(width - 5, height - 9, 25, 20))
    shapes += (Polygon(((70, 70), (150, 85), (120, 115), (60, 100))),)
    there = places(shapes, width, height)
    masks = (there.mask, there.small, there.small)
    rng = np.random.default_rng(0)
    picture = kit.backdrop(width, height)
    outside = [picture[..., 0], picture[::2, ::2, 1], picture[::2, ::2, 2]]
    made = []
    for _ in range(2):
        planes = [plane.copy() for plane in outside]
        for plane, covered in zip(planes, masks, strict=True):
            plane[covered] = rng.integers(0, 255, int(covered.sum()), np.uint8)
        cover(planes, there, Styles(Style(style)), _PALETTE)
        made.append(planes)
    for one, other, before, covered in zip(*made, outside, masks, strict=True):
        assert np.array_equal(one, other)
        assert np.array_equal(one[~covered], before[~covered])


def test_a_filling_stays_within_its_own_places() -> None:
    dark, light = Ellipse(60, 60, 30, 30), Ellipse(114, 60, 16, 16)
    planes = [np.full((120, 160), 30, np.uint8), np.full((60, 80), 128, np.uint8), np.full((60, 80), 128, np.uint8)]
    planes[0][:, 92:] = 220
    alone = [plane.copy() for plane in planes]
    cover(planes, places((light, dark), 160, 120), Styles(others={dark: Style("solid", (0, 0, 0))}), _PALETTE)
    cover(alone, places((dark,), 160, 120), Styles(Style("solid", (0, 0, 0))), _PALETTE)
    there = places((dark,), 160, 120).mask
    assert np.array_equal(planes[0][there], alone[0][there])


def test_a_frame_covered_from_edge_to_edge_says_nothing() -> None:
    planes = [np.full((120, 160), 37, np.uint8), np.full((60, 80), 9, np.uint8), np.full((60, 80), 201, np.uint8)]
    regions = Regions(160, 120)
    regions.whole.append((0, 3))
    cover(planes, places(regions.walk().at(1), 160, 120), Styles(), _PALETTE)
    assert all((plane == 128).all() for plane in planes)
