"""Names of copies: what gives a name, a place or a date away becomes neutral.

A name that says nothing (a camera's counter) is kept. Any other becomes `picture-…` or `folder-…` with digits of a keyed
hash of the output and the path below the input, so that it is the same on every run into that output, another in any other
output, and tells nobody without the key anything.
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

ATTEMPTS = 64 // _DIGITS


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
        return "/".join([*folders, self._stem(path, absolute, attempt) + self._extension(path.suffix, form)])

    def _folder(self, path: PurePosixPath) -> str:
        if self.keep:
            return _portable(path.name)
        return path.name if is_camera_folder(path.name) else f"folder-{self._digits(str(path))}"

    def _stem(self, path: PurePosixPath, absolute: str, attempt: int) -> str:
        stem = path.stem
        if self.keep or is_counter(stem):
            return _portable(stem) + (f"-{self._digits(absolute, attempt)}" if attempt else "")
        if attempt:
            return f"picture-{self._digits(absolute, attempt + 1)}"
        return f"picture-{self._digits(str(path))}"

    def _extension(self, suffix: str, form: str) -> str:
        right = named(form).endings if form else ("",)
        if suffix.lower() not in right:
            return right[0]
        return suffix if self.keep else suffix.lower()

    def _digits(self, path: str, times: int = 1) -> str:
        told = f"{self.root}\0{path}".encode("utf-8", "surrogatepass")
        return keyed_hash(self.key, told)[: _DIGITS * times]


def _portable(name: str) -> str:
    name = _FORBIDDEN.sub("_", name)
    name = name.encode("utf-8")[:_LONGEST].decode("utf-8", "ignore").rstrip(" .")
    if not name or name.startswith((".", "-", "~", " ")) or _RESERVED.fullmatch(name.split(".")[0].strip()):
        name = f"_{name.lstrip('. ')}"
    return name
