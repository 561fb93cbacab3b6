"""Reads what content credentials (C2PA, in JUMBF boxes) give away. Signatures are not checked."""

from __future__ import annotations

from collections.abc import Iterator

from paravent.containers.boxes import box_at, of_bytes
from paravent.inspect.entry import Entry
from paravent.model.report import Kind

_C2PA = "C2PA"
_MAX_BOXES = 5000
_MAX_BYTES = 32 << 20
_MAX_TYPE = 256

# Labels and keys of the C2PA technical specification, looked up as bytes: JSON and CBOR both hold them in the clear.
_SIGNS: tuple[tuple[bytes, Kind, str], ...] = (
    (b"rainedAlgorithmicMedia", Kind.AI_PROMPT, "made-by-ai"),
    (b"stds.schema-org.CreativeWork", Kind.PERSON_NAME, "author"),
    (b"cawg.identity", Kind.PERSON_NAME, "author"),
    (b"GPSLatitude", Kind.PLACE, "exact-position"),
    (b"claim_generator", Kind.SOFTWARE, ""),
    (b"sigTst", Kind.TIME, "to-the-second"),
    (b"instanceID", Kind.IDENTIFIER, ""),
    (b"serialNumber", Kind.SERIAL, ""),
)


def entries(store: bytes) -> Iterator[Entry]:
    """What a manifest store (one JUMBF superbox) gives away."""
    store = store[:_MAX_BYTES]
    yield Entry(Kind.OTHER_METADATA, _C2PA, "content-credentials", len(store))
    for sign, kind, precision in _SIGNS:
        if sign in store:
            yield Entry(kind, _C2PA, precision)
    media = b""
    for box, start, end in _boxes(store):
        if box == b"bfdb":
            media = store[start : min(end, start + _MAX_TYPE)]
        elif box == b"bidb" and b"image/" in media:
            yield Entry(Kind.HIDDEN_PICTURE, _C2PA, "thumbnail", end - start)
        elif box == b"bidb":
            yield Entry(Kind.HIDDEN_DATA, _C2PA, "unknown", end - start)


def _boxes(store: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The content boxes (type, start, end) in order; superboxes are entered, not given."""
    waiting = [(0, len(store))]
    for _ in range(_MAX_BOXES):
        if not waiting:
            return
        at, limit = waiting.pop()
        box = box_at(of_bytes(store), at, limit)
        if box is None or box.stop > limit:
            continue
        waiting.append((box.stop, limit))
        if box.kind == b"jumb":
            waiting.append((box.content, box.stop))
        else:
            yield box.kind, box.content, box.stop
