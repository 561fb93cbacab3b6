"""Judges a film that somebody wrote from its bytes alone."""

from __future__ import annotations

from pathlib import Path

from paravent.detect.centerface import CERTAIN
from paravent.errors import Held
from paravent.source_file import opened
from paravent.texts import _, ngettext
from paravent.verify.verdict import Verdict
from paravent.video import kinds, mp4_check, subtitles
from paravent.video.limits import FilmLimits
from paravent.video.looking import Schedule
from paravent.video.pace import beat, network
from paravent.video.seeing import see
from paravent.video.source import Film


def judge(path: Path) -> Verdict:
    """Judge any film from its bytes alone: its container, and what the detector still sees in all its frames."""
    limits = FilmLimits()
    kind = kinds.of_file(path)
    problems: tuple[str, ...] = ()
    try:
        with opened(path, limits.file_bytes) as file:
            film = Film(file, kind, limits)
            try:
                sounds = [one.name for one in film.facts.sounds]
                mp4_check.check_form(file, film.facts.codec, sounds, subtitles.count(file, kind, limits))
            except Held as held:
                sentence = _("it holds something that prepared copies do not hold ({detail})")
                problems = (sentence.format(detail=held.params.get("detail", held.code)),)
            # Paint often looks a little like a face, in a glimpse more than a little.
            tracks = see(film, network(), Schedule(glimpse=0), limits, beat(0, 1, file)).tracks
            faces = sum(track.score >= CERTAIN for track in tracks)
    except Held as held:
        return Verdict(False, (str(held),))
    if faces:
        sentence = ngettext("our detector finds {count} face", "our detector finds {count} faces", faces)
        problems = (*problems, sentence.format(count=faces))
    return Verdict(False, problems) if problems else Verdict(True, (), (_("nothing found by these checks"),))
