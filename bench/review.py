"""Measures the review page in a browser: python bench/review.py [--pictures N]

Usable with many pictures, opening a picture of 50 megapixels, a click until the covering is drawn, accepting until the copy
is on disk, and the memory of server and page. Pictures are drawn; nothing else should run on the machine.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests" / "kits"), str(ROOT / "scripts")]

import draw_scenes  # noqa: E402
from page_kit import browsing, paged  # noqa: E402
from web_kit import Server, serving  # noqa: E402

_LARGE = (8192, 6144)
_FRAMES = """async () => {
    const times = [];
    const stage = document.querySelector('.stage').getBoundingClientRect();
    const at = {clientX: stage.x + stage.width / 2, clientY: stage.y + stage.height / 2, bubbles: true, cancelable: true};
    for (let i = 0; i < 60; i += 1) {
        const start = performance.now();
        document.querySelector('.stage').dispatchEvent(new WheelEvent('wheel', {...at, deltaY: i < 30 ? -40 : 40}));
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        times.push((performance.now() - start) / 2);
    }
    return times;
}"""
_CLICK = """async () => {
    const button = [...document.querySelectorAll('.places button')].at(-1);
    const drawn = () => document.querySelectorAll('.place.shut').length;
    const before = drawn();
    const start = performance.now();
    button.click();
    while (drawn() === before) await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return performance.now() - start;
}"""


def main() -> None:
    """Run everything and print a line for each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pictures", type=int, default=20_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        many(Path(name) / "many", options.pictures)
        large(Path(name) / "large")


def many(folder: Path, count: int) -> None:
    """A folder of many small pictures, of which the contents are one file."""
    (folder / "in").mkdir(parents=True)
    first = folder / "in" / "00000.jpg"
    Image.new("RGB", (640, 480), (90, 140, 120)).save(first)
    for number in range(1, count):
        os.link(first, folder / "in" / f"{number:05}.jpg")
    with browsing() as browser, serving(folder, entered=False) as server, paged(browser, server) as page:
        expect(page.locator(".start")).to_be_visible()
        order = {"pictures": folder / "in", "output": folder / "out", "private": folder / "private", "preset": "family"}
        started = time.monotonic()
        body = {name: str(value) for name, value in order.items()} | {"choices": None, "only": []}
        page.evaluate(
            "async body => fetch('/api/open', {method: 'POST', body: JSON.stringify(body), headers:"
            " {'content-type': 'application/json', 'x-paravent-key': localStorage['paravent-key']}}).then(() => 0)",
            body,
        )
        tell(f"open {count} pictures: server", time.monotonic() - started, "s")
        page.reload()
        expect(page.locator(".cell .name").first).to_have_text("00000.jpg ")
        tell(f"open {count} pictures: usable in the page", time.monotonic() - started, "s")
        expect(page.locator(".cell img").first).to_be_visible()
        tell(f"open {count} pictures: first thumbnail", time.monotonic() - started, "s")
        for share in np.linspace(0, 1, 40):
            page.evaluate("share => scrollTo(0, document.documentElement.scrollHeight * share)", float(share))
            page.wait_for_timeout(100)
        expect(page.locator(".cell img").first).to_be_visible()
        memory(server, page)


def large(folder: Path) -> None:
    """A picture of 50 megapixels, and an ordinary one."""
    (folder / "in").mkdir(parents=True)
    promenade = next(picture for picture in draw_scenes.ALBUM if picture.name == "IMG_2042.JPG")
    draw_scenes.draw(promenade, (4096, 3072)).resize(_LARGE).save(folder / "in" / "a-large.jpg", quality=90)
    draw_scenes.write(promenade, folder / "in", (4000, 3000))
    with (
        browsing() as browser,
        serving(folder, folder / "in", folder / "out", entered=False) as server,
        paged(browser, server) as page,
    ):
        expect(page.locator(".cell img")).to_have_count(2)
        expect(page.locator(".cell.waiting")).to_have_count(0, timeout=120_000)
        opening(page, "a-large.jpg")
        expect(page.locator(".place").first).to_be_visible()
        times = page.evaluate(_FRAMES)
        tell("50 megapixels: frame while zooming, median", statistics.median(times), "ms")
        tell("50 megapixels: frame while zooming, slowest", max(times), "ms")
        page.keyboard.press("+")
        page.keyboard.press("+")
        page.keyboard.press("+")
        started = time.monotonic()
        expect(page.locator(".stage g image").first).to_be_attached()
        tell("50 megapixels: first sharp tile after zooming", time.monotonic() - started, "s")
        memory(server, page)
        page.evaluate("location.hash = ''")
        opening(page, "IMG_2042.JPG")
        page.locator(".place").first.click()
        page.get_by_label("An adult, who agreed").check()
        page.get_by_role("button", name="Leave visible", exact=True).click()
        page.locator(".places button", has_text="Cover again").first.wait_for()
        page.evaluate("document.querySelectorAll('.places li:not(:first-child)').forEach(one => one.remove())")
        tell("click until the covering is drawn", page.evaluate(_CLICK), "ms")
        page.wait_for_timeout(500)
        page.get_by_role("button", name="Accept").click()
        page.get_by_role("button", name="I have thought about it").click()
        started = time.monotonic()
        until(lambda: any((folder / "out").rglob("*.jpg")))
        tell("accept until the copy of 12 megapixels is on disk", time.monotonic() - started, "s")


def opening(page: Page, name: str) -> None:
    """Open one and tell how long it takes until it is seen."""
    started = time.monotonic()
    page.locator(".cell", has_text=name).click()
    page.locator(".stage > image[href^=blob]").first.wait_for(state="attached")
    page.evaluate("() => new Promise(requestAnimationFrame)")
    tell(f"open {name}", time.monotonic() - started, "s")


def memory(server: Server, page: Page) -> None:
    """Of the server without its workers, and of the page's script and document."""
    pages = int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1])
    tell("memory of the server", pages * os.sysconf("SC_PAGESIZE") / 1e6, "MB")
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    tell("memory of the page's script", used / 1e6, "MB")
    tell("elements in the page", page.evaluate("document.querySelectorAll('*').length"), "")


def until(holds: Callable[[], bool]) -> None:
    """Wait for it, looking often."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def tell(what: str, number: float, unit: str) -> None:
    """One line."""
    print(f"{what}: {number:.4g} {unit}".rstrip(), flush=True)


if __name__ == "__main__":
    main()
