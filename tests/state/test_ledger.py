"""Private state: who may see it, what it remembers, and that forgetting leaves no bytes."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from paravent.errors import UsageProblem
from paravent.model.geometry import Ellipse, Polygon, Region
from paravent.model.job import LedgerEntry, Outcome
from paravent.model.keyed_hash import keyed_hash
from paravent.model.report import FileReport, Status
from paravent.state.ledger import Ledger
from paravent.state.private import PrivateFolder, refuse_network

REGIONS = (Region(Ellipse(1.5, 2, 3, 4, 5), doubtful=True), Region(Polygon(((0, 0), (1.5, 0), (1, 2))), kind="text"))
DONE = Outcome(FileReport("a.jpg", Status.PREPARED), source_key="aa", copy_key="bb", regions=REGIONS)
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX permissions and names")


def gone(path: str) -> bool:
    return not os.path.lexists(path)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite")


def test_it_remembers_what_became_of_a_file(ledger: Ledger) -> None:
    assert ledger.claim("/in/a.jpg", "/out", "x/p.jpg", gone)
    assert ledger.of_input("/in/a.jpg", "/out").entry is None
    ledger.record("/in/a.jpg", "/out", DONE, "recipe")
    for row in (
        ledger.of_input("/in/a.jpg", "/out"),
        ledger.of_place("/out/x/p.jpg"),
        ledger.of_copy("bb"),
        *ledger.copies(),
    ):
        assert (row.input, row.copy, row.entry) == ("/in/a.jpg", Path("/out/x/p.jpg"), LedgerEntry("aa", "recipe", "bb"))
        assert [region.shape for region in row.regions] == [region.shape for region in REGIONS]
        assert [(region.kind, region.doubtful) for region in row.regions] == [("face", True), ("text", False)]
    assert ledger.of_input("/in/a.jpg", "/other") is None
    assert ledger.of_place("/out/p.jpg") is None


def test_claiming_again_keeps_what_is_known(ledger: Ledger) -> None:
    ledger.claim("/in/a.jpg", "/out", "p.jpg", gone)
    ledger.record("/in/a.jpg", "/out", DONE, "recipe")
    assert ledger.claim("/in/a.jpg", "/out", "p.jpg", gone)
    assert ledger.of_input("/in/a.jpg", "/out").entry == LedgerEntry("aa", "recipe", "bb")


@pytest.mark.parametrize("other", ["p.jpg", "P.JPG"])
def test_no_two_inputs_get_one_output(ledger: Ledger, tmp_path: Path, other: str) -> None:
    first = tmp_path / "first.jpg"
    first.touch()
    assert ledger.claim(str(first), "/out", "p.jpg", gone)
    assert not ledger.claim("/in/b.jpg", "/out", other, gone)
    assert ledger.claim("/in/b.jpg", "/elsewhere", other, gone)
    first.unlink()
    assert ledger.claim("/in/b.jpg", "/out", other, gone)


def test_an_input_may_move_to_another_name(ledger: Ledger) -> None:
    for output in ("p.jpg", "q.jpg", "Q.jpg", "p.jpg"):
        assert ledger.claim("/in/a.jpg", "/out", output, gone)
        assert ledger.of_input("/in/a.jpg", "/out").output == output


def test_a_former_copy_is_remembered_until_forgotten(tmp_path: Path) -> None:
    root, outer, lying = str(tmp_path), str(tmp_path.parent), {"p.jpg", f"{tmp_path.name}/p.jpg"}
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.claim("/in/a.jpg", root, "p.jpg", gone)
        assert list(ledger.left_over(root, 1e12, lying.__contains__)) == []  # nothing was published yet
        ledger.record("/in/a.jpg", root, DONE, "r")
        assert list(ledger.left_over(root, 0, lying.__contains__)) == []  # written since
        assert list(ledger.left_over(root, 1e12, lambda _: False)) == []  # not there any more
        assert list(ledger.left_over(root, 1e12, lying.__contains__)) == ["p.jpg"]
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.claim("/in/a.jpg", root, "q.jpg", gone)
        assert list(ledger.left_over(root, 0, lying.__contains__)) == ["p.jpg"]
        assert list(ledger.left_over(outer, 0, lying.__contains__)) == []  # told already
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.renewed(outer, f"{tmp_path.name}/p.jpg")
        assert list(ledger.left_over(outer, 0, lying.__contains__)) == []  # this run stands behind it
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        assert list(ledger.left_over(outer, 0, lying.__contains__)) == [f"{tmp_path.name}/p.jpg"]
        assert ledger.forget(tmp_path / "p.jpg") == 1
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        assert list(ledger.left_over(root, 0, lying.__contains__)) == []


def test_copies_elsewhere_than_on_disk_are_known_by_place(ledger: Ledger) -> None:
    ledger.claim("bucket:a.jpg", "bucket:ready", "x/p.jpg", gone)
    ledger.record("bucket:a.jpg", "bucket:ready", DONE, "r")
    found = ledger.of_place("bucket:ready/x/p.jpg")
    assert found is not None
    assert found.input == "bucket:a.jpg"
    assert ledger.of_place("bucket:other/x/p.jpg") is None
    assert list(ledger.left_over("bucket:ready", 1e12, {"x/p.jpg"}.__contains__)) == ["x/p.jpg"]


@pytest.mark.parametrize(
    ("code", "said"), [(sqlite3.SQLITE_FULL, "disk is full"), (sqlite3.SQLITE_IOERR, "check the disk")]
)
def test_an_error_on_the_way_says_what_it_is(tmp_path: Path, code: int, said: str) -> None:
    error = sqlite3.OperationalError("no")
    error.sqlite_errorcode = code
    with pytest.raises(UsageProblem, match=said) as raised, Ledger(tmp_path / "ledger.sqlite"):
        raise error
    assert "forget" not in str(raised.value)


@posix
def test_names_need_not_be_text(ledger: Ledger) -> None:
    odd = os.fsdecode(b"/in/\xff\n.jpg")
    assert ledger.claim(odd, "/out", odd[4:], gone)
    assert ledger.of_input(odd, "/out").output == odd[4:]


def test_many_writers_at_once(tmp_path: Path) -> None:
    Ledger(tmp_path / "l").close()

    def write(number: int) -> None:
        with Ledger(tmp_path / "l") as mine:
            for index in range(50):
                mine.claim(f"/in/{number}/{index}", "/out", f"{number}/{index}", gone)
                mine.record(f"/in/{number}/{index}", "/out", DONE, "r")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Ledger(tmp_path / "l") as ledger:
        assert len(list(ledger.copies())) == 200


@pytest.mark.parametrize(
    ("path", "left"),
    [
        ("/in/Planted", ["/in/other.jpg"]),
        ("/in/Planted/a.jpg", ["/in/other.jpg", "/in/Planted/b.jpg"]),
        ("/out/x/1.jpg", ["/in/other.jpg", "/in/Planted/b.jpg"]),
        ("/in/Plant", ["/in/other.jpg", "/in/Planted/a.jpg", "/in/Planted/b.jpg"]),
        ("/out", []),
    ],
)
def test_forgetting_a_path(ledger: Ledger, path: str, left: list[str]) -> None:
    for number, name in enumerate(("other.jpg", "Planted/a.jpg", "Planted/b.jpg")):
        ledger.claim(f"/in/{name}", "/out", f"x/{number}.jpg", gone)
        ledger.record(f"/in/{name}", "/out", DONE, "r")
    assert ledger.forget(Path(path)) == 3 - len(left)
    assert sorted(row.input for row in ledger.copies()) == sorted(left)


def test_forgetting_leaves_no_bytes(tmp_path: Path) -> None:
    private = PrivateFolder(tmp_path / "private")
    with Ledger(private.ledger) as ledger:
        for number in range(300):
            ledger.claim(f"/in/Planted Name {number}.jpg", "/out", f"{number}.jpg", gone)
            ledger.record(f"/in/Planted Name {number}.jpg", "/out", DONE, "r")
        ledger.claim("/other/kept.jpg", "/out", "kept.jpg", gone)
        assert b"Planted Name" in _bytes_below(private.path)
        ledger.forget(Path("/in"))
        assert b"Planted Name" not in _bytes_below(private.path)
    assert b"Planted Name" not in _bytes_below(private.path)
    assert b"kept" in _bytes_below(private.path)


def test_forgetting_all(tmp_path: Path) -> None:
    private = PrivateFolder(tmp_path / "private")
    first = private.key()
    Ledger(private.ledger).close()
    private.delete()
    assert not private.path.exists()
    assert PrivateFolder(private.path).key() != first


def test_a_damaged_ledger_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "l").write_bytes(b"not a database" * 100)
    with pytest.raises(UsageProblem) as caught:
        Ledger(tmp_path / "l")
    assert "\n" not in str(caught.value)


def test_one_key_for_all_who_ask_at_once(tmp_path: Path) -> None:
    keys: list[bytes] = []
    threads = [threading.Thread(target=lambda: keys.append(PrivateFolder(tmp_path / "p").key())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1
    assert len(keys[0]) == 32
    assert keyed_hash(keys[0], b"x") != keyed_hash(b"another key", b"x")


@posix
def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    folder.mkdir(mode=0o755)
    private = PrivateFolder(folder)
    private.key()
    with Ledger(private.ledger), private.staging() as staging:
        (tmp_path / "p" / "staging").stat()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(staging.stat().st_mode) == 0o700
        for file in (entry for entry in folder.rglob("*") if entry.is_file()):
            assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file


def test_staging_is_emptied_but_not_that_of_others(tmp_path: Path) -> None:
    private = PrivateFolder(tmp_path / "p")
    dead = private.path / "staging" / "dead"
    dead.mkdir(parents=True)
    (dead / "original.jpg").write_bytes(b"original")
    dead.with_name("dead.lock").touch()
    with private.staging() as ours:
        (ours / "passing").touch()
        assert not dead.exists()
        with PrivateFolder(private.path).staging() as theirs:
            assert theirs != ours
            assert (ours / "passing").exists()
    assert list((private.path / "staging").iterdir()) == []


@pytest.mark.parametrize("inside", ["private", "private/out", "."])
def test_output_and_private_state_lie_apart(tmp_path: Path, inside: str) -> None:
    with pytest.raises(UsageProblem):
        PrivateFolder(tmp_path / "private", tmp_path / inside)
    assert not (tmp_path / "private").exists()
    PrivateFolder(tmp_path / "private", tmp_path / "private-not")


@posix
def test_a_folder_with_other_files_is_not_taken_over(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "somebody's.txt").touch()
    with pytest.raises(UsageProblem):
        PrivateFolder(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("server:/x /mnt/share nfs4 rw 0 0", True),
        ("//server/x /mnt/share cifs rw 0 0", True),
        ("x /mnt/sh\\141re fuse.sshfs rw 0 0", True),
        ("/dev/sda1 /mnt/share ext4 rw 0 0", False),
        ("server:/x /mnt/sha nfs rw 0 0", False),
    ],
)
def test_network_drives_are_refused(tmp_path: Path, line: str, refused: bool) -> None:
    table = tmp_path / "mounts"
    table.write_text(f"/dev/vda / ext4 rw 0 0\n{line}\ntmpfs /tmp tmpfs rw 0 0\n")
    if refused:
        with pytest.raises(UsageProblem, match="network drive"):
            refuse_network(Path("/mnt/share/state"), table)
    else:
        refuse_network(Path("/mnt/share/state"), table)


def _bytes_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.slow
def test_many_programs_may_open_a_new_database_at_once(tmp_path: Path) -> None:
    trouble: list[UsageProblem] = []

    def open_and_close(path: Path, together: threading.Barrier) -> None:
        together.wait()
        try:
            Ledger(path).close()
        except UsageProblem as problem:
            trouble.append(problem)

    for number in range(40):
        together = threading.Barrier(8)
        threads = [
            threading.Thread(target=open_and_close, args=(tmp_path / f"{number}.sqlite", together)) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not trouble
