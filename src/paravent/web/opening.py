"""Opens a folder: checks where copies may go, finds the pictures, and begins the work on them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from paravent import discover
from paravent.detect import choice
from paravent.errors import OutputProblem
from paravent.ledger import Ledger
from paravent.pool import Limits
from paravent.private import PrivateFolder
from paravent.review_store import ReviewStore
from paravent.texts import _
from paravent.web.album import Album
from paravent.web.desk import Desk, Order


async def opened(
    order: Order,
    private: PrivateFolder,
    store: ReviewStore,
    ledger: Ledger,
    limits: Limits,
    staging: Path,
    say: Callable[[str], None],
) -> Desk:
    """Find the pictures and begin. Raises UsageProblem for folders that overlap or are not there, ModelsMissing."""
    named, order = _checked(order, private)
    await asyncio.to_thread(choice.install, order.policy, say)
    album = await asyncio.to_thread(lambda: Album(discover.walk(named, (private.path,))))
    store.opened(str(order.pictures), str(order.output), order.policy.name)
    return Desk(order, album, store, ledger, private.key(), limits, staging)


def _checked(order: Order, private: PrivateFolder) -> tuple[list[Path], Order]:
    named = discover.inputs([order.pictures])
    for output in (order.output, order.private):
        discover.refuse_overlap(named, output)
        PrivateFolder(private.path, output)
    output, other = order.output.resolve(), order.private.resolve()
    if output.is_relative_to(other) or other.is_relative_to(output):
        raise OutputProblem(_("the folders for publication and for a private audience must lie apart"))
    return named, Order(named[0], output, other, order.policy)
