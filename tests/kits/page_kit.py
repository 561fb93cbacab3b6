"""The review page in a real browser (Debian's Chromium or any other that is installed)."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from project import ROOT
from web_kit import Server

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE = 120_000  # milliseconds; a machine may have much else to do
_NAMES = ("chromium", "chromium-browser", "google-chrome")
# WCAG 2.2 up to AA, and what axe calls best practice.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextlib.contextmanager
def browsing() -> Iterator[Browser]:
    """A browser without a window. Without one tests are skipped; in CI they fail."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        message = "no Chromium is installed; on Debian or Ubuntu: sudo apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextlib.contextmanager
def paged(browser: Browser, server: Server, *, link: bool = True, **options: Any) -> Iterator[Page]:
    """The page, entered by the link. It fails a test by any error or refused request that it notes."""
    options = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", "reduced_motion": "reduce"} | options
    context = browser.new_context(**options)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    problems = watched(page)
    page.goto(server.link if link else server.origin)
    yield page
    context.close()
    assert problems == []


@contextlib.contextmanager
def settled(browser: Browser, server: Server) -> Iterator[Page]:
    """The same, once all was looked at."""
    with paged(browser, server) as page:
        looked_through(page)
        yield page


def looked_through(page: Page) -> None:
    """Waits until everything on the wall was looked at."""
    expect(page.locator(".cell")).not_to_have_count(0)  # first: before there are any, none waits
    expect(page.locator(".cell.waiting")).to_have_count(0)


def watched(page: Page) -> list[str]:
    """Fills with what goes wrong in a page, and with requests to anywhere else."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("dialog", lambda dialog: problems.append(dialog.message))
    page.on("console", lambda said: problems.append(said.text) if "Content Security" in said.text else None)
    own = ("http://127.0.0.1:", "blob:http://127.0.0.1:")
    page.on("request", lambda asked: None if asked.url.startswith(own) else problems.append(asked.url))
    return problems


def second_tab(context: BrowserContext, server: Server) -> Page:
    """Another tab of the same browser."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(server.origin)
    return page


def violations(page: Page) -> list[str]:
    """What axe-core finds fault with in the page as it stands."""
    # The page's own policy forbids scripts from elsewhere; a debugger's call is not the page's.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})", _RULES
    )
    return [
        f"{one['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
