"""What every output must do: a copy appears complete, in one step, never over a file; a kill leaves nothing half."""

from __future__ import annotations

import contextlib
import pickle
import random
import threading
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from paravent.errors import Held
from paravent.stores.base import Output
from store_kit import OUTPUTS, OutputMaker, Place, content, publishing_without_end, put

LARGE = 1 << 40


@pytest.fixture(params=list(OUTPUTS))
def maker(request: pytest.FixtureRequest) -> OutputMaker:
    return OUTPUTS[request.param]


@pytest.fixture
def place(maker: OutputMaker, tmp_path: Path) -> Iterator[Place]:
    with maker.make(tmp_path) as made:
        yield made


def test_a_copy_appears_complete_and_alone(place: Place) -> None:
    data = b"x" * 3_000_001
    with place.opened() as output:
        put(output, "a/b/c.jpg", data)
        assert place.copies() == {"a/b/c.jpg": data}
        assert output.exists("a/b/c.jpg")
        output.empty_staging()
    assert place.rest() == []


def test_nothing_is_there_before_publication_nor_after_giving_up(place: Place) -> None:
    with place.opened() as output:
        with output.stage() as staged:
            staged.write(b"secret")
            assert staged.read_back() == b"secret"
            assert place.copies() == {}
            assert not output.exists("secret")
        with contextlib.suppress(ZeroDivisionError), output.stage() as staged:
            staged.write(b"secret")
            raise ZeroDivisionError
        output.empty_staging()
    assert place.copies() == {}
    assert place.rest() == []


def test_bit_by_bit_with_going_back_and_once_more(place: Place) -> None:
    with place.opened() as output, output.stage() as staged:
        with staged.writing() as file:
            file.write(b"12345")
            file.seek(1)
            file.write(b"xy")
        with staged.reading() as file:
            assert file.read() == b"1xy45"
            file.seek(2)
            assert file.read(2) == b"y4"
        staged.clear()
        with staged.writing() as file:
            file.write(b"new")
        output.publish(staged, "new.jpg")
        assert place.copies() == {"new.jpg": b"new"}


def test_what_is_read_back_is_what_the_store_has(place: Place) -> None:
    with place.opened() as output, output.stage() as one, output.stage() as other:
        one.write(b"one")
        other.write(b"other")
        with one.reading() as first, one.reading() as second:
            assert first.read(1) == b"o"
            assert second.read() == b"one"  # a place in the file of its own
        assert (one.read_back(), other.read_back()) == (b"one", b"other")
        one.write(b" more")
        assert one.read_back() == b"one more"


def test_a_copy_that_is_there_is_never_replaced(place: Place) -> None:
    with place.opened() as output:
        put(output, "a/there.jpg", b"first")
        for _ in range(2):
            with pytest.raises(FileExistsError):
                put(output, "a/there.jpg", b"second")
        assert place.copies() == {"a/there.jpg": b"first"}
        output.empty_staging()
    assert place.rest() == []


def test_one_of_32_at_once_wins(place: Place) -> None:
    lost: list[int] = []
    barrier = threading.Barrier(32)

    def attempt(number: int) -> None:
        with place.opened() as output, output.stage() as staged:
            staged.write(bytes([number]) * 100_000)
            barrier.wait(60)
            try:
                output.publish(staged, "new/deeper/same.jpg")
            except FileExistsError:
                lost.append(number)

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = set(range(32)) - set(lost)
    assert len(lost) == 31
    assert place.copies() == {"new/deeper/same.jpg": bytes([winner]) * 100_000}
    with place.opened() as output:
        output.empty_staging()
    assert place.rest() == []


def test_32_in_one_folder_that_is_not_there_yet(place: Place) -> None:
    barrier = threading.Barrier(32)
    failed: list[object] = []

    def attempt(number: int) -> None:
        with place.opened() as output, output.stage() as staged:
            staged.write(content(str(number)))
            barrier.wait(60)
            try:
                output.publish(staged, f"new/deeper/{number}.jpg")
            except (Held, OSError) as error:
                failed.append(error)

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert place.copies() == {f"new/deeper/{number}.jpg": content(str(number)) for number in range(32)}


@pytest.mark.slow
def test_killed_at_random_moments(maker: OutputMaker, place: Place) -> None:
    place.location.open().close()
    randomness = random.Random(7)
    for number in range(6):
        process = publishing_without_end(place.location, maker.way, str(number))
        time.sleep(randomness.uniform(0.0, 0.25))
        process.kill()
        process.communicate()
        copies = place.copies()
        assert [name for name, data in copies.items() if data != content(name)] == []
    assert len(place.copies()) > 10
    with place.opened() as output:
        output.empty_staging()
        put(output, "after.jpg")
        output.empty_staging()
    assert [one for one in place.rest() if "deeper" not in one] == []  # a folder that was just made may have stayed empty


def test_what_others_are_writing_is_not_emptied(place: Place) -> None:
    with place.opened() as output, output.stage() as staged, place.opened() as other:
        staged.write(b"copy")
        other.empty_staging()
        assert staged.read_back() == b"copy"
        output.publish(staged, "ours.jpg")
        assert place.copies() == {"ours.jpg": b"copy"}


