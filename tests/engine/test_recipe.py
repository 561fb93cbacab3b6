"""The recipe: what copies depend on, and that their bytes do not change without its revision."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import fields, replace
from pathlib import Path

import pytest

import paravent
from known_copies import ADVICE, DIGESTS, digests, libraries, picture
from paravent.detect.models import store
from paravent.engine import recipe
from paravent.model.policy import Policy
from paravent.model.style import Style

KEY = b"k" * 32
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


def test_bytes_of_copies_do_not_change_without_the_revision() -> None:
    kept = json.loads(DIGESTS.read_text())
    if kept["libraries"] != libraries():
        pytest.skip("other libraries wrote the digests that are kept")
    made = digests()
    changed = [name for name, digest in made.items() if kept["digests"].get(name) != digest]
    assert kept["revision"] == recipe.PIPELINE_REVISION, f"the revision was raised; {ADVICE}"
    assert not changed, (
        f"other bytes than before: {changed}. If that is meant, raise PIPELINE_REVISION in engine/recipe.py, so that"
        f" copies are made anew, and {ADVICE}"
    )


@pytest.mark.slow
def test_copies_of_an_earlier_recipe_are_made_once_more_and_found_to_be_there(tmp_path: Path) -> None:
    store.install(lambda _: None)
    (tmp_path / "in").mkdir()
    picture().save(tmp_path / "in" / "IMG_0001.png")

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
