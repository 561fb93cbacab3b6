"""Lettering that identifies is covered whole, at any angle; harmless lettering stays; what was read goes nowhere."""

from __future__ import annotations

import socket
from functools import cache

import numpy as np
import pytest

from detect_kit import Shown
from paravent.detect.base import Context, Detection
from paravent.detect.models import store
from paravent.detect.models.catalogue import TEXT, TEXT_FINDER
from paravent.detect.text import networks as text_models
from paravent.detect.text.detector import Text
from paravent.errors import ModelsMissing
from paravent.model.geometry import Box
from portraits import hopper
from text_kit import NAMES, WORDS, Scene, scene, share_covered

SIZE = (640, 480)


@pytest.fixture(scope="module", autouse=True)
def models() -> None:
    store.install(print, *TEXT)


@cache
def detector(mode: str = "identifying") -> Text:
    return Text(mode, WORDS)


def found(seen: Scene, mode: str = "identifying") -> list[Detection]:
    return detector(mode).find(Shown(seen.pixels), None, seen.context)


@pytest.mark.parametrize("angle", [0, -30, 45, 90, 180])
@pytest.mark.parametrize("sort", ["sign", "plate", "shirt", "tag", "listed", "named"])
def test_what_identifies_is_covered_whole_at_every_angle(sort, angle):
    seen = scene(abs(angle) + 3, sort, letters=24, angle=angle, size=SIZE)
    text = found(seen)
    assert min(share_covered(item, text) for item in seen.items) > 0.99
    assert {one.kind for one in text} == {"plate" if sort == "plate" else "text"}


@pytest.mark.parametrize("seed", range(8))
def test_harmless_text_stays_visible_unless_all_is_covered(seed):
    seen = scene(seed, "harmless", letters=24, angle=[0, 20, 90, 180][seed % 4], size=SIZE)
    assert max(share_covered(item, found(seen)) for item in seen.items) == 0
    assert min(share_covered(item, found(seen, "all")) for item in seen.items) > 0.99


@pytest.mark.parametrize("letters", [9, 12, 60, 110])
def test_small_and_large_letters(letters):
    seen = scene(4, "plate", letters=letters, size=SIZE)
    assert min(share_covered(item, found(seen)) for item in seen.items) > 0.99


@pytest.mark.slow
def test_a_name_tag_that_is_small_in_a_large_picture():
    seen = scene(5, "tag", letters=12, size=(3264, 2448))
    assert min(share_covered(item, found(seen)) for item in seen.items) > 0.99


def test_the_same_words_identify_on_a_person_only():
    worn = scene(3, "shirt", letters=30, size=SIZE)
    assert found(worn)
    assert detector().find(Shown(worn.pixels)) == []


def test_words_and_names_count_only_where_they_are_given():
    listed, named = scene(1, "listed", 24, size=SIZE), scene(1, "named", 24, size=SIZE)
    assert Text("identifying").find(Shown(listed.pixels)) == []
    assert detector().find(Shown(named.pixels)) == []
    assert detector().find(Shown(named.pixels), None, Context(names=NAMES))


def test_only_the_places_asked_for_are_looked_at():
    seen = scene(2, "plate", 30, size=SIZE)
    rows, columns = np.nonzero(seen.items[0].ink)
    there = Box(columns.min() - 20, rows.min() - 20, np.ptp(columns) + 40, np.ptp(rows) + 40)
    assert len(detector().find(Shown(seen.pixels), (there,))) == 1
    assert detector().find(Shown(seen.pixels), (Box(0, 0, 90, 90), Box(-90, 9000, 5, 5))) == []
    assert detector().find(Shown(seen.pixels), ()) == []


@pytest.mark.parametrize("size", [(1, 1), (3, 700), (40, 3)])
def test_tiny_pictures_hold_no_text(size):
    assert detector("all").find(Shown(np.zeros((*size, 3), np.uint8))) == []


def test_a_portrait_holds_no_text_that_identifies():
    assert detector().find(Shown(np.asarray(hopper()))) == []


def test_nothing_that_was_read_is_kept_or_told(capfd, caplog, monkeypatch, tmp_path):
    read: list[str] = []
    original = text_models.TextModels.read

    def listening(self, lines):
        answers = original(self, lines)
        read.extend(text for text, _score in answers)
        return answers

    monkeypatch.setattr(text_models.TextModels, "read", listening)
    monkeypatch.chdir(tmp_path)
    seen = scene(6, "listed", letters=30, size=SIZE)
    one = Text("identifying", WORDS)
    before = {name: repr(value) for name, value in vars(one).items()}
    text = one.find(Shown(seen.pixels), None, seen.context)
    assert read
    assert text
    told = repr(text) + "".join(capfd.readouterr()) + caplog.text
    assert not any(word in told for line in read for word in [line, *line.split()] if len(word) > 2)
    assert {name: repr(value) for name, value in vars(one).items()} == before
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_fetched_once_the_models_are_there(monkeypatch):
    def refused(*_args, **_kwargs):
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket, "socket", refused)
    Text("identifying")


@pytest.mark.parametrize("change", ["missing", "other"])
def test_missing_or_other_weights_are_refused(change, monkeypatch, tmp_path):
    monkeypatch.setattr(store, "PACKAGE", "paravent_models_not_there")
    monkeypatch.setenv("PARAVENT_MODELS", str(tmp_path))
    if change == "other":
        (tmp_path / store.identity(TEXT_FINDER)).write_bytes(b"something else")
    with pytest.raises(ModelsMissing):
        Text("all")
