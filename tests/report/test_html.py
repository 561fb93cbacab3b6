"""The HTML page, seen as a browser sees it: parsed."""

from __future__ import annotations

import base64
import hashlib
import tempfile
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest

from paravent.i18n import dates, texts
from paravent.model.policy import Policy, preset
from paravent.model.report import FileReport, Finding, Kind, Status
from paravent.report import html as page
from paravent.report import jsonl, writer
from paravent.report.summary import Totals

VOID = {"meta", "br", "input"}
ALLOWED = VOID | {
    "html", "head", "title", "style", "body", "main", "section", "footer", "h1", "h2", "p", "span", "ul", "li", "div",
    "details", "summary", "table", "caption", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd",
    "fieldset", "legend", "label", "svg", "rect",
}  # fmt: skip
HEADER = msgspec.structs.replace(jsonl.header("protect", preset("school")), version="9.9")
SCAN = jsonl.header("scan", Policy(), faces=True)
GPS = Finding(Kind.PLACE, "EXIF GPS", precision="exact-position")
PREPARED = FileReport(
    "a.jpg", Status.PREPARED, "JPEG", 40, 30, "a.jpg", findings=(GPS,), faces=3, covered={"face": 3}, doubtful=1
)
HELD = FileReport("b.heic", Status.HELD, hold="unsupported-format", hold_params={"format": "HEIC"})


