"""Names of copies: neutral, the same every time, never two originals under one name, never out of the folder."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paravent.engine import naming
from paravent.formats import named, specs
from paravent.model import camera_names
from paravent.state.ledger import fold

KEY = b"k" * 32
NEUTRAL = naming.Namer(KEY)
KEEPING = naming.Namer(KEY, keep=True)

# Names that Windows takes for devices, whatever follows the first dot.
DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in range(10))}
COUNTERS = [
    "IMG_1234", "img_1234", "IMG_E1234", "DSC01234", "DSC_1234", "_DSC1234", "_MG_1234", "DSCF0001", "DSCN0001", "P1010001",
    "GOPR1234", "GX011234", "DJI_0001", "MVI_1234", "IMGP1234", "CIMG0001", "SAM_0123",
    "PIC_0123", "R0010001", "L1000123",
]  # fmt: skip
TELLING = [
    "IMG_20240518_123456", "IMG-20240518-WA0001", "MVIMG_20240518_123456", "PXL_20240518_101112", "20240518_101112",
    "Emma", "IMG_1234 Emma", "Emma_IMG_1234", "2024-05-18", "WhatsApp Image 2024-05-18", "IMG_240518", "IMG_1234\n", "DSC",
    "P5180123", "Screenshot_2024", "1234567", "IMG_1234 (1)", "picture",
    "Sam_2012", "SAM_2012", "Sam_0123", "sam_0123", "Pic_2019", "PIC_2019", "R2015061", "101_0512", "100_1234", "IMG_2012",
    "DSC_1985", "DSC20151", "DSC02015", "GX012015", "GX201506", "P1012012", "IMG_١٢٣٤", "IMG_１２３４", "DSC０1234",
    "Img_1234",
]  # fmt: skip


@pytest.mark.parametrize("stem", COUNTERS)
def test_names_that_say_nothing_are_kept(stem: str) -> None:
    assert NEUTRAL.output(f"DCIM/100CANON/{stem}.JPG", "/a", "JPEG") == f"DCIM/100CANON/{stem}.jpg"
    assert not camera_names.says_something(f"DCIM/100CANON/{stem}.JPG")


@pytest.mark.parametrize("stem", TELLING)
def test_names_that_say_something_become_neutral(stem: str) -> None:
    assert re.fullmatch(r"photo-[0-9]{3}\.jpg", NEUTRAL.output(f"{stem}.jpg", "/a", "JPEG"))
    assert camera_names.says_something(f"{stem}.jpg")


@pytest.mark.parametrize("folder", ["Emma's birthday", "2024-05-18", "100_0518", "Lyon", "123EMMA!", "dcim 2024", "..."])
def test_folders_that_say_something_become_neutral(folder: str) -> None:
    assert re.fullmatch(r"folder-[0-9a-f]{8}/IMG_1234\.jpg", NEUTRAL.output(f"{folder}/IMG_1234.jpg", "/a", "JPEG"))
    assert camera_names.says_something(f"{folder}/IMG_1234.jpg")


@pytest.mark.parametrize("folder", ["DCIM", "100CANON", "101APPLE", "100_FUJI", "100MSDCF", "102_PANA", "100GOPRO"])
def test_folders_of_cameras_are_kept(folder: str) -> None:
    assert NEUTRAL.output(f"{folder}/IMG_1234.jpg", "/a", "JPEG") == f"{folder}/IMG_1234.jpg"


@pytest.mark.parametrize(
    ("given_name", "form", "extension"),
    [
        ("IMG_1234.JPG", "JPEG", ".jpg"),
        ("IMG_1234.jpeg", "JPEG", ".jpeg"),
        ("IMG_1234.JPEG", "JPEG", ".jpeg"),
        ("IMG_1234.MOV", "MP4", ".mp4"),
        ("IMG_1234.jpg", "PNG", ".png"),
        ("IMG_1234.Emma", "WebP", ".webp"),
        ("IMG_1234", "PNG", ".png"),
        ("IMG_1234.exe", "", ""),
    ],
)
@pytest.mark.parametrize("namer", [NEUTRAL, KEEPING])
def test_the_extension_is_that_of_the_format(namer: naming.Namer, given_name: str, form: str, extension: str) -> None:
    kept = namer.keep and given_name.lower().endswith(extension)
    assert namer.output(given_name, "/a", form) == (given_name if kept and extension else f"IMG_1234{extension}")


@pytest.mark.parametrize(
    "name", ["DSC_0001.JPG", "Emma.JPEG", "Été/a.Jpg", "a.PNG", "b.Tif", "c.HEIC", "d.MP4", "e.WEBP", "f.jpeg"]
)
def test_kept_names_are_kept_to_the_byte(name: str) -> None:
    ending = PurePosixPath(name).suffix.lower()
    form = next(one.name for one in specs() if ending in one.endings)
    assert KEEPING.output(name, "/a", form) == name


ROOTS = [f"/output {number}" for number in range(40)]


def test_another_name_in_another_output_and_the_same_in_the_same() -> None:
    names = {root: [_named("Mia/birthday.png", root, at) for at in ("/a", "/b")] for root in ROOTS}
    assert all(first == second for first, second in names.values())
    assert len({first.partition("/")[0] for first, _ in names.values()}) == len(ROOTS)
    assert len({first.partition("/")[2] for first, _ in names.values()}) > len(ROOTS) - 6  # numbers may meet, among 999


def _named(relative: str, root: str, at: str = "/a") -> str:
    return naming.Namer(KEY, False, root).output(relative, at, "PNG")


def test_numbers_tell_no_order_and_no_count() -> None:
    pupils = [f"{letter}{letter.lower()} Example.png" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    agreeing = 0
    for root in ROOTS:
        numbers = [_named(pupil, root) for pupil in pupils]
        agreeing += sum(one < other for one, other in pairwise(numbers))
        assert max(numbers) > "photo-600"  # 26 in a row would end at 26
    pairs = len(ROOTS) * (len(pupils) - 1)
    assert 0.4 < agreeing / pairs < 0.6  # what chance gives


def test_videos_have_a_word_of_their_own() -> None:
    assert re.fullmatch(r"film-[0-9]{3}\.mp4", NEUTRAL.output("Emma.mov", "/a", "MP4"))
    assert re.fullmatch(r"photo-[0-9]{3}\.gif", NEUTRAL.output("Emma.gif", "/a", "GIF"))


@pytest.mark.parametrize("output", ["photo-001.jpg", "photo-4711.jpg", "picture-0123abcd.jpg"])
def test_a_number_that_a_copy_has_is_kept(output: str) -> None:
    assert NEUTRAL.fits(output, "Emma.jpg", "JPEG")
    assert not NEUTRAL.fits(output, "Emma.jpg", "PNG")
    assert not NEUTRAL.fits(output, "Lyon/Emma.jpg", "JPEG")
    assert not NEUTRAL.fits(output, "IMG_1234.jpg", "JPEG")
    assert not KEEPING.fits(output, "Emma.jpg", "JPEG")
    assert not NEUTRAL.fits("Emma.jpg", "Emma.jpg", "JPEG")


def test_the_same_on_every_run_and_another_with_another_key() -> None:
    first = NEUTRAL.output("Lyon/Emma.jpg", "/a/Lyon/Emma.jpg", "JPEG")
    assert first == naming.Namer(KEY).output("Lyon/Emma.jpg", "/moved/Lyon/Emma.jpg", "JPEG")
    assert first != naming.Namer(b"o" * 32).output("Lyon/Emma.jpg", "/a/Lyon/Emma.jpg", "JPEG")


@pytest.mark.parametrize(
    ("relative", "kept"),
    [
        ("Lyon/Emma.jpg", "Lyon/Emma.jpg"),
        ("CON.jpg", "_CON.jpg"),
        ("aux .jpg", "_aux.jpg"),
        ("NUL./lpt9.b.jpg", "_NUL/_lpt9.b.jpg"),
        ("nul.tar.jpg", "_nul.tar.jpg"),
        ("COM1/x.jpg", "_COM1/x.jpg"),
        (".hidden/.x.jpg", "_hidden/_x.jpg"),
        ("a:b?.jpg", "a_b_.jpg"),
        ("line\nfeed.jpg", "line_feed.jpg"),
        ("back\\slash.jpg", "back_slash.jpg"),
        ("odd\udcff.jpg", "odd_.jpg"),
        ("gpj\u202e.jpg", "gpj_.jpg"),
        ("../x.jpg", "_/x.jpg"),
        ("end ./x .jpg", "end/x.jpg"),
        ("-rf.jpg", "_-rf.jpg"),
    ],
)
def test_kept_names_are_fit_for_every_file_system(relative: str, kept: str) -> None:
    assert KEEPING.output(relative, "/a", "JPEG") == kept


_parts = st.one_of(
    st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=300),
    st.binary(min_size=1, max_size=40).map(
        lambda raw: raw.replace(b"/", b"").replace(b"\0", b"").decode("utf-8", "surrogateescape")
    ),
    st.sampled_from([*COUNTERS, *TELLING, "..", ".", "CON", "aux.jpg", "img_1234.JPG", "IMG_1234.jpeg", "ﬁ.jpg", "FI.jpg"]),
).filter(bool)
_paths = st.lists(_parts, min_size=1, max_size=4).map("/".join)


@given(st.lists(_paths, min_size=1, max_size=12, unique=True), st.booleans(), st.sampled_from(["JPEG", "PNG", "WebP"]))
@settings(max_examples=300, deadline=None)
def test_no_two_originals_get_one_name(relatives: list[str], keep: bool, form: str) -> None:
    namer = naming.Namer(KEY, keep)
    taken: set[bytes] = set()
    for number, relative in enumerate(relatives):
        attempts = (namer.output(relative, f"/in/{number}", form, attempt) for attempt in range(naming.ATTEMPTS))
        output = next(output for output in attempts if fold(output) not in taken)
        taken.add(fold(output))
        _fit(output)
        if not keep:
            assert re.fullmatch(r"[\w\-/]+\.(jpe?g|png|webp)", output, re.ASCII)


def _fit(output: str) -> None:
    path = PurePosixPath(output)
    assert not path.is_absolute()
    assert str(path) == output
    for part in path.parts:
        assert part not in (".", "..")
        assert not part.startswith(".")
        assert len(part.encode()) <= 255
        assert not re.search(r"[\x00-\x1f]", part)
        assert not part.endswith((" ", "."))
        assert part.split(".")[0].rstrip().upper() not in DEVICES


def test_digits_that_meet_by_chance_are_lengthened() -> None:
    names = [NEUTRAL.output("Emma.jpg", "/in/Emma.jpg", "JPEG", attempt) for attempt in range(naming.ATTEMPTS)]
    assert len(set(names)) == len(names)
    assert [len(name) for name in names] == sorted(len(name) for name in names)
    kept = [KEEPING.output("Emma.jpg", "/in/Emma.jpg", "JPEG", attempt) for attempt in range(4)]
    assert [len(name) for name in kept] == sorted({len(name) for name in kept})


@pytest.mark.parametrize("form", [spec.name for spec in specs()])
def test_every_format_has_an_extension(form: str) -> None:
    assert NEUTRAL.output("holiday", "/x/holiday", form).endswith(named(form).endings[0])
