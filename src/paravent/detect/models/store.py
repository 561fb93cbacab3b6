"""The model store: where the weights lie, shared between projects, and how they get there.

The weights are not part of Paravent. The package `paravent-models` brings them, ready to use. Where it is not installed
they are fetched (`fetching`) and, where a model needs it, prepared for this onnxruntime. A prepared model is one folder,
named after the weights, what they are prepared with and the runtime, and appears in the store in one rename: what is there
is complete. `catalogue` says which models there are.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import onnxruntime
import platformdirs
from filelock import FileLock

from paravent.detect.models import fetching, known_picture
from paravent.detect.models.catalogue import CENTERFACE, FACES, MODELS, Model
from paravent.detect.models.fetching import Progress
from paravent.errors import ModelsMissing
from paravent.i18n.texts import _

PACKAGE = "paravent_models"
PACKAGED = "models.json"  # in that package: what it holds, beside a file for each model

_TEMPORARY = "tmp-"
_MODEL_FILE = "model.onnx"
_RECORD_FILE = "model.json"


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """One model of the store.

    precision: "int8", "fp32" or "fp16" of its weights; "" if not installed.
    """

    name: str
    licence: str
    training_data: str
    installed: bool
    path: Path
    precision: str


@dataclass(frozen=True, slots=True)
class _Found:
    """A model that was read and checked: the bytes, their precision, and where they lay; precision "" for none."""

    data: bytes
    precision: str
    path: Path


def folder() -> Path:
    """The model store: `PARAVENT_MODELS`, else a folder in the user's cache. Need not exist."""
    moved = os.environ.get("PARAVENT_MODELS", "")
    return Path(moved).absolute() if moved else platformdirs.user_cache_path("paravent", appauthor=False) / "models"


def status() -> list[ModelStatus]:
    """What is installed and what could be, for people to read."""
    told = []
    for model in MODELS:
        found = _checked(model)
        installed = bool(found.precision)
        told.append(ModelStatus(model.name, model.licence, model.training_data, installed, found.path, found.precision))
    return told


def missing(*models: Model) -> tuple[Model, ...]:
    """Which of them are not installed, or not as they should be."""
    return tuple(model for model in models if not _checked(model).precision)


def load(model: Model = CENTERFACE) -> bytes:
    """A model: the very bytes that were checked. Raises ModelsMissing with what to do when it is absent or damaged."""
    return _needed(model).data


def path(model: Model = CENTERFACE) -> Path:
    """Where a model lies, for people to read. Raises ModelsMissing as `load` does."""
    return _needed(model).path


def identity(model: Model) -> str:
    """What makes a model's results what they are: another one makes other copies."""
    return _home(model).name if model.prepared else _kept(model).name


def install(progress: Progress, *models: Model) -> Path:
    """Fetch and prepare models (those that find faces where none is named) unless they are there; the path of the first.

    Takes a few seconds and, the first time, the network. Safe when several processes install at once: one does the work
    and the others wait. `progress` gets one sentence a step. Raises ModelsMissing with one line.
    """
    wanted = models or FACES
    for model in wanted:
        if _checked(model).precision:
            continue
        try:
            _install(model, progress)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ModelsMissing(
                _("the model store {folder} cannot be written ({reason}); make room or set PARAVENT_MODELS").format(
                    folder=folder(), reason=reason
                )
            ) from None
    return path(wanted[0])


def weights(progress: Progress, model: Model = CENTERFACE) -> bytes:
    """The weights as published, fetched unless the store has them. Raises ModelsMissing, OSError."""
    with _locked() as work:
        return _weights(model, work, progress)


def recipe_digest(model: Model) -> str:
    """What a model is prepared with: with another digest, other bytes are made of the same weights."""
    data = resources.files("paravent.detect.models") / "data"
    parts = [(data / name).read_bytes() for name in model.prepared_with]
    return hashlib.sha256(b"".join([*parts, bytes([model.recipe])])).hexdigest()


def _needed(model: Model) -> _Found:
    found = _checked(model)
    if not found.precision:
        raise ModelsMissing(
            _("the {model} is not installed; connect to the network and run: paravent models install").format(
                model=_(model.title)
            )
        )
    return found


