"""Private state that is damaged: it is named, what cannot be read is set aside, and nothing is silently lost."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cli_kit import run
from paravent.engine.executor import Solved
from paravent.engine.naming import Namer
from paravent.engine.planning import Planner
from paravent.errors import Held, UsageProblem
from paravent.model.geometry import Ellipse, Region
from paravent.model.job import Outcome
from paravent.model.policy import Policy
from paravent.model.report import FileReport, Status
from paravent.model.review import Permission, Review, ReviewItem
from paravent.state.bodies import ProposalBody
from paravent.state.ledger import Ledger
from paravent.state.private import PrivateFolder
from paravent.state.reviews import Recent, ReviewStore
from paravent.stores.files import FilesLocation

FACE = ReviewItem("f0", Ellipse(100, 100, 30, 40), 0, "face", "found", visible=Permission("other", "12", date(2031, 1, 1)))
DECIDED = Review(0, "no-post", True, "aa", (FACE,))
BODIES: list[object] = ["", "{", "null", "[]", '{"version": 1}', "[" * 100_000, "NaN", b"\xff\xfe\x00", 7, 1.5, "\x00" * 9]
FILES = {
    "ledger.sqlite": (Ledger, "paravent forget"),
    "reviews.sqlite": (ReviewStore, "move this file away"),
}


def put(path: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(path) as database:
        database.execute(statement, values)
    database.close()


def kept(path: Path, query: str) -> list[object]:
    with sqlite3.connect(path) as database:
        rows = database.execute(query).fetchall()
    database.close()
    return [row[0] for row in rows]


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    path = tmp_path / "reviews.sqlite"
    with ReviewStore(path) as store:
        store.remember("/pictures/a.jpg", 1, 2, "k")
        store.save("k", DECIDED)
        store.save("other", DECIDED)
    return path


@pytest.mark.parametrize("body", BODIES, ids=repr)
def test_a_decision_that_cannot_be_read_is_said_and_kept(reviews: Path, body: object) -> None:
    put(reviews, "UPDATE reviews SET body = ? WHERE source_key = 'k'", body)
    for _ in range(2):  # the next time it is still said
        with ReviewStore(reviews) as store:
            assert [key for key, _ in store.reviews()] == ["other"]
            with pytest.raises(Held, match="decide anew"):
                store.find("k")
            assert store.damaged_sources() == ["k"]
            assert store.find("other") is not None
    (aside,) = kept(reviews, "SELECT body FROM set_aside")
    assert aside == (str(body) if isinstance(body, (int, float)) else body)  # as SQLite kept it
    with ReviewStore(reviews) as store:
        anew = store.save("k", DECIDED)
        assert (store.find("k"), anew.version, store.damaged_sources()) == (anew, 1, [])
    assert len(kept(reviews, "SELECT body FROM set_aside")) == 1, "what was there is not lost"
    with ReviewStore(reviews) as store:
        store.forget(Path("/pictures"))
    assert kept(reviews, "SELECT body FROM set_aside") == []


def test_deciding_anew_needs_no_reading_before(reviews: Path) -> None:
    put(reviews, "UPDATE reviews SET body = '{' WHERE source_key = 'k'")
    with ReviewStore(reviews) as store:
        assert store.save("k", replace(DECIDED, outcome="publish")).outcome == "publish"
    assert kept(reviews, "SELECT body FROM set_aside") == ["{"]


def test_a_withdrawn_form_ends_what_can_be_read_and_names_the_copies_of_the_rest(reviews: Path) -> None:
    with ReviewStore(reviews) as store:
        store.published("k", "copy", DECIDED)
    put(reviews, "UPDATE reviews SET body = '{' WHERE source_key = 'k'")
    with ReviewStore(reviews) as store:
        assert store.withdraw("12") == 1
        assert store.relying("12") == {"copy"}
        assert store.damaged_sources() == ["k"]


def test_withdrawing_says_that_a_decision_cannot_be_read(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    private = tmp_path / "private"
    with ReviewStore(PrivateFolder(private).reviews) as store:
        store.save("k", DECIDED)
    put(private / "reviews.sqlite", "UPDATE reviews SET body = '{'")
    for said in (1, 1):  # it is said until somebody decides anew
        assert run("withdraw", "99", "--private", private) == 0
        assert capfd.readouterr().err.count("1 decision cannot be read any more") == said


def test_a_picture_whose_decision_is_damaged_is_held_back(reviews: Path, tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for name in ("a.jpg", "b.jpg"):
        (pictures / name).write_bytes(b"\xff\xd8\xff\xe0")
    state = (pictures / "a.jpg").stat()
    with ReviewStore(reviews) as store:
        store.remember(str(pictures / "a.jpg"), state.st_size, state.st_mtime_ns, "k")
    put(reviews, "UPDATE reviews SET body = '{\"version\": NaN}'")
    with ReviewStore(reviews) as store, Ledger(tmp_path / "ledger.sqlite") as ledger:
        source = FilesLocation.named([pictures]).open()
        namer = Namer(b"k" * 32, False)
        planner = Planner(source, ledger, namer, "out", str(tmp_path / "out"), Policy(), "r", False, store)
        first, second = planner.jobs(source.walk())
    assert isinstance(first, Solved)
    assert (first.result.report.status, first.result.report.hold) == (Status.HELD, "decision-damaged")
    assert not isinstance(second, Solved)


@pytest.mark.parametrize("body", BODIES, ids=repr)
def test_a_look_that_cannot_be_read_is_looked_for_again(reviews: Path, body: object) -> None:
    look = ProposalBody("PNG", 1, 2, 1, False, False, (), ())
    with ReviewStore(reviews) as store:
        store.keep_proposal("k", "r", look)
    put(reviews, "UPDATE looks SET body = ?", body)
    with ReviewStore(reviews) as store:
        assert store.find_proposal("k", "r") is None
        store.keep_proposal("k", "r", look)
        assert store.find_proposal("k", "r") == look


@pytest.mark.parametrize("row", [(1, b"/o", "family", 1.0), (b"/p", "/o", "family", 1.0), (b"/p", b"/o", b"\xff", 1.0)])
def test_a_folder_that_cannot_be_read_is_not_offered(reviews: Path, row: tuple[object, ...]) -> None:
    put(reviews, "INSERT INTO albums VALUES (?, ?, ?, ?)", *row)
    with ReviewStore(reviews) as store:
        store.opened(Recent("/pictures", "/ready", "family"))
        assert [one.folder for one in store.recent()] == ["/pictures"]
        assert store.forget(Path("/pictures")) == 1


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.sqlite"
    regions = (Region(Ellipse(1, 2, 3, 4)),)
    with Ledger(path) as opened:
        for name in ("a", "b"):
            opened.claim(f"/in/{name}.jpg", "/out", f"{name}.jpg", lambda _: True)
            done = Outcome(FileReport("", Status.PREPARED), source_key=name, copy_key=name, regions=regions)
            opened.record(f"/in/{name}.jpg", "/out", done, "r")
    return path


@pytest.mark.parametrize("body", BODIES[:3] + BODIES[4:], ids=repr)
def test_regions_that_cannot_be_read_are_unknown_and_the_copy_is_not(ledger: Path, body: object) -> None:
    put(ledger, "UPDATE copies SET regions = ? WHERE source_key = 'a'", body)
    with Ledger(ledger) as opened:
        first, second = opened.copies()
        assert (first.regions, first.copy_key) == (None, "a")
        assert second.regions is not None
        assert opened.of_copy("a") == opened.of_place("/out/a.jpg") == first
    (left,) = kept(ledger, "SELECT regions FROM copies WHERE source_key = 'a'")
    assert left == (str(body) if isinstance(body, (int, float)) else body)


@pytest.mark.parametrize("column", ["input", "copy_key", "written"])
def test_a_row_that_is_none_is_said(ledger: Path, column: str) -> None:
    put(ledger, f"UPDATE copies SET {column} = X'ff00' WHERE source_key = 'a'")
    if column == "input":
        put(ledger, "UPDATE copies SET input = 3 WHERE source_key = 'a'")
    with pytest.raises(UsageProblem, match=r"ledger is damaged.*paravent forget"), Ledger(ledger) as opened:
        list(opened.copies())


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("content", [b"no database" * 500, b"SQLite format 3\x00" + b"\xff" * 4_000])
def test_a_file_that_is_no_database_is_named_and_left_as_it_is(tmp_path: Path, name: str, content: bytes) -> None:
    kind, advice = FILES[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UsageProblem, match="damaged") as raised:
        kind(path)
    assert advice in str(raised.value)
    assert str(path) in str(raised.value)
    assert path.read_bytes() == content


@pytest.mark.parametrize("name", FILES)
def test_a_page_that_is_damaged_is_named(tmp_path: Path, name: str, reviews: Path, ledger: Path) -> None:
    kind, advice = FILES[name]
    path = {"ledger.sqlite": ledger, "reviews.sqlite": reviews}[name]
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(UsageProblem, match="damaged") as raised, kind(path) as opened:
        list(opened.copies() if isinstance(opened, Ledger) else opened.reviews())
    assert advice in str(raised.value)


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_key_that_is_none_is_named_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    private = PrivateFolder(tmp_path / "state")
    private.key()
    (private.path / "key").write_bytes(content)
    with pytest.raises(UsageProblem, match="damaged"):
        private.key()
    assert (private.path / "key").read_bytes() == content
