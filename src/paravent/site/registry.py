"""Every family of websites, each listed once. A further one is one module in `systems` and one line here."""

from __future__ import annotations

from collections.abc import Iterable

from paravent.site.spec import SiteSpec
from paravent.site.systems.drupal import DRUPAL
from paravent.site.systems.hugo import HUGO
from paravent.site.systems.plain import PLAIN
from paravent.site.systems.spip import SPIP
from paravent.site.systems.typo3 import TYPO3
from paravent.site.systems.wordpress import WORDPRESS

SYSTEMS: tuple[SiteSpec, ...] = (WORDPRESS, SPIP, DRUPAL, TYPO3, HUGO, PLAIN)


def recognised(paths: Iterable[str]) -> tuple[SiteSpec, ...]:
    """The families that a website shows signs of. paths: of all its files, pictures or not."""
    waiting = list(SYSTEMS)
    found: list[SiteSpec] = []
    for path in paths:
        for spec in [one for one in waiting if one.recognises(path)]:
            waiting.remove(spec)
            found.append(spec)
    return tuple(sorted(found, key=SYSTEMS.index))
