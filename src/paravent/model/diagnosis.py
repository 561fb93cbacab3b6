"""What is told of an installation: what is there, what works, what lacks. No path, no name of a file or of a person."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from paravent.model.schema import Body, Count

SCHEMA: TypeAlias = Literal["paravent-doctor/1"]
PlaceName: TypeAlias = Literal["state", "models", "temporary", "current"]
# What was tried: "" where something else had to be mended first.
Trial: TypeAlias = Literal["works", "fails", ""]
# How a copy appears without replacing a file: it had no name before, or lay in a staging folder; or it cannot.
Publishing: TypeAlias = Literal["nameless", "staged", "none"]
Command: TypeAlias = Annotated[str, Meta(max_length=200)]


class Library(Body, frozen=True):
    """A library that not everybody has. extras: of this package that bring it. version: "" where it does not tell."""

    name: str
    extras: tuple[str, ...]
    state: Literal["there", "missing", "broken"]
    version: str


class FormatState(Body, frozen=True):
    """A format. video: of films. works: files of it can be prepared. on_request: only where it is said what they become.
    needs: the extra that lacks, "" for none; where it works all the same, files of more than 8 bits a colour need it."""

    name: str
    video: bool
    works: bool
    on_request: bool
    needs: str


class DetectorState(Body, frozen=True):
    """What can be found in pictures. option: that asks for it, "" for faces, which are always looked for. needs: the extra
    that lacks, "models", or "" for nothing."""

    name: str
    option: str
    works: bool
    needs: str


class ModelState(Body, frozen=True):
    """A model. precision: of its weights, "" where it is not installed. wanted: the libraries that run it are there."""

    name: str
    precision: str
    wanted: bool


class Place(Body, frozen=True):
    """A folder that is worked with. usual: nobody moved it. free: bytes on its disk."""

    name: PlaceName
    usual: bool
    writable: bool
    free: Count


class Lack(Body, frozen=True):
    """Something to mend. code: of `report.diagnosis.LACKS`. of: what it concerns, an extra, a place, a model or a code of a
    hold. needed: nothing is prepared before. command: that mends it."""

    code: str
    of: str
    needed: bool
    command: Command


class Diagnosis(Body, frozen=True):
    """An installation. works: an ordinary picture can be prepared. time: of this look, in UTC, ISO 8601. system: name and
    processor. providers: what computes, the best first. other_detectors: from other packages. publishing: how copies would
    appear in the current folder."""

    schema: SCHEMA
    works: bool
    version: str
    time: str
    python: str
    system: str
    language: str
    languages: tuple[str, ...]
    providers: tuple[str, ...]
    libraries: tuple[Library, ...]
    formats: tuple[FormatState, ...]
    detectors: tuple[DetectorState, ...]
    other_detectors: tuple[str, ...]
    models: tuple[ModelState, ...]
    places: tuple[Place, ...]
    publishing: Publishing
    memory_limit: Trial
    trial: Trial
    lacks: tuple[Lack, ...]
