"""Shows originals on the page: made in workers when they are asked for, in bounded memory, never on disk."""

from __future__ import annotations

import asyncio

from paravent.engine.resident import Urgency
from paravent.engine.session import Session
from paravent.errors import Held
from paravent.model.geometry import Ellipse, Region, Shape
from paravent.model.keyframes import move_at, moved
from paravent.model.review import Review, ReviewItem
from paravent.web.review.album import Picture
from paravent.web.review.cache import Cache
from paravent.web.review.rendering import Job, ReelJob, SoundJob, View, ViewJob, start_showing

THUMBNAIL = 360  # pixels, longest side
_CACHE = 64 << 20


class Views:
    """To be made and asked in the event loop. session: by its policy previews are covered."""

    def __init__(self, session: Session) -> None:
        self._policy = session.policy
        self._thumbnails = session.resident(start_showing, "wall", min(2, session.settings.limits.workers))
        self._views = session.resident(start_showing, "view", 1)
        self._cache = Cache(_CACHE)
        self.begun = asyncio.Event()  # a thumbnail was made

    def close(self) -> None:
        """End the workers."""
        self._thumbnails.close()
        self._views.close()

    async def thumbnail(self, picture: Picture) -> bytes:
        """A small view with what is to be covered, JPEG. Raises Held, Displaced."""
        covered = self._covered(picture)
        name = (picture.number, covered)
        data = self._cache.get(name)
        if data is None:
            job = ViewJob(picture.found.identity, 0, THUMBNAIL, painted=(covered, self._policy))
            try:
                answer = self._thumbnails.submit(job, Urgency.SHOWN, latest_first=True)
                data = shown(await asyncio.wrap_future(answer)).data
            finally:
                self.begun.set()
            self._cache.put(name, data)
        return data

    async def view(self, picture: Picture, page: int, longest: int, tile: tuple[int, int] | None) -> View:
        """A large view or a tile of it. Raises Held, Displaced."""
        job = ViewJob(picture.found.identity, page, longest, tile, kept=True)
        return await self._large(job)

    async def frame(self, picture: Picture, milliseconds: int, longest: int) -> View:
        """A frame of a film, at a time since its first. Raises Held, Displaced."""
        job = ViewJob(picture.found.identity, 0, longest, kept=True, at=milliseconds / 1000)
        if longest > THUMBNAIL:
            return await self._large(job)
        name = (picture.number, milliseconds, longest)
        data = self._cache.get(name)
        if data is None:
            answer = self._thumbnails.submit(job, Urgency.SHOWN)
            data = shown(await asyncio.wrap_future(answer)).data
            self._cache.put(name, data)
        width, height = (picture.proposal.facts.width, picture.proposal.facts.height) if picture.proposal else (0, 0)
        return View(data, width, height, 1, True)

    async def covered(
        self, picture: Picture, page: int, milliseconds: int, longest: int, placed: tuple[Region, ...]
    ) -> View:
        """A picture, or a frame of a film, as it would be with these places covered. Raises Held, Displaced."""
        painted, at = (placed, self._policy), milliseconds / 1000
        return await self._large(ViewJob(picture.found.identity, page, longest, kept=True, at=at, painted=painted))

    async def reel(self, picture: Picture, longest: int, frames: tuple[tuple[float, tuple[Region, ...]], ...]) -> View:
        """Frames of a film one after the other, covered; see `ReelJob`. Raises Held, Displaced."""
        return await self._large(ReelJob(picture.found.identity, longest, frames, self._policy))

    async def sound(self, picture: Picture, milliseconds: int, seconds: float, *, disguise: bool) -> bytes:
        """A piece of a film's sound as WAV; see `SoundJob`. Raises Held, Displaced."""
        return (await self._large(SoundJob(picture.found.identity, milliseconds / 1000, seconds, disguise))).data

    async def preview(self, picture: Picture, review: Review, page: int, longest: int) -> View:
        """What the copy would look like. Raises Held, Displaced."""
        job = ViewJob(picture.found.identity, page, longest, kept=True, covered=(review, self._policy))
        return await self._large(job)

    def _covered(self, picture: Picture) -> tuple[Region, ...]:
        """What is covered in the first page, or in the first frame of a film."""
        here = ((item, self._at_first(item)) for item in picture.review.items if item.visible is None and item.page == 0)
        return tuple(Region(shape, item.kind, style=item.style or "") for item, shape in here if shape is not None)

    def _at_first(self, item: ReviewItem) -> Shape | None:
        """Where an item is in the first page or frame; None where it is not in it."""
        shape = self._as_found(item)
        return moved(shape, move_at(item.keys, 0)) if shape is not None and item.keys else shape

    def _as_found(self, item: ReviewItem) -> Shape | None:
        """The same, wherever somebody moved it."""
        if item.course is None or not item.course.marks:
            return item.shape if item.course is None or item.course.first == 0 else None
        (first, box), margin = item.course.marks[0], self._policy.margin
        if first > 0:
            return None
        if item.kind != "face":
            return box.outline()
        return Ellipse(box.x + box.w / 2, box.y + box.h / 2, box.w * margin / 2, box.h * margin / 2)

    async def _large(self, job: Job) -> View:
        answer = self._views.submit(job, Urgency.OPENED, latest_first=True)
        return shown(await asyncio.wrap_future(answer))


def shown(view: View | Held) -> View:
    """What a worker made. Raises Held for what it could not."""
    if isinstance(view, Held):
        raise view
    return view
