"""What a format is stands at one place, is light to read, and agrees with itself."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import combinations

import pytest

import paravent
from heif_kit import box
from paravent.errors import Held
from paravent.formats import FormatSpec, Media, extras, named, recognise, register, specs
from paravent.inspect.signatures import recognise as kind_of
from paravent.model.deferred import Deferred

PICTURES = ("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1")
VIDEOS = {"isom": "MP4", "mp42": "MP4", "qt  ": "QuickTime", "3gp5": "3GP", "3g2a": "3GP"}


def head(brand: str, *compatible: str) -> bytes:
    return box(b"ftyp", brand.encode(), bytes(4), *(one.encode() for one in (brand, *compatible)))


def deferred(spec: FormatSpec) -> list[Deferred]:
    return [one for one in (spec.open, spec.audit.entries, spec.audit.deep, spec.mark) if isinstance(one, Deferred)]


@pytest.mark.parametrize("spec", specs(), ids=lambda spec: spec.name)
def test_everything_named_is_there(spec: FormatSpec) -> None:
    assert all(callable(one.load()) for one in deferred(spec))
    assert spec.is_video or len(deferred(spec)) >= 2
    assert spec.copy_name in {one.name for one in specs()}
    assert {spec.extra, spec.deep_extra} - {""} <= set(extras.LIBRARIES)
    assert (spec.fidelity is not None) == (spec.copy_name == spec.name and not spec.is_video)


def test_no_ending_belongs_to_two() -> None:
    for one, other in combinations(specs(), 2):
        assert not set(one.all_endings) & set(other.all_endings)


@pytest.mark.parametrize("brand", PICTURES)
def test_pictures_are_pictures_everywhere(brand: str) -> None:
    assert recognise(head(brand)) is named("HEIC")
    assert recognise(head(brand, "avif")) is named("AVIF")
    assert kind_of(head(brand), 0, 64) == "picture"


@pytest.mark.parametrize(("brand", "name"), VIDEOS.items())
def test_videos_are_videos_everywhere(brand: str, name: str) -> None:
    for data in (head(brand), head(brand, "mif1")):
        assert recognise(data) is named(name)
        assert kind_of(data, 0, 64) == "video"


@pytest.mark.parametrize("brand", ["crx ", "jxl "])
def test_other_pictures_are_none_of_ours(brand: str) -> None:
    assert recognise(head(brand)) is None


def test_reading_specifications_loads_no_library() -> None:
    script = """
import sys, types
package = sys.modules["paravent"] = types.ModuleType("paravent")
package.__path__ = sys.argv[1:]  # without what the package itself exports
import paravent.formats
print(sorted({name.split(".")[0] for name in sys.modules} & {"PIL", "numpy", "av", "pillow_heif", "imagecodecs"}))
"""
    command = [sys.executable, "-c", script, *paravent.__path__]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_missing_extra_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(extras.LIBRARIES, "video", "no_such_library")
    with pytest.raises(Held) as held:
        named("AVI").require()
    assert (held.value.code, held.value.params) == ("library-missing", {"format": "AVI", "extra": "video"})


def test_names_are_given_once() -> None:
    with pytest.raises(ValueError, match="PNG"):
        register(replace(named("PNG"), media=frozenset((Media.STILL,))))
