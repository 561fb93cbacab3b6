"""The input or output folder of a whole run is exchanged for a link while it works: nothing outside is read or written."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from kill_kit import Scene
from paravent.detect.models import store

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="stops and goes on with a run's processes"),
]
PICTURES = 24
STRANGE = b"OF-SOMEBODY-ELSE-51c0"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The copies of a run that nobody disturbs."""
    store.install(print)
    scene = Scene(tmp_path_factory.mktemp("whole") / "scene", PICTURES)
    assert scene.finish().returncode == 0
    return scene.copies()


@contextmanager
def held_still(scene: Scene, process: int) -> Iterator[None]:
    """All processes of a run wait, once it has published its first copies."""
    deadline = time.monotonic() + 120
    while len(scene.names()) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.002)
    os.killpg(process, signal.SIGSTOP)
    yield
    os.killpg(process, signal.SIGCONT)


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def disturbed(scene: Scene, swap: Callable[[], None]) -> tuple[int, str]:
    """A run during which `swap` is called; its exit code and what it complained of."""
    process = scene.start("--workers", "2")
    with held_still(scene, process.pid):
        assert len(scene.names()) < PICTURES, "the run was over before anything was exchanged"
        swap()
    _, complaint = process.communicate(timeout=300)
    assert "Traceback" not in complaint
    return process.returncode, complaint


def test_the_output_folder(whole: dict[str, bytes], tmp_path: Path) -> None:
    scene = Scene(tmp_path / "scene", PICTURES)
    outside = scene.folder / "outside"
    outside.mkdir()
    (outside / "mine.jpg").write_bytes(STRANGE)

    def swap() -> None:
        scene.output.rename(scene.folder / "moved")
        scene.output.symlink_to(outside)

    code, complaint = disturbed(scene, swap)
    assert files(outside) == {"mine.jpg": STRANGE}
    # What goes on goes on in the folder that was named; a worker that starts now does not find it, and the run ends.
    published = files(scene.folder / "moved")
    if code == 0:
        assert published == whole
    else:
        assert code == 5
        assert "another folder took its place" in complaint
        assert len(published) >= 2
        assert published.items() <= whole.items()


def test_the_input_folder(whole: dict[str, bytes], tmp_path: Path) -> None:
    scene = Scene(tmp_path / "scene", PICTURES)
    outside = scene.folder / "outside"
    outside.mkdir()
    for name in scene.before:
        Image.new("RGB", (320, 240), "red").save(outside / name)
        (outside / name).write_bytes((outside / name).read_bytes() + STRANGE)
    before = files(outside)

    def swap() -> None:
        scene.input.rename(scene.folder / "moved")
        scene.input.symlink_to(outside)

    code, complaint = disturbed(scene, swap)
    assert code == 0, complaint
    assert files(outside) == before
    assert scene.copies() == whole  # of the pictures that were there when the run began
    for place in (scene.home, scene.folder / "tmp"):
        assert not any(STRANGE in data for data in files(place).values())
