"""The connections of an application: how long it waits for whoever is at the other end, and how many it keeps.

Whoever sends half a request, or takes no answer, costs a connection for as long as these bounds say and no longer. Where
there is no room for another one, the connection that has kept us waiting longest gives way to it: a new request is not
refused because of old ones that never come to an end.
"""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial
from typing import Any, cast

import h11
import uvicorn
from starlette.types import ASGIApp, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

_MOMENT = 0.1  # seconds
_SENDING = 1 << 17  # bytes of an answer that the system holds: what it has taken, we do not see being taken
_STATE = "connection"  # under this name a request's state holds its connection
_REFUSAL = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Bounds:
    """headers, body: seconds for a whole head and a whole body, however many bytes arrive meanwhile. reading: seconds
    without taking anything of an answer. connections: open for longer than a moment; of_one_peer: of them from one address.
    most: open at any moment."""

    headers: float = 10.0
    body: float = 30.0
    reading: float = 60.0
    connections: int = 96
    of_one_peer: int = 64
    most: int = 192


class _Owed(Enum):
    """What the other end has to do next."""

    HEADERS = auto()
    BODY = auto()
    READING = auto()


@dataclass(slots=True)
class _Room:
    """The open connections of one server."""

    bounds: Bounds
    open: set[BoundedProtocol] = field(default_factory=set)

    def is_made_for(self, newcomer: BoundedProtocol) -> bool:
        """Whether there is room for another one, if need be because one that keeps us waiting is ended."""
        if len(self.open) >= self.bounds.most and not self._make_some():
            return False
        self.open.add(newcomer)
        newcomer.loop.call_later(_MOMENT, self._tidy)
        return True

    def _tidy(self) -> None:
        """End those that are too many. By now whoever came with them has had the time to ask."""
        for peer, number in self._by_peer().items():
            for _ in range(self.bounds.of_one_peer, number):
                self._end_longest(peer)
        for _ in range(self.bounds.connections, len(self.open)):
            self._make_some()

    def _make_some(self) -> bool:
        return any(self._end_longest(peer) for peer, _ in self._by_peer().most_common())

    def _by_peer(self) -> Counter[str]:
        return Counter(one.peer for one in self.open)

    def _end_longest(self, peer: str) -> bool:
        """End the connection of a peer that has kept us waiting longest; whether there was one."""
        owing = [one for one in self.open if one.peer == peer and one.owed is not None]
        if owing:
            min(owing, key=lambda one: (one.trusted, one.since)).give_up()
        return bool(owing)


class BoundedProtocol(H11Protocol):
    """One connection. peer: the address at the other end. owed: what that has to do next, if it is its turn; since: when
    its turn began, in seconds of the loop. trusted: whether it has shown that it may ask; it gives way last."""

    def __init__(self, room: _Room, app_state: dict[str, Any], **given: Any) -> None:
        super().__init__(app_state={**app_state, _STATE: self}, **given)
        self._room = room
        self._timer: asyncio.TimerHandle | None = None
        self._full = False
        self._untaken = 0  # bytes of an answer, when its reader was last looked after
        self.peer = ""
        self.owed: _Owed | None = None
        self.since = 0.0
        self.trusted = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See `asyncio.Protocol`, as are all that follow."""
        super().connection_made(transport)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SENDING)
        self.peer = self.client[0] if self.client else ""
        if not self._room.is_made_for(self):
            transport.write(_REFUSAL)
            transport.close()
        self._follow()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: D102
        self._room.open.discard(self)
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:  # noqa: D102
        super().data_received(data)
        self._follow()

    def on_response_complete(self) -> None:
        """An answer is written."""
        super().on_response_complete()
        self._follow()

    def pause_writing(self) -> None:  # noqa: D102
        super().pause_writing()
        self._full = True
        self._follow()

    def resume_writing(self) -> None:  # noqa: D102
        super().resume_writing()
        self._full = False
        self._follow()

    def give_up(self) -> None:
        """End it here."""
        self._room.open.discard(self)
        self.transport.abort()

    def _follow(self) -> None:
        """Whose turn it is; each turn has its time, which goes on until the turn ends."""
        owed = self._now_owed()
        if owed is self.owed:
            return
        self.owed, self.since = owed, self.loop.time()
        self._wait()

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._untaken = self.transport.get_write_buffer_size()
        if self.owed is not None:
            bounds = self._room.bounds
            seconds = {_Owed.HEADERS: bounds.headers, _Owed.BODY: bounds.body, _Owed.READING: bounds.reading}[self.owed]
            self._timer = self.loop.call_later(seconds, self._overdue)

    def _overdue(self) -> None:
        if self.owed is _Owed.READING and self.transport.get_write_buffer_size() < self._untaken:
            self._wait()
        else:
            self.give_up()

    def _now_owed(self) -> _Owed | None:
        if self._full or self.transport.is_closing():
            return _Owed.READING
        return {h11.IDLE: _Owed.HEADERS, h11.SEND_BODY: _Owed.BODY}.get(self.conn.their_state)


def trust(scope: Scope) -> None:
    """Whoever sent this request has shown that it may ask."""
    connection = scope.get("state", {}).get(_STATE)
    if isinstance(connection, BoundedProtocol):
        connection.trusted = True


def server_config(app: ASGIApp, bounds: Bounds) -> uvicorn.Config:
    """How an application is served: bounded, and without a word about what serves it."""
    protocol = cast(type[asyncio.Protocol], partial(BoundedProtocol, _Room(bounds)))
    return uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        interface="asgi3",
        access_log=False,
        log_config=None,
        log_level="critical",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
