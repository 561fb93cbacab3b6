"""Bytes behind the last bit that the decoder of a WebP's bit stream reads: found by decoding it without them.

libwebp refuses a stream that ends early, so that one that still decodes when it is cut held more than the picture. Looked
at are the end of the stream, the end of a VP8 stream's first partition, and the end of the alpha's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from paravent.errors import Held
from paravent.formats.webp.chunks import BitStream, decode
from paravent.model.report import Finding, Kind

# Encoders end their streams with up to this many bytes that decoders need not read (RFC 6386, 7.3).
_FLUSH = 8
_MAX_DECODINGS = 12
_TAG = 10  # RFC 6386, 9.1: bytes in front of the first partition


def behind_streams(pictures: Iterable[BitStream]) -> tuple[Finding, ...]:
    """What the pictures of a file hold behind their bit streams. Decodes each up to three times more."""
    size = sum(_surplus(cut) for picture in pictures for cut in _cuts(picture))
    return (Finding(Kind.HIDDEN_DATA, "WebP picture data", precision="unknown", size=size),) if size else ()


def _cuts(picture: BitStream) -> Iterator[tuple[int, Callable[[int], BitStream]]]:
    """How long each part is that may be cut, and how it is cut by a number of bytes."""
    stream, alpha = picture.stream, picture.alpha
    if picture.lossless:
        yield len(stream), lambda by: replace(picture, stream=stream[:-by])
        return
    first = int.from_bytes(stream[:3], "little") >> 5
    yield len(stream) - _TAG - first, lambda by: replace(picture, stream=stream[:-by])
    yield first, lambda by: replace(picture, stream=_shorter_first(stream, first, by))
    yield len(alpha), lambda by: replace(picture, alpha=alpha[:-by])


def _shorter_first(stream: bytes, first: int, by: int) -> bytes:
    """A VP8 stream whose first partition, of `first` bytes, lacks the last `by`."""
    tag = int.from_bytes(stream[:3], "little") & 31 | first - by << 5
    end = _TAG + first
    return tag.to_bytes(3, "little") + stream[3 : end - by] + stream[end:]


def _surplus(part: tuple[int, Callable[[int], BitStream]]) -> int:
    """How many bytes can be cut off the part, to a twelfth decoding; 0 where only an encoder's flush can."""
    length, cut = part
    if length <= _FLUSH or not _decodes(cut(_FLUSH)):
        return 0
    low, high = _FLUSH, length  # `low` bytes can be cut, `high` cannot
    for _ in range(_MAX_DECODINGS):
        if high - low <= 1:
            break
        middle = (low + high) // 2
        low, high = (middle, high) if _decodes(cut(middle)) else (low, middle)
    return low


def _decodes(picture: BitStream) -> bool:
    try:
        decode(picture)
    except Held:
        return False
    return True
