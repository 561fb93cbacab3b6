"""What the file system keeps of a file beside its bytes: a telling name, the modification time, extended attributes."""

from __future__ import annotations

from paravent.model.camera_names import says_something
from paravent.model.report import Finding, Kind

WHERE = "file system"


def of_the_file(name: str, modified: int | None, attributes: int) -> tuple[Finding, ...]:
    """What name, modification time and extended attributes give away.

    modified: nanoseconds since 1970, None where no time is kept. attributes: how many there are but for the system's own.
    """
    found = []
    if modified is not None:
        precision = "to-the-subsecond" if modified % 1_000_000_000 else "to-the-second"
        found.append(Finding(Kind.TIME, WHERE, precision=precision))
    if says_something(name):
        found.append(Finding(Kind.OTHER_METADATA, WHERE, precision="file-name"))
    if attributes:
        found.append(Finding(Kind.OTHER_METADATA, WHERE, attributes, "extended-attributes"))
    return tuple(found)
