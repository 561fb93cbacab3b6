"""`paravent posted`: what it says, in both languages and for programs, and how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli_kit import run
from export_kit import FIXTURES, facebook_page
from paravent.i18n import texts
from paravent.model import schema
from paravent.model.posted import PostedReport
from paravent.posted.registry import PLATFORMS
from paravent.posted.spec import Gives, Left
from paravent.report import posted as report
from zip_kit import HOSTILE, write_zip


@pytest.fixture
def export(apart: Path) -> Path:
    return write_zip(apart / "export.zip", facebook_page().all())


def test_it_is_said_in_plain_words(export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("posted", export, "--mine") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:4] == [
        "Facebook, a page (1 part)",
        "Posted: 1 film, 5 pictures; 3 posts",
        "By year: no date (1), 2019 (2), 2021 (1), 2023 (2)",
        "Who could see it: not stated (6)",
    ]
    assert "  where it was, by coordinates: 1" in said
    assert any("never tried with a real one" in line for line in said)


def test_it_is_said_in_french(export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts.speak("fr")
    try:
        assert run("posted", export, "--mine") == 0
    finally:
        texts.speak("")
    said = capsys.readouterr().out
    assert said.startswith("Facebook, une page (1 partie)\n")
    assert "jamais été essayé" in said


def test_json_is_as_described(export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("posted", export, "--mine", "--json") == 0
    told = schema.read_text(PostedReport, capsys.readouterr().out)
    assert (told.schema, told.media, told.layout) == ("paravent-posted/1", 6, "facebook-page")


def test_nobody_says_whose_it_is_so_it_is_asked(export: Path) -> None:
    def answered(answer: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "paravent", "posted", str(export)]
        environment = {**os.environ, "LANGUAGE": "en"}
        return subprocess.run(command, input=answer, env=environment, capture_output=True, text=True, check=False)

    refused = answered("n\n")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "Is this the export of your own account" in refused.stderr
    assert answered("").returncode == 130
    assert answered("y\n").returncode == 0
    again = answered("")
    assert (again.returncode, again.stderr) == (0, "")


def test_lists_that_are_not_read_are_named_and_end_it_with_another_code(
    apart: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "this_profile's_activity_across_facebook/posts/nouveau\x1b[31m.json"
    path = write_zip(apart / "export.zip", {**facebook_page().files, name: b"[]"})
    assert run("posted", path, "--mine") == 3
    assert "nouveau\\x1b[31m.json" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", ["a way out", "much from little", "encrypted", "cut off"])
def test_a_hostile_archive_ends_it_in_one_line(wrong: str, apart: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (apart / "export.zip").write_bytes(HOSTILE[wrong][1])
    assert run("posted", apart / "export.zip", "--mine") == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1


def test_every_word_of_a_report_has_a_sentence() -> None:
    layouts = [layout for platform in PLATFORMS for layout in platform.layouts]
    assert {layout.name for layout in layouts} == set(report.LAYOUTS)
    assert {one.value for one in Gives} == set(report.GIVES)
    assert {one.value for one in Left} == set(report.LEFT)
    assert {*(remark for layout in layouts for remark in layout.remarks), "never-tried-with-a-real-export"} == set(
        report.REMARKS
    )


@pytest.mark.parametrize("name", list(FIXTURES))
def test_every_layout_is_told(name: str, apart: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_zip(apart / "export.zip", FIXTURES[name][1]().all())
    assert run("posted", path, "--mine") == 0
    assert capsys.readouterr().out.startswith(report.LAYOUTS[FIXTURES[name][0]])
