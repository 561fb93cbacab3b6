"""The private state folder: ledger, key of this installation, staging. Mode 0700, never inside an output folder."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shlex
import shutil
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from paravent.errors import UsageProblem
from paravent.i18n.texts import _

KEY_BYTES = 32
LEDGER, REVIEWS, EXPORTS = "ledger.sqlite", "reviews.sqlite", "exports.sqlite"
_PAGE, _WANTED = "page", "page-wanted"
# SQLite's write-ahead log needs shared memory, which these do not offer between machines.
_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|9p|afs|ncpfs|ceph|lustre|glusterfs|fuse\.(sshfs|glusterfs|rclone|s3fs|davfs)"
)
_MOUNTS = Path("/proc/mounts")


class _Files:
    """Where things lie in a private folder."""

    path: Path

    @property
    def ledger(self) -> Path:
        """Where the ledger's database lies."""
        return self.path / LEDGER

    @property
    def reviews(self) -> Path:
        """Where the database lies of what humans decided."""
        return self.path / REVIEWS

    @property
    def exports(self) -> Path:
        """Where the database lies of exports that somebody said are their own."""
        return self.path / EXPORTS


class PrivateFolder(_Files):
    """The folder itself, made if need be. path: absolute, resolved. output: the output folder of the run, if there is one.

    Raises UsageProblem if it cannot be used, lies on a network drive, or if it and `output` lie inside one another.
    """

    def __init__(self, folder: Path | None = None, output: Path | None = None) -> None:
        self.path = path_of(folder)
        if output is not None:
            refuse_overlap(self.path, output.resolve())
        refuse_network(self.path)
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make_private(self.path)
        except OSError as error:
            raise UsageProblem(
                _("{path}: cannot keep private state there ({reason}); use --private").format(
                    path=self.path, reason=error.strerror
                )
            ) from None
        self._lock = FileLock(self.path / "lock", mode=0o600)

    def key(self) -> bytes:
        """The key of this installation, 32 random bytes, made on first use. Raises UsageProblem if it was damaged."""
        file = self.path / "key"
        with self._lock:
            if not file.exists():
                _write_key(file)
            return _read_key(file)

    @contextlib.contextmanager
    def staging(self) -> Iterator[Path]:
        """A folder for this run's passing files, mode 0700, gone at the end. What dead runs left is deleted first."""
        root = self.path / "staging"
        root.mkdir(mode=0o700, exist_ok=True)
        name = secrets.token_hex(8)
        lock = FileLock(root / f"{name}.lock", mode=0o600)
        with self._lock:
            _delete_dead(root)
            lock.acquire()
        folder = root / name
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            with self._lock:
                lock.release()
                (root / f"{name}.lock").unlink(missing_ok=True)

    @contextlib.contextmanager
    def showing(self) -> Iterator[bool]:
        """Held while a page shows this state. True for the first program; False, at once, while there is one."""
        lock = FileLock(self.path / _PAGE, mode=0o600)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            yield False
            return
        self.asked_to_show()  # what was asked of a page that is gone
        try:
            yield True
        finally:
            lock.release()

    def ask_to_show(self) -> None:
        """Ask the program that holds `showing` to show its page again."""
        (self.path / _WANTED).touch(mode=0o600)

    def asked_to_show(self) -> bool:
        """Whether somebody asked since the last time."""
        try:
            (self.path / _WANTED).unlink()
        except OSError:
            return False
        return True

    def delete(self) -> None:
        """Everything, the key included, and the folder. Raises OSError; UsageProblem while a run is using it."""
        if not self.path.is_dir():
            return
        with self._lock:
            _delete_dead(self.path / "staging")
            if any((self.path / "staging").glob("*.lock")):
                raise UsageProblem(_("Paravent is working with this private state; wait until it has ended"))
            for database in (self.ledger, self.reviews, self.exports):
                for end in ("", "-wal", "-shm"):
                    database.with_name(database.name + end).unlink(missing_ok=True)
            (self.path / "key").unlink(missing_ok=True)
            shutil.rmtree(self.path / "staging", ignore_errors=True)
            for file in (_PAGE, _WANTED):
                with contextlib.suppress(OSError):
                    (self.path / file).unlink(missing_ok=True)
        (self.path / "lock").unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.path.rmdir()


def refuse_network(path: Path, mounts: Path = _MOUNTS) -> None:
    """Raises UsageProblem if `path` lies on a network file system, as far as Linux tells in its table of mounts."""
    try:
        table = mounts.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return
    best, kind = -1, ""
    for line in table.splitlines():
        point, fstype = [*line.split(" "), "", "", ""][1:3]
        folder = Path(re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), point))
        if path.is_relative_to(folder) and len(folder.parts) >= best:
            best, kind = len(folder.parts), fstype
    if _NETWORK.fullmatch(kind):
        raise UsageProblem(
            _("{path}: private state cannot be kept on a network drive ({kind}); use --private").format(
                path=path, kind=kind
            )
        )


def path_of(folder: Path | None) -> Path:
    """Where private state is kept: in `folder`, else as the environment says, else in the user's own place; absolute."""
    chosen = folder or os.environ.get("PARAVENT_PRIVATE") or platformdirs.user_state_dir("paravent", appauthor=False)
    return Path(chosen).expanduser().resolve()


def refuse_overlap(private: Path, output: Path) -> None:
    """Raises UsageProblem if the two lie inside one another; both absolute, resolved."""
    if private.is_relative_to(output) or output.is_relative_to(private):
        raise UsageProblem(_("{path}: private state and output folder must lie apart; use --private").format(path=private))


@dataclass(frozen=True, slots=True)
class PrivateGlance(_Files):
    """A private folder that is looked at and left as it is; it need not be there. path: absolute, resolved."""

    path: Path

    def key(self) -> bytes:
        """The key of this installation; where there is none, one that no other run will have. Raises UsageProblem."""
        file = self.path / "key"
        return _read_key(file) if file.exists() else secrets.token_bytes(KEY_BYTES)


def _read_key(file: Path) -> bytes:
    key = file.read_bytes()
    if len(key) != KEY_BYTES:
        sentence = _("{path}: damaged; this makes a new beginning: paravent forget --private {folder}")
        raise UsageProblem(sentence.format(path=file, folder=shlex.quote(str(file.parent))))
    return key


def _make_private(folder: Path) -> None:
    if sys.platform != "win32" and stat.S_IMODE(folder.stat().st_mode) != 0o700:
        if any(folder.iterdir()) and not (folder / LEDGER).exists():
            raise UsageProblem(_("{path}: holds other files; name a folder of its own with --private").format(path=folder))
        folder.chmod(0o700)


def _write_key(file: Path) -> None:
    # Under the lock; a kill leaves either no key or a whole one.
    fresh = file.with_name("key.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(secrets.token_bytes(KEY_BYTES))
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)


def _delete_dead(root: Path) -> None:
    for path in root.glob("*.lock"):
        lock = FileLock(path)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        shutil.rmtree(path.with_suffix(""), ignore_errors=True)
        lock.release()
        path.unlink(missing_ok=True)
