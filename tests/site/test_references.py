"""Texts of a website name pictures that its folder does not hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from paravent.site.references import Missing, missing
from paravent.site.roles import role_of
from paravent.stores.files import FilesLocation


def lacking(site: Path) -> list[Missing]:
    source = FilesLocation.named([site]).open()
    return missing(list(source.walk()), source)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    for name in ("img/here.jpg", "img/with space.jpg", "wp-content/uploads/2026/05/x.jpg"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(b"x")
    (site / "pages").mkdir()
    return site


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pages/a.html", '<img src="../img/here.jpg"><img src="/img/with%20space.jpg?v=2">'),
        ("pages/a.html", '<img srcset="../img/here.jpg 1x, ../img/here.jpg 2x">'),
        ("a.css", "body { background: url(img/here.jpg) } i { background: url('/img/here.jpg') }"),
        ("feed.json", '{"image": "https:\\/\\/club.example\\/wp-content\\/uploads\\/2026\\/05\\/x.jpg"}'),
        ("sitemap.xml", "<image:loc>https://club.example/img/here.jpg</image:loc>"),
        ("a.html", "no name: .jpg, and x.jpgs"),
    ],
)
def test_what_is_there_is_not_listed(site: Path, name: str, text: str):
    (site / name).write_text(text)
    assert lacking(site) == []


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("pages/a.html", '<img src="../img/gone.jpg">', ("../img/gone.jpg", "")),
        ("a.html", '<img srcset="img/here.jpg 1x, img/gone@2x.webp 2x">', ("img/gone@2x.webp", "")),
        ("a.css", "body { background: url(img/gone.PNG) }", ("img/gone.PNG", "")),
        ("feed.json", '{"i": "https:\\/\\/cdn.example\\/y.avif"}', ("https://cdn.example/y.avif", "cdn.example")),
        (
            "sitemap.xml",
            "<loc>https://club.example/b/gone.mp4</loc>",
            ("https://club.example/b/gone.mp4", "club.example"),
        ),
        ("a.html", '<img src="//a\u2100b.example/x.jpg">', ("//a\u2100b.example/x.jpg", "")),
    ],
)
def test_what_is_not_there_is_listed_once(site: Path, name: str, text: str, found: tuple[str, str]):
    (site / name).write_text(text + text, encoding="utf-8")
    assert lacking(site) == [Missing(found[0], name, found[1])]


def test_a_page_of_nothing_but_names_takes_no_time(site: Path):
    (site / "long.html").write_text("a" * 300_000 + "." + "jpg" * 300_000)
    lacking(site)


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("u/x.jpg", "behind-scaled"),
        ("u/x-scaled.jpg", ""),
        ("u/x.jpg.webp", "twin"),
        ("u/x.avif", "twin"),
        ("u/y.webp", ""),
        ("u/x@2x.jpg", "fine-screen"),
        ("u/ShortpixelBackups/x.jpg", "backup"),
        ("u/backup/x.jpg", "backup"),
    ],
)
def test_files_that_are_easily_forgotten(path: str, role: str):
    assert role_of(path, {path, "u/x.jpg", "u/x-scaled.jpg"}) == role
