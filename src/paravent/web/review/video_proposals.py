"""Films are looked through once, when somebody opens them first; the review store keeps what was found, not memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from paravent.engine.found_again import item_of
from paravent.errors import Held, ParaventError
from paravent.process import origin
from paravent.state.bodies import VideoProposalBody
from paravent.state.reviews import ReviewStore
from paravent.web.review.album import Picture


@dataclass(frozen=True, slots=True)
class VideoProposal:
    """A film that was looked through. places: of its review, which each of its tracks is. video: what was seen."""

    items: tuple[str, ...]
    video: VideoProposalBody


class VideoProposals:
    """Looks through films. follow: does it for one, so that its look is `followed` then; raises ParaventError. at_once: how
    many at a time. To be made and asked in the event loop."""

    def __init__(self, follow: Callable[[Picture], Awaitable[None]], store: ReviewStore, recipe: str, at_once: int) -> None:
        self._follow = follow
        self._store = store
        self._recipe = recipe
        self._free = asyncio.Semaphore(at_once)
        self._running: dict[int, asyncio.Task[None]] = {}
        self._failed: dict[int, ParaventError | Held] = {}

    @property
    def tasks(self) -> tuple[asyncio.Task[None], ...]:
        """What is running."""
        return tuple(self._running.values())

    def ask(self, picture: Picture) -> VideoProposal | None:
        """What would be covered in a film, and when; None as long as it is being looked through, which begins now if nobody
        asked before. Raises ParaventError, once for each try."""
        if picture.proposal is None or not picture.proposal.facts.video or not picture.source_key:
            raise Held("not-looked-at")
        if (failed := self._failed.pop(picture.number, None)) is not None:
            raise failed
        kept = self._store.find_proposal(picture.source_key, self._recipe) if picture.proposal.followed else None
        if kept is not None and kept.followed is not None:
            return VideoProposal(tuple(item_of(picture.review, one) for one in picture.proposal.items), kept.followed)
        if picture.number not in self._running:
            self._running[picture.number] = asyncio.create_task(self._run(picture))
        return None

    async def _run(self, picture: Picture) -> None:
        try:
            async with self._free:
                await self._follow(picture)
        except ParaventError as problem:
            self._failed[picture.number] = problem
        except Exception as defect:  # one of ours costs this film, not the page
            self._failed[picture.number] = Held("internal", detail=origin.kind(defect))
        finally:
            del self._running[picture.number]
