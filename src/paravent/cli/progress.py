"""How far a run has come, on stderr: one line that is rewritten in a terminal, now and then a plain line elsewhere."""

from __future__ import annotations

import sys
import time
from typing import Self, TextIO

from paravent.cli import lines
from paravent.engine import progress as engine
from paravent.i18n.texts import _

_REWRITTEN = 0.2  # seconds between two states of the line in a terminal
_PLAIN = 30.0  # seconds between two plain lines
_TELLING = 0.01  # files that must be done before it is told how long the rest takes


class Progress(engine.Progress):
    """Counts towards a total. quiet: say nothing. A context manager, so that the line is cleared at the end."""

    def __init__(self, *, quiet: bool = False, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._total = self._done = 0
        self._whole = False
        self._partly: dict[str, float] = {}
        self._quiet = quiet
        self._started = self._last = time.monotonic()
        self._width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def clear(self) -> None:
        """Make room for a line of something else."""
        self._rewrite("")

    def are_at_most(self, files: int) -> bool:
        """Whether it is known that there are no more files."""
        return self._whole and self._total <= files

    def say(self, sentence: str) -> None:
        """See `engine.progress.Progress`."""
        if not self._quiet:
            self.clear()
            print(lines.shaped(sentence, self._stream), file=self._stream, flush=True)

    def counted(self, files: int, *, whole: bool) -> None:
        """See `engine.progress.Progress`."""
        if not self._total:
            self._started = time.monotonic()
        self._total, self._whole = files, whole

    def advance(self) -> None:
        """One more is done."""
        self._done += 1
        self._partly.clear()  # those that still go on will say so again
        self._show()

    def partly(self, path: str, share: float) -> None:
        """See `engine.progress.Progress`."""
        self._partly[path] = share
        self._show()

    def _show(self) -> None:
        now = time.monotonic()
        if self._quiet or now - self._last < (_REWRITTEN if self._terminal else _PLAIN):
            return
        self._last = now
        line = self._line(now - self._started)
        if self._terminal:
            self._rewrite(line)
        else:
            print(line, file=self._stream, flush=True)

    def _line(self, spent: float) -> str:
        done = self._done + sum(self._partly.values())
        rate = done / max(spent, 1e-3)  # some clocks stand still for hundredths of a second
        if not self._whole:
            return _("{done} of more than {total}, {rate:.1f} a second").format(
                done=self._done, total=self._total, rate=rate
            )
        if done < _TELLING:
            return _("{done} of {total}").format(done=self._done, total=self._total)
        left = _duration((self._total - done) / rate)
        return _("{done} of {total}, {rate:.1f} a second, {left} left").format(
            done=self._done, total=self._total, rate=rate, left=left
        )

    def _rewrite(self, line: str) -> None:
        if self._terminal and (line or self._width):
            line = lines.fitting(line, (lines.columns(self._stream) or 1) - 1)
            self._stream.write("\r" + line.ljust(self._width) + ("" if line else "\r"))
            self._stream.flush()
            self._width = len(line)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
