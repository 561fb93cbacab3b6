"""From a decision to a copy on disk, or to none: through the ledger and the pipeline, like every other copy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from paravent.engine.executor import Solved
from paravent.engine.recipe import decided_recipe
from paravent.engine.reviewing import Facts, ReviewJob
from paravent.engine.session import Session
from paravent.model import schema
from paravent.model.job import Outcome
from paravent.model.keyed_hash import is_hash_of
from paravent.model.report import Status
from paravent.model.review import Review
from paravent.model.review_body import ReviewBody
from paravent.state.ledger import Row
from paravent.stores.listing import Item


@dataclass(frozen=True, slots=True)
class DecidedCopies:
    """The copies of a session in which humans decide. Its outputs are named like the outcomes that have one."""

    session: Session

    def plan(self, found: Item, review: Review, facts: Facts | None) -> ReviewJob | Outcome:
        """What a worker is to do, reserved in the ledger; the outcome if it is known without. Raises OutputProblem."""
        planner = self.session.planner(review.outcome, recipe=self._recipe(review), force=True)
        (job,) = planner.jobs([found])
        return job.result if isinstance(job, Solved) else ReviewJob(job, review, facts)

    def record(self, task: ReviewJob, outcome: Outcome) -> None:
        """Write down what was published, and take away a copy that was meant for others. Raises Held, if one cannot be."""
        job = task.job
        if outcome.report.status not in (Status.PREPARED, Status.ALREADY) or task.review is None:
            return
        self.session.ledger.record(job.identity, self.session.output(job.output).identity, outcome, job.recipe)
        self.session.reviews.published(outcome.source_key, outcome.copy_key, task.review)
        for name in self.session.output_locations:
            if name != task.review.outcome:
                self._withdraw(job.identity, name)

    def withdraw(self, identity: str) -> None:
        """Take away every copy of an original that we wrote. Raises Held, if one cannot be."""
        for name in self.session.output_locations:
            self._withdraw(identity, name)

    def written(self, identity: str, source_key: str, review: Review) -> Path | None:
        """The copy of an original that was made by exactly this decision; None if it is not there any more."""
        row = self.row(identity, review.outcome)
        if row is None or row.source_key != source_key or row.recipe != self._recipe(review):
            return None
        return row.copy if row.copy_key and row.copy.is_file() else None

    def is_intact(self, row: Row) -> bool:
        """Whether a copy is still the file that was verified and written, to the last byte. May be asked in any thread."""
        try:
            with row.copy.open("rb") as file:
                return bool(row.copy_key) and is_hash_of(row.copy_key, self.session.key, file)
        except OSError:
            return False

    def _withdraw(self, identity: str, output: str) -> None:
        """Take away the copy in an output if it is unchanged since we wrote it."""
        row, key = self.row(identity, output), self.session.key
        if row is not None and row.copy_key:
            copy_key = row.copy_key
            self.session.output(output).withdraw(row.output, lambda file: is_hash_of(copy_key, key, file))

    def row(self, identity: str, output: str) -> Row | None:
        """What the ledger knows of an original's copy in an output, which may not be there yet."""
        location = self.session.output_locations.get(output)
        roots = location.on_disk if location else ()
        rows = (self.session.ledger.of_input(identity, str(root)) for root in roots)
        return next((row for row in rows if row), None)

    def _recipe(self, review: Review) -> str:
        decided = schema.plain(ReviewBody.of(replace(review, version=0, recipe="")))
        return decided_recipe(self.session.recipe, decided, self.session.key)
