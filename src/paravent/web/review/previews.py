"""Small pictures of what lies in a folder that nobody has opened yet: made in a worker, in memory, never on disk."""

from __future__ import annotations

import asyncio
from pathlib import Path

from paravent.engine.resident import Resident, Urgency
from paravent.engine.session import Session, Settings, own
from paravent.model.policy import preset
from paravent.stores.files import FilesLocation
from paravent.web.review.rendering import View, ViewJob, start_showing
from paravent.web.review.views import shown

PREVIEW = 160  # pixels, longest side


class Previews:
    """One worker, from the first picture on. To be asked in the event loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._session: Session | None = None
        self._workers: Resident[ViewJob, View] | None = None

    async def show(self, path: Path) -> bytes:
        """A small view as it is, JPEG. Raises Held, Displaced, UsageProblem."""
        if self._workers is None:
            self._session = Session(
                preset("family"), self._settings, FilesLocation.named([path.parent], own(self._settings))
            )
            self._workers = self._session.resident(start_showing, "previews", 1)
        job = ViewJob(str(path), 0, PREVIEW)
        return shown(await asyncio.wrap_future(self._workers.submit(job, Urgency.SHOWN))).data

    async def close(self) -> None:
        """End the worker, until somebody asks again."""
        workers, session, self._workers, self._session = self._workers, self._session, None, None
        if workers is not None:
            await asyncio.to_thread(workers.close)
        if session is not None:
            session.close()
