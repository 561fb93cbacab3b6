"""How many marked faces are covered where a plain view does not show them, against the same pictures shown plainly.

    PARAVENT_EVAL=FOLDER python bench/hidden.py [--every 2]

Puts every n-th picture of handshakes into PNG files of several kinds, prepares them into a temporary folder and counts the
marked faces from 16 pixels of height of which at least 0.8 is covered. No picture is kept. The kinds:

- plain, and in grey, which is what alpha can hold of it;
- in alpha: a black picture that shows it on a white page, and a white one that shows it on a black page;
- 12 of 16 bits: values up to 4095 of 65535;
- dark and bright: 3 per cent of the brightness, and of the distance to white.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from face_variants import Variant
from faces import Painted, count_faces
from inputs import folder, policy, prepare, scratch, tools
from paravent.model.report import Status
from paravent.redact.masks import union_mask

SHARE = 0.03
Pixels = NDArray[np.uint8]


def saved(pixels: Pixels) -> bytes:
    """As PNG."""
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def grey(pixels: Pixels) -> Pixels:
    """(h, w)."""
    return np.asarray(Image.fromarray(pixels).convert("L"))


def in_alpha(colour: int, alpha: Pixels) -> bytes:
    """One colour, the picture in alpha."""
    samples = np.full((*alpha.shape, 4), colour, np.uint8)
    samples[..., 3] = np.maximum(alpha, 1)
    return saved(samples)


KINDS: dict[str, Callable[[Pixels], bytes]] = {
    "plain": saved,
    "grey": lambda pixels: saved(grey(pixels)),
    "in alpha on white": lambda pixels: in_alpha(0, 255 - grey(pixels)),
    "in alpha on black": lambda pixels: in_alpha(255, grey(pixels)),
    "12 of 16 bits": lambda pixels: imagecodecs.png_encode(pixels.astype(np.uint16) << 4, level=1),
    "dark": lambda pixels: saved(np.rint(pixels * SHARE).astype(np.uint8)),
    "bright": lambda pixels: saved(np.rint(255 - (255.0 - pixels) * SHARE).astype(np.uint8)),
}


def pictures(root: Path, names: list[str]) -> Iterator[tuple[str, Pixels]]:
    """Name and RGB of each."""
    for name in names:
        with Image.open(root / name, formats=("JPEG",)) as picture:
            yield name, np.asarray(picture.convert("RGB"))


def main() -> None:
    """Prepare, count, print."""
    parser = argparse.ArgumentParser(description="Measures recall where a plain view shows nothing.")
    parser.add_argument("--every", type=int, default=2, help="take every n-th picture only")
    options = parser.parse_args()
    root = folder("faces/gt.json") / "faces"
    marks = json.loads((root / "gt.json").read_text())
    names = sorted(name for name in marks if name.startswith("handshaking/"))[:: options.every]
    loaded, chosen = tools(), policy("family")
    totals = {kind: Painted() for kind in KINDS}
    for number, (name, pixels) in enumerate(pictures(root, names)):
        for kind, made in KINDS.items():
            with scratch() as work:
                (work / "in").mkdir()
                path = work / "in" / f"IMG_{number:04}.png"
                path.write_bytes(made(pixels))
                outcome = prepare(path, path.name, work / "out", chosen, loaded)
            total = totals[kind]
            total.pictures += 1
            if outcome.report.status is Status.HELD:
                total.held[outcome.report.hold] += 1
                continue
            mask = union_mask(tuple(region.shape for region in outcome.regions), pixels.shape[1], pixels.shape[0])
            count_faces(total, name, mask, marks[name]["faces"], Variant())
            total.painted += int(mask.sum())
    print(f"{len(names)} pictures of handshakes, faces from 16 and from 32 px of height; painted: share of plain")
    for kind, total in totals.items():
        held = ", ".join(f"{code} {count}" for code, count in total.held.items()) or "none"
        painted = total.painted / max(1, totals["plain"].painted)
        print(f"{kind:<18} {total.recall(16)}  {total.recall(32)}  painted {painted:.2f}  held back: {held}")


if __name__ == "__main__":
    main()
