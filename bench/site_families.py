"""Pictures in the sizes of a website: share of the faces' area that the largest file covers and a smaller one leaves open.

    PARAVENT_EVAL=... python bench/site_families.py [--pictures 60]

Every picture is written as JPEG 1,536 and 768 pixels wide, 300 pixels wide, and cut to 150 by 150 as WordPress cuts. The
website is prepared as a whole (`paravent site`), and once more file by file, for comparison. What is painted is taken from
the geometry that the ledger keeps, so without the whole blocks of JPEG that add to it. Nothing of a picture is kept.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from inputs import folder, scratch
from paravent import api
from paravent.model.geometry import Ellipse
from paravent.redact.masks import union_mask
from paravent.state.ledger import Ledger, Row
from paravent.state.private import PrivateFolder

SIZES = ("1536", "768", "300", "150x150")


def written(data: Path, name: str, site: Path, number: int) -> None:
    """One picture in all sizes."""
    with Image.open(data / name) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    month = site / "wp-content/uploads/2026/05"
    month.mkdir(parents=True, exist_ok=True)
    large = picture.resize((1536, round(picture.height * 1536 / picture.width)), Image.Resampling.LANCZOS)
    for size in SIZES:
        if size == "150x150":
            made = ImageOps.fit(large, (150, 150), Image.Resampling.LANCZOS)
        else:
            made = large.resize((int(size), round(large.height * int(size) / 1536)), Image.Resampling.LANCZOS)
        end = "" if size == "1536" else f"-{made.width}x{made.height}"
        made.save(month / f"p{number}{end}.jpg", quality=82)


def rows_of(private: Path) -> dict[str, Row]:
    with Ledger(PrivateFolder(private).ledger) as ledger:
        return {Path(row.output).name: row for row in ledger.copies()}


def painted(row: Row | None, width: int, height: int) -> np.ndarray:
    shapes = tuple(region.shape for region in row.regions or ()) if row else ()
    return union_mask(shapes, width, height) if shapes else np.zeros((height, width), bool)


def within(mask: np.ndarray, size: str, width: int, height: int) -> np.ndarray:
    """What the largest shows, at the place and size of a smaller one."""
    picture = Image.fromarray(mask.astype(np.uint8) * 255)
    if size == "150x150":
        picture = ImageOps.fit(picture, (150, 150), Image.Resampling.BILINEAR)
    else:
        picture = picture.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(picture) >= 128


def measured(site: Path, rows: dict[str, Row], numbers: dict[int, list[list[float]]]) -> dict[str, Counter[str]]:
    """By size: pixels of faces that the largest covers, and those of them left open; the same of faces."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for number, faces in numbers.items():
        files = {path.stem: path for path in site.rglob(f"p{number}[.-]*jpg")}
        sizes = {stem: Image.open(path).size for stem, path in files.items()}
        large = sizes[f"p{number}"]
        covered = painted(rows.get(f"p{number}.jpg"), *large)
        for size in SIZES:
            stem = next(one for one, (w, h) in sizes.items() if (f"{w}x{h}" if w == 150 else str(w)) == size)
            width, height = sizes[stem]
            mask = painted(rows.get(f"{stem}.jpg"), width, height)
            for x, y, w, h in faces:
                face = union_mask((Ellipse(x + w / 2, y + h / 2, w / 2, h / 2),), *large)
                wanted = within(face & covered, size, width, height)
                if wanted.any() and (face & covered).sum() >= 0.5 * face.sum():
                    open_pixels = int((wanted & ~mask).sum())
                    found[size].update(pixels=int(wanted.sum()), open=open_pixels, faces=1)
                    found[size].update(open_faces=open_pixels > 0.5 * wanted.sum())
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=60)
    options = parser.parse_args()
    data = folder("crowds/gt.json") / "crowds"
    truth = json.loads((data / "gt.json").read_text(encoding="utf-8"))
    names = sorted(name for name in truth if name.startswith("train-family_group/"))[: options.pictures]
    with scratch() as root:
        site, numbers = root / "site", dict[int, list[list[float]]]()
        for number, name in enumerate(names):
            written(data, name, site, number)
            factor = 1536 / truth[name]["width"]
            faces = [one["box"] for one in truth[name]["faces"] if not one["ignore"]]
            numbers[number] = [[side * factor for side in box] for box in faces]
        run = api.prepare_site(site, root / "as-one", mine=True, private=root / "state-one")
        statuses = Counter(report.status for report in run)
        policy = replace(api.preset("family"), keep_names=True)
        for _report in api.protect(site, root / "each", policy=policy, private=root / "state-each"):
            pass
        print(f"{len(names)} pictures in {len(names) * len(SIZES)} files: {dict(statuses)}")
        print("size      faces  share of area open, and faces more than half open:  as one          each by itself")
        as_one = measured(site, rows_of(root / "state-one"), numbers)
        each = measured(site, rows_of(root / "state-each"), numbers)
        for size in SIZES:
            told = [
                f"{one[size]['open'] / max(1, one[size]['pixels']):8.3%} {one[size]['open_faces']:4}"
                for one in (as_one, each)
            ]
            print(f"{size:8} {as_one[size]['faces']:6}  {told[0]:>55}  {told[1]}")


if __name__ == "__main__":
    main()
