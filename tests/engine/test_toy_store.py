"""A store from outside the package carries whole runs: nothing of them touches a folder but the private one."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import Image

from kill_kit import draw
from paravent.engine import judging, protecting, scanning
from paravent.engine.session import Session, Settings
from paravent.errors import Held
from paravent.model.limits import WorkerLimits
from paravent.model.policy import Policy
from paravent.model.report import FileReport, Status
from paravent.model.review import Review
from paravent.stores.memory import BytesLocation
from paravent.verify.verdict import Verdict
from toy_store import Shelf, ToyLocation, serving


@pytest.fixture
def pictures(tmp_path: Path) -> dict[str, bytes]:
    (tmp_path / "drawn").mkdir()
    draw(tmp_path / "drawn", 2)
    return {f"Mia/{path.name}": path.read_bytes() for path in sorted((tmp_path / "drawn").iterdir())}


@dataclass(frozen=True)
class Shelves:
    """Two shelves, and where each is."""

    originals: Shelf
    copies: Shelf
    source: ToyLocation
    output: ToyLocation


def prepared(shelves: Shelves, tmp_path: Path, left_over: Callable[[str], None] = lambda _: None) -> dict[str, FileReport]:
    """What became of each original."""
    reports = protecting.protect(shelves.source, shelves.output, Policy(), settings(tmp_path), left_over=left_over)
    return {report.path: report for report in reports}


def verified(shelves: Shelves, tmp_path: Path) -> dict[str, Verdict]:
    """What is said of each copy beside its original."""
    judgements = judging.verify(shelves.output, shelves.source, settings(tmp_path))
    return {one.path: one.verdict for one in judgements}


def recoded(data: bytes) -> bytes:
    """What a picture becomes that somebody paints over and saves again."""
    with Image.open(io.BytesIO(data)) as picture:
        painted = picture.convert("RGB")
    painted.paste((250, 10, 10), (0, 0, painted.width, painted.height // 3))
    file = io.BytesIO()
    painted.save(file, "JPEG", quality=90)
    return file.getvalue()


def settings(tmp_path: Path) -> Settings:
    return Settings(WorkerLimits(1), tmp_path / "private")


@pytest.fixture
def shelves(pictures: dict[str, bytes]) -> Iterator[Shelves]:
    originals, copies = Shelf(name="originals"), Shelf(name="copies")
    for name, data in pictures.items():
        originals.put(name, data)
    with serving(originals) as source, serving(copies) as output:
        yield Shelves(originals, copies, source, output)
    assert all(data == pictures.get(name, data) for name, (_, data) in originals.objects.items())


@pytest.mark.slow
def test_protect_from_one_shelf_into_another(tmp_path: Path, pictures: dict[str, bytes], shelves: Shelves) -> None:
    copies, reports = shelves.copies, prepared(shelves, tmp_path).values()
    assert [report.status for report in reports] == [Status.PREPARED] * 2
    assert sum(report.faces for report in reports) == 1
    assert sorted(report.output for report in reports) == copies.names()
    assert copies.pending() == []
    assert not {data for _, data in copies.objects.values()} & set(pictures.values())
    assert [report.status for report in prepared(shelves, tmp_path).values()] == [Status.ALREADY] * 2
    scanned = list(scanning.scan(shelves.source, Policy(), settings(tmp_path)))
    assert [report.status for report in scanned] == [Status.SCANNED] * 2
    assert sum(report.faces for report in scanned) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["drawn", "private"]


@pytest.mark.slow
def test_verify_where_the_copies_are(tmp_path: Path, shelves: Shelves) -> None:
    reports = prepared(shelves, tmp_path).values()
    covered = next(report.output for report in reports if report.faces)
    shelves.copies.put("notes.xmp", b"no picture")
    shelves.copies.put("empty.jpg", b"")
    shelves.copies.put("strange.jpg", next(iter(shelves.originals.objects.values()))[1] + b"behind")
    judged = verified(shelves, tmp_path)
    assert sorted(judged) == shelves.copies.names()
    for report in reports:
        assert judged[report.output].ok, judged[report.output].problems
        assert any("unchanged since it was verified" in note for note in judged[report.output].notes)
        assert any("outside the covered places nothing differs" in note for note in judged[report.output].notes)
    assert "no place among copies" in judged["notes.xmp"].problems[0]
    assert judged["empty.jpg"].problems[0] == str(Held("empty"))
    assert judged["strange.jpg"].problems[-1] == "its original was not found"
    # What was changed since is known by its place: against its original it is another picture.
    shelves.copies.put(covered, recoded(shelves.copies.objects[covered][1]))
    changed = verified(shelves, tmp_path)[covered]
    assert not changed.ok
    assert "its original was not found" not in changed.problems
    assert not any("unchanged" in note for note in changed.notes)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["drawn", "private"]


def test_what_is_left_over_is_asked_of_the_output(tmp_path: Path, shelves: Shelves) -> None:
    first = prepared(shelves, tmp_path)
    for name in shelves.originals.names():
        del shelves.originals.objects[name]
    left: list[str] = []
    assert prepared(shelves, tmp_path, left.append) == {}
    assert sorted(left) == sorted(report.output for report in first.values())
    shelves.copies.objects.clear()
    left.clear()
    prepared(shelves, tmp_path, left.append)
    assert left == []


@pytest.mark.slow
def test_a_name_stays_with_an_original_that_may_be_there_still(tmp_path: Path, shelves: Shelves) -> None:
    name = shelves.originals.names()[0]
    other = Shelf(name="others")
    other.put(name, shelves.originals.objects[name][1])
    first = prepared(shelves, tmp_path)[name]
    with serving(other) as elsewhere:
        second = prepared(replace(shelves, source=elsewhere), tmp_path)[name]
    assert second.status is Status.PREPARED
    assert second.output != first.output
    assert {first.output, second.output} <= set(shelves.copies.names())


def test_what_was_decided_not_to_be_posted_stays_where_it_is(tmp_path: Path, shelves: Shelves) -> None:
    with Session(Policy(), settings(tmp_path), shelves.source) as session:
        item, other = session.source.walk()
        mark = session.source.mark(item.identity)
        assert mark is not None
        session.reviews.remember(item.identity, mark.size, mark.changed, "ab")
        session.reviews.save("ab", Review(outcome="no-post", accepted=True))
    told = prepared(shelves, tmp_path)
    assert (told[item.relative].status, told[item.relative].hold) == (Status.LEFT_OUT, "do-not-post")
    assert told[other.relative].status is Status.PREPARED
    assert shelves.copies.names() == [told[other.relative].output]


@pytest.mark.slow
def test_bytes_from_memory_into_a_folder_with_other_names_in_each(tmp_path: Path, pictures: dict[str, bytes]) -> None:
    names = []
    for output in ("one", "two", "one"):
        source = BytesLocation({"Mia/birthday.jpg": next(iter(pictures.values()))})
        (report,) = protecting.protect(source, tmp_path / output, Policy(), settings(tmp_path))
        assert (tmp_path / output / report.output).is_file()
        names.append(report.output)
    assert names[0] == names[2]
    assert not {part.partition("-")[2][:8] for part in names[0].split("/")} & {
        part.partition("-")[2][:8] for part in names[1].split("/")
    }
