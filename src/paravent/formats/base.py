"""What every still format offers to the pipeline.

A format module turns bytes into a `Source` (decoded, with its facts) and a `Source` into a `Draft`: the bytes of a prepared
copy with the `Plan` that verification judges it by. A draft is made in one order only: erase the regions, fill
them from what is around, encode, build the container anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from paravent.detect.upright import Page
from paravent.model.geometry import Shape
from paravent.model.plan import Plan
from paravent.model.report import Finding
from paravent.model.style import Styles

# Remark: pictures or film besides the one that is shown were not written.
OTHERS_LEFT = "other-pictures-left-out"


@dataclass(frozen=True, slots=True)
class Writing:
    """How a copy is to be written. max_size: longest side in pixels, 0 keeps the size. reencode: fresh quantisation
    even where the lossless JPEG path would do."""

    styles: Styles = field(default_factory=Styles)
    max_size: int = 0
    reencode: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A prepared copy, not yet verified. lossless: nothing outside the regions was encoded anew.

    remarks: codes of `report.wording.REMARKS` for what the user should know ("re-encoded-cmyk", "colour-converted", ...).
    """

    data: bytes
    plan: Plan
    lossless: bool
    remarks: tuple[str, ...] = ()


class CoveredPage(Page, Protocol):
    """One picture of a covered file, of the size the copy will have.

    shapes: what is covered, in its stored pixels. cell: as in `PagePlan`.
    """

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """What is covered."""
        ...

    @property
    def cell(self) -> tuple[int, int]:
        """Width and height of the cells that are painted whole."""
        ...


class Covered(Protocol):
    """A covered file that need not have been encoded yet: for looking at it before that is done.

    lossless: as in `Draft`. shows_early: whether to look before encoding, which may be in vain and takes long.
    """

    @property
    def lossless(self) -> bool:
        """Whether nothing outside the regions will be encoded anew."""
        ...

    @property
    def shows_early(self) -> bool:
        """Whether its pages are worth looking at before it is encoded."""
        ...

    @property
    def pages(self) -> Sequence[CoveredPage]:
        """The pictures in order, as the copy will show them but for the loss of encoding."""
        ...

    def draft(self) -> Draft:
        """Encode and wrap. Deterministic. Raises Held."""
        ...


class Source(Protocol):
    """One decoded file. A file of one picture is its own only page.

    moving: the pages are frames of one animation, and what is seen is followed through them. timing: how long each is
    shown, in milliseconds; empty where they are no moments in time.
    """

    moving: bool
    timing: tuple[int, ...]

    @property
    def pages(self) -> Sequence[Page]:
        """The pictures in order."""
        ...

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the file gives away that only decoding shows; decodes it. Raises Held."""
        ...

    def covered(self, shapes: Sequence[tuple[Shape, ...]], writing: Writing) -> Covered:
        """Erase the shapes of each page (stored pixels) and fill. Deterministic. Raises Held."""
        ...

    def draft(self, shapes: Sequence[tuple[Shape, ...]], writing: Writing) -> Draft:
        """The same, encoded and wrapped at once. Raises Held."""
        ...
