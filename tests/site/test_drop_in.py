"""Copies take the place of a website's files: in a browser its pages look the same but for what is covered."""

from __future__ import annotations

import functools
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser

import site_kit
from cli_kit import run
from page_kit import browsing

_PLACES = """() => [...document.images].map(image => {
    const box = image.getBoundingClientRect();
    return [image.currentSrc.replace(/.*:[0-9]+/, ""), image.naturalWidth, image.naturalHeight,
        Math.floor(box.x), Math.floor(box.y), Math.ceil(box.width), Math.ceil(box.height)];
})"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        del format, args


@contextmanager
def served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def seen(browser: Browser, folder: Path) -> tuple[list[list[object]], np.ndarray]:
    """Pictures of a page as a browser lays them out, and what it shows."""
    failed: list[str] = []
    with served(folder) as address:
        page = browser.new_page(viewport={"width": 1000, "height": 700}, device_scale_factor=1)
        page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
        page.goto(address, wait_until="load")
        places = page.evaluate(_PLACES)
        shot = page.screenshot(full_page=True)
        page.close()
    assert [url for url in failed if not url.endswith("favicon.ico")] == []
    return places, np.asarray(Image.open(BytesIO(shot)).convert("RGB"), np.int16)


@pytest.mark.browser
@pytest.mark.slow
def test_pages_look_the_same_but_for_the_coverings(apart: Path):
    site = apart / "site"
    family = site_kit.wordpress(site)
    rows = "\n".join(f'<p>{path}<br><img src="/{path}" style="max-width: 500px"></p>' for path in family)
    srcset = "wp-content/uploads/2026/05/class-300x225.jpg 300w, wp-content/uploads/2026/05/class-768x576.jpg 768w"
    (site / "index.html").write_text(f'<h1>Club</h1><img srcset="{srcset}" sizes="400px">{rows}')
    assert run("site", site, "-o", "ready", "--mine", "--quiet") == 0
    later = apart / "later"
    shutil.copytree(site, later)
    shutil.copytree(apart / "ready", later, dirs_exist_ok=True)
    with browsing() as browser:
        before, shown = seen(browser, site)
        after, shown_after = seen(browser, later)
    assert before == after
    assert len(before) == len(family) + 1
    changed = np.abs(shown - shown_after).max(axis=2)
    beside = np.ones(changed.shape, bool)
    for _source, _width, _height, x, y, width, height in before:
        place = np.s_[y : y + height, x : x + width]
        beside[place] = False
        assert (changed[place] > 24).mean() < 0.4, _source  # covered in part
        assert changed[place].max() > 24, _source
    assert not changed[beside].any()
