"""What workers do for a human who decides: look at a picture, prepare the copy as decided, show what it would be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from paravent.errors import Held, OutputProblem
from paravent.formats import convertible, sniff
from paravent.formats.base import Limits
from paravent.jobs import Job, Outcome
from paravent.policy import Policy
from paravent.private import keyed_hash
from paravent.review import Review
from paravent.source_file import read_once
from paravent.upright import Upright


@dataclass(frozen=True, slots=True)
class Task:
    """One file. review: None to look at it; else to prepare it as decided, if it still is the file with this hash."""

    job: Job
    review: Review | None = None
    source_key: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """pages: in the file. moving: they are frames of an animation. width, height: of the first one, upright; 0 if unknown.

    source_key: keyed hash of the bytes.
    """

    source_key: str
    pages: int = 1
    moving: bool = False
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """outcome: of the pipeline."""

    outcome: Outcome
    facts: Facts


Hands: TypeAlias = Callable[[Task], Done]


@dataclass(frozen=True, slots=True)
class Starting:
    """Begins a worker for a policy."""

    policy: Policy

    def __call__(self) -> Hands:
        """Raises ModelsMissing."""
        from paravent import pipeline  # noqa: PLC0415  (loads the libraries that only workers need)

        tools = pipeline.make_tools(self.policy)

        def work(task: Task) -> Done:
            facts = _facts(task.job, tools.limits)
            if task.review is None:
                return Done(pipeline.look(task.job, tools), facts)
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
    data = read_once(Path(job.path), limits.file_bytes)
    source_key = keyed_hash(job.key, data)
    form = sniff(data[:64]) or convertible(data[:64])
    if form is None:
        return Facts(source_key)  # the pipeline says why it is refused
    source = form.open(data, limits)
    first = Upright(source.pages[0])
    return Facts(source_key, len(source.pages), source.moving, first.width, first.height)
