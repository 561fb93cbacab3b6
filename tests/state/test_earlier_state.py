"""A private folder as 0.1.0 wrote it is opened today: nothing of it is lost."""

from __future__ import annotations

import json
import os
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from paravent.model import schema
from paravent.model.decision import Course
from paravent.model.geometry import Ellipse, Polygon
from paravent.model.keyed_hash import keyed_hash
from paravent.model.review import Permission, Review
from paravent.model.review_body import ReviewBody
from paravent.state.bodies import ProposalBody
from paravent.state.ledger import Ledger
from paravent.state.private import PrivateFolder
from paravent.state.reviews import ReviewStore
from paravent.web.review import proposals

DATA = Path(__file__).parent / "data" / "0.1.0"
PICTURES, READY = Path("/photos/fête"), Path("/photos/ready")
posix = pytest.mark.skipif(os.name == "nt", reason="paths as POSIX spells them")
# Original, size, time of its last change: as it lay there.
LYING = {
    "meadow.png": (140, 1796034534281389341),
    "pair.mp4": (103644, 1796034534845456610),
    "scene-0.jpg": (17001, 1796034534061456587),
    "scene-1.jpg": (18107, 1796034534145371660),
    "scene-2.jpg": (15149, 1796034534206513780),
    "scene-3.jpg": (12331, 1796034534279465093),
}
RECIPE = "5c83e5944f9670c3d44a7ee8f9b798f29ce45d435283fad5fa082074dd5225d2"
UNTIL = date(2031, 8, 31)


@pytest.fixture
def private(tmp_path: Path) -> PrivateFolder:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    (folder / "key").write_bytes(bytes.fromhex((DATA / "key.hex").read_text()))
    for name in ("ledger", "reviews"):
        with sqlite3.connect(folder / f"{name}.sqlite") as database:
            database.executescript((DATA / f"{name}.sql").read_text(encoding="utf-8") + "PRAGMA user_version = 1;")
        database.close()
    return PrivateFolder(folder)


def decided(store: ReviewStore, name: str) -> Review:
    key = store.recognise(str(PICTURES / name), *LYING[name])
    assert key is not None
    review = store.find(key)
    assert review is not None
    return review


def test_the_key_still_opens_it(private: PrivateFolder) -> None:
    key = keyed_hash(private.key(), (DATA / "scene-0.jpg").read_bytes())
    with ReviewStore(private.reviews) as store:
        assert store.recognise(str(PICTURES / "scene-0.jpg"), *LYING["scene-0.jpg"]) == key
    with Ledger(private.ledger) as ledger:
        assert {row.input for row in ledger.copies() if row.source_key == key} == {str(PICTURES / "scene-0.jpg")}


@posix
def test_every_copy_is_known(private: PrivateFolder) -> None:
    with Ledger(private.ledger) as ledger:
        rows = list(ledger.copies())
        names = [(Path(row.input).name, row.root, row.status) for row in rows]
        assert sorted(names) == sorted(
            [
                *((name, "/photos/ready", "prepared") for name in LYING),
                ("scene-0.jpg", "/photos/decided", "prepared"),
                ("pair.mp4", "/photos/for-families", "prepared"),
            ]
        )
        for row in rows:
            assert len(row.copy_key) == len(row.source_key) == len(row.recipe) == 64
            assert row.written > 1.7e9
            assert ledger.of_place(str(row.copy)) == ledger.of_input(row.input, row.root) == row
        regions = {row.copy.name: row.regions for row in rows if row.root == "/photos/decided"}["picture-320c8fe6.jpg"]
        assert regions is not None
        assert [(one.kind, type(one.shape)) for one in regions] == [("drawn", Polygon)]
        faces = [one for row in rows if row.root == str(READY) for one in row.regions or () if one.kind == "face"]
        assert len(faces) >= 5
        assert all(isinstance(one.shape, Ellipse) and one.shape.rx > 1 for one in faces)


@posix
def test_a_copy_under_a_former_name_is_told(private: PrivateFolder, tmp_path: Path) -> None:
    with sqlite3.connect(private.ledger) as database:
        for table in ("copies", "former"):
            database.execute(f"UPDATE {table} SET root = ? WHERE root = ?", (os.fsencode(tmp_path), os.fsencode(READY)))
    database.close()
    (tmp_path / "picture-320c8fe6.jpg").touch()
    with Ledger(private.ledger) as ledger:
        assert list(ledger.left_over(str(tmp_path), 1e12, lambda name: (tmp_path / name).exists())) == [
            "picture-320c8fe6.jpg"
        ]


