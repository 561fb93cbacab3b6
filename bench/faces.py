"""How many marked faces are covered, at which price: recall, surplus, painted area, files held back.

    PARAVENT_EVAL=FOLDER python bench/faces.py [--preset family] [--predictions FILE]

Prepares every picture of FOLDER/faces into a temporary folder, scores the regions with FOLDER/score_regions.py, and then
measures once more from the files written: a block of 8 x 8 pixels counts as painted when the luma of more than a quarter
of it differs from the original (colour subsampling carries a painted block one pixel into the next). No picture is kept.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from inputs import folder, policy, prepare, scratch, tools
from paravent.jobs import Outcome
from paravent.redact.geometry import Ellipse, Region, grid_mask
from paravent.report import Status

FLOOR, COVERED, BLOCK = 16, 0.8, 8
MCU = 16  # of every picture in the set (4:2:0)
SETS = ("", "handshaking/", "masked/")
Mask = NDArray[np.bool_]


@dataclass
class Painted:
    """What the files written show, summed over pictures."""

    pictures: int = 0
    held: Counter[str] = field(default_factory=Counter)
    not_comparable: int = 0
    faces: int = 0
    covered: int = 0
    painted: int = 0
    marked: int = 0

    def __str__(self) -> str:
        held = ", ".join(f"{code} {count}" for code, count in self.held.items()) or "none"
        share = sum(self.held.values()) / max(1, self.pictures)
        return (
            f"recall from {FLOOR} px {self.covered / max(1, self.faces):.4f} ({self.covered}/{self.faces})"
            f"  painted {self.painted / max(1, self.marked):.2f} times the marked area\n"
            f"held back: {held} ({share:.1%} of {self.pictures}); encoded anew, so not compared: {self.not_comparable}"
        )


def prediction(region: Region, width: int, height: int) -> dict[str, Any]:
    """A region as painted, for the scorer, which knows upright ellipses and boxes only.

    The MCUs it touches become the upright ellipse of the same centre, proportions and area. width, height: of the picture.
    """
    box = region.shape.bounds()
    if not isinstance(region.shape, Ellipse):
        return {"box": [box.x, box.y, box.w, box.h], "shape": "box"}
    blocks = grid_mask((region.shape,), width, height, MCU, MCU).repeat(MCU, 0).repeat(MCU, 1)[:height, :width]
    grown = math.sqrt(4 / math.pi * int(blocks.sum()) / (box.w * box.h))
    w, h = box.w * grown, box.h * grown
    return {"box": [region.shape.x - w / 2, region.shape.y - h / 2, w, h], "shape": "ellipse"}


def luma(path: Path) -> NDArray[np.uint8]:
    """Luma of the upright picture."""
    with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as picture:
        picture.draft("L", None)
        return np.asarray(ImageOps.exif_transpose(picture).convert("L"))


def painted_mask(source: Path, copy: Path) -> Mask:
    """True where a block of the copy differs from the source. Shape (h, w)."""
    changed = luma(source) != luma(copy)
    h, w = changed.shape
    grown = np.pad(changed, ((0, -h % BLOCK), (0, -w % BLOCK)))
    blocks = grown.reshape(grown.shape[0] // BLOCK, BLOCK, grown.shape[1] // BLOCK, BLOCK).mean((1, 3)) > 0.25
    return blocks.repeat(BLOCK, 0).repeat(BLOCK, 1)[:h, :w]


def common(a: list[float], b: list[float]) -> float:
    """Area that two boxes share."""
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return max(0.0, w) * max(0.0, h)


def part(mask: Mask, box: list[float], around: float = 0) -> Mask:
    """The part of a mask below a box."""
    x, y, w, h = box
    top, left = max(0, int(y - around)), max(0, int(x - around))
    return mask[top : int(y + h + around), left : int(x + w + around)]


def count_faces(total: Painted, mask: Mask, faces: list[dict[str, Any]]) -> None:
    """Add the marked faces of a picture that are tall enough, and those covered."""
    for face in faces:
        _x, _y, w, h = face["box"]
        if face.get("ignore") or w < 1 or h < FLOOR:
            continue
        below = part(mask, face["box"])
        total.faces += 1
        total.covered += bool(below.size and below.mean() >= COVERED)


def count_area(total: Painted, mask: Mask, regions: list[dict[str, Any]], faces: list[dict[str, Any]]) -> None:
    """Add painted and marked area; what belongs only to regions that touch no face is left out, as the scorer does."""
    near, marked = np.zeros_like(mask), np.zeros_like(mask)
    for region in regions:
        box = region["box"]
        if any(common(box, face["box"]) >= 0.1 * min(box[2] * box[3], math.prod(face["box"][2:])) for face in faces):
            part(near, box, around=2 * BLOCK)[:] = True
    for face in faces:
        part(marked, face["box"])[:] = True
    total.painted += int((mask & near).sum())
    total.marked += int(marked.sum())


def measure(
    truth: dict[str, Any], outcomes: dict[str, Outcome], masks: dict[str, Mask | None], predictions: dict[str, Any]
) -> Painted:
    """Sum over pictures."""
    total = Painted()
    for name, marks in truth.items():
        total.pictures += 1
        report = outcomes[name].report
        if report.status is Status.HELD:
            total.held[report.hold] += 1
        mask = masks[name]
        if mask is None:
            total.not_comparable += report.status is not Status.HELD
            continue
        count_faces(total, mask, marks["faces"])
        count_area(total, mask, predictions[name], marks["faces"])
    return total


def score(scorer: Path, truth: dict[str, Any], predictions: dict[str, Any], work: Path) -> str:
    """What the scorer says."""
    (work / "gt.json").write_text(json.dumps(truth))
    (work / "predictions.json").write_text(json.dumps(predictions))
    command = [sys.executable, str(scorer), str(work / "gt.json"), str(work / "predictions.json")]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main() -> None:
    """Prepare, score, print."""
    parser = argparse.ArgumentParser(description="Measures how many marked faces are covered.")
    parser.add_argument("--preset", default="family")
    parser.add_argument("--predictions", type=Path, help="keep the predictions in this JSON file")
    options = parser.parse_args()
    data = folder("faces/gt.json", "score_regions.py")
    truth = json.loads((data / "faces/gt.json").read_text())
    chosen, loaded = policy(options.preset), tools()
    outcomes: dict[str, Outcome] = {}
    masks: dict[str, Mask | None] = {}
    with scratch() as work:
        for name in truth:
            source = data / "faces" / name
            outcomes[name] = outcome = prepare(source, name, work / "ready", chosen, loaded)
            copy = work / "ready" / name
            masks[name] = painted_mask(source, copy) if outcome.report.lossless and copy.exists() else None
            copy.unlink(missing_ok=True)
        predictions = {
            name: [prediction(region, truth[name]["width"], truth[name]["height"]) for region in outcome.regions]
            for name, outcome in outcomes.items()
        }
        if options.predictions:
            options.predictions.write_text(json.dumps(predictions))
        for prefix in SETS:
            some = {name: marks for name, marks in truth.items() if name.startswith(prefix)}
            print(f"== {prefix.strip('/') or 'all'}, preset {chosen.name}: regions")
            print(score(data / "score_regions.py", some, predictions, work), end="")
            print(f"-- from the files written\n{measure(some, outcomes, masks, predictions)}\n")


if __name__ == "__main__":
    main()
