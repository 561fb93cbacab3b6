"""Takes a picture of every view of the review page, in light and dark, in both languages: make screenshots.

    python scripts/screenshots.py [FOLDER]

On drawn pictures, into docs/images/review unless another folder is named. Needs Chromium.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect

import draw_scenes

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "kits"))

import video_kit  # noqa: E402
from page_kit import browsing, paged  # noqa: E402
from web_kit import serving  # noqa: E402

TARGET = ROOT / "docs" / "images" / "review"
LANGUAGES = {"en": "en-GB", "fr": "fr-FR"}
_WIDEST = 1000  # pixels; they lie in the repository


def main(target: Path) -> None:
    """Take them all."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="photos-") as name, browsing() as browser:
        for language, locale in LANGUAGES.items():
            # A folder that is named as a family would name it: the page shows it.
            folder = Path(name) / language / "Holidays"
            for picture in draw_scenes.ALBUM:
                draw_scenes.write(picture, folder, (1200, 900))
            _video(folder / "MVI_2047.mp4")
            for scheme in ("light", "dark"):
                home = Path(name) / f"{language}-{scheme}"
                options = {"locale": locale, "color_scheme": scheme, "viewport": {"width": 1180, "height": 740}}
                with serving(home, entered=False) as server, paged(browser, server, **options) as page:
                    _views(page, folder, target, f"{language}-{scheme}")


def _views(page: Page, folder: Path, target: Path, end: str) -> None:
    def take(view: str) -> None:
        page.evaluate("document.activeElement.blur()")
        page.evaluate("scrollTo(0, 0)")
        _save(page, target / f"{view}-{end}.png")

    expect(page.locator(".start")).to_be_visible()
    take("start")
    page.locator(".drop button").click()
    expect(page.locator("dialog .path")).to_be_visible()
    _choose(page, folder)
    expect(page.locator("output.path")).to_have_text(str(folder))
    page.locator("button[type=submit]").click()
    expect(page.locator(".cell .kind")).to_have_count(1)
    expect(page.locator(".cell.waiting")).to_have_count(0)
    page.wait_for_function("() => [...document.querySelectorAll('.cell')].every((cell) => cell.querySelector('img'))")
    page.wait_for_timeout(1500)  # the last of the news
    take("wall")
    page.locator(".cell", has_text="IMG_2042").first.click()
    expect(page.locator(".place")).to_have_count(2)
    expect(page.locator(".stage .real")).to_have_count(1)
    take("picture")
    page.locator(".place").first.click()
    expect(page.locator("dialog")).to_be_visible()
    take("visible")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.locator(".prepared image")).to_have_count(1)
    take("compare")
    page.keyboard.press("s")
    page.keyboard.press("a")
    expect(page.locator("dialog")).to_be_visible()
    take("check")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_be_visible()
    take("keys")
    page.keyboard.press("Escape")
    _video_view(page, take)
    page.set_viewport_size({"width": 390, "height": 780})
    page.wait_for_timeout(300)
    take("picture-phone")
    page.evaluate("location.hash = ''")
    expect(page.locator(".cell img").first).to_be_visible()
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(300)
    take("wall-phone")
    _look(page, take)
    page.set_viewport_size({"width": 1180, "height": 740})
    _look(page, take)
    _permissions(page, take)


def _look(page: Page, take: Callable[[str], None]) -> None:
    """One picture of those that are looked at one after the other."""
    is_phone = page.evaluate("innerWidth < 500")
    page.locator(".next button").first.click()
    while "IMG_2041" not in page.locator("h1").inner_text():
        address = page.url
        page.keyboard.press("ArrowRight")
        page.wait_for_function("before => location.href !== before", arg=address)
    expect(page.locator(".judge .primary")).to_have_attribute("aria-disabled", "false")
    page.wait_for_timeout(300)
    take("look-phone" if is_phone else "look")
    page.keyboard.press("Escape")
    expect(page.locator(".wall")).to_be_visible()


def _permissions(page: Page, take: Callable[[str], None]) -> None:
    """Three forms of three pictures, one of which is taken back."""
    for name, form in (("IMG_2041", "12"), ("IMG_2043", "3B-7"), ("IMG_2042", "F-3")):
        page.locator(".cell", has_text=name).first.click()
        page.locator(".places .acts button").first.click()
        page.locator("dialog input[name=reason]").nth(1).check()
        page.locator("dialog input[type=text]").fill(form)
        page.locator("dialog button[type=submit]").click()
        expect(page.locator(".places .by")).to_have_count(1)
        address = page.url
        page.keyboard.press("a")
        page.wait_for_function("before => document.querySelector('dialog[open]') || location.href !== before", arg=address)
        if page.locator("dialog").count():
            page.locator("dialog .primary").click()
        page.wait_for_function("before => location.href !== before", arg=address)
        page.evaluate("location.hash = ''")
        expect(page.locator(".cell.ready", has_text=name).first).to_be_visible()
    page.evaluate("location.hash = 'forms'")
    page.locator(".papers button").first.click()
    page.locator("dialog .primary").click()
    expect(page.locator("table")).to_be_visible()
    page.locator(".papers summary").nth(1).click()
    take("forms")
    page.evaluate("location.hash = 'done'")
    expect(page.locator(".takes .card")).to_have_count(1)
    take("done")
    page.evaluate("location.hash = 'help'")
    expect(page.locator(".sheet")).to_be_visible()
    take("help")


def _video_view(page: Page, take: Callable[[str], None]) -> None:
    picture = page.url.rpartition("#")[2]
    page.evaluate("location.hash = ''")
    page.locator(".cell", has_text="MVI_2047").first.click()
    expect(page.locator(".tracks li")).not_to_have_count(0)
    page.locator(".scrub input").fill("20")
    page.locator(".tracks li .acts > button").first.click()
    page.locator("dialog input[name=reason]").first.check()
    page.locator("dialog button[type=submit]").click()
    expect(page.locator(".tracks .open")).to_have_count(1)
    page.locator(".scrub input").fill("20")
    page.wait_for_function("() => document.querySelectorAll('.moment img').length >= 6")
    page.wait_for_timeout(1200)
    take("film")
    page.evaluate("number => { location.hash = number }", picture)
    expect(page.locator(".stage > image").first).to_be_visible()


def _video(path: Path) -> None:
    """The promenade, along which somebody walks with a camera."""
    promenade = next(picture for picture in draw_scenes.ALBUM if picture.name == "IMG_2042.JPG")
    whole = draw_scenes.draw(promenade, (1600, 1200))

    def window(index: int) -> NDArray[np.uint8]:
        left, top = 400 + 2 * index, 250 + index
        return np.array(whole.crop((left, top, left + 1120, top + 630)).resize((960, 540)))

    video_kit.write(path, video_kit.Spec(frames=60, size=(960, 540), draw=window))


def _choose(page: Page, folder: Path) -> None:
    dialog = page.locator("dialog")
    while (path := dialog.locator(".path").inner_text()) != "/":
        dialog.locator(".folders button").first.click()  # one folder up
        expect(dialog.locator(".path")).not_to_have_text(path)
    for name in folder.parts[1:]:
        dialog.get_by_role("button", name=name, exact=True).click()
        expect(dialog.locator(".path")).to_contain_text(name)
    dialog.locator("footer .primary").click()


def _save(page: Page, path: Path) -> None:
    with Image.open(BytesIO(page.screenshot())) as shot:
        shot.thumbnail((_WIDEST, _WIDEST), Image.Resampling.LANCZOS)
        shot.convert("P", palette=Image.Palette.ADAPTIVE, colors=128).save(path, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
