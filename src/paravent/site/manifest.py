"""What is written about a website beside its copies: a list for the upload, what a later check found. Versioned JSON."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from paravent.errors import OutputProblem, UsageProblem
from paravent.i18n import dates
from paravent.i18n.texts import _
from paravent.model import schema
from paravent.model.schema import Body, Count
from paravent.site.preparing import UNCONFIRMED, SiteState
from paravent.site.roles import Role, role_of
from paravent.version import VERSION

SCHEMA: TypeAlias = Literal["paravent-site/1"]
_BEGINNING = b'{"schema":"paravent-site/'


class ManifestFile(Body, frozen=True):
    """A picture or film. path: below the website's folder, and below that of the copies. upload: a copy is there, which
    takes the place of the file on the server. status, hold, remarks: as in reports. family: path of the largest file of the
    same picture, "" where there is no other. role: what it is besides. open: it shows what is covered in its family."""

    path: str
    upload: bool
    status: str
    hold: str = ""
    remarks: tuple[str, ...] = ()
    family: str = ""
    role: Role = ""
    open: bool = False


class MissingFile(Body, frozen=True):
    """A picture that a text of the website names and its folder does not hold. host: server it is said to lie on."""

    name: str
    text: str
    host: str


class Manifest(Body, frozen=True):
    """A prepared website. systems: by name. remains: what is left to do on the server, in the reader's language."""

    schema: SCHEMA
    version: str
    time: str
    systems: tuple[str, ...]
    files: tuple[ManifestFile, ...]
    missing: tuple[MissingFile, ...]
    remains: tuple[str, ...]


class SiteCheck(Body, frozen=True):
    """A later copy of a website. old: paths of files that Paravent made a copy of, and that are still as they were before.
    prepared: copies of Paravent. unknown: pictures and films that are neither. unreadable: paths."""

    schema: SCHEMA
    version: str
    time: str
    old: tuple[str, ...]
    prepared: Count
    unknown: Count
    unreadable: tuple[str, ...] = ()


def manifest_of(state: SiteState, remains: Sequence[str]) -> Manifest:
    """The list of a prepared website."""
    families = {path: family.base for family in state.families for path in family.placements}
    return Manifest(
        *("paravent-site/1", VERSION, dates.now(), tuple(system.name for system in state.systems)),
        files=tuple(_files(state, families)),
        missing=tuple(MissingFile(one.name, one.text, one.host) for one in state.missing),
        remains=tuple(remains),
    )


def _files(state: SiteState, families: dict[str, str]) -> Iterator[ManifestFile]:
    is_open = set(state.open)
    for path, report in sorted(state.outcomes.items()):
        remarks = tuple(remark for remark in report.remarks if remark == UNCONFIRMED)
        role = role_of(path, state.outcomes)
        yield ManifestFile(
            *(path, bool(report.output), report.status.value, report.hold, remarks),
            *(families.get(path, ""), role, path in is_open),
        )


def checked(path: Path, folders: Sequence[Path]) -> Path:
    """The absolute path of a manifest. folders: of website and copies, absolute. Raises UsageProblem."""
    absolute = path.parent.resolve() / path.name
    if path.suffix.lower() != ".json":
        raise UsageProblem(_("{path}: the manifest is .json").format(path=path))
    if any(absolute.is_relative_to(folder) for folder in folders):
        raise UsageProblem(_("{path}: put the manifest outside the website and its copies").format(path=path))
    if path.is_dir() or not absolute.parent.is_dir():
        raise UsageProblem(_("{path}: the manifest cannot be written there").format(path=path))
    if os.path.lexists(absolute) and not _is_manifest(absolute):
        raise UsageProblem(
            _("{path}: is there already and is no manifest of Paravent; choose another name").format(path=path)
        )
    return absolute


def _is_manifest(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(len(_BEGINNING)) == _BEGINNING


def write(path: Path, body: Manifest | SiteCheck) -> None:
    """Write it at once and whole. path: see `checked`. Raises OutputProblem."""
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(schema.text(body) + "\n")
                stream.flush()
                os.fsync(stream.fileno())
            Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        raise OutputProblem(
            _("{path}: the manifest cannot be written ({reason})").format(path=path, reason=error.strerror)
        ) from None
