"""Who may talk to the server: a link that works once becomes a cookie and a key.

Both are asked for with every request. Cookies do not know ports, so that another server of this machine may be sent
ours; the key is kept by the page, which browsers keep apart by port too. Neither opens anything alone.
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass, field

LINK_SECONDS = 600  # a link that nobody followed by then is void
_BYTES = 32


def _secret() -> str:
    return secrets.token_urlsafe(_BYTES)


@dataclass(slots=True)
class Access:
    """The secrets of one server, new with every start. cookie_name: of its own for each port."""

    cookie_name: str
    cookie: str = field(default_factory=_secret)
    key: str = field(default_factory=_secret)
    _link: str = field(default_factory=_secret)
    _until: float = field(default_factory=lambda: time.monotonic() + LINK_SECONDS)

    @property
    def link(self) -> str:
        """The token of the link; "" once it was used."""
        return self._link

    def renew(self) -> str:
        """The token of another link, in place of the one before: for the same page, opened again."""
        self._link, self._until = _secret(), time.monotonic() + LINK_SECONDS
        return self._link

    def redeem(self, token: str) -> bool:
        """Whether the token is that of the link, in time and for the first time."""
        if not self._link or time.monotonic() > self._until or not _same(token, self._link):
            return False
        self._link = ""
        return True

    def knows_cookie(self, cookie: str) -> bool:
        """Whether it is ours; that alone opens nothing."""
        return _same(cookie, self.cookie)

    def allows(self, cookie: str, key: str) -> bool:
        """Whether a request that brings these may be answered."""
        return _same(cookie, self.cookie) & _same(key, self.key)


def _same(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode(), secret.encode())
