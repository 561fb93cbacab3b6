"""Which detectors a policy needs, and loading them: for stills and for videos.

A new detector is one entry of `BUILT_IN`, or comes from another package (`plugins`); nothing else has to know it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from paravent.detect import plugins
from paravent.detect.base import Detector
from paravent.detect.detector_set import DetectorSet
from paravent.detect.faces.centerface import CenterFace
from paravent.detect.models import store
from paravent.detect.models.catalogue import FACES, PERSONS, TEXT, Model
from paravent.detect.models.runtime import providers
from paravent.errors import ExtraMissing
from paravent.i18n.texts import _
from paravent.model.policy import Policy

# Each loads libraries that nothing else needs, so they are imported when a policy asks for them.


def _persons(policy: Policy, faces: CenterFace) -> Detector:
    from paravent.detect.persons.detector import Persons  # noqa: PLC0415

    del policy, faces
    return Persons()


def _text(policy: Policy, faces: CenterFace) -> Detector:
    from paravent.detect.text.detector import Text  # noqa: PLC0415

    del faces
    return Text(policy.text, policy.words)


def _codes(policy: Policy, faces: CenterFace) -> Detector:
    from paravent.detect.codes import Codes  # noqa: PLC0415

    del policy, faces
    return Codes()


def _logo(policy: Policy, faces: CenterFace) -> Detector:
    from paravent.detect.logo import Logo, checked_template  # noqa: PLC0415

    return Logo(tuple(checked_template(template, faces.find) for template in policy.logos))


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A detector of ours besides that of faces, which always looks first.

    wanted: whether a policy asks for it, by `option`. make: loads it; it is given the detector of faces. extra: what
    `pip install 'paravent[...]'` adds for it, and modules: what is there then. models: what it needs of the model store.
    """

    wanted: Callable[[Policy], bool]
    make: Callable[[Policy, CenterFace], Detector]
    option: str
    extra: str
    modules: tuple[str, ...]
    models: tuple[Model, ...] = ()

    @property
    def is_there(self) -> bool:
        """Whether its extra is installed."""
        return all(find_spec(module) is not None for module in self.modules)


# In the order in which they look: each is told what those before it saw.
BUILT_IN = (
    BuiltIn(lambda policy: policy.people, _persons, "--people", "people", ("contourpy",), PERSONS),
    BuiltIn(lambda policy: policy.text != "none", _text, "--text", "text", (), TEXT),
    BuiltIn(lambda policy: policy.codes, _codes, "--codes", "codes", ("zxingcpp",)),
    BuiltIn(lambda policy: bool(policy.logos), _logo, "--logo", "logo", ("cv2",)),
)

EXTRAS = frozenset(one.extra for one in BUILT_IN)


def missing(policy: Policy) -> tuple[str, ...]:
    """Extras of this package that the policy needs and that are not installed."""
    return tuple(one.extra for one in _wanted(policy) if not one.is_there)


def models(policy: Policy) -> tuple[Model, ...]:
    """What the policy needs of the model store."""
    return FACES + tuple(model for one in _wanted(policy) for model in one.models)


def install(policy: Policy, say: Callable[[str], None]) -> None:
    """Install the models that the policy needs. say: gets one sentence a step. Raises ExtraMissing, ModelsMissing."""
    for one in _wanted(policy):
        if not one.is_there:
            raise ExtraMissing(
                _("{option} needs more than is installed; run: pip install 'paravent[{extra}]', or leave it out").format(
                    option=one.option, extra=one.extra
                ),
                one.extra,
            )
    for asked in policy.detectors:
        plugins.factory(asked)
    store.install(say, *models(policy))


def identity(policy: Policy) -> str:
    """What the detectors of a policy are, so that others make another recipe."""
    parts = [*providers(), *(store.identity(model) for model in models(policy))]
    parts += [plugins.factory(asked).identity for asked in policy.detectors]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def chosen(policy: Policy) -> DetectorSet:
    """Load them, once a process. Raises ModelsMissing, UsageProblem."""
    faces = CenterFace()
    others = [one.make(policy, faces) for one in _wanted(policy)]
    others += [plugins.Plugin(asked) for asked in policy.detectors]
    return DetectorSet([faces, *others], reads=policy.text == "identifying")


def usable() -> tuple[Model, ...]:
    """The models of the detectors whose libraries are there."""
    return FACES + tuple(model for one in BUILT_IN if one.is_there for model in one.models)


def _wanted(policy: Policy) -> Iterator[BuiltIn]:
    return (one for one in BUILT_IN if one.wanted(policy))
