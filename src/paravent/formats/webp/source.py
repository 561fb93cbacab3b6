"""WebP: lossy and lossless pictures, with or without alpha; animations are in `webp_animation`.

Lossy pictures are encoded anew, lossless ones stay so. The copy's RIFF container is built anew.
"""

from __future__ import annotations

import numpy as np

from paravent.errors import Held
from paravent.formats.shared.decoding import check_bytes
from paravent.formats.shared.sample_source import Decoded, Encoder, SampleSource
from paravent.formats.shared.samples import erase_transparent, in_standard_colour, under_transparent
from paravent.formats.shared.stated import read_orientation, read_profile
from paravent.formats.webp import chunks as webp_chunks
from paravent.formats.webp.animation import REENCODED, AnimatedWebpSource
from paravent.formats.webp.picture import one_picture
from paravent.formats.webp.slack import behind_streams
from paravent.formats.webp.spec import WEBP
from paravent.model.limits import StillLimits


def open_file(data: bytes, limits: StillLimits) -> SampleSource:
    """Read the container and the headers of the bit streams. Raises Held."""
    check_bytes(data, limits)
    parts = list(webp_chunks.chunks(data))
    chunks = webp_chunks.first_of_each(parts)
    canvas = chunks.get(b"VP8X", b"")
    if canvas and canvas[0] & webp_chunks.FLAG_ANIMATION:
        return AnimatedWebpSource(WEBP.name, parts, limits)
    picture = webp_chunks.bit_stream(chunks, extended=b"VP8X" in chunks)
    if b"VP8X" in chunks and webp_chunks.canvas_size(canvas) != (picture.width, picture.height):
        raise Held("damaged")
    return _WebpSource(picture, chunks, limits)


class _WebpSource(SampleSource):
    def __init__(self, picture: webp_chunks.BitStream, chunks: dict[bytes, bytes], limits: StillLimits) -> None:
        orientation = read_orientation(chunks.get(b"EXIF", b""), chunks.get(b"XMP ", b""))
        size = (picture.width, picture.height)
        super().__init__(WEBP.name, [size], limits, orientation=orientation, exact=picture.lossless)
        self._stream = picture
        self._profile = chunks.get(b"ICCP") or read_profile(chunks.get(b"EXIF", b""))

    def _decode(self) -> Decoded:
        samples = webp_chunks.decode(self._stream)
        colour, profile, remarks = in_standard_colour(np.ascontiguousarray(samples[..., :3]), self._profile)
        if self._stream.has_alpha:
            colour = np.concatenate([colour, samples[..., 3:]], axis=2)
        hidden = under_transparent(erase_transparent(colour)) + behind_streams([self._stream])
        return Decoded((colour,), profile, remarks if self._exact else (*remarks, REENCODED), hidden)

    def _encoder(self, profile: str, *, resized: bool) -> Encoder:
        return one_picture(profile, self.orientation, exact=self._exact)
