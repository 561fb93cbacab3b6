"""The report as one HTML page that needs nothing else: no script, no pictures, no values, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from paravent.i18n import dates
from paravent.i18n.texts import N_, NN_, _, hold_text, ngettext
from paravent.model.report import FileReport, Status
from paravent.report import chart
from paravent.report.jsonl import HeaderRecord
from paravent.report.markup import escaped, items
from paravent.report.style import SHEET, chosen
from paravent.report.summary import Totals, given_away, originals_give
from paravent.report.wording import IN_PICTURE, KINDS, LOOKED_FOR, MOST_FIRST, PRESETS, STYLES, describe, regions, remark

LISTED = 500  # a page with more is no longer read by anybody
BEGINNING = "<!doctype html>\n<!-- Paravent: report -->\n"
_SHORT = 4  # findings that are shown at once
_KINDS_OFFERED = 5  # in filters

STATUSES: dict[Status, str] = {
    Status.PREPARED: N_("prepared"),
    Status.ALREADY: N_("prepared before"),
    Status.HELD: N_("held back"),
    Status.SCANNED: N_("looked at"),
    Status.LEFT_OUT: N_("left out"),
}

_COUNTED: dict[Status, tuple[str, str]] = {
    Status.PREPARED: NN_("{count} file prepared", "{count} files prepared"),
    Status.ALREADY: NN_("{count} file prepared before", "{count} files prepared before"),
    Status.HELD: NN_("{count} file held back", "{count} files held back"),
    Status.SCANNED: NN_("{count} file looked at", "{count} files looked at"),
    Status.LEFT_OUT: NN_("{count} file left out", "{count} files left out"),
}

_TITLES = {"protect": N_("What Paravent did"), "scan": N_("What these files give away")}
# Nothing may be loaded or run; of styles, only our own.
_POLICY = f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(SHEET.encode()).digest()).decode()}'"


def telling(report: FileReport) -> int:
    """A file that tells strangers more has a larger number: what tells most counts more than all that comes behind it."""
    kinds = given_away(report)
    return sum(1 << place for place, kind in enumerate(reversed(MOST_FIRST)) if kind in kinds)


def render(
    header: HeaderRecord, totals: Totals, reports: Sequence[FileReport], lines: Sequence[str], rest: Mapping[Status, int]
) -> Iterator[str]:
    """The page in pieces, to be written as UTF-8 one after the other.

    reports: files that are listed, in this order. lines: the summary that the terminal shows. rest: how many others there
    are that are not listed.
    """
    title = escaped(_(_TITLES[header.command]))
    # Translators: the code of the catalogue's own language.
    language = escaped(_("en"))
    yield BEGINNING
    yield f'<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="referrer" content="no-referrer">\n'
    yield f"<title>{title}</title>\n<style>{SHEET}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    yield from _facts(header, totals)
    yield '<div class="cards">\n'
    yield from _section(_("Altogether"), _altogether(totals, lines))
    yield from _given_away(totals)
    yield "</div>\n"
    yield from _section(_("File by file"), _files(header, reports, rest))
    yield "</main>\n"
    words = _("Made on this computer by Paravent {version}. No picture, no content and no place of a face stands here.")
    yield f'<footer class="soft"><p>{escaped(words.format(version=header.version))}</p></footer>\n</body>\n</html>\n'


def _facts(header: HeaderRecord, totals: Totals) -> Iterator[str]:
    told = [(_("Date"), dates.moment(header.time) if header.time else "")]
    told.append((_("Program"), f"Paravent {header.version}"))
    if header.policy:
        told.append((_("Prepared for"), _(PRESETS.get(header.policy, header.policy))))
    if header.looked_for:
        name = _("Covered") if header.style else _("Looked for in the pictures")
        told.append((name, ", ".join(_(LOOKED_FOR.get(one, one)) for one in header.looked_for)))
    if header.style:
        told.append((_("Covering"), _(STYLES[header.style])))
    told.append((_("Files"), str(totals.statuses.total())))
    yield "<dl>\n"
    yield from (f"<div><dt>{escaped(name)}</dt><dd>{escaped(value)}</dd></div>\n" for name, value in told if value)
    yield "</dl>\n"


def _section(title: str, content: Iterator[str]) -> Iterator[str]:
    yield f'<section class="card">\n<h2>{escaped(title)}</h2>\n'
    yield from content
    yield "</section>\n"


def _altogether(totals: Totals, lines: Sequence[str]) -> Iterator[str]:
    counts = [(status, count) for status in STATUSES if (count := totals.statuses[status])]
    if counts:
        yield from _stacked(counts)
    shown_beside = set(originals_give(totals))
    yield from _summary([line for line in lines if line not in shown_beside])


def _stacked(counts: list[tuple[Status, int]]) -> Iterator[str]:
    parts = [(status.value, count) for status, count in counts]
    yield chart.stacked(parts, ", ".join(_counted(status, count) for status, count in counts))
    yield '<ul class="plain legend">\n'
    for status, count in counts:
        sample = f'<svg aria-hidden="true" viewBox="0 0 10 10"><rect class="{status.value}" width="10" height="10"/></svg>'
        yield f"<li>{sample}<span>{escaped(_counted(status, count))}</span></li>\n"
    yield "</ul>\n"


def _counted(status: Status, count: int) -> str:
    return ngettext(*_COUNTED[status], count).format(count=count)


def _given_away(totals: Totals) -> Iterator[str]:
    kinds = [(kind, totals.kinds[kind]) for kind in MOST_FIRST if totals.kinds[kind]]
    if not kinds:
        return
    most = max(count for _kind, count in kinds)
    lines = ['<ul class="plain gives">\n']
    for kind, count in kinds:
        files = ngettext("{count} file", "{count} files", count).format(count=count)
        name, files = escaped(_(KINDS[kind])), escaped(files)
        lines.append(f"<li><span>{name}</span><span>{files}</span>{chart.bar(count, most)}</li>\n")
    lines.append("</ul>\n")
    yield from _section(_("What the originals give away, most telling first"), iter(lines))


def _summary(lines: Sequence[str]) -> Iterator[str]:
    """Lines as paragraphs; indented ones belong to the line before and become a list."""
    for indented, group in groupby((line for line in lines if line.strip()), lambda line: line.startswith(" ")):
        if indented:
            yield items([line.strip() for line in group])
        else:
            yield from (f"<p>{escaped(line)}</p>\n" for line in group)


def _files(header: HeaderRecord, reports: Sequence[FileReport], rest: Mapping[Status, int]) -> Iterator[str]:
    yield from _filters(reports)
    caption = _("No pictures and no contents stand here, only what kind of thing was found.")
    places = _("Covered") if header.style else _("Seen in the picture")
    heads = (_("File"), _("Outcome"), places, _("What the original gives away"))
    # The roles say again what the elements are: on narrow screens the style sheet takes the table apart.
    yield f'<table role="table">\n<caption>{escaped(caption)}</caption>\n<thead role="rowgroup"><tr role="row">'
    yield "".join(f'<th role="columnheader" scope="col">{escaped(head)}</th>' for head in heads)
    yield '</tr></thead>\n<tbody role="rowgroup">\n'
    yield from (_row(report, looked=header.faces is not False) for report in reports)
    yield "</tbody>\n</table>\n"
    if rest:
        yield f"<p>{escaped(_more(rest))}</p>\n"


def _filters(reports: Sequence[FileReport]) -> Iterator[str]:
    """Buttons of which the style sheet leaves only rows of one class; each leaves some, and not all."""
    counts: Counter[str] = Counter(name for report in reports for name in _classes(report))
    names = {status.value: _(words) for status, words in STATUSES.items()}
    kinds = [kind for kind in MOST_FIRST if counts[kind.value]][:_KINDS_OFFERED]
    names |= {kind.value: _(KINDS[kind]) for kind in kinds}
    offered = [name for name in names if 0 < counts[name] < len(reports)]
    if not offered:
        return
    legend, everything = escaped(_("Show")), _("all of them")
    yield f"<fieldset>\n<legend>{legend}</legend>\n"
    yield _choice("all", f"{everything} ({len(reports)})", "checked")
    yield from (_choice(name, f"{names[name]} ({counts[name]})") for name in offered)
    yield "</fieldset>\n"


def _choice(name: str, words: str, state: str = "") -> str:
    button = f'<input type="radio" name="only" id="{chosen(name)}" {state}>'
    return f'<label for="{chosen(name)}">{button}{escaped(words)}</label>\n'


def _classes(report: FileReport) -> list[str]:
    return [report.status.value, *sorted(kind.value for kind in given_away(report))]


def _more(rest: Mapping[Status, int]) -> str:
    count = sum(rest.values())
    sentence = ngettext("{count} more file is not listed: {what}.", "{count} more files are not listed: {what}.", count)
    what = ", ".join(_counted(status, number) for status, number in sorted(rest.items()))
    return sentence.format(count=count, what=what)


def _row(report: FileReport, *, looked: bool) -> str:
    findings = sorted(
        (finding for finding in report.findings if finding.kind not in IN_PICTURE),
        key=lambda finding: MOST_FIRST.index(finding.kind),
    )
    found = _folded([describe(finding) for finding in findings])
    faces = _faces(report, looked=looked and report.status in (Status.PREPARED, Status.SCANNED))
    cells = "".join(f'<td role="cell">{cell}</td>' for cell in (_outcome(report), faces, found))
    classes = " ".join(_classes(report))
    return f'<tr role="row" class="{classes}"><th role="rowheader" scope="row">{_name(report)}</th>{cells}</tr>\n'


def _name(report: FileReport) -> str:
    name = escaped(report.path)
    if report.output and report.output != report.path:
        copy = escaped(_("copy: {name}").format(name=report.output))
        name += f'<br><span class="soft">{copy}</span>'
    return name


def _outcome(report: FileReport) -> str:
    status = escaped(_(STATUSES[report.status]))
    if report.status is Status.HELD:
        return f'<span class="held">{status}</span>: {escaped(hold_text(report.hold, report.hold_params))}'
    if report.status is Status.LEFT_OUT:
        return f"{status}: {escaped(hold_text(report.hold, report.hold_params))}"
    return status + items([remark(code) for code in report.remarks])


def _faces(report: FileReport, *, looked: bool) -> str:
    if not report.covered:
        return escaped(_("no face found")) if looked else "–"
    words = regions(report.covered)
    if report.doubtful:
        doubtful = ngettext("({count} of them doubtful)", "({count} of them doubtful)", report.doubtful)
        words += " " + doubtful.format(count=report.doubtful)
    return escaped(words)


def _folded(sentences: Sequence[str]) -> str:
    """A list of which the rest opens on demand where it is long."""
    shown, rest = sentences[:_SHORT], sentences[_SHORT:]
    if len(rest) < 2:
        return items(sentences)
    count = ngettext("{count} more kind of trace", "{count} more kinds of trace", len(rest)).format(count=len(rest))
    return f"{items(shown)}<details><summary>{escaped(count)}</summary>{items(rest)}</details>"
