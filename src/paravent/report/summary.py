"""The closing lines of a run, from totals that stay small at a million files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from paravent.i18n.texts import DEFECTS, N_, NN_, _, hold_text, how_to_report, ngettext
from paravent.inspect.values import shown
from paravent.model.camera_names import says_something
from paravent.model.report import FileReport, Kind, Status
from paravent.report.wording import IN_PICTURE, KINDS, regions, remark

_NAMED = 3  # held files that are named for each reason

VERDICT = N_(
    "Checked: nothing hidden in the file; the covered places are destroyed; our detector finds no further face."
    " It misses some. Look before you post. Not posting is safest."
)
VERDICT_BARE = N_(
    "Checked: nothing hidden in the file; our detector finds no face. It misses some. Look before you post."
    " Not posting is safest."
)
CLOSING = N_(
    "A covered face makes a child harder to recognise. It does not stop the rest of the picture being misused."
    " Bath, beach, changing, illness: do not post."
)
_REMAINS = N_(
    "What remains: everything outside the covered places, such as bodies, clothes, writing, number plates and surroundings."
)
_REMAINS_OF_MORE = N_("What remains: everything outside the covered places, and whatever the detectors missed.")
NO_FILE = N_("There is no file at all.")
_NOTHING = N_("Nothing found is not nothing there: these checks miss things.")


# Why somebody stays visible: `decision.REASONS`.
PERMISSIONS = {
    "adult-agreed": N_("an adult who agreed"),
    "child-authorised": N_("a child, authorised and asked"),
    "public-role": N_("a public role"),
    "other": N_("another reason"),
}
_LOOKED_AT = ("do-not-post", "site-unchanged")  # why a picture is left out all the same
_MOST_SPANS = 20  # of whole frames, that are named
_OF_ANY_FILE = (Kind.TIME, "file system")


def permitted(counts: Mapping[str, int]) -> str:
    """How many places were left visible, and why: "2 × an adult who agreed". counts: by `decision.REASONS`."""
    return ", ".join(f"{count} × {_(PERMISSIONS[reason])}" for reason, count in counts.items())


def given_away(report: FileReport) -> set[Kind]:
    """What a file says besides what is seen in it. Every file has a modification time; told of each, that would drown what
    a picture says of itself."""
    inside = {finding.kind for finding in report.findings if (finding.kind, finding.where) != _OF_ANY_FILE}
    return inside - IN_PICTURE


@dataclass(slots=True)
class _Some:
    """How many files, and the first of them."""

    count: int = 0
    paths: list[str] = field(default_factory=list)

    def add(self, path: str) -> None:
        self.count += 1
        if len(self.paths) < _NAMED:
            self.paths.append(path)


@dataclass(slots=True)
class Totals:
    """Sums over file reports. kinds, remarks: files each was seen in. pictures: files with regions, with_faces: with faces.

    face_pixels, pixels: areas of all faces and of all pictures. telling: copies whose kept name says something.
    reasons: files by status, hold and the whole sentence about it. faceless: prepared in this run without a face found.
    left_over: copies of earlier runs that this one did not renew. frames, rechecked: of copies of films, and those looked
    at again for faces; recheck_side, rechecked_closely: how, see `VideoReport`; rechecked_for: for what else. whole: film,
    from and to where whole frames are covered; some.
    """

    statuses: Counter[Status] = field(default_factory=Counter)
    reasons: dict[tuple[Status, str, str], _Some] = field(default_factory=dict)
    kinds: Counter[Kind] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)
    faces: int = 0
    covered: Counter[str] = field(default_factory=Counter)
    left_visible: int = 0
    permissions: Counter[str] = field(default_factory=Counter)
    doubtful: int = 0
    with_faces: int = 0
    pictures: int = 0
    face_pixels: int = 0
    pixels: int = 0
    telling: int = 0
    faceless: _Some = field(default_factory=_Some)
    left_over: _Some = field(default_factory=_Some)
    frames: int = 0
    rechecked: int = 0
    rechecked_closely: int = 0
    recheck_side: int = 0
    rechecked_for: Counter[str] = field(default_factory=Counter)
    whole: list[tuple[str, str, str]] = field(default_factory=list)
    _no_media: int = 0

    def add(self, report: FileReport) -> None:
        """Count one file."""
        self.statuses[report.status] += 1
        self._no_media += report.status is Status.LEFT_OUT and report.hold not in _LOOKED_AT
        self.kinds.update(given_away(report))
        self.remarks.update(set(report.remarks))
        self.faces += report.faces
        self.covered.update(report.covered)
        self.left_visible += report.left_visible
        self.permissions.update(report.permissions)
        self.doubtful += report.doubtful
        self.with_faces += report.faces > 0
        self.pictures += bool(report.covered)
        self.face_pixels += report.face_pixels
        self.pixels += report.width * report.height
        self.telling += bool(report.output) and says_something(report.output)
        if report.hold:
            sentence = hold_text(report.hold, report.hold_params)
            self.reasons.setdefault((report.status, report.hold, sentence), _Some()).add(report.path)
        if report.video is not None and report.status is Status.PREPARED:
            self.frames += report.video.frames
            self.rechecked += report.video.rechecked
            self.rechecked_closely += report.video.rechecked_closely
            self.recheck_side = max(self.recheck_side, report.video.recheck_side)
            for kind, count in report.video.rechecked_for.items():
                self.rechecked_for[kind] += count
            spans = [(report.path, *span) for span in report.video.whole]
            self.whole += spans[: max(0, _MOST_SPANS - len(self.whole))]
        if report.status is Status.PREPARED and not report.faces:
            self.faceless.add(report.path)

    @property
    def held(self) -> int:
        """Files held back."""
        return self.statuses[Status.HELD]

    @property
    def media(self) -> int:
        """Pictures and films, whatever became of them, and what should have been one."""
        return self.statuses.total() - self._no_media

    @property
    def named(self) -> set[str]:
        """Names of files that the closing lines may hold, as they stand there."""
        some = (*self.reasons.values(), self.faceless, self.left_over)
        return {shown(path) for one in some for path in one.paths} | {shown(path) for path, _begin, _end in self.whole}

    @property
    def copies(self) -> int:
        """Prepared copies that are there now."""
        return self.statuses[Status.PREPARED] + self.statuses[Status.ALREADY]


_FORESEEN = {
    Status.PLANNED: N_("would be prepared"),
    Status.ALREADY: N_("its copy is there already"),
}


def foreseen(report: FileReport) -> str:
    """What would become of a file, in a line."""
    if report.hold:
        sentence = _("would be held back: {why}") if report.status is Status.HELD else _("would be left out: {why}")
        return sentence.format(why=hold_text(report.hold, report.hold_params))
    return _(_FORESEEN[report.status])


def of_forecast(totals: Totals) -> Iterator[str]:
    """The lines at the end of a dry run, which told of each file."""
    yield from _without_media(totals)
    planned, already = totals.statuses[Status.PLANNED], totals.statuses[Status.ALREADY]
    yield ngettext("{count} file would be prepared.", "{count} files would be prepared.", planned).format(count=planned)
    if already:
        yield _already(already)
    for count, one, more in (
        (totals.held, *NN_("{count} file would be held back.", "{count} files would be held back.")),
        (totals.statuses[Status.LEFT_OUT], *NN_("{count} file would be left out.", "{count} files would be left out.")),
    ):
        if count:
            yield ngettext(one, more, count).format(count=count)
    yield _("Nothing was written. What only a look at the pictures shows may hold back more of them.")


def of_troubles(totals: Totals, statuses: tuple[Status, ...]) -> Iterator[str]:
    """What went wrong in a run, and nothing if nothing did. statuses: those that count as wrong."""
    if not totals.media:
        yield from _without_media(totals)
    yield from _unprepared(totals, statuses)


def _without_media(totals: Totals) -> Iterator[str]:
    if not totals.statuses.total():
        yield _(NO_FILE)
    elif not totals.media:
        yield _("There was no picture and no film.")


def _already(count: int) -> str:
    return ngettext("{count} copy was there already.", "{count} copies were there already.", count).format(count=count)


def of_protect(totals: Totals, *, keep_names: bool, offer_people: bool = False) -> Iterator[str]:
    """The lines at the end of `protect`; file names are fit for a terminal."""
    prepared, already = totals.statuses[Status.PREPARED], totals.statuses[Status.ALREADY]
    yield from _without_media(totals)
    if totals.media:
        yield ngettext("{count} copy prepared.", "{count} copies prepared.", prepared).format(count=prepared)
    if already:
        yield _already(already)
    yield from _unprepared(totals)
    yield from originals_give(totals)
    if totals.covered:
        yield _in_pictures(totals, _("Covered: {regions}").format(regions=regions(totals.covered)))
    if count := totals.left_visible:
        yield ngettext(
            "{count} region was left visible by hand: {why}.", "{count} regions were left visible by hand: {why}.", count
        ).format(count=count, why=permitted(totals.permissions))
    yield from _to_look_at(totals)
    yield from _of_videos(totals)
    yield from (_("{count} x {remark}").format(count=count, remark=remark(code)) for code, count in totals.remarks.items())
    if totals.copies:
        remains = _REMAINS_OF_MORE if set(totals.covered) - {"face"} else _REMAINS
        yield _(remains)
        if keep_names and totals.telling:
            yield ngettext(
                "{count} copy keeps a name that says something: people, places or dates.",
                "{count} copies keep names that say something: people, places or dates.",
                totals.telling,
            ).format(count=totals.telling)
        if offer_people:
            yield _("Whole persons can be covered too, not only faces: run the same command again with --people.")
    if prepared:
        yield ""
        yield _(VERDICT if totals.covered else VERDICT_BARE)
    yield ""
    yield _(CLOSING)


def _of_videos(totals: Totals) -> Iterator[str]:
    if totals.frames:
        sentence = _("Films: {rechecked} of {frames} frames of the copies were looked at again for faces.")
        yield sentence.format(rechecked=totals.rechecked, frames=totals.frames)
    if totals.rechecked:
        yield _(
            "Each of these was looked at with a longest side of {pixels} pixels, and {closely} of them more closely"
            " besides. Smaller faces may be missed."
        ).format(pixels=totals.recheck_side, closely=totals.rechecked_closely)
    for kind, count in totals.rechecked_for.items():
        name = _(KINDS[Kind(kind)]) if kind in IN_PICTURE else kind
        sentence = _("Films: {rechecked} of {frames} frames of the copies were looked at again for {kind}.")
        yield sentence.format(rechecked=count, frames=totals.frames, kind=name)
    for path, begin, end in totals.whole:
        sentence = _("{path}: from {begin} to {end} the whole frame is covered: a face got lost there or was still seen")
        yield sentence.format(path=shown(path), begin=begin, end=end)


def _to_look_at(totals: Totals) -> Iterator[str]:
    """What a person should look at before posting, by name."""
    if count := totals.faceless.count:
        yield ngettext(
            "No face was found in {count} picture: look at it first ({names}).",
            "No face was found in {count} pictures: look at these first ({names}).",
            count,
        ).format(count=count, names=_which(totals.faceless))
    if count := totals.left_over.count:
        yield ngettext(
            "{count} copy from an earlier run lies in the output folder that this run did not renew ({names}):"
            " look whether it should still be published.",
            "{count} copies from earlier runs lie in the output folder that this run did not renew ({names}):"
            " look whether they should still be published.",
            count,
        ).format(count=count, names=_which(totals.left_over))


def of_scan(totals: Totals, *, faces: bool) -> Iterator[str]:
    """The lines at the end of `scan`."""
    scanned = totals.statuses[Status.SCANNED]
    yield from _without_media(totals)
    if totals.media:
        yield ngettext(
            "{count} file looked at, nothing written.", "{count} files looked at, nothing written.", scanned
        ).format(count=scanned)
    yield from _unprepared(totals)
    yield from originals_give(totals)
    if not faces:
        yield _("Faces were not looked for.")
    elif totals.covered:
        share = _("faces take {share:.1%} of the pictures' area").format(share=totals.face_pixels / max(1, totals.pixels))
        yield _in_pictures(totals, _("Seen: {regions} ({share})").format(regions=regions(totals.covered), share=share))
    yield _(_NOTHING)


def _unprepared(totals: Totals, statuses: tuple[Status, ...] = (Status.HELD, Status.LEFT_OUT)) -> Iterator[str]:
    headings = (
        (Status.HELD, ngettext("{count} file held back:", "{count} files held back:", totals.held)),
        (Status.LEFT_OUT, ngettext("{count} file left out:", "{count} files left out:", totals.statuses[Status.LEFT_OUT])),
    )
    for status, heading in headings:
        if status in statuses and totals.statuses[status]:
            yield heading.format(count=totals.statuses[status])
            for (wanted, _hold, sentence), files in totals.reasons.items():
                if wanted is status:
                    yield f"  {_which(files)}: {sentence}"
    if any(hold in DEFECTS for _status, hold, _sentence in totals.reasons):
        yield f"  {how_to_report()}"


def _which(files: _Some) -> str:
    names = ", ".join(shown(path) for path in files.paths)
    more = files.count - len(files.paths)
    return names if not more else _("{names} and {count} more").format(names=names, count=more)


def originals_give(totals: Totals) -> Iterator[str]:
    """What was found in the files, in lines."""
    if totals.kinds:
        yield _("What the originals give away:")
    for kind, count in totals.kinds.most_common():
        files = ngettext("{count} file", "{count} files", count).format(count=count)
        yield f"  {_(KINDS[kind])} ({files})"


def _in_pictures(totals: Totals, what: str) -> str:
    line = ngettext("{what}, in {count} picture", "{what}, in {count} pictures", totals.pictures).format(
        what=what, count=totals.pictures
    )
    if totals.doubtful:
        line += ngettext("; {count} of them is doubtful", "; {count} of them are doubtful", totals.doubtful).format(
            count=totals.doubtful
        )
    return line + "."
