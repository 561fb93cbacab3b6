"""The review page as people use it: in a browser, to the copy on disk."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

import draw_scenes
import paravent
import video_kit
from page_kit import PATIENCE, paged, second_tab, settled, violations
from web_kit import Server, children, serving

pytestmark = pytest.mark.browser


SIZE = (640, 480)
SCENES = {picture.name: picture for picture in draw_scenes.ALBUM}
MARKUP = "<img src=x onerror=alert(1)>.JPG"


def draw(folder: Path, *names: str) -> None:
    for name in names:
        draw_scenes.write(SCENES[name], folder, SIZE)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40 mixed pictures and 2 films."""
    folder = tmp_path_factory.mktemp("page")
    names = [name for name in SCENES if name not in ("IMG_2044.JPG", "Museum/IMG_2045.JPG")]
    draw(folder / "in", *names, "IMG_2044.JPG")
    lake = folder / "in" / "IMG_2044.JPG"
    for number in range(40 - len(names)):
        (folder / "in" / f"IMG_{3000 + number}.JPG").write_bytes(lake.read_bytes() + bytes([number]))
    lake.unlink()
    video_kit.write_pair(folder / "in" / "MVI_0001.mp4")
    video_kit.write(folder / "in" / "MVI_0002.mp4", video_kit.Spec(frames=7))
    return folder


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def difference(original: Path, copy: Path, x: float, y: float) -> float:
    window = np.s_[int(y) - 6 : int(y) + 6, int(x) - 6 : int(x) + 6]
    return float(np.abs(pixels(original)[window] - pixels(copy)[window]).mean())


def open_picture(page: Page, name: str) -> None:
    page.locator(".cell", has_text=name).first.click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.locator(".stage > image").first).to_be_visible()
    expect(page.get_by_role("button", name="Accept")).to_be_enabled()


def think(page: Page) -> None:
    page.get_by_role("button", name="I have thought about it").click()


def accept(page: Page) -> None:
    """Accept, with the moment to think if this is the first time, and wait until the next picture is there."""
    name = page.locator("h1").inner_text()
    page.get_by_role("button", name="Accept").click()
    other = "name => document.querySelector('h1').textContent !== name"
    page.wait_for_function(f"name => document.querySelector('dialog[open]') || ({other})(name)", arg=name)
    if page.get_by_role("dialog").count():
        think(page)
    page.wait_for_function(other, arg=name)


