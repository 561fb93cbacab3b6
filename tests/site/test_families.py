"""Which files are one picture: names propose, pixels decide."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

import site_kit
from paravent.model.geometry import Ellipse
from paravent.site.families import by_name
from paravent.site.placing import Base, fingerprint, similar
from paravent.site.registry import SYSTEMS, recognised


def together(*paths: str) -> bool:
    return len(by_name(paths)) == 1


@pytest.mark.parametrize(
    "paths",
    [
        ("uploads/2026/05/x.jpg", "uploads/2026/05/x-300x200.jpg"),
        ("uploads/2026/05/x.jpg", "uploads/2026/05/x-scaled.jpg"),
        ("uploads/2026/05/x.jpg", "uploads/2026/05/x-rotated-300x200.jpg"),
        ("uploads/2026/05/x.jpg", "uploads/2026/05/x-e1716200000000-150x150.jpg"),
        ("uploads/2026/05/x.jpg", "uploads/2026/05/cropped-x-192x192.png"),
        ("uploads/2026/05/x.jpg", "uploads/2026/05/x-300x200.jpg.webp"),
        ("uploads/2026/05/x.jpg", "wp-content/webp-express/webp-images/uploads/2026/05/x.jpg.webp"),
        ("wp-content/uploads/2026/05/x.jpg", "wp-content/uploads/ShortpixelBackups/wp-content/uploads/2026/05/x.jpg"),
        ("2026/05/x.jpg", "backup/2026/05/x.jpg"),
        ("sites/default/files/2026/x.jpg", "sites/default/files/styles/large/public/2026/x.jpg.webp"),
        ("fileadmin/a/x.jpg", "fileadmin/_processed_/1/f/csm_x_0123456789.jpg"),
        ("public/p/x.jpg", "resources/_gen/images/p/x_hu0123456789ab_1_9x9_fill.jpg"),
        ("a/x.jpg", "a/x@2x.jpg"),
        ("a/x.jpg", "a/thumbs/x_small.png"),
    ],
)
def test_names_that_belong_together(paths: tuple[str, str]):
    assert together(*paths)


@pytest.mark.parametrize(
    "paths",
    [
        ("uploads/2026/05/x.jpg", "uploads/2026/06/x-300x200.jpg"),
        ("uploads/2026/05/x.jpg", "uploads/2026/05/xy-300x200.jpg"),
        ("a/x.jpg", "b/x.jpg"),
        ("sites/default/files/a/x.jpg", "sites/default/files/styles/large/public/b/x.jpg"),
    ],
)
def test_names_that_do_not(paths: tuple[str, str]):
    assert not together(*paths)


def test_a_digest_of_spip_tells_one_source_from_another_of_its_name():
    right, wrong = "IMG/jpg/x.jpg", "IMG/png/x.png"
    digest = hashlib.md5(f"{right}-L40xH30".encode(), usedforsecurity=False).hexdigest()[:5]
    groups = by_name([right, wrong, f"local/cache-vignettes/L40xH30/x-{digest}.jpg"])
    assert sorted(map(len, groups)) == [1, 2]
    assert (wrong,) in groups


def test_every_system_that_says_what_remains_is_recognised():
    signs = ("wp-content/x", "local/cache-gd2/x", "files/styles/a/public/x.jpg", "a/_processed_/b", "resources/_gen/x")
    assert recognised(signs) == tuple(spec for spec in SYSTEMS if spec.remains)


def view(picture: Image.Image):
    return lambda longest: np.asarray(picture.reduce(max(1, max(picture.size) // longest)))


PHOTO = site_kit.class_photo()


def placed(other: Image.Image):
    return Base(view(PHOTO), PHOTO.size).place(view(other), other.size)


FACE = Ellipse(730.0, 560.0, 60.0, 80.0)


@pytest.mark.parametrize("width", [1024, 768, 300, 150, 96])
def test_a_smaller_size_is_placed(width: int):
    found = placed(site_kit.sized(PHOTO, width))
    assert found
    factor = width / PHOTO.width
    inside = found.in_picture(FACE)
    assert (inside.x, inside.rx) == pytest.approx((FACE.x * factor, FACE.rx * factor), abs=0.6)


@pytest.mark.parametrize("size", [(150, 150), (300, 300), (1200, 675), (400, 600)])
def test_a_cut_is_placed_to_a_pixel(size: tuple[int, int]):
    found = placed(site_kit.sized(PHOTO, *size))
    assert found
    factor = max(size[0] / PHOTO.width, size[1] / PHOTO.height)
    inside = found.in_picture(FACE)
    expected = ((FACE.x - 800) * factor + size[0] / 2, (FACE.y - 600) * factor + size[1] / 2)
    assert (inside.x, inside.y) == pytest.approx(expected, abs=1.2)
    back = found.in_base(inside)
    assert (back.x, back.y, back.rx, back.ry) == pytest.approx((FACE.x, FACE.y, FACE.rx, FACE.ry))


def test_a_free_cut_is_placed():
    found = placed(PHOTO.crop((200, 150, 1500, 1125)))
    assert found
    assert (found.x, found.y, found.w, found.h) == pytest.approx((200, 150, 1300, 975), abs=5)


@pytest.mark.parametrize("turned", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270])
def test_a_turned_picture_is_placed(turned: Image.Transpose):
    found = placed(PHOTO.transpose(turned).resize((600, 800) if turned != Image.Transpose.ROTATE_180 else (800, 600)))
    assert found
    marked = PHOTO.copy()
    marked.paste((255, 0, 255), (650, 480, 810, 640))
    turned_mark = np.asarray(marked.transpose(turned).resize(found.size))
    middle = found.in_picture(Ellipse(730.0, 560.0, 5.0, 5.0))
    assert tuple(turned_mark[int(middle.y), int(middle.x)]) == (255, 0, 255)


def test_a_mirrored_picture_is_placed():
    found = placed(ImageOps.mirror(PHOTO).resize((800, 600)))
    assert found
    assert found.in_picture(FACE).x == pytest.approx((1600 - FACE.x) / 2, abs=1)


def test_another_picture_is_not_placed():
    assert placed(site_kit.meadow(seed=7).resize((500, 500))) is None
    assert placed(site_kit.meadow(seed=7)) is None
    assert placed(Image.new("RGB", (300, 225), (200, 200, 200))) is None


def test_alike_as_wholes():
    pictures = [PHOTO, site_kit.sized(PHOTO, 400), site_kit.meadow(seed=7), Image.new("RGB", (90, 90))]
    prints = [fingerprint(view(one)) for one in pictures]
    assert list(similar(prints, [one.size for one in pictures])) == [(0, 1)]


def test_the_kit_draws_what_its_system_makes(tmp_path: Path):
    paths = site_kit.spip(tmp_path)
    gd2 = [path for path in paths if "gd2" in path]
    assert sorted(map(len, by_name(paths))) == [len(gd2), len(paths) - len(gd2)]


def test_a_small_cut_of_what_is_full_of_detail_is_placed():
    rng = np.random.default_rng(5)
    detail = rng.integers(-90, 90, (600, 800, 1)).repeat(2, axis=0).repeat(2, axis=1)
    picture = Image.fromarray(np.clip(np.asarray(PHOTO, np.int16) + detail, 0, 255).astype(np.uint8))
    small = site_kit.sized(picture, 150, 150)
    found = Base(view(picture), picture.size).place(view(small), small.size)
    assert found
    assert (found.x, found.y, found.w) == pytest.approx((200, 0, 1200), abs=5)
