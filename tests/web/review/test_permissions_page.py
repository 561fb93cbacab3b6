"""Leaving people visible, and taking that back, as a school does: one person one decision, few steps, a list to print."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

import portraits
from page_kit import looked_through, paged, second_tab, settled, violations
from web_kit import Server, serving

pytestmark = pytest.mark.browser


pytest.importorskip("contourpy")  # whole people are looked for
HEADS = ((226, 110), (738, 110))  # middles of the two faces of `two`


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Two pictures of one person each, one of two."""
    (tmp_path / "in").mkdir()
    portrait = portraits.astronaut()
    for name in ("one.jpg", "other.jpg"):
        portrait.save(tmp_path / "in" / name, quality=92 if name == "one.jpg" else 90)
    two = Image.new("RGB", (1024, 512))
    two.paste(portrait, (0, 0))
    two.paste(portrait, (512, 0))
    two.save(tmp_path / "in" / "two.jpg", quality=92)
    with serving(tmp_path, tmp_path / "in", tmp_path / "out", "--preset", "school", entered=False) as running:
        yield running


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    with settled(browser, server) as opened:
        yield opened


def open_picture(page: Page, name: str) -> None:
    page.evaluate("location.hash = ''")
    page.locator(".cell", has_text=name).first.click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.locator(".places li").first).to_be_visible()


def accept(page: Page) -> None:
    name = page.locator("h1").inner_text()
    page.keyboard.press("a")
    page.wait_for_function(
        "name => document.querySelector('dialog[open]') || document.querySelector('h1')?.textContent !== name", arg=name
    )
    if page.get_by_role("dialog").count():
        page.get_by_role("button", name="I have thought about it").click()
    expect(page.get_by_role("heading", name=name)).to_be_hidden()


def copy_of(page: Page, name: str) -> Path:
    page.evaluate("location.hash = ''")
    expect(page.locator(".cell.ready", has_text=name)).to_be_visible()
    page.locator(".cell", has_text=name).first.click()
    told = page.locator(".panel .path")
    expect(told).to_contain_text("The copy: ")
    return Path(told.inner_text().removeprefix("The copy: "))


def change(original: Path, copy: Path, middle: tuple[int, int]) -> float:
    x, y = middle
    window = np.s_[y - 15 : y + 15, x - 15 : x + 15]
    with Image.open(original) as before, Image.open(copy) as after:
        pair = [np.asarray(image.convert("RGB")).astype(int)[window] for image in (before, after)]
    return float(np.abs(pair[0] - pair[1]).mean())


def test_one_person_is_one_item_and_visible_means_visible_in_the_copy(page: Page, server: Server) -> None:
    open_picture(page, "one.jpg")
    people = page.locator(".places li", has_text="Person")
    count = people.count()  # the flag beside her may be taken for one, too
    expect(page.locator(".places li", has_text="Face")).to_have_count(0)
    expect(page.locator(".place[role=button][aria-label^=Person]")).to_have_count(count)
    x, y = HEADS[0]
    box = page.locator(".stage > image").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + x / 512 * box["width"], box["y"] + y / 512 * box["height"])  # on the face
    dialog = page.get_by_role("dialog")
    heading = dialog.get_by_role("heading", name=re.compile("Why may Person . stay visible"))
    number = heading.inner_text().split()[3]
    one = people.filter(has_text=f"Person {number}")
    page.keyboard.press("2")
    dialog.get_by_label("Number of the form").fill("12")
    page.keyboard.press("Enter")
    for told in ("visible", "Form 12", "until 31 August"):
        expect(one).to_contain_text(told)
    expect(page.get_by_text("it is not to be seen")).to_have_count(0)
    accept(page)
    assert change(server.home / "in" / "one.jpg", copy_of(page, "one.jpg"), HEADS[0]) < 8


def test_the_last_form_is_offered_again_and_everybody_takes_one_answer(page: Page, server: Server) -> None:
    open_picture(page, "one.jpg")
    page.locator(".places button", has_text="Leave visible").first.click()
    page.keyboard.press("2")
    page.get_by_label("Number of the form").fill("3B-7")
    page.keyboard.press("Enter")
    open_picture(page, "other.jpg")
    page.locator(".places button", has_text="Leave visible").first.click()  # one
    again = page.get_by_role("dialog").get_by_role("button", name="As before")
    expect(again).to_be_focused()
    expect(again).to_contain_text("Form 3B-7")
    assert violations(page) == []
    page.keyboard.press("Enter")  # two
    expect(page.locator(".places li", has_text="Form 3B-7")).to_have_count(1)

    open_picture(page, "two.jpg")
    count = page.locator(".places li", has_text="Person").count()
    assert count >= 2
    page.keyboard.press("v")  # one
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name=f"Why may all {count} people stay visible?")).to_be_visible()
    expect(dialog.get_by_role("button", name="As before")).to_have_count(0)  # why is asked each time
    page.get_by_role("button", name="Leave visible", exact=True).click()
    expect(dialog.get_by_text("Please choose a reason.")).to_be_visible()
    page.keyboard.press("1")  # two
    page.get_by_role("button", name="Leave visible", exact=True).click()  # three
    expect(page.locator(".places li", has_text="Form 3B-7")).to_have_count(count)
    page.keyboard.press("Control+z")
    expect(page.locator(".places li", has_text="Form 3B-7")).to_have_count(0)
    page.keyboard.press("Control+y")
    accept(page)
    copy, original = copy_of(page, "two.jpg"), server.home / "in" / "two.jpg"
    assert max(change(original, copy, middle) for middle in HEADS) < 8


