"""What can be asked before a folder is open: which folders there are, what lies in them, and what is not installed."""

from __future__ import annotations

import asyncio
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from paravent.engine import installing
from paravent.errors import ModelsMissing, ParaventError
from paravent.i18n.texts import _
from paravent.model.policy import preset
from paravent.web.review import dropped, folders, responses
from paravent.web.review.asking import Installing, ServerContext, Work, body
from paravent.web.review.payloads import (
    Dropped,
    Folder,
    FoundFolders,
    InstallingState,
    ProposedFolders,
    WantedParts,
)


async def _folders(_: ServerContext, request: Request) -> Response:
    shortcuts = folders.shortcuts()
    found = await asyncio.to_thread(folders.listing, request.query_params.get("path") or shortcuts[0])
    return responses.answer(Folder(found.path, found.parent, found.folders, found.files, found.pictures, tuple(shortcuts)))


async def _preview(context: ServerContext, request: Request) -> Response:
    path = folders.absolute(request.query_params.get("path", ""))
    return Response(await context.previews.show(path), media_type="image/jpeg")


async def _proposal(_: ServerContext, request: Request) -> Response:
    pictures = Path(request.query_params.get("path", ""))
    proposed = (str(folders.proposed(pictures, called)) for called in (folders.READY, folders.PRIVATE))
    return responses.answer(ProposedFolders(*proposed))


async def _dropped(context: ServerContext, request: Request) -> Response:
    told = await body(request, Dropped)
    files = tuple(dropped.File(one.name, one.size, one.changed / 1000) for one in told.files)
    near = [*map(Path, folders.shortcuts()), *(Path(one.folder).parent for one in context.store.recent())]
    found = await asyncio.to_thread(dropped.find, told.folder, files, near)
    return responses.answer(FoundFolders(tuple(map(str, found))))


async def _needs(_: ServerContext, request: Request) -> Response:
    policy = preset(request.query_params.get("preset", ""))
    path = request.query_params.get("path", "")
    endings = await asyncio.to_thread(folders.endings, folders.absolute(path)) if path else set[str]()
    found = await asyncio.to_thread(installing.needs, policy, endings)
    return responses.answer(responses.told_needs(found))


async def _install(context: ServerContext, request: Request) -> Response:
    wanted = installing.named((await body(request, WantedParts)).parts)
    if not context.installing.running:
        context.installing = state = Installing(running=True)
        context.tasks.add(task := asyncio.create_task(_installed(context, state, wanted)))
        task.add_done_callback(context.tasks.discard)
    return _told(context)


async def _installed(context: ServerContext, state: Installing, wanted: installing.Needs) -> None:
    def say(step: str) -> None:
        state.step = step

    try:
        await asyncio.to_thread(installing.install, wanted, say)
        if context.session is not None:  # what was held back for it is looked at anew
            await context.open_session(context.session.request)
    except ModelsMissing:
        state.problem = _("It could not be fetched. Connect to the network and try again.")
    except ParaventError as error:
        state.problem = str(error)
    finally:
        state.running = False


async def _installing(context: ServerContext, _: Request) -> Response:
    context.heard()
    return _told(context)


def _told(context: ServerContext) -> Response:
    state = context.installing
    return responses.answer(InstallingState(state.running, state.step, state.problem))


ROUTES: tuple[tuple[str, str, Work], ...] = (
    ("GET", "/api/folders", _folders),
    ("GET", "/api/folders/preview", _preview),
    ("GET", "/api/proposal", _proposal),
    ("POST", "/api/dropped", _dropped),
    ("GET", "/api/needs", _needs),
    ("POST", "/api/install", _install),
    ("GET", "/api/install", _installing),
)
