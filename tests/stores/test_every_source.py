"""What every source must do: a stable list, one reading, a mark, and a reason for what is not read."""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from paravent.errors import Held
from paravent.stores.base import Source, SourceLocation, read_once
from store_kit import SOURCES, Origin

FILES = {
    "b.jpg": b"\xff\xd8 not really",
    "a/z.png": b"\x89PNG" * 50_000,
    "a/Zoé \n.jpg": b"n",
    "empty.jpg": b"",
    "a/._z.png": b"system",
    "a/z.png.xmp": b"sidecar",
}
LARGE = 1 << 40


@pytest.fixture(params=list(SOURCES))
def origin(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Origin]:
    with SOURCES[request.param](tmp_path / "in", FILES) as made:
        yield made


@contextlib.contextmanager
def opened(location: SourceLocation) -> Iterator[Source]:
    with contextlib.closing(location.open()) as source:
        yield source


def identities(source: Source) -> dict[str, str]:
    return {item.relative: item.identity for item in source.walk()}


def test_everything_is_listed_once_in_one_order_with_its_kind(origin: Origin) -> None:
    with opened(origin.location) as source:
        items = list(source.walk())
        assert sorted(item.relative for item in items) == sorted(FILES)
        assert len({item.identity for item in items}) == len(FILES)
        assert list(source.walk()) == items
        kinds = {item.name: item.what.value for item in items if item.what.value != "file"}
        assert kinds == {"._z.png": "system-file", "z.png.xmp": "sidecar"}


def test_an_item_is_read_whole_with_its_mark(origin: Origin) -> None:
    with opened(origin.location) as source:
        for relative, identity in identities(source).items():
            if not FILES[relative]:
                continue
            contents = read_once(source, identity, LARGE)
            assert contents.data == FILES[relative]
            assert contents.mark.size == len(contents.data)
            assert contents.mark == source.mark(identity)
            assert contents.traces.attributes == 0
            assert source.head(identity, 4) == contents.data[:4]


def test_an_item_can_be_read_here_and_there(origin: Origin) -> None:
    with opened(origin.location) as source, source.opened(identities(source)["a/z.png"], LARGE) as original:
        original.file.seek(100_001)
        assert original.file.read(3) == b"PNG"
        original.file.seek(0)
        assert original.file.read() == FILES["a/z.png"]


@pytest.mark.parametrize(
    ("relative", "limit", "code"),
    [("a/z.png", 199_999, "file-too-large"), ("empty.jpg", LARGE, "empty"), ("gone.jpg", LARGE, "unreadable")],
)
def test_what_is_not_read_has_a_reason(origin: Origin, relative: str, limit: int, code: str) -> None:
    with opened(origin.location) as source:
        known = identities(source)
        identity = known.get(relative) or known["b.jpg"].replace("b.jpg", "gone.jpg")
        with pytest.raises(Held) as caught, source.opened(identity, limit):
            pass
        assert caught.value.code == code
        if relative == "gone.jpg":
            assert source.mark(identity) is None
            assert source.head(identity) == b""


def test_an_item_is_found_by_its_name(origin: Origin) -> None:
    with opened(origin.location) as source:
        for relative, identity in identities(source).items():
            assert source.find(relative) == identity
        for relative in ("c.jpg", "a", "z.png", "a/b.jpg"):
            assert source.find(relative) is None


def test_what_is_gone_is_known_and_what_is_elsewhere_is_not(origin: Origin) -> None:
    with opened(origin.location) as source:
        for identity in identities(source).values():
            assert not source.gone(identity)
            assert source.gone(f"{identity}.more")
        assert not source.gone("elsewhere:b.jpg")


def test_at_the_limit_it_is_read(origin: Origin) -> None:
    with opened(origin.location) as source:
        assert read_once(source, identities(source)["a/z.png"], 200_000).data == FILES["a/z.png"]


def test_what_changes_while_it_is_read_is_held_back(origin: Origin) -> None:
    if origin.change is None:
        pytest.skip("nobody can change it")
    with opened(origin.location) as source:
        identity = identities(source)["b.jpg"]
        before = source.mark(identity)
        reading = source.opened(identity, LARGE)
        reading.__enter__().file.read(2)
        origin.change("b.jpg", b"another")
        with pytest.raises(Held) as caught:
            reading.__exit__(None, None, None)
        assert caught.value.code == "changed-while-reading"
        assert source.mark(identity) not in (None, before)
        assert read_once(source, identity, LARGE).data == b"another"


def test_a_location_travels_and_opens_the_same_source(origin: Origin) -> None:
    with opened(origin.location) as source, opened(pickle.loads(pickle.dumps(source.location))) as again:
        assert list(again.walk()) == list(source.walk())
        assert again.location.on_disk == source.location.on_disk
        identity = identities(source)["b.jpg"]
        assert read_once(again, identity, LARGE) == read_once(source, identity, LARGE)
