"""Finds a given logo or crest wherever it recurs: a flat, drawn thing with some detail, never a person.

Points of the template (SIFT, Lowe 2004) are matched with those of the picture; matches that agree on where the template's
middle is, how large and how turned (a Hough vote), give an affine place; what is seen there must resemble the template.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paravent.detect import quads
from paravent.detect.base import NOTHING_KNOWN, Context, Detection, Pixels, Viewer
from paravent.detect.quads import Quad
from paravent.errors import UsageProblem
from paravent.i18n.texts import _
from paravent.model.geometry import Box

LONGEST = 2000  # pixels of the longest side of what is looked at; a logo needs about 50 of them
_SIDE = 300  # pixels of the template's longer side as compared
_SIZES = (300, 150, 75, 40)  # in which points of the template are taken: small logos show other points than large ones
_CORNERS = 80  # points that a template needs; fewer are found elsewhere by chance
_ALIKE = 0.85  # cosine of two descriptors (square roots, as in RootSIFT) from which they match
_AGREEING = 5  # points that agree, at least
_CERTAIN, _DOUBT = 0.55, 0.35  # correlation with the template
_MOST = 20  # places of one template in one picture: bounds time
_MARGIN = 0.06  # of the template's sides, covered around it
_LARGEST_SIDE = 8000

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class _Points:
    """places: (n, 4) x, y, size, angle in radians. looks: (n, 128), unit length."""

    places: Floats
    looks: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Template:
    grey: Pixels
    points: _Points


class Logo:
    """Finds logos; belongs to one process and one thread. templates: files that `checked_template` returned."""

    name = "logo"
    again = True

    def __init__(self, templates: tuple[bytes, ...]) -> None:
        cv2.setNumThreads(1)
        self._templates = [_template(_opened(data)) for data in templates]

    def find(
        self, picture: Viewer, within: tuple[Box, ...] | None = None, context: Context = NOTHING_KNOWN
    ) -> list[Detection]:
        """See `detect.base.Detector.find`. What resembles a template only in part is doubtful."""
        del context
        if within is not None and not within:
            return []
        view = picture.view(min(LONGEST, max(picture.width, picture.height)))
        grey = cv2.cvtColor(view, cv2.COLOR_RGB2GRAY)
        factor = min(1.0, LONGEST / max(grey.shape))
        if factor < 1:
            grey = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        points = _points(grey)
        full = np.array([picture.width / grey.shape[1], picture.height / grey.shape[0]], np.float32)
        return [
            _detection(quad * full, likeness)
            for template in self._templates
            for quad, likeness in _places(template, points, grey)
        ]


def checked_template(data: bytes, find_faces: Callable[[Viewer], list[Detection]]) -> bytes:
    """A logo's file, as it was, if it may be used. find_faces: the face detector.

    Raises UsageProblem for what is no readable picture, shows a face, or has too little detail to be told from others.
    """
    image = _opened(data)
    if find_faces(_Shown(np.asarray(_flat(image, max(image.size))))):
        raise UsageProblem(_("the logo shows a face: only things can be covered wherever they recur, never a person"))
    if len(_template(image).points.places) < _CORNERS:
        raise UsageProblem(
            _("the logo has too little detail to be told from other things; give a larger or richer picture")
        )
    return data


class _Shown:
    def __init__(self, pixels: Pixels) -> None:
        self._pixels = np.ascontiguousarray(pixels)
        self.height, self.width = pixels.shape[:2]

    def view(self, longest: int) -> Pixels:
        del longest
        return self._pixels


def _opened(data: bytes) -> Image.Image:
    problem = UsageProblem(_("the logo cannot be read; give a PNG, JPEG or WebP file"))
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as image:
            if not 16 <= min(image.size) <= max(image.size) <= _LARGEST_SIDE:
                raise problem
            return image.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise problem from error


def _flat(image: Image.Image, longest: int) -> Image.Image:
    """On grey where it is transparent, RGB, at most `longest` pixels on the longer side."""
    ground = Image.new("RGBA", image.size, (128, 128, 128, 255))
    flat = Image.alpha_composite(ground, image).convert("RGB")
    flat.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return flat


def _template(image: Image.Image) -> _Template:
    flat = _flat(image, _SIDE)
    grey = np.asarray(flat.convert("L"))
    parts = []
    for side in _SIZES:
        factor = min(1.0, side / max(grey.shape))
        part = _points(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
        part.places[:, :3] /= factor
        parts.append(part)
    return _Template(grey, _Points(np.concatenate([p.places for p in parts]), np.concatenate([p.looks for p in parts])))


def _points(grey: Pixels) -> _Points:
    found, looks = cv2.SIFT_create(nfeatures=12_000, contrastThreshold=0.02).detectAndCompute(grey, None)
    places = np.array([(*point.pt, point.size, math.radians(point.angle)) for point in found], np.float32)
    if looks is None:
        return _Points(np.zeros((0, 4), np.float32), np.zeros((0, 128), np.float32))
    return _Points(places, np.sqrt(looks / np.maximum(looks.sum(axis=1, keepdims=True), 1e-6)))


def _places(template: _Template, seen: _Points, grey: Pixels) -> list[tuple[Quad, float]]:
    """Where the template is seen, and how alike it looks there; most alike first."""
    if not len(seen.places):
        return []
    # Not numpy's product, which starts threads of its own.
    likeness = cv2.gemm(seen.looks, template.points.looks, 1, None, 0, flags=cv2.GEMM_2_T)
    best = likeness.argmax(axis=1)
    matched = likeness[np.arange(len(best)), best] > _ALIKE
    there, here = template.points.places[best[matched]], seen.places[matched]
    found = []
    for agreeing in _agreeing(there, here, np.array(template.grey.shape[::-1], np.float32) * np.float32(0.5)):
        quad = _placed(there[agreeing], here[agreeing], template.grey.shape)
        if quad is not None:
            found.append((quad, _resemblance(template.grey, grey, quad)))
    return _distinct([(quad, alike) for quad, alike in found if alike >= _DOUBT])


def _agreeing(there: Floats, here: Floats, middle: Floats) -> list[NDArray[np.bool_]]:
    """Groups of matches that agree on the template's middle, size and turn, largest first."""
    factor = here[:, 2] / there[:, 2]
    turn = here[:, 3] - there[:, 3]
    arm = (middle - there[:, :2]) * factor[:, None]
    x = here[:, 0] + arm[:, 0] * np.cos(turn) - arm[:, 1] * np.sin(turn)
    y = here[:, 1] + arm[:, 0] * np.sin(turn) + arm[:, 1] * np.cos(turn)
    size = np.log2(factor)
    free = np.ones(len(here), np.bool_)
    groups: list[NDArray[np.bool_]] = []
    while len(groups) < _MOST:
        largest = np.zeros_like(free)
        for i in np.nonzero(free)[0]:
            near = np.hypot(x - x[i], y - y[i]) < 0.35 * float(middle.max()) * factor[i]
            like = (np.abs(size - size[i]) < 0.5) & (np.cos(turn - turn[i]) > 0.92)
            group = free & near & like
            largest = group if group.sum() > largest.sum() else largest
        if len(np.unique(np.round(there[largest, :2] / 12), axis=0)) < _AGREEING:
            break
        groups.append(largest)
        free &= ~largest
    return groups


