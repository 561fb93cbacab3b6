"""A logo that was given is covered wherever it recurs; faces and marks without detail are refused."""

from __future__ import annotations

import io
import math
from functools import cache

import cv2
import matplotlib
import numpy as np
import pytest
from matplotlib import cbook
from PIL import Image, ImageDraw, ImageFont
from test_faces import Shown
from test_faces import detector as faces

from paravent.detect.base import Detection
from paravent.detect.logo import Logo, checked_template
from paravent.detect.quads import shared_area
from paravent.errors import UsageProblem
from paravent.model.geometry import Box

DRAWN = 300


@cache
def crest() -> Image.Image:
    """A made-up club's crest on transparent ground."""
    image = Image.new("RGBA", (DRAWN, DRAWN), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.polygon([(30, 20), (270, 20), (270, 160), (150, 285), (30, 160)], (30, 50, 140), (240, 220, 60), 10)
    pen.line([(40, 30), (230, 240)], (240, 220, 60), 18)
    pen.ellipse((60, 150, 120, 210), (220, 40, 40))
    font = ImageFont.truetype(f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans-Bold.ttf", 70)
    pen.text((160, 40), "EX", font=font, fill=(255, 255, 255))
    star = [(190, 130), (205, 165), (240, 165), (212, 188), (222, 225), (190, 202), (160, 225), (170, 188), (140, 165)]
    pen.polygon(star, (255, 255, 255))
    return image


def file(image: Image.Image, kind: str = "PNG") -> bytes:
    data = io.BytesIO()
    image.save(data, kind)
    return data.getvalue()


def scene(places: list[tuple[int, int, float, float]], tilt: float = 0, size: tuple[int, int] = (800, 600)):
    """Crests at (x, y, side in pixels, angle) before patches of colour, seen at an angle of `tilt`; and their corners."""
    random = np.random.default_rng(4)
    patches = random.integers(40, 220, (size[1] // 20, size[0] // 20, 3), np.uint8)
    picture = cv2.resize(patches, size, interpolation=cv2.INTER_CUBIC).astype(np.float32)
    corners = np.array([[0, 0], [DRAWN, 0], [DRAWN, DRAWN], [0, DRAWN]], np.float32)
    layer = np.asarray(crest()).astype(np.float32)
    quads = []
    for x, y, side, angle in places:
        turn = math.radians(angle)
        axes = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
        flat = (corners - DRAWN / 2) * side / DRAWN * (math.cos(math.radians(tilt)), 1)
        quads.append((flat @ axes + (x, y)).astype(np.float32))
        soft = cv2.GaussianBlur(layer, (0, 0), max(0.3, 0.45 * DRAWN / side))
        seen = cv2.warpPerspective(soft, cv2.getPerspectiveTransform(corners, quads[-1]), size)
        opacity = seen[..., 3:] / 255
        picture = picture * (1 - opacity) + seen[..., :3] * opacity
    return Shown(np.clip(picture + random.normal(0, 3, picture.shape), 0, 255).astype(np.uint8)), quads


def covered(quad: np.ndarray, found: list[Detection]) -> float:
    shared = [shared_area(quad, np.array(one.outline.points, np.float32)) for one in found]
    return max(shared, default=0) / abs(cv2.contourArea(quad))


@pytest.mark.parametrize("tilt", [0, 40])
@pytest.mark.parametrize("angle", [0, 33, 90, 200])
@pytest.mark.parametrize("side", [60, 110, 300])
def test_the_logo_is_found_at_any_size_and_angle(side, angle, tilt):
    picture, quads = scene([(400, 300, side, angle)], tilt)
    found = Logo((file(crest()),)).find(picture)
    assert [one.kind for one in found] == ["logo"]
    assert covered(quads[0], found) > 0.98
    assert found[0].box.area < 3 * side * side


def test_every_one_of_several_is_found():
    picture, quads = scene([(150, 150, 120, 0), (600, 150, 90, 70), (400, 450, 200, -30)])
    found = Logo((file(crest()),)).find(picture)
    assert len(found) == 3
    assert min(covered(quad, found) for quad in quads) > 0.98


def test_nothing_is_found_where_the_logo_is_not():
    logo = Logo((file(crest()),))
    assert logo.find(scene([])[0]) == []
    assert logo.find(scene([(400, 300, 100, 0)])[0], ()) == []
    with Image.open(cbook.get_sample_data("grace_hopper.jpg")) as portrait:
        assert logo.find(Shown(np.asarray(portrait.convert("RGB")))) == []
    assert logo.find(Shown(np.zeros((1, 1, 3), np.uint8))) == []


def test_a_face_is_refused_as_a_logo():
    with (
        Image.open(cbook.get_sample_data("grace_hopper.jpg")) as portrait,
        pytest.raises(UsageProblem, match="never a person"),
    ):
        checked_template(file(portrait, "JPEG"), faces().find)


def test_a_crest_is_taken():
    assert checked_template(file(crest()), faces().find) == file(crest())


def test_a_mark_without_detail_is_refused():
    plain = Image.new("RGB", (300, 300), (200, 40, 30))
    ImageDraw.Draw(plain).polygon([(150, 70), (240, 230), (60, 230)], (255, 255, 255))
    with pytest.raises(UsageProblem, match="too little detail"):
        checked_template(file(plain), lambda _picture: [])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        file(Image.new("RGB", (3, 300))),
        b"\x89PNG\r\n\x1a\n" + bytes(400),
        bytes(20_000_001),
    ],
    ids=["empty", "text", "postscript", "thin", "broken", "huge"],
)
def test_what_is_no_logo_is_refused(data):
    with pytest.raises(UsageProblem):
        checked_template(data, lambda _picture: [Detection(Box(0, 0, 1, 1), 1.0)])
