"""JPEG: covered in the DCT domain without re-compression where that is possible, re-encoded elsewhere.

The lossless way takes grey and YCbCr pictures of 8 bits in any sampling whose factors divide each other. What blocks hold
beyond what they show is coded anew even there. Whatever else a
decoder can read (CMYK, YCCK, RGB), a picture with a colour profile nobody knows, and whatever the user wants smaller, is
encoded anew, with settings that never come from the source; YCbCr is covered in the DCT domain first even then.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paravent.detect.renderings import PLAIN, SAMPLED, Rendering, further
from paravent.detect.views import Views
from paravent.errors import Held
from paravent.formats.base import Draft, Writing
from paravent.formats.jpeg import dct
from paravent.formats.jpeg import pixels as jpeg_pixels
from paravent.formats.jpeg import segments as jpeg_segments
from paravent.formats.jpeg.blocks import Taken, block_masks, erase_blocks, fill_blocks, inside_digest, outside_digest
from paravent.formats.jpeg.shown import confine
from paravent.formats.jpeg.spec import JPEG
from paravent.formats.jpeg.steps import without_unused
from paravent.formats.shared import icc
from paravent.formats.shared.exif_mark import orientation_exif
from paravent.formats.shared.samples import coloured, fitted
from paravent.formats.shared.stated import read_orientation, read_profile
from paravent.model.geometry import Shape, scale
from paravent.model.limits import StillLimits
from paravent.model.plan import Close, Exact, PagePlan, Plan
from paravent.model.report import Finding, Kind
from paravent.model.samples import Samples
from paravent.redact.cover import Window, cover_samples, windows

QUALITY = 90
# libjpeg: 4:2:0.
_SUBSAMPLING = 2
_LARGEST_BASELINE_STEP = 255
# Remark: blocks that held something beyond what they show were coded anew.
_BEYOND = "beyond-shown"


@dataclass(frozen=True, slots=True)
class _Covering:
    """A picture covered in the DCT domain. expected: what a copy must hold. beyond: whether blocks outside the covered
    places were coded anew, because they held more than they show."""

    coefficients: dct.Coefficients
    expected: Exact
    beyond: bool


def open_file(data: bytes, limits: StillLimits) -> JpegSource:
    """Walk the markers. Raises Held for damage, size, and coding that is not 8-bit Huffman."""
    parsed = jpeg_segments.parse(data)
    if parsed.width * parsed.height > limits.pixels:
        raise Held("too-large", limit=limits.pixels // 1_000_000)
    return JpegSource(parsed)


class JpegSource:
    """One JPEG picture; see `formats.base.Source`."""

    moving = False
    timing: tuple[int, ...] = ()

    def __init__(self, parsed: jpeg_segments.Parsed) -> None:
        self.width, self.height = parsed.width, parsed.height
        self.orientation = read_orientation(parsed.exif, parsed.packet)
        self._clean = parsed.clean()
        self._surplus = 0
        self._sampling = _least(parsed.sampling)
        self._colour = parsed.colour
        by_exif = read_profile(parsed.exif) if len(parsed.components) == 3 else None
        self._profile = parsed.profile or by_exif or b""
        self._known_profile = icc.recognise(self._profile) if self._profile else ""
        self._decoded: list[Samples] = []
        self._views = Views()
        self._read: dct.Coefficients | None = None
        self._taken: Taken | None = None

    @property
    def pages(self) -> tuple[JpegSource]:
        """Itself."""
        return (self,)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Bytes behind the coded data; see `formats.base.Source.findings`. Raises Held."""
        if not self._decoded:
            self.eighths(1)
        size = self._surplus
        return (Finding(Kind.HIDDEN_DATA, "JPEG picture data", precision="unknown", size=size),) if size else ()

    @property
    def mcu(self) -> tuple[int, int]:
        """Width and height of an MCU in pixels."""
        return 8 * max(h for h, _ in self._sampling), 8 * max(v for _, v in self._sampling)

    def view(self, longest: int, rendering: Rendering = PLAIN) -> Samples:
        """RGB in stored orientation, decoded straight at the nearest larger eighth, or reduced from what is decoded.

        Raises Held("damaged").
        """
        pixels = self.eighths(longest)
        return self._views.view(pixels.shape[1], pixels, longest, rendering)

    def further(self) -> tuple[Rendering, ...]:
        """See `detect.upright.Page.further`. Raises Held("damaged")."""
        return further(self.view(SAMPLED))

    def eighths(self, longest: int) -> Samples:
        """The smallest of what was decoded whose longer side has `longest` pixels; decoded now if there is none.

        Stored orientation, RGB, so many eighths of the size. Raises Held("damaged").
        """
        wanted = min(longest, max(self.width, self.height))
        enough = [pixels for pixels in self._decoded if max(pixels.shape) >= wanted]
        if not enough:
            enough = [self._decode(wanted)]
            self._decoded += enough
        return min(enough, key=lambda pixels: pixels.size)

    def _decode(self, longest: int) -> Samples:
        if self._colour in ("cmyk", "ycck"):
            return np.asarray(self._decoded_by_pillow())
        try:
            return jpeg_pixels.decode(self._clean, "RGB", self.width, self.height, longest)
        except jpeg_pixels.Surplus as surplus:
            pixels, self._clean, self._surplus = jpeg_pixels.decode_shorter(
                self._clean, surplus, self.width, self.height, longest
            )
            return pixels

    def covered(self, shapes: Sequence[tuple[Shape, ...]], writing: Writing) -> CoveredBlocks | CoveredJpeg:
        """See `formats.base.Source.covered`; encoded at once where that loses something."""
        (only,) = shapes
        covered = self._covered(only, writing)
        smaller = 0 < writing.max_size < max(self.width, self.height)
        if covered is None or smaller or writing.reencode or self._known_profile is None:
            return CoveredJpeg(self._reencoded(covered, only, writing))
        coefficients = covered.coefficients
        page = PagePlan(self.width, self.height, only, covered.expected, coefficients.mcu)
        if covered.beyond:
            return CoveredJpeg(replace(self.written(coefficients, page), lossless=False, remarks=(_BEYOND,)))
        return CoveredBlocks(self, coefficients, page)

    def draft(self, shapes: Sequence[tuple[Shape, ...]], writing: Writing) -> Draft:
        """See `formats.base.Source.draft`."""
        return self.covered(shapes, writing).draft()

    def written(self, coefficients: dct.Coefficients, page: PagePlan) -> Draft:
        """A copy that holds these coefficients."""
        return Draft(self._wrapped(_written(coefficients)), self._plan(page), lossless=True)

    def coefficients(self) -> dct.Coefficients | None:
        """The quantised coefficients, or None where the lossless way is closed. `covered` takes them over."""
        if self._taken is not None:
            self._read, self._taken = self._taken.before(), None
        if self._read is None and self._lossless_possible():
            try:
                read = dct.read(self._clean, self.width, self.height, self._sampling)
            except ValueError:
                raise Held("damaged") from None
            steps = np.concatenate([table.ravel() for table in read.tables])
            if steps.min() < 1:
                raise Held("damaged")
            if steps.max() <= _LARGEST_BASELINE_STEP:
                self._read = read
        return self._read

    def _lossless_possible(self) -> bool:
        across, down = self.mcu
        whole = all(across % (8 * h) == 0 and down % (8 * v) == 0 for h, v in self._sampling)
        return dct.available() and self._colour in ("grey", "ycc") and whole

    def _covered(self, shapes: tuple[Shape, ...], writing: Writing) -> _Covering | None:
        """The picture covered in the DCT domain; None where that way is closed."""
        read = self.coefficients()
        if read is None:
            return None
        masks = block_masks(read, shapes)
        self._read, self._taken = None, Taken(read, masks)
        erase_blocks(read, masks)
        beyond = confine(read)
        covered = replace(read, tables=without_unused(read))
        outside = outside_digest(covered)
        fill_blocks(covered, masks, shapes, writing.styles)
        confine(covered, masks)
        return _Covering(covered, Exact(inside=inside_digest(covered, masks), outside=outside), beyond)

    def _reencoded(self, covered: _Covering | None, shapes: tuple[Shape, ...], writing: Writing) -> Draft:
        remarks: list[str]
        if covered is None:
            image, profile, remarks = self._covered_pixels(shapes, writing)
        else:
            grey = len(covered.coefficients.blocks) == 1
            longest = min(writing.max_size or self.width + self.height, max(self.width, self.height))
            pixels = jpeg_pixels.decode(
                _written(covered.coefficients), "GRAY" if grey else "RGB", self.width, self.height, longest
            )
            image, profile, remarks = self._in_known_colours(Image.fromarray(pixels[..., 0] if grey else pixels))
        size = fitted(self.width, self.height, writing.max_size)
        if size != (self.width, self.height):
            remarks.append("resized")
        if image.size != size:
            image = image.resize(size, Image.Resampling.LANCZOS)
        if not remarks:
            remarks.append("re-encoded-asked")
        samples = np.asarray(image)
        moved = tuple(scale(shape, size[0] / self.width, size[1] / self.height) for shape in shapes)
        page = PagePlan(*size, moved, Close(coloured(samples.reshape(*samples.shape[:2], -1))))
        plan = self._plan(page, profile)
        return Draft(self._wrapped(encode(image), profile), plan, lossless=False, remarks=tuple(remarks))

    def _covered_pixels(self, shapes: tuple[Shape, ...], writing: Writing) -> tuple[Image.Image, str, list[str]]:
        """Decoded, brought to RGB or grey, covered; the profile to state; remarks. Where coefficients are out of reach."""
        if self._colour in ("cmyk", "ycck"):
            image, profile, _ = self._in_known_colours(self._decoded_by_pillow(keep_cmyk=True))
            image, remarks = image.convert("RGB"), ["re-encoded-cmyk"]
        else:
            image, profile, remarks = self._in_known_colours(self._decoded_by_pillow())
            remarks.append("re-encoded-cmyk" if self._colour == "rgb" else "no-lossless-library")
        samples: NDArray[np.uint8] = np.array(image)
        cover_samples(samples.reshape(*samples.shape[:2], -1), shapes, writing.styles)
        return Image.fromarray(samples), profile, remarks

    def _in_known_colours(self, image: Image.Image) -> tuple[Image.Image, str, list[str]]:
        """The image, converted to sRGB if its profile is none of the well-known; the profile to state; remarks."""
        if self._known_profile is not None:
            return image, self._known_profile, []
        try:
            return icc.to_srgb(image, self._profile), "srgb", ["colour-converted"]
        except icc.BogusProfile:
            return image, "", ["bogus-profile"]

    def _decoded_by_pillow(self, *, keep_cmyk: bool = False) -> Image.Image:
        try:
            with Image.open(BytesIO(self._clean), formats=["JPEG"]) as image:
                image.load()
                return image.copy() if keep_cmyk or image.mode in ("L", "RGB") else image.convert("RGB")
        except (OSError, SyntaxError, ValueError):
            raise Held("damaged") from None

    def _plan(self, page: PagePlan, profile: str | None = None) -> Plan:
        stated = (self._known_profile or "") if profile is None else profile
        return Plan(JPEG.name, self.orientation, stated, (page,))

    def _wrapped(self, jpeg: bytes, profile: str | None = None) -> bytes:
        name = self._known_profile if profile is None else profile
        return wrapped(jpeg, self.orientation, name or "")


