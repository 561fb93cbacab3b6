"""Readers of hostile bytes refuse and nothing else; no file makes a program start. `make fuzz` is the long run."""

from __future__ import annotations

import struct
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from container_kit import full_box, heif
from inspect_kit import jpeg, segment
from paravent.detect.models import store
from paravent.engine import protecting, session
from paravent.engine.workers.setup import Start, WorkerSetup
from paravent.model.job import Job, Outcome
from paravent.model.limits import WorkerLimits
from paravent.model.policy import Policy
from seeds import seeds
from targets import SLOW_SECONDS, TARGETS

pytestmark = pytest.mark.slow

_PATCHES = (b"\0", b"\xff", b"\x80", b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"\0\0\0\0", b"\0\0\0\1", b"\1\0\0\0")
_STARTS = (
    "subprocess.Popen",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.system",
)
# What readers that choose a decoder by themselves hand to other programs, or follow elsewhere.
_LURES = {
    "postscript.jpg": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n%%EOF\n",
    "document.png": b"%PDF-1.7\n1 0 obj\n<</OpenAction<</S/Launch/F(program)>>>>\nendobj\n",
    "drawing.webp": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/hostname"/></svg>',
    "metafile.bmp": b"\xd7\xcd\xc6\x9a" + bytes(60),
    "ls;touch started.jpg": b"push graphic-context\nfill 'url(https://a.example/\"|touch started\")'\n",
}

mangled = st.lists(st.tuples(st.floats(0, 1), st.sampled_from(_PATCHES), st.sampled_from((0, 1, 4))), max_size=6)


@lru_cache
def _seeds(name: str) -> list[bytes]:
    return seeds(name)


def _apply(data: bytes, changes: list[tuple[float, bytes, int]], kept: float) -> bytes:
    content = bytearray(data)
    for where, patch, replaced in changes:
        at = int(where * len(content))
        content[at : at + min(replaced, len(patch))] = patch
    return bytes(content[: int(kept * len(content))])


@pytest.mark.parametrize("name", TARGETS)
def test_mangled_files_are_refused_and_soon(name: str) -> None:
    target = TARGETS[name]

    @settings(max_examples=80, deadline=None, derandomize=True, database=None)
    @given(st.sampled_from(range(len(_seeds(name)))), mangled, st.just(1.0) | st.floats(0, 1))
    def check(which: int, changes: list[tuple[float, bytes, int]], kept: float) -> None:
        began = time.process_time()
        target(_apply(_seeds(name)[which], changes, kept))
        assert time.process_time() - began < SLOW_SECONDS

    for data in _seeds(name):
        target(data)
    check()


def _patched(data: bytes, behind: bytes, put: bytes) -> bytes:
    at = data.index(behind) + len(behind)
    return data[:at] + put + data[at + len(put) :]


def _of_webp(part: bytes) -> bytes:
    return next(data for data in _seeds("verify-webp") if part in data and b"VP8X" in data)


# Files that once took readers out of step, and large ones that took them long: target and content.
_FOUND: dict[str, tuple[str, Callable[[], bytes]]] = {
    "WebP of no width": ("verify-webp", lambda: _patched(_of_webp(b"VP8 "), b"\x9d\x01\x2a", b"\0\0")),
    "WebP, vast canvas": ("verify-webp", lambda: _patched(_of_webp(b"ANMF"), b"VP8X\x0a\0\0\0\x12\0\0\0", b"\xff" * 6)),
    "TIFF, endless directory": ("verify-tiff", lambda: _tags(65_535)),
    "HEIF, places of no bytes": ("open-heic", lambda: heif(in_meta=_NO_BYTES * 5000)),
    "JPEG, fill bytes": ("open-jpeg", lambda: jpeg(b"\xff" * 20_000_000)),
    "JPEG, bare markers": ("open-jpeg", lambda: jpeg(b"\xff\x01" * 10_000_000)),
    "JPEG, empty segments": ("open-jpeg", lambda: jpeg(segment(0xE7, b"") * 5_000_000)),
    "JPEG 2000, tile parts": ("open-jp2", lambda: _streamed(40_000)),
}
_NO_BYTES = full_box(b"iloc", b"\0\0" + struct.pack(">HHHHH", 1, 1, 0, 0, 19_000) + bytes(4), 1)


