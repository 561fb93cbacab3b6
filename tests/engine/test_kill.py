"""Kill -9, Ctrl-C and a full disk, on the real program: no partial or foreign file, and it goes on from there."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from kill_kit import Scene, kill_at_random, wait_for_end
from paravent.detect.models import store

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes through /proc"),
]
PICTURES = 12


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The copies of a run that nobody disturbs."""
    store.install(print)
    scene = Scene(tmp_path_factory.mktemp("whole") / "scene", PICTURES)
    started = time.monotonic()
    done = scene.finish()
    assert done.returncode == 0, done.stderr
    scene.check(scene.copies())
    assert len(scene.copies()) == PICTURES
    _SECONDS.append(time.monotonic() - started)
    return scene.copies()


_SECONDS: list[float] = []


def test_killed_at_random_moments(whole: dict[str, bytes], tmp_path: Path) -> None:
    scene = Scene(tmp_path / "scene", PICTURES)
    randomness = random.Random(5)
    for _ in range(5):
        kill_at_random(scene, _SECONDS[0], randomness)
        scene.check(whole)
    done = scene.finish()
    assert done.returncode == 0, done.stderr
    assert scene.copies() == whole
    scene.check(whole)


def test_ctrl_c_ends_cleanly_and_the_same_command_goes_on(whole: dict[str, bytes], tmp_path: Path) -> None:
    scene = Scene(tmp_path / "scene", PICTURES)
    process = scene.start()
    deadline = time.monotonic() + 120
    while not scene.copies():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    _, complaint = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Traceback" not in complaint
    assert "goes on from there" in complaint
    wait_for_end(process.pid)
    scene.check(whole)
    done = scene.finish()
    assert done.returncode == 0
    assert "already" in done.stdout
    assert scene.copies() == whole


def test_two_runs_at_once(whole: dict[str, bytes], tmp_path: Path) -> None:
    scene = Scene(tmp_path / "scene", PICTURES)
    runs = [scene.start(), scene.start()]
    for process in runs:
        _, complaint = process.communicate(timeout=120)
        assert process.returncode == 0, complaint
    assert scene.copies() == whole
    scene.check(whole)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=36k", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small disk is not permitted here; RLIMIT_FSIZE stands in for it")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_said_and_leaves_whole_copies_only(
    whole: dict[str, bytes], small_disk: Path, tmp_path: Path
) -> None:
    scene = Scene(tmp_path / "scene", PICTURES)
    scene.output = small_disk / "out"
    done = scene.finish()
    assert done.returncode == 5
    assert "full" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(scene.copies()) < PICTURES
    scene.check(whole)
    assert [path.name for path in small_disk.iterdir()] == ["out"]


def test_a_copy_that_cannot_be_written_is_held_back(whole: dict[str, bytes], tmp_path: Path) -> None:
    scene = Scene(tmp_path / "scene", PICTURES)
    noise = Image.frombytes("RGB", (500, 500), random.Random(1).randbytes(750_000))
    noise.save(scene.input / "IMG_9999.png")
    limited = ["bash", "-c", 'ulimit -f 500; exec "$@"', "bash", *scene.command()]
    done = subprocess.run(limited, env=scene.environment(), cwd=scene.folder, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert done.returncode == 3
    assert "IMG_9999.png: the copy cannot be written" in done.stdout
    assert scene.copies() == whole
