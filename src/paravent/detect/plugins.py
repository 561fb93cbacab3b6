"""Detectors from other packages: what they may say, and what is refused.

A package offers a detector by an entry point of the group `paravent.detectors`, a function without arguments that
returns an object as described by `Offered`. Nothing is loaded that the user did not name.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol, TypeAlias

from paravent.detect.base import KINDS, NOTHING_KNOWN, Context, Detection, Pixels, Viewer
from paravent.errors import Held, UsageProblem
from paravent.i18n.texts import _
from paravent.model.geometry import Box, Polygon

GROUP = "paravent.detectors"
# SPDX identifiers of licences under which anybody may use a model for anything.
FREE = frozenset(
    ("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC-BY-4.0", "CC0-1.0", "ISC", "MIT", "MPL-2.0", "Unlicense")
)
# Attributes by which detectors offer to tell more of people than where they are.
_REFUSED = ("labels", "attributes", "embeddings", "identities", "landmarks", "embed", "recognize", "recognise", "compare")
_LARGEST = 4096  # longest side that a plugin may ask for
_MOST_POINTS = 10_000
_MOST_FOUND = 1_000

# Kind, outline as (x, y) in pixels of the picture given, score from 0 to 1.
Found: TypeAlias = tuple[str, Sequence[tuple[float, float]], float]


class Offered(Protocol):
    """What a plugin's function returns.

    version: of code and weights together; another one makes another copy. kinds: of `detect.base.KINDS`. licence: SPDX
    identifier of the model's licence. longest: the picture is given with at least so many pixels on its longest side, if it
    has them, and at most twice as many. again: whether it looks at the finished copy once more.
    """

    version: str
    kinds: tuple[str, ...]
    licence: str
    longest: int
    again: bool

    def find(self, picture: Pixels) -> Iterable[Found]:
        """What it sees. picture: RGB, upright, (h, w, 3), uint8, not to be changed or kept."""
        ...


@dataclass(frozen=True, slots=True)
class Factory:
    """A plugin that was found and may be used. identity: what makes its results what they are."""

    name: str
    identity: str
    offered: Offered


def factory(asked: str) -> Factory:
    """The plugin asked for. asked: its name, or "NAME=LICENCE" for one whose licence is not free.

    Raises UsageProblem: unknown, broken, or offering what no detector here may say.
    """
    name, _sign, accepted = asked.partition("=")
    point = _point(name)
    try:
        offered = point.load()()
    except Exception as error:  # whatever it is, it is the plugin's
        raise _refused(name, _("it cannot be loaded ({kind})").format(kind=type(error).__name__)) from None
    _check(name, offered)
    if offered.licence not in FREE and offered.licence != accepted:
        raise _refused(
            name,
            _("its model's licence is {licence}; if you may use it, write --detector {name}={licence}").format(
                name=name, licence=offered.licence
            ),
        )
    facts = (name, offered.version, offered.kinds, offered.longest)
    return Factory(name, hashlib.sha256(repr(facts).encode()).hexdigest(), offered)


def offers() -> list[tuple[str, str]]:
    """Name and licence of every plugin that is installed; what is wrong with it in place of the licence."""
    told = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            offered = point.load()()
            _check(point.name, offered)
            told.append((point.name, str(offered.licence)))
        except UsageProblem as problem:
            told.append((point.name, str(problem)))
        except Exception as error:
            told.append((point.name, _("it cannot be loaded ({kind})").format(kind=type(error).__name__)))
    return told


class Plugin:
    """A plugin as a detector of ours. Raises UsageProblem, see `factory`."""

    def __init__(self, asked: str) -> None:
        made = factory(asked)
        self.name = made.name
        self.again = made.offered.again
        self._offered = made.offered

    def find(
        self, picture: Viewer, within: tuple[Box, ...] | None = None, context: Context = NOTHING_KNOWN
    ) -> list[Detection]:
        """See `detect.base.Detector.find`. Raises Held("detector") if the plugin fails or says what it may not."""
        del within, context
        shown = picture.view(self._offered.longest).view()
        shown.flags.writeable = False
        try:
            found = list(self._offered.find(shown))
        except MemoryError:
            raise
        except Exception as error:
            raise Held("detector", name=self.name, reason=type(error).__name__) from None
        if len(found) > _MOST_FOUND:
            raise Held("detector", name=self.name, reason="too many")
        factor = max(picture.width, picture.height) / max(shown.shape[:2])
        return sorted((self._detection(one, factor) for one in found), key=lambda one: -one.score)

    def _detection(self, found: Any, factor: float) -> Detection:
        try:
            kind, outline, score = found
            points = tuple((float(x) * factor, float(y) * factor) for x, y in outline)
            score = float(score)
        except (TypeError, ValueError):
            raise Held("detector", name=self.name, reason="not (kind, polygon, score)") from None
        if kind not in self._offered.kinds or not 0 <= score <= 1:
            raise Held("detector", name=self.name, reason="kind or score")
        if not 3 <= len(points) <= _MOST_POINTS or not all(math.isfinite(side) for point in points for side in point):
            raise Held("detector", name=self.name, reason="polygon")
        shape = Polygon(points)
        return Detection(shape.bounds(), score, str(kind), outline=shape)


def _point(name: str) -> EntryPoint:
    points = entry_points(group=GROUP, name=name)
    if not points:
        known = ", ".join(sorted(point.name for point in entry_points(group=GROUP))) or _("none is installed")
        raise UsageProblem(_("there is no detector {name!r} ({known})").format(name=name, known=known))
    return next(iter(points))


def _check(name: str, offered: Any) -> None:
    kinds = getattr(offered, "kinds", ())
    if not isinstance(kinds, tuple) or not kinds or not set(kinds) <= set(KINDS):
        raise _refused(name, _("its kinds must be of {kinds}").format(kinds=", ".join(KINDS)))
    told = [attribute for attribute in _REFUSED if hasattr(offered, attribute)]
    if told:
        sentence = _("it offers {what}; a detector here may say a kind, a place and a score")
        raise _refused(name, sentence.format(what=told[0]))
    facts: tuple[tuple[str, Callable[[Any], bool]], ...] = (
        ("version", lambda value: isinstance(value, str) and bool(value)),
        ("licence", lambda value: isinstance(value, str) and bool(value)),
        ("longest", lambda value: type(value) is int and 32 <= value <= _LARGEST),
        ("again", lambda value: isinstance(value, bool)),
        ("find", callable),
    )
    for attribute, holds in facts:
        if not holds(getattr(offered, attribute, None)):
            raise _refused(name, _("its {attribute} is missing or wrong").format(attribute=attribute))


def _refused(name: str, reason: str) -> UsageProblem:
    return UsageProblem(_("the detector {name!r} is refused: {reason}").format(name=name, reason=reason))
