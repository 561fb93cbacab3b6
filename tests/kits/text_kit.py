"""Draws scenes with lettering: signs, shirts, number plates, name tags; and says which pixels are ink and what identifies.

Numbers are those reserved for fiction, addresses end in `.example` or name made-up places, people do not exist.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import matplotlib
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from paravent.detect.base import Context, Detection, Pixels
from paravent.model.geometry import Box, Polygon
from paravent.redact.masks import union_mask

Color = tuple[int, int, int]
Random = np.random.Generator

# Each row: lines of one sign.
IDENTIFYING = [
    ["Tél. 01 99 00 12 34"],
    ["06 39 98 12 34"],
    ["+44 20 7946 0958"],
    ["Call 020 7946 0018"],
    ["(555) 555-0123"],
    ["lea.exemple@mail.example"],
    ["contact@club.example"],
    ["www.ecole.example"],
    ["https://club.example"],
    ["@lea_exemple"],
    ["Née le 3 mai 2015"],
    ["Born 12 June 2014"],
    ["DOB 03/05/2015"],
    ["12 rue des Lilas"],
    ["12 bis avenue du Port", "75999 Exempleville"],
    ["RUE DES TILLEULS"],
    ["221B Example Street"],
    ["Maple Close"],
    ["14 Example Road", "Exampleton"],
    ["École Jules-Exemple"],
    ["ÉCOLE MATERNELLE", "JULES EXEMPLE"],
    ["Collège Exemple"],
    ["Lycée Marie Exemple"],
    ["Example Primary School"],
    ["Judo Club Exempleville"],
    ["FC EXEMPLEVILLE"],
    ["Exampleton United"],
]
HARMLESS = [
    ["SORTIE"],
    ["EXIT"],
    ["PARKING"],
    ["Boulangerie"],
    ["Fresh bread"],
    ["NO ENTRY"],
    ["Bibliothèque"],
    ["SOLDES -50%"],
    ["Ouvert 9h-19h", "sauf lundi"],
    ["Bienvenue"],
    ["Crème glacée 2,50"],
    ["Menu du jour", "12,50"],
    ["STOP"],
    ["Eau potable"],
    ["SLOW", "SCHOOL"],
    ["Toilettes"],
    ["Happy birthday"],
    ["Joyeux anniversaire"],
    ["Cinéma"],
    ["POLICE"],
    ["Chambre 204"],
    ["Piscine"],
    ["Do not feed", "the ducks"],
    ["Bus 42"],
    ["Premier prix"],
    ["Tirez"],
    ["PUSH"],
    ["1 km"],
    ["Merci beaucoup"],
]
WORDS = ("Exempleville", "Les Écureuils")  # a user's list
LISTED = [["Fête d'Exempleville"], ["LES ÉCUREUILS"]]
NAMES = ("Léa Exemple",)  # in the metadata
NAMED = [["Bravo Léa"], ["EXEMPLE"]]
SHIRTS = [
    ["DRAGONS"],
    ["LÉA", "7"],
    ["Summer camp"],
    ["42"],
    ["TEAM BLUE"],
    ["Les Loups"],
    ["Handball"],
    ["I love", "pizza"],
]
TAGS = [["Léa E."], ["Tom"], ["Hello", "Sam"], ["Visiteur 12"], ["Mme Exemple"], ["CM1 B"]]
PLATES = ["AB-123-CD", "FX-456-KL", "AB12 CDE", "1234 AB 75", "B-AB 1234", "1-ABC-123", "1234 BCD", "AA 123 AA"]


@dataclass(frozen=True)
class Item:
    """One line of lettering. letters: height of a capital in pixels. ink: where its strokes are, (h, w) bool."""

    text: str
    identifies: bool
    sort: str
    letters: float
    angle: float
    ink: NDArray[np.bool_]


@dataclass(frozen=True)
class Scene:
    """RGB (h, w, 3), what is written there, and what detectors before the one for text have seen."""

    pixels: Pixels
    items: tuple[Item, ...]
    context: Context


def fonts() -> list[Path]:
    """DejaVu from matplotlib, and what packages offer through the entry point that font packages share."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    kinds = ("Sans", "Sans-Bold", "Sans-BoldOblique", "Serif", "Serif-Bold", "SansMono-Bold")
    found = [folder / f"DejaVu{kind}.ttf" for kind in kinds]
    for entry in sorted(entry_points(group="fonts_ttf"), key=lambda entry: entry.name):
        offered = entry.load()
        found += [Path(offered[name]) for name in sorted(offered) if "Thin" not in name and "ExtraLight" not in name][:4]
    return found


