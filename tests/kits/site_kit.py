"""Websites with drawn pictures and a portrait in the public domain: each picture in the files that its system makes."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from portraits import astronaut, hopper

SIZES = ((150, 150), (300, 0), (768, 0), (1024, 0), (600, 400), (400, 600), (100, 100))


@cache
def meadow(width: int = 1600, height: int = 1200, seed: int = 1) -> Image.Image:
    """A drawn ground with much in it, and nobody. Shared: copy it before you paint on it."""
    rng = np.random.default_rng(seed)
    picture = Image.new("RGB", (width, height), (112, 148, 78))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, width, height // 3), fill=(150, 190, 226))
    for _ in range(60):
        x, y = rng.uniform(0, width), rng.uniform(height * 0.25, height)
        across, down = rng.uniform(0.01, 0.3) * width, rng.uniform(0.005, 0.03) * height
        pen.rectangle((x, y, x + across, y + down), fill=tuple(int(value) for value in rng.integers(60, 190, 3)))
    return picture


# The middles of both faces in `class_photo`: left, top, right, bottom.
FACES = ((694, 519, 777, 618), (1066, 488, 1109, 547))


def marks(face: int) -> Image.Image:
    """Black, as large as `class_photo`, with the middle of one of its faces in white."""
    picture = Image.new("RGB", (1600, 1200))
    ImageDraw.Draw(picture).ellipse(FACES[face], fill=(255, 255, 255))
    return picture


@cache
def class_photo(seed: int = 1) -> Image.Image:
    """1600 by 1200: two people in a drawn meadow, near its middle. Shared."""
    picture = meadow(seed=seed).copy()
    picture.paste(hopper().resize((341, 400)), (560, 420))
    picture.paste(astronaut().resize((380, 380)), (920, 430))
    return picture


def sized(picture: Image.Image, width: int, height: int = 0) -> Image.Image:
    """Made smaller as content systems do: to a width, or cut out of the middle to both sides."""
    if not height:
        return picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
    factor = max(width / picture.width, height / picture.height)
    w, h = width / factor, height / factor
    left, top = (picture.width - w) / 2, (picture.height - h) / 2
    return picture.resize((width, height), Image.Resampling.LANCZOS, box=(left, top, left + w, top + h))


def save(picture: Image.Image, path: Path, **options: object) -> Path:
    """The picture in a file; folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    given = {"quality": 82} if path.suffix in (".jpg", ".webp", ".avif") else {}
    picture.save(path, **{**given, **options})
    return path


def wordpress(site: Path, photo: Image.Image | None = None) -> list[str]:
    """An upload in all that WordPress and its plugins make of it, an unrelated file with a fitting name, a page and an
    empty picture. photo: another one than `class_photo`. Returns the paths of the family."""
    month = site / "wp-content/uploads/2026/05"
    photo = photo or class_photo()
    written = [save(photo, month / "class.jpg"), save(photo.resize((1280, 960)), month / "class-scaled.jpg")]
    for size in SIZES:
        small = sized(photo, *size)
        written.append(save(small, month / f"class-{small.width}x{small.height}.jpg"))
    written.append(save(photo.transpose(Image.Transpose.ROTATE_270), month / "class-rotated.jpg"))
    written.append(save(photo.crop((200, 150, 1500, 1125)), month / "class-e1716200000000.jpg"))
    written.append(save(sized(photo, 300), month / "class-300x225.jpg.webp", format="WEBP"))
    written.append(
        save(sized(photo, 768), site / "wp-content/webp-express/webp-images/uploads/2026/05/class-768x576.jpg.webp")
    )
    written.append(save(photo, site / "wp-content/uploads/ShortpixelBackups/wp-content/uploads/2026/05/class.jpg"))
    save(meadow(seed=7).resize((500, 500)), month / "class-500x500.jpg")
    save(meadow(seed=9), month / "meadow.jpg")
    save(sized(meadow(seed=9), 300), month / "meadow-300x225.jpg")
    (site / "wp-config.php").write_text("<?php\n")
    at = "wp-content/uploads/2026/05"
    (site / "index.html").write_text(
        f'<img src="{at}/class-768x576.jpg" srcset="{at}/class-300x225.jpg 300w, /{at}/class-2048x1536.jpg 2048w">\n'
        f'<img src="https://cdn.example/{at}/gone.jpg"><img src="{at}/meadow.jpg">\n'
    )
    return below(site, written)


def spip(site: Path, photo: Image.Image | None = None) -> list[str]:
    """A document and its sizes, under names that hold real digests."""
    photo, source = photo or class_photo(seed=2), "IMG/jpg/sortie.jpg"
    written = [save(photo, site / source)]
    for size in ((400, 0), (150, 150), (800, 0)):
        small = sized(photo, *size)
        folder = f"L{small.width}xH{small.height}"
        digest = hashlib.md5(f"{source}-{folder}".encode(), usedforsecurity=False).hexdigest()[:5]
        written.append(save(small, site / f"local/cache-vignettes/{folder}/sortie-{digest}.jpg"))
    written.append(save(sized(photo, 500), site / "local/cache-gd2/0123456789abcdef0123456789abcdef.jpg"))
    (site / "spip.php").write_text("<?php\n")
    return below(site, written)


def hugo(site: Path, photo: Image.Image | None = None) -> list[str]:
    """A built page with resized pictures, and those in the folder of generated resources."""
    photo, page = photo or class_photo(seed=3), site / "public/posts/trip"
    name = "group_hu0123456789abcdef_51234_640x0_resize_q75_box.jpg"
    written = [save(photo, page / "group.jpg"), save(sized(photo, 640), page / name)]
    written.append(save(sized(photo, 640), site / "resources/_gen/images/posts/trip" / name))
    written.append(save(sized(photo, 320, 320), page / "group_hu_89abcdef01234567.webp"))
    return below(site, written)


def plain(site: Path, photo: Image.Image | None = None) -> list[str]:
    """Sizes in a folder of their own, doubled for fine screens, and one that no name betrays."""
    photo = photo or class_photo(seed=4)
    written = [save(photo, site / "photos/feast.jpg"), save(sized(photo, 240), site / "photos/thumbs/feast.jpg")]
    written.append(save(sized(photo, 800), site / "photos/feast@2x.jpg"))
    written.append(save(sized(photo, 900), site / "news/start.png"))
    return below(site, written)


def below(site: Path, paths: list[Path]) -> list[str]:
    """Paths below the website's folder, sorted."""
    return sorted(path.relative_to(site).as_posix() for path in paths)
