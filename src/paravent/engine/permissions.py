"""The forms by which people are left visible: what relies on each, which have ended or were taken back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias

from paravent.engine.records import may_lie
from paravent.state.ledger import Ledger
from paravent.state.reviews import Relying, ReviewStore

Standing: TypeAlias = Literal["valid", "expired", "withdrawn"]


@dataclass(frozen=True, slots=True)
class RelyingCopy:
    """A copy that was written with somebody visible by a form.

    copy: where it lies; None if it is not there any more, or was prepared anew since. original: where that was last seen;
    None if nobody knows. over: the permission has ended or was taken back, so the copy is to be taken down wherever it was
    posted.
    """

    source_key: str
    copy: Path | None
    original: Path | None
    over: bool


@dataclass(frozen=True, slots=True)
class Form:
    """number: "" for permissions without a form. ends, until: first and last day on which one of its permissions ends.
    withdrawn: when it was taken back. pictures: originals in which somebody is left visible by it now, each where it was
    last seen; None where nobody knows."""

    number: str
    standing: Standing
    ends: date
    until: date
    withdrawn: date | None
    pictures: tuple[Path | None, ...]
    copies: tuple[RelyingCopy, ...]


@dataclass(slots=True)
class _Gathered:
    ends: set[date] = field(default_factory=set)
    pictures: dict[str, None] = field(default_factory=dict)  # keyed hashes, in order
    copies: list[Relying] = field(default_factory=list)


def forms(store: ReviewStore, ledger: Ledger, today: date) -> list[Form]:
    """Every form that somebody was left visible by, by number."""
    gathered: defaultdict[str, _Gathered] = defaultdict(_Gathered)
    for source_key, decided in store.reviews():
        for permission in (item.visible for item in decided.items if item.visible):
            one = gathered[permission.form]
            one.ends.add(permission.until)
            one.pictures[source_key] = None
    for copy in store.copies():
        one = gathered[copy.form]
        one.ends.add(copy.until)
        one.copies.append(copy)
    withdrawn, past = store.withdrawn(), set(store.copies_over(today))
    for number, day in withdrawn.items():  # nothing may rely on it any more
        gathered[number].ends = gathered[number].ends or {day}
    return [
        Form(
            number,
            "withdrawn" if number in withdrawn else "expired" if max(one.ends) < today else "valid",
            *(min(one.ends), max(one.ends), withdrawn.get(number)),
            tuple(_original(store, source_key) for source_key in one.pictures),
            tuple(_found(copy, store, ledger, copy in past) for copy in one.copies),
        )
        for number, one in sorted(gathered.items())
    ]


def over(store: ReviewStore, ledger: Ledger, today: date) -> dict[str, tuple[str, ...]]:
    """Keyed hashes of the originals of which a copy still lies here that relies on what is over, and those forms."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for copy in store.copies_over(today):
        if _lying(copy, ledger) is not None:
            found[copy.source_key][copy.form] = None
    return {source_key: tuple(forms) for source_key, forms in found.items()}


def _found(copy: Relying, store: ReviewStore, ledger: Ledger, is_over: bool) -> RelyingCopy:
    return RelyingCopy(copy.source_key, _lying(copy, ledger), _original(store, copy.source_key), is_over)


def _lying(copy: Relying, ledger: Ledger) -> Path | None:
    row = ledger.of_copy(copy.copy_key)
    return row.copy if row is not None and may_lie(row) else None


def _original(store: ReviewStore, source_key: str) -> Path | None:
    places = store.lying(source_key)
    return next((path for path in places if path.exists()), places[0] if places else None)
