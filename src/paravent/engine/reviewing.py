"""The work for a human who decides: look at a file, follow what is to be covered in a film, prepare as decided."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from paravent.engine.planning import look_job
from paravent.engine.session import Session
from paravent.engine.workers.setup import WorkerSetup
from paravent.errors import Held, OutputProblem
from paravent.model.decision import Decision
from paravent.model.job import Job, Outcome
from paravent.model.policy import Policy
from paravent.model.review import Review
from paravent.stores.listing import Item

if TYPE_CHECKING:
    from paravent.pipeline.tools import Tools
    from paravent.video.proposal import Proposal


@dataclass(frozen=True, slots=True)
class Facts:
    """source_key: keyed hash of the bytes. pages: in the file. moving: they are frames of an animation. video: it is one.
    width, height: of the first picture, upright; 0 if unknown."""

    source_key: str
    pages: int = 1
    moving: bool = False
    video: bool = False
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class ReviewJob:
    """One file. review: None to look at it; else to prepare it as decided, if it still is the file of `facts`.

    tracks: in a film, follow through all frames what would be covered.
    """

    job: Job
    review: Review | None = None
    facts: Facts | None = None
    tracks: bool = False


@dataclass(frozen=True, slots=True)
class Reviewed:
    """outcome: of the pipeline. proposal: what would be covered in a film, if that was asked."""

    outcome: Outcome
    facts: Facts
    proposal: Proposal | None = None


_OTHER_TOOLS = 2  # kept for policies that were asked for a single picture
Reviewing: TypeAlias = Callable[[ReviewJob], Reviewed]


def looking(session: Session, found: Item, policy: Policy | None = None, *, tracks: bool = False) -> ReviewJob:
    """What a worker does to find what the session's policy, or another, would cover. tracks: in all frames of a film."""
    return ReviewJob(look_job(session.source, found, policy or session.policy), tracks=tracks)


def start_reviewing(setup: WorkerSetup) -> Reviewing:
    """What a worker begins with. Raises ModelsMissing."""
    from paravent.detect.registry import chosen  # noqa: PLC0415  (loads the libraries that only workers need)
    from paravent.pipeline import dispatch  # noqa: PLC0415

    usual = setup.tools()
    others = functools.lru_cache(_OTHER_TOOLS)(lambda policy: replace(usual, detectors=chosen(policy)))

    def work(task: ReviewJob) -> Reviewed:
        tools = usual if task.job.policy == setup.policy.for_jobs() else others(task.job.policy)
        if task.review is not None and task.facts is not None:
            return _prepared(task, task.review, task.facts, tools)
        spec = tools.format_of(task.job)
        outcome, proposal = dispatch.propose(task.job, tools, tracks=task.tracks)
        return Reviewed(outcome, _facts(outcome, video=spec is not None and spec.is_video), proposal)

    return work


def _prepared(task: ReviewJob, review: Review, facts: Facts, tools: Tools) -> Reviewed:
    from paravent.pipeline import dispatch  # noqa: PLC0415

    job = replace(task.job, decision=_decision(review, facts), decided_key=facts.source_key)
    try:
        return Reviewed(dispatch.protect(job, tools), facts)
    except OutputProblem:
        raise Held("cannot-write", reason=job.output) from None


def _facts(outcome: Outcome, *, video: bool) -> Facts:
    return Facts(outcome.source_key, outcome.pages, outcome.moving, video, *outcome.size)


def _decision(review: Review, facts: Facts) -> Decision | None:
    """None for a film whose tracks nobody was shown: then the policy decides, and what it leaves to a human waits."""
    if facts.video and not review.recipe:
        return None
    return review.decision(facts.pages, moving=facts.moving)
