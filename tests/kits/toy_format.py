"""A format from outside: one module, as another package would offer it. Width, height, RGB rows, perhaps a word behind."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

from paravent.errors import Held
from paravent.formats import FormatSpec, Media
from paravent.formats.shared.sample_source import Decoded, Encoder, OnePage, SampleSource
from paravent.inspect.entry import Audit, Entry
from paravent.model.limits import StillLimits
from paravent.model.report import Kind
from paravent.model.samples import DeepSamples
from paravent.verify.offered import FormatCheck

MAGIC = b"TOYPICT1"
HEAD = struct.Struct(">8sHH")


def written(samples: DeepSamples, word: bytes = b"") -> bytes:
    height, width = samples.shape[:2]
    return HEAD.pack(MAGIC, width, height) + samples[..., :3].astype(np.uint8).tobytes() + word


def opened(data: bytes, limits: StillLimits) -> SampleSource:
    return _Source(data, limits)


class _Source(SampleSource):
    def __init__(self, data: bytes, limits: StillLimits) -> None:
        _, width, height = HEAD.unpack_from(data)
        super().__init__("TOY", [(width, height)], limits, exact=True)
        self._data = data

    def _decode(self) -> Decoded:
        return Decoded((_pixels(self._data).copy(),))

    def _encoder(self, profile: str, *, resized: bool) -> Encoder:
        return OnePage(written)


def _pixels(data: bytes) -> np.ndarray:
    _, width, height = HEAD.unpack_from(data)
    if len(data) < HEAD.size + 3 * width * height:
        raise Held("damaged")
    return np.frombuffer(data, np.uint8, 3 * width * height, HEAD.size).reshape(height, width, 3)


def told(data: bytes) -> Iterator[Entry]:
    word = data[HEAD.size + _pixels(data).size :]
    if word:
        yield Entry(Kind.CAPTION, "TOY", "", len(word), "Word", word.decode())


def checked(data: bytes, *, orientation: int | None, profiles: object) -> None:
    if len(data) != HEAD.size + _pixels(data).size:
        raise Held("container", detail="TOY")


def decoded(data: bytes, name: str, limits: StillLimits) -> Iterator[DeepSamples]:
    pixels = _pixels(data)
    yield np.concatenate([pixels, np.full((*pixels.shape[:2], 1), 255, np.uint8)], axis=2)


class OFFER:
    spec = FormatSpec(
        name="TOY",
        media=frozenset((Media.STILL,)),
        recognises=lambda head: head.startswith(MAGIC),
        endings=(".toy",),
        open=opened,
        audit=Audit(told),
    )
    check = FormatCheck("TOY", lambda head: head.startswith(MAGIC), checked, decoded)
