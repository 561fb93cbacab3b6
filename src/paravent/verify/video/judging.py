"""Judges a film that somebody wrote from its bytes alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import BinaryIO

from paravent.detect.faces.network import Network
from paravent.errors import Held
from paravent.i18n.texts import _
from paravent.model.geometry import Box
from paravent.model.limits import VideoLimits
from paravent.verify.coverings import Seen, is_covered
from paravent.verify.verdict import Verdict
from paravent.verify.video import beyond
from paravent.verify.video import mp4 as mp4_check
from paravent.video.first_pass import analyse
from paravent.video.looking import Schedule
from paravent.video.progress import reporter
from paravent.video.source import Frame, Video, opened_container
from paravent.video.tracking.track import Track


def judge(file: BinaryIO, kind: str, network: Network, *, unchanged: bool = False) -> Verdict:
    """Judge any film from its bytes alone: its container, and what the detector still sees in its frames.

    kind: name of its format. network: what finds faces. unchanged: it is, to the byte, a copy that was verified when it was
    written. Its frames were looked at then, when it was known what is paint, and are not looked at again.
    """
    limits = VideoLimits()
    problems: tuple[str, ...] = ()
    try:
        video = Video(file, kind, limits)
        try:
            sounds = [one.name for one in video.facts.sounds]
            mp4_check.check_form(file, video.facts.codec, sounds, _texts(file, kind, limits))
        except Held as held:
            problems = (_holds_more(held),)
        frames = _Frames(video)
        seen = Seen() if unchanged else _seen(video, network, limits, file, frames.check)
    except Held as held:
        return Verdict(False, (str(held),))
    if problems := (*problems, *frames.problems, *seen.problems):
        return Verdict(False, problems, seen.notes)
    notes = (_("it is unchanged since it was verified, when it was written"),) if unchanged else ()
    return Verdict(True, (), (_("nothing found by these checks"), *notes, *seen.notes))


def _holds_more(held: Held) -> str:
    sentence = _("it holds something that prepared copies do not hold ({detail})")
    return sentence.format(detail=held.params.get("detail", held.code))


class _Frames:
    """What the frames of a film hold besides what they show. problems: the first one, or none."""

    def __init__(self, video: Video) -> None:
        self._facts = video.facts
        self.problems: tuple[str, ...] = ()

    def check(self, frame: Frame) -> None:
        """Never raises: a film that holds more is still looked at."""
        try:
            if not self.problems:
                beyond.refuse(frame.picture.planes(), self._facts, frame.index)
        except Held as held:
            self.problems = (_holds_more(held),)


def _texts(file: BinaryIO, kind: str, limits: VideoLimits) -> int:
    """How many tracks of subtitles there are. Raises Held("film-damaged")."""
    with opened_container(file, kind, limits) as container:
        return len(container.streams.subtitles)


def _seen(video: Video, network: Network, limits: VideoLimits, file: BinaryIO, besides: Callable[[Frame], None]) -> Seen:
    """What looks like a face. Paint often does a little, in a glimpse more than a little."""
    tracks = analyse(video, network, Schedule(glimpse=0), limits, reporter(0, 1, file), besides).tracks
    certain = [track for track in tracks if not track.doubtful]
    seen = Seen()
    if certain:
        bare = bare_tracks(video, certain)
        for number in range(len(certain)):
            seen.add(covered=number not in bare)
    return seen


def bare_tracks(video: Video, tracks: Sequence[Track]) -> set[int]:
    """Numbers of the tracks that show something else than a covering in any frame in which they were seen."""
    bare = set(range(len(tracks)))
    covered: dict[int, bool] = {}
    outlines = [track.outlines() for track in tracks]
    for frame in video.frames():
        for number, track in enumerate(tracks):
            at = frame.index - track.start
            if covered.get(number, True) and 0 <= at < len(track) and track.seen[at]:
                x, y, w, h = map(float, outlines[number][at])
                pixels = frame.picture.view(max(frame.picture.width, frame.picture.height))
                covered[number] = is_covered(pixels, Box(x - w / 2, y - h / 2, w, h))
    return bare - {number for number, always in covered.items() if always}
