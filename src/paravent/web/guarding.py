"""What every application of this package asks of a request before anything looks at it, and what every answer carries.

Who may ask is another question in each application: it brings a guard of its own, made of `Guard`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TypeAlias

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from paravent.web.connections import trust

LARGEST_BODY = 1 << 20
# Status and words for whoever asks.
Refusal: TypeAlias = tuple[int, str]
# Of every answer, whatever it is.
PRIVATE_ANSWER = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class Guard(ABC):
    """ASGI middleware around everything. carried: headers of every answer, besides `PRIVATE_ANSWER`. largest: bytes of a
    body."""

    def __init__(self, app: ASGIApp, carried: Mapping[str, str], largest: int = LARGEST_BODY) -> None:
        self._app = app
        self._carried = {**PRIVATE_ANSWER, **carried}
        self._largest = largest

    @abstractmethod
    def refusal(self, method: str, path: str, headers: Headers) -> Refusal | None:
        """Why a request is not answered; None if it is."""

    @abstractmethod
    def knows(self, headers: Headers) -> bool:
        """Whether a request shows that whoever sent it may ask."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or pass it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = Headers(scope=scope)
        refused = self.refusal(scope["method"], scope["path"], headers)
        answer = self._answering(send)
        if refused is not None:
            status, words = refused
            await PlainTextResponse(words, status)(scope, receive, answer)
            return
        if self.knows(headers):
            trust(scope)
        await self._app(scope, _Counted(receive, self._largest), answer)

    def is_small(self, headers: Headers) -> bool:
        """Whether a body is as long as allowed, as far as its headers say."""
        lengths = headers.getlist("content-length")
        return not lengths or (len(lengths) == 1 and lengths[0].isdecimal() and int(lengths[0][:12]) <= self._largest)

    def _answering(self, send: Send) -> Send:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._carried)
            await send(message)

        return answer


class _Counted:
    """Ends a body that is longer than allowed, whatever its headers say."""

    def __init__(self, receive: Receive, largest: int) -> None:
        self._receive = receive
        self._left = largest

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        return message if self._left >= 0 else {"type": "http.disconnect"}