class _PageText(HTMLParser):
    """Collects tags and words, and checks that tags close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        return "".join(self.words)


def written(*reports: FileReport, lines: tuple[str, ...] = ("One sentence.",), header: jsonl.HeaderRecord = HEADER) -> str:
    """What becomes of them in a file."""
    totals = Totals()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "r.html")
        with writer.ReportFile(path, header) as report:
            for one in reports:
                totals.add(one)
                report.add(one)
            report.finish(totals, lines, complete=True)
        return path.read_text(encoding="utf-8")


def seen(*reports: FileReport, **options: Any) -> _PageText:
    return _PageText(written(*reports, **options))


def test_page_is_whole_and_needs_nothing_else() -> None:
    text = written(PREPARED, HELD)
    shown = _PageText(text)
    assert {tag for tag, _ in shown.tags} <= ALLOWED
    assert not {"src", "href", "onclick", "style"} & {name for _, attributes in shown.tags for name in attributes}
    policy = [meta["content"] for meta in shown.attributes("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    style = text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == [f"default-src 'none'; style-src 'sha256-{digest}'"]
    assert "url(" not in text
    assert "@import" not in text
    assert "prefers-color-scheme: dark" in text


def test_page_can_be_read_aloud() -> None:
    shown = seen(PREPARED, HELD)
    assert shown.attributes("html") == [{"lang": "en"}]
    scopes = [attributes["scope"] for attributes in shown.attributes("th")]
    assert scopes == ["col"] * 4 + ["row"] * 2
    assert {attributes["role"] for attributes in shown.attributes("td")} == {"cell"}
    assert [tag for tag, _ in shown.tags if tag in ("h1", "h2")] == ["h1", "h2", "h2", "h2"]


@pytest.mark.parametrize(
    ("report", "sentences"),
    [
        (PREPARED, ("a.jpg", "prepared", "3 faces (1 of them doubtful)", "the exact position")),
        (HELD, ("b.heic", "held back", "HEIC", "convert it")),
        (FileReport("c.png", Status.PREPARED, output="photo-1.png"), ("c.png", "copy: photo-1.png", "no face found")),
        (FileReport("d.jpg", Status.PREPARED, remarks=("resized",)), ("made smaller",)),
        (FileReport("e.jpg", Status.ALREADY), ("prepared before",)),
    ],
)
def test_row_says_what_became_of_a_file(report: FileReport, sentences: tuple[str, ...]) -> None:
    shown = seen(report).text
    for sentence in sentences:
        assert sentence in shown


def test_nothing_found_is_not_said_of_a_file_nobody_looked_at() -> None:
    assert "no face found" not in seen(HELD).text
    scanned = FileReport("a.jpg", Status.SCANNED)
    assert "no face found" in seen(scanned, header=SCAN).text
    assert "no face found" not in seen(scanned, header=jsonl.header("scan", Policy(), faces=False)).text


@pytest.mark.parametrize(
    ("name", "visible"),
    [
        ("<script>alert(1)</script>.jpg", "<script>alert(1)</script>.jpg"),
        ('"><img src=x onerror=alert(1)>.jpg', '"><img src=x onerror=alert(1)>.jpg'),
        ("</style></title></main>&amp;.jpg", "</style></title></main>&amp;.jpg"),
        ("a\nb\x1b[31m\x00.jpg", r"a\nb\x1b[31m\x00.jpg"),
        ("gpj.\u202eexe", r"gpj.\u202eexe"),
        ("broken\udcff.jpg", r"broken\udcff.jpg"),
    ],
)
@pytest.mark.parametrize("field", ["path", "output", "hold", "where"])
def test_what_comes_from_a_file_stays_text(name: str, visible: str, field: str) -> None:
    report = {
        "path": FileReport(name, Status.PREPARED),
        "output": FileReport("a.jpg", Status.PREPARED, output=name),
        "hold": FileReport("a.jpg", Status.HELD, hold="unreadable", hold_params={"reason": name}),
        "where": FileReport("a.jpg", Status.SCANNED, findings=(Finding(Kind.OTHER_METADATA, name),)),
    }[field]
    text = written(report)
    assert text.encode()  # nothing that UTF-8 cannot hold
    shown = _PageText(text)
    assert {tag for tag, _ in shown.tags} <= ALLOWED
    assert not {sign for word in shown.words for sign in word if not sign.isprintable() and sign != "\n"}
    assert visible in shown.text


def test_summary_comes_first_and_is_escaped() -> None:
    shown = seen(PREPARED, lines=("3 of <b>4</b> prepared",))
    assert shown.text.index("3 of <b>4</b> prepared") < shown.text.index("a.jpg")


def test_indented_lines_of_the_summary_become_a_list() -> None:
    shown = seen(lines=("2 files held back:", "  a.tif: reason", "  b.tif: reason", "", "The end."))
    assert [tag for tag, _ in shown.tags if tag in ("p", "ul", "li")] == ["p", "ul", "li", "li", "p", "p"]


def test_many_findings_are_folded() -> None:
    findings = tuple(Finding(Kind.TIME, f"EXIF {number}") for number in range(9))
    shown = seen(FileReport("a.jpg", Status.SCANNED, findings=findings))
    assert "5 more kinds of trace" in shown.text
    assert sum("EXIF" in word for word in shown.words) == 9


def test_long_runs_are_listed_in_part_and_summed_up() -> None:
    many = [PREPARED] * (page.LISTED + 1234) + [HELD] * 2
    shown = seen(*many)
    assert len(shown.attributes("tr")) == page.LISTED + 1
    assert "1236 more files are not listed" in shown.text
    assert "1234 files prepared" in shown.text
    assert "2 files held back" in shown.text


def test_it_says_when_by_what_and_for_whom() -> None:
    text = seen(PREPARED, header=msgspec.structs.replace(HEADER, time="2026-11-30T12:00:00Z")).text
    facts = (
        "30 November 2026, ",
        "Paravent 9.9",
        "A school or a club",
        "faces, whole persons, writing that identifies, QR and bar codes",
    )
    for fact in (*facts, "veil"):
        assert fact in text
    scanned = seen(FileReport("a.jpg", Status.SCANNED), header=SCAN).text
    assert "Looked for in the pictures" in scanned
    assert "Prepared for" not in scanned


def test_the_chart_says_what_it_shows() -> None:
    shown = seen(PREPARED, PREPARED, HELD)
    (chart,) = (one for one in shown.attributes("svg") if one.get("role") == "img")
    assert chart["aria-label"] == "2 files prepared, 1 file held back"
    assert all(one.get("role") == "img" or one.get("aria-hidden") == "true" for one in shown.attributes("svg"))
    parts = {one["class"]: float(str(one["width"])) for one in shown.attributes("rect") if one["height"] == "26"}
    assert parts["prepared"] == pytest.approx(2 * parts["held-back"], rel=0.01)


def test_what_tells_most_comes_first_whoever_is_in_the_pictures() -> None:
    time, name = Finding(Kind.TIME, "EXIF DateTime"), Finding(Kind.PERSON_NAME, "XMP")
    files = {
        "crowd.jpg": (*(Finding(Kind.FACE, "picture"),) * 9, Finding(Kind.DEVICE, "EXIF Make")),
        "place.jpg": (GPS,),
        "time.jpg": (time,),
        "most.jpg": (time, name, GPS),
        "nothing.jpg": (),
        "also-nothing.jpg": (),
    }
    shown = seen(*(FileReport(path, Status.SCANNED, findings=found) for path, found in files.items()), header=SCAN)
    order = ["most.jpg", "place.jpg", "time.jpg", "crowd.jpg", "nothing.jpg", "also-nothing.jpg"]
    assert sorted(files, key=shown.text.index) == order
    kinds = ["a place", "a person's name", "time of the picture", "make or model"]
    assert sorted(kinds, key=shown.text.index) == kinds


def test_long_runs_list_what_tells_most() -> None:
    many = [FileReport(f"{number}.jpg", Status.SCANNED) for number in range(page.LISTED + 7)]
    shown = seen(*many, FileReport("last.jpg", Status.SCANNED, findings=(GPS,)), header=SCAN)
    assert shown.text.index("last.jpg") < shown.text.index("0.jpg")
    assert "8 more files are not listed" in shown.text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_dates_are_written_as_people_write_them(language: str) -> None:
    texts.speak(language)
    try:
        told = [dates.day(date(2026, month, 3)) for month in range(1, 13)]
    finally:
        texts.speak("")
    assert len(set(told)) == 12
    assert told[0] == {"en": "3 January 2026", "fr": "3 janvier 2026"}[language]
