"""Judges a film that somebody wrote from its bytes alone."""

from __future__ import annotations

from typing import BinaryIO

from paravent.detect.faces.network import Network
from paravent.errors import Held
from paravent.i18n.texts import _, ngettext
from paravent.model.limits import VideoLimits
from paravent.verify.verdict import Verdict
from paravent.verify.video import mp4 as mp4_check
from paravent.video.analysis import analyse
from paravent.video.looking import Schedule
from paravent.video.progress import reporter
from paravent.video.source import Video, opened_container


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
            sentence = _("it holds something that prepared copies do not hold ({detail})")
            problems = (sentence.format(detail=held.params.get("detail", held.code)),)
        faces = 0 if unchanged else _faces(video, network, limits, file)
    except Held as held:
        return Verdict(False, (str(held),))
    if faces:
        sentence = ngettext("our detector finds {count} face", "our detector finds {count} faces", faces)
        problems = (*problems, sentence.format(count=faces))
    if problems:
        return Verdict(False, problems)
    notes = (_("it is unchanged since it was verified, when it was written"),) if unchanged else ()
    return Verdict(True, (), (_("nothing found by these checks"), *notes))


def _texts(file: BinaryIO, kind: str, limits: VideoLimits) -> int:
    """How many tracks of subtitles there are. Raises Held("film-damaged")."""
    with opened_container(file, kind, limits) as container:
        return len(container.streams.subtitles)


def _faces(video: Video, network: Network, limits: VideoLimits, file: BinaryIO) -> int:
    """How many places look like a face. Paint often does a little, in a glimpse more than a little."""
    tracks = analyse(video, network, Schedule(glimpse=0), limits, reporter(0, 1, file)).tracks
    return sum(not track.doubtful for track in tracks)
