"""Regions: rasters, grids, orientation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps

from paravent.model.geometry import Box, Ellipse, Polygon, scale, to_stored, to_upright
from paravent.model.samples import turn_upright
from paravent.redact.masks import covered_share, face_shape, grid_mask, raster, union_mask

ORIENTATIONS = range(1, 9)
shapes = st.one_of(
    st.builds(
        Ellipse,
        st.floats(-20, 120),
        st.floats(-20, 120),
        st.floats(0.3, 60),
        st.floats(0.3, 60),
        st.sampled_from([0.0, 30.0, 45.0, 90.0, -70.0]),
    ),
    st.builds(
        lambda x, y, w, h: Polygon(((x, y), (x + w, y), (x + w, y + h), (x, y + h))),
        st.floats(-20, 110),
        st.floats(-20, 110),
        st.floats(1, 60),
        st.floats(1, 60),
    ),
)


def test_an_ellipse_covers_its_area():
    mask = union_mask((Ellipse(50, 40, 30, 20),), 100, 80)
    assert mask.sum() == pytest.approx(math.pi * 30.5 * 20.5, rel=0.02)
    assert mask[40, 50]
    assert not mask[0, 0]


@pytest.mark.slow
@given(shapes)
def test_the_raster_stays_within_the_bounds(shape):
    mask = union_mask((shape,), 100, 100)
    box = shape.bounds()
    for y, x in np.argwhere(mask):
        assert box.x - 1.5 <= x <= box.x + box.w + 1.5
        assert box.y - 1.5 <= y <= box.y + box.h + 1.5


@given(shapes, st.sampled_from([(8, 8), (16, 8), (16, 16), (32, 8)]))
def test_a_grid_mask_holds_every_touched_pixel_and_no_idle_cell(shape, cell):
    width, height = 101, 67
    pixels = union_mask((shape,), width, height)
    cells = grid_mask((shape,), width, height, *cell)
    grown = np.repeat(np.repeat(cells, cell[1], axis=0), cell[0], axis=1)[:height, :width]
    assert grown[pixels].all()


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@given(shape=shapes)
def test_orientation_there_and_back(orientation, shape):
    there = to_upright(shape, orientation, 101, 67)
    back = to_stored(there, orientation, 101, 67)
    assert np.array_equal(union_mask((shape,), 101, 67), union_mask((back,), 101, 67))


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize(
    "shape", [Ellipse(30, 20, 9, 14), Ellipse(70, 40, 20, 5, 30), Polygon(((3, 4), (40, 9), (20, 50)))]
)
def test_shapes_turn_as_pixels_do(orientation, shape):
    stored = union_mask((shape,), 101, 67)
    turned = turn_upright(stored.astype(np.uint8), orientation).astype(bool)
    height, width = turned.shape
    moved = union_mask((to_upright(shape, orientation, 101, 67),), width, height)
    assert np.mean(turned != moved) < 0.025  # polygons may differ by their outline


def test_pixels_turn_as_pillow_turns_them():
    pixels = np.arange(35, dtype=np.uint8).reshape(5, 7)
    for orientation in ORIENTATIONS:
        image = Image.fromarray(pixels)
        image.getexif()[0x0112] = orientation
        assert np.array_equal(turn_upright(pixels, orientation), np.asarray(ImageOps.exif_transpose(image)))


@given(shapes, st.floats(0.2, 3), st.floats(0.2, 3))
def test_scaling_scales_the_area(shape, fx, fy):
    before, after = shape.bounds(), scale(shape, fx, fy).bounds()
    assert after.w == pytest.approx(before.w * fx, rel=1e-6, abs=1e-6)
    assert after.h == pytest.approx(before.h * fy, rel=1e-6, abs=1e-6)


def test_a_tilted_head_gets_a_tilted_ellipse():
    upright = face_shape(Box(10, 10, 40, 50), 1.6, ((20, 30), (40, 30)))
    tilted = face_shape(Box(10, 10, 50, 50), 1.6, ((25, 20), (40, 45)))
    assert upright.angle == 0
    assert (upright.rx, upright.ry) == (32, 40)
    assert tilted.angle == pytest.approx(59, abs=1)
    box = tilted.bounds()
    assert box.area == pytest.approx(80 * 80)


def test_the_covered_share_is_the_share_of_the_box():
    assert covered_share(Box(0, 0, 10, 10), (Polygon(((0, 0), (5, 0), (5, 10), (0, 10))),)) == pytest.approx(0.5, abs=0.06)
    assert covered_share(Box(0, 0, 10, 10), ()) == 0
    assert covered_share(Box(100, 100, 20, 30), (Ellipse(110, 115, 50, 50),)) == 1


def test_the_covered_share_counts_whole_cells():
    shapes = (Ellipse(40, 40, 3, 3),)  # touches the cells from 32 to 48
    assert covered_share(Box(32, 32, 16, 16), shapes, (16, 16)) == 1
    assert covered_share(Box(24, 32, 16, 16), shapes, (16, 16)) == pytest.approx(0.5)
    assert covered_share(Box(-20, -20, 10, 10), shapes, (16, 16)) == 0
    assert covered_share(Box(32, 32, 16, 16), shapes) < 0.2


def test_a_raster_far_outside_is_empty():
    assert not raster(Ellipse(-100, -100, 5, 5), 20, 20).any()


@pytest.mark.parametrize(
    ("points", "inside"),
    [
        (((10, 10), (90, 10), (90, 90), (10, 90), (10, 10), (90, 10), (90, 90), (10, 90)), (50, 50)),  # drawn twice round
        (((50, 5), (80, 95), (5, 38), (95, 38), (20, 95)), (50, 55)),  # a star in one line
        (((10, 30), (90, 30), (90, 50), (30, 50), (30, 10), (60, 10), (60, 80), (10, 80)), (45, 40)),  # a loop over itself
    ],
)
def test_an_outline_that_crosses_itself_leaves_no_hole(
    points: tuple[tuple[float, float], ...], inside: tuple[int, int]
) -> None:
    x, y = inside
    mask = raster(Polygon(points), 100, 100)
    assert mask[y - 4 : y + 5, x - 4 : x + 5].all()
    assert not mask[0].any()
    assert not mask[:, 0].any()


def test_an_outline_without_crossings_is_drawn_as_before() -> None:
    rng = np.random.default_rng(5)
    for _ in range(200):
        angles = (np.arange(12) + rng.uniform(0, 0.9, 12)) * (np.pi / 6)
        reach = rng.uniform(5, 45, 12)
        points = tuple(zip(50 + reach * np.cos(angles), 50 + reach * np.sin(angles), strict=True))
        image = Image.new("1", (100, 100))
        ImageDraw.Draw(image).polygon([(math.floor(x), math.floor(y)) for x, y in points], fill=1, outline=1)
        drawn, before = raster(Polygon(points), 100, 100), np.asarray(image, np.bool_)
        assert (drawn | before == drawn).all()
        assert (drawn & ~before).sum() <= 3  # where rounding made the outline touch itself
