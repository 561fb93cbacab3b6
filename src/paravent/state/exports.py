"""Which exports were said to be of one's own account, by keyed hash of what says whose it is. No name, no address."""

from __future__ import annotations

import time

from paravent.i18n.texts import N_
from paravent.state.database import PrivateDatabase

_SCHEMA = """
CREATE TABLE owners (
    owner_key TEXT PRIMARY KEY,
    confirmed REAL NOT NULL     -- seconds since 1970, UTC
) WITHOUT ROWID;
PRAGMA user_version = 1;
"""


class ExportStore(PrivateDatabase):
    """See `PrivateDatabase`."""

    version = 1
    schema = _SCHEMA
    damaged = N_("{path}: the list of one's own exports is damaged; move this file away, and confirm anew")
    full = N_("{path}: nothing can be kept of an export, the disk is full; make room and start again")
    unusable = N_("{path}: nothing can be kept of an export ({reason}); check the disk and the permissions")

    def is_own(self, owner: str) -> bool:
        """Whether somebody said so of this account."""
        return self._db.execute("SELECT 1 FROM owners WHERE owner_key = ?", (owner,)).fetchone() is not None

    def confirm(self, owner: str) -> None:
        """Keep that somebody said so."""
        self._db.execute("INSERT OR IGNORE INTO owners VALUES (?, ?)", (owner, time.time()))
