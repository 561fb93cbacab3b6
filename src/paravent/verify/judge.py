"""Judges one written file: its container, its pixels against the plan, and what a detector still sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from paravent.detect.base import PAINTED, Detections, Detector
from paravent.detect.looking import in_every_rendering, joined
from paravent.detect.upright import Page, Upright
from paravent.errors import Held
from paravent.i18n.texts import _
from paravent.model.geometry import Region, to_stored
from paravent.model.limits import StillLimits
from paravent.model.plan import Close, Exact, PagePlan, Plan
from paravent.model.samples import DeepSamples, eight_bits
from paravent.verify import bmp, digests, gif, isobmff, jp2, jpeg, jpeg_content, marks, png, profiles, tiff, webp
from paravent.verify.coverings import Seen, is_covered
from paravent.verify.decoding import coefficients, decode, decode_copy
from paravent.verify.decoding.channels import erase_transparent
from paravent.verify.masks import Mask, painted
from paravent.verify.motion import Motion
from paravent.verify.offered import Check, checks
from paravent.verify.pages import DecodedPage, JpegPage, Opener
from paravent.verify.paint import painted_share
from paravent.verify.signatures import format_of, stated_orientation
from paravent.verify.tolerance import CELL_TOLERANCE, PICTURE_TOLERANCE, by_cell, cell_differences
from paravent.verify.verdict import Verdict

# The container readers by name of format; fuzz/targets.py takes them from here too.
CHECKS: dict[str, Check] = {
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


def _check(name: str) -> Check:
    return CHECKS[name] if name in CHECKS else checks()[name].check


def judge(data: bytes, plan: Plan, look: Callable[[int, Page], None] | None = None) -> None:
    """Judge a copy by its plan. Raises Held: "container", "wrong-size", "not-covered", "outside-changed", "damaged".

    look: is shown each page once that was judged, so that it need not be decoded a second time.
    """
    bare, _marks = marks.without_mark(data, plan.format, plan.mark)
    checked = _check(plan.format)(bare, orientation=plan.orientation, profiles=profiles.planned(plan.profile))
    if isinstance(checked, jpeg.Frame) and isinstance(plan.pages[0].expected, Exact):
        _judge_exact(_coefficient_digests(bare, checked, plan.pages[0]), plan.pages[0].expected)
        if look is not None:
            look(0, JpegPage(data, checked.width, checked.height, plan.orientation))
        return
    if isinstance(checked, jpeg.Frame) and coefficients.available():
        jpeg_content.check(bare, checked, encoded=True)
    if isinstance(checked, Motion) and checked != Motion(plan.timing, plan.loop):
        raise Held("container", detail="other timing")
    pages = decode(data, plan.format, StillLimits())
    for index, expected in enumerate(plan.pages):
        samples = next(pages, None)
        if samples is None or samples.shape[:2] != (expected.height, expected.width):
            raise Held("wrong-size")
        _judge_page(samples, expected)
        if look is not None:
            look(index, DecodedPage(samples, plan.orientation))
    if next(pages, None) is not None:
        raise Held("wrong-size")


def judge_file(
    data: bytes,
    detector: Detector | None,
    opened: Opener,
    regions: tuple[Region, ...] = (),
    *,
    unchanged: bool = False,
) -> Verdict:
    """Judge any still from its bytes alone: its container and, with a detector, what that still sees; nothing more.

    opened: shows a file that is none of ours, which verification itself cannot read. regions: what is known to be painted
    over, upright pixels of the file; what the detector sees there is the paint. unchanged: it is, to the byte, a copy that
    was verified when it was written. It was looked at then, when it was known what is doubt that was settled and who may
    stay visible, and is not looked at again.
    """
    try:
        name = format_of(data)
        if not name:
            return Verdict(False, (_("neither a picture nor a film that Paravent knows; it has no place among copies"),))
        problems, notes, checked = _judge_container(data, name)
        seen = Seen()
        if detector is not None and not unchanged:
            pages = opened(data) if problems else _pages(data, name, checked)
            cell = checked.mcu if isinstance(checked, jpeg.Frame) else (1, 1)
            for i, page in enumerate(pages):
                _look(page, i, detector, regions, cell, seen)
    except Held as held:
        return Verdict(False, (str(held),))
    if problems := (*problems, *seen.problems):
        return Verdict(False, problems, seen.notes)
    since = (_("it is unchanged since it was verified, when it was written"),) if unchanged else ()
    return Verdict(True, (), (_("nothing found by these checks"), *since, *seen.notes, *notes))


def _judge_container(data: bytes, name: str) -> tuple[tuple[str, ...], tuple[str, ...], object]:
    """Problems and notes: what a file of any tool holds that prepared copies do not, and the marks it carries; and what the
    check of the format gave."""
    try:
        bare, (asks, credits) = marks.without_mark(data, name, None)
        checked = _check(name)(bare, orientation=None, profiles=profiles.ALL)
        if isinstance(checked, jpeg.Frame) and coefficients.available() and checked.is_whole:
            jpeg_content.check(bare, checked, encoded=True)
    except Held as held:
        detail = held.params.get("detail", held.code)
        return (_("it holds something that prepared copies do not hold ({detail})").format(detail=detail),), (), None
    found = ((asks, _("it asks not to be used for data mining and AI")), (credits, _("it carries a copyright line")))
    return (), tuple(note for given, note in found if given), checked


def _pages(data: bytes, name: str, checked: object) -> Iterator[Page]:
    """The pictures of a file of the permitted form, as they are."""
    orientation = stated_orientation(data, name)
    if isinstance(checked, jpeg.Frame) and len(checked.components) < 4:
        yield JpegPage(data, checked.width, checked.height, orientation)
        return
    for samples in decode_copy(data, name, StillLimits()):
        yield DecodedPage(samples, orientation)


def _look(
    page: Page, index: int, detector: Detector, regions: tuple[Region, ...], cell: tuple[int, int], seen: Seen
) -> None:
    """Count what the detector sees in a page and the regions do not explain."""
    here = (region.shape for region in regions if region.page == index)
    shapes = tuple(to_stored(shape, page.orientation, page.width, page.height) for shape in here)
    covered: Detections = []

    def look(picture: Upright) -> Detections:
        """What is no covering as it is shown here: an even place may be a face in what lies behind it."""
        nonlocal covered
        found = [
            one for one in detector.find(picture) if painted_share(one.outline or one.box, page, shapes, cell) < PAINTED
        ]
        coverings = [one for one in found if is_covered(picture.view(max(picture.width, picture.height)), one.box)]
        covered = joined(covered, coverings)
        return [one for one in found if one not in coverings]

    for _face in in_every_rendering(page, look):
        seen.add(covered=False)
    for _covering in covered:
        seen.add(covered=True)


def _coefficient_digests(data: bytes, frame: jpeg.Frame, plan: PagePlan) -> Exact:
    # The entropy decoder is shared with the writer (docs/verification.md); the container was read by our own reader.
    if (frame.width, frame.height) != (plan.width, plan.height):
        raise Held("wrong-size")
    return digests.of_coefficients(jpeg_content.check(data, frame, encoded=False), plan.shapes)


def _judge_page(samples: DeepSamples, plan: PagePlan) -> None:
    if erase_transparent(samples) and isinstance(plan.expected, Exact):  # what loses something brings colours there
        raise Held("container", detail="colour under transparent pixels")
    mask = painted(plan.shapes, plan.width, plan.height)
    if isinstance(plan.expected, Exact):
        _judge_exact(digests.of_samples(samples, mask), plan.expected)
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
