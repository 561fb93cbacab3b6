"""How much of people `--people` covers, at which price: share, precision, surplus, CPU time; boxes as the baseline.

    PARAVENT_EVAL=FOLDER python bench/persons.py

Looks at every picture of FOLDER/persons as `protect` does, faces first, and compares what would be covered with the drawn
outlines. Averages are over pictures: of the share, over those with a person of at least 1 percent of the picture; of the
precision, over those with outlines in which anything is covered, smaller people counting as people. Faces that are covered
anyway count as well. Masks live in memory only. Thresholds were chosen on the first half: every second picture by name.

The person detector was trained on the set that these pictures come from. What it does with others shows in the last line:
of the marked faces of FOLDER/faces, which it was not trained on, the share in what it covers when it is told of no face.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inputs import folder
from paravent.detect.base import Context, Detection
from paravent.detect.faces.centerface import CenterFace
from paravent.detect.models import store
from paravent.detect.models.catalogue import PERSONS
from paravent.detect.persons.detector import Persons
from paravent.detect.upright import Upright
from paravent.formats.jpeg.source import JPEG
from paravent.model.geometry import Box, Polygon, Shape
from paravent.model.limits import StillLimits
from paravent.redact.masks import union_mask

FROM = 0.01  # of the picture's area: smaller people are not measured
SIZES = ((0.01, 0.05), (0.05, 0.2), (0.2, 1.01))
FACE_FROM = 16
Mask = NDArray[np.bool_]


@dataclass
class Looked:
    """One picture: what is true and what was found.

    people: a mask for each drawn person; None where none were drawn although there are some. boxes: of the people marked.
    seconds: CPU time of the faces' and of the persons' detector.
    """

    width: int
    height: int
    boxes: list[Box]
    people: list[Mask] | None
    faces: list[Detection]
    persons: list[Detection]
    seconds: tuple[float, float]


Covering = Callable[[Looked], tuple[Shape, ...]]


def outlines(one: Looked) -> tuple[Shape, ...]:
    """What the detector covers."""
    return tuple(found.outline or found.box.outline() for found in one.persons)


def boxes(one: Looked) -> tuple[Shape, ...]:
    """The boxes around what the detector covers."""
    return tuple(found.box.outline() for found in one.persons)


def marked(one: Looked) -> tuple[Shape, ...]:
    """Perfect boxes."""
    return tuple(box.outline() for box in one.boxes)


def look(path: Path, faces: CenterFace, persons: Persons, marks: dict[str, Any]) -> Looked:
    """One picture, looked at by both detectors."""
    picture = Upright(JPEG.open(path.read_bytes(), StillLimits()).pages[0])
    began = time.process_time()
    seen = faces.find(picture)
    between = time.process_time()
    found = persons.find(picture, None, Context(tuple(seen)))
    ended = time.process_time()
    width, height, drawn = marks["width"], marks["height"], marks.get("polygons")
    people = None
    if drawn is not None:
        shapes = [Polygon(tuple(zip(ring[::2], ring[1::2], strict=True))) for ring in drawn]
        people = [union_mask((shape,), width, height) for shape in shapes]
    found_boxes = [Box(*box) for box in marks.get("boxes", ())]
    return Looked(width, height, found_boxes, people, seen, found, (between - began, ended - between))


def measured(some: Iterable[Looked], covering: Covering, smallest: float, largest: float) -> tuple[float, float, int]:
    """Mean share covered of people of a size (shares of the picture), mean precision, pictures with such people."""
    shares, precisions = [], []
    for one in some:
        if one.people is None or not one.boxes:
            continue
        covered = union_mask(covering(one), one.width, one.height)
        area = one.width * one.height
        meant = [person for person in one.people if smallest * area <= person.sum() < largest * area]
        if meant:
            people = np.any(meant, axis=0)
            shares.append((covered & people).sum() / people.sum())
        if covered.any():
            precisions.append((covered & np.any(one.people, axis=0)).sum() / covered.sum())
    return float(np.mean(shares)), float(np.mean(precisions)), len(shares)


def row(name: str, some: list[Looked], covering: Covering) -> str:
    """A line of the table."""
    share, precision, count = measured(some, covering, FROM, 2)
    by_size = [measured(some, covering, *size)[0] for size in SIZES]
    empty = [one for one in some if not one.boxes]
    surplus = sum(len(covering(one)) for one in empty) / len(empty)
    cells = [name, f"{count}", f"{share:.3f}", *(f"{part:.3f}" for part in by_size), f"{precision:.3f}", f"{surplus:.3f}"]
    return "| " + " | ".join(cells) + " |"


def faces_inside(data: Path, persons: Persons) -> str:
    """Of the faces marked in other pictures, the share whose centre lies in an outline; by height in pixels."""
    truth = json.loads((data / "faces/gt.json").read_text())
    inside: dict[str, list[bool]] = {"16 to 31": [], "32 to 63": [], "from 64": []}
    for name in sorted(name for name in truth if name.startswith("handshaking/")):
        picture = Upright(JPEG.open((data / "faces" / name).read_bytes(), StillLimits()).pages[0])
        shapes = tuple(found.outline or found.box.outline() for found in persons.find(picture))
        covered = union_mask(shapes, picture.width, picture.height)
        for face in truth[name]["faces"]:
            x, y, w, h = face["box"]
            if not face.get("ignore") and h >= FACE_FROM:
                size = "16 to 31" if h < 32 else "32 to 63" if h < 64 else "from 64"
                inside[size].append(bool(covered[int(y + h / 2), int(x + w / 2)]))
    return "; ".join(f"{size} px {np.mean(hits):.3f} of {len(hits)}" for size, hits in inside.items())


def main() -> None:
    """Look, measure, print."""
    data = folder("persons/gt.json")
    store.install(print)
    store.install(print, *PERSONS)
    faces, persons = CenterFace(), Persons()
    truth = json.loads((data / "persons/gt.json").read_text())
    looked = [look(data / "persons" / name, faces, persons, truth[name]) for name in sorted(truth)]
    sizes = [f"{low:.0%} to {min(high, 1):.0%}" for low, high in SIZES]
    print("| covered by | pictures | share of people |", " | ".join(sizes), "| precision | surplus where nobody is |")
    print("| --- " * (5 + len(SIZES)) + "|")
    print(row("outlines", looked, outlines))
    print(row("outlines, first half", looked[::2], outlines))
    print(row("outlines, second half", looked[1::2], outlines))
    print(row("boxes around the outlines", looked, boxes))
    print(row("perfect boxes", looked, marked))
    face_time, person_time = np.mean([one.seconds for one in looked], axis=0) * 1000
    print(f"\nCPU time a picture, 640 pixels wide: faces {face_time:.0f} ms, persons {person_time:.0f} ms more")
    if (data / "faces/gt.json").exists():
        print(f"marked faces of other pictures inside: {faces_inside(data, persons)}")


if __name__ == "__main__":
    main()
