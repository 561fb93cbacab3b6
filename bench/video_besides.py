"""Films: whether codes and plates stay covered between two looks; what is painted; looks and CPU seconds a frame.

    python bench/video_besides.py [--frames 75]

Needs the extras `codes` and `text`, and no pictures: a code and a plate move over a drawn wall in 1280x720 at 25 frames a
second, at several speeds, with the wall panning, the camera shaking, the thing growing. A frame counts as uncovered if
less than 98 per cent of the thing's inner three quarters are covered. Drawn scenes are easier than real ones: the detector
sees the thing in every look.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inputs import scratch
from paravent.detect.detector_set import DetectorSet
from paravent.detect.registry import chosen
from paravent.model.limits import VideoLimits
from paravent.model.policy import preset
from paravent.redact.masks import union_mask
from paravent.video.analysis import Analysis
from paravent.video.source import Video
from paravent.video.survey import Survey
from paravent.video.tracking.regions import Regions

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "kits"))
import video_kit
import video_panels

SIZE = (1280, 720)
# Pixels a frame, growth over the film, pixels of shaking, pixels a frame of the wall.
WAYS = ((2, 0.0, 0, 0), (8, 0.0, 0, 0), (4, 0.8, 4, 6), (12, 0.0, 8, 10))
COVERED = 0.98


class Scene:
    """Draws the frames and remembers where the thing is in each: left, top, width, height."""

    def __init__(self, shown: NDArray[np.uint8], way: tuple[int, float, int, int], frames: int) -> None:
        coarse = np.random.default_rng(3).integers(60, 200, (40, 90, 3), np.uint8)
        self._wall = np.array(Image.fromarray(coarse).resize((2700, 1200), Image.Resampling.BICUBIC))
        self._shown, self._way, self._frames = Image.fromarray(shown), way, frames
        self.places: dict[int, tuple[int, int, int, int]] = {}

    def draw(self, i: int) -> NDArray[np.uint8]:
        """One frame, RGB."""
        speed, growth, shake, pan = self._way
        size = 1 + growth * i / self._frames
        image = np.array(self._shown.resize((round(self._shown.width * size), round(self._shown.height * size))))
        x = 300 + speed * i
        x = x if x < 1000 else 2000 - x
        left = round(x - image.shape[1] / 2)
        top = round(300 + 60 * np.sin(i / 6) + shake * np.sin(i * 2.1) - image.shape[0] / 2)
        start = int(pan * i) % 1300
        picture = self._wall[100 : 100 + SIZE[1], start : start + SIZE[0]].copy()
        picture[top : top + image.shape[0], left : left + image.shape[1]] = image
        self.places[i] = left, top, image.shape[1], image.shape[0]
        return picture


def measure(path: Path, scene: Scene, detectors: DetectorSet, frames: int) -> str:
    """One film, in words."""
    with path.open("rb") as file:
        survey = Survey(detectors, Video(file, "MP4", VideoLimits()), (), 1.35)
        analysis = Analysis()
        analysis.pts.extend(range(frames))
        started = time.process_time()
        survey.look(analysis, lambda _: None)
        spent = time.process_time() - started
    regions = Regions(*SIZE)
    regions.add(survey.tracks, 1.0, frames)
    walk, shares, painted, own = regions.walk(), [], 0.0, 0.0
    for i in range(frames):
        mask = union_mask(walk.at(i), *SIZE)
        left, top, width, height = scene.places[i]
        inner = mask[top + height // 8 : top + height * 7 // 8, left + width // 8 : left + width * 7 // 8]
        shares.append(float(inner.mean()))
        painted, own = painted + float(mask.sum()), own + width * height
    bare = sum(share < COVERED for share in shares)
    return (
        f"uncovered in {bare} of {frames} frames (least {min(shares):.2f} covered), painted {painted / own:.2f} times its"
        f" area, {spent / frames:.3f} CPU s a frame"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Codes and plates between looks.")
    parser.add_argument("--frames", type=int, default=75)
    frames = parser.parse_args().frames
    things = (("code", video_panels.code(), {"codes": True}), ("plate", video_panels.plate(), {"text": "identifying"}))
    with scratch() as work:
        for name, shown, options in things:
            detectors = chosen(preset("family").with_options(**options)).besides_faces
            for way in WAYS:
                scene = Scene(shown, way, frames)
                spec = video_kit.Spec(frames=frames, size=SIZE, options=video_panels.LOSSLESS, draw=scene.draw)
                path = video_kit.write(work / "film.mp4", spec)
                print(f"{name}, {way}: {measure(path, scene, detectors, frames)}", flush=True)


if __name__ == "__main__":
    main()
