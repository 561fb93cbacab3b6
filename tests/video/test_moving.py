"""Faces that move by themselves, appear, cross each other or are small stand open in no frame of the copy."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import video_kit as kit
import video_running
from paravent.model.report import Status

pytestmark = pytest.mark.slow

_MIDDLE = (0.5, 0.45)  # of the portrait: where the middle of the face is,
_FACE = 0.5  # and how much of its height the face takes
_WITHIN, _OPEN = 14, 0.3  # grey values that are the same; share of the face's middle from which on it stands open

Place = tuple[float, float]  # middle of a face, in pixels


@dataclass(frozen=True)
class Scene:
    """at: where the faces are in a frame. height: of a face. shift: of everything. wall: what is behind. In pixels."""

    at: Callable[[int], list[Place]]
    size: tuple[int, int] = (640, 360)
    frames: int = 40
    height: int = 33
    milliseconds: int = 40
    shift: Callable[[int], tuple[int, int]] = lambda _index: (0, 0)
    wall: Callable[[int], int] = lambda _index: 0

    def draw(self, index: int) -> NDArray[np.uint8]:
        """One frame, RGB."""
        width, height = self.size
        (dx, dy), pad = self.shift(index), 40
        wide = _wall(width + 2 * pad, height + 2 * pad, self.wall(index))
        picture = wide[pad - dy : pad - dy + height, pad - dx : pad - dx + width].copy()
        shown = _shown(round(self.height / _FACE))
        for x, y in self.faces(index):
            left, top = round(x - _MIDDLE[0] * shown.shape[1]), round(y - _MIDDLE[1] * shown.shape[0])
            x0, y0, x1, y1 = max(0, left), max(0, top), min(width, left + shown.shape[1]), min(height, top + shown.shape[0])
            if x1 > x0 and y1 > y0:
                picture[y0:y1, x0:x1] = shown[y0 - top : y1 - top, x0 - left : x1 - left]
        return picture

    def faces(self, index: int) -> list[Place]:
        """Where they are in the picture."""
        dx, dy = self.shift(index)
        return [(x + dx, y + dy) for x, y in self.at(index)]


def _wall(width: int, height: int, shade: int) -> NDArray[np.uint8]:
    wall = kit.backdrop(width, height).astype(np.int16) + np.random.default_rng(3).integers(-4, 5, (height, width, 1))
    shown: NDArray[np.uint8] = np.clip(wall[:, :: -1 if shade else 1] - shade, 0, 255).astype(np.uint8)
    return shown


def _shown(height: int) -> NDArray[np.uint8]:
    portrait = kit.portrait()
    size = round(portrait.shape[1] * height / portrait.shape[0]), height
    return np.asarray(Image.fromarray(portrait).resize(size, Image.Resampling.LANCZOS))


def _across(speed: float, start: float = -20.0, y: float = 170.0) -> Callable[[int], list[Place]]:
    return lambda index: [(start + speed * index, y)]


def _jitter(index: int) -> tuple[int, int]:
    return round(7 * math.sin(2.1 * index)), round(5 * math.sin(1.3 * index + 1))


SCENES = {
    "a runner, 20 px a frame at 25 fps": Scene(_across(20), frames=34),
    "a runner in a large film": Scene(_across(24, y=330), size=(1280, 720), frames=54, height=36),
    "a fast face at 12 fps": Scene(_across(34), frames=20, milliseconds=83),
    "time lapse": Scene(_across(60, start=-60), frames=12, height=60, milliseconds=500),
    "a face that appears in a still scene": Scene(lambda index: [(300, 150)] if index >= 21 else [], height=40),
    "a small face in a small film": Scene(_across(0.3, start=250), height=19, frames=30),
    "two that cross": Scene(lambda index: [(-10 + 17 * index, 120), (640 - 17 * index, 150)], height=36, frames=39),
    "a runner while the camera shakes": Scene(_across(18), frames=36, shift=_jitter, height=36),
    "a cut, another runner behind it": Scene(
        lambda index: [(20 + 19 * index, 110)] if index < 17 else [(640 - 19 * (index - 17), 230)],
        frames=36,
        wall=lambda index: 0 if index < 17 else 70,
    ),
    "a portrait film, leaving over the edge": Scene(_across(15, start=130, y=280), size=(360, 640), frames=22, height=40),
}


def _open(source: Path, copy: Path, scene: Scene) -> list[int]:
    """Frames in which the middle of a face that is in the picture shows what it shows in the source."""
    found = []
    with av.open(str(source)) as one, av.open(str(copy)) as two:
        for index, (a, b) in enumerate(zip(one.decode(video=0), two.decode(video=0), strict=True)):
            before, after = (frame.to_ndarray(format="rgb24").astype(np.int16) for frame in (a, b))
            if any(_is_open(before, after, place, scene) for place in scene.faces(index)):
                found.append(index)
    return found


def _is_open(before: NDArray[np.int16], after: NDArray[np.int16], place: Place, scene: Scene) -> bool:
    (x, y), (width, height), half = place, scene.size, 0.3 * scene.height
    if not (scene.height < x < width - scene.height and scene.height < y < height - scene.height):
        return False
    part = slice(round(y - half), round(y + half)), slice(round(x - 0.8 * half), round(x + 0.8 * half))
    return float((np.abs(before[part] - after[part]) <= _WITHIN).all(axis=2).mean()) > _OPEN


@pytest.mark.parametrize("name", SCENES)
def test_no_face_stands_open(name: str, tmp_path: Path) -> None:
    scene = SCENES[name]
    pts = [index * scene.milliseconds for index in range(scene.frames)]
    source = kit.write(tmp_path / "film.mp4", kit.Spec(frames=scene.frames, size=scene.size, draw=scene.draw, pts=pts))
    report = video_running.protect(source, tmp_path / "out")
    assert report.status is Status.PREPARED
    assert _open(source, tmp_path / "out" / report.output, scene) == []


def test_the_report_says_how_it_was_judged(tmp_path: Path) -> None:
    scene = SCENES["a runner, 20 px a frame at 25 fps"]
    source = kit.write(tmp_path / "film.mp4", kit.Spec(frames=scene.frames, size=scene.size, draw=scene.draw))
    video = video_running.protect(source, tmp_path / "out").video
    assert video is not None
    assert (video.rechecked, video.recheck_side) == (scene.frames, 384)
    assert 0 < video.rechecked_closely <= scene.frames
