"""Opens a folder: checks where copies may go, finds the pictures, and begins the work on them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from paravent.engine.session import Session, Settings, own
from paravent.errors import OutputProblem
from paravent.i18n.texts import _
from paravent.state.bodies import ChoicesBody
from paravent.state.reviews import Recent
from paravent.stores.files import FilesLocation
from paravent.stores.folder import FolderLocation
from paravent.web.review.album import Album
from paravent.web.review.session import ReviewRequest, ReviewSession


async def opened(request: ReviewRequest, settings: Settings) -> ReviewSession:
    """Find the pictures and begin. Raises UsageProblem for folders that overlap or are not there, ModelsMissing."""
    source, request = _checked(request, settings)
    outputs = {"publish": FolderLocation(request.output), "private": FolderLocation(request.private)}
    session = Session(request.policy, settings, source, outputs)
    try:
        await asyncio.to_thread(session.install_models)
        album = await asyncio.to_thread(lambda: Album(session.source.walk()))
        if not request.only:
            session.reviews.opened(_noted(request))
        return ReviewSession(request, album, session)
    except BaseException:
        session.close()
        raise


def _noted(request: ReviewRequest) -> Recent:
    pictures, output, private = map(str, (request.pictures, request.output, request.private))
    return Recent(pictures, output, request.policy.name, private, ChoicesBody.of(request.policy))


def _checked(request: ReviewRequest, settings: Settings) -> tuple[FilesLocation, ReviewRequest]:
    named = [request.pictures / name for name in request.only] or [request.pictures]
    source = FilesLocation.named(named, own(settings))
    output, other = request.output.resolve(), request.private.resolve()
    if output.is_relative_to(other) or other.is_relative_to(output):
        raise OutputProblem(_("the folders for publication and for a private audience must lie apart"))
    pictures = request.pictures.resolve() if request.only else source.on_disk[0]
    return source, replace(request, pictures=pictures, output=output, private=other)
