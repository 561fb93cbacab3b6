"""Every platform whose exports are read: a new one is a module and a line here."""

from __future__ import annotations

from paravent.posted.facebook import FACEBOOK
from paravent.posted.instagram import INSTAGRAM
from paravent.posted.spec import PlatformSpec

PLATFORMS: tuple[PlatformSpec, ...] = (FACEBOOK, INSTAGRAM)
