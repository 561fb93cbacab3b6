"""What every request must fulfil before anything looks at it, and what every answer carries.

Against other sites in the same browser (CSRF), names that point here (DNS rebinding), other ports and programs of this
machine.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from paravent.web.review.access import Access

KEY_HEADER = "x-paravent-key"
SESSION, WORDS = "/api/session", "/api/words"
LARGEST_BODY = 1 << 20
_METHODS = frozenset(("GET", "POST", "PUT"))
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": _POLICY,
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class Guard:
    """ASGI middleware around everything. port: the one on 127.0.0.1 that the server listens on."""

    def __init__(self, app: ASGIApp, port: int, access: Access) -> None:
        self._app = app
        self._host = f"127.0.0.1:{port}"
        self._origin = f"http://{self._host}"
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or pass it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = Headers(scope=scope)
        refused = self._refusal(scope["method"], scope["path"], headers)
        answer = _answering(send)
        if refused is not None:
            status, words = refused
            await PlainTextResponse(words, status)(scope, receive, answer)
            return
        await self._app(scope, _Counted(receive), answer)

    def _refusal(self, method: str, path: str, headers: Headers) -> tuple[int, str] | None:
        if headers.getlist("host") != [self._host]:
            return 403, "wrong host"
        if method not in _METHODS:
            return 405, "method not allowed"
        if not self._from_here(method, path, headers):
            return 403, "wrong origin"
        if not _small(headers):
            return 413, "too large"
        if path.startswith("/api/") and path not in (SESSION, WORDS) and not self._known(headers):
            return 401, "not authorised"
        return None

    def _from_here(self, method: str, path: str, headers: Headers) -> bool:
        """Whether the browser says that our own page asks. The page itself may also be typed, or opened by a program."""
        origins = headers.getlist("origin")
        if origins not in ([], [self._origin]) or (method != "GET" and not origins):
            return False
        sites = headers.getlist("sec-fetch-site")
        return sites == ["same-origin"] or (path == "/" and method == "GET" and sites in ([], ["none"]))

    def _known(self, headers: Headers) -> bool:
        keys = headers.getlist(KEY_HEADER)
        cookies: Iterable[str] = headers.getlist("cookie")
        parsed = [cookie_parser(text).get(self._access.cookie_name, "") for text in cookies]
        return len(keys) == 1 and len(parsed) == 1 and self._access.allows(parsed[0], keys[0])


def _small(headers: Headers) -> bool:
    lengths = headers.getlist("content-length")
    return not lengths or (len(lengths) == 1 and lengths[0].isdecimal() and int(lengths[0][:12]) <= LARGEST_BODY)


class _Counted:
    """Ends a body that is longer than allowed, whatever its headers say."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._left = LARGEST_BODY

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        return message if self._left >= 0 else {"type": "http.disconnect"}


def _answering(send: Send) -> Send:
    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(_HEADERS)
        await send(message)

    return answer
