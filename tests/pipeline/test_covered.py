"""What is looked at before a copy is encoded: it shows what the copy will show."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("pillow_heif")

from heic_kit import heic
from paravent.formats import named, recognise
from paravent.formats.base import Source, Writing
from paravent.model.geometry import Ellipse, Shape
from paravent.model.limits import StillLimits
from paravent.model.style import Style, Styles
from picture_kit import saved, scene

SHAPES: tuple[Shape, ...] = (Ellipse(60, 40, 22, 18, 0.3),)
WRITING = Writing(Styles(Style("solid", (200, 30, 90))))
FILES = {
    "JPEG": lambda: saved(scene("RGB", 160, 120), "JPEG", quality=92),
    "JPEG, turned": lambda: _turned(),
    "PNG": lambda: saved(scene("RGBA", 160, 120), "PNG"),
    "WebP": lambda: saved(scene("RGB", 160, 120), "WEBP", quality=92),
    "TIFF": lambda: saved(scene("RGB", 160, 120), "TIFF"),
    "HEIC": lambda: heic(scene("RGB", 160, 120)),
    "AVIF": lambda: saved(scene("RGB", 160, 120), "AVIF"),
}


def _turned() -> bytes:
    exif = Image.Exif()
    exif[0x112] = 6
    out = io.BytesIO()
    Image.fromarray(scene("RGB", 160, 120)).save(out, "JPEG", quality=92, exif=exif)
    return out.getvalue()


def _opened(data: bytes) -> Source:
    form = recognise(data[:64])
    assert form is not None
    return form.open(data, StillLimits())


@pytest.mark.parametrize("longest", [0, 100])
@pytest.mark.parametrize("name", FILES)
def test_covered_pages_look_like_the_copy(name: str, longest: int) -> None:
    source = _opened(FILES[name]())
    writing = Writing(WRITING.styles, max_size=longest)
    covered = source.covered([SHAPES], writing)
    (page,) = covered.pages
    seen = page.view(1000).astype(int)
    draft = covered.draft()
    assert draft.data == source.draft([SHAPES], writing).data
    assert covered.lossless == draft.lossless
    (copy,) = named(draft.plan.format).open(draft.data, StillLimits()).pages
    (plan,) = draft.plan.pages
    assert (page.width, page.height, page.orientation) == (copy.width, copy.height, copy.orientation)
    assert (page.shapes, page.cell) == (plan.shapes, plan.cell)
    assert np.abs(seen - copy.view(1000)).mean() < (3 if not draft.lossless else 0.001)


def test_pages_can_be_looked_at_in_any_order() -> None:
    frames = [scene("RGB", 60, 50), 255 - scene("RGB", 60, 50)]
    out = io.BytesIO()
    first, second = (Image.fromarray(frame) for frame in frames)
    first.save(out, "PNG", save_all=True, append_images=[second], duration=100)
    source = _opened(out.getvalue())
    covered = source.covered([SHAPES, ()], WRITING)
    looks = [covered.pages[index].view(60).copy() for index in (1, 0, 1, 0)]
    np.testing.assert_array_equal(looks[0], looks[2])
    np.testing.assert_array_equal(looks[1], looks[3])
    np.testing.assert_array_equal(looks[0], frames[1])
    assert covered.draft().data == source.draft([SHAPES, ()], WRITING).data
