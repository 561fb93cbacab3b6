"""What a worker does to itself on systems other than this one, as far as a fake of them can show it."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from collections.abc import Callable

import pytest

from paravent.engine.workers import isolation

SIZE = 123 << 20  # bytes


class Kernel:
    """Of Windows: remembers what it was told."""

    def __init__(self, library: str) -> None:
        assert library == "kernel32"
        self.modes: list[int] = []
        self.GetCurrentProcess = Function(lambda: 7)
        self.SetErrorMode = self.modes.append

    @staticmethod
    def K32GetProcessMemoryInfo(process: ctypes.c_void_p, counters: object, size: int) -> int:  # noqa: N802
        assert process.value == 7
        told = ctypes.cast(counters, ctypes.POINTER(ctypes.c_uint32))  # type: ignore[arg-type]
        assert told[0] == size == 8 + 8 * ctypes.sizeof(ctypes.c_size_t)
        sizes = ctypes.cast(ctypes.addressof(told.contents) + 8, ctypes.POINTER(ctypes.c_size_t))  # type: ignore[arg-type]
        sizes[1] = SIZE  # WorkingSetSize follows PeakWorkingSetSize
        return 1


class Function:
    """A function of a library, whose kind of result can be set."""

    def __init__(self, does: Callable[[], int]) -> None:
        self._does = does

    def __call__(self) -> int:
        return self._does()


def on(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation.sys, "platform", system)


def test_on_windows_a_crash_leaves_no_report_with_memory_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Kernel("kernel32")
    monkeypatch.setattr(ctypes, "CDLL", lambda _library: kernel)
    on("win32", monkeypatch)
    isolation.no_core_dumps()
    assert kernel.modes == [0x0001 | 0x0002]


def test_on_windows_memory_in_use_is_asked_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", Kernel)
    on("win32", monkeypatch)
    assert isolation.resident() == SIZE


@pytest.mark.skipif(sys.platform == "win32", reason="no such measure")
def test_on_macos_it_is_the_most_there_ever_was(monkeypatch: pytest.MonkeyPatch) -> None:
    on("darwin", monkeypatch)
    assert isolation.resident() > 0


GREEDY = """
import time
from paravent.engine.workers import isolation
isolation.resident = lambda: isolation._pages(1)
isolation.sys.platform = "darwin"
isolation.limit_memory(32)
kept = [b"x" * (1 << 20) for _ in range(16)]
time.sleep(0.6)
print("still here", flush=True)
kept += [b"x" * (1 << 20) for _ in range(64)]
time.sleep(20)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="measures as Linux does")
def test_where_the_system_has_no_limit_a_worker_watches_itself() -> None:
    done = subprocess.run([sys.executable, "-c", GREEDY], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (isolation.OUT_OF_MEMORY, "still here\n")
