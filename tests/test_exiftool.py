"""Prepared copies through the eyes of exiftool."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from exiftool_kit import surplus
from paravent import protect

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))
import draw_scenes

if not os.environ.get("CI"):
    pytestmark = pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")


def test_the_originals_give_much_away_and_the_copies_nothing(tmp_path):
    originals = [draw_scenes.write(picture, tmp_path / "in", (800, 600)) for picture in draw_scenes.ALBUM]
    assert len(surplus(originals)) > 100
    reports = list(protect(tmp_path / "in", tmp_path / "out", private=tmp_path / "private"))
    copies = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(copies) == len(originals) == len(reports)
    assert surplus(copies) == []
