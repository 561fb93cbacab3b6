"""The report as one HTML page that needs nothing else: no script, no pictures, no values, nothing from elsewhere."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from paravent.i18n.texts import N_, _, hold_text, ngettext
from paravent.model.report import FileReport, Status
from paravent.report.wording import IN_PICTURE, describe, regions, remark

LISTED = 500  # a page with more is no longer read by anybody
BEGINNING = "<!doctype html>\n<!-- Paravent: report -->\n"
_SHORT = 4  # findings that are shown at once

STATUSES: dict[Status, str] = {
    Status.PREPARED: N_("prepared"),
    Status.ALREADY: N_("prepared before"),
    Status.HELD: N_("held back"),
    Status.SCANNED: N_("looked at"),
    Status.LEFT_OUT: N_("left out"),
}

_TITLES = {"protect": N_("What Paravent did"), "scan": N_("What these files give away")}

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2024; --soft: #5a6470; --paper: #fbfaf8; --line: #d9d5ce; --held: #8a3b12; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e7e5e1; --soft: #a3a9b0; --paper: #17191b; --line: #383c40; --held: #f0a679; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem; max-width: 66rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; } h2 { font-size: 1.2rem; margin-top: 2rem; }
table { width: 100%; border-collapse: collapse; }
caption { text-align: left; color: var(--soft); padding-bottom: .5rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0; border-top: 1px solid var(--line); }
tbody th { font-weight: 500; overflow-wrap: anywhere; }
td ul { margin: 0; padding-left: 1.1rem; } summary { cursor: pointer; }
.held { color: var(--held); font-weight: 500; } .soft { color: var(--soft); }
@media (max-width: 40rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { display: block; padding: .5rem 0; border-top: 1px solid var(--line); }
  th, td { display: block; border: 0; padding: .1rem 0; } }
"""


def render(header: Mapping[str, object], reports: Iterable[FileReport], lines: Sequence[str]) -> Iterator[str]:
    """The page in pieces, to be written as UTF-8 one after the other; `reports` may be a stream of any length.

    header: "command" ("protect" or "scan") and "version" of the report; "faces" is False if none were looked for. lines:
    the summary that the terminal shows. The first `LISTED` files stand in the page, what follows is counted.
    """
    title = _escaped(_(_TITLES.get(str(header.get("command")), "Paravent")))
    # Translators: the code of the catalogue's own language.
    language = _escaped(_("en"))
    altogether, one_by_one = _escaped(_("Altogether")), _escaped(_("File by file"))
    yield BEGINNING
    yield f'<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
    yield """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">\n"""
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="referrer" content="no-referrer">\n'
    yield f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    yield f"<section>\n<h2>{altogether}</h2>\n"
    yield from _summary(lines)
    yield f"</section>\n<section>\n<h2>{one_by_one}</h2>\n"
    yield from _table(reports, looked=header.get("faces") is not False)
    version = _escaped(str(header.get("version", "")))
    yield f'</section>\n</main>\n<footer class="soft"><p>Paravent {version}</p></footer>\n</body>\n</html>\n'


def _summary(lines: Sequence[str]) -> Iterator[str]:
    """Lines as paragraphs; indented ones belong to the line before and become a list."""
    for indented, group in groupby((line for line in lines if line.strip()), lambda line: line.startswith(" ")):
        if indented:
            yield _items([line.strip() for line in group])
        else:
            yield from (f"<p>{_escaped(line)}</p>\n" for line in group)


def _table(reports: Iterable[FileReport], *, looked: bool) -> Iterator[str]:
    caption = _("No pictures and no contents stand here, only what kind of thing was found.")
    heads = (_("File"), _("Outcome"), _("Faces"), _("What the original gives away"))
    # The roles say again what the elements are: on narrow screens the style sheet takes the table apart.
    yield f'<table role="table">\n<caption>{_escaped(caption)}</caption>\n<thead role="rowgroup"><tr role="row">'
    yield "".join(f'<th role="columnheader" scope="col">{_escaped(head)}</th>' for head in heads)
    yield '</tr></thead>\n<tbody role="rowgroup">\n'
    rest: Counter[Status] = Counter()
    for number, report in enumerate(reports):
        if number < LISTED:
            yield _row(report, looked=looked)
        else:
            rest[report.status] += 1
    yield "</tbody>\n</table>\n"
    if rest:
        yield f"<p>{_escaped(_more(rest))}</p>\n"


def _more(rest: Counter[Status]) -> str:
    count = rest.total()
    sentence = ngettext("{count} more file is not listed: {what}.", "{count} more files are not listed: {what}.", count)
    what = ", ".join(f"{number} {_(STATUSES[status])}" for status, number in sorted(rest.items()))
    return sentence.format(count=count, what=what)


def _row(report: FileReport, *, looked: bool) -> str:
    found = _folded([describe(finding) for finding in report.findings if finding.kind not in IN_PICTURE])
    faces = _faces(report, looked=looked and report.status in (Status.PREPARED, Status.SCANNED))
    cells = "".join(f'<td role="cell">{cell}</td>' for cell in (_outcome(report), faces, found))
    return f'<tr role="row"><th role="rowheader" scope="row">{_name(report)}</th>{cells}</tr>\n'


def _name(report: FileReport) -> str:
    name = _escaped(report.path)
    if report.output and report.output != report.path:
        copy = _escaped(_("copy: {name}").format(name=report.output))
        name += f'<br><span class="soft">{copy}</span>'
    return name


def _outcome(report: FileReport) -> str:
    status = _escaped(_(STATUSES[report.status]))
    if report.status is Status.HELD:
        return f'<span class="held">{status}</span>: {_escaped(hold_text(report.hold, report.hold_params))}'
    if report.status is Status.LEFT_OUT:
        return f"{status}: {_escaped(hold_text(report.hold, report.hold_params))}"
    return status + _items([remark(code) for code in report.remarks])


def _faces(report: FileReport, *, looked: bool) -> str:
    if not report.covered:
        return _escaped(_("no face found")) if looked else "–"
    words = regions(report.covered)
    if report.doubtful:
        words += " " + _("({count} of them doubtful)").format(count=report.doubtful)
    return _escaped(words)


def _folded(sentences: Sequence[str]) -> str:
    """A list that opens on demand where it is long."""
    if len(sentences) <= _SHORT:
        return _items(sentences)
    count = ngettext("{count} kind of trace", "{count} kinds of trace", len(sentences)).format(count=len(sentences))
    return f"<details><summary>{_escaped(count)}</summary>{_items(sentences)}</details>"


def _items(sentences: Sequence[str]) -> str:
    if not sentences:
        return ""
    return "<ul>" + "".join(f"<li>{_escaped(sentence)}</li>" for sentence in sentences) + "</ul>"


def _escaped(text: str) -> str:
    """Text for HTML. What has no shape of its own (control characters, direction marks, broken bytes) is spelled out."""
    visible = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
    return html.escape(visible)
