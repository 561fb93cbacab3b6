"""The end of the work: what is ready, where, what to do with it; a ZIP; a page to print."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import portraits
from page_kit import looked_through, paged, settled, violations
from web_kit import Server, serving

pytestmark = pytest.mark.browser

NAMES = ("Emma at the lake.jpg", "Noah.jpg", "waiting.jpg")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Three pictures of one person: one to publish, one for a private audience, one that waits. A desktop that notes what
    it is asked to open."""
    programs = tmp_path / "programs"
    programs.mkdir()
    opener = programs / "xdg-open"
    opener.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" "$PWD" > "{tmp_path}/opened"\n')
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "in").mkdir()
    for number, name in enumerate(NAMES):
        portraits.astronaut().save(tmp_path / "in" / name, quality=92 - number)
    with serving(tmp_path, tmp_path / "in", tmp_path / "ready", entered=False) as running:
        yield running


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    with settled(browser, server) as opened:
        decide(opened)
        yield opened


def decide(page: Page) -> None:
    for name, outcome in ((NAMES[0], "Publish"), (NAMES[1], "Private audience only")):
        page.evaluate("location.hash = ''")
        page.locator(".cell", has_text=name).first.click()
        expect(page.locator(".places li").first).to_be_visible()
        if outcome == "Publish":
            page.locator(".places button", has_text="Leave visible").first.click()
            page.keyboard.press("1")
            page.get_by_role("button", name="Leave visible", exact=True).click()
        page.get_by_label(outcome).check()
        page.get_by_role("button", name="Accept", exact=True).click()
        if page.get_by_role("dialog").count():
            page.get_by_role("button", name="I have thought about it").click()
        expect(page.get_by_role("heading", name=name)).to_be_hidden()
    page.evaluate("location.hash = ''")
    expect(page.locator(".cell.ready")).to_have_count(1)
    expect(page.locator(".cell.private")).to_have_count(1)


def saved(page: Page, number: int, tmp_path: Path) -> zipfile.ZipFile:
    with page.expect_download() as download:
        page.get_by_role("button", name="Save all as ZIP").nth(number).click()
    assert download.value.suggested_filename == "photos.zip"
    path = tmp_path / f"{number}.zip"
    download.value.save_as(path)
    return zipfile.ZipFile(path)


def test_from_the_wall_to_the_end(page: Page, server: Server, tmp_path: Path) -> None:
    page.get_by_role("link", name="What comes next").click()
    expect(page.get_by_role("heading", name="2 copies are ready")).to_be_visible()
    for told in ("1 file still waits", "1 copy to publish", "1 copy for a private audience", str(tmp_path / "ready")):
        expect(page.get_by_text(told).first).to_be_visible()
    expect(page.locator(".facts-two")).to_contain_text("1 place: an adult who agreed")
    expect(page.locator("tbody tr", has_text=NAMES[0])).to_contain_text("an adult who agreed")
    assert violations(page) == []

    page.get_by_role("button", name="Open the folder").first.click()
    page.wait_for_function("() => !document.querySelector('.takes button:disabled')")
    assert (tmp_path / "opened").read_text().splitlines() == [str(tmp_path / "ready"), "/"]

    page.emulate_media(media="print")
    for told in ("Who stays visible, and why", "What still waits", NAMES[2], "Copy by copy", NAMES[0]):
        expect(page.get_by_text(told).first).to_be_visible()
    for hidden in (page.locator(".bar"), page.locator(".takes button").first, page.locator(".next-steps")):
        expect(hidden).to_be_hidden()
    page.emulate_media(media="screen")

    page.locator(".done").get_by_role("link", name=NAMES[2]).click()
    expect(page.get_by_role("heading", name=NAMES[2])).to_be_visible()


def test_the_zip_holds_the_copies_and_nothing_about_anybody(page: Page, server: Server, tmp_path: Path) -> None:
    page.evaluate("location.hash = 'done'")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    for number, folder in enumerate(("ready", "ready-private")):
        copies = {path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()}
        with saved(page, number, tmp_path) as archive:
            assert archive.testzip() is None
            assert {name: archive.read(name) for name in archive.namelist()} == copies
            for entry in archive.infolist():
                assert (entry.date_time, entry.extra, entry.comment) == ((1980, 1, 1, 0, 0, 0), b"", b"")
                assert (entry.create_system, entry.external_attr >> 16) == (3, 0o644)
                assert entry.filename.startswith("photo-")
            assert archive.comment == b""
        expect(page.locator(".takes").get_by_text("The ZIP holds 1 copy").nth(number)).to_be_visible()
    new = {path for path in tmp_path.rglob("*") if path.is_file()} - set(before) - {tmp_path / "0.zip", tmp_path / "1.zip"}
    assert {path.suffix for path in new} <= {".sqlite-wal", ".sqlite-shm"}


def test_a_copy_that_was_changed_is_left_out_by_name(page: Page, server: Server, tmp_path: Path) -> None:
    (copy,) = (tmp_path / "ready").iterdir()
    copy.write_bytes((tmp_path / "in" / NAMES[2]).read_bytes())  # somebody put an original there
    page.evaluate("location.hash = 'done'")
    page.get_by_role("button", name="Save all as ZIP").first.click()
    expect(page.get_by_text(f"1 copy was changed since or is gone, and is left out: {copy.name}")).to_be_visible()
    expect(page.locator(".takes").get_by_text("The ZIP holds 0 copies")).to_be_visible()


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_it_fits_every_width_in_both_schemes(browser: Browser, server: Server, width: int) -> None:
    with paged(browser, server, viewport={"width": width, "height": 800}, locale="fr-FR") as page:
        looked_through(page)
        review = page.evaluate(ACCEPT)
        assert review == 200
        page.evaluate("location.hash = 'done'")
        expect(page.get_by_role("heading", name="1 copie est prête")).to_be_visible()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


ACCEPT = """async () => {
    const headers = {'x-paravent-key': localStorage['paravent-key'], 'content-type': 'application/json'};
    const {review} = await (await fetch('/api/pictures/0', {headers})).json();
    const body = JSON.stringify({...review, outcome: 'publish'});
    return (await fetch('/api/pictures/0/accept', {method: 'POST', headers, body})).status;
}"""
