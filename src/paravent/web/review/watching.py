"""Serves the copy of a film to a player of the page: the very file that was written, to whoever has a ticket.

A player sends no key of the page; a ticket of its own for each copy takes its place, and the cookie is asked for as always.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from starlette.responses import FileResponse, Response

_BYTES = 32


@dataclass(frozen=True, slots=True)
class Watched:
    """A copy that is watched. mark: what the file system says of it; another file in its place is not served."""

    path: Path
    mark: tuple[int, int, int]
    ticket: str = field(default_factory=lambda: secrets.token_urlsafe(_BYTES), repr=False)

    @classmethod
    def of(cls, path: Path) -> Watched:
        """Raises OSError."""
        return cls(path, _mark(path))

    def response(self) -> Response | None:
        """The file, or the part of it that is asked for; None if it is not there any more."""
        try:
            if _mark(self.path) != self.mark:
                return None
        except OSError:
            return None
        return FileResponse(self.path, media_type="video/mp4", stat_result=self.path.stat())


def _mark(path: Path) -> tuple[int, int, int]:
    state = path.lstat()
    return state.st_ino, state.st_mtime_ns, state.st_size
