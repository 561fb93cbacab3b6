"""Pictures as shown, in memory and in no more of it than was agreed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable


class Cache:
    """Keeps what was used last, up to `size` bytes."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held = 0
        self._content: OrderedDict[Hashable, bytes] = OrderedDict()

    def get(self, key: Hashable) -> bytes | None:
        """What was put there, if it is still kept."""
        data = self._content.get(key)
        if data is not None:
            self._content.move_to_end(key)
        return data

    def put(self, key: Hashable, data: bytes) -> None:
        """Keep it, and let go of what was not used for longest."""
        self._held += len(data) - len(self._content.pop(key, b""))
        self._content[key] = data
        while self._held > self._size:
            _, oldest = self._content.popitem(last=False)
            self._held -= len(oldest)
