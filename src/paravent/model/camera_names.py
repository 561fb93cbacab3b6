"""Names that cameras and telephones give by themselves: counters and folders, which tell nothing about people."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

# Counters of cameras and telephones, without a date. Olympus writes month and day into names like P5180123; Panasonic
# counts in the same form, and only its first folders (P100, P101) are told apart.
_COUNTERS = re.compile(
    r"(IMG|DSC|MVI|SAM|DCP|PIC|HPIM)_E?\d{4,5}|IMG_E\d{4}|_?(MG|DSC|IMG)_?\d{4,5}|(DSCF|DSCN|CIMG|IMGP|SDIM|PICT|HPIM)\d{4}"
    r"|GOPR\d{4}|G[PXH]\d{6}|DJI_\d{4}|P10[01]\d{4}|R\d{7}|L10\d{5}|10\d_\d{4}",
    re.IGNORECASE,
)
# Folders of the DCF standard are three digits and five characters; only those of makers say nothing about people.
_CAMERA_FOLDERS = re.compile(
    r"DCIM|\d{3}(CANON|APPLE|_FUJI|MSDCF|NIKON|_PANA|OLYMP|GOPRO|MEDIA|_PENT|PENTX|RICOH|SIGMA|LEICA|CASIO|SSCAM)",
    re.IGNORECASE,
)


def is_counter(stem: str) -> bool:
    """Whether a name without its ending is a camera's counter."""
    return _COUNTERS.fullmatch(stem) is not None


def is_camera_folder(name: str) -> bool:
    """Whether a folder has a name that a camera gave it."""
    return _CAMERA_FOLDERS.fullmatch(name) is not None


def says_something(relative: str) -> bool:
    """Whether any part of a path is more than a camera's counter or folder."""
    path = PurePosixPath(relative)
    named = any(parent.name and not is_camera_folder(parent.name) for parent in path.parents)
    return named or not is_counter(path.stem)
