"""What others in the same browser or on the same machine may try, each as a test against the running server."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image, ImageDraw

from leak_search import codings
from paravent.web.review.access import LINK_SECONDS, Access
from web_kit import Answer, Server, children, drawn_place, serving, start

PATTERN = b"PLANTED-ORIGINAL-51c9"
NAMES = ["<img src=x onerror=alert(1)>.jpg", "IMG_0001.jpg", 'it\'s "quoted" & {gap}.png']


def draw(path: Path, size: tuple[int, int] = (640, 480)) -> None:
    image = Image.new("RGB", size, (120, 150, 180))
    ImageDraw.Draw(image).rectangle((50, 60, 300, 200), fill=(200, 40, 40))
    image.save(path, "PNG" if path.suffix == ".png" else "JPEG", comment=PATTERN, compress_level=1)
    with path.open("ab") as file:
        file.write(PATTERN)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("attacked")
    (folder / "in").mkdir()
    for name in NAMES:
        draw(folder / "in" / name)
    draw(folder / "in" / "IMG_0003.png", (5000, 4000))  # takes a while to decode
    (folder / "in" / "IMG_0002.jpg").write_bytes(b"\xff\xd8\xff\xe0 not a picture")
    with serving(folder, folder / "in", folder / "out") as running:
        running.looked()
        yield running


READS = [
    "/api/state",
    "/api/wall?start=0&count=9",
    "/api/pictures/0",
    "/api/pictures/0/thumbnail",
    "/api/changes?since=0&doubts=0",
    "/api/folders?path=/",
    "/api/folders/preview?path=/in/IMG_0001.jpg",
    "/api/needs?preset=school&path=",
]
WRITES = [
    ("POST", "/api/accept-rest"),
    ("POST", "/api/open"),
    ("PUT", "/api/pictures/0/review"),
    ("POST", "/api/pictures/0/changes"),
    ("POST", "/api/pictures/0/take-back"),
    ("POST", "/api/pictures/0/seen"),
    ("POST", "/api/forms/withdraw"),
    ("POST", "/api/dropped"),
    ("POST", "/api/install"),
    ("POST", "/api/end"),
]
FOREIGN: list[tuple[str, dict[str, str | None]]] = [
    ("another site", {"Origin": "https://evil.example", "Sec_Fetch_Site": "cross-site"}),
    ("another site that hides itself", {"Origin": "null", "Sec_Fetch_Site": "cross-site"}),
    ("another port of this machine", {"Origin": "http://127.0.0.1:9", "Sec_Fetch_Site": "same-site"}),
    ("another port, as a picture", {"Origin": None, "Sec_Fetch_Site": "same-site"}),
    ("a link from elsewhere", {"Origin": None, "Sec_Fetch_Site": "cross-site"}),
    ("no word about where it comes from", {"Origin": None, "Sec_Fetch_Site": None}),
    ("a name that points here", {"Host": "rebound.example"}),
    ("a name that points here, with the port", {"Host": "rebound.example:80"}),
    ("localhost", {"Host": "localhost"}),
    ("no key: a stolen cookie", {"X_Paravent_Key": None}),
    ("a wrong key", {"X_Paravent_Key": "x" * 43}),
    ("no cookie: a stolen key", {"Cookie": None}),
    ("a wrong cookie", {"Cookie": "paravent-1=x"}),
    ("nothing at all", {"Origin": None, "Sec_Fetch_Site": None, "X_Paravent_Key": None, "Cookie": None}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("who", "changed"), FOREIGN, ids=[who for who, _ in FOREIGN])
def test_others_get_nothing(server: Server, who: str, changed: dict[str, str | None]) -> None:
    for path in READS:
        answer = server.ask("GET", path, **changed)
        assert answer.status in (401, 403), (who, path)
        assert b"IMG_" not in answer.body
        assert b"\xff\xd8" not in answer.body
    for method, path in WRITES:
        assert server.ask(method, path, {}, **changed).status in (401, 403), (who, path)
    assert server.ask("GET", "/api/state").status == 200, "the page itself is still answered"


def test_a_write_without_origin_is_refused(server: Server) -> None:
    assert server.ask("POST", "/api/accept-rest", {}, Origin=None).status == 403


def test_two_hosts_or_keys_are_refused(server: Server) -> None:
    lines = ["GET /api/state HTTP/1.1", f"Host: 127.0.0.1:{server.port}", "Host: evil.example", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in server.own_headers().items()]
    assert b" 200 " not in raw(server, "\r\n".join(lines) + "\r\n\r\n").split(b"\r\n")[0]
    doubled = [line for line in lines if line != "Host: evil.example"] + [f"X-Paravent-Key: {server.key}"]
    assert b" 401 " in raw(server, "\r\n".join(doubled) + "\r\n\r\n").split(b"\r\n")[0]


def raw(server: Server, text: str) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(text.encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


def test_the_link_works_once(server: Server) -> None:
    again = server.ask("POST", "/api/session", {"token": server.token})
    assert again.status == 401
    assert "Set-Cookie" not in again.headers
    for token in ("", "x", server.key, None, 3, ["a"]):
        assert server.ask("POST", "/api/session", {"token": token}).status == 401


def test_an_old_link_is_void(monkeypatch: pytest.MonkeyPatch) -> None:
    access = Access("paravent-1")
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + LINK_SECONDS + 1)
    assert not access.redeem(access.link)


def test_the_cookie_is_for_this_site_and_no_script(tmp_path: Path) -> None:
    with serving(tmp_path, entered=False) as fresh:
        cookie = fresh.enter().headers["Set-Cookie"]
        assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
        assert "Expires" not in cookie
        assert str(fresh.port) in cookie.split("=")[0]


@pytest.mark.parametrize("path", ["/", "/app.js", "/api/state", "/api/pictures/0/thumbnail", "/nothing"])
def test_every_answer_is_locked_down(server: Server, path: str) -> None:
    headers = server.ask("GET", path).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "Access-Control-Allow-Origin" not in headers


def test_the_page_itself_needs_no_key_and_holds_nothing_private(server: Server) -> None:
    for site in ("none", None, "same-origin"):
        answer = server.ask("GET", "/", Cookie=None, X_Paravent_Key=None, Origin=None, Sec_Fetch_Site=site)
        assert answer.status == 200
        assert server.key.encode() not in answer.body
    assert server.ask("GET", "/", Sec_Fetch_Site="cross-site").status == 403


TRAVERSALS = [
    "/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/static/..%2f..%2fetc/passwd",
    "/app.js/../../web/routes.py",
    "/api/pictures/../../../etc/passwd",
    "/api/pictures/..%2f..%2fetc%2fpasswd/thumbnail",
    "/api/pictures/-1",
    "/api/pictures/99999999999999999999/thumbnail",
    "/api/pictures/0%00/thumbnail",
]


@pytest.mark.parametrize("path", TRAVERSALS)
def test_paths_lead_nowhere_else(server: Server, path: str) -> None:
    answer = server.ask("GET", path)
    assert answer.status == 404
    assert b"root:" not in answer.body


@pytest.mark.parametrize(
    "path", ["etc", "../etc", "/tmp/../etc", "/nowhere-at-all", "/etc/passwd", "/tmp\0x", "~nobody/../x"]
)
def test_folders_are_named_in_full(server: Server, path: str) -> None:
    assert server.ask("GET", f"/api/folders?path={quote(path)}").status == 422


def review_of(server: Server) -> dict[str, Any]:
    review: dict[str, Any] = server.picture(1)["review"]
    return review


NONSENSE: list[dict[str, Any]] = [
    {"id": "<script>"},
    {"id": "x" * 50},
    {"shape": {"ellipse": [1, 2, 3]}},
    {"shape": {"ellipse": [1e300, 2, 3, 4, 0]}},
    {"shape": {"ellipse": [1, 2, 0, 4, 0]}},
    {"shape": {"polygon": [[0, 0], [1, 1]]}},
    {"shape": {"polygon": [[0, 0]] * 501}},
    {"shape": {"path": "M0 0"}},
    {"shape": None},
    {"page": -1},
    {"page": True},
    {"kind": "a name"},
    {"style": "blur"},
    {"visible": {"reason": "because", "form": "", "until": "2027-08-31"}},
    {"visible": {"reason": "other", "form": "Camille Martin", "until": "2027-08-31"}},
    {"visible": {"reason": "other", "form": "Camille", "until": "2027-08-31"}},
    {"visible": {"reason": "other", "form": "12", "until": "soon"}},
    {"extra": 1},
]


@pytest.mark.parametrize("changed", NONSENSE, ids=[str(one)[:40] for one in NONSENSE])
def test_nonsense_is_refused_and_nothing_is_kept(server: Server, changed: dict[str, Any]) -> None:
    before = review_of(server)
    answer = server.ask("PUT", "/api/pictures/1/review", before | {"places": [drawn_place(**changed)]})
    assert answer.status == 400
    assert review_of(server) == before


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{", b"[" * 100_000, b'{"places":NaN}', b"\xff\xfe", b'{"version":1e999}']
)
def test_broken_bodies_are_refused(server: Server, body: bytes) -> None:
    assert server.ask("PUT", "/api/pictures/1/review", body).status == 400


def test_large_bodies_are_refused(server: Server) -> None:
    assert server.ask("PUT", "/api/pictures/1/review", b"x" * (1 << 20) + b"x").status == 413
    lying = server.own_headers() | {"Host": f"127.0.0.1:{server.port}", "Transfer-Encoding": "chunked"}
    lying |= {"Content-Type": "application/json"}
    head = "PUT /api/pictures/1/review HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lying.items())
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(head.encode() + b"\r\n")
        try:
            for _ in range(64):
                connection.sendall(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
            answer = connection.recv(65536)
        except OSError:
            answer = b""
    assert b" 200 " not in answer.split(b"\r\n")[0]
    assert server.ask("GET", "/api/state").status == 200


def test_other_methods_are_refused(server: Server) -> None:
    for method in ("DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD"):
        assert server.ask(method, "/api/state").status == 405


def test_forms_of_other_pages_cannot_write(server: Server) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        assert server.ask("POST", "/api/accept-rest", b"{}", Content_Type=kind).status == 400


@pytest.mark.parametrize("half", ["a head", "a body"])
def test_the_page_loads_within_a_second_beside_140_half_requests(server: Server, half: str) -> None:
    begun = {
        "a head": f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAccept: ",
        "a body": f"POST /api/session HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: {server.origin}\r\n"
        'Sec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"token": "',
    }
    with contextlib.ExitStack() as stack:
        for _ in range(140):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=20))
            connection.sendall(begun[half].encode())
        for path in ("/", "/api/words", "/api/state"):
            started = time.monotonic()
            assert server.ask("GET", path).status == 200, path
            assert time.monotonic() - started < 1, path


def test_five_thousand_requests_at_once(server: Server) -> None:
    request = f"GET /api/pictures/0/thumbnail HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n"
    request += "".join(f"{name}: {value}\r\n" for name, value in server.own_headers().items()) + "\r\n"
    before = memory(server.process.pid)
    statuses: list[bytes] = []

    def ask(count: int) -> None:
        waiting = []
        for _ in range(count):
            connection = socket.socket()
            connection.settimeout(20)
            try:
                connection.connect(("127.0.0.1", server.port))
                connection.sendall(request.encode())
                waiting.append(connection)
            except OSError:
                connection.close()
        for connection in waiting:
            with connection:
                try:
                    statuses.append(connection.recv(64)[9:12])
                except OSError:
                    statuses.append(b"")

    threads = [threading.Thread(target=ask, args=(100,)) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {b"200", b"503", b""}
    deadline = time.monotonic() + 120
    while server.ask("GET", "/api/state").status != 200:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert server.ask("GET", "/api/pictures/0/thumbnail").status == 200
    assert memory(server.process.pid) - before < 150 << 20


def memory(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def test_names_with_markup_arrive_as_names(server: Server) -> None:
    items = server.ask("GET", "/api/wall?start=0&count=9")
    assert items.headers["Content-Type"].startswith("application/json")
    assert {item["name"] for item in items.json["items"]} >= set(NAMES)


def numbered(server: Server, name: str) -> int:
    items = server.ask("GET", "/api/wall?start=0&count=9").json["items"]
    return int(next(item["n"] for item in items if item["name"] == name))


def test_a_broken_picture_costs_its_own_view(server: Server) -> None:
    assert server.ask("GET", f"/api/pictures/{numbered(server, 'IMG_0002.jpg')}/thumbnail").status == 422
    assert server.ask("GET", f"/api/pictures/{numbered(server, 'IMG_0001.jpg')}/thumbnail").status == 200


@pytest.mark.slow
def test_a_decoder_that_crashes_while_a_picture_is_viewed_costs_that_view(server: Server) -> None:
    number = numbered(server, "IMG_0003.png")
    path = f"/api/pictures/{number}/view?longest=333"
    answers: list[Answer] = []
    viewing = threading.Thread(target=lambda: answers.append(server.ask("GET", path)))
    viewing.start()
    while viewing.is_alive():  # whichever worker it is given to
        for child in children(server.process.pid):
            os.kill(child, signal.SIGKILL)
        viewing.join(timeout=0.02)
    assert [answer.status for answer in answers] == [422]
    assert server.ask("GET", path).status == 200
    assert server.ask("GET", "/api/state").status == 200


@pytest.mark.slow
def test_nothing_of_an_original_is_left_after_a_kill(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(6):
        draw(tmp_path / "in" / f"IMG_{number:04}.jpg", (2400, 1800))
    with serving(tmp_path, tmp_path / "in", tmp_path / "out") as fresh:
        shown = [fresh.ask("GET", f"/api/pictures/{i}/thumbnail").body for i in range(6)]
        shown.append(fresh.ask("GET", "/api/pictures/0/view?longest=1600").body)
        review = fresh.picture(2)["review"] | {"outcome": "publish"}
        fresh.ask("POST", "/api/pictures/2/accept", review)
        os.kill(fresh.process.pid, signal.SIGKILL)
        fresh.process.wait()
        time.sleep(0.5)
        secrets = [code for _, code in codings(PATTERN)] + [picture[700:740] for picture in shown]
        for folder in (tmp_path / "home", tmp_path / "tmp", tmp_path / "out"):
            for path in folder.rglob("*") if folder.exists() else []:
                content = path.read_bytes() if path.is_file() else b""
                assert not [secret for secret in secrets if secret in content], path
    assert not children(fresh.process.pid)


@pytest.mark.slow
def test_it_ends_when_the_page_was_closed_for_a_while(tmp_path: Path) -> None:
    fresh = start(tmp_path, "--closed-for", "2")
    assert fresh.enter().status == 200
    assert fresh.process.wait(timeout=60) == 0
    fresh.process.stdout.close()  # type: ignore[union-attr]


@pytest.mark.slow
def test_it_ends_sooner_after_a_goodbye_and_not_if_the_page_comes_back(tmp_path: Path) -> None:
    fresh = start(tmp_path, "--goodbye", "2")
    fresh.enter()
    assert fresh.ask("POST", "/api/goodbye", {}).status == 200
    assert fresh.ask("GET", "/api/state").status == 200  # a page that was loaded anew
    time.sleep(4)
    assert fresh.process.poll() is None
    fresh.ask("POST", "/api/goodbye", {})
    assert fresh.process.wait(timeout=60) == 0
    fresh.process.stdout.close()  # type: ignore[union-attr]


def test_it_listens_on_this_machine_only(server: Server) -> None:
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    own = [fields[1] for fields in listening if fields[3] == "0A" and fields[1].endswith(f":{server.port:04X}")]
    assert own == [f"0100007F:{server.port:04X}"]
