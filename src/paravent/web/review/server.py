"""Starts the server on 127.0.0.1, opens the page, and ends when nobody has had it open for a while."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn

from paravent.engine.progress import Progress
from paravent.engine.session import Settings
from paravent.engine.workers import isolation
from paravent.i18n.texts import _
from paravent.model.limits import WorkerLimits
from paravent.state.ledger import Ledger
from paravent.state.private import PrivateFolder
from paravent.state.reviews import ReviewStore
from paravent.web.connections import Bounds, server_config
from paravent.web.review.access import Access
from paravent.web.review.asking import ServerContext
from paravent.web.review.guard import ReviewGuard
from paravent.web.review.opening import opened
from paravent.web.review.previews import Previews
from paravent.web.review.routes import application
from paravent.web.review.session import ReviewRequest, ReviewSession

ADDRESS = "127.0.0.1"
_BACKLOG = 1024
_TICK = 0.5


@dataclass(frozen=True, slots=True)
class Serving:
    """private: state folder, None for the usual one. closed_for: seconds without the page until the server ends; goodbye:
    the same after the page said that it is being closed. say: gets sentences for the terminal. show: opens a link;
    None: nothing does."""

    limits: WorkerLimits
    private: Path | None = None
    closed_for: float = 600.0
    goodbye: float = 30.0
    say: Callable[[str], None] = lambda _: None
    show: Callable[[str], object] | None = field(default=webbrowser.open)


def serve(serving: Serving, request: ReviewRequest | None = None) -> None:
    """Serve the page until nobody needs it. request: a folder to begin with. Raises ParaventError.

    Without one, a page that another program serves already is shown instead.
    """
    isolation.no_core_dumps()
    private = PrivateFolder(serving.private)
    with private.showing() as first:
        if first or request is not None or serving.show is None:
            _serve_here(serving, request, private, first)
        else:
            private.ask_to_show()
            serving.say(_("Paravent is open already; its page is shown again."))


def _serve_here(serving: Serving, request: ReviewRequest | None, private: PrivateFolder, first: bool) -> None:
    asked = private.asked_to_show if first else lambda: False
    with ReviewStore(private.reviews) as store, Ledger(private.ledger) as ledger, _listening() as listening:
        asyncio.run(_serve(serving, request, (store, ledger), listening, asked))


class _Saying(Progress):
    """Keeps sentences for the page."""

    def __init__(self, said: list[str]) -> None:
        self._said = said

    def say(self, sentence: str) -> None:
        self._said.append(sentence)


async def _serve(
    serving: Serving,
    request: ReviewRequest | None,
    state: tuple[ReviewStore, Ledger],
    listening: socket.socket,
    asked: Callable[[], bool],
) -> None:
    port = listening.getsockname()[1]
    access = Access(f"paravent-{port}")

    async def open_session(request: ReviewRequest) -> ReviewSession:
        settings = Settings(serving.limits, serving.private, progress=_Saying(context.said))
        await context.previews.close()
        session = await opened(request, settings)
        if context.session is not None:
            await context.session.close()
        context.session = session
        return session

    context = ServerContext(access, *state, open_session, Previews(Settings(serving.limits, serving.private)))
    if request is not None:
        await open_session(request)
    server = uvicorn.Server(server_config(ReviewGuard(application(context), port, access), Bounds()))
    watches = [asyncio.create_task(_watch(server, context, serving))]
    if serving.show is not None:
        watches.append(asyncio.create_task(_show_again(serving.show, asked, lambda: _link(port, access.renew()))))
    await _invite(serving, _link(port, access.link))
    try:
        await server.serve(sockets=[listening])
    finally:
        for watch in watches:
            watch.cancel()
        await context.previews.close()
        if context.session is not None:
            await context.session.close()


@contextlib.contextmanager
def _listening() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.bind((ADDRESS, 0))
        listening.listen(_BACKLOG)
        yield listening


async def _invite(serving: Serving, link: str) -> None:
    if serving.show is None:
        serving.say(_("Open this link in your browser; it works once:"))
    else:
        await asyncio.to_thread(serving.show, link)
        serving.say(_("Paravent is open in your browser. If it is not, open this link there; it works once:"))
    serving.say(f"  {link}")
    serving.say(_("It ends by itself some time after the page was closed, or with Ctrl-C."))


def _link(port: int, token: str) -> str:
    return f"http://{ADDRESS}:{port}/#{token}"


async def _show_again(show: Callable[[str], object], asked: Callable[[], bool], link: Callable[[], str]) -> None:
    """Whenever Paravent was started once more."""
    while True:
        await asyncio.sleep(_TICK)
        if asked():
            await asyncio.to_thread(show, link())


async def _watch(server: uvicorn.Server, context: ServerContext, serving: Serving) -> None:
    while True:
        await asyncio.sleep(_TICK)
        silent = time.monotonic() - context.seen
        unseen = silent > (serving.goodbye if context.left else serving.closed_for)
        busy = context.installing.running or (context.session and context.session.busy)
        if context.end or (unseen and not busy):
            server.should_exit = True
            return
