"""What reads HEIC and film is a package of its own; nothing else is in it, and links go with what they point to."""

from __future__ import annotations

import configparser
import sys
from pathlib import Path

import pytest

import deb

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="packages for Debian")


def test_the_gpl_parts_and_nothing_else_are_moved(tmp_path: Path) -> None:
    home, media = tmp_path / "one" / "paravent", tmp_path / "other" / "paravent"
    for name in (
        "av/x.py",
        "av.libs/libx264.so",
        "av-18.1.0.dist-info/METADATA",
        "pillow_heif/x.py",
        "pillow_heif.libs/libx265.so",
    ):
        put(home / "_internal" / name)
    for name in ("_pillow_heif.cpython-311.so", "PIL/x.so", "pillow.libs/libavif.so", "avatar/x", "paravent_models/x"):
        put(home / "_internal" / name)
    for link, target in (("libx264.so", "av.libs/libx264.so"), ("libavif.so", "pillow.libs/libavif.so")):
        (home / "_internal" / link).symlink_to(target)
    deb.split(home, media)
    moved = {path.name for path in (media / "_internal").iterdir()}
    kept = {path.name for path in (home / "_internal").iterdir()}
    assert moved == {
        *("av", "av.libs", "av-18.1.0.dist-info", "libx264.so"),
        *("pillow_heif", "pillow_heif.libs", "_pillow_heif.cpython-311.so"),
    }
    assert kept == {"PIL", "pillow.libs", "libavif.so", "avatar", "paravent_models"}


def put(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")


def test_the_entry_among_the_programs_starts_the_command(tmp_path: Path) -> None:
    deb.furnish(tmp_path)
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(tmp_path / "usr/share/applications/paravent.desktop", encoding="utf-8")
    assert entry["Desktop Entry"]["Exec"] == "paravent"
    assert (tmp_path / "usr/bin/paravent").readlink() == Path("../lib/paravent/paravent")
    assert b"GPL" in (tmp_path / "usr/share/doc/paravent/copyright").read_bytes()


def test_who_removes_it_is_told_what_stays() -> None:
    assert "~/.local/state/paravent" in deb.REMOVED
