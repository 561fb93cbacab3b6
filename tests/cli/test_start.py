"""How soon the command answers, and what it loads for that."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import paravent

# What only work on pictures, the page or the private state needs.
HEAVY = ("numpy", "PIL", "onnxruntime", "onnx", "cv2", "scipy", "av", "aiohttp", "msgspec", "sqlite3", "platformdirs",
         "multiprocessing", "importlib.metadata", "tomllib")  # fmt: skip
RUN = "import sys; from paravent.__main__ import main\ntry: main()\nexcept SystemExit: pass\nfinally: "


def said(arguments: list[str], after: str, language: str = "C.UTF-8") -> str:
    """What a process says that runs the command and then `after`."""
    environment = {**os.environ, "PYTHONPATH": str(Path(paravent.__file__).parents[1]), "LC_ALL": language, "LANGUAGE": ""}
    command = [sys.executable, "-c", RUN + after, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["protect", "--help"], ["review", "--help"]])
def test_nothing_heavy_is_loaded_to_answer(arguments: list[str]) -> None:
    loaded = said(arguments, "print(*sys.modules, sep=chr(10))").splitlines()
    assert "paravent.cli.main" in loaded
    assert [name for name in HEAVY if name in loaded] == []


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_the_answer_takes_little_time(argument: str) -> None:
    seconds = min(float(said([argument], "import time; print(time.process_time())").split()[-1]) for _ in range(5))
    assert seconds <= 0.25  # 0.15 on an idle machine; before, 0.45


def test_only_the_catalogue_that_is_spoken_is_read() -> None:
    opened = "print(sum(one.endswith('.mo') for one in seen))"
    watch = "import sys; seen = []; sys.addaudithook(lambda event, of: event == 'open' and seen.append(str(of[0])))\n"
    environment = {**os.environ, "PYTHONPATH": str(Path(paravent.__file__).parents[1]), "LANGUAGE": ""}
    for language, count in (("C.UTF-8", "0"), ("en_GB.UTF-8", "0"), ("fr_FR.UTF-8", "1")):
        command = [sys.executable, "-c", watch + RUN + opened, "--help"]
        done = subprocess.run(command, env={**environment, "LC_ALL": language}, capture_output=True, text=True, check=True)
        assert done.stdout.split()[-1] == count


@pytest.mark.slow
def test_the_function_keeps_its_name_whatever_is_loaded_first() -> None:
    for first in ("paravent.verify.judge", "paravent.pipeline.still", "paravent.cli.main", "paravent.api"):
        script = (
            f"import {first}, paravent; from paravent import verify; print(verify is paravent.verify, callable(verify))"
        )
        environment = {**os.environ, "PYTHONPATH": str(Path(paravent.__file__).parents[1])}
        done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["True", "True"], first
