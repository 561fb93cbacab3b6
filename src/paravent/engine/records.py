"""What the private state knows: which copy came from which original, which rely on a permission; and forgetting it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from paravent.errors import UsageProblem
from paravent.i18n.texts import _
from paravent.state.ledger import Ledger, Row
from paravent.state.private import PrivateFolder
from paravent.state.reviews import ReviewStore


@dataclass(frozen=True, slots=True)
class Named:
    """A copy and the original that it came from; absolute paths."""

    copy: Path
    original: Path


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """copies: to be taken down, here and wherever they were posted. known: whether anybody was visible by that form.

    damaged: decisions that cannot be read any more, which may have relied on it too.
    """

    copies: tuple[Path, ...]
    known: bool = True
    damaged: int = 0


def names(private: Path | None = None) -> Iterator[Named]:
    """Every published copy, by output folder and name. Raises UsageProblem."""
    with Ledger(PrivateFolder(private).ledger) as ledger:
        for row in ledger.copies():
            yield Named(row.copy, Path(row.input))


def withdraw(form: str | None = None, private: Path | None = None) -> Withdrawn:
    """The copies that rely on the form of that number, whose people are covered from now on; without a number, those whose
    permission has ended. Raises UsageProblem."""
    folder = PrivateFolder(private)
    with ExitStack() as stack:
        store = stack.enter_context(ReviewStore(folder.reviews))
        ledger = stack.enter_context(Ledger(folder.ledger))
        keys = store.relying(form) if form else store.lapsed(date.today())
        ended = store.withdraw(form) if form else 0
        copies = tuple(row.copy for row in ledger.copies() if row.copy_key in keys and may_lie(row))
        damaged = len(store.damaged_sources())
    return Withdrawn(copies, known=not form or bool(ended or keys), damaged=damaged)


def may_lie(row: Row) -> bool:
    """Whether a copy is still there, as far as that can be told from here: a bucket is not asked."""
    return row.copy.exists() or not row.copy.is_absolute()


def forget(path: Path, private: Path | None = None) -> int:
    """Delete what is known of an original or a copy, a file or a folder; what is not on this disk by the name that `names`
    gives. How many files; raises UsageProblem for none."""
    folder = PrivateFolder(private)
    with Ledger(folder.ledger) as ledger, ReviewStore(folder.reviews) as reviews:
        on_disk = path.parent.resolve() / path.name
        count = max(ledger.forget(on_disk), reviews.forget(on_disk))  # most files are known to both
        if not count and path.parts and not path.is_absolute():
            count = max(ledger.forget(path), reviews.forget(path))
    if not count:
        raise UsageProblem(_("{path}: nothing is known of it, so nothing was forgotten").format(path=path))
    return count


def forget_everything(private: Path | None = None) -> None:
    """Delete the private state, the key of this installation too: copies made later get other names, and nothing is
    recognised as done. Raises UsageProblem while a run is using it."""
    PrivateFolder(private).delete()
