"""A database in the private state folder: made, opened, left and emptied with the same care whatever is kept in it."""

from __future__ import annotations

import errno
import os
import shlex
import sqlite3
from pathlib import Path
from typing import ClassVar, Self

from paravent.errors import UsageProblem
from paravent.i18n.texts import _


class PrivateDatabase:
    """The database at `path`, made if need be. Raises UsageProblem if it cannot be used.

    As a context manager it turns the database's errors inside the block into UsageProblem too.

    schema: statements for a new database, which set its version; always: statements for every opening. damaged, full,
    unusable: what to say then, with gaps for path, folder (quoted for a shell) and reason.
    """

    version: ClassVar[int]
    schema: ClassVar[str]
    always: ClassVar[tuple[str, ...]] = ()
    damaged: ClassVar[str]
    full: ClassVar[str]
    unusable: ClassVar[str]

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            self._db = sqlite3.connect(path, timeout=60, isolation_level=None)
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise self._problem(error) from None

    def _prepare(self) -> None:
        for pragma in ("secure_delete = ON", "journal_mode = WAL", "synchronous = NORMAL", "temp_store = MEMORY"):
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


def damage() -> sqlite3.DatabaseError:
    """What SQLite raises for a damaged file, for a row that holds something else than it should."""
    error = sqlite3.DatabaseError("a row holds something else")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error