# Looking


def _checked(model: Model) -> _Found:
    """What `PARAVENT_MODELS` names comes first, then the package, then the store in the user's cache."""
    own = _in_the_store(model) if os.environ.get("PARAVENT_MODELS") else None
    if own is not None and own.precision:
        return own
    return _in_the_package(model) or own or _in_the_store(model)


def _in_the_store(model: Model) -> _Found:
    place = _home(model) / _MODEL_FILE if model.prepared else _kept(model)
    try:
        found = place.read_bytes()
        precision = _pinned(model, found) or _seeing(model, found, _read(place.with_name(_RECORD_FILE)))
    except (OSError, ValueError, KeyError, TypeError):
        return _Found(b"", "", place)
    return _Found(found, precision, place)


def _in_the_package(model: Model) -> _Found | None:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    try:
        record = _read(package / PACKAGED)[model.name]
        place = package / record["file"]
        found = place.read_bytes()
        if not (precision := _pinned(model, found)) and record["recipe"] == recipe_digest(model):
            precision = _seeing(model, found, record)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return _Found(found, precision, place) if precision else None


def _pinned(model: Model, found: bytes) -> str:
    """The precision of bytes that the catalogue knows, else "".

    What lies beside a file says nothing of it: whoever swaps one can swap the other.
    """
    digest = hashlib.sha256(found).hexdigest()
    if not model.prepared:
        return model.precision if digest == model.sha256 else ""
    return next((precision for precision, sha256 in model.made if sha256 == digest), "")


def _seeing(model: Model, found: bytes, record: dict[str, str]) -> str:
    """The precision of what another platform made: it must see what is to be seen in the known picture; else ""."""
    intact = model.prepared and record["sha256"] == hashlib.sha256(found).hexdigest()
    return record["precision"] if intact and known_picture.passes(found, model.name) else ""


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


# Installing


def _kept(model: Model) -> Path:
    """Where the weights lie as published: kept, so that another onnxruntime needs no network."""
    return folder() / f"{model.name}-{model.sha256[:12]}{Path(model.member).suffix}"


def _home(model: Model) -> Path:
    return folder() / f"{model.name}-{model.sha256[:12]}-{recipe_digest(model)[:12]}-ort{onnxruntime.__version__}"


def _install(model: Model, progress: Progress) -> None:
    with _locked() as work:
        if _checked(model).precision:  # another process was faster
            return
        published = _weights(model, work, progress)
        if not model.prepared:
            return
        progress(_("Preparing the {model} for this machine ...").format(model=_(model.title)))
        made, precision = fetching.prepared(model, published, work, progress)
        record = {"precision": precision, "sha256": hashlib.sha256(made).hexdigest()}
        new = work / "new"
        new.mkdir()
        (new / _MODEL_FILE).write_bytes(made)
        (new / _RECORD_FILE).write_text(json.dumps(record), encoding="utf-8")
        _replace(_home(model), new, work)


@contextmanager
def _locked() -> Iterator[Path]:
    """A temporary folder in the store, for the one process that may write there."""
    root = folder()
    root.mkdir(parents=True, exist_ok=True)
    with FileLock(root / "lock"):
        for left in root.glob(_TEMPORARY + "*"):  # of an installation that was killed: nobody else holds the lock
            shutil.rmtree(left, ignore_errors=True)
        work = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=root))
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _replace(home: Path, new: Path, work: Path) -> None:
    for file in new.iterdir():
        _sync(file)
    if home.exists():  # damaged, else there would be nothing to do
        home.rename(work / "old")
    new.rename(home)


def _weights(model: Model, work: Path, progress: Progress) -> bytes:
    try:
        found = _kept(model).read_bytes()
    except OSError:
        found = b""
    if model.is_published(found):
        return found
    fetched = fetching.published(model, work, progress)
    for one, data in fetched.items():
        partial = work / _kept(one).name
        partial.write_bytes(data)
        _sync(partial)
        partial.replace(_kept(one))
    return fetched[model]


def _sync(file: Path) -> None:
    with file.open("r+b") as stream:
        os.fsync(stream.fileno())
