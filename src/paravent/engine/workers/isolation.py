"""What a worker process does to itself first: it cannot chatter, dump core, outlive its parent or eat memory."""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from paravent.process import scratch

if sys.platform != "win32":
    import resource

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h of glibc
_WATCH_SECONDS = 0.2
_NO_ERROR_REPORT = 0x0001 | 0x0002  # SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX of errhandlingapi.h
# Exit status of a worker that found itself above its memory limit, where the system has no limit of its own.
OUT_OF_MEMORY = 77
_STARTING = threading.Lock()


def enter(parent: int, staging: Path) -> None:
    """No output, no core dump, deaf to Ctrl-C (the parent decides), dead when `parent` is; passing files in `staging`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with(parent)
    _silence()
    keep_freed_memory()
    no_core_dumps()
    os.environ["TMPDIR"] = os.environ["TEMP"] = os.environ["TMP"] = str(staging)
    tempfile.tempdir = str(staging)
    scratch.use_folder(staging)


@contextlib.contextmanager
def no_module_from_here() -> Iterator[None]:
    """Python processes that are started inside take no module from the current folder, which may hold anybody's files.

    Workers are started as `python -c`, which looks there first of all; so does a gap in PYTHONPATH. One thread at a time.
    """
    with _STARTING:
        searched, variables = sys.path[:], {name: os.environ.get(name) for name in ("PYTHONSAFEPATH", "PYTHONPATH")}
        named = (variables["PYTHONPATH"] or "").split(os.pathsep)
        sys.path[:] = [part for part in searched if Path(part).is_absolute()]
        os.environ["PYTHONSAFEPATH"] = "1"
        os.environ["PYTHONPATH"] = os.pathsep.join(part for part in named if Path(part).is_absolute())
        try:
            yield
        finally:
            sys.path[:] = searched
            for name, value in variables.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def no_core_dumps() -> None:
    """What was in memory does not come to lie on the disk when this process crashes."""
    if sys.platform == "win32":
        _kernel().SetErrorMode(_NO_ERROR_REPORT)  # a crash report holds memory
    else:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_memory(megabytes: int) -> None:
    """Allow that much on top of what is in use now."""
    extra = megabytes << 20
    if sys.platform == "linux":
        size = _pages(0)
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = size + extra if hard == resource.RLIM_INFINITY else min(size + extra, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
        return
    allowed = resident() + extra
    _watch(lambda: resident() > allowed, OUT_OF_MEMORY)


def resident() -> int:
    """Bytes of memory in use by this process; on macOS the most there ever were."""
    if sys.platform == "win32":
        size = _resident_on_windows()
    elif sys.platform == "linux":
        size = _pages(1)
    else:
        size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size


class Growth:
    """What files that were worked on left behind, measured as `limit_memory` counts. megabytes: its limit.

    What malloc keeps is given back from a quarter of the limit on. What remains in use all the same, above a half, is left
    to the system, with this process: the next large file would find too little.
    """

    def __init__(self, megabytes: int) -> None:
        self._least = _counted()
        self._limit = megabytes << 20

    def too_far(self) -> bool:
        """Give back what can be given back; whether this process should be replaced all the same."""
        if _counted() - self._least > self._limit // 4:
            _give_back()
        return _counted() - self._least > self._limit // 2


def _counted() -> int:
    """Bytes that count towards the limit: of the address space, where the system limits that."""
    return _pages(0) if sys.platform == "linux" else resident()


def _pages(field: int) -> int:
    """Bytes of this process's address space (0) or of its memory in use (1); on Linux."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[field]) * mmap.PAGESIZE


def _give_back() -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library than glibc
            ctypes.CDLL(None).malloc_trim(0)


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    elif sys.platform != "win32":
        _watch(lambda: os.getppid() != parent, 1)
    # On Windows the parent's end of the pipe closes, which ends the worker after its file.
    if sys.platform != "win32" and os.getppid() != parent:
        os._exit(1)  # it died before we asked to be told


def keep_freed_memory() -> None:
    """Let malloc keep what a picture needed for the next one: the kernel's fresh pages cost a tenth of the work."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library than glibc
            allocator = ctypes.CDLL(None).mallopt
            allocator(_M_MMAP_THRESHOLD, 32 << 20)  # the largest it accepts
            allocator(_M_TRIM_THRESHOLD, 1 << 30)


def _watch(condition: Callable[[], bool], status: int) -> None:
    def look() -> None:
        while not condition():
            time.sleep(_WATCH_SECONDS)
        os._exit(status)

    threading.Thread(target=look, daemon=True).start()


def _silence() -> None:
    # Libraries write to the descriptors themselves: warnings, and sometimes names or values of what they read.
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)


def _kernel() -> ctypes.CDLL:
    """Functions of Windows; it has one calling convention for all of them where it has 64 bits."""
    return ctypes.CDLL("kernel32")


def _resident_on_windows() -> int:
    class Counters(ctypes.Structure):
        _fields_ = [("cb", ctypes.c_uint32), ("faults", ctypes.c_uint32), *[(f"c{n}", ctypes.c_size_t) for n in range(8)]]

    counters = Counters(cb=ctypes.sizeof(Counters))
    kernel = _kernel()
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    kernel.K32GetProcessMemoryInfo(ctypes.c_void_p(kernel.GetCurrentProcess()), ctypes.byref(counters), counters.cb)
    return int(counters.c1)  # WorkingSetSize
