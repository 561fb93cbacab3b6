"""What workers do for a human who decides: look at a file, follow what is to be covered in a film, prepare as decided."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from paravent.errors import Held, OutputProblem
from paravent.model.decision import Decision
from paravent.model.job import Job, Outcome
from paravent.model.policy import Policy
from paravent.model.review import Review
from paravent.pipeline import videos

if TYPE_CHECKING:
    from paravent.video.proposal import Proposal


@dataclass(frozen=True, slots=True)
class Facts:
    """source_key: keyed hash of the bytes. pages: in the file. moving: they are frames of an animation. film: it is one.
    width, height: of the first picture, upright; 0 if unknown."""

    source_key: str
    pages: int = 1
    moving: bool = False
    film: bool = False
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """One file. review: None to look at it; else to prepare it as decided, if it still is the file of `facts`.

    tracks: in a film, follow through all frames what would be covered.
    """

    job: Job
    review: Review | None = None
    facts: Facts | None = None
    tracks: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """outcome: of the pipeline. proposal: what would be covered in a film, if that was asked."""

    outcome: Outcome
    facts: Facts
    proposal: Proposal | None = None


_OTHER_TOOLS = 2  # kept for policies that were asked for a single picture
Hands: TypeAlias = Callable[[Task], Done]


@dataclass(frozen=True, slots=True)
class Starting:
    """Begins a worker for a policy."""

    policy: Policy

    def __call__(self) -> Hands:
        """Raises ModelsMissing."""
        from paravent.pipeline import still as pipeline  # noqa: PLC0415  (loads the libraries that only workers need)

        usual = pipeline.make_tools(self.policy)
        others = functools.lru_cache(_OTHER_TOOLS)(pipeline.make_tools)

        def work(task: Task) -> Done:
            tools = usual if task.job.policy == self.policy.for_jobs() else others(task.job.policy)
            if task.review is not None and task.facts is not None:
                return _prepared(task, task.review, task.facts, tools)
            if videos.is_one(Path(task.job.path)):
                outcome, proposal = videos.look(task.job, tools.detectors if task.tracks else None)
                return Done(outcome, _facts(outcome, film=True), proposal)
            outcome = pipeline.look(task.job, tools)
            return Done(outcome, _facts(outcome, film=False))

        def _prepared(task: Task, review: Review, facts: Facts, tools: pipeline.Tools) -> Done:
            job = replace(task.job, decision=_decision(review, facts), decided_key=facts.source_key)
            try:
                return Done(pipeline.protect(job, tools), facts)
            except OutputProblem:
                raise Held("cannot-write", reason=job.output or "") from None

        return work


def _facts(outcome: Outcome, *, film: bool) -> Facts:
    return Facts(outcome.source_key, outcome.pages, outcome.moving, film, *outcome.size)


def _decision(review: Review, facts: Facts) -> Decision | None:
    """None for a film whose tracks nobody was shown: then the policy decides, and what it leaves to a human waits."""
    if facts.film and not review.recipe:
        return None
    return review.decision(facts.pages, moving=facts.moving)
