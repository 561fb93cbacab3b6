"""Every platform whose exports are read: a new one is a module and a line here."""

from __future__ import annotations

from paravent.posted.facebook import FACEBOOK
from paravent.posted.google import GOOGLE
from paravent.posted.instagram import INSTAGRAM
from paravent.posted.mastodon import MASTODON
from paravent.posted.spec import PlatformSpec
from paravent.posted.x import X

PLATFORMS: tuple[PlatformSpec, ...] = (FACEBOOK, INSTAGRAM, GOOGLE, MASTODON, X)
