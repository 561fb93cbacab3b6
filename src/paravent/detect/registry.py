"""Which detectors a policy needs, and loading them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib.util import find_spec

from paravent.detect import plugins
from paravent.detect.base import Detector
from paravent.detect.detector_set import Eyes
from paravent.detect.faces.centerface import CenterFace
from paravent.detect.models import store
from paravent.detect.models.catalogue import CENTERFACE, SELFIE, YOLOX, Model
from paravent.detect.models.runtime import providers
from paravent.errors import UsageProblem
from paravent.i18n.texts import _
from paravent.model.policy import Policy

# What `pip install 'paravent[...]'` adds: the option that needs it, a module that is there then, the name of the extra.
_EXTRAS: tuple[tuple[str, Callable[[Policy], bool], str, str], ...] = (
    ("--people", lambda policy: policy.people, "ai_edge_litert", "people"),
    ("--text", lambda policy: policy.text != "none", "rapidocr", "text"),
    ("--codes", lambda policy: policy.codes, "zxingcpp", "codes"),
    ("--logo", lambda policy: bool(policy.logos), "cv2", "logo"),
)


def install(policy: Policy, say: Callable[[str], None]) -> None:
    """Install the models that the policy needs. say: gets one sentence a step. Raises UsageProblem, ModelsMissing."""
    for option, needed, module, extra in _EXTRAS:
        if needed(policy) and find_spec(module) is None:
            raise UsageProblem(
                _("{option} needs more than is installed; run: pip install 'paravent[{extra}]', or leave it out").format(
                    option=option, extra=extra
                )
            )
    for asked in policy.detectors:
        plugins.factory(asked)
    store.install(say, *_models(policy))


def identity(policy: Policy) -> str:
    """What the detectors of a policy are, so that others make another recipe."""
    parts = [*providers(), *(store.identity(model) for model in _models(policy))]
    parts += [plugins.factory(asked).identity for asked in policy.detectors]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def chosen(policy: Policy) -> Eyes:
    """Load them, once a process. Raises ModelsMissing, UsageProblem."""
    faces = CenterFace()
    detectors: list[Detector] = [faces]
    if policy.people:
        from paravent.detect.persons.detector import Persons  # noqa: PLC0415  (each loads libraries that nothing else needs)

        detectors.append(Persons())
    if policy.text != "none":
        from paravent.detect.text.detector import Text  # noqa: PLC0415

        detectors.append(Text(policy.text, policy.words))
    if policy.codes:
        from paravent.detect.codes import Codes  # noqa: PLC0415

        detectors.append(Codes())
    if policy.logos:
        from paravent.detect.logo import Logo, checked_template  # noqa: PLC0415

        detectors.append(Logo(tuple(checked_template(template, faces.find) for template in policy.logos)))
    detectors += [plugins.Plugin(asked) for asked in policy.detectors]
    return Eyes(detectors, reads=policy.text == "identifying")


def _models(policy: Policy) -> tuple[Model, ...]:
    return (CENTERFACE, YOLOX, SELFIE) if policy.people else (CENTERFACE,)
