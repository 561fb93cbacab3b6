"""What every request of the review page must fulfil before anything looks at it, and what every answer carries.

Against other sites in the same browser (CSRF), names that point here (DNS rebinding), other ports and programs of this
machine.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp

from paravent.web.guarding import Guard, Refusal
from paravent.web.review.access import Access

KEY_HEADER = "x-paravent-key"
SESSION, WORDS = "/api/session", "/api/words"
_METHODS = frozenset(("GET", "POST", "PUT"))
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "media-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-frame-options": "DENY",
}


class ReviewGuard(Guard):
    """The guard of the review page. port: the one on 127.0.0.1 that the server listens on."""

    def __init__(self, app: ASGIApp, port: int, access: Access) -> None:
        super().__init__(app, _HEADERS)
        self._host = f"127.0.0.1:{port}"
        self._origin = f"http://{self._host}"
        self._access = access

    def refusal(self, method: str, path: str, headers: Headers) -> Refusal | None:
        """See `Guard`."""
        if headers.getlist("host") != [self._host]:
            return 403, "wrong host"
        if method not in _METHODS:
            return 405, "method not allowed"
        if not self._from_here(method, path, headers):
            return 403, "wrong origin"
        if not self.is_small(headers):
            return 413, "too large"
        if path.startswith("/api/") and path not in (SESSION, WORDS) and not self.knows(headers):
            return 401, "not authorised"
        return None

    def knows(self, headers: Headers) -> bool:
        """See `Guard`."""
        keys = headers.getlist(KEY_HEADER)
        cookies: Iterable[str] = headers.getlist("cookie")
        parsed = [cookie_parser(text).get(self._access.cookie_name, "") for text in cookies]
        return len(keys) == 1 and len(parsed) == 1 and self._access.allows(parsed[0], keys[0])

    def _from_here(self, method: str, path: str, headers: Headers) -> bool:
        """Whether the browser says that our own page asks. The page itself may also be typed, or opened by a program."""
        origins = headers.getlist("origin")
        if origins not in ([], [self._origin]) or (method != "GET" and not origins):
            return False
        sites = headers.getlist("sec-fetch-site")
        return sites == ["same-origin"] or (path == "/" and method == "GET" and sites in ([], ["none"]))
