"""The first look: which way up the faces of a picture are, and everything that may be a face.

Faces that stand upright in the file as it shows itself are the rule. But pictures lie on their side without saying so, and
people lie, tumble and hang upside down. A glance with each side up tells: the network knows few faces that it sees turned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

import numpy as np

from paravent.detect.base import Detection, Pixels, Viewer
from paravent.detect.faces import scales
from paravent.detect.faces.network import Candidates, Floats, Network, overlapping, suppressed, unique
from paravent.detect.faces.scales import Look
from paravent.detect.faces.second_look import rescored
from paravent.detect.faces.turning import QUARTERS, boxes_turned_back, turned, turned_back, way_up
from paravent.detect.faces.yunet import Guide
from paravent.model.geometry import Box

Guides: TypeAlias = Callable[[Viewer], list[Look]]  # the looks of the guide at a picture

_LEAST = 0.08  # below this the first look sees nothing worth a second
FAINTEST = 0.03  # below this a look does not hint at anything that a closer one might show
# Below _HINT the guide hints at nothing: of 2,629 faces of 13 pixels or more, as shown to it, 13 score less. Smaller ones
# count from _FAINT_HINT, but where it sees the picture at its own size.
_HINT, _FAINT_HINT, _TINY = 0.05, 0.02, 13
OVERLAP = 0.3  # intersection over union from which two detections are one face

_EVIDENCE = 0.35  # score from which a face says which way up it is
_UPRIGHT = 1.05  # so many times what it is worth counts a face that is upright as the file shows itself
# Another way up is looked at closely where _SHARE of all evidence is best seen so, and after a second look one face with
# _ALONE or two with _TOGETHER. Hair around a covered face, say, looks like a face on its side.
_ALONE, _TOGETHER = 0.7, 0.5
_SHARE = 0.3
# A picture whose faces are all too small for a glance lies as the file says if one scores so much; else it is turned.
_SURE = 0.6


def first_look(
    network: Network, guide: Guide, picture: Viewer, within: tuple[Box, ...] | None
) -> tuple[list[Candidates], list[int]]:
    """What may be a face, for each way up (`turning.QUARTERS`), in full-size upright pixels; and the ways up of faces.

    The way up of most of them comes first; it is 0 if none is certain.

    All ways up get a glance, the rest of the looks as the file shows itself and those ways up that the glance found faces
    in. Where it found none, closer looks decide. within: see `detect.base.Detector.find`.
    """
    looks = scales.looks(picture)
    seen = _FirstLook(network, guide, picture, within)
    seen.glance(QUARTERS)
    chosen = seen.ways_up()
    if within is None and not chosen:
        seen.look([scales.whole(picture, min(scales.LONGEST))], QUARTERS)
        chosen = seen.ways_up()
    seen.look(looks, (0, *chosen))
    if within is None and not chosen and seen.ways[0].scores.max(initial=0) < _SURE:
        seen.look([scales.closest_turned(picture, looks)], QUARTERS[1:])
        chosen = seen.ways_up()
        seen.look(looks, chosen)
    return seen.ways, chosen or [0]


def look_again(
    network: Network, guide: Guide, picture: Viewer, within: tuple[Box, ...] | None, found: Sequence[Detection]
) -> tuple[list[Candidates], list[int]]:
    """As `first_look`, of a covered picture; found: what was seen before, which says which way up its faces are."""
    evidence = {0: 0.0}
    for one in found:
        if one.landmarks:
            way = way_up(one.landmarks)
            evidence[way] = evidence.get(way, 0.0) + one.score
    enough = _SHARE * sum(evidence.values())
    ways = sorted((way for way in evidence if way == 0 or evidence[way] >= enough), key=lambda way: -evidence[way])
    looks = scales.looks(picture)
    seen = _FirstLook(network, guide, picture, within)
    seen.glance(evidence)
    seen.look(looks, ways)
    return seen.ways, ways


class _FirstLook:
    """What was seen of one picture so far, for each way up."""

    def __init__(self, network: Network, guide: Guide, picture: Viewer, within: tuple[Box, ...] | None) -> None:
        self._glanced = [Candidates.joined([]) for _ in QUARTERS]
        self._closer = [Candidates.joined([]) for _ in QUARTERS]
        self._network, self._guide, self._picture = network, guide, picture
        self._guides: dict[Guides, list[Look]] = {}
        self._known_hints: dict[tuple[int, Guides], Floats] = {}
        self._within = None if within is None else _corners(within)
        self._done: set[tuple[Look, int]] = set()

    @property
    def ways(self) -> list[Candidates]:
        """Everything seen, for each way up. A face that closer looks are certain of has their box: it is tighter."""
        return [_joined_to(closer, glanced) for closer, glanced in zip(self._closer, self._glanced, strict=True)]

    def glance(self, quarters: Iterable[int]) -> None:
        """Look small, with each of some sides up."""
        look = scales.whole(self._picture, scales.GLANCE)
        self._look(look, quarters, self._glanced, peaks=True)

    def ways_up(self) -> list[int]:
        """The ways up in which faces are certain, that of most of them first."""
        found = Candidates.joined(self.ways)
        which = np.repeat(QUARTERS, [len(way) for way in self.ways])
        worth = found.scores * np.where(which == 0, np.float32(_UPRIGHT), np.float32(1))
        best = unique(found.boxes, worth, OVERLAP)
        best = best[found.scores[best] >= _EVIDENCE]
        evidence = np.bincount(which[best], worth[best], minlength=len(QUARTERS))
        enough = [way for way in QUARTERS if evidence[way] > 0 and evidence[way] >= _SHARE * evidence.sum()]
        likely = [way for way in enough if way == 0 or self._is_way_up(way, found.take(best[which[best] == way]))]
        return sorted(likely, key=lambda way: -evidence[way])

    def _is_way_up(self, way: int, found: Candidates) -> bool:
        strong = found.take(found.scores >= _TOGETHER)
        if not len(strong):
            return False
        scores = rescored(self._network, self._picture, strong, way)
        return bool((scores >= _ALONE).any() or (scores >= _TOGETHER).sum() > 1)

    def look(self, looks: Iterable[Look], quarters: Iterable[int]) -> None:
        """Take those looks that were not taken yet."""
        for look in looks:
            self._look(look, quarters, self._closer)

    def _look(self, look: Look, quarters: Iterable[int], ways: list[Candidates], *, peaks: bool = False) -> None:
        new = [way for way in dict.fromkeys(quarters) if (look, way) not in self._done]
        self._done.update((look, way) for way in new)
        for part, shown in self._parts(look, new):
            pixels = scales.seen(self._picture, part)
            for way in shown:
                ways[way] = joined([ways[way], looked(self._network, pixels, part, way, _LEAST, hints=peaks)])

    def _parts(self, look: Look, quarters: Sequence[int]) -> Iterator[tuple[Look, Sequence[int]]]:
        """What of a look is worth while, and with which sides up."""
        if self._within is not None:
            yield from ((part, quarters) for part in scales.windows(look, self._within))
        elif not look.guided:
            yield look, quarters
        else:
            for way in quarters:
                yield from ((part, (way,)) for part in scales.windows(look, self._hinted(look, way)))

    def _hinted(self, look: Look, way: int) -> Floats:
        """Where the guide hints at a face, for a look with one side up.

        (n, 4) left, top, right, bottom, full-size pixels.
        """
        hinted = self._hints(way, scales.guides, _TINY)
        if look.larger:
            return hinted
        return np.concatenate([hinted, self._hints(way, scales.closer_guides, 0)])

    def _hints(self, way: int, guides: Guides, tiny: int) -> Floats:
        """What the guide hints at in some looks; as `_hinted`. tiny: see `hints`."""
        if (way, guides) not in self._known_hints:
            if guides not in self._guides:
                self._guides[guides] = guides(self._picture)
            seen = [hints(self._guide, self._picture, look, way, tiny) for look in self._guides[guides]]
            self._known_hints[way, guides] = np.concatenate([np.zeros((0, 4), np.float32), *seen])
        return self._known_hints[way, guides]


def _joined_to(closer: Candidates, glanced: Candidates) -> Candidates:
    certain = closer.take(closer.scores >= _EVIDENCE)
    new = [not overlapping(box, certain.boxes, OVERLAP).any() for box in glanced.boxes]
    return joined([closer, glanced.take(np.array(new, np.bool_))])


def looked(network: Network, pixels: Pixels, look: Look, way: int, least: float, *, hints: bool = False) -> Candidates:
    """What scores at least `least` in one look with one side up, in full-size upright pixels, overlaps merged.

    pixels: what the look shows (`scales.seen`). hints: only where no cell beside scores higher, for so faint a threshold,
    or so small a look, that most of the picture is above it.
    """
    height, width = pixels.shape[:2]
    (candidates,) = network.candidates(turned(pixels, way)[None], least, peaks=hints)
    upright = turned_back(suppressed(candidates, OVERLAP), way, width, height)
    return upright.moved(1 / look.factor, look.window.x, look.window.y)


def hints(guide: Guide, picture: Viewer, look: Look, way: int, tiny: int) -> Floats:
    """Where the guide sees a sign of a face in one look with one side up; see `_FirstLook._hinted`.

    tiny: pixels, as shown, below which the faintest sign counts.
    """
    pixels = scales.seen(picture, look)
    height, width = pixels.shape[:2]
    ((boxes, scores),) = guide.seen(turned(pixels, way)[None], _FAINT_HINT)
    enough = (scores >= _HINT) | ((boxes[:, 2:] - boxes[:, :2]).max(axis=1) < tiny)
    upright = boxes_turned_back(boxes[enough], way, width, height)
    return upright / np.float32(look.factor) + np.array([look.window.x, look.window.y] * 2, np.float32)


def _corners(boxes: tuple[Box, ...]) -> Floats:
    """Left, top, right, bottom of each, (n, 4)."""
    corners = [(box.x, box.y, box.x + box.w, box.y + box.h) for box in boxes]
    return np.array(corners, np.float32).reshape(-1, 4)


def joined(parts: list[Candidates]) -> Candidates:
    """What several looks at one picture saw, overlaps merged."""
    return suppressed(Candidates.joined(parts), OVERLAP)
