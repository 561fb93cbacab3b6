"""What a film holds and no player shows is not in its copy: values that are cut off, and samples outside the window."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image, ImageDraw

import video_kit as kit
import video_running
from paravent.model.report import Status
from paravent.video import rewriting
from paravent.video.confining import confine
from paravent.video.painting import Palette
from plants_kit import HEIGHT, WIDTH
from plants_unseen import hidden, planes_of

_FACE = hidden()[0]
_BEYOND = {
    "white": (239 + _FACE // 16, 128),
    "black": (_FACE // 20, 128),
    "magenta": (60 + _FACE // 4, 240),
}
_CODECS = {
    "libx264": {"crf": "8"},
    "libx265": {"crf": "8", "x265-params": "log-level=error"},
    "libvpx-vp9": {"crf": "8", "b": "0", "cpu-used": "8"},
    "libsvtav1": {"crf": "8", "preset": "12"},
}


def _video(path: Path, codec: str, luma: np.ndarray, chroma: Any = 128, cut: str = "") -> Path:
    """Four equal frames. chroma: see `planes_of`. cut: a filter of the coded stream."""
    with av.open(str(path), "w") as out:
        video: Any = out.add_stream(codec, rate=25, options=_CODECS[codec])
        video.width, video.height, video.pix_fmt = luma.shape[1], luma.shape[0], "yuv420p"
        filtering: Any = None
        for i in range(5):
            frame = planes_of(luma.astype(np.uint8), chroma) if i < 4 else None
            if frame is not None:
                frame.pts, frame.time_base, frame.color_range = i, Fraction(1, 25), 1
            for packet in video.encode(frame):
                if cut and filtering is None:
                    filtering = av.BitStreamFilterContext(cut, video)
                for one in filtering.filter(packet) if cut else [packet]:
                    one.stream = video
                    out.mux(one)
    return path


def _luma(path: Path, *, whole: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Luma and RGB of the first frame. whole: with what the window of the stream cuts off."""
    with av.open(str(path)) as container:
        if whole:
            container.streams.video[0].codec_context.options = {"flags2": "+ignorecrop"}
        frame = next(container.decode(video=0))
        return frame.to_ndarray(format="yuv420p")[: frame.height].astype(float), frame.to_ndarray(format="rgb24").astype(
            float
        )


def _copy(source: Path, folder: Path) -> Path:
    report = video_running.protect(source, folder / "out")
    assert report.status is Status.PREPARED, (report.hold, report.hold_params)
    return folder / "out" / report.output


@pytest.mark.parametrize("codec", _CODECS)
def test_a_face_brighter_than_white_does_not_travel(codec: str, tmp_path: Path) -> None:
    suffix = ".webm" if codec == "libvpx-vp9" else ".mp4"
    source = _video(tmp_path / f"film{suffix}", codec, *_BEYOND["white"])
    before, shown = _luma(source)
    assert before.std() > 4
    assert shown.min() > 250
    after, shown = _luma(_copy(source, tmp_path))
    assert after.std() < 0.5
    assert shown.min() > 250


@pytest.mark.parametrize("where", ["black", "magenta"])
def test_nor_one_darker_than_black_or_in_a_colour_that_there_is_not(where: str, tmp_path: Path) -> None:
    source = _video(tmp_path / "film.mp4", "libx264", *_BEYOND[where])
    before, shown_before = _luma(source)
    after, shown = _luma(_copy(source, tmp_path))
    assert before.std() > 3
    assert after.std() < before.std() / 4 + shown_before.std() / 2
    assert np.abs(shown - shown_before).mean() < 4


