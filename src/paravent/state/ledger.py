"""The ledger: what became of which file, by keyed hash, in the private state folder. Written by the parent only.

It holds paths, keyed hashes, the geometry of covered regions and times of writing. No metadata value, no pixel, no text
of a picture. SQLite with a write-ahead log; one short transaction a row, so that two runs do not wait for one another.
"""

from __future__ import annotations

import hashlib
import os
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paravent.i18n.texts import N_
from paravent.model import schema
from paravent.model.geometry import Region
from paravent.model.job import LedgerEntry, Outcome
from paravent.state.bodies import CoveredBody
from paravent.state.database import PrivateDatabase, damage

_SCHEMA = """
CREATE TABLE copies (
    input BLOB NOT NULL,        -- absolute path, as the file system spells it
    root BLOB NOT NULL,         -- absolute output folder
    output BLOB NOT NULL,       -- below root, "/" between the parts
    folded BLOB NOT NULL,       -- output as case-insensitive file systems see it
    source_key TEXT NOT NULL,
    recipe TEXT NOT NULL,
    copy_key TEXT NOT NULL,     -- "" while nothing has been published
    status TEXT NOT NULL,
    regions TEXT NOT NULL,
    written REAL NOT NULL,      -- seconds since 1970, UTC
    PRIMARY KEY (input, root),
    UNIQUE (root, folded)
) WITHOUT ROWID;
CREATE INDEX by_copy_key ON copies (copy_key);
PRAGMA user_version = 1;
"""
# Copies that were published for an input which has another name since; made also in ledgers of earlier programs.
_FORMER = """
CREATE TABLE IF NOT EXISTS former (
    input BLOB NOT NULL,
    root BLOB NOT NULL,
    output BLOB NOT NULL,
    PRIMARY KEY (root, output)
) WITHOUT ROWID
"""
# Which inputs hold the same bytes; made also in ledgers of earlier programs.
_SOURCES = "CREATE INDEX IF NOT EXISTS by_source_key ON copies (source_key)"
# Names of this run's copies, as 8 bytes of a digest each: it is held in memory, and a run may have a million.
_RENEWED = "CREATE TEMP TABLE renewed (name INTEGER PRIMARY KEY)"
_TYPES = (bytes, bytes, bytes, str, str, str, str, object, float)  # of what is selected
_SELECT = "SELECT input, root, output, source_key, recipe, copy_key, status, regions, written FROM copies"


@dataclass(frozen=True, slots=True)
class Row:
    """One input and its copy. input, root: absolute. output: below root. regions: None if what is kept of them cannot be
    read. written: seconds since 1970, UTC."""

    input: str
    root: str
    output: str
    source_key: str
    recipe: str
    copy_key: str
    status: str
    regions: tuple[Region, ...] | None
    written: float

    @property
    def entry(self) -> LedgerEntry | None:
        """What the pipeline is told; None as long as nothing was published."""
        return LedgerEntry(self.source_key, self.recipe, self.copy_key) if self.copy_key else None

    @property
    def copy(self) -> Path:
        """Where the copy lies; absolute."""
        return Path(self.root, self.output)

    def concerns(self, path: Path) -> bool:
        """Whether input or copy is `path` or lies below it."""
        return _concerns(path, self.input, self.root, self.output)


