"""One picture of WebP encoded: lossless, or lossy at a quality chosen for it."""

from __future__ import annotations

from paravent.formats.shared.quality import Ladder, TunedPage
from paravent.formats.shared.sample_source import Encoder, OnePage
from paravent.formats.shared.samples import rgba
from paravent.formats.shared.subsampling import for_one_colour_in_four
from paravent.formats.webp import chunks as webp_chunks
from paravent.model.samples import DeepSamples, eight_bits


class LossyCoder:
    """See `quality.Coder`."""

    # Trials are cheap, and a lower quality may show more: what the deblocking filter does differs from one to the next.
    ladder = Ladder(target=41.0, first=89, step=0.3, lowest=60, highest=98, excess=0.0)

    def __init__(self, profile: str = "", orientation: int = 1) -> None:
        self._marks = profile, orientation

    def given(self, samples: DeepSamples) -> DeepSamples:
        """See `quality.Coder.given`."""
        return for_one_colour_in_four(eight_bits(samples)) if samples.shape[2] == 3 else samples

    def encode(self, given: DeepSamples, quality: int) -> bytes:
        """See `quality.Coder.encode`."""
        return webp_chunks.still(webp_chunks.encode(given, quality), *self._marks)

    def decode(self, data: bytes) -> DeepSamples:
        """See `quality.Coder.decode`."""
        chunks = webp_chunks.first_of_each(webp_chunks.chunks(data))
        return rgba(webp_chunks.decode(webp_chunks.bit_stream(chunks, extended=True)))


def one_picture(profile: str, orientation: int, *, exact: bool) -> Encoder:
    """What writes a file of one picture."""
    if exact:
        return OnePage(lambda samples: webp_chunks.still(webp_chunks.encode(samples, None), profile, orientation))
    return TunedPage(LossyCoder(profile, orientation))
