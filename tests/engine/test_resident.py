"""Workers that stay: the most urgent first, and nothing is done for nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

import workers
from paravent.engine import resident
from paravent.engine.executor import Solved, Work
from paravent.engine.resident import Displaced, Resident, Urgency
from paravent.engine.workers.pool import LocalExecutor
from paravent.errors import Held, ModelsMissing
from paravent.model.limits import WorkerLimits


class Here:
    """An executor that works in the thread it is asked in."""

    @contextmanager
    def workers(self, work: Work[str, str]) -> Iterator[Here]:
        self.do = work.start()
        yield self

    def run(self, jobs: Iterable[str | Solved[str]]) -> Iterator[tuple[str | None, str | Held]]:
        for job in jobs:
            yield (None, job.result) if isinstance(job, Solved) else (job, self.do(job))


def start(begun: threading.Event, go_on: threading.Event, done: list[str]) -> Callable[[str], str]:
    """Notes what is done; waits in the job "wait"."""

    def work(job: str) -> str:
        if job == "wait":
            begun.set()
            assert go_on.wait(20)
        done.append(job)
        return f"{job} done"

    return work


class Busy:
    """One lane that is busy until it is let go on."""

    def __init__(self, folder: Path) -> None:
        self.begun, self.go_on, self.done = threading.Event(), threading.Event(), []
        work = Work(partial(start, self.begun, self.go_on, self.done), WorkerLimits(1), folder)
        self.resident = Resident(Here(), work, "test")
        self.first = self.resident.submit("wait", Urgency.OPENED)
        assert self.begun.wait(20)


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Busy]:
    made = Busy(tmp_path)
    yield made
    made.go_on.set()
    made.resident.close()


def test_the_most_urgent_is_first_and_in_sight_the_latest(busy: Busy) -> None:
    asked = [
        busy.resident.submit("ahead", Urgency.AHEAD),
        busy.resident.submit("seen 1", Urgency.SHOWN, latest_first=True),
        busy.resident.submit("accepted 1", Urgency.ACCEPTED),
        busy.resident.submit("seen 2", Urgency.SHOWN, latest_first=True),
        busy.resident.submit("accepted 2", Urgency.ACCEPTED),
        busy.resident.submit("opened", Urgency.OPENED),
    ]
    assert busy.resident.waiting() == 6
    busy.go_on.set()
    assert {one.result(20) for one in asked} == {f"{job} done" for job in busy.done[1:]}
    assert busy.done == ["wait", "opened", "accepted 1", "accepted 2", "seen 2", "seen 1", "ahead"]


def test_what_nobody_waits_for_is_not_begun(busy: Busy) -> None:
    left, kept = (busy.resident.submit(name, Urgency.SHOWN) for name in ("left", "kept"))
    assert left.cancel()
    assert busy.resident.waiting() == 1
    busy.go_on.set()
    assert kept.result(20) == "kept done"
    with pytest.raises(CancelledError):
        left.result(0)
    assert busy.done == ["wait", "kept"]


def test_too_much_displaces_the_least_urgent(busy: Busy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resident, "WAITING", 2)
    ahead, shown, opened = (busy.resident.submit(one.name, one) for one in (Urgency.AHEAD, Urgency.SHOWN, Urgency.OPENED))
    with pytest.raises(Displaced):
        ahead.result(20)
    busy.go_on.set()
    assert (shown.result(20), opened.result(20)) == ("SHOWN done", "OPENED done")


@pytest.mark.slow
def test_a_crash_costs_one_job_and_only_if_it_happens_again(tmp_path: Path) -> None:
    work = Work(workers.start, WorkerLimits(2, 20.0, 256), tmp_path)
    lanes = Resident(LocalExecutor(), work, "test")
    try:
        mark = tmp_path / "crashed"
        bad, once, good = (lanes.submit(job, Urgency.AHEAD) for job in ("crash", f"crash-once {mark}", "echo 1"))
        assert good.result(60) == "1"
        assert once.result(60) == "done"
        held = bad.result(60)
        assert isinstance(held, Held)
        assert held.code == "crashed"
    finally:
        lanes.close()


def test_what_ends_all_work_is_told_to_who_waits(tmp_path: Path) -> None:
    lanes = Resident(LocalExecutor(), Work(workers.start_without_models, WorkerLimits(1), tmp_path), "test")
    try:
        with pytest.raises(ModelsMissing):
            lanes.submit("echo 1", Urgency.OPENED).result(60)
    finally:
        lanes.close()
