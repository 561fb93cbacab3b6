"""The work on one opened folder: looking ahead, showing, keeping decisions, carrying them out. Lives in the event loop."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from paravent.engine import permissions
from paravent.engine.deciding import DecidedCopies
from paravent.engine.found_again import with_found, with_tracks
from paravent.engine.resident import Displaced, Urgency
from paravent.engine.reviewing import Facts, Reviewed, ReviewJob, looking, start_reviewing
from paravent.engine.session import Session
from paravent.errors import Held, OutputProblem, ParaventError, UsageProblem
from paravent.i18n.texts import _
from paravent.model.job import Outcome
from paravent.model.policy import Policy
from paravent.model.report import FileReport, Status
from paravent.model.review import Review, ReviewOutcome
from paravent.process import origin
from paravent.state.ledger import Row
from paravent.state.reviews import Conflict
from paravent.stores.base import Output
from paravent.web.review import proposals
from paravent.web.review.album import Album, Picture, PictureProposal, State
from paravent.web.review.video_proposals import VideoProposal, VideoProposals
from paravent.web.review.views import THUMBNAIL, Views

# What may be looked for in a single picture besides what the policy says.
MORE: dict[str, dict[str, Any]] = {"people": {"people": True}, "text": {"text": "all"}, "codes": {"codes": True}}
_AHEAD = 2  # pictures out to be looked at, for each worker
_GLANCE = 0.3  # seconds in which a page that was opened asks for what it shows
_PATIENCE = 5.0  # seconds until other work begins although no thumbnail was made
_CLOCKS = 60.0  # seconds that are read again, for what was being written meanwhile
_REMEMBERED_AT_ONCE = 200  # files, between which others have their turn


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """What a person asks for. pictures: a file or folder. output, private: folders for the copies, of which the second is
    for a private audience. only: names of the files in the folder that are wanted, () for all that it holds."""

    pictures: Path
    output: Path
    private: Path
    policy: Policy
    only: tuple[str, ...] = ()


class ReviewSession:
    """One opened folder. To be made in the event loop; `close` ends it, and the session of the engine."""

    def __init__(self, request: ReviewRequest, album: Album, session: Session) -> None:
        self.request = request
        self.album = album
        self._session = session
        self._store = session.reviews
        self._workers = session.settings.limits.workers
        self._recipe = session.recipe
        self._known = (self._store.changes(), date.today())
        self._fresh_from = time.time() - _CLOCKS
        self._ended = self._over()
        self._copies = DecidedCopies(session)
        self.views = Views(session)
        self._loop = asyncio.get_running_loop()
        self._reviewing = session.resident(start_reviewing, "review", beat=self._heard)
        self._numbers = {picture.found.identity: picture.number for picture in album.pictures}
        self._times: dict[int, int] = {}
        self._wanted: deque[int] = deque(maxlen=500)
        self._looking: set[int] = set()
        self._accepted: deque[int] = deque()
        # One worker stays free for pictures meanwhile.
        self._videos = VideoProposals(self._follow, self._store, self._recipe, max(1, self._workers - 1))
        self._more = asyncio.Event()
        self._decided_more = asyncio.Event()
        self._watched = False
        self.problem = ""
        self.lost = ""  # what was decided and cannot be read any more
        self._tasks = [asyncio.create_task(one) for one in self._work()]

    def _work(self) -> list[Coroutine[Any, Any, None]]:
        ahead = [self._look_ahead() for _ in range(_AHEAD * self._workers)]
        carrying = [self._carry_out() for _ in range(self._workers)]
        self._cursor = iter(range(len(self.album.pictures)))
        return [self._remember(), self._be_ready(), *ahead, *carrying]

    async def close(self) -> None:
        """End all work; what is being published is either done or not begun."""
        for task in (*self._tasks, *self._videos.tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._videos.tasks, return_exceptions=True)
        for close in (self.views.close, self._reviewing.close):
            await asyncio.to_thread(close)
        self._session.close()

    @property
    def busy(self) -> bool:
        """Whether copies are being prepared."""
        return self.album.counts[State.WORKING] > 0

    # What is done

    def handed_over(self, outcome: str) -> tuple[Output, bytes, list[Row]]:
        """Where the copies of an outcome lie, the key by which they are known again, and those that are there now."""
        state = {"publish": State.READY, "private": State.PRIVATE}[outcome]
        done = (picture for picture in self.album.pictures if picture.state is state)
        rows = (self._copies.row(picture.found.identity, outcome) for picture in done)
        return self._session.output(outcome), self._session.key, [row for row in rows if row and row.copy_key]

    # Looking

    def want(self, numbers: list[int]) -> None:
        """Look at these first: they are on somebody's screen."""
        self._wanted.extendleft(
            number
            for number in reversed(numbers)
            if (picture := self.album.find(number)) and picture.proposal is None and picture.held is None
        )
        self._watched = True
        self._more.set()

    async def looked(self, picture: Picture) -> None:
        """Look at a picture now, if nobody has."""
        if picture.proposal is None and picture.held is None:
            await self._look(picture, Urgency.OPENED)

    # Films

    def video(self, picture: Picture) -> VideoProposal | None:
        """See `VideoProposals.ask`."""
        return self._videos.ask(picture)

    async def _follow(self, picture: Picture) -> None:
        """Look through all frames of a film. Raises ParaventError."""
        picture.following, picture.share = True, 0.0
        self.album.changed(picture)
        try:
            done = await self._looked_through(looking(self._session, picture.found, tracks=True))
            if done.facts.source_key != picture.source_key:
                raise Held("changed-since-decided")
            proposal = proposals.of(done, self._recipe)
            self._store.keep_proposal(picture.source_key, self._recipe, proposals.written(proposal, done.proposal))
            self._seen(picture, picture.source_key, proposal)
        finally:
            picture.following = False
            self.album.changed(picture)

    def _heard(self, task: ReviewJob | None, share: float) -> None:
        """A sign of life, in a thread of the resident workers."""
        if task is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._come, task, share)

    def _come(self, task: ReviewJob, share: float) -> None:
        """Long work has come so far."""
        picture = self.album.pictures[self._numbers[task.job.identity]]
        picture.share = share
        self.album.changed(picture)

    # Deciding

    def save(self, picture: Picture, fresh: Review) -> Review:
        """Keep what somebody decided. Raises Conflict, Held("not-looked-at")."""
        if not picture.source_key or picture.proposal is None:
            raise Held("not-looked-at")
        self._refuse_withdrawn(fresh)
        if not picture.proposal.facts.video:
            fresh = replace(fresh, recipe=self._recipe)
        elif picture.proposal.followed:  # no track is left out, whatever the page knew of
            fresh = with_tracks(fresh, picture.proposal.items, self._recipe)
        else:
            fresh = replace(fresh, recipe=picture.review.recipe)
        picture.review = self._store.save(picture.source_key, fresh)
        picture.lost = False
        self.album.changed(picture)
        return picture.review

    def save_last(self, picture: Picture, changed: Callable[[Review], Review]) -> None:
        """Keep what was changed last in a page that is gone, which nobody can ask any more: it holds, place by place,
        whatever else was decided meanwhile. Raises Held."""
        try:
            self.save(picture, changed(picture.review))
        except Conflict as conflict:  # another program; its decision is the one that this is put together with
            self.save(picture, changed(conflict.current))

    def _refuse_withdrawn(self, fresh: Review) -> None:
        """Nobody is left visible by a form that was taken back."""
        given = {item.visible.form for item in fresh.items if item.visible} & self._store.withdrawn().keys()
        if given:
            raise UsageProblem(
                _("Form {form} was taken back. If there is a new one, give it another number.").format(form=min(given))
            )

    def accept(self, picture: Picture, fresh: Review) -> Review:
        """Keep it, and have it carried out. Raises Conflict, Held."""
        settled = tuple(replace(item, asked=False) for item in fresh.items)
        saved = self.save(picture, replace(fresh, accepted=True, items=settled))
        picture.taken_back = False
        self._carry(picture)
        return saved

    def take_back(self, picture: Picture, before: Review) -> Review:
        """Somebody accepted it and thinks better of it: what stood before stands again, and no copy is left, not even one
        that is still being prepared. Raises Conflict, Held."""
        saved = self.save(picture, replace(before, accepted=False))
        picture.taken_back = True
        picture.written, picture.copy, picture.held = "", None, None
        self.album.changed(picture)
        self._copies.withdraw(picture.found.identity)
        return saved

    async def copy_to_watch(self, picture: Picture) -> Path:
        """The copy that was written and verified, if it is still the same to the last byte. Raises Held."""
        row = self._copies.row(picture.found.identity, picture.written)
        if picture.copy is None or row is None or not await asyncio.to_thread(self._copies.is_intact, row):
            raise Held("copy-changed")
        return row.copy

    def look_at(self, picture: Picture) -> None:
        """Somebody has looked at it, as it is proposed. A film that was not looked through shows nothing of that yet."""
        proposal = picture.proposal
        if not picture.source_key or proposal is None or (proposal.facts.video and not proposal.followed):
            return
        self._store.look_at(picture.source_key, self._recipe)
        picture.seen = True
        self.album.changed(picture)

    def refresh(self) -> None:
        """Take over what was decided elsewhere meanwhile: in another program, or by the end of a day."""
        now = (self._store.changes(), date.today())
        if now == self._known:
            return
        since, day = self._fresh_from, self._known[1]
        self._known, self._fresh_from = now, time.time() - _CLOCKS
        decided, self._ended = self._store.decided_since(since), self._over()
        for picture in self.album.pictures:
            ended = self._ended.get(picture.source_key, ())
            if picture.source_key in decided or day != now[1] or ended != picture.ended:
                picture.ended = ended
                self._reread(picture)

    def _reread(self, picture: Picture) -> None:
        if picture.proposal is None or not picture.source_key:
            return
        kept = self._kept(picture, picture.source_key)
        if kept.version:
            picture.review = self._merged(kept, picture.proposal)
        self.album.changed(picture)

    def _over(self) -> dict[str, tuple[str, ...]]:
        return permissions.over(self._store, self._session.ledger, date.today())

    def number_of(self, original: Path) -> int | None:
        """The number of a picture that lies there, if it is one of this folder."""
        return self._numbers.get(str(original))

    async def cover_more(self, picture: Picture, base: Review, what: str) -> Review:
        """Look for a further kind of thing (a key of `MORE`), cover what is found, and keep that.

        Raises Conflict, Held, UsageProblem and ModelsMissing if the detector is not installed.
        """
        policy = self.request.policy.with_options(**MORE[what])
        await asyncio.to_thread(self._session.install_models, policy)
        done = await self._looked_through(looking(self._session, picture.found, policy))
        return self.save(picture, with_found(base, proposals.of(done, "").items, ""))

    async def accept_rest(self) -> int:
        """Accept as proposed, for publication, what is without doubt and was looked at by somebody; go on with what was
        decided. Returns how many."""
        chosen = [
            one for one in self.album.pictures if (one.state is State.OPEN and one.seen) or one.state is State.DECIDED
        ]
        for picture in chosen:
            await asyncio.sleep(0)  # others have their turn
            if picture.state is State.DECIDED:
                self._carry(picture)
            elif picture.state is State.OPEN and picture.seen:
                with suppress(Conflict):  # somebody decides about this one right now
                    self.accept(picture, replace(picture.review, outcome="publish"))
        return len(chosen)

    async def decide(self, numbers: Iterable[int], outcome: ReviewOutcome) -> None:
        """Accept with that outcome what may be so at once; see `may_be_decided`."""
        for number in numbers:
            await asyncio.sleep(0)  # others have their turn
            picture = self.album.find(number)
            if picture is not None and may_be_decided(picture, outcome):
                with suppress(Conflict, UsageProblem):  # somebody decides about this one right now
                    self.accept(picture, replace(picture.review, outcome=outcome))

    def time(self, picture: Picture) -> int:
        """When its file was changed last, in nanoseconds; asked once."""
        if picture.number not in self._times:
            mark = self._session.source.mark(picture.found.identity)
            self._times[picture.number] = mark.changed if mark else 0
        return self._times[picture.number]

    def _carry(self, picture: Picture) -> None:
        picture.working, picture.held = True, None
        self.album.changed(picture)
        self._accepted.append(picture.number)
        self._decided_more.set()

    # Work in the background

    async def _be_ready(self) -> None:
        """Have a worker started before somebody opens a picture."""
        if self.album.pictures:
            await self._others_first()
            with suppress(Held, Displaced, ParaventError):
                await self.views.view(self.album.pictures[0], 0, THUMBNAIL, None)

    async def _others_first(self) -> None:
        """Workers that start all at once keep each other waiting: first those that somebody looks at."""
        await asyncio.sleep(_GLANCE)
        if self._watched:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.views.begun.wait(), _PATIENCE)

    async def _remember(self) -> None:
        """Recognise what was looked at and decided before."""
        for number, picture in enumerate(self.album.pictures):
            if number % _REMEMBERED_AT_ONCE == 0:
                await asyncio.sleep(0)
            self._recall(picture)
        self._more.set()

    def _recall(self, picture: Picture) -> None:
        mark = self._session.source.mark(picture.found.identity)
        source_key = self._store.recognise(picture.found.identity, mark.size, mark.changed) if mark else None
        if source_key is None or picture.source_key:
            return
        kept = self._store.find_proposal(source_key, self._recipe)
        if kept is not None:
            self._seen(picture, source_key, proposals.read(kept, self._recipe, picture.found.relative, source_key))

    async def _look_ahead(self) -> None:
        await self._more.wait()
        await self._others_first()
        while True:
            number = self._next()
            if number is None:
                self._more.clear()
                await self._more.wait()
                continue
            picture = self.album.pictures[number]
            if picture.proposal is None and picture.held is None:
                await self._look(picture, Urgency.AHEAD)

    def _next(self) -> int | None:
        return self._wanted.popleft() if self._wanted else next(self._cursor, None)

    async def _reviewed(self, task: ReviewJob, urgency: Urgency) -> Reviewed | Held:
        """What a worker makes of it. Raises what ended the workers' work as a whole, Displaced."""
        return await asyncio.wrap_future(self._reviewing.submit(task, urgency))

    async def _looked_through(self, task: ReviewJob) -> Reviewed:
        """What a worker finds in a picture that is open. Raises Held for one that is held back, and as `_reviewed` does."""
        done = await self._reviewed(task, Urgency.OPENED)
        if isinstance(done, Held):
            raise done
        _refuse_held(done.outcome)
        return done

    async def _look(self, picture: Picture, urgency: Urgency) -> None:
        if picture.number in self._looking and urgency is Urgency.AHEAD:
            return
        self._looking.add(picture.number)
        try:
            before = await asyncio.to_thread(self._session.source.mark, picture.found.identity)
            done = await self._reviewed(looking(self._session, picture.found), urgency)
        except ParaventError as error:
            self.problem = str(error)
            await asyncio.sleep(1)
            return
        except Exception as error:  # a defect of ours costs this picture, not the others
            done = Held("internal", detail=origin.kind(error))
        finally:
            self._looking.discard(picture.number)
        self.problem = ""
        report = done.outcome.report if isinstance(done, Reviewed) else _held_back(picture, done)
        if report.status is Status.HELD or not isinstance(done, Reviewed):
            picture.held = (report.hold, dict(report.hold_params))
            picture.proposal = PictureProposal(report, (), self._recipe, Facts(""))
            self.album.changed(picture)
            return
        proposal = proposals.of(done, self._recipe)
        source_key = done.facts.source_key
        if before is not None:
            self._store.remember(picture.found.identity, before.size, before.changed, source_key)
        self._store.keep_proposal(source_key, self._recipe, proposals.written(proposal))
        self._seen(picture, source_key, proposal)

    def _seen(self, picture: Picture, source_key: str, proposal: PictureProposal) -> None:
        """Put together what was found and what was decided about it."""
        kept = self._kept(picture, source_key)
        review = self._merged(kept, proposal)
        picture.source_key, picture.proposal, picture.review = source_key, proposal, review
        picture.seen = self._store.looked_at(source_key, self._recipe)
        picture.ended = self._ended.get(source_key, ())
        written, path = self._copies.written, picture.found.identity
        if review.accepted and (there := written(path, source_key, review) or written(path, source_key, kept)):
            picture.written, picture.copy = review.outcome, there
        self.album.changed(picture)

    def _kept(self, picture: Picture, source_key: str) -> Review:
        """What was decided, as it stands today; nothing, and somebody must look, if that cannot be read."""
        try:
            kept = self._store.find(source_key) or Review()
        except Held as held:
            picture.lost = True
            self.lost = f"{picture.found.relative}: {held}"
            return Review()
        return kept.on(date.today())

    def _merged(self, kept: Review, proposal: PictureProposal) -> Review:
        """What was decided, with what was found."""
        if proposal.facts.video and not proposal.followed:
            return kept
        if kept.version == 0:
            return Review(0, "", False, self._recipe, proposal.items)
        if proposal.facts.video and kept.recipe in ("", self._recipe):
            return with_tracks(kept, proposal.items, self._recipe)
        return with_found(kept, proposal.items, self._recipe)

    async def _carry_out(self) -> None:
        while True:
            if not self._accepted:
                self._decided_more.clear()
                await self._decided_more.wait()
                continue
            picture = self.album.pictures[self._accepted.popleft()]
            try:
                await self._prepare(picture)
            except Held as held:
                picture.held = (held.code, held.params)
            except OutputProblem as error:
                self.problem = str(error)
                picture.held = ("cannot-write", {"reason": str(self.request.output)})
            except ParaventError as error:
                self.problem = str(error)
                picture.held = ("internal", {"detail": origin.kind(error)})
            except Exception as error:  # a defect of ours costs this picture, not the others
                picture.held = ("internal", {"detail": origin.kind(error)})
            picture.working = False
            self.album.changed(picture)

    async def _prepare(self, picture: Picture) -> None:
        self.refresh()
        review = picture.review
        picture.written, picture.copy, picture.share = "", None, 0.0
        if not review.accepted:  # taken back meanwhile
            return
        if review.outcome == "no-post":
            self._copies.withdraw(picture.found.identity)
            return
        task = self._copies.plan(picture.found, review, picture.proposal.facts if picture.proposal else None)
        done = task if isinstance(task, Outcome) else await self._reviewed(task, Urgency.ACCEPTED)
        if isinstance(done, Held):
            raise done
        outcome = done if isinstance(done, Outcome) else done.outcome
        _refuse_held(outcome)
        if isinstance(task, ReviewJob):
            self._copies.record(task, outcome)
        if picture.taken_back:
            self._copies.withdraw(picture.found.identity)
            return
        self._ended = self._over()
        picture.ended = self._ended.get(picture.source_key, ())
        self.refresh()  # a form may have been taken back meanwhile
        if picture.review.version == review.version:
            picture.written = review.outcome
            picture.copy = Path(self._session.output(review.outcome).identity, outcome.report.output)


def may_be_decided(picture: Picture, outcome: str) -> bool:
    """Whether it may be decided so together with others: not to be posted, whatever was looked at; else only what somebody
    has looked at or decided about, without doubt."""
    if picture.proposal is None or not picture.source_key or picture.working:
        return False
    if picture.review.accepted and picture.review.outcome == outcome and picture.state is not State.DECIDED:
        return False
    if outcome == "no-post":
        return True
    return picture.state not in (State.ASKS, State.HELD) and (picture.seen or picture.review.accepted)


def _refuse_held(outcome: Outcome) -> None:
    """Raises Held for what is held back."""
    if outcome.report.status is Status.HELD:
        raise Held(outcome.report.hold, **outcome.report.hold_params)


def _held_back(picture: Picture, held: Held | Reviewed) -> FileReport:
    code, params = (held.code, held.params) if isinstance(held, Held) else ("internal", {})
    return FileReport(picture.found.relative, Status.HELD, hold=code, hold_params=dict(params))
