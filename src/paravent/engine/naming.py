"""Names of copies: what gives a name, a place or a date away becomes neutral.

A name that says nothing (a camera's counter) is kept. Any other becomes `picture-…` or `folder-…` with digits of a keyed
hash of the path below the input, so that it is the same on every run and tells nobody without the key anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from paravent.state.private import keyed_hash

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
_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|CLOCK\$|CONIN\$|CONOUT\$|COM[0-9¹²³]|LPT[0-9¹²³])", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\ud800-\udfff\u200b-\u200f\u2028-\u202e\u2066-\u2069]')
_LONGEST = 120  # bytes of a kept stem: room for digits and an extension within the 255 of most file systems
_DIGITS = 8

# The extensions that are right for a format; the first one is given where another stood.
EXTENSIONS = {
    "JPEG": (".jpg", ".jpeg"),
    "PNG": (".png",),
    "WebP": (".webp",),
    "GIF": (".gif",),
    "TIFF": (".tif", ".tiff"),
    "BMP": (".bmp",),
    "HEIC": (".heic", ".heif", ".hif"),
    "AVIF": (".avif",),
    "JP2": (".jp2",),
    "MP4": (".mp4",),
}
ATTEMPTS = 64 // _DIGITS


@dataclass(frozen=True, slots=True)
class Namer:
    """Names for one run. key: of the installation. keep: names are kept as far as file systems everywhere take them."""

    key: bytes
    keep: bool = False

    def output(self, relative: str, absolute: str, form: str, attempt: int = 0) -> str:
        """The path of a copy below the output folder, "/" between its parts.

        relative: path of the original below its input, same separator. form: name of its format, "" if unknown. attempt:
        1 and more give another, longer name (up to ATTEMPTS - 1) if the one before is taken by another original.
        """
        path = PurePosixPath(relative)
        folders = [self._folder(parent) for parent in reversed(path.parents) if parent.name]
        return "/".join([*folders, self._stem(path, absolute, attempt) + _extension(path.suffix, form)])

    def _folder(self, path: PurePosixPath) -> str:
        if self.keep:
            return _portable(path.name)
        return path.name if _CAMERA_FOLDERS.fullmatch(path.name) else f"folder-{self._digits(str(path))}"

    def _stem(self, path: PurePosixPath, absolute: str, attempt: int) -> str:
        stem = path.stem
        if self.keep or _COUNTERS.fullmatch(stem):
            return _portable(stem) + (f"-{self._digits(absolute, attempt)}" if attempt else "")
        if attempt:
            return f"picture-{self._digits(absolute, attempt + 1)}"
        return f"picture-{self._digits(str(path))}"

    def _digits(self, path: str, times: int = 1) -> str:
        return keyed_hash(self.key, path.encode("utf-8", "surrogatepass"))[: _DIGITS * times]


def says_something(relative: str) -> bool:
    """Whether any part of a path is more than a camera's counter or folder."""
    path = PurePosixPath(relative)
    named = any(parent.name and not _CAMERA_FOLDERS.fullmatch(parent.name) for parent in path.parents)
    return named or not _COUNTERS.fullmatch(path.stem)


def _extension(suffix: str, form: str) -> str:
    right = EXTENSIONS.get(form, ("",))
    return suffix.lower() if suffix.lower() in right else right[0]


def _portable(name: str) -> str:
    name = _FORBIDDEN.sub("_", name)
    name = name.encode("utf-8")[:_LONGEST].decode("utf-8", "ignore").rstrip(" .")
    if not name or name.startswith((".", "-", "~", " ")) or _RESERVED.fullmatch(name.split(".")[0].strip()):
        name = f"_{name.lstrip('. ')}"
    return name
