"""Reports in a real browser: filters, paper, both schemes, every width, both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from page_kit import browsing, violations
from paravent.i18n import texts
from paravent.model.policy import preset
from paravent.model.report import FileReport, Finding, Kind, Status
from paravent.report import jsonl, writer
from paravent.report.summary import Totals, of_protect

pytestmark = pytest.mark.browser

_TRACES = tuple(Finding(kind, "XMP", count=3) for kind in (Kind.TIME, Kind.DEVICE, Kind.SOFTWARE, Kind.CAPTION))
_PLACE = Finding(Kind.PLACE, "EXIF GPS", precision="exact-position")
_FILES = (
    FileReport(
        "a b.jpg", Status.PREPARED, output="photo-417.jpg", findings=(*_TRACES, _PLACE), covered={"face": 2}, faces=2
    ),
    FileReport("<img src=x onerror=alert(1)>.jpg", Status.PREPARED, output="y.jpg", findings=_TRACES),
    FileReport("long-" * 30 + ".jpg", Status.HELD, hold="damaged"),
    FileReport("notes.txt", Status.LEFT_OUT, hold="no-media"),
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as running:
        yield running


def report(folder: Path, language: str) -> str:
    texts.speak(language)
    try:
        totals, path = Totals(), folder / f"{language}.html"
        with writer.ReportFile(path, jsonl.header("protect", preset("school"))) as written:
            for one in _FILES:
                totals.add(one)
                written.add(one)
            written.finish(totals, list(of_protect(totals, keep_names=False)), complete=True)
    finally:
        texts.speak("")
    return path.as_uri()


def told(page: Page) -> list[str]:
    """What goes wrong in it; a report asks for nothing but itself."""
    problems: list[str] = []
    page.on("console", lambda said: problems.append(said.text))
    page.on("dialog", lambda dialog: problems.append(dialog.message))
    page.on("request", lambda asked: problems.append(asked.url) if not asked.url.endswith(".html") else None)
    return problems


def test_filters_leave_the_rows_they_name(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page()
    problems = told(page)
    page.goto(report(tmp_path, "en"))
    rows = page.locator("tbody tr")
    expect(page.get_by_label("all of them (4)")).to_be_checked()
    for words, left in (
        ("held back (1)", ["long-"]),
        ("a place (1)", ["a b.jpg"]),
        ("a caption (2)", ["a b.jpg", "<img src"]),
    ):
        page.get_by_label(words).check()
        expect(rows.locator("visible=true")).to_have_count(len(left))
        assert [
            row.inner_text()[: len(name)] for row, name in zip(rows.locator("visible=true").all(), left, strict=True)
        ] == left
    page.get_by_label("all of them (4)").check()
    expect(rows.locator("visible=true")).to_have_count(4)
    page.emulate_media(media="print")
    expect(page.locator("fieldset")).to_be_hidden()
    assert page.pdf()[:5] == b"%PDF-"
    page.close()
    assert problems == []


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_report_can_be_read_by_everybody(browser: Browser, tmp_path: Path, language: str, scheme: str) -> None:
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(report(tmp_path, language))
    for width in (360, 768, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
    page.close()
