"""AVIF sequences of 8 bits: every picture decoded, covered, and all of them encoded anew as one track.

Durations are kept to the millisecond, the number of plays as it is. Transparent, turned and cropped sequences and those
of more than 8 bits are held back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np
from PIL import AvifImagePlugin

from paravent.codecs import av1
from paravent.codecs.header import PictureHeader
from paravent.containers.items import Item, Property
from paravent.errors import Held
from paravent.formats.base import OTHERS_LEFT
from paravent.formats.heif import avif_container, avif_track
from paravent.formats.heif import still as heif_still
from paravent.formats.heif.avif_track import Track
from paravent.formats.heif.source import REENCODED, colour_properties
from paravent.formats.shared import quality
from paravent.formats.shared.animation import in_one_colour
from paravent.formats.shared.decoding import DECODER_ERRORS, check_sizes, load
from paravent.formats.shared.quality import Ladder
from paravent.formats.shared.sample_source import Decoded, Encoder, SampleSource
from paravent.formats.shared.samples import as_image, rgba
from paravent.formats.shared.subsampling import for_one_colour_in_four
from paravent.model.limits import StillLimits
from paravent.model.report import Finding, Kind
from paravent.model.samples import DeepSamples, Samples, eight_bits
from paravent.process import heartbeat
from paravent.redact.masks import Mask

_MARGIN = 0.2  # decibels, because the first pictures are not all of them
# As for still pictures: one thread, so that the same samples give the same bytes everywhere.
_SETTINGS = {"codec": "aom", "range": "full", "max_threads": 1, "advanced": {"tune": "psnr"}}
_SUBSAMPLING = {0: "4:0:0", 1: "4:2:0", 2: "4:2:2", 3: "4:4:4"}
_BLOCK, _FARTHEST = 16, 8.0  # pixels of a block's side, and values by which it may differ from what is to be seen
_BETTER = 4  # steps of quality until it does not
_LUMA = np.array((0.299, 0.587, 0.114), np.float32)  # ITU-R BT.601
_TRIED = 2_000_000  # pixels of the first pictures, on which the quality is tried
_MOST_TRIED = 8


@dataclass(frozen=True, slots=True)
class _Effort:
    """speed: of the encoder, 0 to 10."""

    speed: int
    ladder: Ladder


_LADDER = Ladder(target=41.0, first=80, step=0.2, lowest=50, highest=92)
_QUICK = _Effort(8, _LADDER)
# Takes eight times as long and more, about 2.4 seconds a megapixel. It pays for pictures full of detail: they become a
# tenth to a fifth smaller.
_THOROUGH = _Effort(4, replace(_LADDER, first=69))
_FULL_OF_DETAIL = 0.5  # bits a pixel, encoded quickly
_MOST_THOROUGH = 8_000_000  # pixels of all pictures


class AvifAnimation(SampleSource):
    """An AVIF sequence. One of a single picture is written as a sequence too."""

    def __init__(self, data: bytes, limits: StillLimits) -> None:
        track = avif_track.find(data, limits)
        sizes = [(track.width, track.height)] * len(track.samples)
        # Pictures are held twice, because the encoder takes all at once.
        check_sizes(sizes, replace(limits, pixels=limits.pixels // 2))
        super().__init__("AVIF", sizes, limits, exact=False, timing=track.timing, loop=track.loop * bool(sum(track.timing)))
        self._head = _checked(track)
        self._track = track

    def _decode(self) -> Decoded:
        track = self._track
        pages = _decoded(_clean(track, self._head), len(track.samples))
        decoded = in_one_colour(map(_plain, pages), heif_still.profile_of(track.colours))
        size = sum(map(av1.messages, track.samples))
        found = (Finding(Kind.HIDDEN_DATA, "HEIF picture data", precision="messages", size=size),) if size else ()
        remarks = (*decoded.remarks, REENCODED, *(OTHERS_LEFT,) * track.others)
        return replace(decoded, remarks=remarks, findings=decoded.findings + found)

    def _encoder(self, profile: str, *, resized: bool) -> Encoder:
        return _SequenceEncoder(self._head, profile, self.timing, self._loop)


def copies(data: bytes, limits: StillLimits) -> Iterator[DeepSamples]:
    """The pictures of a file just encoded, RGB and alpha, for choosing its quality. Raises Held."""
    track = avif_track.find(data, limits)
    check_sizes([(track.width, track.height)] * len(track.samples), limits)
    for page in _decoded(_clean(track, _checked(track)), len(track.samples)):
        yield rgba(page)


def _plain(page: DeepSamples) -> Samples:
    return eight_bits(rgba(page))


def _checked(track: Track) -> PictureHeader:
    """What the sequence states of its pictures, the same in all of them. Raises Held."""
    head = av1.header(track.configuration, track.samples[0])
    if (head.width, head.height) != (track.width, track.height):
        raise Held("damaged")
    if head.bits != 8:
        raise Held("deep-colour", format="AVIF", bits=head.bits)
    first = av1.sequences(track.samples[0])
    if any(one != first[0] for sample in track.samples for one in av1.sequences(sample)):
        raise Held("encoding", detail="AVIF sequence of several sizes")
    return head


def _clean(track: Track, head: PictureHeader) -> bytes:
    """A file with the sequence and nothing else: what the decoder sees of the source."""
    numbers = tuple((b"colr", colour) for colour in track.colours if colour[:4] == b"nclx")
    return _file(track.configuration[:4], track.samples, head, numbers[:1], track.timing, track.loop)


def _file(
    configuration: bytes,
    samples: Sequence[bytes],
    head: PictureHeader,
    colours: tuple[Property, ...],
    timing: Sequence[int],
    loop: int,
) -> bytes:
    clean = [av1.clean_picture(sample) for sample in samples]
    keys = [number for number, sample in enumerate(clean, start=1) if av1.sequences(sample)]
    channels = 3 if head.chroma else 1
    properties = (
        (b"av1C", configuration),
        (b"ispe", bytes(4) + head.width.to_bytes(4, "big") + head.height.to_bytes(4, "big")),
        (b"pixi", bytes(4) + bytes((channels, *(head.bits,) * channels))),
        *colours,
    )
    return avif_container.write(Item(1, b"av01", properties, clean[0], {}), clean, keys, timing, loop)


def _decoded(data: bytes, count: int) -> Iterator[Samples]:
    """RGB or grey, one after the other. Raises Held."""
    try:
        image = AvifImagePlugin.AvifImageFile(BytesIO(data))
        if image.n_frames != count:
            raise Held("damaged")
        size = image.size
        for index in range(count):
            image.seek(index)
            page = load(image, "RGB")
            if image.size != size:
                raise Held("damaged")
            yield page
    except (RuntimeError, *DECODER_ERRORS):
        raise Held("damaged") from None


class _SequenceEncoder:
    """Takes all pictures, then encodes them together; see `sample_source.Encoder`."""

    def __init__(self, head: PictureHeader, profile: str, timing: tuple[int, ...], loop: int) -> None:
        self._head, self._profile, self._timing, self._loop = head, profile, timing, loop
        self._pages: list[Samples] = []
        self._masks: list[Mask] = []

    def add(self, samples: DeepSamples, mask: Mask) -> DeepSamples:
        """See `Encoder.add`."""
        self._pages.append(eight_bits(samples))
        self._masks.append(mask)
        return samples

    def finish(self) -> bytes:
        """At the quality that the first pictures need, thoroughly where quickly would take many bits."""
        data = self._encoded(_QUICK)
        pixels = len(self._masks) * self._masks[0].size
        if pixels <= _MOST_THOROUGH and 8 * len(data) > _FULL_OF_DETAIL * pixels:
            data = self._encoded(_THOROUGH)
        return data

    def _encoded(self, effort: _Effort) -> bytes:
        coder = _Coder(self._head, self._profile, self._timing, self._loop, effort.speed)
        tried = max(2, min(_MOST_TRIED, _TRIED // self._masks[0].size))
        pages, masks = self._pages[:tried], self._masks[:tried]
        if masks[0].size > _TRIED:
            pages, masks = [quality.tiles(page) for page in pages], [quality.tiles(mask) for mask in masks]
        whole = tried >= len(self._pages) and masks[0].size <= _TRIED
        ladder = effort.ladder if whole else replace(effort.ladder, target=effort.ladder.target + _MARGIN)
        trial = _Stacked(coder, len(pages), ladder)
        chosen, data = quality.chosen_whole(np.concatenate(pages), np.concatenate(masks), trial)
        if not whole:
            data = coder.encode([coder.given(page) for page in self._pages], chosen)
        # Likeness is that of all pictures together. Where something moves, single blocks of some can be far off.
        while _farthest(self._pages, data) > _FARTHEST and chosen < ladder.highest:
            chosen = min(chosen + _BETTER, ladder.highest)
            data = coder.encode([coder.given(page) for page in self._pages], chosen)
        return data


class _Coder:
    """Encodes a sequence."""

    def __init__(self, head: PictureHeader, profile: str, timing: tuple[int, ...], loop: int, speed: int) -> None:
        self._head, self._profile = head, profile
        self._timing, self._loop = timing, loop
        self._speed = speed

    def given(self, page: Samples) -> Samples:
        """See `quality.Coder.given`."""
        return for_one_colour_in_four(page) if self._head.chroma == 1 and page.shape[2] == 3 else page

    def encode(self, pages: Sequence[Samples], level: int) -> bytes:
        """The whole file. Raises Held where the library merges pictures."""
        timing = self._timing[: len(pages)]
        # The library writes no track of one picture.
        first, *rest = (as_image(page) for page in (pages if len(pages) > 1 else [*pages, *pages]))
        out = BytesIO()
        options = {**_SETTINGS, "speed": self._speed, "quality": level, "subsampling": _SUBSAMPLING[self._head.chroma]}
        # A duration of nothing is none to the library; the times of the file are written by ourselves.
        first.save(out, "AVIF", save_all=True, append_images=rest, duration=100, **options)
        height, width = pages[0].shape[:2]
        made = avif_track.find(out.getvalue(), StillLimits())
        samples = made.samples[: len(pages)]
        if len(made.samples) != 1 + len(rest):
            raise Held("encoding", detail="AVIF sequence")
        head = replace(self._head, width=width, height=height)
        return _file(made.configuration[:4], samples, head, colour_properties(self._profile), timing, self._loop)


def _farthest(pages: Sequence[Samples], data: bytes) -> float:
    """By how much pictures and their copies differ in the block where they do most: lightness, or the mean of a colour."""
    farthest = 0.0
    for page, copy in zip(pages, copies(data, StillLimits()), strict=True):
        heartbeat.go_on()
        away = copy[..., :3].astype(np.float32) - page.astype(np.float32)
        across, down = (np.arange(0, side, _BLOCK) for side in (page.shape[1], page.shape[0]))
        counts = np.diff([*down, page.shape[0]])[:, None] * np.diff([*across, page.shape[1]])
        for values in (np.abs(away @ _LUMA), *np.moveaxis(away, 2, 0)):
            sums = np.add.reduceat(np.add.reduceat(values, across, axis=1), down, axis=0)
            farthest = max(farthest, float(np.abs(sums / counts).max()))
    return farthest


class _Stacked:
    """See `quality.Coder`: pictures of a sequence, one below the other."""

    def __init__(self, coder: _Coder, count: int, ladder: Ladder) -> None:
        self.ladder = ladder
        self._coder, self._count = coder, count

    def given(self, samples: DeepSamples) -> DeepSamples:
        return np.concatenate([self._coder.given(page) for page in self._split(samples)])

    def encode(self, given: DeepSamples, level: int) -> bytes:
        return self._coder.encode(self._split(given), level)

    def decode(self, data: bytes) -> DeepSamples:
        pages: list[DeepSamples] = list(copies(data, StillLimits()))
        return np.concatenate(pages)

    def _split(self, samples: DeepSamples) -> list[Samples]:
        return [np.ascontiguousarray(page) for page in np.split(eight_bits(samples), self._count)]
