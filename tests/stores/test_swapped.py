"""An input folder or the output folder exchanged during a run: nothing is read or written elsewhere."""

from __future__ import annotations

import contextlib
import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from paravent.errors import Held, OutputProblem, UsageProblem
from paravent.stores.base import read_once
from paravent.stores.files import FilesLocation
from paravent.stores.folder import FolderLocation
from paravent.stores.listing import What
from store_kit import WAYS, put, way

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links need rights there")


@pytest.fixture(params=list(WAYS))
def system(request: pytest.FixtureRequest) -> Iterator[str]:
    with way(request.param):
        yield request.param


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    """`in` with a picture in a folder, an empty `out`, and the stranger's `outside` of the same shape."""
    for name in ("in", "outside"):
        (tmp_path / name / "a").mkdir(parents=True)
        for picture in ("a/one.jpg", "a/two.jpg", "three.jpg"):
            (tmp_path / name / picture).write_bytes(name.encode())
    (tmp_path / "out").mkdir()
    return tmp_path


def by_link(path: Path, outside: Path) -> None:
    path.rename(path.with_name("moved"))
    path.symlink_to(outside)


def by_folder(path: Path, outside: Path) -> None:
    path.rename(path.with_name("moved"))
    outside.rename(path)


Swap = Callable[[Path, Path], None]
swaps = pytest.mark.parametrize("swap", [by_link, by_folder])


@swaps
def test_an_input_folder(system: str, scene: Path, swap: Swap) -> None:
    with contextlib.closing(FilesLocation.named([scene / "in"]).open()) as source:
        items = source.walk()
        first = next(items)
        pinned = source.location
        swap(scene / "in", scene / "outside")
        seen = [first, *items]
        if system == "by-path":  # what the system cannot hold is compared, and refused
            assert [item.what for item in seen] == [What.FILE, What.FILE, What.UNREADABLE] or [
                item.what for item in seen
            ] == [What.FILE] * 3
            with pytest.raises(Held) as caught:
                read_once(source, first.identity, 100)
            assert caught.value.code == "unreadable"
            assert source.head(first.identity) == b""
            assert source.mark(first.identity) is None
        else:
            assert [item.relative for item in seen] == ["a/one.jpg", "a/two.jpg", "three.jpg"]
            assert {read_once(source, item.identity, 100).data for item in seen} == {b"in"}
            assert {source.head(item.identity) for item in seen} == {b"in"}
        with pytest.raises(UsageProblem, match="another folder took its place"):  # a worker that starts now
            pickle.loads(pickle.dumps(pinned)).open()


@swaps
def test_a_folder_in_the_input(system: str, scene: Path, swap: Swap) -> None:
    del system
    with contextlib.closing(FilesLocation.named([scene / "in"]).open()) as source:
        first = next(source.walk())
        swap(scene / "in" / "a", scene / "outside" / "a")
        if swap is by_link:
            with pytest.raises(Held) as caught:
                read_once(source, first.identity, 100)
            assert caught.value.code in ("not-a-file", "unreadable")
            assert source.head(first.identity) == b""
            relatives = [item.relative for item in source.walk() if item.what is What.FILE]
            assert relatives == ["moved/one.jpg", "moved/two.jpg", "three.jpg"]


@swaps
def test_the_folder_of_a_named_file(system: str, scene: Path, swap: Swap) -> None:
    with contextlib.closing(FilesLocation.named([scene / "in" / "three.jpg"]).open()) as source:
        swap(scene / "in", scene / "outside")
        (item,) = source.walk()
        if system == "by-path":
            assert item.what is What.UNREADABLE
        else:
            assert read_once(source, item.identity, 100).data == b"in"


@swaps
def test_the_output_folder(system: str, scene: Path, swap: Swap) -> None:
    (scene / "elsewhere").mkdir()
    with contextlib.closing(FolderLocation(scene / "out").open()) as output:
        put(output, "a/before.jpg")
        pinned = output.location
        with output.stage() as staged:
            staged.write(b"copy")
            swap(scene / "out", scene / "elsewhere")
            if system == "by-path":
                with pytest.raises(Held):
                    output.publish(staged, "a/after.jpg")
            else:
                output.publish(staged, "a/after.jpg")
        other = scene / ("elsewhere" if swap is by_link else "out")
        assert list(other.iterdir()) == []
        (other / "a").mkdir()
        (other / "a" / "before.jpg").write_bytes(b"theirs")
        with contextlib.suppress(Held):
            output.withdraw("a/before.jpg", lambda _: True)
        assert (other / "a" / "before.jpg").read_bytes() == b"theirs"
        assert list(scene.glob(".*")) == [] or system != "nameless"
        with pytest.raises(OutputProblem, match="another folder took its place"):
            pickle.loads(pickle.dumps(pinned)).open()
    copies = sorted(path.name for path in (scene / "moved" / "a").iterdir()) if (scene / "moved" / "a").exists() else []
    assert copies == (["before.jpg"] if system == "by-path" else ["after.jpg"])


@pytest.mark.parametrize("number", [100])
def test_more_folders_than_are_held_open(scene: Path, number: int) -> None:
    for one in range(number):
        (scene / f"in-{one}").mkdir()
        (scene / f"in-{one}" / "a.jpg").write_bytes(b"in")
    named = [scene / f"in-{one}" for one in range(number)]
    with contextlib.closing(FilesLocation.named(named).open()) as source:
        items = list(source.walk())
        assert len(items) == number
        last = items[-1]
        assert read_once(source, last.identity, 100).data == b"in"
        by_link(named[-1], scene / "outside")
        with pytest.raises(Held):
            read_once(source, last.identity, 100)
