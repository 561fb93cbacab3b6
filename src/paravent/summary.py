"""The closing lines of a run, from totals that stay small at a million files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from paravent.inspect.values import shown
from paravent.inspect.words import KINDS, remark
from paravent.names import says_something
from paravent.report import FileReport, Kind, Status
from paravent.texts import N_, _, hold_text, ngettext

_NAMED = 3  # held files that are named for each reason

VERDICT = N_(
    "Checked: nothing hidden in the file; the covered places are destroyed; our detector finds no further face."
    " It misses some. Look before you post. Not posting is safest."
)
CLOSING = N_(
    "A covered face makes a child harder to recognise. It does not stop the rest of the picture being misused."
    " Bath, beach, changing, illness: do not post."
)
_REMAINS = N_(
    "What remains: everything outside the covered places, such as bodies, clothes, writing, number plates and surroundings."
)
_NOTHING = N_("Nothing found is not nothing there: these checks miss things.")


@dataclass(slots=True)
class _Reason:
    """Files held back or left out for one reason: how many, the first of them, and the words for it."""

    count: int = 0
    paths: list[str] = field(default_factory=list)
    params: dict[str, str | int] = field(default_factory=dict)


@dataclass(slots=True)
class Totals:
    """Sums over file reports. kinds, remarks: files each was seen in. pictures: files in which there are faces.

    face_pixels, pixels: areas of all faces and of all pictures. telling: copies whose kept name says something.
    """

    statuses: Counter[Status] = field(default_factory=Counter)
    reasons: dict[tuple[Status, str], _Reason] = field(default_factory=dict)
    kinds: Counter[Kind] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)
    faces: int = 0
    doubtful: int = 0
    pictures: int = 0
    face_pixels: int = 0
    pixels: int = 0
    telling: int = 0

    def add(self, report: FileReport) -> None:
        """Count one file."""
        self.statuses[report.status] += 1
        self.kinds.update({finding.kind for finding in report.findings} - {Kind.FACE})
        self.remarks.update(set(report.remarks))
        self.faces += report.faces
        self.doubtful += report.doubtful
        self.pictures += report.faces > 0
        self.face_pixels += report.face_pixels
        self.pixels += report.width * report.height
        self.telling += bool(report.output) and says_something(report.output)
        if report.hold:
            reason = self.reasons.setdefault((report.status, report.hold), _Reason(params=report.hold_params))
            reason.count += 1
            if len(reason.paths) < _NAMED:
                reason.paths.append(report.path)

    @property
    def held(self) -> int:
        """Files held back."""
        return self.statuses[Status.HELD]

    @property
    def copies(self) -> int:
        """Prepared copies that are there now."""
        return self.statuses[Status.PREPARED] + self.statuses[Status.ALREADY]

    def as_json(self) -> dict[str, Any]:
        """For the last line of the JSON report."""
        return {
            "files": self.statuses.total(),
            "statuses": {status.value: self.statuses[status] for status in Status},
            "holds": {hold: reason.count for (_status, hold), reason in self.reasons.items()},
            "kinds": {kind.value: count for kind, count in self.kinds.items()},
            "remarks": dict(self.remarks),
            "faces": self.faces,
            "doubtful": self.doubtful,
            "pictures_with_faces": self.pictures,
            "face_pixels": self.face_pixels,
            "pixels": self.pixels,
        }


def of_protect(totals: Totals, *, keep_names: bool) -> Iterator[str]:
    """The lines at the end of `protect`; file names are fit for a terminal."""
    prepared, already = totals.statuses[Status.PREPARED], totals.statuses[Status.ALREADY]
    yield ngettext("{count} copy prepared.", "{count} copies prepared.", prepared).format(count=prepared)
    if already:
        yield ngettext("{count} copy was there already.", "{count} copies were there already.", already).format(
            count=already
        )
    yield from _unprepared(totals)
    yield from _given_away(totals)
    if totals.faces:
        yield _faces(
            totals, ngettext("{count} face covered", "{count} faces covered", totals.faces).format(count=totals.faces)
        )
    yield from (_("{count} x {remark}").format(count=count, remark=remark(code)) for code, count in totals.remarks.items())
    if totals.copies:
        yield _(_REMAINS)
        if keep_names and totals.telling:
            yield ngettext(
                "{count} copy keeps a name that says something: people, places or dates.",
                "{count} copies keep names that say something: people, places or dates.",
                totals.telling,
            ).format(count=totals.telling)
        yield ""
        yield _(VERDICT)
    yield ""
    yield _(CLOSING)


def of_scan(totals: Totals, *, faces: bool) -> Iterator[str]:
    """The lines at the end of `scan`."""
    scanned = totals.statuses[Status.SCANNED]
    yield ngettext("{count} file looked at, nothing written.", "{count} files looked at, nothing written.", scanned).format(
        count=scanned
    )
    yield from _unprepared(totals)
    yield from _given_away(totals)
    if not faces:
        yield _("Faces were not looked for.")
    elif totals.faces:
        seen = ngettext("{count} face seen", "{count} faces seen", totals.faces).format(count=totals.faces)
        share = _("{share:.1%} of the pictures' area").format(share=totals.face_pixels / max(1, totals.pixels))
        yield _faces(totals, f"{seen}, {share}")
    yield _(_NOTHING)


def _unprepared(totals: Totals) -> Iterator[str]:
    headings = (
        (Status.HELD, ngettext("{count} file held back:", "{count} files held back:", totals.held)),
        (Status.LEFT_OUT, ngettext("{count} file left out:", "{count} files left out:", totals.statuses[Status.LEFT_OUT])),
    )
    for status, heading in headings:
        if totals.statuses[status]:
            yield heading.format(count=totals.statuses[status])
            for (wanted, hold), reason in totals.reasons.items():
                if wanted is status:
                    yield f"  {_which(reason)}: {hold_text(hold, reason.params)}"


def _which(reason: _Reason) -> str:
    names = ", ".join(shown(path) for path in reason.paths)
    more = reason.count - len(reason.paths)
    return names if not more else _("{names} and {count} more").format(names=names, count=more)


def _given_away(totals: Totals) -> Iterator[str]:
    if totals.kinds:
        yield _("What the originals give away:")
    for kind, count in totals.kinds.most_common():
        files = ngettext("{count} file", "{count} files", count).format(count=count)
        yield f"  {_(KINDS[kind])} ({files})"


def _faces(totals: Totals, what: str) -> str:
    line = ngettext("{what}, in {count} picture", "{what}, in {count} pictures", totals.pictures).format(
        what=what, count=totals.pictures
    )
    if totals.doubtful:
        line += ngettext("; {count} of them is doubtful", "; {count} of them are doubtful", totals.doubtful).format(
            count=totals.doubtful
        )
    return line + "."
