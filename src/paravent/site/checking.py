"""Tells whether a later copy of a website still holds files as they were before they were prepared, by keyed digest."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from paravent.engine.session import Settings, source_of
from paravent.errors import Held
from paravent.formats import HEAD, recognise
from paravent.i18n import dates
from paravent.model.keyed_hash import keyed_hash_of
from paravent.model.limits import VideoLimits
from paravent.site.folder import Confirm, folder_of, refuse_others, refuse_saved
from paravent.site.manifest import SiteCheck
from paravent.state.ledger import Ledger
from paravent.state.private import PrivateFolder
from paravent.stores.base import Source
from paravent.stores.listing import Item, What
from paravent.version import VERSION

_OLD, _PREPARED, _UNKNOWN = "old", "prepared", "unknown"
_PASSED_OVER = (What.SPECIAL, What.SYSTEM, What.SIDECAR)


def check(folder: Path, settings: Settings, confirm: Confirm) -> SiteCheck:
    """Compare every picture and film below `folder` with what the private state knows. Nothing is decoded or written.
    Raises UsageProblem."""
    site, private = folder_of(folder), PrivateFolder(settings.private)
    refuse_others(site, confirm, private)
    location = source_of([site], settings)
    key = private.key()
    found: dict[str, list[str]] = {_OLD: [], _PREPARED: [], _UNKNOWN: []}
    unreadable: list[str] = []
    with closing(location.open()) as source, Ledger(private.ledger) as ledger:
        items = list(source.walk())
        refuse_saved(items, source)
        settings.progress.counted(len(items), whole=True)
        for item in items:
            if item.what in _PASSED_OVER:
                continue
            try:
                if item.what is not What.UNREADABLE and recognise(source.head(item.identity, HEAD)) is not None:
                    found[_state(item, source, ledger, key)].append(item.relative)
            except Held:
                unreadable.append(item.relative)
    numbers = len(found[_PREPARED]), len(found[_UNKNOWN])
    return SiteCheck("paravent-site/1", VERSION, dates.now(), tuple(found[_OLD]), *numbers, tuple(unreadable))


def _state(item: Item, source: Source, ledger: Ledger, key: bytes) -> str:
    with source.opened(item.identity, VideoLimits().file_bytes) as original:
        digest = keyed_hash_of(key, original.file)
    if ledger.of_copy(digest) is not None:
        return _PREPARED
    return _OLD if ledger.of_source(digest) is not None else _UNKNOWN
