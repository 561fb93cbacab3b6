"""The path of formats whose samples are covered one by one and encoded anew (all but JPEG). Samples are as in `samples`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from paravent.detect.renderings import PLAIN, Rendering, further
from paravent.detect.views import Views
from paravent.formats.base import Draft, Writing
from paravent.formats.shared.decoding import check_sizes
from paravent.formats.shared.samples import CMYK, CONVERTED, RESIZED, coloured, cover, digests, fitted, shrink
from paravent.model.geometry import Shape, scale
from paravent.model.limits import StillLimits
from paravent.model.plan import Close, PagePlan, Plan
from paravent.model.report import Finding
from paravent.model.samples import DeepSamples, Samples
from paravent.process import heartbeat
from paravent.redact.masks import Mask, union_mask


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """The pictures of a file, ready to be covered.

    profile: a name of `icc.NAMES`, or "" for untagged. findings: as in `formats.base.Source`.
    """

    pages: tuple[DeepSamples, ...]
    profile: str = ""
    remarks: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


class Encoder(Protocol):
    """Makes a file of covered pictures. Deterministic; settings are constants, or follow from the covered samples alone."""

    def add(self, samples: DeepSamples, mask: Mask) -> DeepSamples:
        """Take the next picture. mask: (h, w), its covered pixels. Returns the samples as they will stand in the file."""
        ...

    def finish(self) -> bytes:
        """The whole file: pictures, profile, orientation, nothing else."""
        ...


class OnePage:
    """An `Encoder` for a file of one picture. encode: from samples to the whole file."""

    def __init__(self, encode: Callable[[DeepSamples], bytes]) -> None:
        self._encode = encode
        self._data = b""

    def add(self, samples: DeepSamples, mask: Mask) -> DeepSamples:
        """See `Encoder.add`."""
        self._data = self._encode(samples)
        return samples

    def finish(self) -> bytes:
        """See `Encoder.finish`."""
        return self._data


class SamplePage:
    """One picture of a `SampleSource`; see `detect.upright.Page`."""

    def __init__(self, source: SampleSource, index: int, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._source = source
        self._index = index

    @property
    def orientation(self) -> int:
        """EXIF orientation, that of the file."""
        return self._source.orientation

    def view(self, longest: int, rendering: Rendering = PLAIN) -> Samples:
        """RGB for looking at. Raises Held."""
        return self._source.view(self._index, longest, rendering)

    def further(self) -> tuple[Rendering, ...]:
        """See `detect.upright.Page.further`. Raises Held."""
        return self._source.further(self._index)


class DecodedPage:
    """One picture (h, w, c) that is there already; see `detect.upright.Page`."""

    def __init__(self, samples: DeepSamples, orientation: int) -> None:
        self.height, self.width = samples.shape[:2]
        self.orientation = orientation
        self._samples = samples
        self._views = Views()

    def view(self, longest: int, rendering: Rendering = PLAIN) -> Samples:
        """RGB for looking at."""
        return self._views.view(0, self._samples, longest, rendering)

    def further(self) -> tuple[Rendering, ...]:
        """See `detect.upright.Page.further`."""
        return further(self._samples)


class SampleSource(ABC):
    """A `formats.base.Source` that is decoded when first needed.

    sizes: stored (width, height) of each picture, checked here against the limits. exact: the encoder loses nothing.
    timing, loop: as in `formats.base.Plan`; a source with timing is `moving`.
    """

    def __init__(
        self,
        name: str,
        sizes: Sequence[tuple[int, int]],
        limits: StillLimits,
        *,
        orientation: int = 1,
        exact: bool,
        timing: tuple[int, ...] = (),
        loop: int = 1,
    ) -> None:
        check_sizes(sizes, limits)
        self.format = name
        self.orientation = orientation
        self.pages = tuple(SamplePage(self, i, width, height) for i, (width, height) in enumerate(sizes))
        self.moving = bool(timing)
        self._exact = exact
        self.timing = timing
        self._loop = loop
        self._views = Views()

    @abstractmethod
    def _decode(self) -> Decoded:
        """Decode all pictures, each of the size stated. Raises Held."""

    @abstractmethod
    def _encoder(self, profile: str, *, resized: bool) -> Encoder:
        """What writes the copy. resized: the pictures were made smaller, so that their colours are mixed."""

    @cached_property
    def _decoded(self) -> Decoded:
        return self._decode()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """See `formats.base.Source.findings`. Raises Held."""
        return self._decoded.findings

    def view(self, page: int, longest: int, rendering: Rendering) -> Samples:
        """See `detect.upright.Page.view`. Raises Held."""
        return self._views.view(page, self._decoded.pages[page], longest, rendering)

    def further(self, page: int) -> tuple[Rendering, ...]:
        """See `detect.upright.Page.further`. Raises Held."""
        return further(self._decoded.pages[page])

    def covered(self, shapes: Sequence[tuple[Shape, ...]], writing: Writing) -> CoveredSamples:
        """See `formats.base.Source.covered`. Raises Held."""
        resized = any(0 < writing.max_size < max(page.width, page.height) for page in self.pages)
        remarks = self._decoded.remarks + (RESIZED,) * resized
        lossless = self._exact and not {RESIZED, CONVERTED, CMYK} & set(remarks)

        def encoded(pictures: Iterable[Prepared]) -> Draft:
            encoder = self._encoder(self._decoded.profile, resized=resized)
            pages = tuple(self._planned(encoder, picture) for picture in pictures)
            plan = Plan(self.format, self.orientation, self._decoded.profile, pages, self.timing, self._loop)
            return Draft(encoder.finish(), plan, lossless, remarks)

        return CoveredSamples(self._decoded.pages, shapes, writing, self.orientation, lossless, encoded)

    def _planned(self, encoder: Encoder, picture: Prepared) -> PagePlan:
        stored = encoder.add(picture.samples, picture.mask)
        height, width = stored.shape[:2]
        expected = digests(stored, picture.mask) if self._exact else Close(coloured(stored))
        return PagePlan(width, height, picture.shapes, expected)

    def draft(self, shapes: Sequence[tuple[Shape, ...]], writing: Writing) -> Draft:
        """See `formats.base.Source.draft`. Raises Held."""
        return self.covered(shapes, writing).draft()


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A covered picture at the size wanted, its covered pixels, and the shapes in its pixels."""

    samples: DeepSamples
    mask: Mask
    shapes: tuple[Shape, ...]


