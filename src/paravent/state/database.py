"""A database in the private state folder: made, opened, left and emptied with the same care whatever is kept in it."""

from __future__ import annotations

import errno
import os
import shlex
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import ClassVar, Self
from urllib.parse import quote

from paravent.errors import UsageProblem
from paravent.i18n.texts import _

_PATIENCE = 60.0  # seconds to wait for another program that writes
_PAUSE = 0.02  # seconds


class PrivateDatabase:
    """The database at `path`, made if need be. Raises UsageProblem if it cannot be used.

    As a context manager it turns the database's errors inside the block into UsageProblem too.

    schema: statements for a new database, which set its version; always: statements for every opening. damaged, full,
    unusable: what to say then, with gaps for path, folder (quoted for a shell) and reason. in_memory: work on a copy in
    memory, and leave the disk as it is.
    """

    version: ClassVar[int]
    schema: ClassVar[str]
    always: ClassVar[tuple[str, ...]] = ()
    damaged: ClassVar[str]
    full: ClassVar[str]
    unusable: ClassVar[str]

    def __init__(self, path: Path, *, in_memory: bool = False) -> None:
        self._path = path
        try:
            self._db = _copied(path) if in_memory else _connected(path)
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise self._problem(error) from None

    def _prepare(self) -> None:
        _keep_a_log(self._db)
        for pragma in ("secure_delete = ON", "synchronous = NORMAL", "temp_store = MEMORY"):
            self._db.execute(f"PRAGMA {pragma}").fetchall()
        self._db.execute("BEGIN IMMEDIATE")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version == 0:
            for statement in self.schema.split(";\n"):
                self._db.execute(statement)
        for statement in self.always:
            self._db.execute(statement)
        self._db.execute("COMMIT")
        if version > self.version:
            self._db.close()
            raise UsageProblem(
                _("{path}: written by a newer Paravent; update, or use another --private folder").format(path=self._path)
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        self.close()
        if isinstance(error, sqlite3.Error):
            raise self._problem(error) from None

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def _empty_deleted(self) -> None:
        """Leave no bytes of what was deleted."""
        # Twice: vacuuming goes through the log, and only a truncated log holds nothing of what was deleted.
        for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            self._db.execute(statement).fetchall()

    def _problem(self, error: OSError | sqlite3.Error) -> UsageProblem:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest tells kinds of a kind
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            sentence = self.damaged
        elif code == sqlite3.SQLITE_FULL or getattr(error, "errno", 0) == errno.ENOSPC:
            sentence = self.full
        else:
            sentence = self.unusable
        folder = shlex.quote(str(self._path.parent))
        return UsageProblem(_(sentence).format(path=self._path, folder=folder, reason=error))


def _connected(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    return sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)


def _keep_a_log(db: sqlite3.Connection) -> None:
    # SQLite does not wait here by itself when another program opens the new database at the same moment.
    last = time.monotonic() + _PATIENCE
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL").fetchall()
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > last:
                raise
        time.sleep(_PAUSE)


def _copied(path: Path) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:", isolation_level=None)
    if path.exists():
        # Without a log the file is whole; then no log is begun for our sake either.
        alone = "" if path.with_name(path.name + "-wal").exists() else "&immutable=1"
        address = f"file:{quote(os.fsencode(path))}?mode=ro{alone}"
        with closing(sqlite3.connect(address, timeout=_PATIENCE, uri=True)) as original:
            original.backup(copy)
    return copy


def damage() -> sqlite3.DatabaseError:
    """What SQLite raises for a damaged file, for a row that holds something else than it should."""
    error = sqlite3.DatabaseError("a row holds something else")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error
