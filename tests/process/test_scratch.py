"""Scratch files: in memory where the system can, else in the staging folder, and gone afterwards either way."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from paravent.process import scratch


def test_elsewhere_they_lie_in_the_staging_folder_and_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "memfd_create", raising=False)
    monkeypatch.setattr(scratch, "_folder", tmp_path)
    with pytest.raises(ZeroDivisionError), scratch.scratch_file(b"pixels") as path:  # noqa: PT012
        assert Path(path).parent == tmp_path
        assert Path(path).read_bytes() == b"pixels"
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="memory files exist on Linux only")
def test_on_linux_nothing_reaches_a_disk_nor_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "_folder", tmp_path)
    with scratch.scratch_file(b"pixels") as path:
        assert list(tmp_path.iterdir()) == []
        assert not os.get_inheritable(int(Path(path).name))
        assert Path(path).read_bytes() == b"pixels"
