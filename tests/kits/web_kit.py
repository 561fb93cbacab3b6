"""A server of the review page in a process of its own, and requests to it as bare as a test wants them."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import paravent
from paravent.detect.models import store

HERE = Path(__file__).parent
PATIENCE = 240.0  # seconds; a machine may have much else to do


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Server:
    """One that runs. cookie, key: of whoever entered."""

    process: subprocess.Popen[str]
    port: int
    token: str
    home: Path
    cookie: str = ""
    key: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def link(self) -> str:
        return f"{self.origin}/#{self.token}"

    def own_headers(self) -> dict[str, str]:
        """What our own page sends."""
        headers = {
            "Origin": self.origin,
            "Sec-Fetch-Site": "same-origin",
            "X-Paravent-Key": self.key,
            "Cookie": self.cookie,
        }
        return {name: value for name, value in headers.items() if value}

    def ask(self, method: str, path: str, body: object = None, **changed: str | None) -> Answer:
        """A request of our own page, but for the headers that are changed (None: not sent; "_" stands for "-")."""
        headers: dict[str, str | None] = dict(self.own_headers())
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        for name, value in changed.items():
            wanted = name.replace("_", "-").lower()
            headers = {key: kept for key, kept in headers.items() if key.lower() != wanted} | {wanted: value}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            sent = {name: value for name, value in headers.items() if value is not None}
            connection.request(method, path, data, sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())

    def enter(self) -> Answer:
        """Use the link."""
        answer = self.ask("POST", "/api/session", {"token": self.token})
        if answer.status == 200:
            (morsel,) = SimpleCookie(answer.headers["Set-Cookie"]).values()
            self.cookie, self.key = f"{morsel.key}={morsel.value}", answer.json["key"]
        return answer

    def until(self, holds: Callable[[dict[str, Any]], bool], path: str = "/api/state") -> dict[str, Any]:
        """What is told, as soon as that holds."""
        deadline = time.monotonic() + PATIENCE
        while True:
            told: dict[str, Any] = self.ask("GET", path).json
            if holds(told):
                return told
            assert time.monotonic() < deadline, told
            time.sleep(0.05)

    def looked(self) -> dict[str, Any]:
        """The opened folder, when every picture was looked at and nothing is being prepared."""
        state = self.until(lambda told: not (told["album"]["counts"]["waiting"] or told["album"]["counts"]["working"]))
        album: dict[str, Any] = state["album"]
        return album

    def picture(self, number: int) -> dict[str, Any]:
        told: dict[str, Any] = self.ask("GET", f"/api/pictures/{number}").json
        return told

    def settled(self, number: int) -> dict[str, Any]:
        """A picture that is not being prepared any more."""
        return self.until(lambda told: told["state"] != "working", f"/api/pictures/{number}")

    def accept(self, number: int, outcome: str = "publish") -> dict[str, Any]:
        review = self.picture(number)["review"] | {"outcome": outcome}
        answer = self.ask("POST", f"/api/pictures/{number}/accept", review)
        assert answer.status == 200, answer.body
        return self.settled(number)


@contextlib.contextmanager
def serving(folder: Path, *arguments: str | Path, entered: bool = True, beside: Sequence[Path] = ()) -> Iterator[Server]:
    """A server with everything it may write to below `folder`; killed at the end."""
    store.install(print)
    server = start(folder, *arguments, beside=beside)
    try:
        if entered:
            assert server.enter().status == 200
        yield server
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
        if server.process.stdout:
            server.process.stdout.close()


def start(folder: Path, *arguments: str | Path, beside: Sequence[Path] = ()) -> Server:
    """beside: where further packages are installed."""
    for name in ("home", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    source = str(Path(paravent.__file__).parents[1])
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "PARAVENT_"))}
    environment = {
        **kept,
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "PARAVENT_MODELS": str(store.folder()),
        "PYTHONPATH": os.pathsep.join([source, str(HERE), *map(str, beside)]),
        "LANGUAGE": "en",
    }
    command = [sys.executable, str(HERE / "web_server.py"), str(folder / "home" / "private"), *map(str, arguments)]
    process = subprocess.Popen(
        command, env=environment, cwd=folder, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("LINK "):
            port, _, token = line.split("127.0.0.1:")[1].strip().partition("/#")
            return Server(process, int(port), token, folder, environment=environment)
    raise AssertionError("the server did not start")


def children(pid: int) -> list[int]:
    """Worker processes of a server."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid and "paravent" not in stat.with_name("comm").read_text():
                command = stat.with_name("cmdline").read_bytes()
                if b"spawn_main" in command:
                    found.append(int(stat.parent.name))
        except OSError:
            continue
    return found


def drawn_place(**changed: Any) -> dict[str, Any]:
    """A drawn place of a review, as the page sends it."""
    return {
        "id": "d1",
        "shape": {"ellipse": [10, 10, 5, 5, 0]},
        "page": 0,
        "kind": "drawn",
        "origin": "drawn",
        "style": None,
        "visible": None,
        "doubtful": False,
        "asked": False,
    } | changed
