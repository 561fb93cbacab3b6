"""The folder that a person says is a copy of their own website: what lies there, and what is refused."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from paravent.errors import UsageProblem
from paravent.i18n.texts import _
from paravent.model.keyed_hash import keyed_hash
from paravent.state.exports import ExportStore
from paravent.state.private import PrivateFolder
from paravent.stores.base import Source
from paravent.stores.listing import Item, What

# Asked once for each folder: whether the website is one's own.
Confirm = Callable[[], bool]
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:[/\\]")
# What programs leave that save websites of anybody.
_DOWNLOADERS = ("hts-cache", "hts-log.txt", "cookies.sqlite", ".httrack")
_SAVED = re.compile(rb"<!--\s*(?:saved from url=|Mirrored from |Page saved with SingleFile)", re.IGNORECASE)
_PAGES = (".html", ".htm")
_LOOKED_INTO = 200  # pages whose beginning is read
_BEGINNING = 4096  # bytes


def folder_of(named: Path) -> Path:
    """The folder, absolute. Raises UsageProblem for an address and for what is no folder."""
    if _ADDRESS.match(str(named)):
        raise UsageProblem(
            _("{path}: an address is never opened; copy your website to this disk and name the folder").format(path=named)
        )
    if not named.is_dir():
        raise UsageProblem(_("{path}: not a folder; name the one that the website was copied to").format(path=named))
    return named.resolve()


def refuse_others(folder: Path, confirm: Confirm, private: PrivateFolder) -> None:
    """Raises UsageProblem where nobody says that the website is their own; what was said is kept, by keyed digest."""
    owner = keyed_hash(private.key(), b"website\0" + os.fsencode(folder))
    with ExportStore(private.exports) as store:
        if not store.is_own(owner):
            if not confirm():
                raise UsageProblem(_("only one's own website is prepared; with --mine you say that it is yours"))
            store.confirm(owner)


def refuse_saved(items: Iterable[Item], source: Source) -> None:
    """Raises UsageProblem where a program has saved a website that may be anybody's."""
    pages = 0
    for item in items:
        parts = PurePosixPath(item.relative).parts
        is_page = item.what is What.FILE and item.name.lower().endswith(_PAGES) and pages < _LOOKED_INTO
        pages += is_page
        if any(part in _DOWNLOADERS for part in parts) or (
            is_page and _SAVED.search(source.head(item.identity, _BEGINNING))
        ):
            raise UsageProblem(
                _(
                    "{path}: a browser or another program saved this from the web; copy your own website from its server"
                    " (SFTP, or a backup) and name that folder"
                ).format(path=item.relative)
            )
