"""Prepares a website: one look at every picture, families found, each covered as one, written under the same names."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from paravent.engine.executor import Solved
from paravent.engine.naming import Namer
from paravent.engine.planning import Planner, look_job, no_media, unopened
from paravent.engine.protecting import start_protecting
from paravent.engine.recipe import decided_recipe
from paravent.engine.session import Session, Settings, outcome_of, output_of, source_of
from paravent.errors import OutputProblem
from paravent.formats import HEAD, recognise
from paravent.i18n.texts import hold_text, ngettext
from paravent.inspect.file_system import WHERE as FILE_SYSTEM
from paravent.model import schema
from paravent.model.job import Job, Outcome
from paravent.model.policy import Policy
from paravent.model.report import FileReport, Kind, Status
from paravent.site.covering import Places
from paravent.site.families import Family, Look, by_look, by_name
from paravent.site.folder import Confirm, folder_of, refuse_others, refuse_saved
from paravent.site.looking import Looked, group_jobs, start_looking, start_placing
from paravent.site.references import Missing, missing
from paravent.site.registry import recognised
from paravent.site.spec import SiteSpec
from paravent.stores.base import OutputLocation
from paravent.stores.listing import Item, What

OUTPUT = "copies"
UNCONFIRMED, UNCHANGED = "site-unconfirmed", "site-unchanged"
_ROUNDS = 3  # of covering a family, each with what the one before saw besides
_DONE = (Status.PREPARED, Status.ALREADY)
# What a file says that a copy does not: reason enough to replace it. Which program made a size is none.
_TELLING = frozenset(Kind) - {Kind.SOFTWARE, Kind.COLOUR_PROFILE, Kind.OTHER_METADATA}


class SameNames(Namer):
    """Copies that are called as their originals, to the byte."""

    def output(self, relative: str, absolute: str, form: str, attempt: int = 0) -> str:
        """See `Namer.output`."""
        del absolute, form, attempt
        return relative


@dataclass(slots=True)
class SiteState:
    """What became of a website. outcomes: by path, of all pictures and films. families: pictures in two files and more;
    covered: those in which something is. open: paths of files that show what is covered in others of their family. missing:
    see `references`."""

    systems: tuple[SiteSpec, ...] = ()
    outcomes: dict[str, FileReport] = field(default_factory=dict)
    families: list[Family] = field(default_factory=list)
    covered: list[Family] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)


def site_policy(policy: Policy) -> Policy:
    """The policy as a website needs it: sizes, formats and names stay."""
    return replace(policy, max_size=0, convert="", keep_names=True)


def prepare(
    folder: Path, output: Path | OutputLocation, policy: Policy, settings: Settings, confirm: Confirm, state: SiteState
) -> Generator[FileReport]:
    """A report for every picture and film of the website below `folder`; what changes is written below `output`.

    confirm: see `folder.Confirm`. state: filled meanwhile. Raises UsageProblem, ModelsMissing at once, OutputProblem later.
    """
    site = folder_of(folder)
    location = source_of([site], settings)
    session = Session(site_policy(policy), settings, location, {OUTPUT: output_of(output)})
    refuse_others(site, confirm, session.private)
    items = list(session.source.walk())
    refuse_saved(items, session.source)
    session.install_models()
    session.output(OUTPUT)
    return _Preparing(session, items, state).reports()


class _Preparing:
    def __init__(self, session: Session, items: list[Item], state: SiteState) -> None:
        self._session, self._items, self._state = session, items, state
        self._by_path = {item.relative: item for item in items}
        self._looked: dict[str, Looked] = {}
        self._unconfirmed: set[str] = set()
        self._places: dict[str, Places] = {}
        root = session.output(OUTPUT).identity
        self._planner = Planner(
            *(session.source, session.ledger, SameNames(session.key, keep=True, root=root), OUTPUT, root),
            *(session.policy, session.recipe, session.settings.force),
        )

    def reports(self) -> Generator[FileReport]:
        with self._session:
            self._session.empty_staging(OUTPUT)
            pictures, videos = yield from self._sorted()
            self._session.settings.progress.counted(len(self._state.outcomes) + len(pictures) + len(videos), whole=True)
            self._look(pictures)
            self._find_families(pictures)
            changed = [path for path in pictures if self._changes(path)]
            yield from self._left(set(pictures) - set(changed))
            yield from self._write([*changed, *videos])
            self._state.families = [family for family in self._state.families if len(family.placements) > 1]
            self._state.covered = [family for family in self._state.families if self._places[family.base].any]
            self._state.open = sorted(self._still_open())
            self._state.systems = recognised(item.relative for item in self._items)
            self._state.missing = missing(self._items, self._session.source)

    def _sorted(self) -> Generator[FileReport, None, tuple[list[str], list[str]]]:
        """Pictures and films; what is neither is of no concern, what cannot be opened is told."""
        pictures, videos = list[str](), list[str]()
        for item in self._items:
            if (solved := unopened(item)) is not None:
                if item.what in (What.SPECIAL, What.UNREADABLE, What.COMPANION):
                    yield self._told(item.relative, solved.result.report)
                continue
            head = self._session.source.head(item.identity, HEAD)
            if no_media(item, head) is None:
                spec = recognise(head)
                (videos if spec and spec.is_video else pictures).append(item.relative)
        return pictures, videos

    def _look(self, pictures: list[str]) -> None:
        self._say(
            ngettext("Looking at {count} picture ...", "Looking at {count} pictures ...", len(pictures)), len(pictures)
        )
        jobs = (look_job(self._session.source, self._by_path[path], self._session.policy) for path in pictures)
        for job, result in self._session.run(start_looking, jobs):
            if job is not None:
                found = result if isinstance(result, Looked) else Looked(outcome_of(job, result))
                self._looked[job.relative] = found

    def _find_families(self, pictures: list[str]) -> None:
        looks: dict[str, Look] = {path: found.look for path, found in self._looked.items() if found.look is not None}
        named_groups = by_name(pictures)
        identities = {path: self._by_path[path].identity for path in looks}
        jobs = group_jobs(by_look(named_groups, looks), looks, identities)
        self._say(
            ngettext("Comparing files of {count} picture ...", "Comparing files of {count} pictures ...", len(jobs)),
            len(jobs),
        )
        for job, result in self._session.run(start_placing, jobs):
            if job is not None and isinstance(result, tuple):
                self._state.families += result
        for family in self._state.families:
            if len(family.placements) > 1:
                self._places |= dict.fromkeys(family.placements, Places(family))
        # Largest first: what smaller files show more roughly is known then.
        for path in sorted(self._places, key=lambda path: (-looks[path].area, path)):
            self._places[path].add(path, self._looked[path].outcome.regions)
        self._unconfirmed = {path for group in named_groups if len(group) > 1 for path in group if path not in self._places}

    def _changes(self, path: str) -> bool:
        """Whether the website gets another file in place of this one."""
        outcome = self._looked[path].outcome
        if path in self._places and self._places[path].any:
            return True
        telling = any(one.kind in _TELLING and one.where != FILE_SYSTEM for one in outcome.report.findings)
        return bool(outcome.report.hold or outcome.regions or telling)

    def _left(self, paths: Iterable[str]) -> Iterator[FileReport]:
        for path in sorted(paths):
            report = self._looked[path].outcome.report
            remarks = (UNCONFIRMED,) * (path in self._unconfirmed)
            yield self._told(path, replace(report, status=Status.LEFT_OUT, hold=UNCHANGED, remarks=remarks))

    def _write(self, paths: list[str]) -> Iterator[FileReport]:
        """Cover and write, and once more what files of the same picture show besides, until they all say the same."""
        self._say(ngettext("Preparing {count} file ...", "Preparing {count} files ...", len(paths)), len(paths))
        waiting, told = set(paths), dict[str, FileReport]()
        for _round in range(_ROUNDS):
            again: set[str] = set()
            for job, result in self._session.run(start_protecting, self._jobs(sorted(waiting))):
                outcome = outcome_of(job, result)
                path = outcome.report.path
                before = told.get(path)
                told[path] = outcome.report
                if before is not None and before.status is Status.PREPARED and outcome.report.status is Status.ALREADY:
                    told[path] = before  # written by this very run
                if job is not None:
                    self._session.record(job, outcome)
                if outcome.report.hold == "no-space":
                    raise OutputProblem(f"{self._planner.root}: {hold_text('no-space', {})}")
                if path in self._places and self._places[path].add(path, outcome.regions):
                    again |= set(self._places[path].family.placements)
            yield from (self._told(path, told.pop(path)) for path in sorted(waiting - again))
            waiting = again
        self._state.open += sorted(waiting)
        yield from (self._told(path, told[path]) for path in sorted(waiting) if path in told)

    def _jobs(self, paths: list[str]) -> Iterator[Job | Solved[Outcome]]:
        for path in paths:
            for job in self._planner.jobs([self._by_path[path]]):
                yield self._decided(path, job) if isinstance(job, Job) else job

    def _decided(self, path: str, job: Job) -> Job | Solved[Outcome]:
        job = replace(job, remarks=(UNCONFIRMED,) * (path in self._unconfirmed))
        places = self._places.get(path)
        if places is None or not places.any:
            return job
        if job.policy.doubt == "wait" and self._is_doubtful(places.family):
            return Solved(Outcome(FileReport(path, Status.HELD, hold="doubt")))
        decision = places.decision(path)
        recipe = decided_recipe(job.recipe, schema.plain(decision), self._session.key)
        return replace(job, decision=decision, recipe=recipe)

    def _is_doubtful(self, family: Family) -> bool:
        return any(region.doubtful for path in family.placements for region in self._looked[path].outcome.regions)

    def _still_open(self) -> set[str]:
        """A file of a covered family that has no copy shows on the website what the others cover."""
        members = (path for family in self._state.covered for path in family.placements)
        return {path for path in members if self._state.outcomes[path].status not in _DONE} | set(self._state.open)

    def _told(self, path: str, report: FileReport) -> FileReport:
        """Names stay, and times on the server are those of the upload: of neither is anything said."""
        inside = tuple(one for one in report.findings if one.where != FILE_SYSTEM)
        self._state.outcomes[path] = report = replace(report, findings=inside)
        return report

    def _say(self, sentence: str, count: int) -> None:
        if count:
            self._session.settings.progress.say(sentence.format(count=count))