class Ledger(PrivateDatabase):
    """The ledger at `path`; see `PrivateDatabase`."""

    version = 1
    schema = _SCHEMA
    always = (_FORMER, _SOURCES, _RENEWED)
    damaged = N_("{path}: the ledger is damaged; this makes a new one: paravent forget --private {folder}")
    full = N_("{path}: the ledger cannot be written, the disk is full; make room and run the same command again")
    unusable = N_("{path}: the ledger cannot be used ({reason}); check the disk and the permissions")

    def claim(self, input_path: str, root: str, output: str, gone: Callable[[str], bool]) -> bool:
        """Reserve `output` for `input_path`; False if another input that is not `gone` has it (whatever the case).

        The same input may be given another output; what it had is then free, and known as a former copy.
        """
        folded = fold(output)
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            row = self._one("root = ? AND folded = ?", _blob(root), folded)
            if row is not None and row.input != input_path and not gone(row.input):
                return False
            self._db.execute(
                "INSERT OR REPLACE INTO former SELECT input, root, output FROM copies"
                " WHERE root = ? AND (input = ? OR folded = ?) AND output != ? AND copy_key != ''",
                (_blob(root), _blob(input_path), folded, _blob(output)),
            )
            if row is not None and (row.input != input_path or row.output != output):
                self._db.execute("DELETE FROM copies WHERE input = ? AND root = ?", (_blob(row.input), _blob(root)))
            self._db.execute(
                "INSERT INTO copies (input, root, output, folded, source_key, recipe, copy_key, status, regions, written)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 'planned', ?, ?) ON CONFLICT (input, root) DO UPDATE SET"
                " output = excluded.output, folded = excluded.folded, copy_key = '' WHERE output != excluded.output",
                (
                    *(_blob(input_path), _blob(root), _blob(output), folded),
                    *((row.source_key, row.recipe, row.copy_key) if row else ("", "", "")),
                    *(_geometry((row.regions if row else None) or ()), row.written if row else 0.0),
                ),
            )
            return True

    def record(self, input_path: str, root: str, outcome: Outcome, recipe: str) -> None:
        """Write down what was published for a claimed input."""
        self._db.execute(
            "UPDATE copies SET source_key = ?, recipe = ?, copy_key = ?, status = ?, regions = ?, written = ?"
            " WHERE input = ? AND root = ?",
            (
                *(outcome.source_key, recipe, outcome.copy_key, outcome.report.status.value),
                *(_geometry(outcome.regions), time.time(), _blob(input_path), _blob(root)),
            ),
        )

    def of_input(self, input_path: str, root: str) -> Row | None:
        """What is known of an input for an output folder."""
        return self._one("input = ? AND root = ?", _blob(input_path), _blob(root))

    def of_place(self, identity: str) -> Row | None:
        """What is known of a file by where it lies in an output; see `base.Output.identity`."""
        for at, mark in reversed(list(enumerate(identity))):
            if mark in ("/", os.sep):
                roots = (_blob(identity[:at]), _blob(identity[: at + 1]))  # the root of a disk ends with its separator
                row = self._one("root IN (?, ?) AND output = ?", *roots, _blob(identity[at + 1 :].replace(os.sep, "/")))
                if row is not None:
                    return row
        return None

    def of_copy(self, copy_key: str) -> Row | None:
        """What is known of a copy by the keyed hash of its bytes, wherever it lies now."""
        return self._one("copy_key = ? LIMIT 1", copy_key)

    def of_source(self, source_key: str) -> Row | None:
        """What is known of an original by the keyed hash of its bytes, if it has a copy, wherever it lies now."""
        return self._one("source_key = ? AND copy_key NOT IN ('', source_key) LIMIT 1", source_key)

    def same_source(self, row: Row) -> Iterator[Row]:
        """What is known of every input that held the same bytes when it was prepared, into whatever output; that of `row`
        first."""
        yield row
        if row.source_key:
            with closing(self._db.execute(f"{_SELECT} WHERE source_key = ? ORDER BY input", (row.source_key,))) as rows:
                yield from map(_row, rows)

    def copies(self) -> Iterator[Row]:
        """Every published copy, by output folder and name."""
        with closing(self._db.execute(_SELECT + " WHERE copy_key != '' ORDER BY root, output")) as rows:
            for row in rows:
                yield _row(row)

    def renewed(self, root: str, output: str) -> None:
        """Note for `left_over` that this run stands behind a copy."""
        self._db.execute("INSERT OR IGNORE INTO renewed VALUES (?)", (_number(root, output),))

    def left_over(self, root: str, before: float, exists: Callable[[str], bool]) -> Iterator[str]:
        """Copies in an output, or in one below it, written before a time, that nobody called `renewed` and that still
        exist there; "/" between the parts.

        before: seconds since 1970, UTC, the start of this run. exists: asks the output, below `root`.
        """
        below = (_blob(root), _blob(f"{root}{os.sep}"), _blob(f"{root}{chr(ord(os.sep) + 1)}"))
        query = (
            "SELECT root, output FROM copies"
            " WHERE copy_key != '' AND written < ?1 AND (root = ?2 OR root > ?3 AND root < ?4)"
            " UNION ALL SELECT root, output FROM former WHERE root = ?2 OR root > ?3 AND root < ?4"
        )
        with closing(self._db.execute(query, (before, *below))) as rows:
            for folder, output in rows:
                inner = os.fsdecode(folder)[len(root) + 1 :].replace(os.sep, "/")
                copy = f"{inner}/{os.fsdecode(output)}" if inner else os.fsdecode(output)
                known = self._db.execute("SELECT 1 FROM renewed WHERE name = ?", (_number(root, copy),)).fetchone()
                if not known and exists(copy):
                    self.renewed(root, copy)  # a former copy may be known under two inputs; it is told once
                    yield copy

    def forget(self, path: Path) -> int:
        """Delete everything about a file or a folder, as input or output; the bytes too. Returns how many rows."""
        rows = self._db.execute(_SELECT)
        doomed = [(_blob(row.input), _blob(row.root)) for row in map(_row, rows) if row.concerns(path)]
        former = [
            names
            for names in self._db.execute("SELECT input, root, output FROM former")
            if _concerns(path, *map(os.fsdecode, names))
        ]
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            self._db.executemany("DELETE FROM copies WHERE input = ? AND root = ?", doomed)
            self._db.executemany("DELETE FROM former WHERE input = ? AND root = ? AND output = ?", former)
        self._empty_deleted()
        return len(doomed) + len(former)

    def _one(self, where: str, *values: Any) -> Row | None:
        row = self._db.execute(f"{_SELECT} WHERE {where}", values).fetchone()
        return _row(row) if row else None


def fold(name: str) -> bytes:
    """A name as a file system sees it that ignores case and spelling variants of Unicode."""
    return _blob(unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold()))


def _concerns(path: Path, source: str, root: str, output: str) -> bool:
    return Path(source).is_relative_to(path) or Path(root, output).is_relative_to(path)


def _number(root: str, output: str) -> int:
    place = _blob(f"{root}/{output}".replace(os.sep, "/"))
    return int.from_bytes(hashlib.blake2b(place, digest_size=8).digest(), "big", signed=True)


def _row(row: tuple[Any, ...]) -> Row:
    """Raises sqlite3.DatabaseError if it holds something else than a ledger does."""
    if not all(isinstance(value, kind) for value, kind in zip(row, _TYPES, strict=True)):
        raise damage()
    input_path, root, output, source_key, recipe, copy_key, status, regions, written = row
    places = (os.fsdecode(input_path), os.fsdecode(root), os.fsdecode(output))
    return Row(*places, source_key, recipe, copy_key, status, _regions(regions), written)


def _blob(path: str) -> bytes:
    # Paths may hold bytes that are not text; SQLite's text may not.
    return os.fsencode(path)


def _geometry(regions: tuple[Region, ...]) -> str:
    return schema.text([CoveredBody.of(region) for region in regions])


def _regions(text: object) -> tuple[Region, ...] | None:
    try:
        return tuple(body.region() for body in schema.read_text(tuple[CoveredBody, ...], text))
    except ValueError:
        return None