def permit(page: Page, form: str = "12") -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("An adult, who agreed").check()
    dialog.get_by_label("Number of the form, if there is one").fill(form)
    dialog.get_by_role("button", name="Leave visible", exact=True).click()
    expect(dialog).to_be_hidden()


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From one place of the picture to another, as shares of its width and height."""
    box = page.locator(".stage > image").first.bounding_box()
    assert box is not None
    x0, y0, x1, y1 = (
        box["x"] + start[0] * box["width"],
        box["y"] + start[1] * box["height"],
        box["x"] + end[0] * box["width"],
        box["y"] + end[1] * box["height"],
    )
    page.mouse.move(x0, y0)
    page.mouse.down()
    page.mouse.move((x0 + x1) / 2, (y0 + y1) / 2)
    page.mouse.move(x1, y1)
    page.mouse.up()


def test_from_an_empty_machine_to_copies_and_back_after_a_kill(browser: Browser, scene: Path) -> None:
    promenade, yard = scene / "in" / "IMG_2042.JPG", scene / "in" / "IMG_2041.JPG"
    with serving(scene, entered=False) as server, paged(browser, server) as page:
        choose_folder(page, scene / "in")
        page.get_by_label("3. Where do the copies go?", exact=True).fill(str(scene / "ready"))
        page.get_by_role("button", name="Show me the pictures").click()
        expect(page.get_by_text("42 wait for your decision")).to_be_visible()
        expect(page.locator(".looking")).to_have_count(0, timeout=120_000)

        open_picture(page, "IMG_2042.JPG")
        place = page.get_by_role("button", name="Face 1, covered")
        place.click()
        permit(page)
        expect(page.get_by_role("button", name="Face 1, visible")).to_be_visible()
        expect(page.get_by_text("Only one person here is covered")).to_be_visible()
        page.get_by_role("button", name="Box").click()
        drag(page, (0.05, 0.82), (0.30, 0.95))
        expect(page.get_by_role("button", name="Your place 1, covered")).to_be_visible()
        undo_and_redo(page)
        page.get_by_role("button", name="Accept").click()
        think(page)

        open_after = page.get_by_role("heading", name="IMG_2042.JPG")
        expect(open_after).to_be_hidden()
        page.get_by_role("button", name="All pictures").click()
        open_picture(page, "IMG_2041.JPG")
        page.get_by_label("Do not post").check()
        page.get_by_role("button", name="Accept").click()
        page.get_by_role("button", name="All pictures").click()
        decide_video(page)
        look_at_the_others(page)
        page.get_by_role("button", name=re.compile("Prepare .* pictures? as proposed")).click()
        think(page)
        expect(page.get_by_text("being prepared")).to_have_count(0, timeout=120_000)
        while page.locator(".cell.asks").count():  # doubt waits for a human
            page.locator(".cell.asks").first.click()
            accept(page)
            page.evaluate("location.hash = ''")
            expect(page.get_by_text("being prepared")).to_have_count(0)
        expect(page.get_by_text("41 copies prepared")).to_be_visible()
        os.kill(server.process.pid, signal.SIGKILL)
        expect(page.get_by_role("heading", name="Paravent has ended")).to_be_visible()

    copies = {one.original: one.copy for one in paravent.names(private=scene / "home" / "private")}
    copy = copies[promenade]
    assert difference(promenade, copy, *middle(promenade, 0)) == 0
    assert difference(promenade, copy, *middle(promenade, 1)) > 15
    assert difference(promenade, copy, 0.2 * SIZE[0], 0.88 * SIZE[1]) > 1
    assert yard not in copies
    written = [path for path in (scene / "ready").rglob("*") if path.is_file()]
    assert len(written) == 41
    assert len([path for path in written if path.suffix == ".mp4"]) == 2
    video = scene / "in" / "MVI_0001.mp4"
    assert max(video_kit.changes(video, copies[video], video_kit.PAIR[0])) < 6
    assert min(video_kit.changes(video, copies[video], video_kit.PAIR[1])) > 15
    assert yard.exists()

    with serving(scene, entered=False) as server, paged(browser, server, locale="fr-FR") as page:
        expect(page.get_by_role("heading", name="Reprendre où vous en étiez")).to_be_visible()
        page.get_by_role("button", name=str(scene / "in")).click()
        expect(page.get_by_text("41 copies préparées")).to_be_visible()
        expect(page.get_by_text("1 à ne pas publier")).to_be_visible()
        page.locator(".cell", has_text="IMG_2042.JPG").first.click()
        expect(page.get_by_role("button", name="Visage 1, visible")).to_be_visible()
        expect(page.get_by_role("button", name="Votre endroit 1, couvert")).to_be_visible()
        go_to(page, "MVI_0001.mp4")
        expect(page.get_by_role("button", name="Couvrir à nouveau Visage 1")).to_be_visible()
        expect(page.get_by_role("button", name="Laisser visible … Visage 2")).to_be_visible()


def look_at_the_others(page: Page) -> None:
    """With the space bar, until there is none left."""
    page.get_by_role("button", name="Go on looking").click()
    ready = "() => document.querySelector('.look button.primary[aria-disabled=false]') || document.querySelector('.notice')"
    while page.wait_for_function(ready) and page.locator(".look").count():
        address = page.url
        page.keyboard.press("Space")
        page.wait_for_function("before => location.href !== before", arg=address)
    expect(page.get_by_role("heading", name="You have been through all of them")).to_be_visible()
    page.get_by_role("button", name="All pictures").click()


def go_to(page: Page, name: str) -> None:
    """Open what may lie beyond the edge of the screen."""
    items = told(page, "/api/wall?start=0&count=60")["items"]
    page.evaluate("n => { location.hash = n }", next(item["n"] for item in items if item["name"] == name))


def decide_video(page: Page) -> None:
    """Leave the first of two people visible in all of a film."""
    go_to(page, "MVI_0001.mp4")
    page.get_by_role("button", name="Leave visible … Face 1").click()
    permit(page)
    accept(page)
    page.get_by_role("button", name="All pictures").click()


def middle(original: Path, number: int) -> tuple[float, float]:
    """Where the faces of the promenade are, in the size drawn here."""
    x, y = ((750 / 1200, 458 / 900), (1010 / 1200, 466 / 900))[number]
    width, height = SIZE
    assert original.name == "IMG_2042.JPG"
    return x * width, y * height


def choose_folder(page: Page, folder: Path) -> None:
    page.get_by_role("button", name="Choose a folder …").first.click()
    dialog = page.get_by_role("dialog")
    while dialog.locator(".path").inner_text() != "/":
        path = dialog.locator(".path").inner_text()
        dialog.get_by_role("button", name="One folder up").click()
        expect(dialog.locator(".path")).not_to_have_text(path)
    for name in folder.parts[1:]:
        dialog.get_by_role("button", name=name, exact=True).click()
        expect(dialog.locator(".path")).to_contain_text(name)
    dialog.get_by_role("button", name="Use this folder").click()
    expect(page.get_by_role("status").get_by_text(str(folder))).to_be_visible()
    # The proposal arrives a moment later, and would meet what is being typed.
    expect(page.get_by_label("3. Where do the copies go?", exact=True)).to_have_value(f"{folder}-ready")


def undo_and_redo(page: Page) -> None:
    drawn, first = page.get_by_role("button", name="Your place 1"), page.get_by_role("button", name="Face 1, covered")
    page.get_by_role("button", name="Undo").click()
    expect(drawn).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(first).to_be_visible()
    page.keyboard.press("Control+y")
    page.get_by_role("button", name="Redo").click()
    expect(first).to_have_count(0)
    expect(page.locator(".place")).to_have_count(3)


@pytest.fixture(scope="module")
def server(scene: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    draw(folder / "in", "IMG_2041.JPG", "IMG_2042.JPG", "Museum/IMG_2045.JPG", "Fair/poster Robin.png")
    (folder / "in" / "IMG_2041.JPG").rename(folder / "in" / MARKUP)
    (folder / "in" / "notes.txt").write_text("no picture")
    with serving(folder, folder / "in", folder / "out", entered=False) as running:
        yield running


@pytest.fixture(scope="module")
def page(browser: Browser, server: Server) -> Iterator[Page]:
    with settled(browser, server) as opened:
        yield opened


def home(page: Page) -> None:
    page.evaluate("location.hash = ''")
    expect(page.locator(".wall")).to_be_visible()


def test_names_are_shown_as_names(page: Page) -> None:
    home(page)
    expect(page.get_by_text(MARKUP)).to_be_visible()
    open_picture(page, MARKUP)
    expect(page.get_by_role("heading", name=MARKUP)).to_be_visible()
    assert page.locator("img[src=x]").count() == 0


def test_keyboard_only(page: Page, server: Server) -> None:
    home(page)
    press = page.keyboard.press
    focus_by_tab(page, "[id^=all-]")
    press("Home")
    expect(page.locator("#all-0")).to_be_focused()
    press("ArrowRight")
    expect(page.locator("#all-1")).to_be_focused()
    number = page.locator("[id^=all-]").evaluate_all("all => all.findIndex(one => one.textContent.includes('IMG_2042'))")
    for _ in range(number - 1):
        press("ArrowRight")
    press("Enter")
    expect(page.get_by_role("heading", name="IMG_2042.JPG")).to_be_visible()
    expect(page.get_by_role("button", name="Accept")).to_be_enabled()
    expect(page.locator(".place").first).to_be_visible()
    focus_by_tab(page, ".place")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Face 1, covered"
    press("Space")
    expect(page.get_by_role("dialog")).to_be_visible()
    focus_by_tab(page, "dialog input[name=reason]")
    press("ArrowDown")
    focus_by_tab(page, "dialog button[type=submit]")
    press("Enter")
    expect(page.get_by_role("button", name="Face 1, visible")).to_be_focused()
    press("Space")
    expect(page.get_by_role("button", name="Face 1, covered")).to_be_focused()
    before = page.locator(".place").first.get_attribute("d")
    press("ArrowRight")
    press("Shift+ArrowUp")
    assert page.locator(".place").first.get_attribute("d") != before
    press("e")
    drawn = page.get_by_role("button", name="Your place 1, covered")
    expect(drawn).to_be_focused()
    press("Delete")
    expect(drawn).to_have_count(0)
    press("Control+z")
    expect(drawn).to_have_count(1)
    press("2")
    expect(page.get_by_label("Private audience only")).to_be_checked()
    press("a")
    expect(page.get_by_role("heading", name="Before you publish")).to_be_visible()
    focus_by_tab(page, "dialog footer .primary")
    press("Enter")
    expect(page.get_by_role("heading", name="IMG_2042.JPG")).to_be_hidden()
    deadline = time.monotonic() + PATIENCE / 1000
    folder = server.home / "out-private"
    while not [path for path in folder.rglob("*.jpg") if path.is_file()]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    press("Escape")
    expect(page.locator(".wall")).to_be_visible()


def focus_by_tab(page: Page, selector: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def test_single_keys_can_be_switched_off(page: Page) -> None:
    home(page)
    open_picture(page, "IMG_2042.JPG")
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Use single keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="IMG_2042.JPG")).to_be_visible()
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Use single keys").check()
    page.keyboard.press("Escape")


def test_moving_resizing_and_styles(page: Page, server: Server) -> None:
    home(page)
    open_picture(page, "Museum/IMG_2045.JPG")
    place = page.locator(".place").first
    before = place.get_attribute("d")
    box = place.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 30, box["y"] + box["height"] / 2 + 10, steps=4)
    page.mouse.up()
    moved = place.get_attribute("d")
    assert moved != before
    expect(page.get_by_role("dialog")).to_have_count(0)
    corner = page.locator(".corner").nth(2).bounding_box()
    assert corner is not None
    page.mouse.move(corner["x"] + 7, corner["y"] + 7)
    page.mouse.down()
    page.mouse.move(corner["x"] + 40, corner["y"] + 40, steps=4)
    page.mouse.up()
    assert place.get_attribute("d") != moved
    number = int(page.url.rpartition("#")[2])
    page.get_by_label("Covering of Face 1").select_option("solid")
    page.get_by_role("button", name="All pictures").click()
    deadline = time.monotonic() + PATIENCE / 1000
    # What is left is kept at once, but the answer to this question may overtake it.
    while not (styles := styles_of(kept := told(page, f"/api/pictures/{number}"))):
        assert time.monotonic() < deadline
    assert styles == {"solid"}
    assert not kept["review"]["accepted"]


def styles_of(kept: Any) -> set[str]:
    return {place["style"] for place in kept["review"]["places"] if place["style"]}


def test_two_tabs_lose_no_decision(page: Page, server: Server) -> None:
    home(page)
    open_picture(page, "Museum/IMG_2045.JPG")
    other = second_tab(page.context, server)
    open_picture(other, "Museum/IMG_2045.JPG")
    faces = page.locator(".place").count()
    for tab in (page, other):  # both before either is told of the other
        tab.evaluate("window.setTimeout(() => {}, 0)")
    page.locator(".place").nth(0).focus()
    other.locator(".place").nth(1).focus()
    page.keyboard.press("Space")
    other.keyboard.press("Space")
    permit(page, "7")
    permit(other, "8")
    for tab in (page, other):
        expect(tab.locator(".place.open")).to_have_count(2)
        expect(tab.locator(".place")).to_have_count(faces)
    other.close()


def test_a_killed_worker_is_nothing_people_notice(page: Page, server: Server) -> None:
    home(page)
    for child in children(server.process.pid):
        os.kill(child, signal.SIGKILL)
    open_picture(page, "Fair/poster Robin.png")
    accept(page)
    home(page)
    expect(page.locator(".cell.ready")).not_to_have_count(0)


def test_the_language_is_kept_after_a_restart_and_an_end_is_said_plainly(browser: Browser, tmp_path: Path) -> None:
    draw(tmp_path / "in", "IMG_2042.JPG")
    with serving(tmp_path, tmp_path / "in", tmp_path / "out", entered=False) as first, paged(browser, first) as page:
        open_picture(page, "IMG_2042.JPG")
        english = page.locator(".findings").inner_text()
        page.get_by_label("Language").select_option("fr")
        expect(page.get_by_role("button", name="Accepter")).to_be_visible()
        expect(page.locator(".findings")).not_to_have_text(english)
        os.kill(first.process.pid, signal.SIGKILL)
        page.get_by_role("button", name="Visage 1, couvert").focus()
        page.keyboard.press("1")
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("heading", name="Paravent s'est arrêté")).to_be_visible()
        assert "fetch" not in page.locator("body").inner_text()
        with serving(tmp_path, tmp_path / "in", tmp_path / "out", entered=False) as second:
            assert second.port != first.port
            page.goto(second.link)
            expect(page.get_by_role("heading", name="Toutes les photos")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_view_has_an_accessibility_fault(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    home(page)
    faults = {"wall": violations(page)}
    open_picture(page, "IMG_2042.JPG")
    faults["picture"] = violations(page)
    page.keyboard.press("s")
    expect(page.locator(".prepared image")).to_have_count(1)
    faults["compare"] = violations(page)
    page.keyboard.press("s")
    page.locator(".place").first.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("dialog")).to_be_visible()
    faults["visible"] = violations(page)
    page.get_by_role("button", name="Leave visible", exact=True).click()
    faults["visible, wrong"] = violations(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    faults["keys"] = violations(page)
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 800})
    faults["picture on a phone"] = violations(page)
    home(page)
    faults["wall on a phone"] = violations(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than a phone"
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="as proposed").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    faults["check"] = violations(page)
    page.keyboard.press("Escape")
    assert {view: found for view, found in faults.items() if found} == {}


def test_start_page_has_no_accessibility_fault(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path, entered=False) as server:
        for scheme in ("light", "dark"):
            with paged(browser, server, link=scheme == "light", color_scheme=scheme) as page:
                if scheme == "dark":  # another browser, for which the link does not work any more
                    expect(page.get_by_role("heading", name="This page is not open to you")).to_be_visible()
                    assert violations(page) == []
                    continue
                expect(page.get_by_role("heading", name="Which pictures do you want to share?")).to_be_visible()
                assert violations(page) == []
                page.get_by_role("button", name="Choose a folder …").first.click()
                expect(page.get_by_role("button", name="Use this folder")).to_be_visible()
                assert violations(page) == []


class _Elsewhere(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>elsewhere</title>")

    def log_message(self, *_: object) -> None:
        pass


TRIES = """async origin => {
    const tried = [];
    const noted = async (name, attempt) => {
        try { tried.push([name, await attempt()]); } catch { tried.push([name, 'refused']); }
    };
    const loaded = (kind, path) => new Promise((good, bad) => {
        const element = document.createElement(kind);
        element.onload = () => good('loaded');
        element.onerror = bad;
        element.src = origin + path;
        document.head.append(element);
    });
    const get = (path, options) => fetch(origin + path, {credentials: 'include', ...options});
    await noted('read', async () => (await get('/api/state')).status);
    await noted('read blindly', async () => (await get('/api/state', {mode: 'no-cors'})).type);
    await noted('picture', () => loaded('img', '/api/pictures/0/thumbnail'));
    await noted('icon', () => loaded('img', '/icon.svg'));
    await noted('script', () => loaded('script', '/app.js'));
    await noted('write', async () => (await get('/api/accept-rest', {method: 'POST', mode: 'no-cors', body: '{}'})).type);
    await noted('key', async () => (await get('/api/state', {headers: {'x-paravent-key': 'x'}})).status);
    const frame = document.createElement('iframe');
    frame.src = origin + '/';
    document.body.append(frame);
    await new Promise(done => frame.onload = done);
    await noted('frame', () => frame.contentDocument ? 'read' : 'refused');
    return tried;
}"""


def test_another_origin_in_the_same_browser_gets_nothing(page: Page, server: Server) -> None:
    home(page)
    before = told(page, "/api/state")["album"]["counts"]
    other = ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    tab = page.context.new_page()  # the same cookies: another port is the same site
    try:
        for host in ("127.0.0.1", "localhost"):
            tab.goto(f"http://{host}:{other.server_port}/")
            tried = dict(tab.evaluate(TRIES, server.origin))
            assert tried.pop("read blindly") in ("opaque", "refused")
            assert tried.pop("write") in ("opaque", "refused")
            assert set(tried.values()) == {"refused"}, tried
    finally:
        tab.close()
        other.shutdown()
    assert told(page, "/api/state")["album"]["counts"] == before


TELL = """async path => {
    const answer = await fetch(path, {headers: {'x-paravent-key': localStorage['paravent-key']}});
    return answer.json();
}"""


def told(page: Page, path: str) -> Any:
    """What the server tells this page."""
    return page.evaluate(TELL, path)


def test_ten_thousand_pictures(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    Image.new("RGB", (320, 240), (90, 140, 120)).save(tmp_path / "in" / "00000.jpg")
    for number in range(1, 10_000):
        os.link(tmp_path / "in" / "00000.jpg", tmp_path / "in" / f"{number:05}.jpg")
    with serving(tmp_path, tmp_path / "in", tmp_path / "out", entered=False) as server:
        started = time.monotonic()
        with paged(browser, server) as page:
            expect(page.locator(".cell").first).to_be_visible()
            expect(page.get_by_text("00000.jpg")).to_be_visible()
            assert time.monotonic() - started < 60, "about a second where nothing else runs (bench/review.py)"
            assert page.locator(".cell").count() < 120
            for share in (0.5, 0.25, 1.0):
                page.evaluate("share => scrollTo(0, document.documentElement.scrollHeight * share)", share)
                expect(page.locator(".cell img").first).to_be_visible()
                assert page.locator(".cell").count() < 120
            expect(page.get_by_text("09999.jpg")).to_be_visible()
            page.locator(".cell").last.focus()
            page.keyboard.press("End")
            expect(page.locator("#all-9999")).to_be_focused()
            page.keyboard.press("Home")
            expect(page.locator("#all-0")).to_be_focused()
