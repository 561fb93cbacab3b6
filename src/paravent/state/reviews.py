"""What humans decided, in the private state folder, by keyed hash of the source: it survives restarts and moved folders.

Also kept: where a source was last seen and what was found there then, whether somebody looked at it, so that opening a
folder again asks nothing twice; and which forms were taken back. No pixel, no metadata value, no name.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from paravent.errors import Held
from paravent.i18n.texts import N_
from paravent.model import schema
from paravent.model.review import Review
from paravent.model.review_body import ReviewBody
from paravent.state.bodies import ChoicesBody, ProposalBody
from paravent.state.database import PrivateDatabase

_SCHEMA = """
CREATE TABLE reviews (
    source_key TEXT PRIMARY KEY,
    body TEXT NOT NULL,         -- ReviewBody
    decided REAL NOT NULL       -- seconds since 1970, UTC
) WITHOUT ROWID;
CREATE TABLE places (
    path BLOB PRIMARY KEY,      -- absolute, as the file system spells it
    size INTEGER NOT NULL,
    changed INTEGER NOT NULL,   -- nanoseconds since 1970, of the file
    source_key TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX by_source ON places (source_key);
CREATE TABLE looks (
    source_key TEXT NOT NULL,
    recipe TEXT NOT NULL,
    body TEXT NOT NULL,         -- ProposalBody
    PRIMARY KEY (source_key, recipe)
) WITHOUT ROWID;
CREATE TABLE shown (
    source_key TEXT NOT NULL,
    copy_key TEXT NOT NULL,
    form TEXT NOT NULL,         -- number of a form, "" for none
    until TEXT NOT NULL,        -- last day of the permission, ISO 8601
    PRIMARY KEY (copy_key, form, until)
) WITHOUT ROWID;
CREATE TABLE albums (
    folder BLOB PRIMARY KEY,
    output BLOB NOT NULL,
    preset TEXT NOT NULL,
    opened REAL NOT NULL
) WITHOUT ROWID;
PRAGMA user_version = 1;
"""
# Decisions that cannot be read: kept as they are until somebody forgets them; made also in stores of earlier programs.
_SET_ASIDE = """
CREATE TABLE IF NOT EXISTS set_aside (
    source_key TEXT NOT NULL,
    body BLOB NOT NULL,
    noticed REAL NOT NULL       -- seconds since 1970, UTC
)
"""
# Sources that somebody looked at, with what was found in them by a recipe; made also in stores of earlier programs.
_SEEN = """
CREATE TABLE IF NOT EXISTS seen (
    source_key TEXT NOT NULL,
    recipe TEXT NOT NULL,
    PRIMARY KEY (source_key, recipe)
) WITHOUT ROWID
"""
# Forms that were taken back; made also in stores of earlier programs.
_WITHDRAWN = """
CREATE TABLE IF NOT EXISTS withdrawn (
    form TEXT PRIMARY KEY,
    day TEXT NOT NULL           -- ISO 8601
) WITHOUT ROWID
"""
# How the copies of a folder were to be made when it was opened last; made also in stores of earlier programs.
_CHOSEN = """
CREATE TABLE IF NOT EXISTS chosen (
    folder BLOB PRIMARY KEY,
    private BLOB NOT NULL,
    body TEXT NOT NULL          -- ChoicesBody
) WITHOUT ROWID
"""
_RECENT = 6


class Conflict(Exception):
    """Somebody else has decided meanwhile; `current` is what stands now."""

    def __init__(self, current: Review) -> None:
        super().__init__()
        self.current = current


@dataclass(frozen=True, slots=True)
class Recent:
    """A folder that was opened before. folder, output, private: absolute. private: for copies for a private audience.
    private, choices: "" and None where nobody knows any more."""

    folder: str
    output: str
    preset: str
    private: str = ""
    choices: ChoicesBody | None = None


@dataclass(frozen=True, slots=True)
class Relying:
    """A copy that was written with somebody visible by a form. source_key, copy_key: keyed hashes. form: its number, "" for
    none. until: last day of the permission."""

    source_key: str
    copy_key: str
    form: str
    until: date


class ReviewStore(PrivateDatabase):
    """What was decided, in the database at `path`; see `PrivateDatabase`."""

    version = 1
    schema = _SCHEMA
    always = (_SET_ASIDE, _SEEN, _WITHDRAWN, _CHOSEN)
    damaged = N_("{path}: the decisions are damaged; move this file away, and decide anew")
    full = N_("{path}: decisions cannot be kept, the disk is full; make room and start again")
    unusable = N_("{path}: decisions cannot be kept ({reason}); check the disk and the permissions")

    def find(self, source_key: str) -> Review | None:
        """What was decided about a source.

        Raises Held("decision-damaged") if that cannot be read, until somebody decides anew.
        """
        row = self._db.execute("SELECT body FROM reviews WHERE source_key = ?", (source_key,)).fetchone()
        if row is not None:
            return self._read(source_key, row[0])
        if self._db.execute("SELECT 1 FROM set_aside WHERE source_key = ?", (source_key,)).fetchone():
            raise Held("decision-damaged")
        return None

    def _read(self, source_key: str, body: object) -> Review:
        try:
            return schema.read_text(ReviewBody, body).review()
        except ValueError:
            self._set_aside(source_key, body)
            raise Held("decision-damaged") from None

    def _set_aside(self, source_key: str, body: object) -> None:
        self._db.execute("SAVEPOINT aside")
        self._db.execute("INSERT INTO set_aside VALUES (?, ?, ?)", (source_key, body, time.time()))
        self._db.execute("DELETE FROM reviews WHERE source_key = ?", (source_key,))
        self._db.execute("RELEASE aside")

    def damaged_sources(self) -> list[str]:
        """Keyed hashes of the sources whose decision cannot be read, and about which nobody decided anew."""
        rows = self._db.execute(
            "SELECT DISTINCT source_key FROM set_aside WHERE source_key NOT IN (SELECT source_key FROM reviews)"
        )
        return [source_key for (source_key,) in rows.fetchall()]

    def save(self, source_key: str, fresh: Review) -> Review:
        """Keep what was decided, as the version after the one it says. Raises Conflict if that is not what stands now."""
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            current = self._current(source_key)
            if current.version != fresh.version:
                raise Conflict(current)
            body = ReviewBody.of(replace(fresh, version=fresh.version + 1))
            self._db.execute(
                "INSERT OR REPLACE INTO reviews VALUES (?, ?, ?)", (source_key, schema.text(body), time.time())
            )
            return body.review()  # with shapes rounded as they are kept

    def _current(self, source_key: str) -> Review:
        try:
            return self.find(source_key) or Review()
        except Held:
            return Review()

    def reviews(self) -> Iterator[tuple[str, Review]]:
        """Every source that somebody decided about, and what; but for what cannot be read, see `damaged_sources`."""
        for source_key, body in self._db.execute("SELECT source_key, body FROM reviews ORDER BY decided").fetchall():
            with suppress(Held):
                yield source_key, self._read(source_key, body)

    def changes(self) -> int:
        """Another number once another program, or another part of this one, has written here."""
        (version,) = self._db.execute("PRAGMA data_version").fetchone()
        return int(version)

    def decided_since(self, seconds: float) -> set[str]:
        """Keyed hashes of the sources about which somebody decided since a time; seconds since 1970, UTC."""
        rows = self._db.execute("SELECT source_key FROM reviews WHERE decided >= ?", (seconds,))
        return {source_key for (source_key,) in rows.fetchall()}

    def look_at(self, source_key: str, recipe: str) -> None:
        """Note that somebody looked at a source with what was found in it by that recipe."""
        self._db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (source_key, recipe))

    def looked_at(self, source_key: str, recipe: str) -> bool:
        """Whether somebody did."""
        query = "SELECT 1 FROM seen WHERE source_key = ? AND recipe = ?"
        return self._db.execute(query, (source_key, recipe)).fetchone() is not None

    def remember(self, path: str, size: int, changed: int, source_key: str) -> None:
        """Note where a source lies. changed: nanoseconds since 1970."""
        self._db.execute(
            "INSERT OR REPLACE INTO places VALUES (?, ?, ?, ?)", (os.fsencode(path), size, changed, source_key)
        )

    def recognise(self, path: str, size: int, changed: int) -> str | None:
        """Keyed hash of the source that lay there when the file had this size and time."""
        row = self._db.execute(
            "SELECT source_key FROM places WHERE path = ? AND size = ? AND changed = ?", (os.fsencode(path), size, changed)
        ).fetchone()
        return row[0] if row else None

    def accepted(self, path: str, size: int, changed: int) -> Review | None:
        """What somebody accepted about the source there, as it stands today; see `remember`. Raises Held as `find`."""
        source_key = self.recognise(path, size, changed)
        decided = self.find(source_key) if source_key else None
        return decided.on(date.today()) if decided is not None and decided.accepted else None

    def keep_proposal(self, source_key: str, recipe: str, body: ProposalBody) -> None:
        """Keep what was found in a source by a recipe (digest of policy, program and models); the newest only."""
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            self._db.execute("DELETE FROM looks WHERE source_key = ?", (source_key,))
            self._db.execute("INSERT INTO looks VALUES (?, ?, ?)", (source_key, recipe, schema.text(body)))

    def find_proposal(self, source_key: str, recipe: str) -> ProposalBody | None:
        """What was found in a source by this very recipe; None if that cannot be read, because it can be found again."""
        row = self._db.execute(
            "SELECT body FROM looks WHERE source_key = ? AND recipe = ?", (source_key, recipe)
        ).fetchone()
        try:
            return schema.read_text(ProposalBody, row[0]) if row else None
        except ValueError:
            return None

    def opened(self, one: Recent) -> None:
        """Note a folder that somebody works on."""
        folder = os.fsencode(one.folder)
        self._db.execute(
            "INSERT OR REPLACE INTO albums VALUES (?, ?, ?, ?)", (folder, os.fsencode(one.output), one.preset, time.time())
        )
        if one.choices is not None:
            chosen = (folder, os.fsencode(one.private), schema.text(one.choices))
            self._db.execute("INSERT OR REPLACE INTO chosen VALUES (?, ?, ?)", chosen)

    def recent(self) -> list[Recent]:
        """The folders opened last, the latest first."""
        rows = self._db.execute(
            "SELECT folder, output, preset, private, body FROM albums LEFT JOIN chosen USING (folder)"
            " WHERE typeof(folder) = 'blob' AND typeof(output) = 'blob' AND typeof(preset) = 'text'"
            " ORDER BY opened DESC LIMIT ?",
            (_RECENT,),
        )
        return [_recent(*row) for row in rows.fetchall()]

    def published(self, source_key: str, copy_key: str, prepared: Review) -> None:
        """Note which permissions a copy relies on that was just written."""
        relied = {(item.visible.form, item.visible.until.isoformat()) for item in prepared.items if item.visible}
        rows = [(source_key, copy_key, *one) for one in sorted(relied)]
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            self._db.execute("DELETE FROM shown WHERE copy_key = ?", (copy_key,))
            self._db.executemany("INSERT INTO shown VALUES (?, ?, ?, ?)", rows)

    def relying(self, form: str) -> set[str]:
        """Keyed hashes of copies that rely on the form of that number."""
        rows = self._db.execute("SELECT copy_key FROM shown WHERE form = ?", (form,))
        return {copy_key for (copy_key,) in rows.fetchall()}

    def lapsed(self, today: date) -> set[str]:
        """Keyed hashes of copies that rely on a permission that has ended."""
        rows = self._db.execute("SELECT copy_key FROM shown WHERE until < ?", (today.isoformat(),))
        return {copy_key for (copy_key,) in rows.fetchall()}

    def copies(self) -> list[Relying]:
        """Every copy that was written with somebody visible, once for each form and end."""
        rows = self._db.execute("SELECT source_key, copy_key, form, until FROM shown")
        return [_relying(row) for row in rows.fetchall()]

    def copies_over(self, today: date) -> list[Relying]:
        """Those of `copies` of which the permission has ended or was taken back."""
        rows = self._db.execute(
            "SELECT source_key, copy_key, form, until FROM shown WHERE until < ? OR form IN (SELECT form FROM withdrawn)",
            (today.isoformat(),),
        )
        return [_relying(row) for row in rows.fetchall()]

    def lying(self, source_key: str) -> list[Path]:
        """Where a source was last seen; absolute paths."""
        rows = self._db.execute("SELECT path FROM places WHERE source_key = ? AND typeof(path) = 'blob'", (source_key,))
        return [Path(os.fsdecode(path)) for (path,) in rows.fetchall()]

    def withdrawn(self) -> dict[str, date]:
        """Numbers of the forms that were taken back, and when."""
        rows = self._db.execute("SELECT form, day FROM withdrawn ORDER BY form").fetchall()
        return {form: date.fromisoformat(day) for form, day in rows}

    def withdraw(self, form: str) -> int:
        """End every permission with this form's number: those places are covered again, and somebody must look. It is noted
        as taken back, unless nobody knows that number. Returns how many places there were.
        """
        ended = 0
        for source_key, decided in list(self.reviews()):
            items = tuple(
                replace(item, visible=None, asked=True) if item.visible and item.visible.form == form else item
                for item in decided.items
            )
            if items != decided.items:
                self.save(source_key, replace(decided, accepted=False, items=items))
                ended += sum(one != other for one, other in zip(items, decided.items, strict=True))
        if ended or self._db.execute("SELECT 1 FROM shown WHERE form = ?", (form,)).fetchone():
            self._db.execute("INSERT OR IGNORE INTO withdrawn VALUES (?, ?)", (form, date.today().isoformat()))
        return ended

    def forget(self, path: Path) -> int:
        """Delete everything about a file or a folder; the bytes too. Returns how many files."""
        doomed = [
            (name, source_key)
            for name, source_key in self._db.execute("SELECT path, source_key FROM places WHERE typeof(path) = 'blob'")
            if Path(os.fsdecode(name)).is_relative_to(path)
        ]
        albums = [
            (folder,)
            for (folder,) in self._db.execute("SELECT folder FROM albums WHERE typeof(folder) = 'blob'")
            if Path(os.fsdecode(folder)).is_relative_to(path)
        ]
        keys = [(source_key,) for _, source_key in doomed]
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            self._db.executemany("DELETE FROM places WHERE path = ?", [(name,) for name, _ in doomed])
            self._db.executemany("DELETE FROM reviews WHERE source_key = ?", keys)
            self._db.executemany("DELETE FROM looks WHERE source_key = ?", keys)
            self._db.executemany("DELETE FROM set_aside WHERE source_key = ?", keys)
            self._db.executemany("DELETE FROM shown WHERE source_key = ?", keys)
            self._db.executemany("DELETE FROM seen WHERE source_key = ?", keys)
            self._db.executemany("DELETE FROM albums WHERE folder = ?", albums)
            self._db.executemany("DELETE FROM chosen WHERE folder = ?", albums)
        self._empty_deleted()
        return len(doomed)


def _recent(folder: bytes, output: bytes, preset: str, private: object, body: object) -> Recent:
    choices = None
    with suppress(ValueError):
        choices = schema.read_text(ChoicesBody, body)
    known = private if isinstance(private, bytes) else b""
    return Recent(os.fsdecode(folder), os.fsdecode(output), preset, os.fsdecode(known), choices)


def _relying(row: tuple[str, str, str, str]) -> Relying:
    source_key, copy_key, form, until = row
    return Relying(source_key, copy_key, form, date.fromisoformat(until))
