"""The wall, as people use it: what waits and why, showing some, sorting, selecting with mouse, keys and touch."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import draw_scenes
import video_kit
from page_kit import looked_through, paged, violations
from web_kit import Server, serving

pytestmark = pytest.mark.browser

NAMES = ("IMG_2041.JPG", "IMG_2042.JPG", "IMG_2043.JPG", "IMG_2044.JPG")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wall")
    for picture in draw_scenes.ALBUM:
        if picture.name in NAMES:
            draw_scenes.write(picture, folder / "in", (640, 480))
    (folder / "in" / "IMG_2043.JPG").rename(folder / "in" / "img_9.JPG")
    video_kit.write(folder / "in" / "MVI_1.mp4", video_kit.Spec(frames=7))
    (folder / "in" / "notes.txt").write_text("no picture")
    (folder / "in" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 not a picture")
    for name, hour in {"IMG_2041.JPG": 3, "IMG_2042.JPG": 1, "img_9.JPG": 2, "IMG_2044.JPG": 4, "MVI_1.mp4": 5}.items():
        os.utime(folder / "in" / name, (hour * 3600, hour * 3600))
    return folder


@pytest.fixture
def server(scene: Path, tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path, scene / "in", tmp_path / "out", entered=False) as running:
        yield running


def cell(page: Page, name: str) -> Locator:
    return page.locator(".cell", has_text=name).last


def names(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("[id^=list-] .name").all_inner_texts()]


def settled(page: Page) -> None:
    looked_through(page)
    expect(page.get_by_role("button", name="1 held back")).to_be_visible()


def test_what_waits_says_why_and_only_some_are_shown(browser: Browser, server: Server) -> None:
    with paged(browser, server) as page:
        settled(page)
        expect(cell(page, "IMG_2041")).to_contain_text("You have not seen it yet.")
        expect(cell(page, "IMG_2044")).to_contain_text("Look yourself whether somebody is there.")
        expect(cell(page, "MVI_1")).to_contain_text("Open it once, so that all of it is looked through.")
        expect(cell(page, "broken.jpg")).to_contain_text("damaged")
        expect(cell(page, "notes.txt")).to_contain_text("left out")
        expect(cell(page, "notes.txt")).to_have_class("cell left-out")
        page.get_by_role("button", name="1 held back").click()
        expect(page.locator(".cell")).to_have_count(1)
        assert names(page) == ["broken.jpg"]
        page.get_by_role("button", name="1 is no picture").click()
        expect(page.locator("[id^=list-] .name")).to_have_text("notes.txt ")
        page.get_by_role("button", name="All 7").click()
        page.get_by_label("Kind of file").select_option("video")
        expect(page.locator("[id^=list-] .name")).to_have_text("MVI_1.mp4 ")
        assert violations(page) == []
        page.get_by_label("Kind of file").select_option("still")
        page.get_by_label("Order").select_option("name")
        expect(page.locator("[id^=list-]")).to_have_count(5)
        expect(page.locator("#list-1 .name")).to_have_text("img_9.JPG ")
        assert names(page) == ["broken.jpg", "img_9.JPG", "IMG_2041.JPG", "IMG_2042.JPG", "IMG_2044.JPG"]
        page.get_by_label("Order").select_option("time")
        expect(page.locator("#list-0 .name")).to_have_text("IMG_2042.JPG ")
        assert names(page) == ["IMG_2042.JPG", "img_9.JPG", "IMG_2041.JPG", "IMG_2044.JPG", "broken.jpg"]
        # It is there again after a picture was opened; and nothing sorts or shows by people.
        cell(page, "img_9").click()
        page.get_by_role("button", name="All pictures").first.click()
        expect(page.locator("#list-1")).to_be_focused()
        options = page.locator(".filters").inner_text().lower()
        assert not [word for word in ("face", "person", "people", "somebody", "nobody") if word in options]


def test_selecting_with_keys(browser: Browser, server: Server, tmp_path: Path) -> None:
    with paged(browser, server) as page:
        settled(page)
        cell(page, "IMG_2041").focus()
        page.keyboard.press("x")
        page.keyboard.press("Shift+ArrowRight")
        expect(page.locator(".cell[aria-pressed=true]")).to_have_count(2)
        expect(page.get_by_role("status").get_by_text("2 selected")).to_be_visible()
        assert violations(page) == []
        # Unseen pictures are never published together.
        page.get_by_role("button", name="Publish", exact=True).click()
        expect(page.get_by_text("You have not seen these yet.")).to_be_visible()
        page.get_by_role("button", name="Do not post").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("Not post 2 pictures?")
        dialog.get_by_role("button", name="Do not post").click()
        expect(page.get_by_role("button", name="2 not to be posted")).to_be_visible()
        expect(page.locator(".selecting")).to_have_count(0)
        page.locator("[id^=all-]").first.focus()
        page.keyboard.press("Control+a")
        expect(page.locator(".cell[id^=all-][aria-pressed=true]")).to_have_count(7)
        page.keyboard.press("Escape")
        expect(page.locator(".cell[aria-pressed]")).to_have_count(0)


def test_what_was_seen_is_published_together(browser: Browser, server: Server, tmp_path: Path) -> None:
    with paged(browser, server) as page:
        settled(page)
        page.get_by_role("button", name="Look at 5 pictures").click()
        ready = "() => document.querySelector('.look button.primary[aria-disabled=false]')"
        for _ in range(2):
            page.wait_for_function(ready)
            address = page.url
            page.keyboard.press("Space")
            page.wait_for_function("before => location.href !== before", arg=address)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Select", exact=True).click()
        page.get_by_role("button", name="Select all shown").click()
        page.get_by_role("button", name="Publish", exact=True).click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("were never opened")
        dialog.get_by_role("button", name="I have thought about it").click()
        expect(page.get_by_text("being prepared")).to_have_count(0)
        expect(page.get_by_role("button", name="copies prepared")).to_be_visible()
    prepared = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert 1 <= len(prepared) <= 2, "only what was seen, and nothing doubtful"


def test_selecting_with_a_finger(browser: Browser, server: Server) -> None:
    with paged(browser, server, viewport={"width": 360, "height": 740}, has_touch=True, locale="fr-FR") as page:
        looked_through(page)
        first = page.locator("[id^=all-]").first
        first.scroll_into_view_if_needed()
        box = first.bounding_box()
        assert box is not None
        session = page.context.new_cdp_session(page)
        point = [{"x": box["x"] + 40, "y": box["y"] + 40}]
        session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": point})
        page.wait_for_timeout(800)
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        expect(first).to_have_attribute("aria-pressed", "true")
        page.locator("[id^=all-]").nth(1).tap()
        expect(page.get_by_text("2 sélectionnées")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert violations(page) == []
        page.get_by_role("button", name="Terminer").tap()
        expect(page.locator(".cell[aria-pressed]")).to_have_count(0)
