"""Animations: CPU seconds a frame, and frames in which a face stands open, by format.

    python bench/animations.py [--kinds GIF WebP PNG AVIF] [--cases small usual large slides]

Each is drawn: public-domain portraits that come inside packages go through a scene at their own speed; slides are
pictures that have nothing in common. They are prepared in this process as a worker does, verification included. What is
open is said in `moving.py`; a face counts in every frame.
"""

from __future__ import annotations

import paravent  # noqa: F401  # isort: skip  (first, as in a worker: it keeps numpy's own library to one thread)

import argparse
import io
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inputs import policy, prepare, scratch, tools
from moving import WITHIN, Head, is_open, paste, portraits, scene
from paravent.detect.detector_set import DetectorSet
from paravent.detect.faces.centerface import CenterFace
from paravent.model.geometry import Box

Pixels = NDArray[np.uint8]
KINDS = {"GIF": ".gif", "WebP": ".webp", "PNG": ".png", "AVIF": ".avif"}
COLOURS = 255


@dataclass(frozen=True, slots=True)
class Case:
    """One animation. size: of a frame. height: of the face, in pixels. duration: of each frame, in milliseconds."""

    size: tuple[int, int]
    frames: int
    height: int
    duration: int
    slides: bool = False


CASES = {
    "small": Case((640, 480), 60, 80, 50),
    "usual": Case((591, 639), 201, 110, 40),
    "large": Case((1917, 1533), 34, 160, 80),
    "slides": Case((640, 480), 12, 70, 1500, slides=True),
}


def drawn(case: Case, heads: Sequence[Head]) -> list[tuple[Pixels, Box]]:
    """The frames, each with the box of its face."""
    (width, height), frames = case.size, []
    wide = scene(width + case.frames, height, np.random.default_rng(1))
    for i in range(case.frames):
        frame, head = wide[:, i : i + width].astype(np.float32), heads[0]
        at = 0.5 + 0.38 * np.sin(i / 11), 0.5 + 0.2 * np.cos(i / 17)
        if case.slides:
            rng = np.random.default_rng(i)
            frame, head = scene(width, height, rng).astype(np.float32), heads[i % len(heads)]
            at = tuple(rng.uniform(0.2, 0.8, 2))
        box = paste(frame, head, (at[0] * width, at[1] * height), case.height, 0)
        frames.append((np.clip(frame, 0, 255).astype(np.uint8), box))
    return frames


def written(frames: Sequence[Pixels], kind: str, duration: int) -> bytes:
    """An animation as others make it."""
    images = [Image.fromarray(frame) for frame in frames]
    if kind == "GIF":
        images = [image.quantize(COLOURS) for image in images]
    buffer = io.BytesIO()
    options = {"quality": 85} if kind in ("WebP", "AVIF") else {}
    images[0].save(buffer, kind, save_all=True, append_images=images[1:], duration=duration, loop=0, **options)
    return buffer.getvalue()


def shown(path: Path) -> list[Pixels]:
    """The frames of an animation."""
    with Image.open(path) as image:
        frames = []
        for i in range(getattr(image, "n_frames", 1)):
            image.seek(i)
            frames.append(np.asarray(image.convert("RGB")))
        return frames


def measure(name: str, kind: str, heads: Sequence[Head], work: Path, loaded: DetectorSet) -> str:
    """One animation, in a line."""
    case = CASES[name]
    made = drawn(case, heads)
    path = work / f"{name}{KINDS[kind]}"
    path.write_bytes(written([frame for frame, _ in made], kind, case.duration))
    started = time.process_time()
    report = prepare(path, path.name, work / "out", policy("family"), loaded).report
    spent = time.process_time() - started
    if report.hold:
        return f"held back ({report.hold} {report.hold_params}), {spent:.1f} CPU s"
    before, after = shown(path), shown(work / "out" / path.name)
    opened = sum(is_open(a, b, box) for a, b, (_, box) in zip(before, after, made, strict=True))
    differs = [(np.abs(a.astype(np.int16) - b).max(axis=2) > WITHIN).mean() for a, b in zip(before, after, strict=True)]
    face = np.mean([box.area for _, box in made]) / (case.size[0] * case.size[1])
    return (
        f"{spent / case.frames:.3f} CPU s a frame ({case.frames} of {case.size[0]}x{case.size[1]}, {spent:.1f} s),"
        f" {report.rounds} rounds, {report.faces} faces; open in {opened} frames;"
        f" {np.mean(differs) / face:.1f} times the face's area differs"
    )


def main() -> None:
    """Draw, prepare, look."""
    parser = argparse.ArgumentParser(description="Measures animations.")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    options = parser.parse_args()
    loaded, heads = tools(), portraits(CenterFace())
    with scratch() as work:
        for name in options.cases:
            for kind in options.kinds:
                print(f"{name} {kind}: {measure(name, kind, heads, work, loaded)}", flush=True)
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
