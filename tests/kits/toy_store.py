"""A store from outside the package: a shelf in the memory of one process that others reach over a socket, like a bucket."""

from __future__ import annotations

import contextlib
import io
import secrets
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.managers import BaseManager
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from paravent.errors import Held, OutputProblem
from paravent.stores.base import HEAD, Mark, Original, Ours, Traces
from paravent.stores.listing import Item, by_name


@dataclass
class Shelf:
    """Named bytes; `uploads` are not listed until they get a name. room: bytes that all of it may take. name: of the shelf,
    the same on every run."""

    room: int = 1 << 40
    name: str = "shelf"
    objects: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)
    lock: Any = field(default_factory=threading.Lock)
    written: int = 0

    def names(self) -> list[str]:
        return sorted(self.objects)

    def get(self, name: str) -> tuple[int, bytes] | None:
        return self.objects.get(name)

    def put(self, name: str, data: bytes) -> None:
        """An object of the owner; replaces."""
        with self.lock:
            self.written += 1
            self.objects[name] = (self.written, data)

    def upload(self, key: str, data: bytes) -> bool:
        with self.lock:
            taken = sum(len(one) for _, one in self.objects.values()) + sum(map(len, self.uploads.values()))
            if taken - len(self.uploads.get(key, b"")) + len(data) > self.room:
                return False
            self.uploads[key] = data
            return True

    def uploaded(self, key: str) -> bytes:
        return self.uploads.get(key, b"")

    def pending(self) -> list[str]:
        return sorted(self.uploads)

    def name_upload(self, key: str, name: str) -> bool:
        """In one step, and never over an object that is there."""
        with self.lock:
            if name in self.objects:
                return False
            self.written += 1
            self.objects[name] = (self.written, self.uploads.pop(key))
            return True

    def remove(self, name: str, version: int) -> bool:
        with self.lock:
            if self.objects.get(name, (0, b""))[0] != version:
                return False
            del self.objects[name]
            return True

    def drop(self, key: str) -> None:
        with self.lock:
            self.uploads.pop(key, None)


class _Service(BaseManager):
    """Serves one shelf."""


_EXPOSED = [name for name in vars(Shelf) if not name.startswith("_") and callable(getattr(Shelf, name, None))]
_Service.register("shelf", exposed=_EXPOSED)


@contextlib.contextmanager
def serving(shelf: Shelf) -> Iterator[ToyLocation]:
    """A location that any process on this computer can open meanwhile."""

    class Serving(BaseManager):
        """In this process, so that the test sees the shelf itself."""

    Serving.register("shelf", callable=lambda: shelf, exposed=_EXPOSED)
    address = tempfile.mktemp(prefix="toy-", dir=tempfile.gettempdir())
    server = Serving(address=address, authkey=b"toy").get_server()
    thread = threading.Thread(target=_serve, args=(server,), daemon=True)
    thread.start()
    try:
        yield ToyLocation(address, shelf.name)
    finally:
        server.stop_event.set()
        with contextlib.suppress(OSError):
            server.listener.close()


def _serve(server: Any) -> None:
    with contextlib.suppress(SystemExit):
        server.serve_forever()


@dataclass(frozen=True)
class ToyLocation:
    """address: of the service. name: of its shelf."""

    address: str
    name: str

    @property
    def on_disk(self) -> tuple[Path, ...]:
        return ()

    def open(self) -> ToyStore:
        service = _Service(address=self.address, authkey=b"toy")
        try:
            service.connect()
        except OSError as error:
            raise OutputProblem(f"toy: {error.strerror}") from None
        return ToyStore(self, service.shelf())  # type: ignore[attr-defined]


class ToyStore:
    """A source and an output in one."""

    def __init__(self, location: ToyLocation, shelf: Any) -> None:
        self.location = location
        self.identity = f"toy:{location.name}"
        self._shelf = shelf

    def walk(self) -> Iterator[Item]:
        for name in self._shelf.names():
            yield Item(f"{self.identity}/{name}", name, by_name(PurePosixPath(name).name))

    @contextlib.contextmanager
    def opened(self, identity: str, limit: int) -> Iterator[Original]:
        found = self._of(identity)
        if found is None:
            raise Held("unreadable", reason="no such object")
        version, data = found
        if len(data) > limit:
            raise Held("file-too-large", limit=limit // 1_000_000)
        if not data:
            raise Held("empty")
        yield Original(io.BytesIO(data), Mark(len(data), version), Traces())
        if self._of(identity) != found:
            raise Held("changed-while-reading")

    def head(self, identity: str, size: int = HEAD) -> bytes:
        found = self._of(identity)
        return found[1][:size] if found else b""

    def mark(self, identity: str) -> Mark | None:
        found = self._of(identity)
        return Mark(len(found[1]), found[0]) if found else None

    def find(self, relative: str) -> str | None:
        return f"{self.identity}/{relative}" if self._shelf.get(relative) else None

    def gone(self, identity: str) -> bool:
        return identity.startswith(f"{self.identity}/") and self._of(identity) is None

    def _of(self, identity: str) -> tuple[int, bytes] | None:
        found: tuple[int, bytes] | None = self._shelf.get(identity.removeprefix(f"{self.identity}/"))
        return found

    @contextlib.contextmanager
    def stage(self) -> Iterator[ToyStaged]:
        staged = ToyStaged(self._shelf)
        try:
            yield staged
        finally:
            self._shelf.drop(staged.key)

    def publish(self, staged: ToyStaged, destination: str) -> None:
        name = _checked(destination)
        if not self._shelf.name_upload(staged.key, name):
            raise FileExistsError(name)

    @contextlib.contextmanager
    def reading(self, destination: str, limit: int) -> Iterator[BinaryIO | None]:
        found = self._shelf.get(destination)
        yield None if found is None or len(found[1]) > limit else io.BytesIO(found[1])

    def withdraw(self, destination: str, ours: Ours) -> bool:
        found = self._shelf.get(destination)
        return found is not None and ours(io.BytesIO(found[1])) and bool(self._shelf.remove(destination, found[0]))

    def exists(self, destination: str) -> bool:
        return self._shelf.get(destination) is not None

    def empty_staging(self) -> None:
        """A bucket would look at their age; the toy forgets all but what this process is writing."""
        for key in self._shelf.pending():
            if key not in _IN_USE:
                self._shelf.drop(key)

    def close(self) -> None:
        pass


_IN_USE: set[str] = set()


class ToyStaged:
    """An upload without a name."""

    def __init__(self, shelf: Any) -> None:
        self.key = secrets.token_hex(8)
        self._shelf = shelf
        _IN_USE.add(self.key)

    def write(self, data: bytes) -> None:
        if not self._shelf.upload(self.key, self._shelf.uploaded(self.key) + data):
            raise Held("no-space")

    @contextlib.contextmanager
    def writing(self) -> Iterator[BinaryIO]:
        file = io.BytesIO()
        yield file
        self.clear()
        self.write(file.getvalue())

    @contextlib.contextmanager
    def reading(self) -> Iterator[BinaryIO]:
        yield io.BytesIO(self.read_back())

    def read_back(self) -> bytes:
        return bytes(self._shelf.uploaded(self.key))

    def clear(self) -> None:
        self._shelf.upload(self.key, b"")


def _checked(destination: str) -> str:
    path = PurePosixPath(destination)
    if path.is_absolute() or not path.parts or ".." in path.parts or "\0" in destination or len(path.name) > 1000:
        raise Held("cannot-write", reason="bad name")
    return destination
