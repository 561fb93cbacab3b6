"""Fine detail is told from what only looks large, and the guide looks there at the picture's own size."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter

from detect_kit import Shown, face_detector
from paravent.detect.faces import scales
from paravent.detect.faces.detail import CELL, detailed
from paravent.model.geometry import Box
from portraits import hopper

SIZE = (2048, 1536)


def blurred(picture: Image.Image, radius: float) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(radius))


def scene(size: tuple[int, int] = SIZE) -> Image.Image:
    """Large soft shapes."""
    noise = np.random.default_rng(4).integers(0, 255, (size[1] // 128, size[0] // 128, 3), np.uint8)
    return blurred(Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC), 6)


def small_head(height: int) -> Image.Image:
    """A face so many pixels high, cut out close to it."""
    head = hopper().crop((140, 50, 370, 340))
    scale = height / 215
    return head.resize((round(head.width * scale), round(head.height * scale)), Image.Resampling.LANCZOS)


def holds(places: np.ndarray, x: int, y: int) -> bool:
    return any(left <= x < right and top <= y < bottom for left, top, right, bottom in places.tolist())


def test_a_picture_without_detail_has_none():
    assert len(detailed(np.full((900, 1200, 3), 77, np.uint8))) == 0
    assert len(detailed(np.asarray(scene()))) == 0


@pytest.mark.parametrize("softness", [0, 1.2])
@pytest.mark.parametrize("height", [16, 20, 26])
def test_a_small_face_is_detail_in_a_sharp_picture_and_in_a_soft_one(height, softness):
    picture = scene()
    for at in ((70, 90), (1000, 700), (2020, 1500)):
        picture.paste(small_head(height), at)
    places = detailed(np.asarray(blurred(picture, softness) if softness else picture))
    assert holds(places, 80, 100)
    assert holds(places, 1010, 710)
    assert places[:, 2:].max() <= SIZE[0]
    assert (places[:, 2:] - places[:, :2]).prod(1).sum() < 0.03 * SIZE[0] * SIZE[1]
    assert not (places % CELL).any()


def test_where_detail_is_everywhere_all_is_looked_at():
    noise = np.random.default_rng(5).integers(0, 255, (700, 1000, 3), np.uint8)
    assert detailed(noise).tolist() == [[0, 0, 1000, 700]]


@pytest.mark.parametrize("side", [1, 31, 33, 64])
def test_small_and_odd_pictures_are_taken_whole_or_in_cells(side):
    noise = np.random.default_rng(6).integers(0, 255, (side, side + 40, 3), np.uint8)
    assert holds(detailed(noise), 0, 0)


def test_a_face_at_the_edge_is_seen_though_the_size_is_odd():
    picture = scene((1000, 780))
    picture.paste(small_head(16), (1000 - 16, 780 - 18))
    assert holds(detailed(np.asarray(picture)), 990, 770)


def test_the_guide_looks_closer_only_at_detail_of_large_pictures():
    large = scene((4096, 3072))
    assert scales.closer_guides(Shown(np.asarray(large))) == []
    large.paste(small_head(20), (3000, 500))
    looks = scales.closer_guides(Shown(np.asarray(large)))
    assert [look.factor for look in looks] == [1.0] * len(looks)
    assert any(look.window.x <= 2990 and look.window.x + look.window.w >= 3030 for look in looks)
    assert sum(look.window.area for look in looks) < 0.02 * 4096 * 3072
    assert scales.closer_guides(Shown(np.asarray(large.resize((1500, 1125))))) == []


@pytest.mark.slow
@pytest.mark.parametrize("size", [(2400, 1700), (4000, 3000)])
@pytest.mark.parametrize("softness", [0, 0.8])
def test_faces_without_a_body_are_found_in_large_pictures(size, softness):
    picture, faces = scene(size), []
    for i in range(16):
        head = small_head(18 + i % 8)
        left, top = 100 + (i % 4) * size[0] // 4, 90 + (i // 4) * size[1] // 4
        picture.paste(head, (left, top))
        faces.append(Box(left, top, head.width, head.height))
    if softness:
        picture = blurred(picture, softness)
    found = [one.box for one in face_detector().find(Shown(np.asarray(picture)))]
    centres = [(box.x + box.w / 2, box.y + box.h / 2) for box in found]
    seen = [any(f.x < x < f.x + f.w and f.y < y < f.y + f.h for x, y in centres) for f in faces]
    assert sum(seen) >= 14  # 10 of 12 megapixels with a guide at half the size
