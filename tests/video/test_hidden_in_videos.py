"""Faces of films that players hardly show, or not at all: nearly black, nearly white, in few of the values, in alpha."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

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
    source = tmp_path / "film.mp4"
    with av.open(str(source), "w") as out:
        options = {**_OPTIONS[codec], "crf": "4"}
        video: Any = out.add_stream(codec, rate=25, options=options)
        video.width, video.height, video.pix_fmt = *kit.SIZE, "yuv420p10le"
        for index in range(_FRAMES):
            drawn = av.VideoFrame.from_ndarray(kit.frame(index, _FRAMES), format="rgb24").reformat(format="gray")
            frame = av.VideoFrame(*kit.SIZE, "yuv420p10le")
            for number, plane in enumerate(frame.planes):
                values = np.full((plane.height, plane.line_size // 2), 512, np.uint16)
                if number == 0:
                    values[:, : plane.width] = low + np.rint(drawn.to_ndarray() * (30 / 255))
                plane.update(values.tobytes())
            frame.pts, frame.time_base, frame.color_range = index, Fraction(1, 25), 1
            for packet in video.encode(frame):
                out.mux(packet)
        for packet in video.encode(None):
            out.mux(packet)
    assert _open_frames(source, source) == _FRAMES
    assert _open_frames(source, _copy(source, tmp_path)) <= 1


def test_a_face_in_alpha_alone_does_not_travel(tmp_path: Path) -> None:
    """ProRes can hold alpha. No player needs to show it, and a copy has none."""
    source = tmp_path / "film.mov"
    with av.open(str(source), "w") as out:
        video: Any = out.add_stream("prores_ks", rate=25, options={"profile": "4444", "alpha_bits": "16"})
        video.width, video.height, video.pix_fmt = *kit.SIZE, "yuva444p10le"
        for index in range(_FRAMES):
            pixels = np.full((*kit.SIZE[::-1], 4), 90, np.uint8)
            pixels[..., 3] = kit.frame(index, _FRAMES).mean(axis=2)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgba").reformat(format="yuva444p10le")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            for packet in video.encode(frame):
                out.mux(packet)
        for packet in video.encode(None):
            out.mux(packet)
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
