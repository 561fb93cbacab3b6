"""What HEIC and AVIF share: from the shown picture of a file to samples, and back into a container of our own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from paravent.codecs.header import PictureHeader
from paravent.containers.isobmff import write
from paravent.containers.items import Item, Property
from paravent.errors import Held
from paravent.formats.base import OTHERS_LEFT
from paravent.formats.heif import still as heif_still
from paravent.formats.heif.still import Still
from paravent.formats.shared import icc
from paravent.formats.shared.decoding import check_sizes
from paravent.formats.shared.quality import Ladder, TunedPage
from paravent.formats.shared.sample_source import Decoded, Encoder, SampleSource
from paravent.formats.shared.samples import erase_transparent, in_standard_colour, rgba, under_transparent
from paravent.model.limits import StillLimits
from paravent.model.report import Finding, Kind
from paravent.model.samples import DeepSamples

REENCODED = "re-encoded-lossy"

_DEPTHS = (8, 10, 12)
# ITU-T H.273: BT.601 matrix; primaries and curve of sRGB, or unspecified beside an ICC profile.
MATRIX = 6
_SRGB, _UNSPECIFIED = (1, 13), (2, 2)


class Codec(Protocol):
    """One of the two ways of coding. kind: of its items. ladder: its qualities."""

    name: str
    kind: bytes
    ladder: Ladder

    def header(self, item: Item) -> PictureHeader:
        """What a coded picture's headers state. Raises Held."""
        ...

    def clean(self, item: Item) -> Item:
        """A coded picture with nothing but what decoding needs. Raises Held."""
        ...

    def messages(self, item: Item) -> int:
        """Bytes that `clean` takes out and that are not part of every coded picture. Raises Held."""
        ...

    def brands(self, head: PictureHeader) -> tuple[bytes, ...]:
        """What the file type box of a copy names, the major brand first."""
        ...

    def decode(self, data: bytes, head: PictureHeader) -> DeepSamples:
        """The samples of a file, (h, w, c), 16 bits at full range. Raises Held."""
        ...

    def given(self, samples: DeepSamples, head: PictureHeader) -> DeepSamples:
        """What is encoded so that the samples are shown. head: as for `encode`."""
        ...

    def encode(self, samples: DeepSamples, head: PictureHeader, profile: str, quality: int) -> bytes:
        """A file of the samples, with depth and chroma format of `head`. Deterministic, all other settings fixed."""
        ...


class StillSource(SampleSource):
    """The shown picture of a file, `still`, coded by `codec`."""

    def __init__(self, still: Still, codec: Codec, limits: StillLimits) -> None:
        super().__init__(codec.name, [still.size], limits, exact=False)
        self._still = still
        self._codec = codec
        self.header = _checked_header(still, codec, limits)

    def _decode(self) -> Decoded:
        samples = self._still.turned(_decoded(self._still, self._codec, self.header))
        findings = self._messages()
        alpha = self._still.alpha
        colour = np.ascontiguousarray(samples[..., :-1]) if alpha else samples
        colour, profile, remarks = in_standard_colour(colour, self._still.profile)
        if alpha:
            colour = np.concatenate([colour, samples[..., -1:]], axis=2)
            findings += under_transparent(erase_transparent(colour))
        others = (OTHERS_LEFT,) if self._still.others else ()
        return Decoded((colour,), profile, (*remarks, REENCODED, *others), findings)

    def _messages(self) -> tuple[Finding, ...]:
        size = sum(self._codec.messages(item) for item in self._still.items if item.kind == self._codec.kind)
        return (Finding(Kind.HIDDEN_DATA, "HEIF picture data", precision="messages", size=size),) if size else ()

    def _encoder(self, profile: str, *, resized: bool) -> Encoder:
        return TunedPage(_Coder(self._codec, self.header, profile))


class _Coder:
    """See `quality.Coder`."""

    def __init__(self, codec: Codec, head: PictureHeader, profile: str) -> None:
        self.ladder = codec.ladder
        self._codec, self._head, self._profile = codec, head, profile

    def given(self, samples: DeepSamples) -> DeepSamples:
        return self._codec.given(samples, self._head)

    def encode(self, given: DeepSamples, quality: int) -> bytes:
        return _file(self._codec, given, self._head, self._profile, quality)

    def decode(self, data: bytes) -> DeepSamples:
        (samples,) = copies(data, self._codec, StillLimits())
        return samples


def copies(data: bytes, codec: Codec, limits: StillLimits) -> Iterator[DeepSamples]:
    """The picture of a file just encoded, RGB and alpha, for choosing its quality. Raises Held."""
    still = heif_still.find(data, codec.kind, limits)
    yield rgba(still.turned(_decoded(still, codec, _checked_header(still, codec, limits))))


def described(profile: str) -> tuple[int, int]:
    """Primaries and curve (ITU-T H.273): left to the profile if there is one, else those of sRGB."""
    return _UNSPECIFIED if profile else _SRGB


def full_range(samples: NDArray[np.uint16], bits: int) -> NDArray[np.uint16]:
    """Samples whose highest `bits` of 16 are used, the lower ones filled so that the highest value is 65535."""
    return samples | samples >> np.uint16(bits)


def _checked_header(still: Still, codec: Codec, limits: StillLimits) -> PictureHeader:
    """The header of the first coded picture; the bit streams state sizes of their own, which may be tiles'."""
    headers = [codec.header(item) for item in still.items if item.kind == codec.kind]
    check_sizes([(one.width, one.height) for one in headers], replace(limits, pixels=4 * limits.pixels))
    if headers[0].bits not in _DEPTHS:
        raise Held("deep-colour", format=codec.name, bits=headers[0].bits)
    return headers[0]


def _decoded(still: Still, codec: Codec, head: PictureHeader) -> DeepSamples:
    """Samples before the transforms: (height, width, c). The decoder sees cleaned items, nothing else of the source."""
    items = [codec.clean(item) if item.kind == codec.kind else item for item in still.items]
    samples = codec.decode(write(codec.brands(head), items), head)
    wanted = (1 if head.chroma == 0 else 3) + still.alpha
    if samples.shape[2] == 4 and wanted == 2:  # the libraries give grey with alpha as RGB with alpha
        samples = samples[..., 2:]
    if samples.shape[2] != wanted:
        raise Held("damaged")
    return np.ascontiguousarray(samples)


def _file(codec: Codec, samples: DeepSamples, head: PictureHeader, profile: str, quality: int) -> bytes:
    """The encoder's pictures in a container of our own."""
    made = heif_still.find(codec.encode(samples, head, profile, quality), codec.kind, StillLimits())
    cropped = tuple(prop for prop in made.transforms if prop[0] == b"clap")  # an encoder may pad odd sizes
    items = []
    for item in map(codec.clean, made.items):
        kept = tuple(prop for prop in item.properties if prop[0] != b"colr")
        coloured = () if item.get(b"auxC") else colour_properties(profile)
        items.append(replace(item, properties=kept + coloured + cropped))
    return write(codec.brands(head), items)


def colour_properties(profile: str) -> tuple[Property, ...]:
    """The `colr` properties of a copy: its profile if it has one; primaries, curve, matrix, full range."""
    numbers = b"nclx" + b"".join(value.to_bytes(2, "big") for value in (*described(profile), MATRIX)) + b"\x80"
    built = ((b"colr", b"prof" + icc.build(profile)),) if profile else ()
    return (*built, (b"colr", numbers))
