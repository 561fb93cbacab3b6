"""What the doctor finds where something is missing, as far as that needs no process of its own."""

from __future__ import annotations

import errno
import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

import store_kit
from paravent.detect import registry
from paravent.engine import doctor, runs, trials
from paravent.errors import OutputProblem, UsageProblem
from paravent.model.policy import preset
from paravent.stores import descent

Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize(
    ("way", "told"), [("nameless", "nameless"), ("linked", "staged"), ("renamed", "staged"), ("by-path", "staged")]
)
def test_publishing_is_tried_as_it_is_done(tmp_path: Path, way: str, told: str) -> None:
    if way == "nameless" and not hasattr(os, "O_TMPFILE"):
        pytest.skip("files without a name exist on Linux only")
    with store_kit.way(way):
        assert trials.publishing(tmp_path) == told
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_that_cannot_publish(apart: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no")

    monkeypatch.setattr(trials, "memory_limit", lambda: "works")
    monkeypatch.setattr(trials, "default_job", lambda: "")
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(descent.Folder, "rename_from", refuse)
    found = doctor.examine(None)
    assert found.publishing == "none"
    assert [(lack.code, lack.of, lack.needed) for lack in found.lacks] == [("no-publishing", "current", False)]
    assert found.works  # into another folder


@pytest.mark.parametrize(("full", "works"), [("private", False), ("temporary", False), ("elsewhere", True)])
def test_a_full_disk(apart: Path, monkeypatch: pytest.MonkeyPatch, full: str, works: bool) -> None:
    temporary, here = apart / "temporary", apart / "elsewhere"
    for folder in (temporary, here, apart / "private"):
        folder.mkdir()
    monkeypatch.setattr(doctor.tempfile, "gettempdir", lambda: str(temporary))
    monkeypatch.chdir(here)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(9e9, 0, 1000 if Path(path).name == full else 9 * 10**9))
    monkeypatch.setattr(trials, "memory_limit", lambda: "works")
    monkeypatch.setattr(trials, "default_job", lambda: "")
    found = doctor.examine(None)
    place = {"private": "state", "temporary": "temporary", "elsewhere": "current"}[full]
    assert [(lack.code, lack.of, lack.needed) for lack in found.lacks] == [("little-room", place, not works)]
    assert found.works is works
    assert found.trial == ("works" if works else "")


def test_a_picture_that_cannot_be_prepared(apart: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OutputProblem("/home/emma: no")

    monkeypatch.setattr(trials, "memory_limit", lambda: "fails")
    monkeypatch.setattr(runs, "protect", refuse)
    found = doctor.examine(None)
    assert [(lack.code, lack.of) for lack in found.lacks] == [("no-memory-limit", ""), ("trial", "OutputProblem")]
    assert (found.works, found.trial, found.memory_limit) == (False, "fails", "fails")


@pytest.mark.skipif(not Path("/proc/mounts").exists(), reason="as far as Linux tells")
def test_private_state_on_a_network_drive(apart: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> None:
        raise UsageProblem("nfs")

    monkeypatch.setattr(doctor.state, "refuse_network", refuse)
    found = doctor.examine(None)
    assert [(lack.code, lack.needed) for lack in found.lacks] == [("network-drive", True)]
    assert found.memory_limit == found.trial == ""


@pytest.mark.parametrize(("options", "hidden"), [({"codes": True}, "zxingcpp"), ({"people": True}, "contourpy")])
def test_all_that_a_detector_loads_must_be_there(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, bool], hidden: str
) -> None:
    found = registry.find_spec
    monkeypatch.setattr(registry, "find_spec", lambda name: None if name == hidden else found(name))
    with pytest.raises(UsageProblem, match="pip install"):
        registry.install(preset("family").with_options(**options), print)
