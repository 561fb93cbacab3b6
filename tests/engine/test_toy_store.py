"""A store from outside the package carries whole runs: nothing of them touches a folder but the private one."""

from __future__ import annotations

from pathlib import Path

import pytest

from kill_kit import draw
from paravent.engine import judging, protecting, scanning
from paravent.engine.session import Settings
from paravent.model.limits import WorkerLimits
from paravent.model.policy import Policy
from paravent.model.report import Status
from paravent.stores.memory import BytesLocation
from toy_store import Shelf, serving


@pytest.fixture
def pictures(tmp_path: Path) -> dict[str, bytes]:
    (tmp_path / "drawn").mkdir()
    draw(tmp_path / "drawn", 2)
    return {f"Mia/{path.name}": path.read_bytes() for path in sorted((tmp_path / "drawn").iterdir())}


def settings(tmp_path: Path) -> Settings:
    return Settings(WorkerLimits(1), tmp_path / "private")


def test_protect_from_one_shelf_into_another(tmp_path: Path, pictures: dict[str, bytes]) -> None:
    originals, copies = Shelf(), Shelf()
    for name, data in pictures.items():
        originals.put(name, data)
    with serving(originals) as source, serving(copies) as output:
        reports = list(protecting.protect(source, output, Policy(), settings(tmp_path)))
        assert [report.status for report in reports] == [Status.PREPARED] * 2
        assert sum(report.faces for report in reports) == 1
        assert sorted(report.output for report in reports) == copies.names()
        assert copies.pending() == []
        again = list(protecting.protect(source, output, Policy(), settings(tmp_path)))
        assert [report.status for report in again] == [Status.ALREADY] * 2
        scanned = list(scanning.scan(source, Policy(), settings(tmp_path)))
        assert [report.status for report in scanned] == [Status.SCANNED] * 2
        assert sum(report.faces for report in scanned) == 1
    assert {name: found[1] for name in originals.names() if (found := originals.get(name))} == pictures
    for name in copies.names():
        found = copies.get(name)
        assert found is not None
        assert found[1] not in pictures.values()
        written = tmp_path / "taken down" / name
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_bytes(found[1])
    judgements = list(judging.verify([tmp_path / "taken down"], None, settings(tmp_path)))
    assert [judgement.verdict.ok for judgement in judgements] == [True, True]


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
