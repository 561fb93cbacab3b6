"""What is not installed that a policy or a folder needs, and installing it when a person asks for it.

pip does it, as the user has it set up: parts of this package into the Python that runs, models into the model store.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from importlib import metadata

from packaging.requirements import Requirement

from paravent.detect import registry
from paravent.detect.models import fetching, store
from paravent.detect.models.catalogue import MODELS, Model
from paravent.errors import UsageProblem
from paravent.formats import extras as format_extras
from paravent.formats import specs
from paravent.i18n.texts import _
from paravent.model.policy import Policy

# Megabytes that pip fetches for a package and what it brings: about, as measured on Linux in November 2026.
_MEGABYTES = {
    "av": 35,
    "contourpy": 1,
    "imagecodecs": 25,
    "opencv-python-headless": 61,
    "pillow-heif": 6,
    "zxing-cpp": 2,
}
_UNKNOWN = 5
_OFFERED = {*registry.EXTRAS, *format_extras.LIBRARIES}
_A_SECOND = 2  # megabytes, of a slow connection
_BEGINNING = 15  # seconds that pip takes besides
_LONGEST = 1800  # seconds


@dataclass(frozen=True, slots=True)
class Needs:
    """What is missing. extras: of this package. models: of the model store. blocking: nothing can be prepared without it;
    else only some of the files cannot."""

    extras: tuple[str, ...] = ()
    models: tuple[Model, ...] = ()
    blocking: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """By name."""
        return (*self.extras, *(model.name for model in self.models))

    @property
    def megabytes(self) -> int:
        """That are fetched for it, about."""
        packages = {one.name for one in _requirements(self.extras) if not _is_met(one)}
        fetched = sum(_MEGABYTES.get(name, _UNKNOWN) for name in packages)
        wheels = {model.requirement: model.megabytes for model in self.models}
        return max(1, fetched + sum(wheels.values()))

    @property
    def seconds(self) -> int:
        """That it takes, about."""
        return _BEGINNING + self.megabytes // _A_SECOND


def needs(policy: Policy, endings: Collection[str] = ()) -> Needs:
    """What is missing for a policy, and for files whose names end so (lower case, with the dot)."""
    wanted = registry.missing(policy)
    models = store.missing(*registry.models(policy))
    formats = {spec.extra for spec in specs() if spec.extra and not format_extras.is_there(spec.extra)}
    asked = {spec.extra for spec in specs() if set(spec.all_endings) & set(endings)}
    return Needs((*wanted, *sorted(formats & asked)), models, blocking=bool(wanted or models))


def named(parts: Iterable[str]) -> Needs:
    """What has these names. Raises UsageProblem for a name that nothing has."""
    wanted = set(parts)
    models = tuple(model for model in MODELS if model.name in wanted)
    extras = wanted - {model.name for model in models}
    if unknown := extras - _OFFERED:
        raise UsageProblem(_("there is no part {name}").format(name=min(unknown)))
    return Needs(tuple(sorted(extras)), models)


def install(wanted: Needs, say: Callable[[str], None]) -> None:
    """Fetch and install it. say: gets one sentence a step. Raises UsageProblem, ModelsMissing."""
    requirements = _requirements(wanted.extras)
    if requirements:
        say(_("Fetching and installing {names} ...").format(names=", ".join(sorted(one.name for one in requirements))))
        _pip([f"{one.name}{one.specifier}" for one in requirements])
        importlib.invalidate_caches()
    if wanted.models:
        store.install(say, *wanted.models)


def _requirements(extras: Iterable[str]) -> list[Requirement]:
    """What extras of this package ask for on this machine beyond what is there with the package itself; each once."""
    found: dict[str, Requirement] = {}
    for text in metadata.requires("paravent") or ():
        one = Requirement(text)
        if one.marker and any(one.marker.evaluate({"extra": extra}) for extra in extras):
            found.setdefault(one.name, one)
    asked_anyway = {name for name, one in found.items() if one.marker and one.marker.evaluate({"extra": ""})}
    return [one for name, one in found.items() if name not in asked_anyway or not _is_met(one)]


def _is_met(requirement: Requirement) -> bool:
    try:
        return requirement.specifier.contains(metadata.version(requirement.name), prereleases=True)
    except metadata.PackageNotFoundError:
        return False


def _pip(requirements: list[str]) -> None:
    pip = fetching.pip_command()
    if not pip:
        raise _not_allowed(requirements)
    done = fetching.run_pip(pip, ["install", *requirements], _LONGEST)  # as this package's metadata names them
    if done is None:
        raise _not_installed(requirements)
    if done.returncode != 0:
        said = done.stdout + done.stderr
        refused = b"externally-managed-environment" in said or b"Permission denied" in said
        raise _not_allowed(requirements) if refused else _not_installed(requirements)


def _not_allowed(requirements: list[str]) -> UsageProblem:
    return UsageProblem(
        _("this Python does not let programs add to it; whoever installed Paravent can add these packages: {names}").format(
            names=", ".join(requirements)
        )
    )


def _not_installed(requirements: list[str]) -> UsageProblem:
    return UsageProblem(
        _("it could not be installed; connect to the network and try again ({names})").format(names=", ".join(requirements))
    )
