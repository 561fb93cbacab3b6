"""What the page shows of an original: small, whole or a tile of it, as JPEG in memory. Runs in worker processes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

from paravent.detect.upright import Upright, legible
from paravent.engine.workers.setup import WorkerSetup
from paravent.errors import Held
from paravent.formats import HEAD, recognise
from paravent.formats.base import Source
from paravent.model.geometry import Region, scale
from paravent.model.limits import StillLimits
from paravent.model.policy import Policy
from paravent.model.review import Review
from paravent.model.style import Styles
from paravent.pipeline.covering import by_human, covered_by
from paravent.redact.cover import cover_samples
from paravent.redact.rules import style_of, without_repetition
from paravent.stores.reading import format_of, read_once

if TYPE_CHECKING:
    from paravent.video.showing import OpenVideo

TILE = 1024  # pixels, both sides
_QUALITY = 84
_KEPT_SIZES = 2  # of the picture looked at last

Pixels = NDArray[np.uint8]
_Identity: TypeAlias = tuple[str, int, int]  # path, time of the last change in nanoseconds, size


@dataclass(frozen=True, slots=True)
class ViewJob:
    """A picture to be shown.

    path: absolute. page: in its file. longest: of the whole picture as shown, in pixels; never enlarged. tile: column and
    row of the square of `TILE` pixels that is wanted of it, None for all of it. kept: the picture is open, and more of it
    will be wanted. covered: show the copy that this decision would make by this policy; not with a tile. at: seconds since
    the first frame, of a film; not with a tile. painted: cover these places as this policy does, by the same fillings as in
    the copy, but in what is shown; not with a tile.
    """

    path: str
    page: int
    longest: int
    tile: tuple[int, int] | None = None
    kept: bool = False
    covered: tuple[Review, Policy] | None = None
    at: float = 0.0
    painted: tuple[tuple[Region, ...], Policy] | None = None


@dataclass(frozen=True, slots=True)
class ReelJob:
    """Frames of a film to be shown one after the other, covered. longest: pixels. frames: seconds since the first frame,
    and the places that are covered then."""

    path: str
    longest: int
    frames: tuple[tuple[float, tuple[Region, ...]], ...]
    policy: Policy


@dataclass(frozen=True, slots=True)
class SoundJob:
    """A piece of a film's sound. begin: seconds since the first frame."""

    path: str
    begin: float
    seconds: float
    disguise: bool


Job: TypeAlias = ViewJob | ReelJob | SoundJob


@dataclass(frozen=True, slots=True)
class View:
    """A JPEG, and what it shows; of a reel several, each behind its length in four bytes; of sound WAV. width, height: of
    the upright page. pages: in the file. moving: an animation."""

    data: bytes
    width: int
    height: int
    pages: int
    moving: bool


