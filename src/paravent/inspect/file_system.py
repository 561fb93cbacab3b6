"""What the file system keeps of a file beside its bytes: a telling name, the modification time, extended attributes."""

from __future__ import annotations

import os
from pathlib import Path

from paravent.errors import Held
from paravent.model.camera_names import says_something
from paravent.model.report import Finding, Kind

WHERE = "file system"
# Access rules and labels that the system itself gives to every file.
_OF_THE_SYSTEM = ("security.", "system.")


def of_the_file(path: Path) -> tuple[Finding, ...]:
    """What name, modification time and extended attributes give away; a link is not followed.

    Attributes are counted where Python can list them, which is on Linux. Raises Held("unreadable").
    """
    try:
        changed = path.lstat().st_mtime_ns
    except OSError as error:
        raise Held("unreadable", reason=error.strerror or type(error).__name__) from None
    precision = "to-the-subsecond" if changed % 1_000_000_000 else "to-the-second"
    found = [Finding(Kind.TIME, WHERE, precision=precision)]
    if says_something(path.name):
        found.append(Finding(Kind.OTHER_METADATA, WHERE, precision="file-name"))
    attributes = _attributes(path)
    if attributes:
        found.append(Finding(Kind.OTHER_METADATA, WHERE, attributes, "extended-attributes"))
    return tuple(found)


def _attributes(path: Path) -> int:
    if not hasattr(os, "listxattr"):
        return 0
    try:
        names = os.listxattr(path, follow_symlinks=False)
    except OSError:  # a file system without them
        return 0
    return sum(not name.startswith(_OF_THE_SYSTEM) for name in names)