def encode(image: Image.Image) -> bytes:
    """A grey or RGB image as JPEG, at settings that never change; still to be `wrapped`."""
    buffer = BytesIO()
    # A single component has no other to be sampled like.
    image.save(buffer, "JPEG", quality=QUALITY, subsampling=0 if image.mode == "L" else _SUBSAMPLING, optimize=True)
    return buffer.getvalue()


def wrapped(jpeg: bytes, orientation: int, profile: str) -> bytes:
    """What an encoder wrote in the container of a prepared copy. profile: a name of `icc.NAMES`, or ""."""
    mark = orientation_exif(orientation) if orientation != 1 else b""
    return jpeg_segments.rebuild(jpeg, mark, icc.build(profile) if profile else b"")


def _least(sampling: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same sampling in the smallest factors. Those of a single component mean nothing: its scans are not interleaved
    (T.81, A.2.2)."""
    across, down = (math.gcd(*factors) for factors in zip(*sampling, strict=True))
    return [(h // across, v // down) for h, v in sampling]


def _written(coefficients: dct.Coefficients) -> bytes:
    try:
        return dct.write(coefficients)
    except ValueError:  # coefficients that no 8-bit samples give
        raise Held("damaged") from None


class CoveredBlocks:
    """Covered in the DCT domain, not yet encoded; see `formats.base.Covered`."""

    lossless = shows_early = True

    def __init__(self, source: JpegSource, coefficients: dct.Coefficients, plan: PagePlan) -> None:
        self._source, self._coefficients, self._plan = source, coefficients, plan
        self.pages = (CoveredBlocksPage(source, coefficients, plan),)

    def draft(self) -> Draft:
        """See `formats.base.Covered.draft`."""
        return self._source.written(self._coefficients, self._plan)


class CoveredBlocksPage:
    """Its picture; see `formats.base.CoveredPage`. Only what is covered, and some blocks around, is encoded for a view."""

    def __init__(self, source: JpegSource, coefficients: dct.Coefficients, plan: PagePlan) -> None:
        self.width, self.height, self.orientation = plan.width, plan.height, source.orientation
        self.shapes, self.cell = plan.shapes, plan.cell
        self._source, self._coefficients = source, coefficients
        self._seen: dict[int, Samples] = {}
        self._views = Views()

    def view(self, longest: int, rendering: Rendering = PLAIN) -> Samples:
        """See `detect.upright.Page.view`; what a decoder of the copy will show, to the bit."""
        around = self._source.eighths(longest)
        width = around.shape[1]
        if width not in self._seen:
            self._seen[width] = self._painted(around)
        return self._views.view(width, self._seen[width], longest, rendering)

    def further(self) -> tuple[Rendering, ...]:
        """See `detect.upright.Page.further`."""
        return further(self.view(SAMPLED))

    def _painted(self, around: Samples) -> Samples:
        pixels = around.copy()
        eighths = next(n for n in range(1, 9) if -(-self.width * n // 8) == around.shape[1])
        for core, outer, _ in windows(self.shapes, self.width, self.height, max(self.cell)):
            # Colour spreads to what is beside it, and from there.
            painted = self._coefficients.touched(core.grown(max(self.cell), outer))
            shown = self._coefficients.touched(core.grown(2 * max(self.cell), outer))
            part = _written(self._coefficients.part(shown))
            decoded = jpeg_pixels.decode_eighths(part, shown.right - shown.left, shown.bottom - shown.top, eighths)
            origin = _eighths_of(shown, eighths)
            place = _eighths_of(painted, eighths)
            pixels[place.area] = decoded[place.within(origin).area]
        return pixels


def _eighths_of(window: Window, eighths: int) -> Window:
    """The same rectangle in a picture decoded at so many eighths of its size."""
    return Window(*(-(-side * eighths // 8) for side in (window.left, window.top, window.right, window.bottom)))


class CoveredJpeg:
    """Encoded anew; see `formats.base.Covered`: a draft, and the look of it."""

    shows_early = False

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self.lossless = draft.lossless
        self.pages = (CoveredJpegPage(draft.data, draft.plan.pages[0]),)

    def draft(self) -> Draft:
        """See `formats.base.Covered.draft`."""
        return self._draft


class CoveredJpegPage(JpegSource):
    """The picture of a draft; see `formats.base.CoveredPage`."""

    def __init__(self, data: bytes, plan: PagePlan) -> None:
        super().__init__(jpeg_segments.parse(data))
        self.shapes, self.cell = plan.shapes, plan.cell
