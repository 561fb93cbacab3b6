"""One set of covered places for all files of a picture: seen in any of them, covered in every one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from paravent.model.decision import DecidedRegion, Decision
from paravent.model.geometry import Ellipse, Polygon, Region, Shape
from paravent.redact.masks import share_within
from paravent.site.families import Family
from paravent.site.placing import Placement

# Pixels of a file that a covering reaches further on each side: sizes are rounded, and a place is found to a pixel or so.
_REACH = 1.5
# What is seen in one file was seen already if so much of its middle is covered: half of an ellipse's width and height,
# which is about the face without what is added around it, and a whole outline.
_MIDDLE, _KNOWN_MIDDLE, _KNOWN_OUTLINE = 0.5, 0.9, 0.6


class Places:
    """What is covered in a family, in pixels of its base."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self._regions: list[Region] = []

    @property
    def any(self) -> bool:
        """Whether anything is covered."""
        return bool(self._regions)

    def add(self, path: str, regions: Iterable[Region]) -> bool:
        """What was seen in one of the files, in its own upright pixels. Whether any of it is new."""
        placement, before = self.family.placements[path], len(self._regions)
        for region in regions:
            moved = replace(region, shape=placement.in_base(region.shape))
            if not self._knows(moved):
                self._regions.append(moved)
        return len(self._regions) > before

    def decision(self, path: str) -> Decision:
        """What is covered in one of the files, in its own upright pixels."""
        return Decision(tuple(_inside(self._regions, self.family.placements[path])))

    def _knows(self, region: Region) -> bool:
        # Of one kind: writing on a shirt is covered otherwise than who wears it.
        known = tuple(one.shape for one in self._regions if one.kind == region.kind)
        if isinstance(region.shape, Ellipse):
            middle = replace(region.shape, rx=region.shape.rx * _MIDDLE, ry=region.shape.ry * _MIDDLE)
            return share_within(middle, known) >= _KNOWN_MIDDLE
        return share_within(region.shape, known) >= _KNOWN_OUTLINE


def _inside(regions: list[Region], placement: Placement) -> Iterator[DecidedRegion]:
    """The regions that reach into a file."""
    width, height = placement.size
    for region in regions:
        shape = _reaching(placement.in_picture(region.shape))
        box = shape.bounds()
        if box.x < width and box.y < height and box.x + box.w > 0 and box.y + box.h > 0:
            yield DecidedRegion(shape, kind=region.kind)


def _reaching(shape: Shape) -> Shape:
    if isinstance(shape, Ellipse):
        return replace(shape, rx=shape.rx + _REACH, ry=shape.ry + _REACH)
    box = shape.bounds()
    middle, factors = (box.x + box.w / 2, box.y + box.h / 2), [1 + 2 * _REACH / max(side, 1.0) for side in (box.w, box.h)]
    return Polygon(
        tuple((middle[0] + (x - middle[0]) * factors[0], middle[1] + (y - middle[1]) * factors[1]) for x, y in shape.points)
    )
