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


@dataclass(frozen=True, slots=True)
class Task:
    """One file. review: None to look at it; else to prepare it as decided, if it still is the file with this hash."""

    job: Job
    review: Review | None = None
    source_key: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """outcome: of the pipeline. pages: in the file. moving: they are frames of an animation."""

    outcome: Outcome
    pages: int = 1
    moving: bool = False


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
            pages, moving, key = _facts(task.job, tools.limits)
            if task.review is None:
                return Done(pipeline.look(task.job, tools), pages, moving)
            if key != task.source_key:
                raise Held("changed-since-decided")
            decision = task.review.decision(pages, moving=moving)
            try:
                return Done(pipeline.protect(replace(task.job, decision=decision), tools), pages, moving)
            except OutputProblem:
                raise Held("cannot-write", reason=task.job.output or "") from None

        return work


def _facts(job: Job, limits: Limits) -> tuple[int, bool, str]:
    """Pages, whether they move, and the keyed hash. Raises Held."""
    data = read_once(Path(job.path), limits.file_bytes)
    form = sniff(data[:64]) or convertible(data[:64])
    if form is None:
        return 1, False, keyed_hash(job.key, data)  # the pipeline says why it is refused
    source = form.open(data, limits)
    return len(source.pages), source.moving, keyed_hash(job.key, data)
