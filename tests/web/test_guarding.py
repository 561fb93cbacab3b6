"""What every application asks of a request: another one brings a guard of its own and gets the rest."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.datastructures import Headers

from paravent.web.guarding import Guard, Refusal


class OnlyGet(Guard):
    def refusal(self, method: str, path: str, headers: Headers) -> Refusal | None:
        if not self.is_small(headers):
            return 413, "too large"
        return None if method == "GET" else (405, "method not allowed")

    def knows(self, headers: Headers) -> bool:
        return False


async def echo(scope: Any, receive: Any, send: Any) -> None:
    message = await receive()
    status = 200 if message["type"] == "http.request" else 499
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": message.get("body", b"")})


def ask(method: str = "GET", body: bytes = b"", kind: str = "http", **headers: str) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": kind, "method": method, "path": "/", "headers": raw}
    asyncio.run(OnlyGet(echo, {"x-own": "1"}, largest=4)(scope, receive, send))  # type: ignore[arg-type]
    return sent


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 200),
        ({"body": b"1234"}, 200),
        ({"body": b"12345"}, 499),
        ({"content_length": "4"}, 200),
        ({"content_length": "5"}, 413),
        ({"content_length": "-1"}, 413),
        ({"content_length": "9" * 5_000}, 413),
        ({"method": "POST"}, 405),
    ],
)
def test_requests_are_refused_or_passed_on_and_every_answer_carries_the_same(asked: dict[str, Any], status: int) -> None:
    start = ask(**asked)[0]
    assert start["status"] == status
    carried = {name.decode(): value.decode() for name, value in start["headers"]}
    assert carried["x-own"] == "1"
    assert carried["cache-control"] == "no-store"
    assert carried["x-content-type-options"] == "nosniff"


def test_nothing_but_http_is_spoken() -> None:
    assert ask(kind="websocket") == [{"type": "websocket.close", "code": 1008}]
