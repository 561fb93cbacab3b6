"""Nothing reports to anybody: no library leaves an identifier or a queue of events behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from paravent.detect.models import store
from project import ROOT

# onnxruntime is quiet by itself where it takes the machine for a build server; people's machines are none.
BUILD_SERVER = ("CI", "GITHUB", "TF_BUILD", "ORT_", "GITLAB", "JENKINS", "TRAVIS", "BUILD", "XDG")


@pytest.mark.slow
def test_a_run_leaves_only_our_own_folders_at_home(tmp_path: Path) -> None:
    store.install(lambda _: None)
    home = tmp_path / "home"
    home.mkdir()
    Image.new("RGB", (640, 480), "teal").save(tmp_path / "IMG_0001.jpg")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(BUILD_SERVER)}
    environment |= {"HOME": str(home), "PARAVENT_MODELS": str(store.folder()), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "paravent", "protect", "IMG_0001.jpg", "-o", "ready", "--private", "private"]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert (tmp_path / "ready" / "IMG_0001.jpg").exists()
    assert [str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()] == []
