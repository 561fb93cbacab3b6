"""The looks at a website's pictures, in workers: what is to be covered in each, and which of them are one picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from paravent.engine.workers.setup import WorkerSetup
from paravent.errors import Held
from paravent.model.job import Job, Outcome
from paravent.site.families import Family, Look
from paravent.site.placing import Base, Placement, fingerprint, itself

if TYPE_CHECKING:
    from paravent.detect.upright import Upright
    from paravent.pipeline.tools import Tools


@dataclass(frozen=True, slots=True)
class Looked:
    """One picture. outcome: what the policy would cover, or why nothing can be said. look: None where it is no single
    picture."""

    outcome: Outcome
    look: Look | None = None


@dataclass(frozen=True, slots=True)
class GroupJob:
    """Files that may be one picture. members: path, identity in the source, and size of each."""

    members: tuple[tuple[str, str, tuple[int, int]], ...]


def start_looking(setup: WorkerSetup) -> Callable[[Job], Looked]:
    """What a worker begins with. Raises ModelsMissing."""
    from paravent.pipeline import dispatch  # noqa: PLC0415  (loads the libraries that only workers need)

    tools = setup.tools()

    def look(job: Job) -> Looked:
        outcome, _ = dispatch.propose(job, tools)
        if outcome.report.hold or outcome.pages != 1 or outcome.moving:
            return Looked(outcome)
        try:
            upright = _opened(tools, job.identity)
            return Looked(outcome, Look((upright.width, upright.height), fingerprint(upright.view)))
        except Held:
            return Looked(outcome)

    return look


def start_placing(setup: WorkerSetup) -> Callable[[GroupJob], tuple[Family, ...]]:
    """What a worker begins with; it looks for nothing in the pictures."""
    return partial(_families, setup.tools(detectors=False))


def _families(tools: Tools, job: GroupJob) -> tuple[Family, ...]:
    """The families among the members: the largest picture with all that lie in it, then the largest of the rest."""
    from paravent.process import heartbeat  # noqa: PLC0415

    left = sorted(job.members, key=lambda one: (-one[2][0] * one[2][1], one[0]))
    families: list[Family] = []
    while left:
        (path, identity, size), *others = left
        placed, left = {path: itself(size)}, []
        base = Base(_opened(tools, identity).view, size) if others else None
        for other in others:
            heartbeat.go_on()
            found = _placed(tools, base, other) if base else None
            if found is None:
                left.append(other)
            else:
                placed[other[0]] = found
        families.append(Family(path, placed))
    return tuple(families) if len(families) == 1 else tuple(replace(one, named=True) for one in families)


def _placed(tools: Tools, base: Base, member: tuple[str, str, tuple[int, int]]) -> Placement | None:
    _path, identity, size = member
    try:
        return base.place(_opened(tools, identity).view, size)
    except Held:
        return None


def _opened(tools: Tools, identity: str) -> Upright:
    """The first page of a file, as a person sees it. Raises Held."""
    from paravent.detect.upright import Upright  # noqa: PLC0415
    from paravent.formats import HEAD, recognise  # noqa: PLC0415
    from paravent.stores.base import read_once  # noqa: PLC0415

    contents = read_once(tools.source, identity, tools.still.file_bytes)
    spec = recognise(contents.data[:HEAD])
    if spec is None or spec.is_video:
        raise Held("changed-while-reading")
    return Upright(spec.open(contents.data, tools.still).pages[0])


def group_jobs(groups: Sequence[tuple[str, ...]], looks: dict[str, Look], identities: dict[str, str]) -> list[GroupJob]:
    """A job for each group of more than one picture that can be compared."""
    comparable = ([path for path in group if path in looks] for group in groups)
    return [
        GroupJob(tuple((path, identities[path], looks[path].size) for path in group))
        for group in comparable
        if len(group) > 1
    ]
