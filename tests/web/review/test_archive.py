"""The ZIP of copies: fetched once, by whoever asked for it, and never with anything else in it than what we wrote."""

from __future__ import annotations

import http.client
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import portraits
from web_kit import Server, serving


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "in").mkdir()
    for number in range(2):
        portraits.astronaut().save(tmp_path / "in" / f"Emma {number}.jpg", quality=92 - number)
    with serving(tmp_path, tmp_path / "in", tmp_path / "ready") as running:
        running.looked()
        for number in range(2):
            assert running.accept(number)["state"] == "ready"
        yield running


def offered(server: Server) -> str:
    answer = server.ask("POST", "/api/done/archive", {"outcome": "publish"})
    assert (answer.status, answer.json["count"], answer.json["changed"]) == (200, 2, [])
    address: str = answer.json["address"]
    return address


def test_a_link_opens_once_and_only_with_our_cookie(server: Server, tmp_path: Path) -> None:
    address = offered(server)
    for changed in ({"cookie": None}, {"cookie": "paravent-1=other"}):
        assert server.ask("GET", address, x_paravent_key=None, **changed).status == 401
    for site in ("cross-site", "same-site", "none", None):
        assert server.ask("GET", address, x_paravent_key=None, sec_fetch_site=site).status == 403
    assert server.ask("GET", address + "x", x_paravent_key=None).status == 404
    answer = server.ask("GET", address, x_paravent_key=None)  # as a browser saves it
    assert (answer.status, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        copies = {path.name: path.read_bytes() for path in (tmp_path / "ready").iterdir()}
        assert {name: archive.read(name) for name in archive.namelist()} == copies
        assert archive.namelist() == sorted(copies)  # not in the order of the originals
    assert server.ask("GET", address, x_paravent_key=None).status == 404


def test_asking_needs_the_key(server: Server) -> None:
    for path in ("/api/done/archive", "/api/done/folder"):
        assert server.ask("POST", path, {"outcome": "publish"}, x_paravent_key=None).status == 401
        assert server.ask("POST", path, {"outcome": "/etc"}).status == 400


def test_what_changes_meanwhile_ends_the_archive_unfinished(server: Server, tmp_path: Path) -> None:
    address = offered(server)
    last = max((tmp_path / "ready").iterdir())
    last.write_bytes((tmp_path / "in" / "Emma 0.jpg").read_bytes() + b"more")
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        server.ask("GET", address, x_paravent_key=None)
