"""Faces of films that players hardly show, or not at all: nearly black, nearly white, in few of the values, in alpha."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

import video_kit as kit
import video_running
from paravent.model.report import Status

_FRAMES = 16
_SHARE = 0.03
_OPTIONS = {
    "libx264": {"crf": "10", "preset": "veryfast"},
    "libx265": {"crf": "10", "preset": "superfast", "x265-params": "log-level=error"},
    "libvpx-vp9": {"crf": "10", "b": "0", "cpu-used": "8"},
    "libsvtav1": {"crf": "10", "preset": "12"},
}
_LIKE = 0.5  # correlation from which on a copy shows the face of the source


def _dark(index: int) -> np.ndarray:
    return np.rint(kit.frame(index, _FRAMES) * _SHARE).astype(np.uint8)


def _bright(index: int) -> np.ndarray:
    return 255 - np.rint((255.0 - kit.frame(index, _FRAMES)) * _SHARE).astype(np.uint8)


def _by_a_lamp(index: int) -> np.ndarray:
    """Dark but for a corner."""
    frame = _dark(index)
    frame[:40, :90] = 255
    return frame


def _faces(path: Path) -> list[np.ndarray]:
    """Luma where the face is, frame by frame."""
    width, height = kit.SIZE
    shown = kit.portrait()
    top, found = (height - shown.shape[0]) // 2, []
    with av.open(str(path)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            left = 5 + round((width - shown.shape[1] - 10) * index / (_FRAMES - 1))
            luma = frame.reformat(format="yuv420p10le").to_ndarray()[:height]
            found.append(luma[top + 20 : top + 110, left + 20 : left + 90].astype(float))
    return found


def _open_frames(source: Path, copy: Path) -> int:
    """In how many frames the copy shows what the source does where its face is."""
    before, after = _faces(source), _faces(copy)
    assert len(before) == len(after) == _FRAMES
    return sum(
        float(np.corrcoef(one.ravel(), other.ravel())[0, 1]) > _LIKE
        for one, other in zip(before, after, strict=True)
        if other.std() > 0
    )


def _copy(source: Path, folder: Path) -> Path:
    report = video_running.protect(source, folder / "out")
    assert report.status is Status.PREPARED, (report.hold, report.hold_params)
    assert report.faces >= 1
    return folder / "out" / report.output


def _name(codec: str) -> str:
    return "film.webm" if codec == "libvpx-vp9" else "film.mp4"


@pytest.mark.parametrize(
    ("codec", "draw"),
    [
        *((codec, _dark) for codec in _OPTIONS),
        ("libx264", _bright),
        ("libvpx-vp9", _bright),
        ("libx264", _by_a_lamp),
        ("libx265", _by_a_lamp),
    ],
)
def test_a_face_nearly_black_or_nearly_white_is_covered(
    codec: str, draw: Callable[[int], np.ndarray], tmp_path: Path
) -> None:
    spec = kit.Spec(codec=codec, frames=_FRAMES, draw=draw, options=_OPTIONS[codec])
    source = kit.write(tmp_path / _name(codec), spec)
    assert _open_frames(source, source) == _FRAMES
    copy = _copy(source, tmp_path)
    assert _open_frames(source, copy) <= 1


@pytest.mark.parametrize(("low", "codec"), [(64, "libx265"), (500, "libx265"), (900, "libsvtav1")])
def test_few_of_the_values_of_ten_bits_are_looked_at(low: int, codec: str, tmp_path: Path) -> None:
    """30 of 1,024 values, dark, of a middle grey, and bright."""
    drawn = [av.VideoFrame.from_ndarray(kit.frame(index, _FRAMES), format="rgb24") for index in range(_FRAMES)]
    grey = [frame.reformat(format="gray").to_ndarray() for frame in drawn]
    frames = [kit.ten_bits(low + np.rint(one * (30 / 255)).astype(int)) for one in grey]
    source = kit.write_frames(tmp_path / "film.mp4", codec, {**_OPTIONS[codec], "crf": "4"}, frames)
    assert _open_frames(source, source) == _FRAMES
    assert _open_frames(source, _copy(source, tmp_path)) <= 1


def test_a_face_in_alpha_alone_does_not_travel(tmp_path: Path) -> None:
    """ProRes can hold alpha. No player needs to show it, and a copy has none."""
    frames = []
    for index in range(_FRAMES):
        pixels = np.full((*kit.SIZE[::-1], 4), 90, np.uint8)
        pixels[..., 3] = kit.frame(index, _FRAMES).mean(axis=2)
        frames.append(av.VideoFrame.from_ndarray(pixels, format="rgba").reformat(format="yuva444p10le"))
    options = {"profile": "4444", "alpha_bits": "16"}
    source = kit.write_frames(tmp_path / "film.mov", "prores_ks", options, frames)
    with av.open(str(source)) as container:
        first = next(container.decode(video=0))
        assert first.to_ndarray(format="rgba")[..., 3].std() > 20
    report = video_running.protect(source, tmp_path / "out")
    assert report.status is Status.PREPARED, (report.hold, report.hold_params)
    with av.open(str(tmp_path / "out" / report.output)) as container:
        for frame in container.decode(video=0):
            assert len(frame.format.components) == 3
            assert frame.to_ndarray(format="gray").std() < 2


def test_verification_without_a_plan_sees_it_too(tmp_path: Path) -> None:
    source = kit.write(tmp_path / "film.mp4", kit.Spec(frames=_FRAMES, draw=_dark, options=_OPTIONS["libx264"]))
    assert any("face" in problem for problem in video_running.judged(source).problems)
