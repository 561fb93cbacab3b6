"""Looking at each picture before they are prepared, as people do: one after the other, with one key, whole and covered."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

import draw_scenes
import video_kit
from page_kit import looked_through, paged, second_tab, violations
from web_kit import Server, drawn_place, serving

pytestmark = pytest.mark.browser


SIZE = (640, 480)
SCENES = {picture.name: picture for picture in draw_scenes.ALBUM}
NAMES = ("IMG_2041.JPG", "IMG_2042.JPG", "IMG_2044.JPG", "Fair/poster Robin.png")
FACE = (750 / 1200, 458 / 900)  # the larger one of the promenade, as shares of its width and height


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A lake without anybody, and three pictures with people in frames."""
    for name in NAMES:
        draw_scenes.write(SCENES[name], tmp_path / "in", SIZE)
    with serving(tmp_path, tmp_path / "in", tmp_path / "out", entered=False) as running:
        yield running


def seen(page: Page, count: str) -> None:
    expect(page.locator(".look .looking")).to_contain_text(f"{count} seen")


def covered(page: Page) -> None:
    """What is shown is as the copy will be."""
    expect(page.get_by_role("button", name="Seen, next")).to_have_attribute("aria-disabled", "false")


def shown(page: Page, selector: str) -> np.ndarray:
    with Image.open(BytesIO(page.locator(selector).first.screenshot())) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def test_nothing_is_prepared_at_once_that_nobody_has_opened(browser: Browser, server: Server, tmp_path: Path) -> None:
    with paged(browser, server) as page:
        looked_through(page)
        expect(page.get_by_role("button", name="as proposed")).to_have_count(0)
        page.get_by_role("button", name="Look at 4 pictures").click()
        covered(page)
        page.keyboard.press("Space")
        seen(page, "1 of 4")
        for count, name in ((1, "IMG_2041.JPG"), (2, "IMG_2042.JPG")):
            expect(page.get_by_role("heading", name=name)).to_be_visible()
            covered(page)
            page.keyboard.press("Space")
            seen(page, f"{count + 1} of 4")
        covered(page)
        expect(page.get_by_text("Nobody was found here")).to_be_visible()
        page.keyboard.press("Space")
        expect(page.get_by_role("heading", name="You have been through all of them")).to_be_visible()
        page.get_by_role("button", name="All pictures").click()
        prepare(page, "3 pictures are prepared as proposed.", "In 1 of them nobody was found.")
        expect(page.get_by_text("3 copies prepared")).to_be_visible()
        expect(page.get_by_text("1 waits for your decision")).to_be_visible()  # something in the notice is doubtful
    assert len([path for path in (tmp_path / "out").rglob("*") if path.is_file()]) == 3


def prepare(page: Page, *sentences: str) -> None:
    page.get_by_role("button", name="as proposed").click()
    dialog = page.get_by_role("dialog")
    for sentence in sentences:
        expect(dialog.get_by_text(sentence)).to_be_visible()
    assert violations(page) == []
    dialog.get_by_role("button", name="I have thought about it").click()


def test_the_numbers_before_publishing_are_those_of_now(browser: Browser, server: Server) -> None:
    with paged(browser, server) as page:
        looked_through(page)
        page.locator(".cell", has_text="IMG_2042").click()
        expect(page.locator(".place")).to_have_count(2)
        page.get_by_role("button", name="All pictures").click()
        page.get_by_role("button", name="as proposed").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_text("1 picture is prepared as proposed.")).to_be_visible()
        other = second_tab(page.context, server)
        other.locator(".cell", has_text="IMG_2041").click()
        expect(dialog.get_by_text("2 pictures are prepared as proposed.")).to_be_visible()
        expect(dialog.get_by_text("2 pictures were never opened and stay as they are.")).to_be_visible()


def test_what_was_opened_is_prepared_and_the_rest_is_counted(browser: Browser, server: Server, tmp_path: Path) -> None:
    with paged(browser, server) as page:
        looked_through(page)
        page.locator(".cell", has_text="IMG_2042").click()
        expect(page.locator(".place")).to_have_count(2)
        page.get_by_role("button", name="All pictures").click()
        told = ("1 picture is prepared as proposed.", "3 pictures were never opened and stay as they are.")
        prepare(page, *told, "In 1 of those nobody was found.")
        expect(page.get_by_text("1 copy prepared")).to_be_visible()
        expect(page.get_by_text("3 wait for your decision")).to_be_visible()
    assert len([path for path in (tmp_path / "out").rglob("*") if path.is_file()]) == 1