@dataclass
class _Drawing:
    random: Random
    picture: NDArray[np.float64]
    fonts: Sequence[Path]
    items: list[Item] = field(default_factory=list)
    seen: list[Detection] = field(default_factory=list)

    @property
    def size(self) -> tuple[int, int]:
        return self.picture.shape[1], self.picture.shape[0]


def scene(
    seed: int,
    sort: str,
    letters: float,
    angle: float = 0.0,
    size: tuple[int, int] = (1200, 900),
    blur: float = 0.5,
    more_fonts: Sequence[Path] = (),
) -> Scene:
    """One object with lettering. sort: "sign", "harmless", "listed", "named", "shirt", "tag" or "plate".

    letters: height of a capital in pixels. angle: degrees, anticlockwise, of the object and what is written on it.
    """
    random = np.random.default_rng(seed)
    drawing = _Drawing(random, _background(random, size), more_fonts or fonts()[:6])
    middle = (size[0] * random.uniform(0.4, 0.6), size[1] * random.uniform(0.4, 0.6))
    if sort in ("shirt", "tag"):
        _figure(drawing, sort, middle, letters, angle)
    elif sort == "plate":
        _panel(drawing, [_any(random, PLATES)], sort, middle, letters, angle, ((20, 20, 30), (245, 245, 240)))
    else:
        rows = {"sign": IDENTIFYING, "harmless": HARMLESS, "listed": LISTED, "named": NAMED}[sort]
        _panel(drawing, _any(random, rows), sort, middle, letters, angle, _colors(random))
    noisy = np.clip(drawing.picture + random.normal(0, 3, drawing.picture.shape), 0, 255).astype(np.uint8)
    file = BytesIO()
    Image.fromarray(noisy).filter(ImageFilter.GaussianBlur(blur)).save(file, "JPEG", quality=88)
    return Scene(np.array(Image.open(file)), tuple(drawing.items), Context(tuple(drawing.seen), NAMES))


def share_covered(item: Item, found: Sequence[Detection]) -> float:
    """Share of the ink below the outlines of what was found."""
    height, width = item.ink.shape
    painted = union_mask(tuple(text.outline for text in found if text.outline), width, height)
    return float((painted & item.ink).sum() / item.ink.sum())


def _any(random: Random, rows: Sequence[Any]) -> Any:
    return rows[int(random.integers(len(rows)))]


