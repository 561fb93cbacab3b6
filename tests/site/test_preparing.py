"""`paravent site`: every file of a picture is covered where any shows a face; names, sizes and formats stay."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import site_kit
from cli_kit import run
from paravent.model.geometry import Ellipse, Region
from paravent.site.covering import Places
from paravent.site.families import Family
from paravent.site.placing import Placement, itself

pytestmark = pytest.mark.usefixtures("apart")
Builder = Callable[..., list[str]]


def grey(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path).convert("L"), np.float32)


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def shape_of(path: Path) -> tuple[object, ...]:
    with Image.open(path) as picture:
        return picture.format, picture.size, picture.mode


def prepared(site: Path, *options: object) -> int:
    return run("site", site, "-o", "ready", "--mine", "--quiet", *options)


@pytest.mark.slow
@pytest.mark.parametrize("build", [site_kit.wordpress, site_kit.spip, site_kit.hugo, site_kit.plain])
def test_every_file_is_covered_where_any_shows_a_face(tmp_path: Path, build: Builder):
    site, ready = tmp_path / "site", tmp_path / "ready"
    family = build(site)
    for face in (0, 1):
        build(tmp_path / f"face-{face}", site_kit.marks(face))
    old = time.time() - 90_000
    for path in site.rglob("*"):
        os.utime(path, (old, old))
    before = snapshot(site)
    assert prepared(site) == 0
    assert snapshot(site) == before
    for path in family:
        assert shape_of(ready / path) == shape_of(site / path)
        assert (ready / path).stat().st_mtime > old + 80_000
        changed = np.abs(grey(ready / path) - grey(site / path))
        for face in (0, 1):
            shown = grey(tmp_path / f"face-{face}" / path) > 160
            if shown.any():
                # What is left of a face's light and dark, once the veil's slopes are as unlike it as another picture.
                assert changed[shown].mean() > 12, (path, face)
        assert (changed > 24).mean() < 0.4, path
    others = {path.relative_to(ready).as_posix() for path in ready.rglob("*") if path.is_file()} - set(family)
    assert others == set()


def test_a_face_that_only_one_file_shows_is_covered_in_all():
    small = Placement(1, 100.0, 0.0, 800.0, 800.0, (1000, 800), (200, 200))
    places = Places(Family("large.jpg", {"large.jpg": itself((1000, 800)), "small.jpg": small}))
    assert not places.any
    assert places.add("small.jpg", [Region(Ellipse(50, 50, 10, 12), doubtful=True)])
    assert not places.add("large.jpg", [Region(Ellipse(300, 200, 30, 40))])  # the same face, seen more sharply
    (there,) = places.decision("large.jpg").regions
    assert there.shape == Ellipse(300, 200, 41.5, 49.5)
    assert places.add("large.jpg", [Region(Ellipse(40, 300, 30, 40))])  # beside the cut
    assert len(places.decision("large.jpg").regions) == 2
    assert len(places.decision("small.jpg").regions) == 1


def test_what_does_not_change_is_not_written_and_what_tells_is(tmp_path: Path):
    site = tmp_path / "site"
    site_kit.save(Image.new("RGB", (320, 240), (90, 140, 60)), site / "a/plain.jpg")
    exif = Image.Exif()
    exif[0x0110] = "Camera"
    site_kit.save(Image.new("RGB", (320, 240), (90, 140, 160)), site / "a/telling.jpg", exif=exif)
    assert prepared(site) == 0
    assert [path.name for path in (tmp_path / "ready").rglob("*.jpg")] == ["telling.jpg"]
    assert b"Camera" not in (tmp_path / "ready/a/telling.jpg").read_bytes()


def test_names_stay_to_the_byte(tmp_path: Path):
    site = tmp_path / "site"
    names = (
        ["Fête d'été (2).JPG", "ends with jpg.png", "x?y&z.jpg", "%20.jpg"]
        if os.name == "posix"
        else ["Fête d'été (2).JPG"]
    )
    exif = Image.Exif()
    exif[0x0110] = "Camera"
    for name in names:
        site_kit.save(Image.new("RGB", (64, 48), (90, 140, 60)), site / name, format="JPEG", exif=exif)
    assert prepared(site) == 0
    assert sorted(path.name for path in (tmp_path / "ready").iterdir()) == sorted(names)


def test_a_file_that_cannot_be_prepared_is_said_and_ends_it_with_3(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    site = tmp_path / "site"
    data = site_kit.save(site_kit.class_photo(), site / "photos/feast.jpg").read_bytes()
    (site / "photos/feast-800x600.jpg").write_bytes(data[: len(data) // 2])
    assert prepared(site, "--manifest", "list.json") == 3
    assert "feast-800x600.jpg" in capfd.readouterr().out
    files = {one["path"]: one for one in json.loads((tmp_path / "list.json").read_text())["files"]}
    assert not files["photos/feast-800x600.jpg"]["upload"]
    assert files["photos/feast.jpg"]["upload"]


def test_an_untouched_file_of_a_covered_picture_is_an_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    site, ready = tmp_path / "site", tmp_path / "ready"
    family = site_kit.plain(site)
    (ready / "photos").mkdir(parents=True)
    Image.new("RGB", (9, 9)).save(ready / "photos/feast.jpg")  # somebody else's: no copy may replace it
    assert run("site", site, "-o", ready, "--mine", "--manifest", "list.json") == 3
    said = capfd.readouterr().out
    assert "1 file still shows what is covered in others of the same picture" in said
    files = {one["path"]: one for one in json.loads((tmp_path / "list.json").read_text())["files"]}
    assert [path for path in family if files[path]["open"]] == ["photos/feast.jpg"]
    assert {files[path]["family"] for path in family} == {"photos/feast.jpg"}


@pytest.mark.parametrize("address", ["https://club.example/", "http://club.example", "ftp://club.example/x"])
def test_an_address_is_refused(address: str, capfd: pytest.CaptureFixture[str]):
    assert run("site", address, "-o", "ready") == 2
    assert "an address is never opened" in capfd.readouterr().err


@pytest.mark.parametrize("plant", ["hts-cache/new.txt", "page.html"])
def test_what_a_program_saved_from_the_web_is_refused(tmp_path: Path, plant: str, capfd: pytest.CaptureFixture[str]):
    site = tmp_path / "site"
    site_kit.save(Image.new("RGB", (64, 48)), site / "x.jpg")
    (site / plant).parent.mkdir(exist_ok=True)
    (site / plant).write_text("<!-- saved from url=(0021)https://club.example/ -->")
    assert prepared(site) == 2
    assert "saved this from the web" in capfd.readouterr().err
    assert not list((tmp_path / "ready").rglob("*.jpg"))


def test_the_copies_hold_pictures_and_nothing_else(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    site = tmp_path / "site"
    site_kit.plain(site)
    for place in ("ready/list.json", "site/list.json", "list.txt"):
        (tmp_path / "ready").mkdir(exist_ok=True)
        assert prepared(site, "--manifest", place) == 2
    capfd.readouterr()
    (tmp_path / "list.json").write_text("{}")
    assert prepared(site, "--manifest", "list.json") == 2
    assert "is no manifest of Paravent" in capfd.readouterr().err