def test_each_is_seen_with_one_key_and_what_was_missed_is_covered_with_another(browser: Browser, server: Server) -> None:
    with paged(browser, server) as page:
        looked_through(page)
        page.get_by_role("button", name="Look at 4 pictures").focus()
        page.keyboard.press("Enter")
        seen(page, "0 of 4")
        covered(page)
        first = page.locator("h1").inner_text()
        page.keyboard.press("c")
        page.keyboard.press("c")
        place = page.get_by_role("button", name="Your place 1, covered")
        expect(place).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("button", name="Undo")).to_be_enabled()
        assert violations(page) == []
        page.locator("#content").focus()
        page.keyboard.press("Space")
        seen(page, "1 of 4")
        expect(page.get_by_role("heading", name=first)).to_be_hidden()
        page.keyboard.press("ArrowLeft")
        expect(page.get_by_role("heading", name=first)).to_be_visible()
        expect(page.get_by_role("button", name="Undo")).to_be_disabled()  # it is kept; what comes now is new
        draw_with_the_mouse(page)
        expect(page.locator(".place[role=button]")).to_have_count(2)
        page.reload()
        expect(page.locator(".place[role=button]")).to_have_count(2)
        page.evaluate("location.hash = ''")
        expect(page.get_by_role("button", name="Go on looking")).to_be_visible()


REMOVE_TWO_AND_LEAVE = """wait => {
    const remove = () => {
        const place = [...document.querySelectorAll('.place[role=button]')].at(-1);
        place.dispatchEvent(new KeyboardEvent('keydown', {key: 'Delete', bubbles: true, cancelable: true}));
    };
    const real = window.fetch;
    window.fetch = async (path, options) => {
        const answer = await real(path, options);
        return options?.method === 'PUT' ? new Promise(() => undefined) : answer;  // it waits for the answer
    };
    remove();
    setTimeout(() => (remove(), location.reload()), wait);
}"""


@pytest.mark.parametrize("wait", [100, 2000], ids=["before a first save", "while one is on its way"])
def test_what_was_changed_last_is_kept_however_soon_the_page_is_left(browser: Browser, server: Server, wait: int) -> None:
    with paged(browser, server) as page:
        looked_through(page)
        number = open_with_places(page, 3)
        with page.expect_navigation():
            page.evaluate(REMOVE_TWO_AND_LEAVE, wait)
        expect(page.locator(".place[role=button]")).to_have_count(3)
        assert drawn_in(page, number) == ["d0"]


LOSE_SIGHT = """() => {
    const real = window.fetch;
    window.fetch = (path, options) => path.startsWith('/api/changes') ? new Promise(() => undefined) : real(path, options);
}"""


def test_leaving_the_page_loses_nothing_although_another_tab_has_decided_meanwhile(
    browser: Browser, server: Server
) -> None:
    with paged(browser, server) as page:
        looked_through(page)
        number = open_with_places(page, 2)
        page.evaluate(LOSE_SIGHT)  # it hears of nothing any more
        assert page.evaluate(ADD, [number, [drawn_place(id="other")]]) == 200
        page.locator(".place[role=button]").last.focus()
        with page.expect_navigation():
            page.keyboard.press("Delete")
            page.evaluate("location.reload()")
        expect(page.locator(".place[role=button]")).to_have_count(4)
        assert drawn_in(page, number) == ["d0", "other"]


def test_what_is_too_large_to_be_sent_while_leaving_is_asked_about(browser: Browser, server: Server) -> None:
    with paged(browser, server) as first:
        looked_through(first)
        page = second_tab(first.context, server)
        asked: list[str] = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
        number = open_with_places(page, 300)
        page.get_by_label("Covering of all").select_option("solid")
        page.evaluate("setTimeout(() => location.reload())")
        expect(page.get_by_label("Covering of all")).to_have_value("solid")
        page.wait_for_function(
            f"number => {STYLES}(number).then(styles => styles.every(style => style === 'solid'))", arg=number
        )
        assert asked == ["beforeunload"]


ADD = """async ([number, fresh]) => {
    const headers = {'x-paravent-key': localStorage['paravent-key'], 'content-type': 'application/json'};
    const path = `/api/pictures/${number}`;
    const {review} = await (await fetch(path, {headers})).json();
    const body = JSON.stringify({...review, places: [...review.places, ...fresh]});
    return (await fetch(`${path}/review`, {method: 'PUT', headers, body})).status;
}"""
STYLES = """(async number => {
    const headers = {'x-paravent-key': localStorage['paravent-key']};
    const {review} = await (await fetch(`/api/pictures/${number}`, {headers})).json();
    return review.places.map(place => place.style);
})"""
DRAWN = """(async number => {
    const headers = {'x-paravent-key': localStorage['paravent-key']};
    const {review} = await (await fetch(`/api/pictures/${number}`, {headers})).json();
    return review.places.filter(place => place.origin === 'drawn').map(place => place.id);
})"""


