"""Judges one written file: its container, its pixels against the plan, and what a detector still sees."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np

from paravent.detect.base import PAINTED, Detector
from paravent.detect.upright import Page, Upright
from paravent.detect.views import eight_bits
from paravent.errors import Held
from paravent.formats import HEAD, named, recognise
from paravent.formats.copies import decode_copy
from paravent.formats.jpeg import dct
from paravent.formats.jpeg.blocks import block_masks, erase_blocks, inside_digest, outside_digest
from paravent.formats.jpeg.source import JpegSource
from paravent.formats.shared import icc
from paravent.formats.shared.sample_source import DecodedPage
from paravent.formats.shared.samples import digests
from paravent.i18n.texts import _, ngettext
from paravent.model.geometry import Region, to_stored
from paravent.model.limits import StillLimits
from paravent.model.plan import Close, Exact, PagePlan, Plan
from paravent.model.samples import DeepSamples
from paravent.redact.masks import Mask, union_mask
from paravent.stores.reading import read_once
from paravent.verify import bmp, gif, isobmff, jp2, jpeg, marks, png, tiff, webp
from paravent.verify.motion import Motion
from paravent.verify.paint import painted_share
from paravent.verify.tolerance import CELL_TOLERANCE, PICTURE_TOLERANCE, by_cell, cell_differences
from paravent.verify.verdict import Verdict


class _Check(Protocol):
    def __call__(self, data: bytes, *, orientation: int | None, profiles: tuple[bytes, ...]) -> object: ...


# The container readers by name of format; fuzz/targets.py takes them from here too.
CHECKS: dict[str, _Check] = {
    "JPEG": jpeg.check,
    "PNG": png.check,
    "WebP": webp.check,
    "GIF": gif.check,
    "TIFF": tiff.check,
    "BMP": bmp.check,
    "HEIC": isobmff.check_heic,
    "AVIF": isobmff.check_avif,
    "JP2": jp2.check,
}


def judge(data: bytes, plan: Plan, look: Callable[[int, Page], None] | None = None) -> None:
    """Judge a copy by its plan. Raises Held: "container", "wrong-size", "not-covered", "outside-changed", "damaged".

    look: is shown each page once that was judged, so that it need not be decoded a second time.
    """
    profiles = (icc.build(plan.profile),) if plan.profile else ()
    bare, _marks = marks.without_mark(data, plan.format, plan.mark)
    checked = CHECKS[plan.format](bare, orientation=plan.orientation, profiles=profiles)
    if isinstance(checked, jpeg.Frame) and isinstance(plan.pages[0].expected, Exact):
        _judge_exact(_coefficient_digests(data, checked, plan.pages[0]), plan.pages[0].expected)
        if look is not None:
            look(0, named(plan.format).open(data, StillLimits()).pages[0])
        return
    if isinstance(checked, Motion) and checked != Motion(plan.timing, plan.loop):
        raise Held("container", detail="other timing")
    pages = decode_copy(data, plan.format, StillLimits())
    for index, expected in enumerate(plan.pages):
        samples = next(pages, None)
        if samples is None or samples.shape[:2] != (expected.height, expected.width):
            raise Held("wrong-size")
        _judge_page(samples, expected)
        if look is not None:
            look(index, DecodedPage(samples, plan.orientation))
    if next(pages, None) is not None:
        raise Held("wrong-size")


def judge_file(path: Path, detector: Detector | None, regions: tuple[Region, ...] = ()) -> Verdict:
    """Judge any file from its bytes alone: its container and, with a detector, what that still sees; nothing more.

    regions: what is known to be painted over, upright pixels of the file; what the detector sees there is the paint.
    """
    try:
        data = read_once(path, StillLimits().file_bytes)
        form = recognise(data[:HEAD])
        if form is None or form.on_request:
            raise Held("unknown-format")
        problems, notes = _judge_container(data, form.name)
        faces = 0
        if detector is not None:
            pages = form.open(data, StillLimits()).pages
            faces = sum(_faces(page, i, detector, regions) for i, page in enumerate(pages))
    except Held as held:
        return Verdict(False, (str(held),))
    if faces:
        sentence = ngettext("our detector finds {count} face", "our detector finds {count} faces", faces)
        problems = (*problems, sentence.format(count=faces))
    return Verdict(False, problems) if problems else Verdict(True, (), (_("nothing found by these checks"), *notes))


def _judge_container(data: bytes, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Problems and notes: what a file of any tool holds that prepared copies do not, and the marks it carries."""
    try:
        bare, (asks, credits) = marks.without_mark(data, name, None)
        CHECKS[name](bare, orientation=None, profiles=tuple(icc.build(space) for space in icc.NAMES))
    except Held as held:
        detail = held.params.get("detail", held.code)
        return (_("it holds something that prepared copies do not hold ({detail})").format(detail=detail),), ()
    found = ((asks, _("it asks not to be used for data mining and AI")), (credits, _("it carries a copyright line")))
    return (), tuple(note for given, note in found if given)


def _faces(page: Page, index: int, detector: Detector, regions: tuple[Region, ...]) -> int:
    here = (region.shape for region in regions if region.page == index)
    shapes = tuple(to_stored(shape, page.orientation, page.width, page.height) for shape in here)
    cell = page.mcu if isinstance(page, JpegSource) else (1, 1)
    seen = detector.find(Upright(page))
    return sum(painted_share(found.outline or found.box, page, shapes, cell) < PAINTED for found in seen)


def _coefficient_digests(data: bytes, frame: jpeg.Frame, plan: PagePlan) -> Exact:
    # The entropy decoder is shared with the writer (docs/verification.md); the container was read by our own reader.
    if (frame.width, frame.height) != (plan.width, plan.height):
        raise Held("wrong-size")
    try:
        found = dct.read(data, frame.width, frame.height, frame.sampling)
    except ValueError:
        raise Held("damaged") from None
    masks = block_masks(found, plan.shapes)
    inside = inside_digest(found, masks)
    erase_blocks(found, masks)
    return Exact(inside=inside, outside=outside_digest(found))


def _judge_page(samples: DeepSamples, plan: PagePlan) -> None:
    mask = union_mask(plan.shapes, plan.width, plan.height)
    if isinstance(plan.expected, Exact):
        _judge_exact(digests(samples, mask), plan.expected)
    else:
        _judge_close(samples, mask, plan.expected)


def _judge_exact(found: Exact, expected: Exact) -> None:
    if found.inside != expected.inside:
        raise Held("not-covered")
    if found.outside != expected.outside:
        raise Held("outside-changed")


def _judge_close(samples: DeepSamples, mask: Mask, expected: Close) -> None:
    cells = cell_differences(eight_bits(samples), eight_bits(expected.samples))
    touched = by_cell(mask, np.any)
    if (cells[touched] > CELL_TOLERANCE).any():
        raise Held("not-covered")
    if (cells[~touched] > CELL_TOLERANCE).any() or cells.mean() > PICTURE_TOLERANCE:
        raise Held("outside-changed")
