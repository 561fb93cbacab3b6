"""The source that is bytes in memory: for tests, and for services that were handed a file."""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from paravent.errors import Held
from paravent.formats import HEAD
from paravent.stores.base import Mark, Original, Traces
from paravent.stores.listing import Item, by_name

_SCHEME = "bytes:"


@dataclass(frozen=True, slots=True)
class BytesLocation:
    """Files by name, "/" between the parts of one. The bytes themselves travel to each worker, once, when it starts."""

    files: Mapping[str, bytes]

    @property
    def on_disk(self) -> tuple[Path, ...]:
        """See `base.SourceLocation`."""
        return ()

    def open(self) -> BytesSource:
        """See `base.SourceLocation`."""
        return BytesSource(self)


class BytesSource:
    """See `base.Source`. An item's identity is its name behind `bytes:`, which no absolute path begins with."""

    def __init__(self, location: BytesLocation) -> None:
        self.location = location
        self._files = {f"{_SCHEME}{name}": data for name, data in location.files.items()}

    def walk(self) -> Iterator[Item]:
        """Every file, each as if it had been named by itself."""
        for identity in sorted(self._files):
            relative = identity.removeprefix(_SCHEME)
            item = Item(identity, relative, by_name(relative.rpartition("/")[2]))
            yield item

    @contextlib.contextmanager
    def opened(self, identity: str, limit: int) -> Iterator[Original]:
        """See `base.Source`."""
        data = self._files.get(identity)
        if data is None:
            raise Held("unreadable", reason="no such name")
        if len(data) > limit:
            raise Held("file-too-large", limit=limit // 1_000_000)
        if not data:
            raise Held("empty")
        yield Original(io.BytesIO(data), _mark(data), Traces())

    def head(self, identity: str, size: int = HEAD) -> bytes:
        """See `base.Source`."""
        return self._files.get(identity, b"")[:size]

    def mark(self, identity: str) -> Mark | None:
        """See `base.Source`."""
        data = self._files.get(identity)
        return None if data is None else _mark(data)

    def find(self, relative: str) -> str | None:
        """See `base.Source`."""
        identity = f"{_SCHEME}{relative}"
        return identity if identity in self._files else None

    def gone(self, identity: str) -> bool:
        """See `base.Source`."""
        return identity.startswith(_SCHEME) and identity not in self._files

    def close(self) -> None:
        """See `base.Source`."""


def _mark(data: bytes) -> Mark:
    digest = hashlib.blake2b(data, digest_size=8).digest()
    return Mark(len(data), int.from_bytes(digest, signed=True))
