"""Persons, writing, codes and logos in films: covered in every frame, between looks too; and looked for again."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray

import video_kit as kit
from detect_kit import detectors
from job_kit import tools_of
from paravent.detect.base import NOTHING_KNOWN, Context, Detection, Viewer
from paravent.detect.detector_set import DetectorSet
from paravent.detect.registry import chosen
from paravent.model.geometry import Box, Ellipse, Polygon
from paravent.model.job import Job
from paravent.model.policy import Policy, preset
from paravent.model.report import FileReport, Status
from paravent.pipeline import video
from paravent.redact.masks import raster
from paravent.video.tracking.small import Small
from paravent.video.tracking.sparse import SparseLinker
from paravent.video.tracking.track import Observation, polygon
from video_panels import FRAMES, LOSSLESS, SIZE, code, plate

pytestmark = pytest.mark.slow


def _drawn(shown: NDArray[np.uint8], index: int) -> tuple[NDArray[np.uint8], tuple[slice, slice]]:
    """A frame, and where in it the panel is; it moves unevenly."""
    picture = kit.backdrop(*SIZE)
    x = 20 + round((SIZE[0] - shown.shape[1] - 40) * (1 - np.cos(np.pi * index / FRAMES)) / 2)
    y = 60 + round(20 * np.sin(index / 7))
    place = slice(y, y + shown.shape[0]), slice(x, x + shown.shape[1])
    picture[place] = shown
    return picture, place


def test_outside_the_part_that_is_asked_for_nobody_looks(tmp_path: Path) -> None:
    shown = _blue()
    spec = kit.Spec(frames=100, size=SIZE, options=LOSSLESS, draw=lambda i: _drawn(shown, i)[0])
    source, seeing = kit.write(tmp_path / "film.mp4", spec), _Blinking(set(), again=False)
    report = protect(source, tmp_path / "out", detectors(seeing), preset("family").with_options(begin=2.0, end=2.4))
    assert (report.covered, seeing.count + 1) == ({"logo": 1}, 3)  # a look before, one behind, one between
    assert not any(_is_blue(pixels) for pixels in _coloured(tmp_path / "out" / "film.mp4"))


def _coloured(path: Path) -> list[NDArray[np.int64]]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]


def _is_blue(pixels: NDArray[np.int64]) -> bool:
    return int(((pixels[..., 2] - pixels[..., 0]) > 100).sum()) >= 40


def protect(source: Path, output: Path, looking: DetectorSet, policy: Policy) -> FileReport:
    output.mkdir()
    return video.protect(Job(str(source), source.name, policy, "r", str(output), "film.mp4"), tools_of(looking)).report


def _frames(path: Path) -> list[NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


@pytest.mark.parametrize(
    ("kind", "shown", "options"),
    [("code", code(), {"codes": True}), ("plate", plate(), {"text": "identifying"})],
)
def test_what_the_policy_names_is_covered_in_every_frame(
    kind: str, shown: NDArray[np.uint8], options: dict[str, object], tmp_path: Path
) -> None:
    spec = kit.Spec(frames=FRAMES, size=SIZE, options=LOSSLESS, draw=lambda i: _drawn(shown, i)[0])
    source = kit.write(tmp_path / "film.mp4", spec)
    policy = preset("family").with_options(**options)
    report = protect(source, tmp_path / "out", chosen(policy), policy)
    assert report.status is Status.PREPARED, (report.hold, report.hold_params)
    assert report.covered == {kind: 1}
    for i, picture in enumerate(_frames(tmp_path / "out" / "film.mp4")):
        rows, columns = _drawn(shown, i)[1]
        inner = picture[rows.start + 12 : rows.stop - 12, columns.start + 12 : columns.stop - 12]
        assert np.ptp(inner) < 25, f"frame {i} shows the {kind}"
        assert np.abs(inner.astype(int) - 96).mean() < 12  # solid, whatever the style of faces
    assert report.video is not None
    looked = report.video.rechecked_for["text" if kind == "plate" else kind]
    assert 0 < looked < FRAMES


def test_without_the_policy_nothing_of_it_is_covered(tmp_path: Path) -> None:
    shown = code()
    spec = kit.Spec(frames=5, size=SIZE, options=LOSSLESS, draw=lambda i: _drawn(shown, i)[0])
    policy = preset("family")
    report = protect(kit.write(tmp_path / "film.mp4", spec), tmp_path / "out", chosen(policy), policy)
    assert (report.covered, report.video and report.video.rechecked_for) == ({}, {})
    assert zxingcpp.read_barcodes(_frames(tmp_path / "out" / "film.mp4")[2])


class _Blinking:
    """Sees the panel from a certain frame on, and again in the copy."""

    name, again = "blinking", True

    def __init__(self, seen: set[int], again: bool = True) -> None:
        self.count, self.again = -1, again
        self.seen = seen

    def find(
        self, picture: Viewer, within: tuple[Box, ...] | None = None, context: Context = NOTHING_KNOWN
    ) -> list[Detection]:
        view = picture.view(SIZE[0]).astype(int)
        blue = np.argwhere((view[..., 2] - view[..., 0]) > 100)
        self.count += 1
        if len(blue) < 50 or (self.seen and self.count not in self.seen):
            return []
        (top, left), (bottom, right) = blue.min(axis=0), blue.max(axis=0) + 1
        return [Detection(Box(left, top, right - left, bottom - top), 0.9, "logo")]


def _blue() -> NDArray[np.uint8]:
    rng = np.random.default_rng(2)
    shown = np.zeros((60, 80, 3), np.uint8)
    shown[..., 2] = 255
    shown[..., 0] = shown[..., 1] = np.kron(rng.integers(0, 90, (15, 20), np.uint8), np.ones((4, 4), np.uint8))
    return shown


def test_what_only_the_copy_shows_is_looked_for_in_the_source_and_covered(tmp_path: Path) -> None:
    shown = _blue()

    def draw(i: int) -> NDArray[np.uint8]:  # there for less time than lies between two looks
        frame = (_drawn(shown, i)[0] if 3 <= i <= 9 else kit.backdrop(*SIZE)).copy()
        frame[-40:, : SIZE[0] // 2], frame[-40:, SIZE[0] // 2 :] = 0, 255  # it uses all values: it is not stretched
        return frame

    source = kit.write(tmp_path / "film.mp4", kit.Spec(frames=13, size=SIZE, options=LOSSLESS, draw=draw))
    report = protect(source, tmp_path / "out", detectors(_Blinking(set())), preset("family"))
    assert (report.status, report.rounds, report.covered) == (Status.PREPARED, 2, {"logo": 1})
    assert not any(_is_blue(pixels) for pixels in _coloured(tmp_path / "out" / "film.mp4"))


def test_a_look_that_misses_a_place_does_not_uncover_it(tmp_path: Path) -> None:
    shown = _blue()
    spec = kit.Spec(frames=FRAMES, size=SIZE, options=LOSSLESS, draw=lambda i: _drawn(shown, i)[0])
    looking = detectors(_Blinking({0, 1, 3, 4}, again=False))  # not the third look
    report = protect(kit.write(tmp_path / "film.mp4", spec), tmp_path / "out", looking, preset("family"))
    assert report.covered == {"logo": 1}
    assert report.video is not None
    assert report.video.rechecked_for == {"blinking": 0}
    assert not any(_is_blue(pixels) for pixels in _coloured(tmp_path / "out" / "film.mp4"))


def test_doubt_about_other_kinds_waits_for_a_human_where_the_policy_says_so(tmp_path: Path) -> None:
    class Doubting(_Blinking):
        def find(self, *arguments: object, **more: object) -> list[Detection]:
            found = super().find(*arguments, **more)  # type: ignore[arg-type]
            return [Detection(one.box, 0.3, one.kind, doubtful=True) for one in found]

    spec = kit.Spec(frames=6, size=SIZE, draw=lambda i: _drawn(_blue(), i)[0])
    source = kit.write(tmp_path / "film.mp4", spec)
    assert protect(source, tmp_path / "press", detectors(Doubting(set())), preset("press")).hold == "doubt"
    assert protect(source, tmp_path / "family", detectors(Doubting(set())), preset("family")).doubtful == 1


def test_a_polygon_covers_the_shape_it_was_made_of() -> None:
    rng = np.random.default_rng(4)
    shapes = [Ellipse(100, 90, 50, 25, 30), Polygon(((20, 30), (150, 60), (140, 80), (15, 50)))]
    shapes += [Polygon(tuple((x, y) for x, y in rng.uniform(20, 180, (8, 2)).tolist())) for _ in range(5)]
    for shape in shapes:
        sight = Observation.of_shape("person", shape)
        reach = polygon(sight.convex)
        moved = Polygon(tuple((x + float(sight.row[0]), y + float(sight.row[1])) for x, y in reach.points))
        own, covered = raster(shape, 200, 200), raster(moved, 200, 200)
        assert (own & ~covered).sum() <= 0.01 * own.sum()


def test_tracks_end_at_cuts_and_after_two_looks_without_sight() -> None:
    rng = np.random.default_rng(6)
    wall = np.kron(rng.integers(60, 200, (60, 80), np.uint8), np.ones((4, 4), np.uint8))
    linker = SparseLinker(320, 240, 5)
    sight = Observation.of_shape("code", Box(100, 100, 40, 30).outline())
    for i in range(40):
        linker.advance(Small(wall, 1.0), cut=i in (0, 30))
        if i % 5 == 0:
            linker.see([sight] if i in (10, 25) else [])
    first, second = linker.finish()
    assert (first.start, first.start + len(first)) == (0, 21)
    assert (second.start, second.start + len(second)) == (15, 30)