def _streamed(parts: int) -> bytes:
    """The main header of a code stream with small tile parts."""
    stream = next(data for data in _seeds("open-jp2") if data.startswith(b"\xff\x4f"))
    body = b"\xff\x93" + bytes(400)
    tile = b"\xff\x90" + struct.pack(">HHIBB", 10, 0, 12 + len(body), 0, 1) + body
    return stream[: stream.index(b"\xff\x90")] + tile * parts + b"\xff\xd9"


def _tags(count: int) -> bytes:
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, 1) for tag in range(count))
    return b"II*\0\x08\0\0\0" + struct.pack("<H", count) + entries + bytes(4)


def _sharing(size: int) -> bytes:
    """A TIFF in which many tags have the same bytes for values."""
    tags = [*range(254, 260), 262, 273, 277, 278, 279, 284, 317, 320, 322, 323, 324, 325, 338, 339, 347, 34675]
    entries = b"".join(struct.pack("<HHII", tag, 1, size, 512) for tag in tags)
    return (b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + entries).ljust(512, b"\0") + b"\1" * size


@pytest.mark.parametrize("name", _FOUND)
def test_found_files_are_refused_and_soon(name: str) -> None:
    target, make = _FOUND[name]
    data = make()
    began = time.process_time()
    TARGETS[target](data)
    assert time.process_time() - began < SLOW_SECONDS


def test_values_that_tags_share_do_not_fill_memory() -> None:
    data = _sharing(8_000_000)
    tracemalloc.start()
    try:
        TARGETS["open-tiff"](data)
        assert tracemalloc.get_traced_memory()[1] < 1 << 30
    finally:
        tracemalloc.stop()


def _watched(log: Path, start: Start[Job, Outcome], setup: WorkerSetup) -> Callable[[Job], Outcome]:
    """What a worker begins with, after which every start of a program in it is written down."""
    work = start(setup)

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in _STARTS:
            with log.open("a") as file:
                file.write(f"{event} {arguments[0]!r}\n")

    sys.addaudithook(hook)
    return work


def _start_starting(_: WorkerSetup) -> Callable[[Job], Outcome]:
    return _start_a_program


def _start_a_program(job: Job) -> Outcome:
    subprocess.run([sys.executable, "-c", ""], check=True)
    raise ValueError(job.identity)


def _protect(folder: Path, log: Path, start: Start[Job, Outcome]) -> int:
    log.touch()
    configured = session.Settings(WorkerLimits(2), folder.parent / "private")
    output = folder.parent / "copies"
    return sum(1 for _ in protecting.protect([folder], output, Policy(), configured, partial(_watched, log, start)))


def test_no_file_makes_a_program_start(tmp_path: Path) -> None:
    store.install(lambda _: None)
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, content in _LURES.items():
        (folder / name).write_bytes(content)
    for name in TARGETS:
        if name.startswith("open-"):
            for number, data in enumerate(_seeds(name)[:8]):
                (folder / f"{name}-{number}.jpg").write_bytes(data)
                (folder / f"{name}-{number}-cut.jpg").write_bytes(data[: len(data) * 2 // 3])
    assert _protect(folder, tmp_path / "log", protecting.start_protecting) == len(list(folder.iterdir()))
    assert (tmp_path / "log").read_text() == ""
    assert list(tmp_path.rglob("started")) == []


def test_a_start_would_be_seen(tmp_path: Path) -> None:
    store.install(lambda _: None)
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.jpg").write_bytes(_seeds("open-jpeg")[0])
    _protect(tmp_path / "pictures", tmp_path / "log", _start_starting)
    assert "subprocess.Popen" in (tmp_path / "log").read_text()
