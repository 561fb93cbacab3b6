"""A maker of workers from outside the package: it plugs into everything that works on files."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import paravent
from paravent.detect.models import store


class Toy:
    """Works in this process, and keeps every job as it would travel."""

    def __init__(self) -> None:
        self.setups: list[bytes] = []
        self.jobs: list[bytes] = []

    @contextmanager
    def workers(self, work: paravent.Work[Any, Any]) -> Iterator[Toy]:
        self.setups.append(pickle.dumps(work.start))
        self._do = pickle.loads(self.setups[-1])()
        yield self

    def run(self, jobs: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        for job in jobs:
            if isinstance(job, paravent.Solved):
                yield None, job.result
                continue
            self.jobs.append(pickle.dumps(job))
            try:
                yield job, self._do(pickle.loads(self.jobs[-1]))
            except paravent.Held as held:
                yield job, held


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store.install(lambda _: None)
    (tmp_path / "in").mkdir()
    Image.new("RGB", (64, 48), "teal").save(tmp_path / "in" / "IMG_0001.png")
    (tmp_path / "in" / "IMG_0002.jpg").write_bytes(b"\xff\xd8\xff\xe0 and no picture")
    (tmp_path / "in" / "IMG_0001.xmp").touch()
    return tmp_path


def test_scan_protect_and_verify_work_anywhere(folder: Path) -> None:
    toy, private = Toy(), folder / "private"
    scanned = {one.path: one.status.value for one in paravent.scan(folder / "in", private=private, executor=toy)}
    assert scanned == {"IMG_0001.png": "scanned", "IMG_0002.jpg": "held-back", "IMG_0001.xmp": "left-out"}

    run = paravent.protect(folder / "in", folder / "out", private=private, executor=toy, report=folder / "r.json")
    prepared = {one.path: one.status.value for one in run}
    assert prepared == {"IMG_0001.png": "prepared", "IMG_0002.jpg": "held-back", "IMG_0001.xmp": "left-out"}
    assert [path.name for path in (folder / "out").iterdir()] == ["IMG_0001.png"]
    assert (folder / "r.json").read_text().count("\n") == 5
    again = paravent.protect(folder / "in", folder / "out", private=private, executor=toy)
    assert [one.status.value for one in again if one.path == "IMG_0001.png"] == ["already-prepared"]

    judged = list(paravent.verify(folder / "out", against=folder / "in", private=private, executor=toy))
    assert [(one.path, one.verdict.ok) for one in judged] == [("IMG_0001.png", True)]
    assert len(toy.setups) == 4
    assert len(toy.jobs) == 7


def test_what_travels_with_a_job_is_neither_the_key_nor_where_copies_go(folder: Path) -> None:
    toy, private = Toy(), folder / "private"
    list(paravent.protect(folder / "in", folder / "out", private=private, executor=toy))
    key = (private / "key").read_bytes()
    assert all(key in setup for setup in toy.setups)
    assert len(toy.jobs) == 2
    for job in toy.jobs:
        assert key not in job
        assert str(folder / "out").encode() not in job
        assert str(private).encode() not in job
