"""Judges a copy against its original: did anything outside the covered places change?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from paravent.detect.renderings import PLAIN, Rendering
from paravent.detect.upright import Page, Upright
from paravent.errors import Held
from paravent.i18n.texts import _
from paravent.model.geometry import Region, Shape, to_stored
from paravent.model.samples import Samples
from paravent.verify import digests
from paravent.verify.decoding import coefficients
from paravent.verify.decoding.coefficients import Blocks, Coefficients, Table
from paravent.verify.decoding.frame import frame_of
from paravent.verify.jpeg_content import judge_shown
from paravent.verify.masks import Mask, painted
from paravent.verify.pages import Opener
from paravent.verify.tolerance import CELL_TOLERANCE, by_cell, cell_differences
from paravent.verify.verdict import Verdict


def compare(copy: bytes, original: bytes, regions: tuple[Region, ...] | None, opened: Opener) -> Verdict:
    """Compare the bytes of a copy with those of its original.

    regions: what was covered, upright pixels of the copy; None if unknown. opened: shows both, for an
    original may be of any format and from any tool; quantised coefficients are read here.

    With regions, any change outside them is a problem. Without, the verdict only notes how much of the picture differs.
    A copy that was encoded anew is held to the tolerance of lossy formats, a lossless one to equality.
    """
    try:
        before, after = (_File(data, opened) for data in (original, copy))
        if len(before.pages) != len(after.pages):
            raise Held("wrong-size")
        changed, outside = _differences(before, after, regions or ())
    except Held as held:
        return Verdict(False, (str(held),))
    share = _("{share:.1%} of the picture differs from the original").format(share=float(changed.mean()))
    if regions is None:
        return Verdict(True, (), (share, _("what was covered is not known, so the rest could not be judged")))
    if regions and not (changed & ~outside).any():
        return Verdict(False, (_("the covered places show what the original shows"),), (share,))
    if (changed & outside).any():
        return Verdict(False, (_("the copy differs from the original outside the covered places"),), (share,))
    return Verdict(True, (), (share, _("outside the covered places nothing differs that the format does not lose")))


class _File:
    """One of the two. pages: its pictures."""

    def __init__(self, data: bytes, opened: Opener) -> None:
        self._data = data
        self.pages: Sequence[Page] = opened(data)

    def coefficients(self) -> Coefficients | None:
        """Those of a JPEG; None for anything else, and where they cannot be had."""
        frame = frame_of(self._data)
        if frame is None or not coefficients.available():
            return None
        return coefficients.read(self._data, *frame)


def _differences(before: _File, after: _File, regions: tuple[Region, ...]) -> tuple[Mask, Mask]:
    """Which parts differ, and which lie outside the regions: two flat masks of equal length (blocks or cells)."""
    by_page = [tuple(region.shape for region in regions if region.page == i) for i in range(len(before.pages))]
    found = _differing_blocks(before, after, by_page[0])
    if found is not None:
        return found
    pairs = zip(before.pages, after.pages, by_page, strict=True)
    changed, outside = zip(*(_differing_cells(old, new, shapes) for old, new, shapes in pairs), strict=True)
    return np.concatenate(changed), np.concatenate(outside)


def _differing_blocks(before: _File, after: _File, shapes: tuple[Shape, ...]) -> tuple[Mask, Mask] | None:
    """By quantised coefficients; None where the two are not of one encoding."""
    old, new = before.coefficients(), after.coefficients()
    if old is None or new is None or (old.width, old.height, old.sampling) != (new.width, new.height, new.sampling):
        return None
    if not all(map(_mean_the_same, old.blocks, old.tables, new.blocks, new.tables)) or _holds_more(old):
        return None
    page = before.pages[0]
    stored = tuple(to_stored(shape, page.orientation, page.width, page.height) for shape in shapes)
    masks = digests.block_masks(old, stored)
    changed = [np.any(a != b, axis=(2, 3)) for a, b in zip(old.blocks, new.blocks, strict=True)]
    flat = np.concatenate([plane.ravel() for plane in changed])
    return flat, np.concatenate([~mask.ravel() for mask in masks])


def _mean_the_same(old: Blocks, steps: Table, new: Blocks, others: Table) -> bool:
    """Whether two tables have the same steps for all coefficients that there are in one of the pictures."""
    used = old.any(axis=(0, 1)) | new.any(axis=(0, 1))
    return np.array_equal(steps[used], others[used])


def _holds_more(found: Coefficients) -> bool:
    """Whether blocks hold more than they show; those are coded anew in a copy."""
    try:
        judge_shown(found, colours=True)
    except Held:
        return True
    return False


def _differing_cells(before: Page, after: Page, shapes: tuple[Shape, ...]) -> tuple[Mask, Mask]:
    """By the mean difference of decoded cells, in every way in which the original shows something.

    What is stretched for looking counts in covered places only: elsewhere that would stretch the loss of a format too.
    """
    upright = Upright(after)
    outside = ~by_cell(painted(shapes, upright.width, upright.height), np.any)
    changed = _differing(before, after, PLAIN)
    for rendering in (one for one in before.further() if not one.is_toned):
        changed |= _differing(before, after, rendering) & (~outside | (not rendering.is_stretched))
    return changed.ravel(), outside.ravel()


def _differing(before: Page, after: Page, rendering: Rendering) -> Mask:
    """The original shrunk to the size of the copy."""
    new = Upright(after, rendering)
    old = Image.fromarray(_whole(Upright(before, rendering))).resize((new.width, new.height), Image.Resampling.LANCZOS)
    differs: Mask = cell_differences(np.asarray(old), _whole(new)) > CELL_TOLERANCE
    return differs


def _whole(picture: Upright) -> Samples:
    return picture.view(max(picture.width, picture.height))
