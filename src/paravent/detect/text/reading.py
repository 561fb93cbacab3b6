"""Reads lines of text and forgets them: what leaves this module is a kind and a doubt for each line."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from paravent.detect import quads
from paravent.detect.base import Pixels
from paravent.detect.quads import Quad
from paravent.detect.text.identifying import Kind, could_identify, kind_of
from paravent.detect.text.networks import TextModels, level

READ = 0.6  # mean certainty of characters from which a line was read rather than guessed
_SURE = 0.9  # below this a line is also read the other way round, and its digits are not trusted
_GUESSED = 0.3  # below this it is no text, or none that anyone reads
_SQUARE = 1.7  # width over height below which a line may also run along its shorter side
_BESIDE, _BELOW = 2.0, 1.2  # heights to a neighbouring line
_ALIKE = 2.2  # heights of neighbours over one another, at most


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a line is: its kind, None if it gives nothing away; doubtful if that was guessed."""

    kind: Kind | None
    doubtful: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    """One line as read. quad: its first edge runs along the letters. Lives in memory for one picture only."""

    quad: Quad
    text: str
    score: float


def meanings(
    models: TextModels, pixels: Pixels, lines: list[Quad], words: tuple[str, ...], names: tuple[str, ...]
) -> list[Meaning]:
    """What each line (a quad in pixels of `pixels`, RGB) is.

    Two neighbouring lines can say together what neither says alone, and what stands beside a line that identifies is in
    doubt: the town below a street, the name above a number.
    """
    readings = _readings(models, pixels, lines)
    alone = [_meaning(reading, words, names) for reading in readings]
    found = list(alone)
    for i, j in _neighbours(readings):
        if alone[i].kind is None or alone[j].kind is None:
            both = kind_of(_joined(readings[i], readings[j]), words, names)
            told = any(alone[k].kind == "text" and not alone[k].doubtful for k in (i, j))
            for k in (i, j):
                found[k] = _beside(found[k], readings[k], both, told)
    return found


def _beside(alone: Meaning, reading: _Reading, both: Kind | None, told: bool) -> Meaning:
    """What a line is in view of a neighbour. told: the other identifies alone; then this may be its town or its owner."""
    if alone.kind is not None:
        return alone
    if told and reading.score >= _GUESSED:
        return Meaning("text", True)
    return Meaning("text", reading.score < READ) if both is not None else alone


def _meaning(reading: _Reading, words: tuple[str, ...], names: tuple[str, ...]) -> Meaning:
    kind = kind_of(reading.text, words, names) if reading.score >= _GUESSED else None
    if kind is None and _GUESSED <= reading.score < _SURE and could_identify(reading.text):
        return Meaning("text", True)
    return Meaning(kind, reading.score < READ)


def _readings(models: TextModels, pixels: Pixels, lines: list[Quad]) -> list[_Reading]:
    """Each line in the direction in which it reads best."""
    drawn = [level(pixels, line) for line in lines]
    turned = [
        np.roll(line, 2, axis=0) if head > 0.5 else line
        for line, head in zip(lines, models.upside_down(drawn), strict=True)
    ]
    best = _read(models, pixels, turned)
    for turns in (2, 1, 3):
        doubtful = [i for i, reading in enumerate(best) if reading.score < _SURE and _may_run(reading.quad, turns)]
        others = _read(models, pixels, [np.roll(turned[i], turns, axis=0) for i in doubtful])
        for i, other in zip(doubtful, others, strict=True):
            best[i] = max(best[i], other, key=lambda reading: reading.score)
    return best


def _may_run(quad: Quad, turns: int) -> bool:
    width, height = quads.sides(quad)
    return turns == 2 or max(width, height) < _SQUARE * min(width, height)


def _read(models: TextModels, pixels: Pixels, lines: list[Quad]) -> list[_Reading]:
    read = models.read([level(pixels, line) for line in lines])
    return [_Reading(line, text, score) for line, (text, score) in zip(lines, read, strict=True)]


def _neighbours(readings: list[_Reading]) -> list[tuple[int, int]]:
    """Pairs of lines that stand together, in reading order."""
    pairs = []
    for i, one in enumerate(readings):
        height = quads.sides(one.quad)[1]
        reach = quads.grown(one.quad, _BESIDE * height, _BELOW * height)
        for j, other in enumerate(readings):
            alike = 1 / _ALIKE < quads.sides(other.quad)[1] / max(height, 1e-6) < _ALIKE
            if i != j and alike and _after(one.quad, other.quad) and quads.shared_area(reach, other.quad) > 0:
                pairs.append((i, j))
    return pairs


def _after(one: Quad, other: Quad) -> bool:
    """Whether the other line runs in the same direction and is read later."""
    right, down = one[1] - one[0], one[3] - one[0]
    along = other[1] - other[0]
    turn = math.degrees(math.atan2(float(right[0] * along[1] - right[1] * along[0]), float(right @ along)))
    if abs(turn) > 20:
        return False
    height = max(float(np.linalg.norm(down)), 1e-6)
    step = other.mean(axis=0) - one.mean(axis=0)
    below = float(step @ down) / height  # pixels
    return below > 0.6 * height or (abs(below) <= 0.6 * height and float(step @ right) > 0)


def _joined(one: _Reading, other: _Reading) -> str:
    return f"{one.text.rstrip('-‐')}{'' if one.text.endswith(('-', '‐')) else ' '}{other.text}"
