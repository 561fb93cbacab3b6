"""What verification takes for painted is what is painted, by two implementations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


@settings(max_examples=2000, deadline=None)
@given(shapes_of_pictures, st.integers(1, 70), st.integers(1, 70), cells)
def test_both_agree_on_every_pixel_and_every_cell(shapes, width, height, cell) -> None:
    assert np.array_equal(judging.painted(shapes, width, height), painting.union_mask(shapes, width, height))
    found, expected = judging.painted_cells(shapes, width, height, *cell), painting.grid_mask(shapes, width, height, *cell)
    assert np.array_equal(found, expected)


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
