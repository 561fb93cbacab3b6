"""What `verify --against` says of a film and its original."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import video_kit as kit
import video_running
from paravent.cli import main as cli
from paravent.cli import running
from paravent.verify.verdict import Verdict
from paravent.verify.video.comparing import VideoFile, compare

pytestmark = pytest.mark.slow

_SPEC = kit.Spec(frames=30, sound="stereo", options={"preset": "veryfast", "crf": "18", "bf": "2"})


def compared(copy: Path, original: Path) -> Verdict:
    with copy.open("rb") as new, original.open("rb") as old:
        return compare(VideoFile(new, video_running.name_of(copy)), VideoFile(old, video_running.name_of(original)))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kit.write(tmp_path_factory.mktemp("film") / "film.mp4", _SPEC)


def _copy(source: Path, output: Path, **options: object) -> Path:
    return output / video_running.protect(source, output, **options).output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"sound": "keep"}, ("all 30 frames", "its sound is the original's, packet by packet")),
        ({"sound": "mute"}, ("all 30 frames", "it has no sound, unlike the original")),
        ({"sound": "disguise"}, ("its sound was coded anew",)),
        ({"sound": "keep", "begin": 0.4, "end": 0.8}, ("frames 11 to 20 of the original's 30", "packet by packet")),
        ({"max_size": 160}, ("all 30 frames",)),
    ],
)
def test_a_copy_is_told_with_what_it_kept(
    source: Path, options: dict[str, object], said: tuple[str, ...], tmp_path: Path
) -> None:
    verdict = compared(_copy(source, tmp_path / "out", **options), source)
    assert verdict.ok, verdict.problems
    told = "; ".join(verdict.notes)
    assert all(part in told for part in said), told
    assert "of the picture differs" in told


def test_other_videos_and_other_times_are_problems(source: Path, tmp_path: Path) -> None:
    uneven = [40 * i + 10 * (i % 3) for i in range(30)]
    other = kit.write(tmp_path / "uneven.mp4", kit.Spec(frames=30, pts=uneven))
    assert not compared(other, source).ok
    rng = np.random.default_rng(1)
    noise = [np.kron(rng.integers(0, 255, (24, 32, 3), np.uint8), np.ones((10, 10, 1), np.uint8)) for _ in range(30)]
    strange = kit.write(tmp_path / "strange.mp4", kit.Spec(frames=30, draw=lambda i: noise[i]))
    assert not compared(strange, source).ok
    longer = kit.write(tmp_path / "longer.mp4", kit.Spec(frames=40))
    assert not compared(longer, source).ok
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(source.read_bytes()[:200])
    assert not compared(broken, source).ok


def _command(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(cli.cli, [str(one) for one in arguments], standalone_mode=False)
    return result.return_value, result.output


class Prepared:
    """The film prepared by the command, as users do it."""

    def __init__(self, source: Path, folder: Path) -> None:
        self.originals, self.output = folder / "in", folder / "out"
        self.usual = ("--private", folder / "p", "--workers", "1")
        self.originals.mkdir()
        shutil.copy(source, self.originals / "film.mp4")
        assert _command("protect", self.originals, "-o", self.output, *self.usual)[0] == 0

    def verified(self, *more: str | Path) -> tuple[int, str]:
        return _command("verify", self.output, *more, *self.usual)


def test_the_command_compares_videos(source: Path, tmp_path: Path) -> None:
    prepared = Prepared(source, tmp_path)
    code, said = prepared.verified("--against", prepared.originals)
    assert (code, "all 30 frames" in said, "unchanged since" in said) == (0, True, True), said
    (prepared.originals / "film.mp4").unlink()
    code, said = prepared.verified("--against", prepared.originals)
    assert (code, "its original was not found" in said) == (running.SOME_HELD, True), said


def test_a_copy_that_was_changed_is_looked_at(source: Path, tmp_path: Path) -> None:
    prepared = Prepared(source, tmp_path)
    (copy,) = prepared.output.iterdir()
    shutil.copy(source, copy)
    code, said = prepared.verified()
    assert (code, "our detector finds" in said, "unchanged" in said) == (running.SOME_HELD, True, False), said
