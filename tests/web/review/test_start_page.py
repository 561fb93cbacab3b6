"""Beginning, as people do it: with a folder that is dropped, typed or picked, and with what is not installed yet."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

import draw_scenes
from page_kit import paged, violations
from web_kit import Server, serving

pytestmark = pytest.mark.browser

NAMES = ("IMG_2041.JPG", "IMG_2042.JPG", "IMG_2043.JPG")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures where people keep them."""
    folder = tmp_path_factory.mktemp("start")
    for picture in draw_scenes.ALBUM:
        if picture.name in NAMES:
            draw_scenes.write(picture, folder / "home" / "Pictures" / "Zoo", (640, 480))
    (folder / "home" / "Pictures" / "Zoo" / "notes.txt").write_text("no picture")
    return folder


@pytest.fixture(scope="module")
def zoo(home: Path) -> Path:
    return home / "home" / "Pictures" / "Zoo"


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    with serving(home, entered=False) as running:
        yield running


def drop(page: Page, *paths: Path) -> None:
    """As a file manager does it."""
    box = page.locator(".drop").bounding_box()
    assert box is not None
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        place = {"x": box["x"] + 40, "y": box["y"] + 20}
        session.send("Input.dispatchDragEvent", {"type": kind, "data": data, **place})
        page.wait_for_timeout(50)


def test_a_dropped_folder_is_found_and_nothing_of_it_is_copied(browser: Browser, server: Server, zoo: Path) -> None:
    before = everything(server.home)
    with paged(browser, server) as page:
        drop(page, zoo)
        expect(page.get_by_role("status").get_by_text(str(zoo))).to_be_visible()
        expect(page.locator(".chosen .previews img")).to_have_count(3)
        assert violations(page) == []
    assert {path for path in everything(server.home) - before if path.suffix.lower() in (".jpg", ".png")} == set()


def everything(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_dropped_files_alone_are_opened(browser: Browser, server: Server, zoo: Path, tmp_path: Path) -> None:
    with paged(browser, server) as page:
        drop(page, zoo / NAMES[0], zoo / NAMES[2])
        expect(page.get_by_label("Only the 2 files that were dropped")).to_be_checked()
        expect(page.locator(".chosen .previews img")).to_have_count(2)
        page.get_by_label("3. Where do the copies go?", exact=True).fill(str(tmp_path / "ready"))
        page.get_by_label("Copies for a private audience go to", exact=True).fill(str(tmp_path / "private"))
        page.get_by_role("button", name="Show me the pictures").click()
        expect(page.locator(".cell")).not_to_have_count(0)
        assert {item["name"] for item in told(page)["items"]} == {NAMES[0], NAMES[2]}


def told(page: Page) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = page.evaluate(
        "() => fetch('/api/wall?start=0&count=60', {headers: {'x-paravent-key': localStorage['paravent-key']}})"
        ".then(answer => answer.json())"
    )
    return found


def test_what_lies_nowhere_is_said(browser: Browser, server: Server, tmp_path: Path) -> None:
    (tmp_path / "Elsewhere").mkdir()
    Image.new("RGB", (40, 30)).save(tmp_path / "Elsewhere" / "a.png")
    with paged(browser, server) as page:
        drop(page, tmp_path / "Elsewhere")
        expect(page.get_by_role("alert").get_by_text("“Elsewhere” was not found")).to_be_visible()


def test_a_path_and_choices_make_the_copies(browser: Browser, home: Path, zoo: Path, tmp_path: Path) -> None:
    with serving(home, entered=False) as server, paged(browser, server) as page:
        page.get_by_label("Or its path").fill(zoo.as_uri())
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").get_by_text(str(zoo))).to_be_visible()
        page.get_by_text("How the copies are made").click()
        expect(page.get_by_label("Neutral names")).to_be_checked()
        page.get_by_label("Names kept exactly").check()
        page.get_by_label("At most 1,200 pixels").check()
        page.get_by_label("One colour").check()
        expect(page.locator(".how summary")).to_contain_text(
            "one colour · names kept exactly · at most 1,200 pixels · no sound"
        )
        assert violations(page) == []
        page.get_by_label("3. Where do the copies go?", exact=True).fill(str(tmp_path / "site"))
        page.get_by_label("Copies for a private audience go to", exact=True).fill(str(tmp_path / "private"))
        page.get_by_role("button", name="Show me the pictures").click()
        page.locator(".cell", has_text="IMG_2042.JPG").first.click()
        page.get_by_role("button", name="Accept").click()
        page.get_by_role("button", name="I have thought about it").click()
        page.wait_for_function("() => !document.querySelector('dialog[open]')")
        page.evaluate("location.hash = ''")
        expect(page.locator(".cell.ready")).to_have_count(1)
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["IMG_2042.JPG"]
    # Opened again, the folder keeps what was chosen, and where its copies went.
    with serving(home, entered=False) as again, paged(browser, again) as page:
        page.get_by_role("button", name="Zoo").click()
        expect(page.locator(".cell.ready")).to_have_count(1)
        expect(page.get_by_text(f"Copies go to {tmp_path / 'site'}")).to_be_visible()


def test_a_folder_is_picked_by_what_lies_in_it(browser: Browser, server: Server, zoo: Path) -> None:
    with paged(browser, server, locale="fr-FR") as page:
        page.get_by_role("button", name="Choisir un dossier …").first.click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Chemin du dossier").fill(str(zoo))
        page.keyboard.press("Enter")
        expect(dialog.locator(".previews img")).to_have_count(3)
        assert violations(page) == []
        dialog.get_by_role("button", name="Utiliser ce dossier").click()
        expect(page.get_by_label("3. Où vont les copies ?", exact=True)).to_have_value(f"{zoo}-copies")
        expect(page.get_by_label("Les copies pour un cercle privé vont dans", exact=True)).to_have_value(
            f"{zoo}-cercle-privé"
        )


def wheel(folder: Path, name: str, module: str) -> None:
    """A package that holds one empty module."""
    info = f"{name}-99.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-99.0-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{module}.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 99.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")