def test_every_decision_is_there(private: PrivateFolder) -> None:
    with ReviewStore(private.reviews) as store:
        assert len(list(store.reviews())) == 4
        assert store.damaged_sources() == []
        found = {name: decided(store, name) for name in ("scene-0.jpg", "scene-1.jpg", "scene-2.jpg", "pair.mp4")}
    told = {name: (one.version, one.outcome, one.accepted, one.recipe) for name, one in found.items()}
    assert told == {
        "scene-0.jpg": (1, "publish", True, RECIPE),
        "scene-1.jpg": (1, "no-post", True, RECIPE),
        "scene-2.jpg": (1, "private", False, RECIPE),
        "pair.mp4": (1, "private", True, RECIPE),
    }
    permissions = [item.visible for one in found.values() for item in one.items if item.visible]
    assert permissions == [
        Permission("child-authorised", "12", UNTIL),
        Permission("public-role", "", date(2031, 1, 1)),
        Permission("adult-agreed", "F-3", UNTIL),
    ]
    _face, drawn = found["scene-0.jpg"].items
    assert drawn.shape == Polygon(((0, 0), (90.5, 0), (45, 60.25)))
    assert (drawn.id, drawn.kind, drawn.origin, drawn.style) == ("d1", "drawn", "drawn", "pixelate")
    assert found["scene-2.jpg"].items[0].style == "veil"


def test_courses_of_a_video_are_there(private: PrivateFolder) -> None:
    with ReviewStore(private.reviews) as store:
        *tracks, drawn = decided(store, "pair.mp4").items
    assert drawn.course == Course(3, 9)
    courses = [item.course for item in tracks]
    assert [(one.first, one.stop) for one in courses if one] == [(0, 20), (0, 20)]
    assert all(one and one.marks[0][1].w > 40 and one.marks[-1][0] > one.marks[0][0] for one in courses)


def test_every_look_is_there(private: PrivateFolder) -> None:
    with ReviewStore(private.reviews) as store:
        for name, lying in LYING.items():
            key = store.recognise(str(PICTURES / name), *lying)
            assert key is not None
            body = store.find_proposal(key, RECIPE)
            assert body is not None, name
            look = proposals.read(body, RECIPE, name, key)
            assert look.report.format == {"png": "PNG", "jpg": "JPEG", "mp4": "MP4"}[name[-3:]]
            assert look.facts.video == look.followed == (name == "pair.mp4")
            assert bool(look.items) == (name != "meadow.png")
            assert look.report.findings


def test_copies_that_rely_on_a_form_are_known_and_folders_too(private: PrivateFolder) -> None:
    with Ledger(private.ledger) as ledger:
        keys = {row.copy.parent.name: row.copy_key for row in ledger.copies() if row.root != str(READY)}
    with ReviewStore(private.reviews) as store:
        assert store.relying("12") == {keys["decided"]}
        assert store.relying("F-3") == {keys["for-families"]}
        assert store.lapsed(date(2031, 9, 1)) == set(keys.values())
        (recent,) = store.recent()
        assert (recent.folder, recent.output, recent.preset) == (str(PICTURES), "/photos/decided", "family")
        assert store.withdraw("12") == 1


@pytest.mark.parametrize(("table", "kind"), [("reviews", ReviewBody), ("looks", ProposalBody)])
def test_what_was_written_is_written_alike(private: PrivateFolder, table: str, kind: type) -> None:
    """So that a program of before reads what this one writes."""
    with sqlite3.connect(private.reviews) as database:
        rows = database.execute(f"SELECT body FROM {table}").fetchall()
    database.close()
    assert rows
    for (body,) in rows:
        assert json.loads(schema.text(schema.read_text(kind, body))) == json.loads(body)


@posix
def test_forgetting_still_forgets_all(private: PrivateFolder) -> None:
    with ReviewStore(private.reviews) as store, Ledger(private.ledger) as ledger:
        assert store.forget(PICTURES) == len(LYING)
        assert ledger.forget(PICTURES) == 9
        assert list(store.reviews()) == list(ledger.copies()) == store.recent() == []
