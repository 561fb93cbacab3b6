"""Names that cameras and telephones give by themselves: counters and folders, which tell nothing about people."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

# Counters of cameras and telephones, without a date: a prefix that only cameras give, and plain digits. Olympus writes
# month and day into names like P5180123; Panasonic counts in the same form, and only its first folders (P100, P101) are
# told apart.
_COUNTERS = re.compile(
    r"(IMG|DSC|MVI|DCP|HPIM)_E?[0-9]{4,5}|_?(MG|DSC|IMG)_?[0-9]{4,5}|(DSCF|DSCN|CIMG|IMGP|SDIM|PICT|HPIM)[0-9]{4}"
    r"|GOPR[0-9]{4}|G[PXH][0-9]{6}|DJI_[0-9]{4}|P10[01][0-9]{4}|R00[0-9]{5}|L10[0-9]{5}"
)
# Read as names of people unless they are written as the camera does.
_CAPITALS_ONLY = re.compile(r"(SAM|PIC)_[0-9]{4,5}")
# What reads as a year, or as year and month, somewhere in the digits at their start or end.
_YEAR = re.compile(r"(?<![0-9])(19|20)[0-9]{2}|(19|20)[0-9]{2}$")
# Folders of the DCF standard are three digits and five characters; only those of makers say nothing about people.
_CAMERA_FOLDERS = re.compile(
    r"DCIM|[0-9]{3}(CANON|APPLE|_FUJI|MSDCF|NIKON|_PANA|OLYMP|GOPRO|MEDIA|_PENT|PENTX|RICOH|SIGMA|LEICA|CASIO|SSCAM)",
    re.IGNORECASE,
)


def is_counter(stem: str) -> bool:
    """Whether a name without its ending is a camera's counter, in capitals or, as some programs write it, in small letters.

    A counter that has come to what reads as a year is none.
    """
    written = stem.upper() if stem.islower() and stem.isascii() else stem
    known = _COUNTERS.fullmatch(written) or _CAPITALS_ONLY.fullmatch(stem)
    return known is not None and _YEAR.search(stem) is None


def is_camera_folder(name: str) -> bool:
    """Whether a folder has a name that a camera gave it."""
    return _CAMERA_FOLDERS.fullmatch(name) is not None


def says_something(relative: str) -> bool:
    """Whether any part of a path is more than a camera's counter or folder."""
    path = PurePosixPath(relative)
    named = any(parent.name and not is_camera_folder(parent.name) for parent in path.parents)
    return named or not is_counter(path.stem)
