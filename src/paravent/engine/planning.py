"""Turns what was found into jobs: which copy an original becomes, and what the ledger knows of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath, PurePosixPath

from paravent.engine.executor import Solved
from paravent.engine.naming import ATTEMPTS, Namer
from paravent.errors import Held
from paravent.formats import HEAD, FormatSpec, recognise
from paravent.formats.refusing import NO_MEDIA, refusal
from paravent.model.job import Job, Outcome
from paravent.model.policy import Policy
from paravent.model.report import FileReport, Status
from paravent.model.review import Review
from paravent.state.ledger import Ledger
from paravent.state.reviews import ReviewStore
from paravent.stores.base import Source
from paravent.stores.listing import Item, What

# What is not opened: its status, and the code of the sentence that says why.
_UNOPENED = {
    What.SPECIAL: (Status.HELD, "not-a-file"),
    What.UNREADABLE: (Status.HELD, "unreadable"),
    What.SYSTEM: (Status.LEFT_OUT, "system-file"),
    What.SIDECAR: (Status.LEFT_OUT, "sidecar"),
    What.COMPANION: (Status.LEFT_OUT, "companion-film"),
    What.HIDDEN: (Status.LEFT_OUT, "hidden"),
}


@dataclass(frozen=True, slots=True)
class Planner:
    """Makes the jobs of one output. output: its name in jobs, root: its identity, by which the ledger knows it. recipe: see
    `model.job.Job`. reviews: what humans decided; None where they are just deciding."""

    source: Source
    ledger: Ledger
    namer: Namer
    output: str
    root: str
    policy: Policy
    recipe: str
    force: bool
    reviews: ReviewStore | None = None

    def jobs(self, found: Iterable[Item]) -> Iterator[Job | Solved[Outcome]]:
        """One job a file, reserved in the ledger; what is not opened is solved at once."""
        for item in found:
            yield unopened(item) or self._decided(item)

    def _decided(self, item: Item) -> Job | Solved[Outcome]:
        """What somebody decided not to publish is left out; whoever changes the file decides anew. Whoever was left visible
        is covered all the same, and the report says so."""
        try:
            accepted = self._accepted(item)
        except Held as held:
            return Solved(Outcome(FileReport(item.relative, Status.HELD, hold=held.code, hold_params=held.params)))
        if accepted is not None and accepted.outcome in ("no-post", "private"):
            return Solved(Outcome(FileReport(item.relative, Status.LEFT_OUT, hold="do-not-post")))
        visible = accepted is not None and any(item.visible for item in accepted.items)
        return self._job(item, ("decided-visible",) if visible else ())

    def _accepted(self, item: Item) -> Review | None:
        mark = self.source.mark(item.identity) if self.reviews else None
        return self.reviews.accepted(item.identity, mark.size, mark.changed) if self.reviews and mark else None

    def _job(self, item: Item, remarks: tuple[str, ...]) -> Job | Solved[Outcome]:
        head = self.source.head(item.identity, HEAD)
        spec = recognise(head)
        if (other := no_media(item, head)) is not None:
            return other
        destination = self._destination(item, spec)
        if destination is None:
            return Solved(Outcome(FileReport(item.relative, Status.HELD, hold="exists")))
        row = self.ledger.of_input(item.identity, self.root)
        return Job(
            identity=item.identity,
            relative=item.relative,
            policy=self.policy.for_jobs(),
            recipe=self.recipe,
            output=self.output,
            destination=destination,
            format=spec.name if spec else "",
            recorded=row.entry if row else None,
            force=self.force,
            replaceable=(row.copy_key or None) if row else None,
            remarks=remarks,
        )

    def _destination(self, item: Item, spec: FormatSpec | None) -> str | None:
        """A name that no other original has; None if there is none."""
        if spec is None or (spec.on_request and not self.policy.convert):  # will be refused: reserves nothing
            return self.namer.output(item.relative, item.identity, "")
        for output in self._names(item, spec):
            if self.ledger.claim(item.identity, self.root, output, partial(self._has_moved, item)):
                return output
        return None

    def _names(self, item: Item, spec: FormatSpec) -> Iterator[str]:
        """Names for a copy, the one that it has first."""
        row = self.ledger.of_input(item.identity, self.root)
        if row is not None and row.copy_key and self.namer.fits(row.output, item.relative, spec.copy_name):
            yield row.output
        for attempt in range(ATTEMPTS):
            yield self.namer.output(item.relative, item.identity, spec.copy_name, attempt)

    def _has_moved(self, item: Item, before: str) -> bool:
        """Whether another original that has a name makes room for it: it lies elsewhere now. A number that meets that of an
        original which is gone is left to the copy of that one."""
        parts = PurePosixPath(item.relative).parts
        same = not self.namer.is_numbered(item.relative) or PurePath(before).parts[-len(parts) :] == parts
        return same and self.source.gone(before)


def scan_jobs(source: Source, found: Iterable[Item], policy: Policy) -> Iterator[Job | Solved[Outcome]]:
    """One job a file, for an audit: no destination, nothing to look up."""
    for item in found:
        yield unopened(item) or no_media(item, source.head(item.identity, HEAD)) or look_job(source, item, policy)


def look_job(source: Source, item: Item, policy: Policy) -> Job:
    """The job of looking at a file."""
    spec = recognise(source.head(item.identity, HEAD))
    return Job(item.identity, item.relative, policy.for_jobs(), format=spec.name if spec else "")


def no_media(item: Item, head: bytes) -> Solved[Outcome] | None:
    """The outcome for what is neither a picture nor a film, by its first bytes and its name; None for all else."""
    if recognise(head) is not None or refusal(head, item.name).code != NO_MEDIA:
        return None
    return Solved(Outcome(FileReport(item.relative, Status.LEFT_OUT, hold=NO_MEDIA)))


def unopened(item: Item) -> Solved[Outcome] | None:
    """The outcome for what is no ordinary file or no picture by its kind; None for what is to be opened."""
    if item.what not in _UNOPENED:
        return None
    status, hold = _UNOPENED[item.what]
    params: dict[str, str | int] = {"reason": item.reason} if item.reason else {}
    return Solved(Outcome(FileReport(item.relative, status, hold=hold, hold_params=params)))
