"""A folder of received pictures may hold files named like modules: none of them runs, whatever is done there."""

from __future__ import annotations

import importlib.metadata
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from paravent.detect.models import store

ROOT = Path(__file__).parents[2]
MARKS = 'open(__file__ + ".ran", "w").close()\n'
NAMES = sorted(
    {name.split(".")[0] for name in (*sys.stdlib_module_names, *importlib.metadata.packages_distributions())}
    | {"paravent", "sitecustomize", "usercustomize", "workers"}
)
SCRIPT = "from paravent.__main__ import main\nif __name__ == '__main__':\n    main()\n"
COMMANDS = {
    "protect": ["protect", ".", "-o", "../ready"],
    "scan": ["scan", ".", "--metadata-only"],
    "verify": ["verify", "."],
    "install": ["models", "install"],
    "detectors": ["models", "status"],
    "review": ["review", "IMG_0001.png", "-o", "../ready", "--no-browser"],
}


@pytest.fixture
def received(tmp_path: Path) -> Path:
    """A folder with a picture and a file for every module there is."""
    store.install(lambda _: None)
    folder = tmp_path / "received"
    folder.mkdir()
    Image.new("RGB", (64, 48), "teal").save(folder / "IMG_0001.png")
    for name in NAMES:
        (folder / f"{name}.py").write_text(MARKS)
    offer = folder / "offer-1.0.dist-info"
    offer.mkdir()
    (offer / "METADATA").write_text("Metadata-Version: 2.1\nName: offer\nVersion: 1.0\n")
    (offer / "entry_points.txt").write_text("[paravent.detectors]\noffer = workers:start\n")
    return folder


def run(received: Path, start: list[str], command: str, **environment: str) -> set[str]:
    """The modules of the folder that ran."""
    given = {
        **os.environ,
        "HOME": str(received.parent),
        "PARAVENT_MODELS": str(store.folder()),
        "PARAVENT_PRIVATE": str(received.parent / "private"),
        "PYTHONPATH": str(ROOT / "src"),
        "LANGUAGE": "en",
        **environment,
    }
    process = subprocess.Popen(
        [*start, *COMMANDS[command]],
        cwd=received,
        env=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    if command == "review":
        assert process.stderr is not None
        assert any("127.0.0.1" in line for line in process.stderr)
        time.sleep(3)  # until its workers have started
        os.killpg(process.pid, signal.SIGINT)
    told = process.communicate(timeout=120)
    allowed = {"protect": (0, 3), "scan": (0, 3), "verify": (0, 3)}
    assert process.returncode in allowed.get(command, (0,)), told
    return {path.name.partition(".")[0] for path in received.glob("*.ran")}


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_runs_no_file_of_the_folder(command: str, received: Path) -> None:
    script = received.parent / "bin" / "paravent"
    script.parent.mkdir()
    script.write_text(SCRIPT)
    assert run(received, [sys.executable, str(script)], command) == set()


@pytest.fixture
def as_module(received: Path) -> Path:
    """The same without the files that Python itself runs before a module that is started with -m can do anything: only -P
    prevents those."""
    toy = received.parent / "toy"
    toy.mkdir()
    (toy / "toy.py").write_text("import sys\nprint(*sys.modules)\n")
    told = subprocess.run([sys.executable, "-m", "toy"], cwd=toy, check=True, capture_output=True, text=True).stdout
    for name in {"paravent", *(loaded.split(".")[0] for loaded in told.split())}:
        (received / f"{name}.py").unlink(missing_ok=True)
    return received


@pytest.mark.slow
def test_nor_does_the_module(as_module: Path) -> None:
    assert run(as_module, [sys.executable, "-m", "paravent"], "protect") == set()


@pytest.mark.slow
@pytest.mark.parametrize("start", [["-P", "-m", "paravent"], ["-m", "paravent"]])
def test_a_gap_in_the_search_path_is_not_the_folder(start: list[str], as_module: Path) -> None:
    for name in ("sitecustomize", "usercustomize"):  # run by Python itself, before anything
        (as_module / f"{name}.py").unlink(missing_ok=True)
    gaps = os.pathsep.join((str(ROOT / "src"), "", "."))
    assert run(as_module, [sys.executable, *start], "protect", PYTHONPATH=gaps) == set()


def test_fetching_a_model_runs_no_file_of_the_folder(received: Path) -> None:
    script = received.parent / "paravent"
    script.write_text(SCRIPT)
    given = {
        **os.environ,
        "PARAVENT_MODELS": str(received / "models"),
        "PYTHONPATH": str(ROOT / "src"),
        "PIP_NO_INDEX": "1",
    }
    command = [sys.executable, str(script), "models", "install"]
    done = subprocess.run(command, cwd=received, env=given, capture_output=True, check=False)
    assert done.returncode == 4, done.stderr
    assert list(received.glob("*.ran")) == []
