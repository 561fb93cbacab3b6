"""Tests read English sentences, whatever the language of the machine, and try the same examples every time.

Chance belongs into `make fuzz`: what fails there becomes a test here.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings
from PIL import Image

from paravent.detect.models import store
from paravent.model.policy import Policy
from paravent.pipeline import still
from portraits import astronaut, hopper

os.environ["LANGUAGE"] = "en"

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")


@pytest.fixture
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in that holds the private state too: no test touches this user's own."""
    store.install(print)
    monkeypatch.setenv("PARAVENT_MODELS", str(store.folder()))
    monkeypatch.setenv("PARAVENT_PRIVATE", str(tmp_path / "private"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def tools() -> still.Tools:
    """What the pipeline needs for faces."""
    store.install(lambda line: None)
    return still.make_tools(Policy())


@pytest.fixture(scope="session")
def portrait() -> Image.Image:
    """Two faces in one picture, 1200 by 700."""
    wide = Image.new("RGB", (1200, 700), (120, 140, 110))
    wide.paste(astronaut(), (60, 100))
    wide.paste(hopper().resize((430, 500)), (680, 120))
    return wide


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with `in` and `out`."""
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    return tmp_path
