"""A crest that no club has, and scenes that show it."""

from __future__ import annotations

import math
from functools import cache

import cv2
import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from detect_kit import Shown

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


def crests(places: list[tuple[int, int, float, float]], tilt: float = 0, size: tuple[int, int] = (800, 600)):
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
