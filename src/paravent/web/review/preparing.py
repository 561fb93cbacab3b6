"""From a decision to a copy on disk, or to none: through the ledger and the pipeline, like every other copy."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from pathlib import Path

from paravent.engine.naming import Namer
from paravent.engine.planning import Planner
from paravent.engine.workers.pool import Solved
from paravent.model.job import Job, Outcome
from paravent.model.keyed_hash import keyed_hash
from paravent.model.policy import Policy
from paravent.model.report import Status
from paravent.model.review import Review
from paravent.pipeline import record as life
from paravent.state.ledger import Ledger, Row
from paravent.state.reviews import ReviewStore
from paravent.stores import publishing
from paravent.web.review.album import Picture
from paravent.web.review.hands import Task


@dataclass(frozen=True, slots=True)
class Preparing:
    """roots: output folder of each outcome that has one; absolute. recipe: of the policy, see `job.Job`."""

    ledger: Ledger
    store: ReviewStore
    roots: dict[str, Path]
    policy: Policy
    key: bytes
    recipe: str

    def task(self, picture: Picture, review: Review) -> Task | Outcome:
        """What a worker is to do, reserved in the ledger; the outcome if it is known without. Raises OSError."""
        root = self.roots[review.outcome]
        root.mkdir(parents=True, exist_ok=True)
        namer = Namer(self.key, self.policy.keep_names)
        planner = Planner(self.ledger, namer, str(root), self.policy, self._recipe(review), True)
        (job,) = planner.jobs([picture.found])
        if isinstance(job, Solved):
            return job.result
        return Task(job, review, picture.look.facts if picture.look else None)

    def done(self, task: Task, outcome: Outcome) -> None:
        """Write down what was published, and take away a copy that was meant for others."""
        job = task.job
        if outcome.report.status not in (Status.PREPARED, Status.ALREADY) or task.review is None:
            return
        self.ledger.record(job.path, job.output or "", outcome, job.recipe)
        self.store.published(outcome.source_key, outcome.copy_key, task.review)
        for name, root in self.roots.items():
            if name != task.review.outcome:
                self.take_away(job.path, root)

    def no_copy(self, picture: Picture) -> None:
        """Take away every copy of a picture that we wrote. Raises Held, if one cannot be."""
        for root in self.roots.values():
            self.take_away(str(picture.found.path), root)

    def written(self, picture: Picture, review: Review) -> Path | None:
        """The copy that was made by exactly this decision; None if it is not there any more."""
        row = self._row(picture, review)
        if row is None or row.source_key != picture.source_key or row.recipe != self._recipe(review):
            return None
        return row.copy if row.copy_key and row.copy.is_file() else None

    def take_away(self, path: str, root: Path) -> None:
        """Delete the copy of an input below a root if it is unchanged since we wrote it."""
        row = self.ledger.of_input(path, str(root))
        if row is None or not row.copy_key:
            return
        if hmac.compare_digest(life.hash_of_video(root / row.output, self.key), row.copy_key):
            publishing.withdraw(root, row.output)

    def _row(self, picture: Picture, review: Review) -> Row | None:
        root = self.roots.get(review.outcome)
        return self.ledger.of_input(str(picture.found.path), str(root)) if root else None

    def _recipe(self, review: Review) -> str:
        """Another one for every decision, so that the ledger knows the copy of this one."""
        decided = repr(replace(review, version=0, recipe=""))
        return keyed_hash(self.key, f"{self.recipe}\n{decided}".encode())


def looking(picture: Picture, policy: Policy, key: bytes, *, tracks: bool = False) -> Task:
    """What a worker is to do to find what the policy would cover. tracks: in all frames of a film."""
    found = picture.found
    return Task(Job(str(found.path), found.relative, None, None, policy.for_jobs(), key, ""), tracks=tracks)
