"""Frames of a video at times that somebody asks for, one after the other, in any order."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path

from paravent.errors import Held
from paravent.model.geometry import Region
from paravent.model.limits import VideoLimits
from paravent.model.policy import Policy
from paravent.model.style import Styles
from paravent.redact.rules import style_of
from paravent.stores.reading import opened
from paravent.video import painting, preview_sound
from paravent.video.source import Frame, Picture, Video

_NEAR = 3  # seconds ahead that are reached by decoding what lies between


class OpenVideo:
    """A video of which frames are shown. Keeps one decoded frame; `close` lets go of the file."""

    def __init__(self, path: Path, kind: str) -> None:
        """Raises Held."""
        self._path, self._kind = path, kind
        self._open = ExitStack()
        try:
            file = self._open.enter_context(opened(path, VideoLimits().file_bytes))
            self._video = Video(file, kind, VideoLimits(), salvage=True)
            self._frames: Generator[Frame] = self._video.frames()
            first = next(self._frames, None)
            if first is None:
                raise Held("film-damaged")
        except BaseException:
            self._open.close()
            raise
        self._start = first.pts
        self._shown = first

    def close(self) -> None:
        """Close the file."""
        self._frames.close()
        self._open.close()

    def at(self, seconds: float) -> Picture:
        """The frame nearest to a time since the first one; the last one for what lies behind. Raises Held."""
        base = self._video.facts.time_base
        wanted = self._start + Fraction(seconds) / base
        if not 0 <= wanted - self._shown.pts + self._shown.duration / 2 <= _NEAR / base:
            self._jump(int(wanted))
        while self._shown.pts + self._shown.duration / 2 <= wanted:
            following = next(self._frames, None)
            if following is None:
                break
            self._shown = following
        return self._shown.picture

    def sound(self, begin: float, seconds: float, *, disguise: bool) -> bytes:
        """What is heard from a time since the first frame on, see `preview_sound.wav`. Raises Held."""
        start = self._start * self._video.facts.time_base + Fraction(begin)
        with opened(
            self._path, VideoLimits().file_bytes
        ) as file:  # the one that frames are read from stands where they are
            video = Video(file, self._kind, VideoLimits(), salvage=True)
            return preview_sound.wav(video, start, seconds, disguise=disguise)

    def covered(self, seconds: float, placed: Sequence[Region], policy: Policy) -> Picture:
        """That frame with places covered, as a policy covers them. Raises Held."""
        picture, facts = self.at(seconds), self._video.facts
        planes = picture.planes()
        styles = Styles(others={one.shape: style_of(one, policy) for one in placed})
        covered = painting.places(tuple(one.shape for one in placed), picture.width, picture.height)
        painting.cover(planes, covered, styles, painting.Palette(facts.colour[2], facts.full_range, facts.depth))
        return picture.with_planes(planes)

    def _jump(self, pts: int) -> None:
        """Go on from a key frame before a time; from the beginning where the file leads to none."""
        self._frames.close()
        for frames in (self._video.frames_from(pts), self._video.frames()):
            first = next(frames, None)
            if first is not None and first.pts <= max(pts, self._start):
                self._frames, self._shown = frames, first
                return
            frames.close()
        raise Held("film-damaged")
