"""Draws the pictures for the demo and the tests: simple scenes with a framed portrait, and metadata that gives things away.

    python scripts/draw_scenes.py FOLDER [--size 1600x1200]

The portrait is that of Rear Admiral Grace Hopper, a work of the United States Navy in the public domain, from the sample
data of matplotlib. Everything else is drawn here. The same call gives the same pixels every time.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from matplotlib import cbook
from PIL import Image, ImageDraw, ImageFilter, ImageFont

import planted_metadata as planted

Color = tuple[int, int, int]
Point = tuple[float, float]
GRASS: Color = (112, 148, 78)
ASPHALT: Color = (142, 142, 146)
WALL: Color = (206, 176, 140)
SAND: Color = (222, 204, 160)
WOOD: Color = (122, 84, 52)


class Canvas:
    """A picture in the making. Places are given as shares of its width and height, 0 to 1, from the upper left."""

    def __init__(self, size: tuple[int, int], seed: int) -> None:
        self.width, self.height = size
        self.random = np.random.default_rng(seed)
        self.image = Image.new("RGB", size)
        self.pen = ImageDraw.Draw(self.image)

    def place(self, *points: Point) -> list[Point]:
        """Shares as pixels."""
        return [(x * self.width, y * self.height) for x, y in points]

    def box(self, x0: float, y0: float, x1: float, y1: float, color: Color) -> None:
        """A filled rectangle."""
        self.pen.rectangle(self.place((x0, y0), (x1, y1)), fill=color)

    def polygon(self, color: Color, *points: Point) -> None:
        """A filled polygon."""
        self.pen.polygon(self.place(*points), fill=color)

    def line(self, color: Color, width: float, *points: Point) -> None:
        """An open line; width as a share of the picture's height."""
        self.pen.line(self.place(*points), fill=color, width=max(1, round(width * self.height)))

    def disc(self, x: float, y: float, radius: float, color: Color) -> None:
        """A filled circle; radius as a share of the picture's height."""
        (cx, cy), r = self.place((x, y))[0], radius * self.height
        self.pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=color)

    def words(self, x: float, y: float, text: str, size: float, color: Color) -> None:
        """Lettering with its middle at (x, y)."""
        font = ImageFont.load_default(max(8, round(size * self.height)))
        self.pen.text(self.place((x, y))[0], text, font=font, fill=color, anchor="mm")

    def sky(self, horizon: float, top: Color = (92, 146, 206), bottom: Color = (206, 226, 240)) -> None:
        """A vertical gradient down to `horizon`."""
        rows = max(1, round(horizon * self.height))
        mix = np.linspace(0, 1, rows)[:, None, None]
        pixels = (1 - mix) * np.array(top) + mix * np.array(bottom)
        strip = np.broadcast_to(pixels, (rows, self.width, 3)).astype(np.uint8)
        self.image.paste(Image.fromarray(strip), (0, 0))

    def tree(self, x: float, foot: float, height: float) -> None:
        """A broad-leaved tree."""
        self.box(x - 0.008, foot - height * 0.5, x + 0.008, foot, WOOD)
        for _ in range(60):
            dx, dy = self.random.normal(0, 0.2 * height, 2)
            green = int(self.random.integers(84, 140))
            self.disc(x + dx * 0.6, foot - 0.7 * height + dy * 0.7, height * 0.1, (green // 2, green, 48))

    def portrait(self, x: float, y: float, height: float, angle: float = 0.0) -> None:
        """The framed portrait with its middle at (x, y); `height` as a share of the picture's; turned by `angle`."""
        tall = round(height * self.height)
        edge = max(3, tall // 24)
        picture = hopper().resize((round(tall * 512 / 600), tall), Image.Resampling.LANCZOS)
        frame = Image.new("RGBA", (picture.width + 2 * edge, tall + 2 * edge), (*WOOD, 255))
        frame.paste(picture, (edge, edge))
        frame = frame.rotate(angle, Image.Resampling.BICUBIC, expand=True)
        cx, cy = self.place((x, y))[0]
        self.image.paste(frame, (round(cx - frame.width / 2), round(cy - frame.height / 2)), frame)

    def finished(self) -> Image.Image:
        """The picture with the grain of a camera, so that it compresses and detects like a photo."""
        soft = np.asarray(self.image.filter(ImageFilter.GaussianBlur(0.8)), dtype=np.float32)
        grain = self.random.normal(0, 2.5, (self.height, self.width, 1)).astype(np.float32)
        return Image.fromarray(np.clip(soft + grain, 0, 255).astype(np.uint8))


@cache
def hopper() -> Image.Image:
    """The portrait: RGB, 512 x 600."""
    with Image.open(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)) as picture:
        return picture.convert("RGB")


def school_yard(canvas: Canvas) -> None:
    """A school building, trees, a hopscotch, and a portrait on an easel."""
    canvas.sky(0.45)
    canvas.box(0, 0.4, 1, 1, ASPHALT)
    canvas.box(0.05, 0.12, 0.62, 0.55, WALL)
    canvas.polygon((150, 78, 62), (0.03, 0.13), (0.12, 0.04), (0.55, 0.04), (0.64, 0.13))
    for column in range(6):
        for row in (0.18, 0.34):
            canvas.box(0.09 + column * 0.085, row, 0.145 + column * 0.085, row + 0.1, (96, 124, 148))
    canvas.box(0.29, 0.455, 0.37, 0.55, WOOD)
    canvas.words(0.33, 0.305, "SCHOOL OF PORT-EXEMPLE", 0.024, (70, 52, 40))
    for x in (0.7, 0.9):
        canvas.tree(x, 0.56, 0.4)
    for step in range(6):
        y = 0.66 + step * 0.05
        canvas.line((236, 236, 228), 0.004, (0.12, y), (0.12 + 0.1, y), (0.22, y + 0.05), (0.12, y + 0.05), (0.12, y))
        canvas.words(0.17, y + 0.025, str(step + 1), 0.03, (236, 236, 228))
    canvas.line(WOOD, 0.012, (0.53, 0.98), (0.62, 0.5), (0.72, 0.98))
    canvas.portrait(0.62, 0.68, 0.42)


def promenade(canvas: Canvas) -> None:
    """The sea, sand, an awning, and a stand that sells portraits."""
    canvas.sky(0.4, (70, 150, 214), (220, 236, 240))
    canvas.box(0, 0.38, 1, 0.56, (52, 118, 150))
    for wave in range(7):
        canvas.line((150, 196, 208), 0.003, (0, 0.41 + wave * 0.022), (1, 0.405 + wave * 0.023))
    canvas.box(0, 0.54, 1, 0.72, SAND)
    canvas.box(0, 0.72, 1, 1, (176, 164, 150))
    for plank in range(12):
        canvas.line((150, 138, 124), 0.003, (plank / 11, 0.72), (plank / 11 * 1.6 - 0.3, 1))
    canvas.polygon((246, 246, 240), (0.15, 0.36), (0.19, 0.2), (0.22, 0.36))
    canvas.box(0.5, 0.3, 0.52, 0.9, WOOD)
    canvas.box(0.93, 0.3, 0.95, 0.9, WOOD)
    for stripe in range(8):
        color = (196, 70, 60) if stripe % 2 else (244, 240, 228)
        left = 0.47 + stripe * 0.0638
        canvas.polygon(color, (left, 0.32), (left + 0.0638, 0.32), (left + 0.06, 0.22), (left + 0.004, 0.22))
    canvas.box(0.5, 0.76, 0.95, 0.9, (226, 214, 188))
    canvas.words(0.725, 0.83, "PORTRAITS", 0.05, (90, 66, 48))
    canvas.portrait(0.62, 0.55, 0.33)
    canvas.portrait(0.84, 0.55, 0.25)


def class_room(canvas: Canvas) -> None:
    """A board with a sum, a shelf, desks, and a portrait on the wall."""
    canvas.box(0, 0, 1, 0.7, (226, 220, 200))
    canvas.box(0, 0.68, 1, 1, (164, 130, 96))
    canvas.box(0.06, 0.14, 0.56, 0.5, WOOD)
    canvas.box(0.07, 0.155, 0.55, 0.485, (44, 82, 66))
    canvas.words(0.31, 0.26, "7 x 8 = 56", 0.08, (232, 236, 228))
    canvas.words(0.31, 0.39, "Friday: museum", 0.05, (232, 236, 228))
    canvas.portrait(0.75, 0.33, 0.36)
    for index in range(16):
        shade = int(canvas.random.integers(70, 190))
        canvas.box(0.62 + index * 0.018, 0.57, 0.634 + index * 0.018, 0.68, (shade, 90 + shade // 3, 200 - shade // 2))
    for left in (0.06, 0.4, 0.72):
        canvas.polygon((196, 160, 112), (left, 0.8), (left + 0.03, 0.74), (left + 0.22, 0.74), (left + 0.25, 0.8))
        canvas.box(left + 0.01, 0.8, left + 0.03, 0.98, (92, 92, 96))
        canvas.box(left + 0.22, 0.8, left + 0.24, 0.98, (92, 92, 96))


def exhibition(canvas: Canvas) -> None:
    """A wall of portraits in five sizes, two of them hung askew."""
    canvas.box(0, 0, 1, 0.82, (188, 196, 200))
    canvas.box(0, 0.8, 1, 1, (128, 108, 92))
    for x, y, height, angle in (
        (0.19, 0.38, 0.5, 0),
        (0.49, 0.32, 0.3, 12),
        (0.69, 0.44, 0.2, -18),
        (0.82, 0.28, 0.14, 0),
        (0.91, 0.5, 0.1, 0),
    ):
        canvas.portrait(x, y, height, angle)
    canvas.words(0.5, 0.7, "PIONEERS OF COMPUTING", 0.035, (80, 84, 92))


def lake(canvas: Canvas) -> None:
    """Mountains, a lake, trees; nobody there."""
    canvas.sky(0.5, (120, 160, 206), (238, 224, 206))
    peaks = [(0.0, 0.44), (0.16, 0.2), (0.28, 0.36), (0.46, 0.12), (0.62, 0.36), (0.8, 0.22), (1.0, 0.42)]
    canvas.polygon((112, 124, 148), (0, 0.56), *peaks, (1, 0.56))
    canvas.polygon((236, 238, 242), (0.41, 0.187), (0.46, 0.12), (0.505, 0.188), (0.46, 0.17))
    canvas.box(0, 0.54, 1, 0.8, (74, 122, 146))
    for _ in range(26):
        x, y = canvas.random.uniform(0, 0.9), canvas.random.uniform(0.56, 0.78)
        canvas.line((136, 172, 188), 0.002, (x, y), (x + 0.08, y))
    canvas.box(0, 0.78, 1, 1, GRASS)
    for x in (0.06, 0.16, 0.87, 0.95):
        canvas.tree(x, 0.86, 0.42)


def market(canvas: Canvas) -> None:
    """A market stall with fruit, and a portrait on the shop's wall."""
    canvas.box(0, 0, 1, 0.7, (172, 146, 128))
    canvas.box(0, 0.7, 1, 1, (150, 148, 146))
    canvas.box(0.08, 0.1, 0.5, 0.62, (92, 66, 50))
    canvas.portrait(0.29, 0.36, 0.26)
    canvas.polygon((60, 120, 96), (0.54, 0.2), (0.98, 0.2), (0.94, 0.08), (0.58, 0.08))
    canvas.words(0.76, 0.14, "FRUIT", 0.06, (240, 236, 220))
    canvas.box(0.56, 0.5, 0.96, 0.86, WOOD)
    colors: tuple[Color, ...] = ((206, 60, 48), (232, 168, 56), (126, 166, 62))
    for crate, color in enumerate(colors):
        for _ in range(40):
            x, y = canvas.random.uniform(0, 0.11), canvas.random.uniform(0, 0.1)
            canvas.disc(0.575 + crate * 0.13 + x, 0.52 + y, 0.018, color)


def poster(canvas: Canvas) -> None:
    """A notice for a school fair."""
    canvas.box(0, 0, 1, 1, (244, 232, 204))
    canvas.box(0.04, 0.04, 0.96, 0.16, (60, 96, 130))
    canvas.words(0.5, 0.1, "SCHOOL FAIR", 0.07, (250, 246, 230))
    canvas.portrait(0.5, 0.5, 0.5)
    canvas.words(0.5, 0.84, "Saturday, from ten to four", 0.045, (60, 60, 60))
    canvas.words(0.5, 0.91, "write to fair@school.example", 0.035, (60, 60, 60))


EVERYTHING = planted.Planted()


@dataclass(frozen=True, slots=True)
class Picture:
    """One file of the album. kind: the Pillow format. tall: higher than wide. options: for Pillow's `save`."""

    name: str
    draw: Callable[[Canvas], None]
    kind: str = "JPEG"
    plants: planted.Planted = EVERYTHING
    options: tuple[tuple[str, int | bool], ...] = ()
    tall: bool = False


ALBUM = (
    Picture("IMG_2041.JPG", school_yard, options=(("subsampling", 2),)),
    Picture("IMG_2042.JPG", promenade, plants=planted.Planted(video=True), options=(("subsampling", 1),)),
    Picture("Camille in class 2026-06-12.jpg", class_room, plants=planted.Planted(person=True)),
    Picture("IMG_2043.JPG", market, plants=planted.Planted(orientation=6), tall=True),
    Picture("IMG_2044.JPG", lake, plants=planted.Planted(owner=False)),
    Picture("Museum/IMG_2045.JPG", exhibition, options=(("progressive", True), ("subsampling", 0))),
    Picture("Museum/IMG_2046.webp", promenade, "WEBP", planted.Planted(person=True), (("quality", 88),)),
    Picture("Fair/poster Robin.png", poster, "PNG", tall=True),
)


def draw(picture: Picture, size: tuple[int, int] = (1600, 1200)) -> Image.Image:
    """The picture as a person sees it, RGB; `size` is (width, height), turned for tall ones."""
    canvas = Canvas(size[::-1] if picture.tall else size, seed=ALBUM.index(picture) + 1)
    picture.draw(canvas)
    return canvas.finished()


def write(picture: Picture, folder: Path, size: tuple[int, int] = (1600, 1200)) -> Path:
    """Draw it and write it below `folder`, with everything planted in it."""
    path = folder / picture.name
    path.parent.mkdir(parents=True, exist_ok=True)
    image, options = draw(picture, size), dict(picture.options)
    if picture.plants.orientation == 6:
        image = image.transpose(Image.Transpose.ROTATE_90)
    if picture.kind == "PNG":
        image.save(path, "PNG", pnginfo=planted.text_chunks(), **options)
        return path
    exif = b"Exif\0\0" + planted.exif(picture.plants, image)
    xmp = {"xmp": planted.xmp()} if picture.plants.person else {}
    image.save(path, picture.kind, exif=exif, **xmp, **{"quality": 90, **options})
    if picture.plants.video:
        path.write_bytes(path.read_bytes() + planted.video())
    return path


def _size(text: str) -> tuple[int, int]:
    width, height = text.lower().split("x")
    return int(width), int(height)


def main(arguments: list[str]) -> None:
    """Write the whole album."""
    parser = argparse.ArgumentParser(description="Draws the demo pictures.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=_size, default=(1600, 1200), help="WIDTHxHEIGHT, 1600x1200 by default")
    options = parser.parse_args(arguments)
    for picture in ALBUM:
        print(write(picture, options.folder, options.size))


if __name__ == "__main__":
    main(sys.argv[1:])
