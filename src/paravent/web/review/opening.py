"""Opens a folder: checks where copies may go, finds the pictures, and begins the work on them."""

from __future__ import annotations

import asyncio

from paravent.engine.session import Session, Settings, own
from paravent.errors import OutputProblem
from paravent.i18n.texts import _
from paravent.stores.files import FilesLocation
from paravent.stores.folder import FolderLocation
from paravent.web.review.album import Album
from paravent.web.review.desk import Desk, Order


async def opened(order: Order, settings: Settings) -> Desk:
    """Find the pictures and begin. Raises UsageProblem for folders that overlap or are not there, ModelsMissing."""
    source, order = _checked(order, settings)
    outputs = {"publish": FolderLocation(order.output), "private": FolderLocation(order.private)}
    session = Session(order.policy, settings, source, outputs)
    try:
        await asyncio.to_thread(session.install_models)
        album = await asyncio.to_thread(lambda: Album(session.source.walk()))
        session.reviews.opened(str(order.pictures), str(order.output), order.policy.name)
        return Desk(order, album, session)
    except BaseException:
        session.close()
        raise


def _checked(order: Order, settings: Settings) -> tuple[FilesLocation, Order]:
    source = FilesLocation.named([order.pictures], own(settings))
    output, other = order.output.resolve(), order.private.resolve()
    if output.is_relative_to(other) or other.is_relative_to(output):
        raise OutputProblem(_("the folders for publication and for a private audience must lie apart"))
    return source, Order(source.on_disk[0], output, other, order.policy)
