"""Compares a film with its original: frames and their times, what is seen, sound. What was covered is not known here."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from fractions import Fraction
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from paravent.detect.base import Pixels
from paravent.errors import Held
from paravent.i18n.texts import _
from paravent.model.limits import VideoLimits
from paravent.model.time_code import clock
from paravent.process import heartbeat
from paravent.verify.verdict import Verdict
from paravent.verify.video import marks, similarity
from paravent.verify.video.packets import sound_of
from paravent.video.source import Frame, Video

_DIFFERENT = 12.0  # mean difference of grey values (0 to 255) from which a cell shows something else
_ELSE = 0.95  # share of a frame's cells from which it shows something else altogether
_STEP = 0.0011  # seconds by which two times may differ: containers count in different ticks
_SAMPLED = 50  # frames by which a part is found in the original


class VideoFile(NamedTuple):
    """A file that is read. kind: name of its format."""

    file: BinaryIO
    kind: str


@dataclass(slots=True)
class _Walked:
    """A film gone through once. times: seconds from the first frame. marks: a number a frame and cell of `marks.FRAME`.
    packets: of each track of sound, a number for what would be copied."""

    video: Video
    times: list[Fraction] = field(default_factory=list)
    marks: bytearray = field(default_factory=bytearray)
    packets: dict[int, list[int]] = field(default_factory=dict)
    start: Fraction | None = None

    def table(self) -> NDArray[np.int16]:
        """The marks, (frames, numbers)."""
        return np.frombuffer(self.marks, np.uint8).reshape(len(self.times), -1).astype(np.int16)


def compare(copy: VideoFile, original: VideoFile) -> Verdict:
    """Compare a copy with its original. The copy may be a part of it."""
    limits = VideoLimits()
    try:
        after, before = _walked(copy, limits), _walked(original, limits)
        first = _place(before, after)
        if first is None:
            return Verdict(False, (_("its frames do not have the times of the original's"),))
        problems, notes = _pictures(before, after, first)
        return Verdict(not problems, problems, (_frames(before, after, first), *notes, _sound(before, after)))
    except Held as held:
        return Verdict(False, (str(held),))


def _walked(one: VideoFile, limits: VideoLimits) -> _Walked:
    video = Video(one.file, one.kind, limits, salvage=True)
    walked = _Walked(video, packets={sound.index: [] for sound in video.facts.sounds})
    names = {sound.index: sound.name for sound in video.facts.sounds}
    for part in video.parts():
        if isinstance(part, Frame):
            time = part.pts * video.facts.time_base
            walked.start = time if walked.start is None else walked.start
            walked.times.append(time - walked.start)
            grey = part.picture.plain_grey(max(part.picture.width, part.picture.height))
            walked.marks += marks.of_frame(grey, 8).astype(np.uint8).tobytes()
            heartbeat.beat(0.0)
        else:
            walked.packets[part.index].append(hash(sound_of(names[part.index], part.content)))
    if not walked.times:
        raise Held("film-damaged")
    return walked


def _place(before: _Walked, after: _Walked) -> int | None:
    """The frame of the original with which the copy begins; None if there is none whose times fit."""
    old, new = (np.array([float(time) for time in one.times]) for one in (before, after))
    count = len(new)
    some = np.unique(np.linspace(0, count - 1, _SAMPLED).astype(int))
    marks, own = before.table(), after.table()[some]
    found: list[tuple[float, int]] = []
    for first in range(len(old) - count + 1):
        if np.abs(old[first + some] - old[first] - new[some]).max() <= _STEP:
            # Of several, the one that shows the same; what is covered counts no more than anything else that differs.
            found.append((float(np.minimum(np.abs(marks[first + some] - own), _DIFFERENT).mean()), first))
    if not found:
        return None
    _distance, best = min(found)
    return best if np.abs(old[best : best + count] - old[best] - new).max() <= _STEP else None


def _frames(before: _Walked, after: _Walked, first: int) -> str:
    if len(before.times) == len(after.times):
        return _("all {count} frames of the original are there, with its times").format(count=len(after.times))
    sentence = _("frames {first} to {last} of the original's {count} are there, with its times")
    return sentence.format(first=first + 1, last=first + len(after.times), count=len(before.times))


def _pictures(before: _Walked, after: _Walked, first: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Problems and notes about what is seen."""
    width, height = before.video.facts.width, before.video.facts.height
    longest = max(width, height) if _is_nearly(before, after) else max(after.video.facts.width, after.video.facts.height)
    shares, alike = array("f"), array("f")
    old_frames, new_frames = before.video.frames(), after.video.frames()
    for index, old in enumerate(old_frames):
        if index < first:
            continue
        new = next(new_frames, None)
        if new is None:
            break
        share, similar = _compared(
            old.picture.plain_grey(longest), new.picture.plain_grey(max(new.picture.width, new.picture.height))
        )
        shares.append(share)
        alike.append(similar)
        heartbeat.beat(0.0)
    old_frames.close()
    new_frames.close()
    most = int(np.argmax(shares))
    notes = (
        _(
            "{share:.1%} of the picture differs from the original, {most:.1%} at {time};"
            " structural similarity of the rest: {alike:.3f}"
        ).format(
            share=float(np.mean(shares)),
            most=shares[most],
            time=clock(float(after.times[most])),
            alike=float(np.nanmean(alike)) if not np.isnan(alike).all() else 1.0,
        ),
        _("what was covered is not known, so the rest could not be judged"),
    )
    if float(np.mean(np.array(shares) > _ELSE)) > 1 / 2:
        return (_("it hardly shows what the original shows; is that the right one?"),), notes
    return (), notes


def _is_nearly(before: _Walked, after: _Walked) -> bool:
    """Whether the copy has the original's size, but for a pixel at its edges."""
    old, new = before.video.facts, after.video.facts
    return 0 <= new.width - old.width <= 1 and 0 <= new.height - old.height <= 1


def _compared(old: Pixels, new: Pixels) -> tuple[float, float]:
    """Share of the cells that show something else, and structural similarity of the others (nan if there are none)."""
    height, width = min(old.shape[0], new.shape[0]), min(old.shape[1], new.shape[1])
    x, y = (similarity.cells(one[:height, :width].astype(np.float32)) for one in (old, new))
    different = np.abs(x - y).mean(axis=2) > _DIFFERENT
    if different.all():
        return 1.0, float("nan")
    return float(different.mean()), float(similarity.of(x, y)[~different].mean())


def _sound(before: _Walked, after: _Walked) -> str:
    if not any(before.packets.values()):
        return _("the original has no sound")
    if not any(after.packets.values()):
        return _("it has no sound, unlike the original")
    old, new = list(before.packets.values()), list(after.packets.values())
    if len(old) == len(new) and all(_is_part(part, whole) for part, whole in zip(new, old, strict=True)):
        return _("its sound is the original's, packet by packet")
    return _("its sound was coded anew")


def _is_part(part: list[int], whole: list[int]) -> bool:
    if not part:
        return not whole
    starts = [i for i, one in enumerate(whole) if one == part[0]]
    return any(whole[i : i + len(part)] == part for i in starts)
