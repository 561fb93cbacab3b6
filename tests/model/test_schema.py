"""What crosses borders: described once, read strictly, and no generated file is older than its description."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

import schema as generated
from paravent.model import schema
from paravent.model.review_body import ReviewBody
from paravent.state.bodies import CoveredBody, ProposalBody
from paravent.web.review import payloads
from paravent.web.review.payloads import CoveredView, Opening

PLACE: dict[str, Any] = {
    "id": "f0",
    "shape": {"ellipse": [10, 10, 5, 5, 0]},
    "page": 0,
    "kind": "face",
    "origin": "found",
    "style": None,
    "visible": {"reason": "other", "form": "12", "until": "2027-08-31"},
    "doubtful": False,
    "asked": False,
    "course": None,
}
REVIEW: dict[str, Any] = {"version": 0, "outcome": "", "accepted": False, "recipe": "", "places": [PLACE]}
LOOK: dict[str, Any] = {
    "format": "MP4",
    "width": 3,
    "height": 4,
    "pages": 1,
    "moving": False,
    "film": True,
    "findings": [["time", "MP4", 1, "", 0]],
    "places": [PLACE],
    "followed": {"frames": 9, "clock": [[0, 0.0]], "paths": [[[0, [1.0, 2.0, 3.0, 4.0]]]], "lost": [None]},
}
COVERED: dict[str, Any] = {"ellipse": [1.5, 2, 3, 4, 5], "kind": "face", "doubtful": True, "page": 0}
FRAME: dict[str, Any] = {"places": [{"shape": {"ellipse": [10, 10, 5, 5, 0]}, "kind": "face", "style": None}]}
OPENING: dict[str, Any] = {
    **{name: f"/{name}" for name in ("pictures", "output", "private")},
    "preset": "family",
    "choices": None,
    "only": [],
}


def test_generated_files_are_what_their_descriptions_give() -> None:
    assert list(generated.stale()) == []


def test_a_file_that_is_out_of_date_is_named(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generated, "ROOT", tmp_path)
    generated.main([])
    assert list(generated.stale()) == []
    (tmp_path / "docs" / "schema" / "state.json").write_text("{}")
    with pytest.raises(SystemExit, match=r"state\.json"):
        generated.main(["--check"])


@pytest.mark.parametrize(
    ("kind", "body"),
    [(ReviewBody, REVIEW), (ProposalBody, LOOK), (CoveredBody, COVERED), (CoveredView, FRAME), (Opening, OPENING)],
)
def test_what_is_described_is_read_and_written_alike(kind: type, body: dict[str, Any]) -> None:
    assert json.loads(schema.text(schema.read_text(kind, json.dumps(body)))) == body
    with pytest.raises(ValueError, match="unknown field"):
        schema.read(kind, {**body, "more": 1})
    for name in body:
        if name not in ("followed", "ellipse"):
            with pytest.raises(ValueError, match="missing"):
                schema.read(kind, {key: value for key, value in body.items() if key != name})


NUMBERS = [float("nan"), float("inf"), 10**400, 1e7, "1", True, None, [1]]


@pytest.mark.parametrize(
    ("where", "values"),
    [
        (("version",), [-1, 1 << 41, 1.0, True, "0", None]),
        (("outcome",), ["post", 1, None]),
        (("accepted",), [0, 1, "true", None]),
        (("recipe",), ["x", "A", "a" * 65, "aa\n", None]),
        (("places",), [[PLACE, PLACE], [PLACE] * 2_001, {}, None, "f0"]),
        (("places", 0, "id"), ["", "F", "a b", "a" * 41, "f0\n", 1]),
        (("places", 0, "shape"), [{}, None, [], {"box": [1, 2, 3, 4]}]),
        (("places", 0, "shape"), [{"ellipse": [10, 10, 5, 5, 0], "polygon": [[0, 0], [1, 0], [1, 1]]}]),
        (("places", 0, "shape"), [{"polygon": [[0, 0]] * count} for count in (0, 2, 501)]),
        (("places", 0, "shape"), [{"polygon": [[0, 0], [1, 0], one]} for one in ([1], [1, 2, 3], "12", [1, None])]),
        (("places", 0, "shape", "ellipse"), [[1, 2, 3, 4], [1, 2, 3, 4, 5, 6], "12345", None]),
        (("places", 0, "shape", "ellipse", 0), NUMBERS),
        (("places", 0, "shape", "ellipse", 2), [*NUMBERS, 0, -1]),
        (("places", 0, "page"), [-1, 100_001, 0.0, False]),
        (("places", 0, "kind"), ["", "Face", "a" * 21, "face\n"]),
        (("places", 0, "origin"), ["", "guessed", None]),
        (("places", 0, "style"), ["", "blur", 1]),
        (("places", 0, "visible"), [{}, True, {"reason": "other", "form": "12"}]),
        (("places", 0, "visible", "reason"), ["", "because", None]),
        (("places", 0, "visible", "form"), ["Mia", "12 b", "1" * 21, "12\n", "Mia-Lea1", None]),
        (("places", 0, "visible", "until"), ["", "tomorrow", "2027-02-30", 20270831, None]),
        (("places", 0, "doubtful"), [0, None]),
        (("places", 0, "course"), [{}, [0, 5], {"first": 5, "stop": 5, "marks": []}]),
    ],
)
def test_a_decision_out_of_place_is_refused(where: tuple[str | int, ...], values: list[object]) -> None:
    for value in values:
        body = copy.deepcopy(REVIEW)
        inner: Any = body
        for step in where[:-1]:
            inner = inner[step]
        inner[where[-1]] = value
        with pytest.raises(ValueError, match=r"."):
            schema.read(ReviewBody, body)


@pytest.mark.parametrize("form", ["", "12", "F-3", "A/12.b-7", "12345678901234567890"])
def test_numbers_of_forms_are_taken(form: str) -> None:
    body = copy.deepcopy(REVIEW)
    body["places"][0]["visible"]["form"] = form
    visible = schema.read(ReviewBody, body).review().items[0].visible
    assert visible is not None
    assert visible.form == form


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "NaN", "1e999", "[" * 100_000, '{"version": 1}', b"\xff\xfe", b"\x00" * 20]
)
def test_what_is_no_json_of_that_kind_is_refused(text: str | bytes) -> None:
    for kind in (ReviewBody, ProposalBody, CoveredBody, Opening):
        with pytest.raises(ValueError, match=r"."):
            schema.read_text(kind, text)


def test_names_that_are_no_text_cross_in_ascii() -> None:
    odd = "/pictures/\udcff.jpg"
    told = schema.text(payloads.RecentFolder(odd, "é", "", "family", None))
    assert told.isascii()
    assert schema.read_text(payloads.RecentFolder, told).folder == odd
