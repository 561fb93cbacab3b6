"""Prepared copies through the eyes of exiftool."""

import pytest

import draw_scenes
import video_kit
from exiftool_kit import surplus
from paravent import Policy, protect
from paravent.model.report import Status

pytestmark = [pytest.mark.exiftool, pytest.mark.slow]


def test_the_originals_give_much_away_and_the_copies_nothing(tmp_path):
    originals = [draw_scenes.write(picture, tmp_path / "in", (800, 600)) for picture in draw_scenes.ALBUM]
    assert len(surplus(originals)) > 100
    reports = list(protect(tmp_path / "in", tmp_path / "out", private=tmp_path / "private"))
    copies = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(copies) == len(originals) == len(reports)
    assert surplus(copies) == []


@pytest.mark.parametrize("sound", ["mute", "keep"])
def test_a_video_says_how_it_is_stored_and_nothing_else(tmp_path, sound):
    (tmp_path / "in").mkdir()
    video_kit.write(tmp_path / "in" / "film.mp4", video_kit.Spec(frames=6, sound="mono"))
    policy = Policy().with_options(sound=sound)
    (report,) = protect(tmp_path / "in", tmp_path / "out", policy=policy, private=tmp_path / "private")
    assert report.status is Status.PREPARED, report
    copies = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(copies) == 1
    assert surplus(copies) == []