class CoveredSamplesPage:
    """One picture of a `CoveredSamples`; see `formats.base.CoveredPage`."""

    cell = (1, 1)

    def __init__(self, owner: CoveredSamples, index: int, size: tuple[int, int], shapes: tuple[Shape, ...]) -> None:
        self.width, self.height = size
        self.orientation = owner.orientation
        self.shapes = shapes
        self._owner = owner
        self._index = index

    def view(self, longest: int, rendering: Rendering = PLAIN) -> Samples:
        """See `detect.upright.Page.view`."""
        return self._owner.view(self._index, longest, rendering)

    def further(self) -> tuple[Rendering, ...]:
        """See `detect.upright.Page.further`."""
        return self._owner.further(self._index)


class CoveredSamples:
    """See `formats.base.Covered`. Each picture is covered when it is needed; the last one is kept.

    encode: makes the draft of the covered pictures, which it takes one after the other.
    """

    def __init__(
        self,
        pictures: tuple[DeepSamples, ...],
        shapes: Sequence[tuple[Shape, ...]],
        writing: Writing,
        orientation: int,
        lossless: bool,
        encode: Callable[[Iterable[Prepared]], Draft],
    ) -> None:
        self.orientation = orientation
        self.lossless = lossless
        self.shows_early = not lossless  # else encoding is cheap, and palettes change the paint
        self._pictures, self._writing = pictures, writing
        self._shapes = [those for _, those in zip(pictures, shapes, strict=True)]
        self._encode = encode
        self._views = Views()
        self._last: tuple[int, Prepared] | None = None
        self.pages = tuple(self._page(index) for index in range(len(pictures)))

    def _page(self, index: int) -> CoveredSamplesPage:
        height, width = self._pictures[index].shape[:2]
        columns, rows = fitted(width, height, self._writing.max_size)
        placed = tuple(scale(shape, columns / width, rows / height) for shape in self._shapes[index])
        return CoveredSamplesPage(self, index, (columns, rows), placed)

    def view(self, page: int, longest: int, rendering: Rendering) -> Samples:
        """See `detect.upright.Page.view`."""
        return self._views.view(page, self._prepared(page).samples, longest, rendering)

    def further(self, page: int) -> tuple[Rendering, ...]:
        """See `detect.upright.Page.further`."""
        return further(self._prepared(page).samples)

    def draft(self) -> Draft:
        """See `formats.base.Covered.draft`. Raises Held."""
        return self._encode(self._each())

    def _each(self) -> Iterator[Prepared]:
        for page in range(len(self.pages)):
            heartbeat.go_on()
            yield self._prepared(page)

    def _prepared(self, index: int) -> Prepared:
        if self._last is None or self._last[0] != index:
            page = self.pages[index]
            samples = self._pictures[index].copy()
            mask = cover(samples, self._shapes[index], self._writing.styles)
            if samples.shape[:2] != (page.height, page.width):
                samples = shrink(samples, self._writing.max_size)
                mask = union_mask(page.shapes, page.width, page.height)
            self._last = index, Prepared(samples, mask, page.shapes)
        return self._last[1]