class Viewer:
    """Shows pictures; keeps the one that is open, and the film."""

    def __init__(self) -> None:
        self._limits = StillLimits()
        self._kept: tuple[_Identity, Source] | None = None
        self._video: tuple[_Identity, OpenVideo] | None = None
        self._sizes: dict[tuple[int, int], Pixels] = {}

    def do(self, job: Job) -> View:
        """What is wanted. Raises Held."""
        if isinstance(job, ReelJob):
            return self._reel(job)
        if isinstance(job, SoundJob):
            data = self._opened_video(job.path).sound(job.begin, job.seconds, disguise=job.disguise)
            return View(data, 0, 0, 1, True)
        return self.show(job)

    def show(self, job: ViewJob) -> View:
        """The picture as wanted. Raises Held."""
        spec = format_of(Path(job.path))
        if spec and spec.is_video:
            return self._frame(job)
        source = self.opened(job.path) if job.kept else _open(Path(job.path), self._limits)
        if job.page >= len(source.pages):
            raise Held("damaged")
        upright = legible(source.pages[job.page]) if job.covered is None else _copied(source, *job.covered, job.page)
        if job.tile is None:
            pixels = _resized(upright, job.longest)
            if job.painted is not None:
                pixels = _painted(pixels, pixels.shape[1] / upright.width, *job.painted)
        else:
            pixels = _cut(self._sized(upright, job.page, job.longest), *job.tile)
        return View(encoded(pixels), upright.width, upright.height, len(source.pages), source.moving)

    def opened(self, path: str) -> Source:
        """The picture that is open; kept as long as no other is wanted and the file stays as it is. Raises Held."""
        identity = _identity(path)
        if self._kept is None or self._kept[0] != identity:
            self._kept, self._sizes = None, {}
            self._kept = identity, _open(Path(path), self._limits)
        return self._kept[1]

    def _frame(self, job: ViewJob) -> View:
        video = self._opened_video(job.path)
        try:
            picture = video.covered(job.at, *job.painted) if job.painted else video.at(job.at)
        except BaseException:
            self.close_video()
            raise
        return View(encoded(picture.view(job.longest)), picture.width, picture.height, 1, True)

    def _reel(self, job: ReelJob) -> View:
        video = self._opened_video(job.path)
        reel, size = bytearray(), (0, 0)
        try:
            for at, regions in job.frames:
                picture = video.at(at)
                size = picture.width, picture.height
                pixels = picture.view(job.longest)
                data = encoded(_painted(pixels, pixels.shape[1] / picture.width, regions, job.policy))
                reel += len(data).to_bytes(4, "big") + data
        except BaseException:
            self.close_video()
            raise
        return View(bytes(reel), *size, 1, True)

    def _opened_video(self, path: str) -> OpenVideo:
        """The film that is open; kept like a picture. Raises Held."""
        spec = format_of(Path(path))
        if spec is None or not spec.is_video:
            raise Held("unknown-format")
        spec.require()
        from paravent.video.showing import OpenVideo  # noqa: PLC0415  (loads libav)

        identity = _identity(path)
        if self._video is None or self._video[0] != identity:
            self.close_video()
            self._video = identity, OpenVideo(Path(path), spec.name)
        return self._video[1]

    def close_video(self) -> None:
        """Let go of the film that is open."""
        if self._video is not None:
            self._video[1].close()
            self._video = None

    def _sized(self, upright: Upright, page: int, longest: int) -> Pixels:
        pixels = self._sizes.pop((page, longest), None)
        if pixels is None:
            pixels = _resized(upright, longest)
        self._sizes[page, longest] = pixels
        while len(self._sizes) > _KEPT_SIZES:
            del self._sizes[next(iter(self._sizes))]
        return pixels


def start_showing(setup: WorkerSetup) -> Viewing:
    """What a worker begins with that shows pictures."""
    del setup
    return Viewing(Viewer())


@dataclass(frozen=True, slots=True)
class Viewing:
    """The work of such a worker."""

    viewer: Viewer

    def __call__(self, job: Job) -> View:
        """See `Viewer.do`."""
        return self.viewer.do(job)


def encoded(pixels: Pixels) -> bytes:
    """RGB (h, w, 3) as JPEG."""
    data: bytes = simplejpeg.encode_jpeg(np.ascontiguousarray(pixels), quality=_QUALITY, colorspace="RGB")
    return data


def _identity(path: str) -> _Identity:
    try:
        state = Path(path).stat()
    except OSError as error:
        raise Held("unreadable", reason=error.strerror or type(error).__name__) from None
    return path, state.st_mtime_ns, state.st_size


def _open(path: Path, limits: StillLimits) -> Source:
    data = read_once(path, limits.file_bytes)
    spec = recognise(data[:HEAD])
    if spec is None:
        raise Held("unknown-format")
    return spec.open(data, limits)


def _copied(source: Source, review: Review, policy: Policy, page: int) -> Upright:
    decision = review.decision(len(source.pages), moving=source.moving)
    return legible(covered_by(source, by_human(decision, [], source, policy), policy).pages[page])


def _painted(pixels: Pixels, factor: float, regions: tuple[Region, ...], policy: Policy) -> Pixels:
    """A view with regions covered. factor: its pixels for one of the upright original."""
    shown = [(scale(one.shape, factor, factor), style_of(one, policy)) for one in without_repetition(list(regions))]
    covered = np.array(pixels)
    cover_samples(covered, tuple(shape for shape, _ in shown), Styles(policy.style, dict(shown)))
    return covered


def _resized(upright: Upright, longest: int) -> Pixels:
    """At exactly the size that `longest` asks for, both sides rounded, at least one pixel."""
    pixels = upright.view(longest)
    factor = min(1.0, longest / max(upright.width, upright.height))
    size = (max(1, round(upright.width * factor)), max(1, round(upright.height * factor)))
    if (pixels.shape[1], pixels.shape[0]) == size:
        return pixels
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR))


def _cut(pixels: Pixels, column: int, row: int) -> Pixels:
    tile = pixels[row * TILE : (row + 1) * TILE, column * TILE : (column + 1) * TILE]
    if not tile.size:
        raise Held("damaged")
    return tile
