"""Every hiding place of every format: named by `scan`, absent from the prepared copy."""

from __future__ import annotations

import base64
import gzip
import json
import os
import struct
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from job_kit import tools_of

pytest.importorskip("pillow_heif")
pytest.importorskip("imagecodecs")

from cli_kit import run
from container_kit import sub_blocks
from detect_kit import OneFace, detectors
from leak_search import codings, leaks
from paravent.model.job import Job
from paravent.model.policy import PRESETS
from paravent.model.report import Status
from paravent.pipeline import dispatch as pipeline
from paravent.report.wording import describe
from picture_kit import planted
from plants import PLANTS, suffix
from plants_kit import SECRET, SECRET_COLOUR, TEXT, TINY, Plant, base, drawn, saved

# Held back instead of prepared.
HELD: dict[tuple[str, str], str] = {}
BY_COMMAND = (
    ("JPEG", "EXIF GPS area"),
    ("PNG", "rest of a cropped picture"),
    ("WebP", "unknown chunk"),
    ("HEIC", "thumbnail"),
    ("animated GIF", "comment between frames"),
)


def _key(plant: Plant) -> tuple[str, str]:
    return plant.format, plant.place


def test_there_are_enough_rows_and_none_twice() -> None:
    keys = Counter(map(_key, PLANTS))
    assert keys.most_common(1)[0][1] == 1
    assert (set(HELD) | set(BY_COMMAND)) <= set(keys)
    assert len(set(keys) - set(HELD)) >= 90


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.format}, {plant.place}")
def test_named_by_scan_and_absent_from_the_copy(plant: Plant, tmp_path: Path) -> None:
    data = plant.build()
    assert leaks(data, SECRET), "nothing is planted"
    source, output = tmp_path / "source", tmp_path / "out"
    source.write_bytes(data)
    output.mkdir()
    job = Job(str(source), "source", PRESETS["family"], "r", str(output), "copy")
    outcome = pipeline.protect(job, tools_of(detectors(OneFace())))
    report = outcome.report

    named = [found for found in report.findings if found.kind is plant.kind and plant.where in found.where]
    assert named, report.findings
    told = repr(report) + " ".join(map(describe, report.findings))
    assert [how for how, code in codings(SECRET) if code.decode("latin-1") in told] == []

    assert report.hold == HELD.get(_key(plant), ""), report.hold_params
    if not report.hold:
        assert (report.status, report.faces > 0) == (Status.PREPARED, True)
        assert leaks((output / "copy").read_bytes(), SECRET) == []


@pytest.mark.slow
def test_by_the_real_command_with_name_time_and_attributes(apart: Path, capfd: pytest.CaptureFixture[str]) -> None:
    table = {_key(plant): plant for plant in PLANTS}
    long_ago = 1_234_567_890
    (apart / "in").mkdir(exist_ok=True)
    attributed = hasattr(os, "setxattr")
    for number, key in enumerate(BY_COMMAND):
        path = apart / "in" / f"{TEXT} {number}.{suffix(key[0])}"
        path.write_bytes(table[key].build())
        if attributed:
            try:
                os.setxattr(path, "user.comment", SECRET)
            except OSError:  # a file system without them
                attributed = False
        os.utime(path, (long_ago, long_ago))
    assert run("scan", apart / "in", "--metadata-only", "--json") == 0
    files = [json.loads(line) for line in capfd.readouterr().out.splitlines()][1:-1]
    told = {(found["kind"], found["where"]) for file in files for found in file["findings"]}
    for key in BY_COMMAND:
        assert any(kind == table[key].kind and table[key].where in where for kind, where in told), key
    beside = {"to-the-second", "file-name", *["extended-attributes"] * attributed}
    for file in files:
        assert {found["precision"] for found in file["findings"] if found["where"] == "file system"} == beside
    assert run("protect", apart / "in", "-o", apart / "out") == 0
    copies = [path for path in (apart / "out").rglob("*") if path.is_file()]
    assert len(copies) == len(BY_COMMAND)
    for copy in copies:
        assert TEXT not in copy.name
        assert abs(copy.stat().st_mtime - long_ago) > 1000
        assert not attributed or os.listxattr(copy) == []
        assert leaks(copy.read_bytes(), SECRET) == []


# The searcher itself.

_RAW = zlib.compressobj(9, zlib.DEFLATED, -15)
HIDDEN = {
    "raw": SECRET,
    "backwards": SECRET[::-1],
    "UTF-16, little": TEXT.encode("utf-16-le"),
    "UTF-16, big": TEXT.encode("utf-16-be"),
    **{f"base64 at {at}": base64.b64encode(b"x" * at + SECRET + b"yz") for at in range(6)},
    "base64 in lines": base64.b64encode(b"x" * 3 + SECRET),
    "hex": SECRET.hex().encode(),
    "hex, upper": SECRET.hex().upper().encode(),
    "percent": "".join(f"%{value:02x}" for value in SECRET).encode(),
    "words of two": np.frombuffer(SECRET, ">u2").astype("<u2").tobytes(),
    "words of four": np.frombuffer(SECRET, ">u4").astype("<u4").tobytes(),
    "zlib": zlib.compress(b"before " + SECRET + b" behind"),
    "zlib, hex": zlib.compress(SECRET.hex().encode()),
    "gzip": gzip.compress(SECRET * 3),
    "deflate": _RAW.compress(b"before " * 9 + SECRET) + _RAW.flush(),
    "JPEG": TINY.replace(SECRET, b"x" * len(SECRET)),
    "PNG": base("PNG"),
    "WebP": base("WEBP"),
    "film": b"\0\0\0\x14ftypmp42",
    "GIF": b"GIF89a",
}


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP"])
def test_the_searcher_finds_what_is_planted(name: str, kind: str) -> None:
    assert leaks(base(kind) + b"\1\2\3" + HIDDEN[name] + b"\4\5", SECRET)


def test_the_searcher_looks_at_samples_and_joins_parts() -> None:
    marked = drawn("RGBA")
    marked[5, 7:15, :3] = np.frombuffer(SECRET, np.uint8).reshape(8, 3)
    assert leaks(saved(marked, "PNG"), SECRET)
    assert leaks(saved(marked, "WEBP", lossless=True, exact=True), SECRET)
    marked = drawn()
    marked[5, 7 : 7 + len(SECRET), 1] = np.frombuffer(SECRET, np.uint8)
    assert leaks(saved(marked, "TIFF", compression="tiff_lzw"), SECRET)
    marked = drawn()
    marked[40:60, 40:60] = SECRET_COLOUR
    for kind in ("JPEG", "WEBP", "AVIF", "PNG"):
        assert leaks(saved(marked, kind), SECRET)
    packed = zlib.compress(b"before" + SECRET)
    plain = planted(base("PNG"), (b"IDAT", packed[:9]), (b"IDAT", packed[9:]))
    assert leaks(plain, SECRET)
    blocks = sub_blocks(bytes(range(250)) + SECRET)
    assert leaks(b"GIF89a" + struct.pack("<HHBBB", 4, 4, 0, 0, 0) + b"\x21\xfe" + blocks + b";", SECRET)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "JPEG2000", "AVIF"])
def test_the_searcher_finds_nothing_in_plain_files(kind: str) -> None:
    assert leaks(saved(drawn(), kind), SECRET) == []
