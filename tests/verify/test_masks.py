"""What verification takes for painted is what is painted, by two implementations."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageDraw

from paravent.model.geometry import Box, Ellipse, Polygon
from paravent.redact import masks as painting
from paravent.verify import masks as judging

# Whole and half numbers too, whose edges fall on the centres of pixels.
places = st.floats(-20, 90) | st.integers(-20, 90).map(float) | st.integers(-40, 180).map(lambda number: number / 2)
radii = st.floats(0.3, 60) | st.integers(1, 120).map(lambda number: number / 2)
angles = st.floats(0, 360) | st.sampled_from([0.0, 45.0, 90.0, 180.0])
ellipses = st.builds(Ellipse, places, places, radii, radii, angles)
polygons = st.builds(Polygon, st.lists(st.tuples(places, places), min_size=3, max_size=9).map(tuple))
shapes_of_pictures = st.lists(ellipses | polygons, max_size=3).map(tuple)
cells = st.sampled_from([(8, 8), (16, 8), (16, 16), (8, 16), (32, 8)])


@pytest.mark.slow
@settings(max_examples=2000, deadline=None)
@given(shapes_of_pictures, st.integers(1, 70), st.integers(1, 70), cells)
def test_both_agree_on_every_pixel_and_every_cell(shapes, width, height, cell) -> None:
    assert np.array_equal(judging.painted(shapes, width, height), painting.union_mask(shapes, width, height))
    found, expected = judging.painted_cells(shapes, width, height, *cell), painting.grid_mask(shapes, width, height, *cell)
    assert np.array_equal(found, expected)


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(shapes_of_pictures, st.builds(Box, places, places, radii, radii), cells | st.just((1, 1)))
def test_both_agree_on_shares(shapes, box, cell) -> None:
    assert judging.painted_share(box, shapes, cell) == painting.covered_share(box, shapes, cell)
    for shape in shapes:
        assert judging.painted_share(shape, shapes[:1]) == painting.share_within(shape, shapes[:1])


@pytest.mark.parametrize("angle", [0, 30, 90, 135])
def test_an_ellipse_is_the_pixels_whose_centres_lie_in_it_grown_by_half_a_pixel(angle) -> None:
    shape = Ellipse(31.3, 24.7, 20.1, 9.6, angle)
    y, x = np.mgrid[:50, :60] + 0.5
    turn = np.radians(angle)
    along = (x - shape.x) * np.cos(turn) + (y - shape.y) * np.sin(turn)
    across = (y - shape.y) * np.cos(turn) - (x - shape.x) * np.sin(turn)
    inside = (along / (shape.rx + 0.5)) ** 2 + (across / (shape.ry + 0.5)) ** 2 <= 1
    assert np.array_equal(judging.painted((shape,), 60, 50), inside)


whole = st.integers(-30, 110).map(float)
near = st.floats(0, 3)
outlines = st.builds(
    lambda points, left, top: Polygon(tuple((x + left, y + top) for x, y in points)),
    # Crossing itself, on whole pixels (flat, folded, all in one line), and smaller than a pixel or a few of them.
    st.lists(st.tuples(places, places) | st.tuples(whole, whole), min_size=3, max_size=16)
    | st.lists(st.tuples(near, near), min_size=3, max_size=6)
    | st.lists(st.tuples(whole, st.just(5.0)), min_size=3, max_size=4),
    st.sampled_from([0.0, 0.0, 0.5, -200.0, 400.0]),  # the last two: outside the picture
    st.sampled_from([0.0, 0.0, 0.25, -300.0]),
)


@pytest.mark.slow
@settings(max_examples=1500, deadline=None)
@given(outlines, st.integers(1, 90), st.integers(1, 90))
def test_no_outline_makes_a_right_copy_look_wrong(outline: Polygon, width: int, height: int) -> None:
    assert np.array_equal(judging.painted((outline,), width, height), painting.union_mask((outline,), width, height))


_DRAWN = ImageDraw.ImageDraw.polygon


def _wider(draw: ImageDraw.ImageDraw, points: list[tuple[int, int]], **kept: int) -> None:
    _DRAWN(draw, [(x + (4 if x > 50 else -4), y) for x, y in points], **kept)


def _elsewhere(draw: ImageDraw.ImageDraw, points: list[tuple[int, int]], **kept: int) -> None:
    _DRAWN(draw, [(x + 30, y) for x, y in points], **kept)


def _everything(draw: ImageDraw.ImageDraw, points: list[tuple[int, int]], **kept: int) -> None:
    draw.rectangle((0, 0, 200, 200), fill=1)


@pytest.mark.parametrize("fault", [_wider, _elsewhere, _everything])
def test_what_the_shared_library_draws_too_much_of_is_seen(
    fault: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    outline = Polygon(((20, 10), (80, 25), (70, 90), (35, 70)))
    monkeypatch.setattr(ImageDraw.ImageDraw, "polygon", fault)
    assert not np.array_equal(judging.painted((outline,), 100, 100), painting.union_mask((outline,), 100, 100))


@pytest.mark.parametrize("lost", ["all", "one row"])
def test_what_is_inside_is_expected_whatever_is_drawn(lost: str, monkeypatch: pytest.MonkeyPatch) -> None:
    outline = Polygon(((20, 10), (80, 25), (70, 90), (35, 70)))
    whole_mask = judging.painted((outline,), 100, 100)

    def faulty(draw: ImageDraw.ImageDraw, points: list[tuple[int, int]], **kept: int) -> None:
        if lost == "one row":
            _DRAWN(draw, points, **kept)
            draw.rectangle((0, 40, 200, 40), fill=0)

    monkeypatch.setattr(ImageDraw.ImageDraw, "polygon", faulty)
    expected = judging.painted((outline,), 100, 100)
    assert expected[40, 35:65].all()
    inner = whole_mask.copy()
    for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
        inner &= np.roll(whole_mask, step, axis)
    assert expected[inner].all()
