"""What is counted of each layout, however its parts come; and what is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from export_kit import FIXTURES, Fixture, as_json, facebook_page, facebook_person, instagram_json, write_folder, write_parts
from paravent.errors import UsageProblem
from paravent.model.posted import PostedReport
from paravent.posted import survey
from paravent.posted.registry import PLATFORMS
from zip_kit import write_zip


def read(*paths: Path, own: bool = True) -> PostedReport:
    return survey.survey(paths, lambda title: own, paths[0].parent / "private")


def told(report: PostedReport) -> dict[str, Any]:
    """As `export_kit` says it."""
    found: dict[str, Any] = {name: getattr(report, name) for name in ("posts", "media", "placed", "missing", "unnamed")}
    for name in ("kinds", "audiences", "gives_away"):
        found[name] = {one.of: one.count for one in getattr(report, name)}
    return {**found, "years": {one.year: one.count for one in report.years}}


def parts(how: str, fixture: Fixture, folder: Path) -> list[Path]:
    files = fixture.all()
    if how == "folder":
        return [write_folder(folder / "export", files)]
    if how == "folder around it":
        return [write_folder(folder / "export" / "meta" / "account-2026", files).parents[1]]
    if how == "zip":
        return [write_zip(folder / "export.zip", files)]
    if how == "three zips, a folder in each":
        return write_parts(folder, files, 3, "account-2026-11-30/")
    zips = write_parts(folder, files, 2)
    write_folder(folder / "second", {name: files[name] for name in sorted(files)[1::2]})
    return [zips[0], folder / "second"]


HOW = ("folder", "folder around it", "zip", "three zips, a folder in each", "a zip and a folder")


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("name", list(FIXTURES))
def test_a_layout_is_counted_right(name: str, how: str, tmp_path: Path) -> None:
    layout, make = FIXTURES[name]
    fixture = make()
    report = read(*parts(how, fixture, tmp_path))
    assert report.layout == layout
    assert told(report) == fixture.told
    assert set(report.unopened) == fixture.left
    assert report.unread == fixture.unread
    assert "never-tried-with-a-real-export" in report.remarks


def test_every_layout_has_a_fixture() -> None:
    known = {layout.name for platform in PLATFORMS for layout in platform.layouts}
    assert known == {layout for layout, _make in FIXTURES.values()}


def test_audiences_of_meta_are_never_guessed(tmp_path: Path) -> None:
    for name, (layout, make) in FIXTURES.items():
        if layout.startswith(("facebook", "instagram")):
            report = read(*parts("zip", make(), tmp_path / name))
            assert {one.of for one in report.audiences} == {"not-stated"}


def test_what_a_missing_part_holds_is_said_to_be_missing(tmp_path: Path) -> None:
    fixture = facebook_page()
    lists = {name: data for name, data in fixture.files.items() if name.endswith(".json")}
    report = read(write_zip(tmp_path / "1.zip", lists))
    assert (report.missing, report.media) == (6, 6)


def test_a_list_with_an_unknown_name_is_named_and_not_read(tmp_path: Path) -> None:
    fixture = facebook_person()
    name = "your_facebook_activity/posts/vos_publications_1.json"
    report = read(write_zip(tmp_path / "1.zip", {**fixture.files, name: b"[]"}))
    assert report.unread == (name,)


@pytest.mark.parametrize(
    "wrong",
    [b"{", b"3", b'{"other": []}', b"[3]", b'[{"attachments": [{"data": [{"media": {"uri": 3}}]}]}]', b"[" * 99_999],
)
def test_a_list_of_an_unknown_form_is_named_and_nothing_is_counted(wrong: bytes, tmp_path: Path) -> None:
    name = "your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_2.json"
    with pytest.raises(UsageProblem, match="built in a way that is not known") as caught:
        read(write_zip(tmp_path / "1.zip", {**facebook_person().files, name: wrong}))
    assert name in str(caught.value)


WRONG = {
    "mastodon": ("outbox.json", [b"[3]", b"{}", b'{"orderedItems": {}}']),
    "x": ("data/tweets.js", [b"[]", b"window.YTD = 3", b'a = [{"tweet": {}}]', b"a = [3]"]),
    "google": ("Takeout/Blogger/Blogs/Ada/feed.atom", [b"<a>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>']),
    "instagram-html": ("your_instagram_activity/media/reels.html", [b"<html><body>words</body></html>"]),
    "instagram-2020": ("media.json", [b"[]", b'{"direct": []}', b'{"photos": [{"path": 3}]}']),
}


@pytest.mark.parametrize(("name", "wrong"), [(name, one) for name, (_list, all_) in WRONG.items() for one in all_])
def test_other_lists_of_an_unknown_form_are_named_too(name: str, wrong: bytes, tmp_path: Path) -> None:
    files = {**FIXTURES[name][1]().files, WRONG[name][0]: wrong}
    with pytest.raises(UsageProblem, match="built in a way that is not known"):
        read(write_zip(tmp_path / "1.zip", files))


def test_two_accounts_are_refused(tmp_path: Path) -> None:
    one, other = facebook_page(), facebook_page()
    other.files["profile_information/profile_information.json"] = as_json({"profile_v2": {"name": "somebody else"}})
    with pytest.raises(UsageProblem, match="two accounts"):
        read(write_zip(tmp_path / "1.zip", one.files), write_zip(tmp_path / "2.zip", other.files))
    with pytest.raises(UsageProblem, match="several exports at once"):
        read(write_zip(tmp_path / "1.zip", one.files), write_zip(tmp_path / "2.zip", instagram_json().files))


def test_one_export_twice_is_refused(tmp_path: Path) -> None:
    files = facebook_page().files
    with pytest.raises(UsageProblem, match="in two of the parts"):
        read(write_zip(tmp_path / "1.zip", files), write_folder(tmp_path / "2", files))


def test_an_export_that_says_not_whose_it_is_is_refused(tmp_path: Path) -> None:
    files = {name: data for name, data in facebook_page().files.items() if "profile_information" not in name}
    with pytest.raises(UsageProblem, match="whose account"):
        read(write_zip(tmp_path / "1.zip", files))


def test_what_is_not_one_s_own_is_refused_and_what_was_confirmed_is_kept(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "1.zip", facebook_page().files)
    with pytest.raises(UsageProblem, match="one's own account"):
        read(path, own=False)
    read(path)
    assert read(path, own=False).media == 6
    other = dataclasses.replace(facebook_page())
    other.files["profile_information/profile_information.json"] = as_json({"profile_v2": {"name": "somebody else"}})
    with pytest.raises(UsageProblem, match="one's own account"):
        read(write_zip(tmp_path / "2.zip", other.files), own=False)


NOT_ONE_S_OWN = {
    "a page that a browser saved": ({"Page.html": b"", "Page_files/1.jpg": b""}, "saved from the web"),
    "a site that was copied": ({"hts-cache/new.zip": b"", "index.html": b""}, "saved from the web"),
    "what a downloader saved": ({"nadia/2019_UTC.jpg": b"", "nadia/2019_UTC.json.xz": b""}, "saved from the web"),
    "messages alone": ({"messages/inbox/nadia_1/message_1.json": b"{}"}, "no export in a form that is known"),
    "pictures": ({"a/1.jpg": b"", "b/2.jpg": b""}, "no export in a form that is known"),
    "nothing": ({}, "no export in a form that is known"),
    "TikTok": ({"user_data_tiktok.json": b"{}"}, "export of TikTok, of which nothing is read"),
    "Google Photos": ({"Takeout/Google Photos/2019/1.jpg": b""}, "export of Google Photos, of which nothing is read"),
    "WhatsApp": ({"_chat.txt": b"", "1.jpg": b""}, "export of WhatsApp, of which nothing is read"),
    "Facebook in HTML": ({"posts/your_posts_1.html": b""}, "HTML"),
}


@pytest.mark.parametrize("what", list(NOT_ONE_S_OWN))
def test_what_is_no_export_is_refused(what: str, tmp_path: Path) -> None:
    files, sentence = NOT_ONE_S_OWN[what]
    (tmp_path / "export").mkdir()
    with pytest.raises(UsageProblem, match=sentence):
        read(write_folder(tmp_path / "export", files))


@pytest.mark.parametrize("address", ["https://social.example/nadia", "http:/social.example", "ftp://social.example/1.zip"])
def test_an_address_is_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="addresses are not opened"):
        survey.survey([Path(address)], lambda title: True, tmp_path / "private")


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "export.tar.gz").write_bytes(b"\x1f\x8b")
    with pytest.raises(UsageProblem, match="neither a ZIP nor a folder"):
        read(tmp_path / "export.tar.gz")
