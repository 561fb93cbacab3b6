"""What a store is: a `Source` that files come from, an `Output` that copies appear in.

Each has a *location*: plain data that can be pickled, says where the store is, and opens it. A location that an opened
store gives (`Source.location`, `Output.location`) opens that very store again and nothing that took its name meanwhile. A
run opens both at its start, each worker once more at its own; what travels with a job is an item's identity and a copy's
destination, never the output's place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, runtime_checkable

from paravent.errors import Held, UsageProblem
from paravent.formats import HEAD
from paravent.i18n.texts import _
from paravent.stores.listing import Item

# Whether the bytes of a file are those that we wrote.
Ours = Callable[[BinaryIO], bool]


@dataclass(frozen=True, slots=True)
class Mark:
    """Tells later whether a file was written anew. size: bytes. changed: nanoseconds of the last modification, or, where a
    store knows none, any whole number of 64 bits that is another for other bytes."""

    size: int
    changed: int


@dataclass(frozen=True, slots=True)
class Traces:
    """What a store keeps of a file beside its bytes. modified: nanoseconds, None where no time is kept. attributes: number
    of extended attributes that are not the system's own."""

    modified: int | None = None
    attributes: int = 0


@dataclass(frozen=True, slots=True)
class Original:
    """An opened item. file: seekable, at its start."""

    file: BinaryIO
    mark: Mark
    traces: Traces


@dataclass(frozen=True, slots=True)
class Contents:
    """An item that was read whole. Hash, parser and decoder all work on `data`."""

    data: bytes
    mark: Mark
    traces: Traces


class Source(Protocol):
    """Where files come from; opened. Nothing is written there, no time of access is left where the system allows that."""

    @property
    def location(self) -> SourceLocation:
        """Opens this very source again."""

    def walk(self) -> Iterator[Item]:
        """Every item, in an order that does not change from run to run; also what is not to be opened, with its kind."""

    def opened(self, identity: str, limit: int) -> AbstractContextManager[Original]:
        """One item, for reading. limit: bytes.

        Raises Held: "not-a-file", "file-too-large", "empty", "unreadable"; at the end, "changed-while-reading".
        """

    def head(self, identity: str, size: int = HEAD) -> bytes:
        """The first bytes, for recognising a format; b"" if they cannot be read."""

    def mark(self, identity: str) -> Mark | None:
        """The mark that `opened` would give now; None if there is no such file."""

    def find(self, relative: str) -> str | None:
        """Identity of the file that `walk` lists by that name; None if there is none."""

    def gone(self, identity: str) -> bool:
        """Whether a file that a store of this kind listed, in this run or an earlier one, is not there any more. False
        for what this store cannot know."""

    def close(self) -> None:
        """Let go of everything."""


class Staged(Protocol):
    """A copy on its way: written, read back, then published or gone. It lies in no folder that people upload."""

    def write(self, data: bytes) -> None:
        """Write everything, and wait until the store has it. Raises Held("no-space") or Held("cannot-write")."""

    def writing(self) -> AbstractContextManager[BinaryIO]:
        """An empty, seekable file to write to bit by bit; at the end the store has everything. Raises Held."""

    def reading(self) -> AbstractContextManager[BinaryIO]:
        """What the store has, not what the writer remembers. Raises Held("cannot-write")."""

    def read_back(self) -> bytes:
        """The same as bytes. Raises Held("cannot-write")."""

    def clear(self) -> None:
        """Empty it, to write once more. Raises Held."""


class Output(Protocol):
    """Where copies appear; opened. destination: path of a copy below it, "/" between the parts."""

    @property
    def location(self) -> OutputLocation:
        """Opens this very output again."""

    @property
    def identity(self) -> str:
        """By which the private state knows this output on the next run.

        A source that lists what lies there gives each copy this identity, the separator of its paths and the copy's
        destination: then a copy is known by its place too, and one that was changed since.
        """

    def stage(self) -> AbstractContextManager[Staged]:
        """A staged copy, gone at the end unless published. Raises OutputProblem if nothing can be written at all."""

    def publish(self, staged: Staged, destination: str) -> None:
        """Make a staged copy appear in one step, complete. Folders are made as needed and taken away if unused.

        Raises FileExistsError if anything is there already, Held, and OutputProblem where there is no such step.
        """

    def reading(self, destination: str, limit: int) -> AbstractContextManager[BinaryIO | None]:
        """What lies there; None for nothing, for what is no ordinary file (a link, a pipe), for more than `limit` bytes.

        Raises Held("cannot-write") if it cannot be read.
        """

    def withdraw(self, destination: str, ours: Ours) -> bool:
        """Take away the file there if it is ours. Whether one was. Raises Held("cannot-write")."""

    def exists(self, destination: str) -> bool:
        """Whether anything has this name, be it a broken link."""

    def empty_staging(self) -> None:
        """Delete what runs that were killed have left in staging. What others are writing stays."""

    def close(self) -> None:
        """Let go of everything."""


@runtime_checkable
class SourceLocation(Protocol):
    """Says where a source is; can be pickled."""

    @property
    def on_disk(self) -> tuple[Path, ...]:
        """Absolute paths, resolved, of the files and folders on this disk that it consists of; none if it is elsewhere."""

    def open(self) -> Source:
        """Raises UsageProblem."""


@runtime_checkable
class OutputLocation(Protocol):
    """Says where an output is; can be pickled."""

    @property
    def on_disk(self) -> tuple[Path, ...]:
        """As for a source; the folder need not exist yet."""

    def open(self) -> Output:
        """Makes it if need be. Raises OutputProblem."""


def read_once(source: Source, identity: str, limit: int) -> Contents:
    """All bytes of an item of at most `limit` bytes. Raises Held as `Source.opened` does."""
    with source.opened(identity, limit) as original:
        data = original.file.read(original.mark.size + 1)
        if len(data) != original.mark.size:
            raise Held("changed-while-reading")
        return Contents(data, original.mark, original.traces)


def refuse_overlap(source: SourceLocation, output: OutputLocation) -> None:
    """Raises UsageProblem if the output lies in the source, or a part of the source in the output."""
    for written in output.on_disk:
        for read in source.on_disk:
            if written.is_relative_to(read):
                raise UsageProblem(
                    _("{output}: the output folder lies inside {path}; choose one outside").format(
                        output=written, path=read
                    )
                )
            if read.is_relative_to(written):
                raise UsageProblem(
                    _("{path}: lies inside the output folder {output}; originals must lie elsewhere").format(
                        path=read, output=written
                    )
                )
