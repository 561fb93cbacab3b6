"""What workers do for a human who decides: look at a picture, prepare the copy as decided, show what it would be."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

from paravent import films
from paravent.errors import Held, OutputProblem
from paravent.formats import convertible, sniff
from paravent.formats.base import Limits
from paravent.jobs import Job, Outcome
from paravent.policy import Policy
from paravent.private import keyed_hash, keyed_hash_of
from paravent.review import Review
from paravent.source_file import opened, read_once
from paravent.upright import Upright
from paravent.video import kinds
from paravent.video.limits import FilmLimits


@dataclass(frozen=True, slots=True)
class Task:
    """One file. review: None to look at it; else to prepare it as decided, if it still is the file with this hash."""

    job: Job
    review: Review | None = None
    source_key: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """source_key: keyed hash of the bytes. pages: in the file. moving: they are frames of an animation. film: it is one, in
    which no places can be chosen. width, height: of the first picture, upright; 0 if unknown."""

    source_key: str
    pages: int = 1
    moving: bool = False
    film: bool = False
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """outcome: of the pipeline."""

    outcome: Outcome
    facts: Facts


_OTHER_TOOLS = 2  # kept for policies that were asked for a single picture
Hands: TypeAlias = Callable[[Task], Done]


@dataclass(frozen=True, slots=True)
class Starting:
    """Begins a worker for a policy."""

    policy: Policy

    def __call__(self) -> Hands:
        """Raises ModelsMissing."""
        from paravent import pipeline  # noqa: PLC0415  (loads the libraries that only workers need)

        usual = pipeline.make_tools(self.policy)
        others = functools.lru_cache(_OTHER_TOOLS)(pipeline.make_tools)

        def work(task: Task) -> Done:
            tools = usual if task.job.policy == self.policy.for_jobs() else others(task.job.policy)
            facts = _facts(task.job, tools.limits)
            if task.review is None:
                return Done(films.scan(task.job, faces=False) if facts.film else pipeline.look(task.job, tools), facts)
            if facts.source_key != task.source_key:
                raise Held("changed-since-decided")
            decision = task.review.decision(facts.pages, moving=facts.moving)
            try:
                return Done(pipeline.protect(replace(task.job, decision=decision), tools), facts)
            except OutputProblem:
                raise Held("cannot-write", reason=task.job.output or "") from None

        return work


def _facts(job: Job, limits: Limits) -> Facts:
    """What the page needs to know besides the outcome. Raises Held."""
    path = Path(job.path)
    if kind := kinds.of_file(path):
        return _film_facts(path, kind, job.key)
    data = read_once(path, limits.file_bytes)
    source_key = keyed_hash(job.key, data)
    form = sniff(data[:64]) or convertible(data[:64])
    if form is None:
        return Facts(source_key)  # the pipeline says why it is refused
    source = form.open(data, limits)
    first = Upright(source.pages[0])
    return Facts(source_key, len(source.pages), source.moving, False, first.width, first.height)


def _film_facts(path: Path, kind: str, key: bytes) -> Facts:
    limits = FilmLimits()
    with opened(path, limits.file_bytes) as file:
        source_key = keyed_hash_of(key, file)
        if find_spec("av") is None:
            return Facts(source_key, film=True)  # the pipeline says what is missing
        from paravent.video.source import Film  # noqa: PLC0415  (loads libav)

        facts = Film(file, kind, limits).facts
        return Facts(source_key, film=True, width=facts.width, height=facts.height)
