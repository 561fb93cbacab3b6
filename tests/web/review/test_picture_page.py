"""A picture on the review page: compared with its original, named, styled as a whole, accepted, and that undone."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

import draw_scenes
from page_kit import settled
from web_kit import Server, drawn_place, serving

pytestmark = pytest.mark.browser


SIZE = (640, 480)
SCENES = {picture.name: picture for picture in draw_scenes.ALBUM}
FACE = (750 / 1200, 458 / 900)  # the larger one of the promenade, as shares of its width and height


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    for name in ("IMG_2041.JPG", "IMG_2042.JPG", "Museum/IMG_2045.JPG"):
        draw_scenes.write(SCENES[name], folder / "in", SIZE)
    with serving(folder, folder / "in", folder / "out", entered=False) as running:
        yield running


@pytest.fixture(scope="module")
def page(browser: Browser, server: Server) -> Iterator[Page]:
    with settled(browser, server) as opened:
        yield opened


def open_picture(page: Page, name: str) -> None:
    page.evaluate("location.hash = ''")
    page.locator(".cell", has_text=name).first.click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.locator(".stage .real")).to_have_count(1)


def box_of(element: Locator) -> dict[str, float]:
    box = element.bounding_box()
    assert box is not None
    return dict(box)


def at_face(page: Page) -> np.ndarray:
    """What the screen shows where the larger face is."""
    box = box_of(page.locator(".stage > image").first)
    x, y = box["x"] + FACE[0] * box["width"], box["y"] + FACE[1] * box["height"]
    shot = page.screenshot(clip={"x": x - 12, "y": y - 12, "width": 24, "height": 24})
    with Image.open(BytesIO(shot)) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def differ(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a - b).mean())


def test_original_and_copy_are_compared_with_a_line_that_is_moved_and_zoom_stays(page: Page) -> None:
    open_picture(page, "IMG_2042.JPG")
    page.mouse.move(0, 0)
    covered = at_face(page)
    page.get_by_role("button", name="Zoom in").click()
    zoomed = page.locator(".stage").get_attribute("viewBox")
    page.get_by_role("button", name="Compare with the original").click()
    expect(page.locator(".prepared image")).to_have_count(1)
    assert page.locator(".stage").get_attribute("viewBox") == zoomed
    page.get_by_role("button", name="Whole picture").click()
    line = page.get_by_role("slider", name="Line between original and copy")
    thumb = box_of(line)
    x, y = thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(thumb["x"] + 25, y, steps=4)
    page.mouse.up()
    expect(line).to_have_attribute("aria-valuetext", "0 % original")
    copy = at_face(page)
    line.press("End")
    expect(line).to_have_attribute("aria-valuetext", "100 % original")
    original = at_face(page)
    assert min(differ(original, copy), differ(original, covered)) > 25
    page.keyboard.press("s")
    expect(line).to_have_count(0)
    expect(page.locator(".place")).to_have_count(2)


def test_the_original_is_seen_as_long_as_it_is_held(page: Page) -> None:
    open_picture(page, "IMG_2042.JPG")
    page.mouse.move(0, 0)
    covered = at_face(page)
    hold = box_of(page.get_by_role("button", name="Hold to see the original"))
    page.mouse.move(hold["x"] + 20, hold["y"] + 20)
    page.mouse.down()
    expect(page.locator(".place")).to_have_count(0)
    held = at_face(page)
    page.mouse.up()
    expect(page.locator(".place")).to_have_count(2)
    assert differ(held, covered) > 25
    page.locator("#content").focus()
    page.keyboard.down("h")
    expect(page.locator(".stage .real")).to_have_count(0)
    assert differ(at_face(page), held) < 6
    page.keyboard.up("h")
    expect(page.locator(".stage .real")).to_have_count(1)
    page.get_by_role("button", name="Hold to see the original").focus()
    page.keyboard.down("Space")
    expect(page.locator(".place")).to_have_count(0)
    page.keyboard.up("Space")
    expect(page.locator(".place")).to_have_count(2)


def test_places_are_numbered_from_left_to_right_and_shown_when_they_are_pointed_at(page: Page) -> None:
    open_picture(page, "Museum/IMG_2045.JPG")
    rows = page.locator(".places li")
    names = [name.inner_text() for name in rows.locator("strong").all()]
    assert names == [f"Face {number + 1}" for number in range(len(names))]
    assert len(names) > 3
    lefts = [box_of(page.get_by_role("button", name=f"{name}, covered", exact=True))["x"] for name in names]
    assert lefts == sorted(lefts)
    for number in (1, 3):
        rows.nth(number).hover()
        expect(page.locator(".place.active")).to_have_attribute("aria-label", f"Face {number + 1}, covered")
    page.locator(".place.active").hover()
    expect(page.locator(".places li.selected strong")).to_have_text("Face 4")


ADD = """async ([number, fresh]) => {
    const headers = {'x-paravent-key': localStorage['paravent-key'], 'content-type': 'application/json'};
    const path = `/api/pictures/${number}/changes`;
    const body = JSON.stringify({outcome: null, places: fresh, gone: [], video: null});
    return (await fetch(path, {method: 'POST', headers, body})).status;
}"""


def test_no_name_lies_over_another_or_beyond_the_edge(page: Page) -> None:
    open_picture(page, "IMG_2041.JPG")
    number = int(page.url.rpartition("#")[2])
    shapes: list[Any] = [{"ellipse": [60 + i % 6 * 22, 30 + i // 6 * 12, 14, 14, 0]} for i in range(30)]
    fresh = [drawn_place(id=f"d{i}", shape=shape) for i, shape in enumerate(shapes)]
    assert page.evaluate(ADD, [number, fresh]) == 200
    expect(page.get_by_role("button", name="Your place 30, covered")).to_have_count(1)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 740})
        page.mouse.move(0, 0)
        for factor in ("Zoom in", "Whole picture"):
            page.get_by_role("button", name=factor).click()
            page.wait_for_timeout(200)
            stage = box_of(page.locator(".stage"))
            boxes = [box_of(label) for label in page.locator(".stage .name").all()]
            assert len(boxes) > 9
            for one in boxes:
                assert one["x"] >= stage["x"] - 1
                assert one["x"] + one["width"] <= stage["x"] + stage["width"] + 1
            assert [pair for pair in combinations(boxes, 2) if meet(*pair)] == []
    page.set_viewport_size({"width": 1280, "height": 800})


def meet(a: dict[str, float], b: dict[str, float]) -> bool:
    across = min(a["x"] + a["width"], b["x"] + b["width"]) - max(a["x"], b["x"])
    along = min(a["y"] + a["height"], b["y"] + b["height"]) - max(a["y"], b["y"])
    return across > 1 and along > 2  # letters have room above and below


def test_one_choice_covers_all_in_the_same_way(page: Page) -> None:
    open_picture(page, "Museum/IMG_2045.JPG")
    every = page.get_by_label("Covering of all")
    page.get_by_label("Covering of Face 2").select_option("solid")
    expect(every).to_have_value("mixed")
    every.select_option("pixelate")
    for number in (1, 2, 3):
        expect(page.get_by_label(f"Covering of Face {number}")).to_have_value("pixelate")
    page.keyboard.press("Control+z")
    expect(page.get_by_label("Covering of Face 2")).to_have_value("solid")
    expect(page.get_by_label("Covering of Face 1")).to_have_value("")


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_accepting_is_always_within_reach(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    open_picture(page, "Museum/IMG_2045.JPG")
    for share in (0, 0.5, 1):
        page.evaluate("share => scrollTo(0, document.documentElement.scrollHeight * share)", share)
        box = box_of(page.get_by_role("button", name="Accept"))
        assert 0 <= box["y"] <= box["y"] + box["height"] <= 740
        page.get_by_role("button", name="Accept").click(trial=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1280, "height": 800})


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def accept(page: Page, name: str) -> None:
    page.get_by_role("button", name="Accept").click()
    page.wait_for_function("() => document.querySelector('dialog[open], .accepted')")
    if page.get_by_role("dialog").count():
        page.get_by_role("button", name="I have thought about it").click()
    expect(page.get_by_role("region", name="Accepted last")).to_contain_text(f"Accepted: {name}")


def test_what_was_accepted_is_undone_from_another_picture_and_its_copy_is_gone(page: Page, server: Server) -> None:
    out = server.home / "out"
    open_picture(page, "IMG_2041.JPG")
    accept(page, "IMG_2041.JPG")
    expect(page.get_by_role("heading", name="IMG_2042.JPG")).to_be_visible()
    page.evaluate("location.hash = ''")
    expect(page.locator(".cell.ready", has_text="IMG_2041.JPG")).to_have_count(1)
    assert len(files(out)) == 1
    open_picture(page, "Museum/IMG_2045.JPG")
    page.get_by_role("region", name="Accepted last").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="IMG_2041.JPG")).to_be_visible()
    expect(page.get_by_role("region", name="Accepted last")).to_have_count(0)
    expect(page.locator(".picture .mark")).to_have_text("to decide")
    assert files(out) == []


def test_the_key_for_undoing_takes_back_what_was_accepted_last(page: Page, server: Server) -> None:
    open_picture(page, "IMG_2042.JPG")
    accept(page, "IMG_2042.JPG")
    expect(page.get_by_role("heading", name="Museum/IMG_2045.JPG")).to_be_visible()
    page.locator("#content").focus()
    page.keyboard.press("u")
    expect(page.get_by_role("heading", name="IMG_2042.JPG")).to_be_visible()
    page.evaluate("location.hash = ''")
    expect(page.locator(".cell.ready, .cell.working, .cell.decided")).to_have_count(0)
    assert files(server.home / "out") == []