def test_one_button_installs_what_is_missing(
    browser: Browser, home: Path, zoo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheels, target = tmp_path / "wheels", tmp_path / "target"
    wheels.mkdir()
    target.mkdir()
    wheel(wheels, "zxing_cpp", "zxingcpp_installed")
    wheel(wheels, "opencv_python_headless", "cv2_installed")  # which codes needed in earlier versions
    for name, value in {"NO_INDEX": "1", "FIND_LINKS": str(wheels), "TARGET": str(target)}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    with serving(home, "--hide", "zxingcpp", entered=False, beside=[target]) as server, paged(browser, server) as page:
        page.get_by_label("Or its path").fill(str(zoo))
        page.keyboard.press("Enter")
        page.get_by_label("A school or a club").check()
        offer = page.get_by_role("region", name="Something is to be installed first")
        expect(offer).to_contain_text("It is missing: finding codes.")
        expect(page.get_by_role("button", name="Show me the pictures")).to_be_disabled()
        assert "pip" not in page.locator("main").inner_text()
        assert violations(page) == []
        offer.get_by_role("button", name="Install it (about").click()
        expect(offer).to_have_count(0)
        expect(page.get_by_role("button", name="Show me the pictures")).to_be_enabled()
    assert (target / "zxingcpp_installed.py").is_file()


def test_what_could_not_be_installed_is_said(
    browser: Browser, home: Path, zoo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"NO_INDEX": "1", "TARGET": str(tmp_path)}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    with serving(home, "--hide", "zxingcpp", entered=False) as server, paged(browser, server) as page:
        page.get_by_label("A school or a club").check()
        page.get_by_role("button", name="Install it (about").click()
        expect(page.get_by_role("alert")).to_contain_text("connect to the network and try again")


def test_the_phone_holds_it_all(browser: Browser, server: Server) -> None:
    with paged(browser, server, locale="fr-FR", viewport={"width": 360, "height": 740}, has_touch=True) as page:
        page.get_by_text("Comment sont faites les copies").tap()
        expect(page.get_by_label("Noms gardés tels quels")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert violations(page) == []
