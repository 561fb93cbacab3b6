"""What a person does with a film on the page: play it, cut it, choose its sound, move a place along it, watch the copy."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

import video_kit as kit
from page_kit import settled, violations
from web_kit import Server, serving

pytestmark = pytest.mark.browser

FRAMES = 50
GREY = 96  # of one colour, as copies are covered with it
FIRST, STOP = 10, 40


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("film")
    (folder / "in").mkdir()
    kit.write(folder / "in" / "one.mp4", kit.Spec(frames=FRAMES, size=kit.PAIR_SIZE, draw=kit.pair, sound="mono"))
    with serving(folder, folder / "in", folder / "out", entered=False) as running:
        yield running


@pytest.fixture(scope="module")
def page(browser: Browser, server: Server) -> Iterator[Page]:
    with settled(browser, server) as opened:
        opened.locator(".cell").first.click()
        expect(opened.locator(".tracks li")).to_have_count(2)
        expect(opened.locator(".stage > image").first).to_be_visible()
        yield opened


def box_of(element: Locator) -> dict[str, float]:
    box = element.bounding_box()
    assert box is not None
    return dict(box)


def on_screen(page: Page, x: float, y: float) -> tuple[float, float]:
    """A place of the film."""
    box = box_of(page.locator(".stage > image").first)
    return box["x"] + x / kit.PAIR_SIZE[0] * box["width"], box["y"] + y / kit.PAIR_SIZE[1] * box["height"]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=5)
    page.mouse.up()


def go_to(page: Page, frame: int) -> None:
    page.get_by_role("slider", name="Time in the film").fill(str(frame))


def middle_of(place: Locator) -> float:
    box = box_of(place)
    return box["x"] + box["width"] / 2


def test_a_place_is_moved_and_resized_along_its_way(page: Page) -> None:
    page.get_by_role("button", name="Box").click()
    drag(page, on_screen(page, 205, 10), on_screen(page, 235, 40))
    place = page.get_by_role("button", name="Your place 1, covered")
    expect(place).to_be_visible()
    expect(page.locator(".line .key")).to_have_count(1)
    start = middle_of(place)
    go_to(page, 40)
    drag(page, on_screen(page, 220, 25), on_screen(page, 300, 25))
    expect(page.locator(".line .key")).to_have_count(2)
    expect(page.get_by_text("Your place 1: 2 key frames")).to_be_visible()
    end = middle_of(place)
    assert end > start + 50
    go_to(page, 20)
    assert middle_of(place) == pytest.approx((start + end) / 2, abs=3)
    page.get_by_role("button", name="Next one: Your place 1").click()
    expect(page.get_by_role("slider", name="Time in the film")).to_have_value("40")
    place.focus()
    wide = box_of(place)["width"]
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
    assert box_of(place)["width"] > 1.15 * wide
    page.get_by_role("button", name="Remove this key frame: Your place 1").click()
    expect(page.locator(".line .key")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".line .key")).to_have_count(2)


def test_a_place_that_was_found_is_moved_too_and_is_where_it_was_found_at_its_ends(page: Page) -> None:
    go_to(page, 25)
    place = page.get_by_role("button", name="Face 2, covered")
    place.focus()
    before = middle_of(place)
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    assert middle_of(place) < before - 5
    expect(page.locator(".tracks li", has_text="Face 2").locator(".key")).to_have_count(3)
    page.keyboard.press("u")
    page.keyboard.press("u")
    page.keyboard.press("u")
    expect(page.locator(".tracks li", has_text="Face 2").locator(".key")).to_have_count(0)


def test_the_copy_begins_and_ends_where_handles_are_put(page: Page) -> None:
    begin = page.get_by_role("slider", name="The copy begins")
    begin.focus()
    for _ in range(FIRST):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_text("In the copy: 0:00.4 to 0:02.0")).to_be_visible()
    end = box_of(page.get_by_role("slider", name="The copy ends"))
    y = end["y"] + end["height"] / 2
    where = end["x"] + 11 + (STOP / FRAMES) * (end["width"] - 22)
    drag(page, (end["x"] + end["width"] - 11, y), (where, y))
    expect(page.get_by_text("In the copy: 0:00.4 to 0:01.6")).to_be_visible()
    expect(page.get_by_role("slider", name="Time in the film")).to_have_value(str(STOP - 1))
    page.get_by_label("Sound", exact=True).select_option("keep")
    page.get_by_label("Covering of Face 1").select_option("solid")
    page.get_by_label("Covering of Your place 1").select_option("solid")
    assert violations(page) == []


def test_it_plays_with_its_coverings_and_its_sound(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Play with the coverings").click()
    player = page.get_by_role("img", name="The film with its coverings, small")
    expect(player).to_be_visible()
    page.wait_for_function("first => Number(document.querySelector('.scrub input').value) > first", arg=FIRST + 1)
    page.get_by_role("button", name="Pause").click()
    expect(player).to_have_count(0)
    frame = int(page.get_by_role("slider", name="Time in the film").input_value())
    assert FIRST < frame < STOP
    page.get_by_role("button", name="Play with the coverings").click()
    page.wait_for_function("() => document.querySelector('.playing:not(.waits)')?.width > 300")
    shown = page.evaluate("() => document.querySelector('.playing').toDataURL('image/png')")
    x, y = kit.PAIR[0]
    with Image.open(BytesIO(b64decode(shown.partition(",")[2]))) as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
    factor = pixels.shape[1] / kit.PAIR_SIZE[0]
    here = pixels[int(y * factor) - 4 : int(y * factor) + 4, int((x + frame) * factor) - 4 : int((x + frame) * factor) + 4]
    assert np.abs(here - GREY).max() < 10
    expect(player).to_have_count(0)  # it ends by itself
    expect(page.get_by_role("slider", name="Time in the film")).to_have_value(str(STOP - 1))
    assert [url for url in asked if "/sound?" in url]


def accept(page: Page) -> None:
    page.get_by_role("button", name="Accept").click()
    page.wait_for_function("() => document.querySelector('dialog[open], .accepted')")
    if page.get_by_role("dialog").count():
        page.get_by_role("button", name="I have thought about it").click()
    expect(page.locator(".cell.ready")).to_have_count(1)
    page.locator(".cell").first.click()


def test_what_was_decided_is_in_the_copy_which_is_watched_as_a_whole(page: Page, server: Server) -> None:
    accept(page)
    (copy,) = [path for path in (server.home / "out").rglob("*") if path.is_file()]
    before, _, _ = read(server.home / "in" / "one.mp4")
    after, seconds, sounds = read(copy)
    assert len(after) == STOP - FIRST
    assert sounds == 1
    assert seconds == pytest.approx((STOP - FIRST) / kit.RATE, abs=0.1)
    x, y = kit.PAIR[0]
    for frame, (old, new) in enumerate(zip(before[FIRST:STOP], after, strict=True), FIRST):
        assert is_grey(new, x + frame, y)
        assert is_grey(new, 220 + 2 * frame, 25)  # 80 pixels in 40 frames
        assert not is_grey(new, 212, 25)  # behind it all is as it was
        assert np.abs(new[225:, 225:245] - old[225:, 225:245]).mean() < 4  # nobody is there
    page.get_by_role("button", name="Watch the whole copy").click()
    player = page.locator("dialog video")
    expect(player).to_have_js_property("error", None)
    page.wait_for_function("() => document.querySelector('dialog video').readyState >= 2")
    assert player.evaluate("one => one.duration") == pytest.approx(seconds, abs=0.2)
    player.evaluate("one => one.play()")
    page.wait_for_function("() => document.querySelector('dialog video').currentTime > 0.2")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(player).to_have_count(0)


def is_grey(frame: np.ndarray, x: int, y: int) -> bool:
    return bool(np.abs(frame[y - 5 : y + 5, x - 5 : x + 5].mean(axis=(0, 1)) - GREY).max() < 6)


def read(path: Path) -> tuple[list[np.ndarray], float, int]:
    """Frames, seconds, and tracks of sound."""
    with av.open(str(path)) as shown:
        frames = [frame.to_ndarray(format="rgb24").astype(int) for frame in shown.decode(video=0)]
        return frames, float((shown.duration or 0) / av.time_base), len(shown.streams.audio)
