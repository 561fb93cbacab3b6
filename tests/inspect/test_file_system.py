"""What the file system keeps of a file: counted and named, never told."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from paravent.errors import Held
from paravent.inspect.file_system import WHERE, of_the_file
from paravent.model.report import Finding, Kind
from paravent.report.wording import describe
from paravent.stores.files import FilesLocation

SECOND = 1_234_567_890 * 10**9


def _file(folder: Path, name: str, changed: int = SECOND) -> Path:
    path = folder / name
    path.write_bytes(b"x")
    os.utime(path, ns=(changed, changed))
    return path


def told(path: Path) -> tuple[Finding, ...]:
    """As the pipeline asks, of a file on disk."""
    with closing(FilesLocation((path.parent,)).open()) as source, source.opened(str(path), 1_000) as original:
        return of_the_file(path.name, original.traces.modified, original.traces.attributes)


@pytest.mark.parametrize(
    ("name", "changed", "expected"),
    [
        ("IMG_1234.jpg", SECOND, {"to-the-second"}),
        ("IMG_1234.jpg", SECOND + 500_000_000, {"to-the-subsecond"}),
        ("Lea at the lake.jpg", SECOND, {"to-the-second", "file-name"}),
        ("IMG_20240101_120000.jpg", SECOND, {"to-the-second", "file-name"}),
    ],
)
def test_time_and_telling_name(name: str, changed: int, expected: set[str], tmp_path: Path) -> None:
    found = told(_file(tmp_path, name, changed))
    assert {one.precision for one in found} == expected
    assert {one.where for one in found} == {WHERE}
    assert "Lea" not in repr(found) + " ".join(map(describe, found))


def test_attributes_are_counted(tmp_path: Path) -> None:
    path = _file(tmp_path, "IMG_1234.jpg")
    try:
        os.setxattr(path, "user.secret", b"hidden")
        os.setxattr(path, "user.comment", b"hidden")
    except (AttributeError, OSError):
        pytest.skip("no extended attributes here")
    found = told(path)
    assert Finding(Kind.OTHER_METADATA, WHERE, 2, "extended-attributes") in found
    said = repr(found) + " ".join(map(describe, found))
    assert "secret" not in said
    assert "hidden" not in said
    link = tmp_path / "IMG_1235.jpg"
    link.symlink_to(path)
    with pytest.raises(Held):
        told(link)


def test_a_file_that_has_gone_is_held_back(tmp_path: Path) -> None:
    with pytest.raises(Held) as held:
        told(tmp_path / "gone.jpg")
    assert held.value.code == "unreadable"


def test_what_keeps_no_time_gives_none_away() -> None:
    assert of_the_file("IMG_1234.jpg", None, 0) == ()
