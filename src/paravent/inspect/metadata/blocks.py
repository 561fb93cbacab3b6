"""Hands embedded metadata blocks to their readers, a limited number a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from paravent.inspect.entry import Entry
from paravent.inspect.metadata import c2pa, exif, iptc, photoshop, xmp
from paravent.model.report import Kind

# A hostile file can hold thousands, each made to be slow; honest ones have one or two of a kind.
_MAX_OF_A_KIND = 4
# Taken out of a file to be read; honest blocks are a thousandth of that.
_MAX_BLOCK = 32 << 20

_READERS: dict[str, Callable[[bytes], Iterator[Entry]]] = {
    "EXIF": exif.entries,
    "XMP": xmp.entries,
    "IPTC": iptc.entries,
    "Photoshop": photoshop.entries,
    "C2PA": c2pa.entries,
}


class Blocks:
    """Reads the blocks of one file."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def read(self, name: str, block: bytes) -> Iterator[Entry]:
        """The entries of a block of the kind `name` (a key of the readers, which is also where its findings are)."""
        self._seen[name] += 1
        if self._seen[name] > _MAX_OF_A_KIND:
            yield Entry(Kind.OTHER_METADATA, name, "unreadable", len(block))
        else:
            yield from _READERS[name](block)

    def read_at(self, name: str, data: bytes, start: int, stop: int) -> Iterator[Entry]:
        """The same for the block data[start:stop], which is copied only if it is read."""
        return self.read_made(name, lambda: data[start : min(stop, start + _MAX_BLOCK)])

    def read_made(self, name: str, make: Callable[[], bytes]) -> Iterator[Entry]:
        """The same for a block that `make` gives, called only if it is read."""
        yield from self.read(name, make() if self._seen[name] < _MAX_OF_A_KIND else b"")