def test_a_full_store(maker: OutputMaker, tmp_path: Path) -> None:
    with maker.small(tmp_path) as place:
        if place is None:
            pytest.skip("mounting a small disk is not permitted here; RLIMIT_FSIZE stands in for it")
        with place.opened() as output:
            put(output, "first.jpg", b"x" * 300_000)
            with pytest.raises(Held) as caught:
                put(output, "a/second.jpg", bytes(900_000))
            assert caught.value.code == "no-space"
            with pytest.raises(Held) as caught:
                _put_bit_by_bit(output, "a/second.jpg", bytes(900_000))
            assert caught.value.code == "no-space"
            put(output, "third.jpg", b"x" * 300_000)
            output.empty_staging()
        assert sorted(place.copies()) == ["first.jpg", "third.jpg"]
        assert place.rest() == []


def _put_bit_by_bit(output: Output, destination: str, data: bytes) -> None:
    with output.stage() as staged:
        with staged.writing() as file:
            for at in range(0, len(data), 100_000):
                file.write(data[at : at + 100_000])
        output.publish(staged, destination)


NAMES = [
    "x" * 251 + ".jpg",
    "é" * 125 + ".jpg",
    "x" * 252 + ".jpg",
    unicodedata.normalize("NFC", "Zoé.jpg"),
    unicodedata.normalize("NFD", "Zoé.jpg"),
    "trailing.",
    "trailing ",
    "dots.../in a folder .../a.jpg",
    "CON",
    "aux.jpg",
    "nul/COM1.jpg",
    "a:b.jpg",
    "-rf.jpg",
    " a.jpg",
    "new\nline.jpg",
    "\u202egpj.exe.jpg",
    "not-utf8-\udcff.jpg",
    ".hidden.jpg",
    "back\\slash.jpg",
    "👧🏽.jpg",
]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_taken_as_it_is_or_refused(place: Place, name: str) -> None:
    with place.opened() as output:
        try:
            put(output, name)
        except Held as held:
            assert held.code == "cannot-write"  # noqa: PT017
            assert place.copies() == {}
        else:
            assert place.copies() == {name: b"copy"}
            with output.reading(name, LARGE) as file:
                assert file is not None
                assert file.read() == b"copy"
            assert output.withdraw(name, lambda _: True)
        output.empty_staging()
    assert place.copies() == {}


def test_names_that_differ_in_their_form_only(place: Place) -> None:
    forms = [unicodedata.normalize(form, "Zoé.jpg") for form in ("NFC", "NFD")]
    with place.opened() as output:
        put(output, forms[0], b"first")
        with contextlib.suppress(FileExistsError):  # where the file system takes them for one
            put(output, forms[1], b"second")
        with output.reading(forms[0], LARGE) as file:
            assert file is not None
            assert file.read() == b"first"


@pytest.mark.parametrize("name", ["../up.jpg", "a/../../up.jpg", "/abs.jpg", "", "a\0b"])
def test_names_that_lead_out_are_refused(place: Place, name: str) -> None:
    with place.opened() as output:
        with pytest.raises(Held):
            put(output, name)
        output.empty_staging()
    assert place.copies() == {}
    assert place.rest() == []


def test_reading_what_is_there(place: Place) -> None:
    with place.opened() as output:
        put(output, "a/b.jpg", b"12345")
        for name, limit, expected in [
            ("a/b.jpg", 5, b"12345"),
            ("a/b.jpg", 4, None),
            ("no/b.jpg", 9, None),
            ("a", 9, None),
        ]:
            with output.reading(name, limit) as file:
                assert (None if file is None else file.read()) == expected
        assert not output.exists("no/b.jpg")


def test_only_what_is_ours_is_withdrawn(place: Place) -> None:
    with place.opened() as output:
        put(output, "a/ours.jpg", b"ours")
        put(output, "theirs.jpg", b"theirs")
        for name in ("a/ours.jpg", "theirs.jpg", "none.jpg", "no/none.jpg"):
            assert output.withdraw(name, lambda file: file.read() == b"ours") is (name == "a/ours.jpg")
        assert place.copies() == {"theirs.jpg": b"theirs"}


def test_what_takes_the_name_while_it_is_judged_stays(place: Place) -> None:
    with place.opened() as output:
        put(output, "a.jpg", b"ours")

        def exchanged(_file: object) -> bool:
            assert output.withdraw("a.jpg", lambda _: True)
            put(output, "a.jpg", b"theirs")
            return True

        assert not output.withdraw("a.jpg", exchanged)
        assert place.copies() == {"a.jpg": b"theirs"}


def test_a_location_travels_and_opens_the_same_store(place: Place) -> None:
    with place.opened() as output:
        put(output, "a.jpg", b"first")
        with contextlib.closing(pickle.loads(pickle.dumps(output.location)).open()) as again:
            assert again.identity == output.identity
            assert again.exists("a.jpg")
            put(again, "b.jpg", b"second")
        assert place.copies() == {"a.jpg": b"first", "b.jpg": b"second"}
