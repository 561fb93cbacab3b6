"""Worker processes: what goes wrong in one costs one file."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import workers
from paravent.engine.executor import Work
from paravent.engine.workers.pool import Pool
from paravent.errors import Held, ModelsMissing, OutputProblem, ParaventError
from paravent.model.limits import WorkerLimits


def run(tmp_path: Path, *jobs: str, start: object = workers.start, **limits: float) -> dict[str, str]:
    options = {"workers": 2, "timeout": 20.0, "memory": 256, **limits}
    with Pool(Work(start, WorkerLimits(**options), tmp_path)) as pool:
        return {job: result.code if isinstance(result, Held) else result for job, result in pool.run(jobs)}


@pytest.mark.slow
def test_every_job_is_done_once_whatever_happens_to_others(tmp_path: Path) -> None:
    good = [f"echo {number}" for number in range(6)]
    bad = ["crash", "hang", "held", "bug", "eat 4096"]
    mixed = [job for pair in zip(good, [*bad, "pid"], strict=True) for job in pair]
    results = run(tmp_path, *mixed, timeout=2)
    assert [results[job] for job in good] == [str(number) for number in range(6)]
    assert [results[job] for job in bad] == ["crashed", "timeout", "damaged", "internal", "memory"]
    assert len(results) == 12


def test_an_unexpected_error_tells_its_kind_and_no_text(tmp_path: Path) -> None:
    with Pool(Work(workers.start, WorkerLimits(1), tmp_path)) as pool:
        ((_, held),) = pool.run(["bug"])
    assert isinstance(held, Held)
    assert held.params == {"detail": "ZeroDivisionError"}


def test_an_unexpected_error_tells_where_it_was_to_who_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARAVENT_DEBUG", "1")
    with Pool(Work(workers.start, WorkerLimits(1), tmp_path)) as pool:
        ((_, held),) = pool.run(["bug Emma.jpg"])
    assert isinstance(held, Held)
    assert re.fullmatch(r"ZeroDivisionError: paravent\.engine\.workers\.pool _answer \d+", str(held.params["detail"]))
    assert "secret" not in str(held)
    assert "Emma" not in str(held)


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 2])
def test_what_fails_once_is_done_alone_in_a_fresh_worker(tmp_path: Path, number: int) -> None:
    jobs = ["pid 1", f"crash-once {tmp_path / 'mark'}", "pid 2", f"alone {tmp_path / 'other'}"]
    results = run(tmp_path, *jobs, workers=number)
    assert results[jobs[1]] == "done"
    assert results[jobs[3]] not in {results[job] for job in jobs if job.startswith("pid")}
    assert len(results) == 4


@pytest.mark.slow
def test_memory_that_others_left_in_use_is_no_fault_of_a_file(tmp_path: Path) -> None:
    results = run(tmp_path, "keep 100", "eat 190", workers=1, memory=256)  # the first is below what renews a worker
    assert results["eat 190"] == str(190 << 20)


@pytest.mark.slow
def test_what_fails_twice_is_held_back(tmp_path: Path) -> None:
    results = run(tmp_path, "crash", "eat 4096", "hang", "echo 1", timeout=2)
    assert results == {"crash": "crashed", "eat 4096": "memory", "hang": "timeout", "echo 1": "1"}


@pytest.mark.skipif(sys.platform != "linux", reason="glibc gives back, elsewhere the worker is renewed")
def test_memory_that_is_free_is_given_back(tmp_path: Path) -> None:
    results = run(tmp_path, "litter 200", "resident", workers=1, memory=300)
    assert int(results["resident"]) < int(results["litter 200"]) - 100


@pytest.mark.slow
def test_what_concerns_the_whole_run_ends_it(tmp_path: Path) -> None:
    with pytest.raises(OutputProblem, match="no room"):
        run(tmp_path, "echo 1", "output", "echo 2")
    with pytest.raises(ModelsMissing, match="no models"):
        run(tmp_path, "echo 1", start=workers.start_without_models)
    with pytest.raises(ParaventError, match="cannot be started"):
        run(tmp_path, "echo 1", start=workers.start_broken)


@pytest.mark.slow
def test_a_job_larger_than_a_pipe_does_not_hide_why_no_worker_starts(tmp_path: Path) -> None:
    large = "echo " + "x" * 4_000_000
    with pytest.raises(ModelsMissing, match="no models"):
        run(tmp_path, large, start=workers.start_without_models)
    with pytest.raises(ParaventError, match="cannot be started"):
        run(tmp_path, large, start=workers.start_broken)


def test_only_as_many_jobs_are_asked_for_as_there_are_workers(tmp_path: Path) -> None:
    asked = 0

    def jobs() -> Iterator[str]:
        nonlocal asked
        for number in range(40):
            asked += 1
            yield f"echo {number}"

    with Pool(Work(workers.start, WorkerLimits(2), tmp_path)) as pool:
        for done, _ in enumerate(pool.run(jobs()), 1):
            assert asked <= done + 2
    assert asked == 40


@pytest.mark.slow
def test_workers_are_kept_until_memory_grows(tmp_path: Path) -> None:
    assert len(set(run(tmp_path, "pid 1", "pid 2", "pid 3", workers=1).values())) == 1
    results = run(tmp_path, "pid 1", "keep 80", "keep 81", "pid 2", workers=1, memory=300)
    assert results["pid 1"] == results["keep 80"] == results["keep 81"]
    assert results["pid 2"] != results["pid 1"]


def test_libraries_cannot_chatter(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "talk") == {"talk": "talked"}
    assert capfd.readouterr() == ("", "")


def test_a_worker_that_died_while_idle_is_replaced(tmp_path: Path) -> None:
    with Pool(Work(workers.start, WorkerLimits(1), tmp_path)) as pool:

        def jobs() -> Iterator[str]:
            yield "pid 1"
            os.kill(int(pids[0]), signal.SIGKILL)
            time.sleep(0.2)
            yield "pid 2"

        pids: list[object] = []
        for _, result in pool.run(jobs()):
            pids.append(result)
    assert len(set(pids)) == 2
    assert all(isinstance(pid, str) for pid in pids)


_PARENT = """
import sys
from pathlib import Path
import workers
from paravent.engine.executor import Work
from paravent.engine.workers.pool import Pool
from paravent.model.limits import WorkerLimits
if __name__ == "__main__":
    folder = Path(sys.argv[1])
    with Pool(Work(workers.start, WorkerLimits(2), folder)) as pool:
        for _ in pool.run([f"wait {folder / 'mark'}"] * 4):
            pass
"""


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_workers_end_with_their_parent(tmp_path: Path, how: signal.Signals) -> None:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT)
    path = os.pathsep.join(sys.path)
    process = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)], env={**os.environ, "PYTHONPATH": path}, stderr=subprocess.PIPE
    )
    _until(lambda: len(_marks(tmp_path)) == 2)
    process.send_signal(how)
    process.communicate(timeout=60)
    _until(lambda: not any(_alive(pid) for pid in _marks(tmp_path)))


def _marks(folder: Path) -> list[int]:
    return [int(path.suffix[1:]) for path in folder.glob("mark.*")]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/status")
    return not status.exists() or "State:\tZ" not in status.read_text()


def _until(condition: object) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
def test_signs_of_life_put_off_the_time_limit(tmp_path: Path) -> None:
    shares: list[float] = []
    limits = WorkerLimits(workers=1, timeout=2.0, memory=256)
    with Pool(Work(workers.start, limits, tmp_path, lambda _job, share: shares.append(share))) as pool:
        assert [result for _job, result in pool.run(["beat 4"])] == ["done"]
    assert len(shares) >= 3
    assert shares == sorted(shares)
