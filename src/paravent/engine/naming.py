"""Names of copies: what gives a name, a place or a date away becomes neutral.

A name that says nothing (a camera's counter) is kept. Any other becomes a number, as `photo-417` or `film-023`; a folder
that says something, `folder-` with digits. Both are drawn by a keyed hash of the output and the path below the input: the
same on every run into that output, others in any other output. Nothing is counted in the order of the originals. That would
tell the order, which in a school is that of a list of names, and gaps would tell what was held back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from paravent.formats import named
from paravent.model.camera_names import is_camera_folder, is_counter
from paravent.model.keyed_hash import keyed_hash

_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|CLOCK\$|CONIN\$|CONOUT\$|COM[0-9¹²³]|LPT[0-9¹²³])", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\ud800-\udfff\u200b-\u200f\u2028-\u202e\u2066-\u2069]')
_LONGEST = 120  # bytes of a kept stem: room for digits and an extension within the 255 of most file systems
_DIGITS = 8
# Digits of a number: short ones as long as there are some left, longer ones where a folder holds very many.
_WIDTHS = (3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 6, 6, 6, 8, 10, 12)
_NUMBERED = re.compile(r"(photo-[0-9]{3,12}|film-[0-9]{3,12}|picture-[0-9a-f]{8,64})")  # the last: by earlier programs

ATTEMPTS = len(_WIDTHS)


@dataclass(frozen=True, slots=True)
class Namer:
    """Names for one run. key: of the installation. keep: names are kept, to the byte, as far as file systems everywhere
    take them. root: identity of the output, so that copies of one original in two outputs have nothing in common."""

    key: bytes
    keep: bool = False
    root: str = ""

    def output(self, relative: str, absolute: str, form: str, attempt: int = 0) -> str:
        """The path of a copy below the output folder, "/" between its parts.

        relative: path of the original below its input, same separator. form: name of its format, "" if unknown. attempt:
        1 and more give another, longer name (up to ATTEMPTS - 1) if the one before is taken by another original.
        """
        path = PurePosixPath(relative)
        folders = [self._folder(parent) for parent in reversed(path.parents) if parent.name]
        return "/".join([*folders, self._stem(path, absolute, form, attempt) + self._extension(path.suffix, form)])

    def _folder(self, path: PurePosixPath) -> str:
        if self.keep:
            return _portable(path.name)
        return path.name if is_camera_folder(path.name) else f"folder-{self._digits(str(path))}"

    def is_numbered(self, relative: str) -> bool:
        """Whether the copy of an original gets a number for a name."""
        return not self.keep and not is_counter(PurePosixPath(relative).stem)

    def fits(self, output: str, relative: str, form: str) -> bool:
        """Whether a copy may go on having the number that it has."""
        now, before = PurePosixPath(self.output(relative, "", form)), PurePosixPath(output)
        same = (now.parent, now.suffix) == (before.parent, before.suffix)
        return same and self.is_numbered(relative) and _NUMBERED.fullmatch(before.stem) is not None

    def _stem(self, path: PurePosixPath, absolute: str, form: str, attempt: int) -> str:
        if not self.is_numbered(path.name):
            return _portable(path.stem) + (f"-{self._digits(absolute, attempt)}" if attempt else "")
        drawn = int(self._digits(f"{attempt}\0{absolute}" if attempt else str(path), 8), 16)
        width = _WIDTHS[attempt]
        kind = "film" if form and named(form).is_video else "photo"
        return f"{kind}-{1 + drawn % (10**width - 1):0{width}}"

    def _extension(self, suffix: str, form: str) -> str:
        right = named(form).endings if form else ("",)
        if suffix.lower() not in right:
            return right[0]
        return suffix if self.keep else suffix.lower()

    def _digits(self, path: str, times: int = 1) -> str:
        told = f"{self.root}\0{path}".encode("utf-8", "surrogatepass")
        return keyed_hash(self.key, told)[: _DIGITS * times]  # all of its 64 digits at most


def _portable(name: str) -> str:
    name = _FORBIDDEN.sub("_", name)
    name = name.encode("utf-8")[:_LONGEST].decode("utf-8", "ignore").rstrip(" .")
    if not name or name.startswith((".", "-", "~", " ")) or _RESERVED.fullmatch(name.split(".")[0].strip()):
        name = f"_{name.lstrip('. ')}"
    return name