def _background(random: Random, size: tuple[int, int]) -> NDArray[np.float64]:
    """Patches of colour at three scales, as of a wall, leaves, gravel."""
    picture = np.full((size[1], size[0], 3), random.uniform(70, 190, 3))
    for cell, strength in ((200, 45), (40, 20), (7, 12)):
        patches = random.normal(0, strength, (size[1] // cell + 2, size[0] // cell + 2, 3)).astype(np.float32)
        picture += cv2.resize(patches, size, interpolation=cv2.INTER_CUBIC)
    return np.clip(picture, 0, 255)


def _colors(random: Random) -> tuple[Color, Color]:
    """Ink and ground that a person can tell apart well."""
    while True:
        ink, ground = random.integers(0, 256, 3), random.integers(0, 256, 3)
        if abs(float(np.dot(ink - ground, (0.3, 0.6, 0.1)))) > 90:
            return tuple(ink.tolist()), tuple(ground.tolist())


def _figure(drawing: _Drawing, sort: str, middle: tuple[float, float], letters: float, angle: float) -> None:
    """A person from the front with lettering on the chest; seen as a whole person or only by the face."""
    random = drawing.random
    rows = _any(random, SHIRTS if sort == "shirt" else TAGS)
    unit = max(letters * (0.75 if sort == "shirt" else 1.6) * max(len(row) for row in rows), 60.0)  # width of the torso
    x, y = middle
    torso, trousers, skin = (tuple(random.uniform(30, 230, 3)) for _ in range(3))
    half = [(0.55, -0.7), (0.95, 0.6), (0.75, 0.65), (0.5, 0.0), (0.5, 2.2)]
    body = [(-0.55, -0.7), *half, *((-a, b) for a, b in half[:0:-1])]
    turn = math.radians(-angle)
    turned = [
        (x + unit * (a * math.cos(turn) - b * math.sin(turn)), y + unit * (a * math.sin(turn) + b * math.cos(turn)))
        for a, b in body
    ]
    head = (x + unit * 1.05 * math.sin(turn), y - unit * 1.05 * math.cos(turn))
    picture = Image.fromarray(drawing.picture.astype(np.uint8))
    pen = ImageDraw.Draw(picture)
    color = tuple(int(c) for c in torso)
    pen.polygon(turned, fill=color)
    pen.polygon([turned[4], turned[5], turned[6], turned[7]], fill=color)
    legs = [turned[5], turned[6], _between(turned[6], turned[7], 0.4), _between(turned[5], turned[4], 0.4)]
    pen.polygon(legs, fill=tuple(int(c) for c in trousers))
    r = 0.3 * unit
    pen.ellipse((head[0] - r, head[1] - r * 1.2, head[0] + r, head[1] + r * 1.2), fill=tuple(int(c) for c in skin))
    drawing.picture = np.asarray(picture).astype(np.float64)
    face = Box(head[0] - r, head[1] - 1.2 * r, 2 * r, 2.4 * r)
    drawing.seen.append(Detection(face, 0.9, landmarks=_landmarks(face, turn)))
    if random.random() < 0.5:
        outline = Polygon(tuple(turned))
        drawing.seen.append(Detection(outline.bounds(), 0.9, "person", outline=outline))
    ink = (20, 20, 20) if sum(torso) > 380 else (245, 245, 245)
    if sort == "shirt":
        _panel(drawing, rows, sort, middle, letters, angle, (ink, color), frame=False)
    else:
        chest = (x + unit * 0.15 * math.cos(turn), y + unit * 0.15 * math.sin(turn))
        _panel(drawing, rows, sort, chest, letters, angle, ((20, 20, 60), (250, 250, 250)))


def _between(a: tuple[float, float], b: tuple[float, float], share: float) -> tuple[float, float]:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _landmarks(face: Box, turn: float) -> tuple[tuple[float, float], ...]:
    x, y, unit = face.x + face.w / 2, face.y + face.h / 2, face.w
    spots = [(-0.2, -0.1), (0.2, -0.1), (0, 0.1), (-0.15, 0.3), (0.15, 0.3)]
    return tuple(
        (x + unit * (a * math.cos(turn) - b * math.sin(turn)), y + unit * (a * math.sin(turn) + b * math.cos(turn)))
        for a, b in spots
    )


def _panel(
    drawing: _Drawing,
    rows: Sequence[str],
    sort: str,
    middle: tuple[float, float],
    letters: float,
    angle: float,
    colors: tuple[Color, Color],
    frame: bool = True,
) -> None:
    """Lines of lettering on a ground of their own, turned by `angle`; drawn large and scaled down."""
    drawn_letters = 60.0
    font = _font(_any(drawing.random, drawing.fonts), drawn_letters)
    widths = [font.getlength(row) for row in rows]
    line, edge = drawn_letters * 1.9, drawn_letters * 0.8
    width, height = int(max(widths) + 2 * edge), int(line * len(rows) + edge)
    ground = Image.new("RGBA", (width, height), (*colors[1], 255 if frame else 0))
    layers = []
    for i, (row, extent) in enumerate(zip(rows, widths, strict=True)):
        layer = Image.new("L", (width, height))
        at = ((width - extent) / 2, edge / 2 + line * (i + 0.5))
        ImageDraw.Draw(layer).text(at, row, font=font, fill=255, anchor="lm")
        ground.paste((*colors[0], 255), mask=layer)
        layers.append(layer)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, letters / drawn_letters)
    matrix[:, 2] += np.array(middle) - (width / 2, height / 2)
    panel = _placed(np.asarray(ground).astype(np.float32), matrix, letters / drawn_letters, drawing.size)
    opacity = panel[..., 3:] / 255
    drawing.picture = drawing.picture * (1 - opacity) + panel[..., :3] * opacity
    for row, layer in zip(rows, layers, strict=True):
        ink = _placed(np.asarray(layer).astype(np.float32), matrix, letters / drawn_letters, drawing.size) > 100
        drawing.items.append(Item(row, sort != "harmless", sort, letters, angle, ink))


def _font(path: Path, capitals: float) -> ImageFont.FreeTypeFont:
    """The font in the size in which a capital is so many pixels high."""
    trial = ImageFont.truetype(str(path), 100)
    top, bottom = trial.getbbox("H")[1::2]
    return ImageFont.truetype(str(path), round(100 * capitals / (bottom - top)))


def _placed(
    layer: NDArray[np.float32], matrix: NDArray[np.float64], factor: float, size: tuple[int, int]
) -> NDArray[np.float32]:
    """A layer moved into the scene; smoothed first, so that scaling down does not alias. Colour is weighted by opacity."""
    if layer.ndim == 3:
        layer = np.dstack([layer[..., :3] * layer[..., 3:] / 255, layer[..., 3]])
    if factor < 1:
        layer = cv2.GaussianBlur(layer, (0, 0), 0.45 / factor)
    placed: NDArray[np.float32] = cv2.warpAffine(layer, matrix, size, flags=cv2.INTER_LINEAR)
    if layer.ndim == 3:
        placed[..., :3] /= np.maximum(placed[..., 3:] / 255, 1e-3)
    return placed
