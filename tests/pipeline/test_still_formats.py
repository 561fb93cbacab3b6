"""Whole files through the pipeline, in the formats of several pictures and of more than 8 bits."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paravent.detect.base import PAINTED, Covering
from paravent.detect.faces.centerface import CERTAIN
from paravent.detect.upright import Upright
from paravent.engine.judging import opened_pages
from paravent.formats import recognise
from paravent.formats.base import Source, Writing
from paravent.formats.jpeg.spec import JPEG
from paravent.model.geometry import Box, Shape, overlap
from paravent.model.job import Job
from paravent.model.limits import StillLimits
from paravent.model.policy import PRESETS
from paravent.model.report import Status
from paravent.pipeline import still as pipeline
from paravent.redact.masks import covered_share
from paravent.verify import compare, judge
from paravent.verify.jpeg import check
from picture_kit import scene
from png_kit import deep_png
from tiff_kit import tiff


def _frames(image: Image.Image) -> list[Image.Image]:
    """The picture, and then without any face."""
    return [image, Image.new("RGB", image.size, (120, 140, 110)), image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)]


def _by_pillow(kind: str, *, moving: bool = False, **options: object) -> Callable[[Image.Image], bytes]:
    def made(image: Image.Image) -> bytes:
        first, *rest = _frames(image)
        buffer = io.BytesIO()
        more = {"save_all": True, "append_images": rest} if moving else {}
        first.save(buffer, kind, **more, **options)
        return buffer.getvalue()

    return made


def _deep(image: Image.Image) -> np.ndarray:
    return np.asarray(image).astype(np.uint16) * 257


def _beside_paint(shapes: tuple[Shape, ...], box: Box) -> bool:
    return 0 < covered_share(box, shapes) < PAINTED


_KINDS: dict[str, Callable[[Image.Image], bytes]] = {
    "still.gif": _by_pillow("GIF"),
    "moving.gif": _by_pillow("GIF", moving=True, duration=[100, 200, 300], loop=0),
    "moving.png": _by_pillow("PNG", moving=True, duration=[100, 200, 300], loop=2),
    "moving.webp": _by_pillow("WEBP", moving=True, duration=[100, 200, 300], lossless=True),
    "lossy.webp": _by_pillow("WEBP", moving=True, duration=[100, 200, 300], quality=90),
    "deep.png": lambda image: deep_png(_deep(image)),
    "pages.tif": lambda image: tiff([np.asarray(page) for page in _frames(image)]),
    "deep.tif": lambda image: tiff([_deep(image)], ">"),
    "picture.bmp": _by_pillow("BMP"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", _KINDS)
def test_faces_are_covered_on_every_page(tools, portrait, tmp_path, name) -> None:
    image = portrait.resize((600, 350))
    (tmp_path / "out").mkdir()
    path = tmp_path / name
    path.write_bytes(_KINDS[name](image))
    job = Job(
        identity=str(path),
        relative=name,
        policy=PRESETS["family"],
        recipe="recipe",
        output=str(tmp_path / "out"),
        destination=name,
    )
    outcome = pipeline.protect(job, tools)
    assert outcome.report.status is Status.PREPARED, outcome.report
    before, after = _source(path), _source(tmp_path / "out" / name)
    assert len(before.pages) == len(after.pages)
    assert before.moving == after.moving == name.startswith(("moving", "lossy"))
    for i, page in enumerate(after.pages):
        shapes = tuple(region.shape for region in outcome.regions if region.page == i)
        faces = tools.detectors.look(Upright(before.pages[i]))
        known = Covering(Upright(before.pages[i]), tuple(faces), partial(_beside_paint, shapes))
        again = tools.detectors.look_again(Upright(page), covering=known)
        seen = [one for one in again if any(overlap(one.box, face.box) for face in faces)]
        assert all(found.score < CERTAIN or covered_share(found.box, shapes) >= PAINTED for found in seen)
        assert all(covered_share(face.box, shapes) > 0.9 for face in faces)
        assert not before.moving or bool(shapes) == bool(faces)  # nothing stays where nobody is
    assert outcome.report.faces > 0
    assert compare((tmp_path / "out" / name).read_bytes(), path.read_bytes(), outcome.regions, opened_pages).ok


def _source(path: Path) -> Source:
    data = path.read_bytes()
    form = recognise(data[:64])
    assert form is not None
    return form.open(data, StillLimits())


def test_only_the_first_picture_of_an_mpo_is_written() -> None:
    first, second = Image.fromarray(scene("RGB", 64, 48)), Image.fromarray(scene("RGB", 64, 48, seed=9))
    buffer = io.BytesIO()
    second.save(buffer, "JPEG", comment=b"QUOKKA-4711")
    hidden = buffer.getvalue()
    buffer = io.BytesIO()
    first.save(buffer, "MPO", save_all=True, append_images=[second], comment=b"QUOKKA-4711")
    data = buffer.getvalue() + hidden
    assert Image.open(io.BytesIO(data)).n_frames == 2
    draft = JPEG.open(data, StillLimits()).draft(((),), Writing())
    judge(draft.data, draft.plan)
    check(draft.data, orientation=1, profiles=())
    assert draft.data.count(b"\xff\xd8\xff") == 1
    for trace in (b"MPF", b"QUOKKA"):
        assert trace not in draft.data
    plain = io.BytesIO()
    first.save(plain, "JPEG")
    shown = np.asarray(Image.open(io.BytesIO(draft.data)))
    np.testing.assert_array_equal(shown, np.asarray(Image.open(io.BytesIO(plain.getvalue()))))
