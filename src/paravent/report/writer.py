"""Writes a report beside its final name while a run goes on, and gives it that name at the end."""

from __future__ import annotations

import contextlib
import heapq
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from paravent.errors import OutputProblem, UsageProblem
from paravent.i18n.texts import _
from paravent.model.report import FileReport, Status
from paravent.report import html as page
from paravent.report import jsonl
from paravent.report.summary import Totals

_JSON = {".json", ".jsonl"}
_HTML = {".html", ".htm"}


def checked(path: Path, folders: Sequence[Path]) -> Path:
    """The absolute path of a report of `protect`. folders: of the output, absolute.

    Raises UsageProblem for an unknown kind, inside the output folder, and where something else than a report lies.
    """
    absolute = path.parent.resolve() / path.name
    if path.suffix.lower() not in _JSON | _HTML:
        raise UsageProblem(_("{path}: a report is .json, .jsonl or .html").format(path=path))
    if any(absolute.is_relative_to(folder) for folder in folders):
        raise UsageProblem(
            _("{path}: the output folder holds prepared copies and nothing else; put the report elsewhere").format(
                path=path
            )
        )
    return _free(absolute)


def checked_page(path: Path) -> Path:
    """The absolute path of an HTML page of `scan`. Raises UsageProblem as `checked`."""
    if path.suffix.lower() not in _HTML:
        raise UsageProblem(_("{path}: the page is .html or .htm").format(path=path))
    return _free(path.parent.resolve() / path.name)


def _free(path: Path) -> Path:
    if path.is_dir() or not path.parent.is_dir():
        raise UsageProblem(_("{path}: the report cannot be written there").format(path=path))
    if os.path.lexists(path) and not _is_report(path):
        raise UsageProblem(
            _("{path}: is there already and is no report of Paravent; choose another name").format(path=path)
        )
    return path


def _is_report(path: Path) -> bool:
    """Whether an ordinary file begins as our reports of its kind do."""
    if path.is_symlink() or not path.is_file():
        return False
    beginning = page.BEGINNING if path.suffix.lower() in _HTML else jsonl.BEGINNING
    try:
        with path.open("rb") as stream:
            return stream.read(len(beginning)) == beginning.encode()
    except OSError:
        return False


class ReportFile:
    """One report being written. Use as a context manager: left without `finish`, nothing is left behind."""

    def __init__(self, path: Path, header: jsonl.HeaderRecord) -> None:
        self._path = path
        self._header = header
        self._listed: list[tuple[tuple[int, int], FileReport]] = []  # a heap
        self._rest: Counter[Status] = Counter()
        self._added = 0
        self._html = path.suffix.lower() in _HTML
        with _problems(path):
            descriptor, self._temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
            self._stream = os.fdopen(descriptor, "w", encoding="utf-8", newline="\n")
        if not self._html:
            self._write(jsonl.line(header))

    @property
    def own(self) -> tuple[Path, Path]:
        """What must not be taken for an input: the report, and the file it is until then; absolute."""
        return self._path, Path(self._temporary)

    def __enter__(self) -> ReportFile:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._stream.close()
        Path(self._temporary).unlink(missing_ok=True)

    def add(self, report: FileReport) -> None:
        """One more file. Raises OutputProblem."""
        if not self._html:
            self._write(jsonl.line(jsonl.file(report)))
            return
        # Of very many files a page lists those that give most away.
        self._added += 1
        entry = ((page.telling(report), -self._added), report)
        if len(self._listed) < page.LISTED:
            heapq.heappush(self._listed, entry)
        else:
            _, least = heapq.heappushpop(self._listed, entry)
            self._rest[least.status] += 1

    def finish(self, totals: Totals, lines: Sequence[str], *, complete: bool) -> None:
        """End it and give it its name. lines: the summary shown in the terminal. Raises OutputProblem."""
        if self._html:
            listed = [report for _, report in sorted(self._listed, reverse=True)]
            for piece in page.render(self._header, totals, listed, lines, self._rest):
                self._write(piece)
        else:
            self._write(jsonl.line(jsonl.totals(totals, complete=complete)))
        with _problems(self._path):
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
            Path(self._temporary).replace(self._path)

    def _write(self, text: str) -> None:
        with _problems(self._path):
            self._stream.write(text)


@contextlib.contextmanager
def _problems(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputProblem(
            _("{path}: the report cannot be written ({reason})").format(path=path, reason=error.strerror)
        ) from None
