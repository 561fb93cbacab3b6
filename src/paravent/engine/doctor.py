"""Looks at the installation itself: what is there, what works here, and what lacks."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from paravent.detect import plugins, registry
from paravent.detect.models import runtime, store
from paravent.detect.models.catalogue import FACES, Model
from paravent.engine import trials
from paravent.errors import UsageProblem
from paravent.formats import specs
from paravent.formats.extras import LIBRARIES
from paravent.formats.jpeg import dct
from paravent.formats.spec import FormatSpec
from paravent.i18n import dates, texts
from paravent.model.diagnosis import (
    DetectorState,
    Diagnosis,
    FormatState,
    Lack,
    Library,
    ModelState,
    Place,
    PlaceName,
    Publishing,
)
from paravent.state import private as state
from paravent.version import VERSION

LEAST_FREE = 200_000_000  # bytes; with less, a film or a large picture fills the disk
_NEEDED = ("state", "temporary")  # places without which nothing is prepared
_MOVED_BY = {
    "state": "PARAVENT_PRIVATE",
    "models": "PARAVENT_MODELS",
    "temporary": "TEMP" if sys.platform == "win32" else "TMPDIR",
}
_PROTECT = "paravent protect PHOTOS -o READY"


def places(private: Path | None) -> dict[PlaceName, Path]:
    """Where things lie on this machine. private: folder for private state, None for the usual one."""
    return {
        "state": state.path_of(private),
        "models": store.folder(),
        "temporary": Path(tempfile.gettempdir()),
        "current": Path.cwd(),
    }


def examine(private: Path | None) -> Diagnosis:
    """Look at everything; takes some seconds, and leaves nothing behind. private: see `places`."""
    libraries = tuple(_libraries())
    usable = {extra for extra in _extras() if all(one.state == "there" for one in libraries if extra in one.extras)}
    models = tuple(_models())
    there = places(private)
    looked_at = tuple(_place(name, path, private) for name, path in there.items())
    publishing = _publishing(there["current"])
    lacks = [*_of_libraries(libraries), *_of_models(models), *_of_places(looked_at), *_of_state(there["state"])]
    if publishing == "none" and os.access(there["current"], os.W_OK):
        lacks.append(Lack("no-publishing", "current", False, _PROTECT))
    memory_limit = trials.memory_limit() if _can_work(lacks) else ""
    if memory_limit == "fails":
        lacks.append(Lack("no-memory-limit", "", False, f"{_PROTECT} --workers 1"))
    failure = trials.default_job() if _can_work(lacks) else None
    if failure:
        lacks.append(Lack("trial", failure, True, _setting("PARAVENT_DEBUG", "1")))
    return Diagnosis(
        schema="paravent-doctor/1",
        works=_can_work(lacks),
        version=VERSION,
        time=dates.now(),
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
        language=texts.spoken(),
        languages=texts.LANGUAGES,
        providers=tuple(runtime.providers()),
        libraries=libraries,
        formats=tuple(_format(spec, usable) for spec in specs()),
        detectors=tuple(_detectors(usable, {model.name for model in models if model.precision})),
        other_detectors=tuple(name for name, _licence in plugins.offers()),
        models=models,
        places=looked_at,
        publishing=publishing,
        memory_limit=memory_limit,
        trial="" if failure is None else "fails" if failure else "works",
        lacks=tuple(lacks),
    )


def _can_work(lacks: Sequence[Lack]) -> bool:
    return not any(lack.needed for lack in lacks)


# Looking


def _extras() -> dict[str, tuple[str, ...]]:
    """Modules by the extra that brings them, as formats and detectors name them."""
    return {extra: (module,) for extra, module in LIBRARIES.items()} | {one.extra: one.modules for one in registry.BUILT_IN}


def _libraries() -> Iterator[Library]:
    extras = _extras()
    distributions = metadata.packages_distributions()
    for module in dict.fromkeys(module for modules in extras.values() for module in modules):
        by = tuple(extra for extra, modules in extras.items() if module in modules)
        state_of_it = _state(module)
        version = metadata.version(distributions[module][0]) if state_of_it == "there" and module in distributions else ""
        yield Library(module, by, state_of_it, version)


def _state(module: str) -> Literal["there", "missing", "broken"]:
    if find_spec(module) is None:
        return "missing"
    try:
        import_module(module)
    except Exception:  # whatever it is, it is the library's: a part of the system that it needs, another version
        return "broken"
    return "there"


def _format(spec: FormatSpec, usable: set[str]) -> FormatState:
    works = not spec.extra or spec.extra in usable
    needs = next((extra for extra in (spec.extra, spec.deep_extra) if extra and extra not in usable), "")
    return FormatState(spec.name, spec.is_video, works, spec.on_request, needs)


def _detectors(usable: set[str], installed: set[str]) -> Iterator[DetectorState]:
    yield _detector("faces", "", "", FACES, installed)
    for one in registry.BUILT_IN:
        yield _detector(one.extra, one.option, "" if one.extra in usable else one.extra, one.models, installed)


def _detector(name: str, option: str, lacking: str, models: Sequence[Model], installed: set[str]) -> DetectorState:
    needs = lacking or ("" if all(model.name in installed for model in models) else "models")
    return DetectorState(name, option, not needs, needs)


def _models() -> Iterator[ModelState]:
    wanted = {model.name for model in registry.usable()}
    return (ModelState(one.name, one.precision, one.name in wanted) for one in store.status())


def _place(name: PlaceName, path: Path, private: Path | None) -> Place:
    usual = not (private if name == "state" else None) and not os.environ.get(_MOVED_BY.get(name, ""))
    ancestor = next(one for one in (path, *path.parents) if one.exists())
    return Place(name, usual, ancestor.is_dir() and os.access(ancestor, os.W_OK), shutil.disk_usage(ancestor).free)


def _publishing(folder: Path) -> Publishing:
    try:
        return trials.publishing(folder)
    except OSError:
        return "none"


# What lacks


def _of_libraries(libraries: Sequence[Library]) -> Iterator[Lack]:
    for extra in _extras():
        states = {one.state for one in libraries if extra in one.extras}
        if "missing" in states:
            yield Lack("library-missing", extra, False, f"pip install 'paravent[{extra}]'")
        elif "broken" in states:
            yield Lack("library-broken", extra, False, f"pip install --force-reinstall 'paravent[{extra}]'")
    if not dct.available():
        yield Lack("jpeg-exact", "jpeglib", False, "pip install jpeglib")


def _of_models(models: Sequence[ModelState]) -> Iterator[Lack]:
    faces = {model.name for model in FACES}
    missing = [model.name for model in models if model.wanted and not model.precision]
    for needed in (True, False):
        if names := [name for name in missing if (name in faces) is needed]:
            yield Lack("models-missing", ", ".join(names), needed, "paravent models install")


def _of_places(looked_at: Sequence[Place]) -> Iterator[Lack]:
    for place in looked_at:
        command = _setting(_MOVED_BY[place.name], "FOLDER") if place.name in _MOVED_BY else _PROTECT
        if not place.writable:
            yield Lack("not-writable", place.name, place.name in _NEEDED, command)
        elif place.free < LEAST_FREE:
            yield Lack("little-room", place.name, place.name in _NEEDED, command)


def _of_state(folder: Path) -> Iterator[Lack]:
    try:
        state.refuse_network(folder)
    except UsageProblem:
        yield Lack("network-drive", "state", True, _setting(_MOVED_BY["state"], "FOLDER"))


def _setting(variable: str, value: str) -> str:
    """How it is typed; on Windows in PowerShell."""
    return f"$env:{variable} = '{value}'" if sys.platform == "win32" else f"export {variable}={value}"
