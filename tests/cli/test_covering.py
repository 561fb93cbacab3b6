"""What the command line says about persons, writing and codes, and what it keeps to itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cli_kit import run
from logo_kit import crest, crests
from paravent.detect import registry
from paravent.model.policy import Policy, preset
from paravent.model.report import FileReport, Status
from paravent.report.summary import Totals, of_protect
from paravent.state.ledger import Ledger
from paravent.state.private import PrivateFolder
from paravent.stores.policy_files import load, read_words
from portraits import hopper

pytestmark = pytest.mark.usefixtures("apart")

SECRET = "Plantedname"
OFFER = "run the same command again with --people"


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    Image.new("RGB", (64, 48), (90, 120, 90)).save(folder / "a.png")
    return folder


@pytest.mark.slow
def test_whole_persons_are_offered_once(pictures: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("protect", pictures, "-o", "out") == 0
    assert OFFER in capfd.readouterr().out
    assert run("protect", pictures, "-o", "out", "--force") == 0
    assert OFFER not in capfd.readouterr().out


def test_words_are_written_nowhere(pictures: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "words.txt").write_text(f"{SECRET}\n\n  {SECRET}  \nother\n")
    assert run("protect", pictures, "-o", "out", "--words", "words.txt", "--report", "r.jsonl") == 0
    said = "".join(capfd.readouterr())
    (tmp_path / "words.txt").unlink()
    assert SECRET not in said
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept) > 3
    assert not any(SECRET.encode() in path.read_bytes() for path in kept)


@pytest.mark.slow
def test_words_change_the_recipe(pictures: Path, tmp_path: Path) -> None:
    words, recipes = tmp_path / "words.txt", []
    for text in ("one\n", "one\n", "two\n"):
        words.write_text(text)
        assert run("protect", pictures, "-o", "out", "--words", words, "--quiet") == 0
        with Ledger(PrivateFolder(None).ledger) as ledger:
            recipes += [row.recipe for row in ledger.copies()]
    assert recipes[0] == recipes[1] != recipes[2]


@pytest.mark.parametrize("content", [None, b"\xff\xfe\0", "x" * 101])
def test_words_that_cannot_be_read(tmp_path: Path, capfd: pytest.CaptureFixture[str], pictures: Path, content) -> None:
    path = tmp_path / "words.txt"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert run("protect", pictures, "-o", "out", "--words", path) == 2
    complaint = capfd.readouterr().err
    assert complaint.count("\n") == 1
    assert "words" in complaint
    assert "xxx" not in complaint


def test_what_is_not_installed_is_named_with_the_way_to_it(
    pictures: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "find_spec", lambda module: None)
    for option, extra in (("--people", "people"), ("--codes", "codes")):
        assert run("protect", pictures, "-o", "out", option) == 2
        assert f"pip install 'paravent[{extra}]'" in capfd.readouterr().err
    assert run("protect", pictures, "-o", "out", "--preset", "school", "--no-people", "--text", "none", "--no-codes") == 0


def test_an_unknown_detector(pictures: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("protect", pictures, "-o", "out", "--detector", "nobody") == 2
    assert "there is no detector 'nobody'" in capfd.readouterr().err


def test_a_policy_file_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text('people = true\ntext = "all"\ncodes = true\nwords = ["a b"]\ndetectors = ["x"]\n')
    assert load(path) == preset("family").with_options(
        people=True, text="all", codes=True, words=("a b",), detectors=("x",)
    )
    assert "a b" not in repr(load(path))


def test_words_of_a_file_are_told_once_and_trimmed(tmp_path: Path) -> None:
    (tmp_path / "w").write_text("\ufeffone\r\n two \n\none\n", encoding="utf-8")
    assert read_words(tmp_path / "w") == ("one", "two")


@pytest.mark.parametrize(
    "line", ["people = 1", 'text = "some"', "words = [1]", 'codes = "yes"', 'words = ["' + "x" * 101 + '"]']
)
def test_settings_of_another_kind_are_refused(tmp_path: Path, line: str, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p.toml").write_text(line + "\n")
    (tmp_path / "in").mkdir()
    assert run("protect", "in", "-o", "out", "--policy", "p.toml") == 2
    assert capfd.readouterr().err.count("\n") == 1


def test_presets_say_what_they_cover() -> None:
    school, family = preset("school"), Policy()
    assert (school.people, school.text, school.codes) == (True, "identifying", True)
    assert (family.people, family.text, family.codes) == (False, "none", False)


@pytest.mark.slow
def test_a_logo_is_covered_where_it_recurs(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    shown, _quads = crests([(400, 300, 180, 20)])
    Image.fromarray(shown.view(800)).save(folder / "a.png")
    crest().save(tmp_path / "crest.png")
    assert run("protect", folder, "-o", "out", "--logo", "crest.png", "--keep-names") == 0
    assert "1 logo" in capfd.readouterr().out
    (copy,) = (tmp_path / "out").iterdir()
    middle = np.asarray(Image.open(copy).convert("RGB"))[280:320, 380:420]
    assert (middle == Policy().style.color).all()


@pytest.mark.parametrize("content", [None, b"no picture", "face"])
def test_a_logo_that_may_not_be_used(tmp_path: Path, pictures: Path, capfd: pytest.CaptureFixture[str], content) -> None:
    path = tmp_path / "logo.png"
    if content == "face":
        hopper().save(path)
    elif content is not None:
        path.write_bytes(content)
    assert run("protect", pictures, "-o", "out", "--logo", path, "--quiet") == 2
    complaint = capfd.readouterr().err
    assert "logo" in complaint
    assert complaint.count("\n") == 1
    assert list((tmp_path / "out").glob("*")) == []


def test_what_remains_is_not_said_of_what_was_covered() -> None:
    for covered, said in (({"face": 2}, "such as bodies"), ({"face": 1, "person": 1}, "whatever the detectors missed")):
        totals = Totals()
        totals.add(FileReport("a.jpg", Status.PREPARED, output="a.jpg", covered=covered))
        (line,) = [line for line in of_protect(totals, keep_names=False) if line.startswith("What remains")]
        assert said in line
