"""What crosses the border between the parent and its worker processes: plain data."""

from __future__ import annotations

from dataclasses import dataclass

from paravent.model.decision import Decision
from paravent.model.geometry import Region
from paravent.model.policy import Policy
from paravent.model.report import FileReport


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What the ledger knows of an input: keyed hash of the source then, recipe, keyed hash of the copy written."""

    source_key: str
    recipe: str
    copy_key: str


@dataclass(frozen=True, slots=True)
class Job:
    """One file to be prepared or scanned. Neither the key of this installation nor the place of an output travels with it:
    workers have them since they started.

    identity: by which the source opens it. relative: its name in reports. recipe: digest of policy, program and models.
    output: name of the output, destination: path of the copy below it with "/" between the parts; "" for a scan.
    format: name of the format that its first bytes are of, "" for none that is known; None if nobody has looked yet.
    recorded: what the ledger holds of it. force: prepare it even if it is there. replaceable: keyed hash of a file at the
    destination that we wrote and that may give way to a new copy. decision: what a human decided about this very source;
    part of the recipe. decided_key: keyed hash of the source decided about; "" for any. remarks: what is known before the
    work and to be told of the copy, see `report.FileReport`.
    """

    identity: str
    relative: str
    policy: Policy
    recipe: str = ""
    output: str = ""
    destination: str = ""
    format: str | None = None
    recorded: LedgerEntry | None = None
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
