"""A folder of files through worker processes, with a stand-in for the pipeline: once each, resumed, nothing lost."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

import pytest

import workers
from paravent.engine import naming, planning, protecting, session
from paravent.errors import OutputProblem, UsageProblem
from paravent.model.limits import WorkerLimits
from paravent.model.policy import Policy, preset
from paravent.model.report import FileReport
from paravent.report.summary import Totals
from paravent.state.ledger import Ledger

HEAD = b"\xff\xd8\xff\xe0"


class Case:
    """An input folder, an output folder and private state."""

    def __init__(self, folder: Path) -> None:
        self.input, self.output, self.private = folder / "in", folder / "out", folder / "private"
        self.input.mkdir()

    def put(self, *names: str, content: str = "") -> None:
        for name in names:
            path = self.input / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(HEAD + (content or name).encode())

    def run(
        self, *paths: Path, policy: Policy | None = None, force: bool = False, **limits: float
    ) -> dict[str, FileReport]:
        options = {"workers": 2, "timeout": 20.0, "memory": 256, **limits}
        settings = session.Settings(WorkerLimits(**options), self.private, force)
        named = paths or (self.input,)
        self.left: list[str] = []
        work = workers.start_copying
        reports = list(protecting.protect(named, self.output, policy or Policy(), settings, work, self.left.append))
        self.reports = Counter(report.path for report in reports)
        return {report.path: report for report in reports}

    def outputs(self) -> list[str]:
        return sorted(path.relative_to(self.output).as_posix() for path in self.output.rglob("*") if path.is_file())


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path)


def test_every_file_gets_a_report_and_every_copy_a_row(case: Case) -> None:
    case.put("IMG_0001.JPG", "DCIM/IMG_0002.JPG", "Emma/Lyon.jpeg")
    reports = case.run()
    assert set(case.reports.values()) == {1}
    assert {report.status.value for report in reports.values()} == {"prepared"}
    assert sorted(report.output for report in reports.values()) == case.outputs()
    assert (case.output / "IMG_0001.jpg").read_bytes() == b"copy of " + HEAD + b"IMG_0001.JPG"
    assert "DCIM/IMG_0002.jpg" in case.outputs()
    assert not any("Emma" in name or "Lyon" in name for name in case.outputs())
    with Ledger(case.private / "ledger.sqlite") as ledger:
        rows = list(ledger.copies())
    assert sorted(Path(row.input).relative_to(case.input).as_posix() for row in rows) == sorted(reports)
    assert all(row.copy.is_file() and row.regions for row in rows)


@pytest.mark.slow
def test_what_is_done_is_not_done_again(case: Case) -> None:
    case.put("IMG_0001.jpg", "Emma.jpg")
    first = case.run()
    case.put("IMG_0002.jpg")
    again = case.run()
    assert {name: report.status.value for name, report in again.items()} == {
        "IMG_0001.jpg": "already-prepared",
        "Emma.jpg": "already-prepared",
        "IMG_0002.jpg": "prepared",
    }
    assert again["Emma.jpg"].output == first["Emma.jpg"].output
    with Ledger(case.private / "ledger.sqlite") as ledger:
        assert all(row.regions for row in ledger.copies())


@pytest.mark.slow
@pytest.mark.parametrize("change", ["force", "policy", "source"])
def test_what_is_not_the_same_is_not_taken_for_done(case: Case, change: str) -> None:
    case.put("IMG_0001.jpg")
    case.run()
    if change == "source":
        case.put("IMG_0001.jpg", content="other")
    report = case.run(force=change == "force", policy=preset("school") if change == "policy" else None)["IMG_0001.jpg"]
    assert report.hold == "exists"  # the stand-in does not replace: it did the work


@pytest.mark.slow
def test_what_goes_wrong_in_one_costs_one(case: Case) -> None:
    case.put(*(f"IMG_000{number}.jpg" for number in range(6)))
    for bad in ("crash", "hang", "eat"):
        case.put(f"{bad}.jpg", content=bad)
    reports = case.run(timeout=3)
    holds = {"crash.jpg": "crashed", "hang.jpg": "timeout", "eat.jpg": "memory"}
    assert {name: report.hold for name, report in reports.items() if report.hold} == holds
    assert len(case.outputs()) == 6


def test_nothing_is_left_out_in_silence(case: Case) -> None:
    case.put("IMG_0001.jpg", "IMG_0001.xmp", ".DS_Store")
    (case.input / "link.jpg").symlink_to("IMG_0001.jpg")
    reports = case.run()
    assert {name: (report.status.value, report.hold) for name, report in reports.items()} == {
        "IMG_0001.jpg": ("prepared", ""),
        "IMG_0001.xmp": ("left-out", "sidecar"),
        ".DS_Store": ("left-out", "system-file"),
        "link.jpg": ("held-back", "not-a-file"),
    }
    totals = Totals()
    for report in reports.values():
        totals.add(report)
    assert (totals.copies, totals.held) == (1, 1)


@pytest.mark.slow
def test_names_that_meet_are_kept_apart(case: Case) -> None:
    case.put("one/IMG_0001.jpg", "two/IMG_0001.jpg", "IMG_0001.jpg", "img_0001.JPG")
    case.run(policy=Policy(keep_names=True))
    assert len(case.outputs()) == 4
    assert len({name.lower() for name in case.outputs()}) == 4
    before = case.outputs()
    assert {report.status.value for report in case.run(policy=Policy(keep_names=True)).values()} == {"already-prepared"}
    assert case.outputs() == before


def test_two_folders_with_the_same_names(case: Case) -> None:
    case.put("a/DCIM/IMG_0001.jpg", "b/DCIM/IMG_0001.jpg")
    case.run(case.input / "a" / "DCIM", case.input / "b" / "DCIM")
    assert len(case.outputs()) == 2
    assert case.reports == {"DCIM/IMG_0001.jpg": 2}  # both are called so


@pytest.mark.slow
def test_copies_that_a_run_does_not_renew_are_named(case: Case) -> None:
    case.put("Emma.jpg", "IMG_0001.jpg", "IMG_0002.jpg")
    neutral = case.run()["Emma.jpg"].output
    assert case.left == []
    case.run(policy=Policy(keep_names=True))  # Emma.jpg gets another name, the counters stay but are another recipe
    assert neutral in case.left
    case.run()
    assert "Emma.jpg" in case.left
    (case.input / "IMG_0002.jpg").unlink()
    case.run()
    assert "IMG_0002.jpg" in case.left
    (case.output / "IMG_0002.jpg").unlink()
    (case.output / "not ours.jpg").touch()
    case.run()
    assert not {"IMG_0002.jpg", "not ours.jpg"} & set(case.left)
    assert len(case.left) == len(set(case.left))
    assert (case.output / neutral).exists()


NAMES = [f"{name}.jpg" for name in ("Ada", "Ben", "Cleo", "Dan", "Eve", "Fay")]


def test_numbers_stay_whatever_comes_and_goes(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naming, "_WIDTHS", (1, 1, 1, 2, 2, 4, 8))  # so short that they meet
    monkeypatch.setattr(planning, "ATTEMPTS", 7)
    case.put(*NAMES)
    first = {name: report.output for name, report in case.run().items()}
    copies = {name: (case.output / output).read_bytes() for name, output in first.items()}
    for name in NAMES[:3]:
        (case.input / name).unlink()
    others = [f"{number}-{name}" for number in range(3) for name in NAMES]
    case.put(*others)
    again = {name: report.output for name, report in case.run().items()}
    assert {name: again[name] for name in NAMES[3:]} == {name: first[name] for name in NAMES[3:]}
    assert len(set(again.values()) | set(first.values())) == len(NAMES) + len(others)  # no copy gave way
    assert {name: (case.output / output).read_bytes() for name, output in first.items()} == copies


def test_an_original_that_was_moved_keeps_its_number(case: Case) -> None:
    case.put("Emma/Lyon.jpg")
    before = case.run()["Emma/Lyon.jpg"].output
    moved = case.input.parent / "moved"
    case.input.rename(moved)
    assert case.run(moved)["Emma/Lyon.jpg"].output == before


def test_a_full_disk_ends_the_run(case: Case) -> None:
    case.put("IMG_0001.jpg", content="full")
    with pytest.raises(OutputProblem, match="full"):
        case.run()
    assert case.outputs() == []


@pytest.mark.slow
def test_two_runs_at_once_do_no_harm(case: Case) -> None:
    case.put(*(f"IMG_{number:04}.jpg" for number in range(20)))
    results: list[dict[str, FileReport]] = []
    threads = [threading.Thread(target=lambda: results.append(case.run())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 2
    assert len(case.outputs()) == 20
    for name in case.outputs():
        assert (case.output / name).read_bytes() == b"copy of " + HEAD + name.encode()
    prepared = [report for result in results for report in result.values() if report.status.value == "prepared"]
    assert len(prepared) == 20


def test_folders_that_overlap_are_refused_before_anything_is_done(case: Case) -> None:
    case.put("IMG_0001.jpg")
    case.output = case.input / "out"
    with pytest.raises(UsageProblem):
        case.run()
    assert not case.output.exists()
    case.output, case.private = case.input.parent / "out", case.input.parent / "out" / "private"
    with pytest.raises(UsageProblem):
        case.run()


@pytest.mark.slow
def test_leaving_early_leaves_nothing_behind(case: Case) -> None:
    case.put(*(f"IMG_{number:04}.jpg" for number in range(10)))
    settings = session.Settings(WorkerLimits(2), case.private)
    reports = protecting.protect([case.input], case.output, Policy(), settings, workers.start_copying)
    next(reports)
    reports.close()
    assert list((case.private / "staging").iterdir()) == []
    assert all(name.startswith("IMG_") for name in case.outputs())
    assert len(case.run()) == len(case.outputs()) == 10