def open_with_places(page: Page, count: int) -> int:
    """Open a picture with two faces and so many drawn places besides."""
    page.locator(".cell", has_text="IMG_2042").click()
    expect(page.locator(".place[role=button]")).to_have_count(2)
    number = int(page.url.rpartition("#")[2])
    shapes = [{"ellipse": [20 + i % 20 * 30, 12 + i // 20 * 10, 4, 4, 0]} for i in range(count)]
    fresh = [drawn_place(id=f"d{i}", shape=shape) for i, shape in enumerate(shapes)]
    assert page.evaluate(ADD, [number, fresh]) == 200
    expect(page.locator(".place[role=button]")).to_have_count(2 + count)
    return number


def drawn_in(page: Page, number: int) -> list[str]:
    return list(page.evaluate(DRAWN, number))


def draw_with_the_mouse(page: Page) -> None:
    covered(page)
    page.get_by_role("button", name="Cover something").click()
    box = page.locator(".stage > image").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.7 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.9 * box["height"], steps=4)
    page.mouse.up()


def test_the_whole_picture_is_shown_as_the_copy_will_be(browser: Browser, server: Server) -> None:
    """In the pass and on the wall: faces are not to be seen, what is beside them is, and nothing is cut off."""
    with paged(browser, server) as page:
        looked_through(page)
        tile = page.locator(".cell", has_text="IMG_2042")
        expect(tile.locator("img")).to_have_css("object-fit", "contain")
        expect(tile.locator("img")).not_to_have_js_property("naturalWidth", 0)
        small = expect_covered(page, tile, original(server))
        assert small.shape[1] / small.shape[0] == pytest.approx(SIZE[0] / SIZE[1], rel=0.03)
        tile.click()
        number = page.url.rpartition("#")[2]
        page.evaluate("n => { location.hash = 'look-' + n }", number)
        covered(page)
        box = page.locator(".stage > image").first.bounding_box()
        window = page.viewport_size
        assert box is not None
        assert window is not None
        assert min(box["x"], box["y"]) >= 0
        assert box["x"] + box["width"] <= window["width"]
        assert box["y"] + box["height"] <= window["height"]
        assert box["width"] / box["height"] == pytest.approx(SIZE[0] / SIZE[1], rel=0.02)
        page.wait_for_timeout(300)
        differs(shown(page, ".stage > image"), original(server))


def frame_of(path: Path, number: int) -> np.ndarray:
    with av.open(str(path)) as video:
        frame = next(one for i, one in enumerate(video.decode(video=0)) if i == number)
    return np.asarray(frame.to_image().resize(SIZE)).astype(int)


def original(server: Server) -> np.ndarray:
    with Image.open(server.home / "in" / "IMG_2042.JPG") as image:
        return np.asarray(image.convert("RGB").resize(SIZE)).astype(int)


def expect_covered(page: Page, tile: object, before: np.ndarray) -> np.ndarray:
    """The tile's picture, once it comes covered."""
    # The page's own policy lets nothing be fetched from a blob; what is shown can be drawn.
    read = """cell => {
        const image = cell.querySelector('img');
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
        canvas.getContext('2d').drawImage(image, 0, 0);
        return canvas.toDataURL().split(',')[1];
    }"""
    for _ in range(100):
        data = b64decode(tile.evaluate(read))  # type: ignore[attr-defined]
        with Image.open(BytesIO(data)) as image:
            small = np.asarray(image.convert("RGB")).astype(int)
        if _difference(small, before, FACE) > 15:
            break
        page.wait_for_timeout(100)
    differs(small, before)
    return small


def differs(now: np.ndarray, before: np.ndarray) -> None:
    assert _difference(now, before, FACE) > 15
    assert _difference(now, before, (0.2, 0.1)) < 8


def _difference(now: np.ndarray, before: np.ndarray, place: tuple[float, float]) -> float:
    small = np.asarray(Image.fromarray(now.astype(np.uint8)).resize(SIZE)).astype(int)
    x, y = int(place[0] * SIZE[0]), int(place[1] * SIZE[1])
    window = np.s_[y - 8 : y + 8, x - 8 : x + 8]
    return float(np.abs(small[window].mean((0, 1)) - before[window].mean((0, 1))).mean())


def test_a_video_is_seen_as_a_few_frames_a_second_once_it_was_looked_through(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    video_kit.write_pair(tmp_path / "in" / "MVI_1.mp4", 50)
    with serving(tmp_path, tmp_path / "in", tmp_path / "out", entered=False) as server, paged(browser, server) as page:
        looked_through(page)
        page.get_by_role("button", name="Look at 1 picture").click()
        slider = page.get_by_role("slider", name="Time in the film")
        expect(slider).to_be_visible()
        assert slider.get_attribute("max") == "5", "three a second, of two seconds"
        slider.fill("3")
        covered(page)
        assert violations(page) == []
        page.wait_for_timeout(500)
        frame, before = shown(page, ".stage > image"), frame_of(tmp_path / "in" / "MVI_1.mp4", 25)
        for x, y in video_kit.PAIR:
            place = ((x + 25) / video_kit.PAIR_SIZE[0], y / video_kit.PAIR_SIZE[1])
            assert _difference(frame, before, place) > 15
        page.locator("#content").focus()
        page.keyboard.press("Space")
        expect(page.get_by_role("heading", name="You have been through all of them")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("button", name="All pictures").click()
        expect(page.get_by_role("button", name="Prepare 1 picture as proposed")).to_be_visible()
