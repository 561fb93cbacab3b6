"""Films on the review page as people use it: looked through, scrubbed, decided track by track, with mouse and with keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import draw_scenes
import video_kit as kit
from page_kit import looked_through, paged, second_tab, settled, violations
from web_kit import Server, serving

pytestmark = pytest.mark.browser


FRAMES = 50


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    (folder / "in").mkdir()
    for number in (1, 2, 3):
        video = kit.write_pair(folder / "in" / f"MVI_000{number}.mp4", FRAMES)
        video.write_bytes(video.read_bytes() + kit.box(b"free", bytes([number])))
    draw_scenes.write(next(one for one in draw_scenes.ALBUM if one.name == "IMG_2042.JPG"), folder / "in", (640, 480))
    with serving(folder, folder / "in", folder / "out", entered=False) as running:
        yield running


@pytest.fixture(scope="module")
def page(browser: Browser, server: Server) -> Iterator[Page]:
    with settled(browser, server) as opened:
        yield opened


def open_video(page: Page, name: str) -> None:
    page.evaluate("location.hash = ''")
    page.locator(".cell", has_text=name).first.click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.locator(".tracks li")).to_have_count(2)
    expect(page.locator(".stage > image")).to_be_visible()


def permit(page: Page) -> None:
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("img", name="The picture with Face")).to_be_visible()
    dialog.get_by_label("An adult, who agreed").check()
    dialog.get_by_role("button", name="Leave visible", exact=True).click()
    expect(dialog).to_be_hidden()


def accept(page: Page, name: str) -> None:
    page.get_by_role("button", name="Accept").click()
    think(page, name)
    expect(page.get_by_role("heading", name=name)).to_be_hidden()


def think(page: Page, name: str) -> None:
    """Go on after the moment to think, if it is asked for."""
    gone = "name => document.querySelector('dialog[open]') || document.querySelector('h1').textContent !== name"
    page.wait_for_function(gone, arg=name)
    check = page.get_by_role("button", name="I have thought about it")
    if check.count():
        check.focus()
        page.keyboard.press("Enter")


def copy_of(page: Page, server: Server, name: str, folder: str = "out") -> Path:
    page.evaluate("location.hash = ''")
    expect(page.locator(".cell", has_text=name).locator(".mark.ready, .mark.private")).to_be_visible()
    return server.home / folder / name


def test_scrubbing_shows_each_moment_and_its_places(page: Page) -> None:
    open_video(page, "MVI_0001.mp4")
    slider = page.get_by_role("slider", name="Time in the film")
    expect(slider).to_have_attribute("aria-valuetext", "0:00.0 of 0:02.0")
    face = page.get_by_role("button", name="Face 1, covered")
    first, picture = face.get_attribute("d"), page.locator(".stage > image").get_attribute("href")
    page.get_by_role("button", name="One second on").click()
    expect(slider).to_have_attribute("aria-valuetext", "0:01.0 of 0:02.0")
    expect(page.locator(".stage > image")).not_to_have_attribute("href", picture or "")
    assert face.get_attribute("d") != first
    slider.fill("49")
    expect(page.locator("output.clock")).to_have_text("0:02.0 of 0:02.0")
    expect(page.get_by_role("button", name="One frame on")).to_be_disabled()
    page.locator(".tracks .moment").first.click()
    expect(slider).to_have_value("0")
    assert page.locator(".tracks .moment img").count() == 6


def test_a_track_left_visible_and_a_place_drawn_for_a_while(page: Page, server: Server) -> None:
    open_video(page, "MVI_0001.mp4")
    page.get_by_role("button", name="Leave visible … Face 1").click()
    permit(page)
    expect(page.locator(".tracks li").first).to_contain_text("visible")
    expect(page.get_by_text("Only one person here is covered")).to_be_visible()
    page.get_by_role("button", name="Face 1, visible").click()  # in the picture: covered again
    expect(page.get_by_role("button", name="Face 1, covered")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_role("button", name="Face 1, visible")).to_be_visible()
    box = page.locator(".stage > image").bounding_box()
    assert box is not None
    page.get_by_role("button", name="Ellipse").click()
    page.mouse.move(box["x"] + box["width"] * 0.02, box["y"] + box["height"] * 0.82)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.15, box["y"] + box["height"] * 0.98, steps=4)
    page.mouse.up()
    slider = page.get_by_role("slider", name="Time in the film")
    slider.fill("10")
    page.get_by_role("button", name="Starts here: Your place 1").click()
    slider.fill("29")
    page.get_by_role("button", name="Ends here: Your place 1").click()
    slider.fill("40")
    expect(page.locator(".place")).to_have_count(2)
    accept(page, "MVI_0001.mp4")
    copy, source = copy_of(page, server, "MVI_0001.mp4"), server.home / "in" / "MVI_0001.mp4"
    assert max(kit.changes(source, copy, kit.PAIR[0])) < 6
    assert min(kit.changes(source, copy, kit.PAIR[1])) > 15
    found = kit.changes(source, copy, (40, 215), moving=False)
    assert min(found[10:30]) > 3 > max(found[:10] + found[30:])


def test_one_press_does_what_it_says_in_a_strip_that_was_not_chosen(page: Page, server: Server) -> None:
    other = second_tab(page.context, server)
    for width in (1180, 390, 700, 1280, 1440):
        other.set_viewport_size({"width": width, "height": 740})
        open_video(other, "MVI_0003.mp4")
        strip = other.locator(".tracks li").last
        leave = strip.locator(".acts > button")
        leave.scroll_into_view_if_needed()
        expect(strip.locator(".moment img").first).to_be_visible()
        before = leave.bounding_box()
        assert before is not None
        other.mouse.move(before["x"] + before["width"] / 2, before["y"] + 3)
        other.mouse.down()
        expect(strip).to_have_class(re.compile("selected"))
        assert (width, leave.bounding_box()) == (width, before)
        other.mouse.up()
        expect(other.get_by_role("dialog")).to_be_visible()
        other.keyboard.press("Escape")
    other.close()


def focus_by_tab(page: Page, selector: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def test_a_video_with_keys_only(page: Page, server: Server) -> None:
    open_video(page, "MVI_0002.mp4")
    press = page.keyboard.press
    slider = page.get_by_role("slider", name="Time in the film")
    for key, value in (("l", 25), (".", 26), (".", 27), (",", 26), ("j", 1)):
        press(key)
        expect(slider).to_have_value(str(value))
    focus_by_tab(page, "input[type=range]")
    press("ArrowRight")
    expect(slider).to_have_value("2")
    press("End")
    expect(slider).to_have_value(str(FRAMES - 1))
    focus_by_tab(page, ".tracks li:last-child .acts button")
    press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    focus_by_tab(page, "dialog input[name=reason]")
    press("ArrowDown")
    focus_by_tab(page, "dialog button[type=submit]")
    press("Enter")
    expect(page.get_by_role("button", name="Cover again Face 2")).to_be_focused()
    press("b")
    expect(page.get_by_role("button", name="Your place 1, covered")).to_be_focused()
    press("Delete")
    expect(page.locator(".tracks li")).to_have_count(2)
    press("2")
    press("a")
    think(page, "MVI_0002.mp4")
    expect(page.get_by_role("heading", name="MVI_0002.mp4")).to_be_hidden()
    copy, source = copy_of(page, server, "MVI_0002.mp4", "out-private"), server.home / "in" / "MVI_0002.mp4"
    assert min(kit.changes(source, copy, kit.PAIR[0])) > 15
    assert max(kit.changes(source, copy, kit.PAIR[1])) < 6


def test_pictures_can_be_decided_while_a_video_is_looked_through(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    kit.write_pair(tmp_path / "in" / "MVI_1.mp4", 400)
    draw_scenes.write(next(one for one in draw_scenes.ALBUM if one.name == "IMG_2042.JPG"), tmp_path / "in", (640, 480))
    with serving(tmp_path, tmp_path / "in", tmp_path / "out", entered=False) as server, paged(browser, server) as page:
        looked_through(page)
        page.locator(".cell", has_text="MVI_1.mp4").click()
        expect(page.get_by_text("Paravent looks through the whole film")).to_be_visible()
        expect(page.locator(".following progress")).to_have_js_property("max", 1)
        expect(page.locator(".stage > image")).to_be_visible()
        assert violations(page) == []
        page.evaluate("location.hash = ''")
        page.locator(".cell", has_text="IMG_2042.JPG").click()
        expect(page.locator(".place")).to_have_count(2)
        accept(page, "IMG_2042.JPG")
        page.evaluate("location.hash = ''")
        page.locator(".cell", has_text="MVI_1.mp4").click()
        expect(page.locator(".tracks li")).to_have_count(2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_view_of_a_video_has_an_accessibility_fault(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    open_video(page, "MVI_0003.mp4")
    page.locator(".tracks .name").last.click()
    faults = {"film": violations(page)}
    page.keyboard.press("s")
    expect(page.locator(".prepared image")).to_have_count(1)
    faults["compare"] = violations(page)
    page.keyboard.press("s")
    expect(page.locator(".stage > image")).to_be_visible()
    page.get_by_role("button", name="Leave visible … Face 2").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    faults["visible"] = violations(page)
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 800})
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")  # there nothing lies under what is always in reach
    faults["film on a phone"] = violations(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than a phone"
    page.set_viewport_size({"width": 1280, "height": 800})
    assert {view: found for view, found in faults.items() if found} == {}
