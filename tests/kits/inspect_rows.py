"""What every table of planted entries is checked for."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

from inspecting import inspect, values
from paravent.model.report import Kind
from paravent.report.wording import PRECISIONS, describe

NAME = "Zinnia Quillfeather"
TEXT = "Marmalade under the old sycamore"
SERIAL = "SN-90210-XYZZY"
# Everything planted: none may turn up in a finding or its words.
PLANTED = (NAME, TEXT, SERIAL, "2031", "47.1", "Trumpington", "Quillcam", "Blobware", "wibble")
EXACT = {1: "N", 2: [(47, 1), (11, 1), (2345, 100)], 3: "E", 4: [(8, 1), (30, 1), (1234, 100)]}
TIME = "2031:05:06 07:08:09"
ZIP = b"PK\x03\x04" + bytes(range(200))
PROGRAM = b"\x7fELF\2\1" + b"\1" * 50

_PATCHES = (b"\0", b"\xff", b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x80", b"\x7f\xff\xff\xff", b"\0\0\0\1", b"<")


class Row(NamedTuple):
    name: str
    data: bytes
    kind: Kind
    where: str
    precision: str = ""
    count: int = 1
    size: int | None = None


def check(row: Row, format: str) -> None:
    """The planted entry is found, counted and measured; its value stays away."""
    findings = inspect(row.data, format).findings
    found = [finding for finding in findings if (finding.kind, finding.where, finding.precision) == row[2:5]]
    assert [finding.count for finding in found] == [row.count], findings
    if row.size is not None:
        assert found[0].size == row.size
    told = repr(findings) + " ".join(map(describe, findings))
    assert [value for value in PLANTED if value.lower() in told.lower()] == []
    assert {finding.precision for finding in findings} - {""} <= set(PRECISIONS)


def read_all(data: bytes, format: str) -> None:
    inspect(data, format)
    values(data, format)


@st.composite
def damaged(draw: st.DrawFn, rows: list[Row]) -> bytes:
    """One of the files with a few bytes changed, inserted or cut off."""
    content = bytearray(draw(st.sampled_from(rows)).data)
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(content) - 1))
        patch = draw(st.sampled_from(_PATCHES))
        content[at : at + draw(st.sampled_from((0, len(patch))))] = patch
    return bytes(content[: draw(st.integers(1, len(content)))]) if draw(st.booleans()) else bytes(content)
