"""ZIP archives: what is hostile is refused with a sentence, and what is in order is read as it is, from memory."""

from __future__ import annotations

import contextlib
import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from paravent.containers import zip as zips
from paravent.errors import Held, UsageProblem
from paravent.stores.archive import REFUSALS, ArchiveLocation, ArchiveSource
from paravent.stores.base import read_once
from zip_kit import DECEIVING, HOSTILE, Part, write_zip, written, zipped

LARGE = 1 << 40


@contextlib.contextmanager
def opened(*paths: Path) -> Iterator[ArchiveSource]:
    with contextlib.closing(ArchiveLocation.named(paths).open()) as source:
        yield source


@pytest.mark.parametrize("wrong", list(HOSTILE))
def test_a_hostile_archive_is_refused_with_a_sentence(wrong: str, tmp_path: Path) -> None:
    code, data = HOSTILE[wrong]
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(UsageProblem) as caught:
        ArchiveLocation.named([tmp_path / "a.zip"]).open()
    assert str(caught.value) == f"{tmp_path / 'a.zip'}: {REFUSALS[code]}"
    assert caught.value.exit_code == 2


def test_every_refusal_of_an_archive_was_tried() -> None:
    tried = {code for code, _data in HOSTILE.values()}
    assert set(REFUSALS) - tried == {"members", "twofold", "damaged"}  # the last two are of members


def test_too_many_files_are_refused_before_they_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "MOST_MEMBERS", 1)
    write_zip(tmp_path / "a.zip", {"a": b"a", "b": b"b"})
    with pytest.raises(UsageProblem, match="more files"):
        ArchiveLocation.named([tmp_path / "a.zip"]).open()


@pytest.mark.parametrize("wrong", list(DECEIVING))
def test_a_member_that_is_not_what_the_list_says_is_held_back(wrong: str, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(DECEIVING[wrong])
    with opened(tmp_path / "a.zip") as source:
        (item,) = source.walk()
        with pytest.raises(Held) as caught:
            read_once(source, item.identity, LARGE)
        assert caught.value.code == "archive-member"
        assert source.head(item.identity) in (b"", b"x" * 89)


@pytest.mark.parametrize("packed", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_is_read_here_and_there_as_python_reads_it(packed: int, tmp_path: Path) -> None:
    data = os.urandom(200_000) + bytes(100_000)
    write_zip(tmp_path / "a.zip", {"before": b"b" * 1000, "a": data}, packed)
    with opened(tmp_path / "a.zip") as source, source.opened(source.find("a") or "", LARGE) as original:
        for place, size in ((250_000, 60_000), (3, 7), (299_999, 9), (0, 300_000), (100_000, 100_001)):
            assert original.file.seek(place) == place
            assert original.file.read(size) == data[place : place + size]
        assert original.file.seek(-5, os.SEEK_END) == 299_995
        assert original.file.read() == data[-5:]


def test_two_members_are_read_side_by_side(tmp_path: Path) -> None:
    files = {name: os.urandom(200_000) for name in "ab"}
    write_zip(tmp_path / "a.zip", files)
    with (
        opened(tmp_path / "a.zip") as source,
        source.opened(source.find("a") or "", LARGE) as first,
        source.opened(source.find("b") or "", LARGE) as second,
    ):
        read = [[], []]  # type: list[list[bytes]]
        for _ in range(20):
            read[0].append(first.file.read(10_000))
            read[1].append(second.file.read(10_000))
        assert [b"".join(pieces) for pieces in read] == list(files.values())


def test_a_large_archive_and_one_that_was_streamed_are_read(tmp_path: Path) -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.data += bytes(data)  # type: ignore[call-overload]
            return len(bytes(data))  # type: ignore[call-overload]

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("é/a", "w", force_zip64=True) as file:  # type: ignore[call-overload]
        file.write(b"content" * 10_000)
    (tmp_path / "streamed.zip").write_bytes(pipe.data)
    with zipfile.ZipFile(tmp_path / "wide.zip", "w") as archive:
        for number in range(66_000):  # more than the small end record can count
            archive.writestr(f"{number}", b"")
    with opened(tmp_path / "streamed.zip", tmp_path / "wide.zip") as source:
        assert read_once(source, source.find("streamed.zip/é/a") or "", LARGE).data == b"content" * 10_000
        assert sum(1 for _ in source.walk()) == 66_001


def test_names_of_old_archives_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(written(Part("é.json".encode("cp437"))))
    with opened(tmp_path / "a.zip") as source:
        assert [item.relative for item in source.walk()] == ["é.json"]


@pytest.mark.parametrize("how", ["written", "replaced"])
def test_an_archive_that_changes_is_noticed(how: str, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"a": b"aaa"})
    with opened(path) as source:
        location, (item,) = source.location, source.walk()
        before = source.mark(item.identity)
        if how == "replaced":
            write_zip(tmp_path / "b.zip", {"a": b"bbbb"}).replace(path)
        else:
            path.write_bytes(zipped({"a": b"bbbb"}))
        with pytest.raises(Held):
            read_once(source, item.identity, LARGE)
    with pytest.raises(UsageProblem, match="changed"):
        location.open()
    with opened(path) as source:
        assert source.mark(item.identity) != before


@pytest.mark.parametrize("kind", ["folder", "link", "empty"])
def test_what_is_no_file_is_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(write_zip(tmp_path / "b.zip", {"a": b"a"}))
    else:
        path.touch()
    with pytest.raises(UsageProblem):
        ArchiveLocation.named([path]).open()
