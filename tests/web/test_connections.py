"""Real sockets against a real server: whoever sends halves costs a while and a connection, and nobody else anything."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from paravent.web.connections import Bounds, server_config, trust

LARGE = 32 << 20  # bytes; more than the system holds between two ends
LONG = Bounds(headers=600, body=600, reading=600)
GET = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
LATE = b"GET /late HTTP/1.1\r\nHost: here\r\n\r\n"
HALVES = {
    "nothing": b"",
    "half a head": b"GET / HTTP/1.1\r\nHost: he",
    "half a body": b"POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\nbeginning",
    "half a chunk": b"POST /echo HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nbeginning",
    "half a second request": GET + b"GET / HT",
    "an answer that is not taken": b"GET /large HTTP/1.1\r\nHost: here\r\n\r\n",
}


async def application(scope: Any, receive: Any, send: Any) -> None:
    body, pieces = b"here", 1
    if scope["path"] == "/echo":
        more = True
        while more:
            message = await receive()
            more = message.get("more_body", False)
    elif scope["path"] == "/large":
        body, pieces = bytes(LARGE // 64), 64
    elif scope["path"] == "/large-at-once":
        body = bytes(LARGE)
    elif scope["path"] == "/late":
        await asyncio.sleep(2)
    elif scope["path"] == "/known":
        trust(scope)
    length = str(len(body) * pieces).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
    for piece in range(pieces):
        await send({"type": "http.response.body", "body": body, "more_body": piece < pieces - 1})


@contextlib.contextmanager
def serving(bounds: Bounds) -> Iterator[int]:
    """The port of a server in a thread."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(1024)
        server = uvicorn.Server(server_config(application, bounds))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = server.force_exit = True
            thread.join()


def opened(port: int, sent: bytes = b"", peer: str = "127.0.0.1") -> socket.socket:
    connection = socket.socket()
    connection.settimeout(30)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)  # so that little of an answer counts as taken
    connection.bind((peer, 0))
    connection.connect(("127.0.0.1", port))
    connection.sendall(sent)
    return connection


def answer(port: int, request: bytes = GET, peer: str = "127.0.0.1") -> bytes:
    with opened(port, request, peer) as connection:
        return connection.recv(1000)


def is_ended(connection: socket.socket) -> bool:
    try:
        while connection.recv(1 << 20):
            pass
    except TimeoutError:
        return False
    except OSError:
        pass
    return True


@contextlib.contextmanager
def many(port: int, sent: bytes, number: int = 140) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(opened(port, sent)) for _ in range(number)]


@pytest.mark.parametrize("half", list(HALVES))
def test_a_page_loads_within_a_second_beside_140_halves(half: str) -> None:
    with serving(LONG) as port, many(port, HALVES[half]):
        fastest = 60.0  # seconds; of several, because the machine may have other work
        for _ in range(5):
            started = time.monotonic()
            assert answer(port).startswith(b"HTTP/1.1 200"), half
            fastest = min(fastest, time.monotonic() - started)
    assert fastest < 1


@pytest.mark.parametrize(
    ("half", "bounds"),
    [
        ("nothing", Bounds(headers=1, body=600, reading=600)),
        ("half a head", Bounds(headers=1, body=600, reading=600)),
        ("half a second request", Bounds(headers=1, body=600, reading=600)),
        ("half a body", Bounds(headers=600, body=1, reading=600)),
        ("half a chunk", Bounds(headers=600, body=1, reading=600)),
    ],
)
def test_a_half_is_ended_in_time_however_slowly_it_goes_on(half: str, bounds: Bounds) -> None:
    with serving(bounds) as port, opened(port, HALVES[half]) as connection:
        started = time.monotonic()
        connection.settimeout(0.2)
        while not is_ended(connection):
            with contextlib.suppress(OSError):
                connection.sendall(b"x" * bool(HALVES[half]))
            assert time.monotonic() - started < 10
        assert time.monotonic() - started > 0.8


LARGE_ONES = pytest.mark.parametrize("path", ["/large", "/large-at-once"])


@pytest.mark.slow
@LARGE_ONES
def test_an_answer_that_nobody_takes_is_ended_in_time(path: str) -> None:
    with serving(Bounds(reading=1)) as port, opened(port, GET.replace(b"/", path.encode(), 1)) as connection:
        time.sleep(3)
        taken = 0
        with contextlib.suppress(OSError):
            while data := connection.recv(1 << 20):
                taken += len(data)
        assert taken < LARGE


@pytest.mark.slow
@LARGE_ONES
def test_an_answer_that_is_taken_slowly_is_not_ended(path: str) -> None:
    with serving(Bounds(reading=1)) as port, opened(port, GET.replace(b"/", path.encode(), 1)) as connection:
        taken = 0
        for _ in range(25):  # longer than the bound all in all
            taken += len(connection.recv(1 << 20))
            time.sleep(0.1)
        while taken < LARGE and (data := connection.recv(1 << 20)):
            taken += len(data)
        assert taken >= LARGE


def test_work_that_takes_long_is_neither_timed_nor_in_the_way() -> None:
    bounds = Bounds(headers=1, body=1, reading=1)
    with serving(bounds) as port, opened(port, LATE) as connection, many(port, HALVES["half a head"]):
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")


def test_one_peer_does_not_crowd_out_another() -> None:
    bounds = Bounds(of_one_peer=8, connections=16)
    with serving(bounds) as port, opened(port, GET[:8], "127.0.0.2") as other, many(port, HALVES["half a head"]):
        other.sendall(GET[8:])
        assert other.recv(1000).startswith(b"HTTP/1.1 200")


@pytest.mark.slow
def test_who_showed_that_they_may_ask_gives_way_last() -> None:
    known = GET.replace(b"/", b"/known", 1)
    with serving(Bounds(of_one_peer=8)) as port, opened(port, known) as connection:
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
        with many(port, HALVES["half a head"], 40) as halves:
            assert any(map(is_ended, halves[:8]))
            connection.sendall(known)
            assert b"HTTP/1.1 200" in connection.recv(1000) + connection.recv(1000)


def test_where_all_are_being_answered_a_further_one_is_told_so() -> None:
    with serving(Bounds(of_one_peer=2, most=4)) as port, many(port, LATE, 4) as asked:
        time.sleep(0.3)
        assert answer(port).startswith(b"HTTP/1.1 503")
        assert all(connection.recv(1000).startswith(b"HTTP/1.1 200") for connection in asked)
        assert answer(port).startswith(b"HTTP/1.1 200")
