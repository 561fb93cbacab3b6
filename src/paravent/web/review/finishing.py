"""What is done: copies, what was covered, who stays visible, what waits; and ways to take the copies along."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from paravent.engine import handing_over
from paravent.engine.handing_over import Checked
from paravent.errors import UsageProblem
from paravent.i18n import dates
from paravent.i18n.texts import _, hold_text
from paravent.report import wording
from paravent.report.summary import PERMISSIONS, permitted
from paravent.web.review.album import Picture, State
from paravent.web.review.payloads import Done, PreparedCopy, VisibleCount, WaitingPicture
from paravent.web.review.session import ReviewSession

_LISTED = 500
_LINK_SECONDS = 60  # a link to an archive that nobody followed by then is void
_OPENING = 3.0  # seconds in which a program of the desktop says that it cannot
_WAITS = (State.ASKS, State.OPEN, State.WAITING, State.DECIDED, State.WORKING, State.HELD)


def told(session: ReviewSession) -> Done:
    """How it stands with the folder that is open."""
    standing: defaultdict[State, list[Picture]] = defaultdict(list)
    for picture in session.album.pictures:
        standing[picture.state].append(picture)
    prepared = [*standing[State.READY], *standing[State.PRIVATE]]
    waiting = [one for state in _WAITS for one in standing[state]]
    return Done(
        when=dates.moment(dates.now()),
        publish=len(standing[State.READY]),
        private=len(standing[State.PRIVATE]),
        covered=wording.regions(_covered(prepared)),
        visible=tuple(VisibleCount(_(PERMISSIONS[why]), count) for why, count in _visible(prepared).most_common()),
        copies=tuple(map(_copy, prepared[:_LISTED])),
        waiting=tuple(map(_waiting, waiting[:_LISTED])),
        waiting_count=len(waiting),
    )


def _covered(pictures: Iterable[Picture]) -> Counter[str]:
    items = (item for picture in pictures for item in picture.review.items if item.visible is None)
    return Counter("drawn" if item.origin == "drawn" else item.kind for item in items)


def _visible(pictures: Iterable[Picture]) -> Counter[str]:
    return Counter(item.visible.reason for picture in pictures for item in picture.review.items if item.visible)


def _copy(picture: Picture) -> PreparedCopy:
    covered, visible = wording.regions(_covered([picture])), permitted(_visible([picture]))
    return PreparedCopy(str(picture.copy or ""), picture.found.relative, covered, visible)


def _waiting(picture: Picture) -> WaitingPicture:
    why = hold_text(*picture.held) if picture.held else ""
    return WaitingPicture(picture.number, picture.found.relative, picture.state, why)


@dataclass(slots=True)
class _Offer:
    session: ReviewSession
    outcome: str
    checked: Checked
    until: float


@dataclass(slots=True)
class Archives:
    """Archives that were asked for and not fetched yet, each by the token of a link that works once."""

    _offers: dict[str, _Offer] = field(default_factory=dict)

    async def offer(self, session: ReviewSession, outcome: str) -> tuple[str, Checked]:
        """The token of an archive of all copies of an outcome; what it will hold."""
        output, key, rows = session.handed_over(outcome)
        found = await asyncio.to_thread(handing_over.checked, output, key, rows)
        now = time.monotonic()
        self._offers = {token: offer for token, offer in self._offers.items() if offer.until > now}
        token = secrets.token_urlsafe(32)
        self._offers[token] = _Offer(session, outcome, found, now + _LINK_SECONDS)
        return token, found

    def taken(self, token: str, session: ReviewSession | None) -> Iterator[bytes] | None:
        """The archive of that token, in pieces, the first time and in time; None for all else."""
        offer = self._offers.pop(token, None)
        if offer is None or offer.until < time.monotonic() or offer.session is not session:
            return None
        output, key, _rows = offer.session.handed_over(offer.outcome)
        return handing_over.zipped(output, key, offer.checked.copies)


async def open_folder(folder: Path) -> None:
    """Show a folder in the desktop's own program for files. Raises UsageProblem."""
    if not folder.is_dir():
        raise UsageProblem(_("{path}: is not there").format(path=folder))
    if sys.platform == "win32":
        import os  # noqa: PLC0415

        await asyncio.to_thread(os.startfile, folder)
        return
    program = "/usr/bin/open" if sys.platform == "darwin" else shutil.which("xdg-open")
    # A relative entry of PATH would be looked up among the pictures.
    if program is None or not Path(program).is_absolute() or not await _worked(program, folder):
        raise UsageProblem(_("{path}: no program for files was found; open this folder yourself").format(path=folder))


async def _worked(program: str, folder: Path) -> bool:
    """Whether it ended well, or goes on."""
    nowhere = subprocess.DEVNULL
    try:
        started = await asyncio.create_subprocess_exec(
            *(program, str(folder)), stdin=nowhere, stdout=nowhere, stderr=nowhere, cwd="/", start_new_session=True
        )
    except OSError:
        return False
    try:
        return await asyncio.wait_for(started.wait(), _OPENING) == 0
    except TimeoutError:
        return True
