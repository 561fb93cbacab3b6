"""Tells somebody who has no terminal why Paravent did not start: a page of one sentence, shown once, written nowhere."""

from __future__ import annotations

import html
import sys
import threading
import webbrowser
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer

from paravent.i18n.texts import _

_SECONDS = 30  # a browser that did not come by then does not come
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_LOOK = "font: 1.2rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem"


def nobody_reads() -> bool:
    """Whether what is written to the terminal is seen by nobody: started by a double click, or from a menu."""
    return sys.stderr is None or not sys.stderr.isatty()


def tell(sentences: list[str], show: Callable[[str], object] = webbrowser.open) -> None:
    """Show a page with these sentences; returns once it was fetched, or after half a minute. show: opens a link."""
    with HTTPServer(("127.0.0.1", 0), _handler(_page(sentences))) as server:
        server.timeout = _SECONDS
        # Beside: some browsers return only when they are closed.
        threading.Thread(target=show, args=(f"http://127.0.0.1:{server.server_port}/",), daemon=True).start()
        server.handle_request()


def _page(sentences: list[str]) -> bytes:
    title = _("Paravent could not start")
    told = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in sentences)
    head = f'<!doctype html><meta charset="utf-8"><title>{html.escape(title)}</title><body style="{_LOOK}">'
    return f"{head}<h1>{html.escape(title)}</h1>{told}".encode()


def _handler(page: bytes) -> type[BaseHTTPRequestHandler]:
    class Once(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            for name, value in (
                ("Content-Type", "text/html; charset=utf-8"),
                ("Content-Length", str(len(page))),
                ("Content-Security-Policy", _POLICY),
                ("Cache-Control", "no-store"),
                ("Connection", "close"),
            ):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is logged."""

    return Once
