"""The life of a picture that moves: what is seen is followed through its frames as in a film; the copy is of its kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from paravent.detect.base import PAINTED, Detection
from paravent.detect.detector_set import DetectorSet
from paravent.detect.faces.centerface import CenterFace
from paravent.detect.looking import in_every_rendering, joined
from paravent.detect.upright import Page
from paravent.formats.base import Draft, Source
from paravent.formats.marks import marked, packet
from paravent.formats.shared.samples import fitted
from paravent.model.geometry import Region, Shape, scale, to_upright
from paravent.model.job import Job
from paravent.model.keyed_hash import keyed_hash
from paravent.model.limits import StillLimits
from paravent.model.policy import Policy
from paravent.pipeline import record as common
from paravent.pipeline import rounds
from paravent.pipeline.animation_places import HumanPlaces, placed, seen
from paravent.pipeline.covering import PageDetection, covered_by, margin_in, not_left_visible, proposed
from paravent.pipeline.recheck import LookingAgain, Painted, RecheckState, enlarged
from paravent.pipeline.rounds import Work
from paravent.pipeline.still_record import StillRecord, in_copy, remarks_on
from paravent.pipeline.tools import Tools
from paravent.process import heartbeat
from paravent.stores.base import Staged
from paravent.verify import judge
from paravent.verify.video.watching import Checked, Watch
from paravent.video.analysis import Analysis, analyse
from paravent.video.animation import Animation, AnimationFrame, PagePicture, ThoroughLooker, observed
from paravent.video.looking import Schedule
from paravent.video.progress import Progress
from paravent.video.survey import Recheck, Survey, all_tracks
from paravent.video.tracking.faces import FaceLinker
from paravent.video.tracking.regions import Regions
from paravent.video.tracking.track import Track

_PASSES = 3  # over the frames: see, write, check


@dataclass(frozen=True, slots=True)
class _Followed:
    """What was found. as_stills: see `ThoroughLooker`."""

    frames: Animation
    as_stills: dict[int, list[Detection]]
    analysis: Analysis
    survey: Survey

    @property
    def tracks(self) -> list[Track]:
        return all_tracks(self.analysis, self.survey)


def prepare(source: Source, names: tuple[str, ...], job: Job, tools: Tools, record: StillRecord) -> None:
    """Cover, write, look again, until nothing new is seen; then let the copy appear. Raises Held.

    names: see `detect.base.Context`.
    """
    found = _followed(source, names, job.policy, tools.needed())
    record.findings += source.findings
    with tools.outputs[job.output].stage() as staged:
        writer = _Writer(source, found.as_stills, tools.needed().faces, job, staged)
        made = rounds.write(_work(found, source, job, tools, writer), record, partial(_note, record, source, job))
        draft = made.copy.draft
        record.lossless, record.remarks = draft.lossless, remarks_on(draft, record.findings)
        record.regions = [in_copy(region, source, draft) for region in made.copy.regions]
        record.copy_key = keyed_hash(tools.key, made.copy.data)
        common.appear(staged, job, record, tools)


def audit(source: Source, names: tuple[str, ...], job: Job, tools: Tools, record: StillRecord) -> None:
    """What is seen in it. Raises Held."""
    record.note(Counter(track.kind for track in _followed(source, names, job.policy, tools.needed()).tracks), 0)
    record.findings += source.findings


def propose(source: Source, names: tuple[str, ...], job: Job, tools: Tools, record: StillRecord) -> None:
    """Places that a human decides about. Each is one for all frames, wherever something goes. Raises Held."""
    found = _followed(source, names, job.policy, tools.needed())
    record.findings += source.findings
    record.regions = proposed(seen(found.tracks, len(source.pages)), source, job.policy)


def _followed(source: Source, names: tuple[str, ...], policy: Policy, detectors: DetectorSet) -> _Followed:
    """Look at all frames. Raises Held."""
    frames, count = Animation(source.pages, source.timing), len(source.pages)
    looker = ThoroughLooker.of(frames, detectors.face_network, detectors.faces.find)
    linker = FaceLinker.of(frames.facts, Schedule.at(frames.facts.rate).large_every, doubted=True)
    analysis = analyse(frames.frames(), looker, linker, StillLimits().pages, _progress(0, count))
    survey = Survey(detectors.besides_faces, frames, names, policy.margin)
    survey.look(analysis, _progress(0, count))
    return _Followed(frames, looker.as_stills, analysis, survey)


def _progress(done: int, count: int) -> Progress:
    return lambda frames: heartbeat.beat(min(1.0, (done + frames / count) / _PASSES))


def _work(found: _Followed, source: Source, job: Job, tools: Tools, writer: _Writer) -> Work[_Written]:
    facts, count = found.frames.facts, len(source.pages)
    return Work(
        source=found.frames,
        analysis=found.analysis,
        survey=found.survey,
        job=job,
        face_network=tools.needed().face_network,
        part=(0, count),
        size=fitted(facts.width, facts.height, job.policy.max_size),
        margin=margin_in(source.pages[0], job.policy),
        every=1,
        schedule=Schedule.at(facts.rate),
        doubted=True,
        writer=writer,
        progress=lambda: _progress(0, count),
    )


def _note(record: StillRecord, source: Source, job: Job, tracks: Sequence[Track]) -> None:
    """What is covered somewhere: what a human decided, and what is seen besides."""
    human, count = HumanPlaces(job.decision), len(source.pages)
    here = [track for track in tracks if not human.settles_all(track, count)]
    kinds = [region.kind for region in human.regions if region.page == 0] + [track.kind for track in here]
    record.note(Counter(kinds), sum(track.doubtful for track in here))


@dataclass(frozen=True, slots=True)
class _Written:
    """A copy. regions: what it covers, upright pixels of the source, by page. data: what was read back."""

    draft: Draft
    regions: list[Region]
    data: bytes


class _Writer:
    """See `rounds.Writer`. as_stills: see `ThoroughLooker`; those frames of the copy are looked at as stills are."""

    def __init__(
        self,
        source: Source,
        as_stills: Mapping[int, list[Detection]],
        faces: CenterFace,
        job: Job,
        staged: Staged,
    ) -> None:
        self._source, self._as_stills, self._faces, self._staged = source, as_stills, faces, staged
        self._policy = job.policy
        self._decision, self._human = job.decision, HumanPlaces(job.decision)

    def make(self, regions: Regions, watch: Watch, recheck: Recheck) -> tuple[_Written, Checked]:
        """See `rounds.Writer.make`."""
        policy, staged = self._policy, self._staged
        places = placed(regions, self._source.pages, policy, self._human)
        covered = covered_by(self._source, places, policy)
        draft = marked(covered.draft(), packet(ask_no_ai=policy.ask_no_ai, credit=policy.credit))
        staged.clear()
        staged.write(draft.data)
        data = staged.read_back()
        look = _Look(self._source, draft, self._human, watch, recheck)
        looking = LookingAgain(self._state(), covered)
        new: list[PageDetection] = []

        def look_at(index: int, page: Page) -> None:
            look(index, page)
            if index in self._as_stills:
                afresh = list(self._bare(page, draft.plan.pages[index].shapes))
                knowing = [one for one in looking.new_in(index, page) if not one.doubtful]
                new.extend((index, one) for one in joined(afresh, knowing))

        # Equal samples were looked at before.
        judge(data, draft.plan, look_at if places or not draft.lossless else None)
        self._note(new, look.checked)
        return _Written(draft, places, data), look.checked

    def _state(self) -> RecheckState:
        """What the source showed, which tells which way up its faces are: of covered ones nothing else does."""
        seen = [(index, one) for index, there in self._as_stills.items() for one in there]
        return RecheckState(self._source, DetectorSet([self._faces]), seen)

    def _note(self, new: list[PageDetection], checked: Checked) -> None:
        """What a look as at a still saw in the copy."""
        for index, found in not_left_visible(new, self._decision) if self._decision else new:
            checked.shown.setdefault(index, []).append(observed(found))

    def _bare(self, page: Page, shapes: tuple[Shape, ...]) -> Iterator[Detection]:
        """What certainly is a face and no paint, whatever the source shows, and in its pixels. shapes: what is painted,
        stored pixels."""
        before = self._source.pages[0]
        factor, painted = max(before.width, before.height) / max(page.width, page.height), Painted(page, shapes)
        for found in in_every_rendering(page, self._faces.find):
            if not found.doubtful and painted.share(found.box) < PAINTED:
                yield enlarged(found, factor)


class _Look:
    """Looks at the pages of a copy, one after the other, as they are judged."""

    def __init__(self, source: Source, draft: Draft, human: HumanPlaces, watch: Watch, recheck: Recheck) -> None:
        self.checked = Checked()
        self._before, self._after, self._human = source.pages, draft.plan.pages, human
        self._watch, self._recheck = watch, recheck

    def __call__(self, index: int, page: Page) -> None:
        """See `verify.judge`."""
        width, height, frame = page.width, page.height, AnimationFrame(index, 0, 0, PagePicture(page))
        shapes = tuple(to_upright(shape, page.orientation, width, height) for shape in self._after[index].shapes)
        factor = max(width, height) / max(self._before[index].width, self._before[index].height)
        visible = tuple(scale(shape, factor, factor) for shape in self._human.visible(index))
        missed, looked, closely = self._watch.frame(frame, shapes, visible)
        self._recheck.frame(frame, shapes, visible)
        self.checked.frames += 1
        self.checked.looked += looked
        self.checked.closely += closely
        if missed:
            self.checked.missed[index] = missed
        _progress(_PASSES - 1, len(self._after))(index + 1)
