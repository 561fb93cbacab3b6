"""`paravent posted`: what it says, in both languages and for programs, and how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli_kit import run
from export_kit import FIXTURES, facebook_page, instagram_json
from paravent.i18n import texts
from paravent.model import schema
from paravent.model.posted import PostedReport, TodoList
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


def test_a_list_to_go_through_says_what_can_be_done(export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("todo", export, "--mine") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Facebook, a page: 4 posts to go through"
    assert any("Manage activity" in line for line in said)
    assert [line for line in said if line.startswith("[ ]")] == [
        "[ ] no date: 1 picture or film, not stated",
        "[ ] 2019-06-15: 2 pictures or films, not stated, with a place",
        "[ ] 2021-06-15: 1 picture or film, not stated",
        "[ ] 2023-06-15: 2 pictures or films, not stated",
    ]


def test_a_list_for_programs_has_every_medium_once_and_addresses(apart: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, (_layout, make) in FIXTURES.items():
        fixture = make()
        assert run("todo", write_zip(apart / f"{name}.zip", fixture.all()), "--mine", "--json") == 0
        told = schema.read_text(TodoList, capsys.readouterr().out)
        assert sum(item.media for item in told.items) == fixture.told["media"]
        assert [item.day for item in told.items] == sorted(item.day for item in told.items)
        if name == "mastodon":
            assert {item.address for item in told.items} == {f"https://social.example/@ada/{n}" for n in (1, 2, 3, 5)}
            assert sorted(item.audience for item in told.items) == ["public", "public", "public", "restricted"]


def test_a_newer_export_says_what_is_gone_and_what_is_still_there(apart: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fixture = facebook_page()
    old = write_zip(apart / "old.zip", fixture.all())
    # The video is taken down, the post that lacked its picture too; pictures are renamed, as a new export may have it.
    newer = {name: data for name, data in fixture.all().items() if "/videos.json" not in name and "/v/" not in name}
    newer["this_profile's_activity_across_facebook/posts/profile_posts_2.json"] = b"[]"
    for name, data in list(newer.items()):
        if name.endswith(".json") and "messages" not in name:
            newer[name] = data.replace(b"fair_1/1.jpg", b"fair_9/renamed.jpg")
    newer["this_profile's_activity_across_facebook/posts/media/fair_9/renamed.jpg"] = fixture.files[
        "this_profile's_activity_across_facebook/posts/media/fair_1/1.jpg"
    ]
    path = write_zip(apart / "newer.zip", newer)
    assert run("todo", old, "--again", path, "--mine") == 0
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("[")] == [
        "[ ] no date: 1 picture or film, not stated, still there",
        "[ ] 2019-06-15: 2 pictures or films, not stated, with a place, still there",
        "[ ] 2021-06-15: 1 picture or film, not stated, unknown whether it is still there",
        "[ ] 2023-06-15: 2 pictures or films, not stated, still there",
    ]
    alone = {name: data for name, data in newer.items() if "/album/" not in name}
    assert run("todo", old, "--again", write_zip(apart / "alone.zip", alone), "--mine") == 0


def test_a_newer_export_in_which_all_is_gone_or_that_lacks_parts(apart: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fixture = instagram_json()
    fixture.files["media/posts/201906/1.jpg"] = b"\xff\xd8 one"
    old = write_zip(apart / "old.zip", fixture.files)
    area = "your_instagram_activity/media/"
    newer = {name: data for name, data in fixture.files.items() if not name.startswith((area, "media/"))}
    newer[f"{area}posts_1.json"] = b"[]"
    assert run("todo", old, "--again", write_zip(apart / "1.zip", newer), "--mine") == 0
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("[")]
    assert [line.startswith("[x]") for line in said] == [True, True, False, True, True, True]  # one was missing before
    newer[f"{area}posts_1.json"] = b'[{"media": [{"uri": "media/posts/202611/new.jpg"}]}]'
    assert run("todo", old, "--again", write_zip(apart / "2.zip", newer), "--mine") == 0
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("[")]
    assert all(line.startswith("[ ]") and "unknown" in line for line in said)


def test_a_newer_export_of_another_platform_is_refused(export: Path, apart: Path) -> None:
    assert run("todo", export, "--again", write_zip(apart / "other.zip", instagram_json().files), "--mine") == 2


def test_every_word_of_a_report_has_a_sentence() -> None:
    layouts = [layout for platform in PLATFORMS for layout in platform.layouts]
    assert {layout.name for layout in layouts} == set(report.LAYOUTS) == set(report.STEPS)
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
