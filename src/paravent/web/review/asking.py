"""What requests are answered from: the state of the server, and what a request brings."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from paravent.model import schema
from paravent.state.ledger import Ledger
from paravent.state.reviews import ReviewStore
from paravent.web.review.access import Access
from paravent.web.review.album import Picture
from paravent.web.review.finishing import Archives
from paravent.web.review.previews import Previews
from paravent.web.review.session import ReviewRequest, ReviewSession
from paravent.web.review.watching import Watched

T = TypeVar("T")


class NotThere(Exception):
    """Nothing of that kind is open."""


@dataclass(slots=True)
class Installing:
    """How far the installing has come that somebody asked for. step, problem: sentences, "" for none."""

    running: bool = False
    step: str = ""
    problem: str = ""


@dataclass(slots=True)
class ServerContext:
    """The state of the server. open_session: opens a folder; closes what was open before."""

    access: Access
    store: ReviewStore
    ledger: Ledger
    open_session: Callable[[ReviewRequest], Awaitable[ReviewSession]]
    previews: Previews
    session: ReviewSession | None = None
    watched: Watched | None = None
    archives: Archives = field(default_factory=Archives)
    installing: Installing = field(default_factory=Installing)
    said: list[str] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    seen: float = field(default_factory=time.monotonic)
    left: bool = False
    end: bool = False

    def heard(self) -> None:
        """Somebody has the page open."""
        self.seen, self.left = time.monotonic(), False


# What answers requests of one kind.
Work: TypeAlias = Callable[[ServerContext, Request], Awaitable[Response]]


def open_session(context: ServerContext) -> ReviewSession:
    """The folder that is open, as it stands now. Raises NotThere."""
    if context.session is None:
        raise NotThere
    context.session.refresh()
    return context.session


def found(context: ServerContext, request: Request) -> tuple[ReviewSession, Picture]:
    """The picture whose number the address names. Raises NotThere."""
    session = open_session(context)
    picture = session.album.find(request.path_params["number"])
    if picture is None:
        raise NotThere
    return session, picture


async def body(request: Request, kind: type[T]) -> T:
    """What a request brings, as JSON. Raises ValueError for anything else."""
    if request.headers.get("content-type") != "application/json":
        raise ValueError("content type")
    return schema.read_text(kind, await request.body())


def whole(request: Request, name: str, most: int, default: int | None = None) -> int:
    """A whole number of the query, at most that. Raises ValueError."""
    text = request.query_params.get(name)
    if text is None and default is not None:
        return default
    if text is None or not text.isdecimal() or len(text) > 9:
        raise ValueError(name)
    return min(int(text), most)
