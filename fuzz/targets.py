"""What is fuzzed: every function that reads the bytes of a file somebody else made.

A target takes bytes and returns; an exception is a finding. `Held` is how readers of pictures and verification refuse a
file, and no finding; inspection may raise nothing at all.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from paravent.detect.renderings import PLAIN
from paravent.detect.upright import Upright
from paravent.errors import Held
from paravent.formats import FormatSpec, specs
from paravent.formats.base import Writing
from paravent.formats.shared import icc
from paravent.inspect import inspect
from paravent.inspect.values import values
from paravent.model.geometry import Ellipse
from paravent.model.limits import StillLimits
from paravent.verify.decoding import decode_copy
from paravent.verify.judge import CHECKS
from paravent.verify.marks import without_mark

Target = Callable[[bytes], None]

LIMITS = StillLimits(pixels=1_000_000, pages=100)
# Of processor time, for one file.
SLOW_SECONDS = 2.0
_VIEW = 64
_STILLS = [spec for spec in specs() if not spec.is_video]
_SHAPES = (Ellipse(9, 7, 4, 5, 20),)
_WRITING = Writing(max_size=20)
_PROFILES = tuple(icc.build(name) for name in icc.NAMES)


def _inspecting(spec: FormatSpec) -> Target:
    def run(data: bytes) -> None:
        inspect(data, spec.audit)
        values(data, spec.audit)

    return run


def _opening(form: FormatSpec) -> Target:
    def run(data: bytes) -> None:
        try:
            source = form.open(data, LIMITS)
            for page in islice(source.pages, 3):
                for rendering in (PLAIN, *page.further()):
                    Upright(page, rendering).view(_VIEW)
            _ = source.findings
            # Every other file keeps its size, which is the lossless way where there is one.
            writing = Writing() if len(data) % 2 else _WRITING
            source.draft([_SHAPES] * len(source.pages), writing)
        except Held:
            return

    return run


def _verifying(name: str) -> Target:
    def run(data: bytes) -> None:
        for orientation, profiles in ((1, ()), (None, _PROFILES)):
            try:
                bare, _ = without_mark(data, name, None)
                CHECKS[name](bare, orientation=orientation, profiles=profiles)
                for _ in decode_copy(data, name, LIMITS):
                    pass
            except Held:
                continue

    return run


TARGETS: dict[str, Target] = {
    **{f"inspect-{spec.name.lower()}": _inspecting(spec) for spec in _STILLS},
    **{f"open-{spec.name.lower()}": _opening(spec) for spec in _STILLS},
    **{f"verify-{spec.name.lower()}": _verifying(spec.name) for spec in _STILLS if not spec.on_request},
}
