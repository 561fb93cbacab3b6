"""Opens a folder: checks where copies may go, finds the pictures, and begins the work on them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from paravent.detect import registry
from paravent.engine import discovery
from paravent.errors import OutputProblem
from paravent.i18n.texts import _
from paravent.model.limits import WorkerLimits
from paravent.state.ledger import Ledger
from paravent.state.private import PrivateFolder
from paravent.state.reviews import ReviewStore
from paravent.web.review.album import Album
from paravent.web.review.desk import Desk, Order


async def opened(
    order: Order,
    private: PrivateFolder,
    store: ReviewStore,
    ledger: Ledger,
    limits: WorkerLimits,
    staging: Path,
    say: Callable[[str], None],
) -> Desk:
    """Find the pictures and begin. Raises UsageProblem for folders that overlap or are not there, ModelsMissing."""
    named, order = _checked(order, private)
    await asyncio.to_thread(registry.install, order.policy, say)
    album = await asyncio.to_thread(lambda: Album(discovery.walk(named, (private.path,))))
    store.opened(str(order.pictures), str(order.output), order.policy.name)
    return Desk(order, album, store, ledger, private.key(), limits, staging)


def _checked(order: Order, private: PrivateFolder) -> tuple[list[Path], Order]:
    named = discovery.inputs([order.pictures])
    for output in (order.output, order.private):
        discovery.refuse_overlap(named, output)
        PrivateFolder(private.path, output)
    output, other = order.output.resolve(), order.private.resolve()
    if output.is_relative_to(other) or other.is_relative_to(output):
        raise OutputProblem(_("the folders for publication and for a private audience must lie apart"))
    return named, Order(named[0], output, other, order.policy)
