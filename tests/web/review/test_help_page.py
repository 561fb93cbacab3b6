"""The help view: two paths apart, letters that are filled in here and go nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from page_kit import paged, violations
from paravent.report import letters
from web_kit import Server, serving

pytestmark = pytest.mark.browser

ANSWERS = {
    "Your name": ("writer", "Ada Example"),
    "To whom you write": ("recipient", "School at the Lake"),
    "The child, as you want to name it here": ("child", "N."),
    "Exact address of the page": ("address", "https://school.example/fair"),
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path, entered=False) as running:
        yield running


def test_a_letter_is_written_printed_and_saved_and_sent_nowhere(browser: Browser, server: Server, tmp_path: Path) -> None:
    with paged(browser, server) as page:
        page.get_by_role("link", name="Help").click()
        misuse = page.get_by_role("region", name="You fear that a picture is being misused")
        expect(misuse.get_by_role("link", name="Call 3018")).to_have_attribute("href", "tel:3018")
        expect(page.get_by_role("region", name="A picture stands somewhere")).not_to_contain_text("3018")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(f"{request.url} {request.post_data or ''}"))
        for label, (_name, value) in ANSWERS.items():
            page.get_by_label(label).fill(value)
        page.get_by_label("Why it should go").select_option("minor")
        given = {**dict(ANSWERS.values()), "ground": "minor"}
        expected = letters.filled(letters.named("erase"), given, date.today())
        assert page.locator(".sheet").inner_text().strip() == expected.strip()
        with page.expect_download() as download:
            page.get_by_role("button", name="Save as text").click()
        assert Path(download.value.path()).read_text(encoding="utf-8").strip() == expected.strip()
        page.emulate_media(media="print")
        expect(page.locator(".sheet")).to_be_visible()
        for hidden in (
            page.locator(".paths"),
            page.locator("form"),
            page.locator(".bar"),
            page.get_by_text("Save as text"),
        ):
            expect(hidden).to_be_hidden()
        page.emulate_media(media="screen")
        page.get_by_label("Ask a relative or a friend").check()
        expect(page.locator(".sheet")).to_contain_text("Dear School at the Lake,")
        assert not [one for one in asked if any(value in one for _name, value in ANSWERS.values())]
        page.reload()
        expect(page.get_by_label("Your name")).to_have_value("")
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(value.encode() in data for data in kept for _name, value in ANSWERS.values())


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_help_fits_every_width_in_both_schemes(browser: Browser, server: Server, width: int) -> None:
    with paged(browser, server, viewport={"width": width, "height": 800}, locale="fr-FR") as page:
        page.get_by_role("link", name="Aide").click()
        expect(page.get_by_role("heading", name="Lettres")).to_be_visible()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