@pytest.mark.parametrize("where", _BEYOND)
@pytest.mark.parametrize("codec", _CODECS)
def test_verification_sees_it_by_itself(codec: str, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a writer that leaves it there, and without any."""
    source = _video(tmp_path / f"film.{'webm' if codec == 'libvpx-vp9' else 'mp4'}", codec, *_BEYOND[where])
    assert any("samples beyond white or black" in problem for problem in video_running.judged(source).problems)
    assert not any("samples beyond" in problem for problem in video_running.judged(_copy(source, tmp_path)).problems)
    monkeypatch.setattr(rewriting, "confine", lambda planes, palette: None)
    report = video_running.protect(source, tmp_path / "other")
    assert (report.hold, report.hold_params) == ("container", {"detail": "samples beyond white or black"})


@pytest.mark.parametrize("where", _BEYOND)
@pytest.mark.parametrize("codec", ["libx265", "libsvtav1"])
def test_nor_does_it_in_samples_of_10_bits(codec: str, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values, chroma = _BEYOND[where]
    frames = [kit.ten_bits(4 * values.astype(int), 4 * chroma) for _ in range(4)]
    source = kit.write_frames(tmp_path / "film.mp4", codec, _CODECS[codec], frames)
    assert any("samples beyond" in problem for problem in video_running.judged(source).problems)
    copy = _copy(source, tmp_path)
    assert not any("samples beyond" in problem for problem in video_running.judged(copy).problems)
    before, shown_before = _luma(source)
    after, shown = _luma(copy)
    assert after.std() < before.std() / 4 + shown_before.std() / 2
    assert np.abs(shown - shown_before).mean() < 4
    monkeypatch.setattr(rewriting, "confine", lambda planes, palette: None)
    report = video_running.protect(source, tmp_path / "other")
    assert (report.hold, report.hold_params) == ("container", {"detail": "samples beyond white or black"})


@pytest.mark.parametrize("codec", _CODECS)
@pytest.mark.parametrize("kind", ["letters", "colours"])
def test_what_coding_adds_to_pure_colours_is_let_be(codec: str, kind: str, tmp_path: Path) -> None:
    """Letters black on white, and pure colours side by side: as far out of range as honest films get."""
    image = Image.new("RGB", (240, 160), "white")
    if kind == "letters":
        for y in range(2, 160, 12):
            ImageDraw.Draw(image).text((3, y), "The quick brown fox jumps over the lazy dogs", fill="black")
    else:
        colours = np.random.default_rng(3).integers(0, 2, (10, 15, 3)).astype(np.uint8) * 255
        image = Image.fromarray(colours.repeat(16, axis=0).repeat(16, axis=1))
    frame = av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24").reformat(format="yuv420p")
    luma, *chroma = (np.frombuffer(plane, np.uint8).reshape(plane.height, -1)[:, : plane.width] for plane in frame.planes)
    source = _video(tmp_path / f"film.{'webm' if codec == 'libvpx-vp9' else 'mp4'}", codec, luma, tuple(chroma))
    copy = _copy(source, tmp_path)
    assert video_running.judged(copy).ok, video_running.judged(copy)


@pytest.mark.parametrize(("codec", "name"), [("libx264", "h264"), ("libx265", "hevc")])
def test_samples_outside_the_window_of_the_stream_do_not_travel(codec: str, name: str, tmp_path: Path) -> None:
    whole = np.full((128, 160), 230)
    whole[:HEIGHT, :WIDTH] = 60
    cut = f"{name}_metadata=crop_right={160 - WIDTH}:crop_bottom={128 - HEIGHT}"
    source = _video(tmp_path / "film.ts", codec, whole, cut=cut)
    assert _luma(source)[0].shape == (HEIGHT, WIDTH)
    assert _luma(source)[0].max() < 120
    assert _luma(source, whole=True)[0].max() > 200
    copy = _copy(source, tmp_path)
    assert _luma(copy)[0].shape == (HEIGHT, WIDTH)
    assert _luma(copy, whole=True)[0].max() < 120


@pytest.mark.parametrize("depth", [8, 10])
@pytest.mark.parametrize("full", [False, True])
def test_what_is_shown_stays_as_it_is(depth: int, full: bool) -> None:
    """Drawn in red, green and blue, in odd sizes: nothing is out of range."""
    rng = np.random.default_rng(4)
    palette = Palette(1, full, depth)
    colours = rng.integers(0, 256, (8, 10, 3))
    values = np.array([[palette.of(tuple(map(int, colour))) for colour in row] for row in colours])
    kind = np.uint8 if depth == 8 else np.uint16
    luma = np.rint(values[..., 0]).astype(kind).repeat(2, axis=0).repeat(2, axis=1)[:15, :19]
    planes = [luma, *(np.rint(values[..., i]).astype(kind) for i in (1, 2))]
    before = [plane.copy() for plane in planes]
    confine(planes, palette)
    for one, other in zip(planes, before, strict=True):
        np.testing.assert_array_equal(one, other)
