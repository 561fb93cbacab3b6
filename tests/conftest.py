"""Tests read English sentences, whatever the language of the machine, and try the same examples every time.

Chance belongs into `make fuzz`: what fails there becomes a test here.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings
from PIL import Image

from job_kit import tools_of
from paravent.detect.models import store
from paravent.detect.registry import chosen
from paravent.model.policy import Policy
from paravent.pipeline.tools import Tools
from portraits import astronaut, hopper

os.environ["LANGUAGE"] = "en"
os.environ.pop("COLUMNS", None)  # what is piped is not broken into lines

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no worker is left alone with it at the end; modules stay whole."""
    long = {item.path for item in items if item.get_closest_marker("browser") or item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in long)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """A module goes to one worker as a whole: its server, films and models are made once."""
    from xdist.scheduler import LoadFileScheduling  # noqa: PLC0415  (only with xdist)

    config.option.loadscopereorder = False
    return LoadFileScheduling(config, log)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Without ExifTool the tests that need it are skipped; in CI they fail."""
    if item.get_closest_marker("exiftool") and shutil.which("exiftool") is None:
        message = "no ExifTool is installed; on Debian or Ubuntu: sudo apt-get install libimage-exiftool-perl"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)


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
def tools() -> Tools:
    """What the pipeline needs for faces."""
    store.install(lambda line: None)
    return tools_of(chosen(Policy()))


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
