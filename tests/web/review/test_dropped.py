"""What was dropped on the page is found by names, sizes and times."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from paravent.web.review import dropped
from paravent.web.review.dropped import File


def put(path: Path, content: bytes = b"abc", changed: float = 1_000_000.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (changed, changed))
    return path


A = File("a.jpg", 3, 1_000_000.5)


def test_a_folder_is_told_from_another_of_its_name(tmp_path: Path) -> None:
    put(tmp_path / "one" / "Zoo" / "a.jpg", b"longer")
    right = put(tmp_path / "two" / "deep" / "Zoo" / "a.jpg").parent
    assert dropped.find("Zoo", (A,), [tmp_path]) == [right]


def test_one_of_the_places_themselves_is_found(tmp_path: Path) -> None:
    put(tmp_path / "Pictures" / "a.jpg")
    assert dropped.find("Pictures", (A,), [tmp_path / "Pictures"]) == [tmp_path / "Pictures"]


def test_what_lies_twice_is_found_twice(tmp_path: Path) -> None:
    for name in ("one", "two"):
        put(tmp_path / name / "Zoo" / "in" / "a.jpg")
    found = dropped.find("Zoo", (File("in/a.jpg", 3, 1_000_000),), [tmp_path])
    assert sorted(found) == [tmp_path / "one" / "Zoo", tmp_path / "two" / "Zoo"]


def test_files_are_found_in_the_folder_that_has_all(tmp_path: Path) -> None:
    for path in ("one/a.jpg", "two/a.jpg", "two/b.jpg"):
        put(tmp_path / path)
    assert dropped.find("", (A, File("b.jpg", 3, 1_000_000)), [tmp_path]) == [tmp_path / "two"]


@pytest.mark.parametrize("changed", [999_000.0, 1_001_000.0])
def test_another_time_is_another_file(tmp_path: Path, changed: float) -> None:
    put(tmp_path / "Zoo" / "a.jpg", changed=changed)
    assert dropped.find("Zoo", (A,), [tmp_path]) == []


def test_hidden_folders_and_links_are_not_followed(tmp_path: Path) -> None:
    put(tmp_path / "outside" / "Zoo" / "a.jpg")
    put(tmp_path / "home" / ".cache" / "Zoo" / "a.jpg")
    (tmp_path / "home" / "link").symlink_to(tmp_path / "outside")
    assert dropped.find("Zoo", (A,), [tmp_path / "home"]) == []


@pytest.mark.parametrize("name", ["", "..", "../a.jpg", "/etc/passwd", "a/../../b", "a\\b", "a\0b"])
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        File(name, 1, 0)
    if name:
        with pytest.raises(ValueError, match="folder"):
            dropped.find(name, (), [tmp_path])