def leave_visible(page: Page, name: str, form: str) -> Path:
    open_picture(page, name)
    page.locator(".places button", has_text="Leave visible").first.click()
    page.get_by_role("dialog").get_by_label("An adult, who agreed").check()
    page.get_by_label("Number of the form").fill(form)
    page.keyboard.press("Enter")
    accept(page)
    return copy_of(page, name)


def test_a_form_is_taken_back_and_every_open_view_says_so(page: Page, server: Server, tmp_path: Path) -> None:
    copy = leave_visible(page, "one.jpg", "12")
    other = second_tab(page.context, server)
    other.locator(".cell.ready", has_text="one.jpg").click()
    expect(other.locator(".places li", has_text="Form 12")).to_have_count(1)

    page.get_by_role("link", name="Permissions").click()
    card = page.locator(".papers li", has_text="Form 12")
    expect(card).to_contain_text("until 31 August")
    expect(card).to_contain_text("1 picture")
    expect(card).to_contain_text("1 copy")
    assert violations(page) == []
    card.get_by_role("button", name="Take back").click()
    expect(page.get_by_role("dialog")).to_contain_text("1 picture and 1 copy")
    assert violations(page) == []
    page.get_by_role("button", name="Take back", exact=True).click()
    expect(card).to_contain_text("taken back on")
    expect(page.get_by_role("heading", name="1 copy to take down")).to_be_visible()
    expect(page.locator("table")).to_contain_text(str(copy))
    assert violations(page) == []

    expect(other.locator(".places li", has_text="covered").first).to_be_visible()
    expect(other.locator(".places li", has_text="Form 12")).to_have_count(0)
    expect(other.get_by_text("whose permission has ended or was taken back")).to_be_visible()
    other.close()
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="1 copy to take down")).to_be_visible()
    expect(page.locator(".bar")).to_be_hidden()
    page.emulate_media(media="screen")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a table (CSV)").click()
    saved = Path(download.value.path()).read_text(encoding="utf-8-sig")
    head, row = csv.reader(saved.splitlines())
    assert head == ["Form", "Why", "Copy", "Original"]
    assert (row[0], row[2], row[3]) == ("12", str(copy), str(tmp_path / "in" / "one.jpg"))

    page.get_by_role("button", name="All pictures").click()
    expect(page.locator(".cell", has_text="one.jpg")).to_contain_text("permission over: take the copy down")
    open_picture(page, "one.jpg")
    page.locator(".places button", has_text="Leave visible").first.click()
    page.get_by_role("button", name="As before").click()
    expect(page.get_by_role("alert").get_by_text("Form 12 was taken back")).to_be_visible()


def test_who_is_visible_without_a_form_is_listed_and_nothing_is_asked(page: Page) -> None:
    leave_visible(page, "one.jpg", "")
    page.get_by_role("link", name="Permissions").click()
    expect(page.locator(".papers li", has_text="Without a form")).to_contain_text("1 copy")
    assert page.get_by_role("dialog").count() == 0


def test_a_form_taken_back_by_the_command_reaches_the_open_page(page: Page, server: Server) -> None:
    leave_visible(page, "one.jpg", "12")
    page.evaluate("location.hash = ''")
    expect(page.locator(".cell.ready", has_text="one.jpg")).to_be_visible()
    command = [sys.executable, "-m", "paravent", "withdraw", "12", "--private", str(server.home / "home" / "private")]
    subprocess.run(command, env=server.environment, capture_output=True, check=True)
    expect(page.locator(".cell", has_text="one.jpg")).to_contain_text("permission over")
    page.get_by_role("link", name="Permissions").click()
    expect(page.locator(".papers li", has_text="Form 12")).to_contain_text("taken back")


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_permissions_fit_every_width_in_both_schemes(browser: Browser, server: Server, width: int) -> None:
    with paged(browser, server, viewport={"width": width, "height": 800}, locale="fr-FR") as page:
        looked_through(page)
        review = page.evaluate(PERMIT)
        assert json.loads(review)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.evaluate("location.hash = 'forms'")
            expect(page.locator(".papers li", has_text="Formulaire 12")).to_be_visible()
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            page.evaluate("location.hash = 'look-0'")
            expect(page.get_by_role("button", name="Vue, suivante")).to_have_attribute("aria-disabled", "false")
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


PERMIT = """async () => {
    const headers = {'x-paravent-key': localStorage['paravent-key'], 'content-type': 'application/json'};
    const path = '/api/pictures/0';
    const {review} = await (await fetch(path, {headers})).json();
    const visible = {reason: 'adult-agreed', form: '12', until: '2999-08-31'};
    const places = review.places.map(place => ({...place, visible}));
    const body = JSON.stringify({...review, places});
    return await (await fetch(path + '/review', {method: 'PUT', headers, body})).text();
}"""
