"""Quadrilaterals: the same rectangles, areas and level pictures as OpenCV's."""

from __future__ import annotations

import numpy as np
import pytest

from paravent.detect import quads

cv2 = pytest.importorskip("cv2")
RANDOM = np.random.default_rng(1)


def scattered() -> np.ndarray:
    return (RANDOM.random((RANDOM.integers(3, 60), 2)) * RANDOM.integers(5, 300, 2)).astype(np.float32)


def tilted() -> np.ndarray:
    """Something like a rectangle, at any angle, near the edges of a picture of 300 by 200 too."""
    width, height, angle = *(RANDOM.random(2) * 80 + 10), RANDOM.random() * 6.3
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    corners = np.array([[-width, -height], [width, -height], [width, height], [-width, height]]) / 2
    return (corners @ turn + RANDOM.random(2) * (300, 200) + RANDOM.random((4, 2)) * 3).astype(np.float32)


def test_the_rectangle_around_points_is_no_larger_and_holds_them():
    for _ in range(100):
        points = scattered()
        quad = quads.around(points)
        assert quads.area(quad) <= abs(cv2.contourArea(cv2.boxPoints(cv2.minAreaRect(points)))) * 1.001 + 1e-3
        assert quads.sides(quad)[0] >= quads.sides(quad)[1] - 1e-3
        assert all(cv2.pointPolygonTest(quad, (float(x), float(y)), True) > -0.01 for x, y in points)


@pytest.mark.parametrize("points", [[(3, 4)], [(3, 4), (3, 4)], [(0, 0), (4, 0)], [(0, 0), (2, 2), (4, 4)]])
def test_points_that_hold_no_area(points):
    assert quads.area(quads.around(np.array(points, np.float32))) == pytest.approx(0, abs=1e-4)


def test_the_hull_and_what_two_share():
    for _ in range(100):
        points = scattered()
        assert quads.area(quads.hull(points)) == pytest.approx(abs(cv2.contourArea(cv2.convexHull(points))), rel=1e-4)
        one, other = tilted(), tilted()
        wanted = cv2.intersectConvexConvex(one, other)[0]
        assert quads.shared_area(one, other) == pytest.approx(wanted, rel=1e-3, abs=0.1)
        assert quads.shared_area(one, other[::-1]) == pytest.approx(wanted, rel=1e-3, abs=0.1)


@pytest.mark.parametrize("shape", [(200, 300, 3), (200, 300)])
def test_what_a_quad_shows_is_level_to_two_grey_levels(shape):
    picture = cv2.GaussianBlur(RANDOM.integers(0, 255, shape, dtype=np.uint8), (0, 0), 2)
    target = np.array([[0, 0], [120, 0], [120, 48], [0, 48]], np.float32)
    for _ in range(30):
        quad = tilted()
        steps = cv2.getPerspectiveTransform(quad, target)
        wanted = cv2.warpPerspective(picture, steps, (120, 48), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        assert np.abs(quads.straightened(picture, quad, 120, 48).astype(int) - wanted).max() <= 2
