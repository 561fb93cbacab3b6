"""What crosses the border between the parent and its worker processes: plain data."""

from __future__ import annotations

from dataclasses import dataclass

from paravent.model.decision import Decision
from paravent.model.geometry import Region
from paravent.model.policy import Policy
from paravent.model.report import FileReport


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger knows of an input path: keyed hash of the source then, recipe, keyed hash of the copy written."""

    source_key: str
    recipe: str
    copy_key: str


@dataclass(frozen=True, slots=True)
class Job:
    """One file to be prepared or scanned.

    path: absolute source. relative: its name in reports. output: absolute output root, destination: path of the copy
    below it with "/" between the parts; both None for a scan. key: of this installation, for HMAC-SHA-256. recipe:
    digest of policy, program and models. known: what the ledger holds of `path`. force: prepare it even if known.
    replaceable: keyed hash of a file at the destination that we wrote and that may give way to a new copy. decision: what a
    human decided about this very source; part of the recipe. decided_key: keyed hash of the source decided about; "" for
    any. remarks: what is known before the work and to be told of the copy, see `report.FileReport`.
    """

    path: str
    relative: str
    destination: str | None
    output: str | None
    policy: Policy
    key: bytes
    recipe: str
    known: Known | None = None
    force: bool = False
    replaceable: str | None = None
    decision: Decision | None = None
    decided_key: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job. source_key, copy_key: keyed hashes in hex, "" where nothing was read or written.

    regions: what was covered, in pixels of the upright copy. size: width and height of the first picture, upright.
    pages: of the file. moving: they are frames of an animation.
    """

    report: FileReport
    source_key: str = ""
    copy_key: str = ""
    regions: tuple[Region, ...] = ()
    size: tuple[int, int] = (0, 0)
    pages: int = 1
    moving: bool = False
