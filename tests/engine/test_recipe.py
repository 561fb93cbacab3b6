"""The recipe: what copies depend on, and that their bytes do not change without its revision."""

from __future__ import annotations

import hashlib
import json
import platform
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import paravent
from paravent.detect.models import store
from paravent.engine import recipe
from paravent.formats import HEAD, recognise
from paravent.formats.marks import marked, packet
from paravent.model.geometry import Ellipse, Region
from paravent.model.limits import StillLimits
from paravent.model.policy import Policy, preset
from paravent.model.style import STYLES, Style
from paravent.pipeline.still import covered_by

KEY = b"k" * 32
DIGESTS = Path(__file__).with_name("recipe_digests.json")
# Fields on which a copy's bytes do not depend.
OF_THE_NAME = {"name", "keep_names"}
OTHERS = {
    "people": True,
    "text": "all",
    "words": ("Emma",),
    "codes": True,
    "logos": (b"logo",),
    "detectors": ("toy",),
    "margin": 1.5,
    "doubt": "wait",
    "style": Style("solid"),
    "max_size": 100,
    "reencode": True,
    "rounds": 2,
    "ask_no_ai": True,
    "credit": "Emma",
    "convert": "jpeg",
    "sound": "keep",
    "recheck": 2,
    "keep_subtitles": True,
    "salvage": True,
    "begin": 1.0,
    "end": 2.0,
}


@pytest.fixture(autouse=True)
def _known_detectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipe.registry, "identity", lambda policy: "detectors")


def test_every_field_of_a_policy_is_in_the_recipe_or_of_no_account() -> None:
    assert set(OTHERS) | OF_THE_NAME == {field.name for field in fields(Policy)}
    usual = recipe.recipe_of(Policy(), KEY)
    for name, value in OTHERS.items():
        assert recipe.recipe_of(replace(Policy(), **{name: value}), KEY) != usual, name
    assert recipe.recipe_of(replace(Policy(), name="other", keep_names=True), KEY) == usual
    assert recipe.recipe_of(Policy(), b"o" * 32) != usual


def test_nothing_secret_stands_in_it_and_what_is_not_used_does_not_either() -> None:
    written = recipe.canonical(recipe.recipe(replace(Policy(), words=("Emma",), logos=(b"crest",)), KEY))
    assert b"Emma" not in written
    assert b"crest" not in written
    assert recipe.canonical(recipe.recipe(Policy(), KEY)) == (
        b'{"detectors":"detectors","policy":{"colour":[96,96,96],"doubt":"cover","margin":1.36,"recheck":1,"rounds":6,'
        b'"sound":"mute","sticker":"circle","style":"veil"},"revision":%d}' % recipe.PIPELINE_REVISION
    )


def _picture(mode: str = "RGB") -> Image.Image:
    y, x = np.mgrid[:72, :96]
    colours = np.stack([(2 * x + y) % 256, (x * y // 16) % 256, 255 - 2 * y], axis=2).astype(np.uint8)
    return Image.fromarray(colours).convert(mode)


def _saved(form: str, **options: object) -> bytes:
    stream = BytesIO()
    _picture("P" if form == "GIF" else "RGB").save(stream, form, **options)
    return stream.getvalue()


SOURCES: dict[str, Callable[[], bytes]] = {
    "JPEG": lambda: _saved("JPEG", quality=90),
    "PNG": lambda: _saved("PNG"),
    "WebP": lambda: _saved("WEBP", quality=80),
    "WebP lossless": lambda: _saved("WEBP", lossless=True),
    "GIF": lambda: _saved("GIF"),
    "TIFF": lambda: _saved("TIFF"),
    "BMP": lambda: _saved("BMP"),
    "JP2": lambda: _saved("JPEG2000"),
    "AVIF": lambda: _saved("AVIF", quality=80),
}
POLICIES = {style: replace(Policy(), style=Style(style)) for style in STYLES} | {
    "smaller": preset("family").with_options(max_size=48),
    "coded anew": preset("family").with_options(reencode=True),
    "asking": preset("family").with_options(ask_no_ai=True, credit="A. Photographer"),
}
REGIONS = [Region(Ellipse(48, 36, 14, 18)), Region(Ellipse(20, 20, 8, 8, 30))]


def digests() -> dict[str, str]:
    """Of the bytes of known copies, by format and style."""
    made = {}
    for name, source in SOURCES.items():
        data = source()
        spec = recognise(data[:HEAD])
        assert spec is not None
        for how, policy in POLICIES.items():
            opened = spec.open(data, StillLimits())
            draft = marked(
                covered_by(opened, REGIONS, policy).draft(), packet(ask_no_ai=policy.ask_no_ai, credit=policy.credit)
            )
            made[f"{name}, {how}"] = hashlib.sha256(draft.data).hexdigest()
    return made


def libraries() -> dict[str, str]:
    """What encodes; other versions may write other bytes, which raises no revision."""
    named = ("pillow", "simplejpeg", "jpeglib", "numpy", "pillow-heif", "imagecodecs")
    return {name: version(name) for name in named} | {"machine": platform.machine()}


def test_bytes_of_copies_do_not_change_without_the_revision() -> None:
    kept = json.loads(DIGESTS.read_text())
    if kept["libraries"] != libraries():
        pytest.skip("other libraries wrote the digests that are kept")
    made = digests()
    changed = [name for name, digest in made.items() if kept["digests"].get(name) != digest]
    advice = f"write the new digests down: python tests/engine/{Path(__file__).name}"
    assert kept["revision"] == recipe.PIPELINE_REVISION, f"the revision was raised; {advice}"
    assert not changed, (
        f"other bytes than before: {changed}. If that is meant, raise PIPELINE_REVISION in engine/recipe.py, so that"
        f" copies are made anew, and {advice}"
    )


def test_copies_of_an_earlier_recipe_are_made_once_more_and_found_to_be_there(tmp_path: Path) -> None:
    store.install(lambda _: None)
    (tmp_path / "in").mkdir()
    _picture().save(tmp_path / "in" / "IMG_0001.png")

    def statuses() -> list[str]:
        run = paravent.protect(tmp_path / "in", tmp_path / "out", private=tmp_path / "private", workers=1)
        return [report.status.value for report in run]

    assert statuses() == ["prepared"]
    copy = tmp_path / "out" / "IMG_0001.png"
    before = copy.read_bytes(), copy.stat().st_mtime_ns
    ledger = sqlite3.connect(tmp_path / "private" / "ledger.sqlite")
    ((current,),) = ledger.execute("SELECT recipe FROM copies").fetchall()
    ledger.execute("UPDATE copies SET recipe = ?", (hashlib.sha256(b"as 0.1.0 made it").hexdigest(),))
    ledger.commit()
    assert statuses() == ["already-prepared"]
    assert (copy.read_bytes(), copy.stat().st_mtime_ns) == before
    assert ledger.execute("SELECT recipe FROM copies").fetchall() == [(current,)]
    ledger.close()


def main() -> None:
    """Write the digests down, unless bytes changed and the revision did not."""
    made = {"revision": recipe.PIPELINE_REVISION, "libraries": libraries(), "digests": digests()}
    if DIGESTS.exists():
        kept = json.loads(DIGESTS.read_text())
        same = kept["libraries"] == made["libraries"] and kept["revision"] == made["revision"]
        if same and any(made["digests"].get(name) != digest for name, digest in kept["digests"].items()):
            sys.exit("The bytes changed: raise PIPELINE_REVISION in engine/recipe.py first.")
    DIGESTS.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
