"""Keeps a library from turning this process into a real-time one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "linux":

    @contextmanager
    def unchanged() -> Iterator[None]:
        """Give every thread its scheduling back that it had before, and new ones that of the caller.

        SVT-AV1, run as root, makes the calling thread and its own SCHED_FIFO at the highest priority when it is opened.
        Whatever is started afterwards inherits that, and nothing else gets a turn on that machine.
        """
        before, own = _scheduling(), _of(0)
        try:
            yield
        finally:
            for thread, now in _scheduling().items():
                wanted = before.get(thread, own)
                if now != wanted:
                    with suppress(ProcessLookupError):  # it ended
                        os.sched_setscheduler(thread, wanted[0], os.sched_param(wanted[1]))

    def _scheduling() -> dict[int, tuple[int, int]]:
        """Policy and priority of each thread."""
        found = {}
        for entry in Path("/proc/self/task").iterdir():
            with suppress(ProcessLookupError):
                found[int(entry.name)] = _of(int(entry.name))
        return found

    def _of(thread: int) -> tuple[int, int]:
        return os.sched_getscheduler(thread), os.sched_getparam(thread).sched_priority

else:

    @contextmanager
    def unchanged() -> Iterator[None]:
        """Nothing to do: only on Linux does an encoder change how its process is scheduled."""
        yield