def _placed(there: Floats, here: Floats, shape: tuple[int, ...]) -> Quad | None:
    """The template's corners in the picture, or None where the matches fit no place."""
    reach = max(3.0, 6 * float(np.median(here[:, 2] / there[:, 2])))
    cv2.setRNGSeed(1)  # the same answer every time
    pairs = np.ascontiguousarray(there[:, :2]), np.ascontiguousarray(here[:, :2])
    affine, inliers = cv2.estimateAffine2D(*pairs, ransacReprojThreshold=reach)
    if affine is None or inliers.sum() < _AGREEING - 1:
        return None
    height, width = shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    quad: Quad = (corners @ affine[:, :2].T + affine[:, 2]).astype(np.float32)
    across, down = quads.sides(quad)
    plausible = min(across, down) >= 12 and quads.area(quad) > 0.25 * across * down
    return quad if plausible and max(across, down) < 6 * min(across, down) * max(width / height, height / width) else None


def _resemblance(template: Pixels, grey: Pixels, quad: Quad) -> float:
    """Correlation of what the quad shows with the template, both smoothed, -1 to 1."""
    size = (64, 64)
    shown = cv2.GaussianBlur(quads.straightened(grey, quad, *size), (0, 0), 1.5)
    wanted = cv2.GaussianBlur(cv2.resize(template, size, interpolation=cv2.INTER_AREA), (0, 0), 1.5)
    return float(np.nan_to_num(np.corrcoef(shown.ravel(), wanted.ravel())[0, 1]))


def _distinct(found: list[tuple[Quad, float]]) -> list[tuple[Quad, float]]:
    kept: list[tuple[Quad, float]] = []
    for quad, alike in sorted(found, key=lambda place: -place[1]):
        if all(quads.shared_area(quad, other) < 0.3 * quads.area(quad) for other, _alike in kept):
            kept.append((quad, alike))
    return kept


def _detection(quad: Quad, alike: float) -> Detection:
    width, height = quads.sides(quad)
    outline = quads.polygon(quads.grown(quad, _MARGIN * width + 2, _MARGIN * height + 2))
    return Detection(outline.bounds(), min(1.0, alike), "logo", doubtful=alike < _CERTAIN, outline=outline)
