"""Finds what hides in a JPEG's tables: tables that nothing in the picture uses, and bytes behind a table's end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from paravent.inspect.entry import Entry
from paravent.model.report import Kind

_SOS, _DQT, _DHT = 0xDA, 0xDB, 0xC4
_FRAMES = frozenset((0xC0, 0xC1, 0xC2))
_WHERE = "JPEG tables"


@dataclass(slots=True)
class Tables:
    """Tables of one picture as its segments go by. Huffman tables are told apart by class and number, as in DHT."""

    _defined: dict[tuple[int, int], int] = field(default_factory=dict)
    _used: set[tuple[int, int]] = field(default_factory=set)
    _surplus: int = 0

    def segment(self, marker: int, body: bytes) -> None:
        """Note what one segment defines or uses."""
        if marker in _FRAMES:
            self._used.update((_DQT, body[at + 2]) for at in range(6, len(body) - 2, 3))
        elif marker == _SOS:
            for tables in body[2 : 1 + 2 * (body[0] if body else 0) : 2]:
                self._used.update(((_DHT, tables >> 4), (_DHT, 0x10 | tables & 15)))
        elif marker in (_DQT, _DHT):
            self._define(marker, body)

    def _define(self, marker: int, body: bytes) -> None:
        at = 0
        while at < len(body):
            size = 65 + 64 * (body[at] >> 4) if marker == _DQT else 17 + sum(body[at + 1 : at + 17])
            if at + size > len(body):
                self._surplus += len(body) - at
                return
            number = body[at] & 15 if marker == _DQT else body[at]
            self._defined[marker, number] = size - (1 if marker == _DQT else 17)
            at += size

    def entries(self) -> Iterator[Entry]:
        """One entry for all bytes that no decoder needs."""
        unused = sum(size for table, size in self._defined.items() if table not in self._used)
        if unused + self._surplus:
            yield Entry(Kind.HIDDEN_DATA, _WHERE, "unknown", unused + self._surplus)
