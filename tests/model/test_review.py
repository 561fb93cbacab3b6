"""What a human decided: read strictly, kept, merged with what is found later, and ended when its time is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from paravent.engine.found_again import with_found, with_tracks
from paravent.errors import UsageProblem
from paravent.model import schema
from paravent.model.decision import Course, VideoChoice
from paravent.model.geometry import Box, Ellipse, Polygon
from paravent.model.keyframes import STAYS, KeyFrame, move_at, moved
from paravent.model.review import Permission, Review, ReviewItem, end_of_school_year
from paravent.model.review_body import ReviewBody
from paravent.state.bodies import ProposalBody
from paravent.state.reviews import Conflict, Recent, ReviewStore

TODAY = date(2026, 11, 22)
FACE = ReviewItem("f0", Ellipse(100, 100, 30, 40, 12.5), 0, "face", "found")
OTHER = ReviewItem("f1", Ellipse(400, 100, 30, 40), 0, "face", "found", doubtful=True)
DRAWN = ReviewItem("d1", Polygon(((0, 0), (9.5, 0), (9, 9.25))), 0, "drawn", "drawn", style="solid")
PERMITTED = replace(FACE, visible=Permission("child-authorised", "12", TODAY + timedelta(days=3)))


MOVED = replace(DRAWN, course=Course(0, 20), keys=(KeyFrame(2, STAYS), KeyFrame(9, (3.25, -4, 1.5, 0.5))))
WHOLE = Review(3, "publish", True, "aa", (MOVED,), VideoChoice((4, 18), "disguise"))


@pytest.fixture
def store(tmp_path: Path) -> ReviewStore:
    return ReviewStore(tmp_path / "reviews.sqlite")


def reread(whole: Review) -> Review:
    return schema.read_text(ReviewBody, schema.text(ReviewBody.of(whole))).review()


def test_what_is_decided_about_a_video_is_kept_and_reaches_the_pipeline(store: ReviewStore) -> None:
    store.save("k", replace(WHOLE, version=0))
    kept = store.find("k")
    assert kept is not None
    assert (kept.items, kept.video) == (WHOLE.items, WHOLE.video)
    decision = kept.decision(1, moving=True)
    assert decision.video == WHOLE.video
    assert [(one.keys, one.style) for one in decision.regions] == [(MOVED.keys, "solid")]


def test_a_decision_without_key_frames_and_choices_reads_as_it_always_did() -> None:
    plain = schema.plain(ReviewBody.of(decided(FACE, DRAWN)))
    assert set(plain) == {"version", "outcome", "accepted", "recipe", "places"}
    assert all("keys" not in place for place in plain["places"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"video": {"part": [5, 5], "sound": None}},
        {"video": {"part": None, "sound": "loud"}},
        {"keys": [[3, 0, 0, 1, 1], [3, 0, 0, 1, 1]]},
        {"keys": [[3, 0, 0, 0, 1]]},
    ],
)
def test_nonsense_about_a_video_is_refused(wrong: dict[str, object]) -> None:
    body = schema.plain(ReviewBody.of(WHOLE))
    place = body["places"][0]
    fresh = body | wrong if "video" in wrong else body | {"places": [place | wrong]}
    assert schema.read(ReviewBody, body).review() == WHOLE
    with pytest.raises(ValueError, match=r"\w"):
        schema.read(ReviewBody, fresh)


def test_a_place_goes_evenly_between_its_key_frames() -> None:
    keys = (KeyFrame(2, STAYS), KeyFrame(12, (20, -10, 2, 1)))
    assert move_at((), 5) == move_at(keys, 0) == move_at(keys, 2) == STAYS
    assert move_at(keys, 7) == (10, -5, 1.5, 1)
    assert move_at(keys, 12) == move_at(keys, 99) == (20, -10, 2, 1)
    assert moved(Ellipse(50, 40, 10, 5), (20, -10, 2, 1)) == Ellipse(70, 30, 20, 5)
    assert moved(Polygon(((0, 0), (4, 0), (4, 2), (0, 2))), (1, 1, 2, 1)) == Polygon(((-1, 1), (7, 1), (7, 3), (-1, 3)))


def decided(*items: ReviewItem) -> Review:
    return Review(0, "publish", True, "aa", items)


def test_what_is_written_is_read() -> None:
    whole = Review(3, "private", True, "ab12", (PERMITTED, OTHER, DRAWN))
    assert reread(whole) == whole


def _track(number: int, first: int, stop: int, x: float = 100) -> ReviewItem:
    marks = ((first, Box(x, 50, 40, 40)), (stop - 1, Box(x + 20, 50, 40, 40)))
    return ReviewItem(f"f{number}", Ellipse(x, 70, 30, 30), 0, "face", "found", course=Course(first, stop, marks))


def test_places_of_videos_are_read_as_written() -> None:
    drawn = replace(DRAWN, course=Course(10, 20))
    whole = Review(1, "publish", False, "ab", (_track(0, 3, 40), drawn))
    assert reread(whole) == whole
    body = schema.plain(ReviewBody.of(whole))
    for item in body["places"]:
        del item["course"]  # as earlier versions wrote it
    assert [item.course for item in schema.read(ReviewBody, body).review().items] == [None, None]


@pytest.mark.parametrize(
    "course",
    [
        {"first": 5, "stop": 5, "marks": []},
        {"first": -1, "stop": 5, "marks": []},
        {"first": 0, "stop": 5},
        {"first": 0, "stop": 5, "marks": [[0, [1, 2, 3]]]},
        {"first": 0, "stop": 5, "marks": [[0, [1, 2, 3, 4]]] * 9},
        {"first": 0, "stop": 5, "marks": [["0", [1, 2, 3, 4]]]},
        {"first": 0, "stop": 5, "marks": [[1, [1, 2, 3, 4]], [1, [1, 2, 3, 4]]]},
        [0, 5],
    ],
)
def test_a_course_out_of_place_is_refused(course: object) -> None:
    body = schema.plain(ReviewBody.of(Review(items=(_track(0, 3, 40),))))
    body["places"][0]["course"] = course
    with pytest.raises(ValueError, match=r"."):
        schema.read(ReviewBody, body)


def test_of_a_video_the_pipeline_is_told_what_is_visible_and_what_was_drawn() -> None:
    permitted = replace(_track(1, 0, 30), visible=PERMITTED.visible)
    decision = decided(_track(0, 3, 40), permitted, replace(DRAWN, course=Course(10, 20))).decision(1, moving=False)
    assert [one.course for one in decision.regions] == [Course(10, 20)]
    assert [one.course for one in decision.visible] == [permitted.course]


def test_tracks_are_known_again_by_time_and_place() -> None:
    kept = Review(2, "publish", True, "", (replace(_track(0, 3, 40), visible=PERMITTED.visible),))
    found = [_track(0, 4, 42, 103), _track(1, 3, 40, 300), _track(2, 60, 90)]
    first = with_tracks(kept, found, "ab")
    assert [(item.id, item.visible is None, item.asked) for item in first.items] == [
        ("f0", False, False),
        ("f1", True, False),
        ("f2", True, False),
    ]
    assert first.accepted
    other = with_found(first, [*found, _track(3, 100, 120)], "cd")
    assert [(item.id, item.asked) for item in other.items][3:] == [("f3", True)]
    assert not other.accepted


def test_the_pipeline_is_told_what_is_covered_and_what_stays() -> None:
    decision = decided(PERMITTED, OTHER, DRAWN).decision(1, moving=False)
    assert [(one.shape, one.style) for one in decision.regions] == [(OTHER.shape, ""), (DRAWN.shape, "solid")]
    assert [(one.shape, one.reason, one.form) for one in decision.visible] == [(FACE.shape, "child-authorised", "12")]


def test_in_an_animation_every_frame_is_covered() -> None:
    decision = decided(FACE, PERMITTED).decision(3, moving=True)
    assert [one.page for one in decision.regions] == [0, 1, 2]
    assert [one.page for one in decision.visible] == [0, 1, 2]


@pytest.mark.parametrize(
    ("today", "end"),
    [
        (date(2026, 9, 1), date(2027, 8, 31)),
        (date(2026, 8, 31), date(2026, 8, 31)),
        (date(2027, 1, 5), date(2027, 8, 31)),
    ],
)
def test_a_permission_holds_until_the_end_of_the_school_year(today: date, end: date) -> None:
    assert end_of_school_year(today) == end


def test_a_permission_ends() -> None:
    kept = decided(PERMITTED, OTHER)
    assert kept.on(TODAY + timedelta(days=3)) == kept
    later = kept.on(TODAY + timedelta(days=4))
    assert later.items[0].visible is None
    assert not later.accepted
    assert later.asks


def test_a_new_policy_asks_where_something_is_new_and_only_there() -> None:
    kept = decided(PERMITTED, OTHER)
    nudged = replace(FACE, shape=Ellipse(103, 98, 32, 44))
    assert with_found(kept, (FACE, OTHER), "aa") == kept
    same = with_found(kept, (nudged, OTHER), "bb")
    assert same.accepted
    assert same.items == kept.items
    sign = ReviewItem("f0", Ellipse(700, 500, 50, 20), 0, "text", "found")
    more = with_found(kept, (nudged, sign), "bb")
    assert not more.accepted
    assert [item.asked for item in more.items] == [False, False, True]
    assert len({item.id for item in more.items}) == 3
    assert more.items[2].visible is None


def test_versions_count_and_nobody_overwrites_unseen(store: ReviewStore) -> None:
    first = store.save("k", decided(FACE))
    assert first.version == 1
    second = store.save("k", replace(first, outcome="private"))
    with pytest.raises(Conflict) as conflict:
        store.save("k", replace(first, outcome="no-post"))
    assert conflict.value.current == second
    assert store.find("k") == second


def test_decisions_are_found_by_the_bytes_wherever_they_lie(store: ReviewStore, tmp_path: Path) -> None:
    store.remember("/somewhere/a.jpg", 10, 5, "k")
    store.save("k", decided(FACE))
    assert store.recognise("/somewhere/a.jpg", 10, 5) == "k"
    assert store.recognise("/somewhere/a.jpg", 10, 6) is None
    store.close()
    with ReviewStore(tmp_path / "reviews.sqlite") as again:
        found = again.find("k")
        assert found is not None
        assert found.items == (FACE,)


def test_what_was_found_is_kept_for_one_recipe(store: ReviewStore) -> None:
    first, second = (ProposalBody(name, 1, 2, 1, False, False, (), ()) for name in ("PNG", "GIF"))
    store.keep_proposal("k", "aa", first)
    store.keep_proposal("k", "bb", second)
    assert store.find_proposal("k", "aa") is None
    assert store.find_proposal("k", "bb") == second


def test_a_form_that_is_withdrawn_covers_again_and_names_its_copies(store: ReviewStore) -> None:
    other = replace(OTHER, visible=Permission("adult-agreed", "13", TODAY))
    for key, items in {"k": (PERMITTED, other), "l": (other,)}.items():
        store.published(key, f"copy of {key}", store.save(key, decided(*items)))
    assert store.relying("12") == {"copy of k"}
    assert store.relying("13") == {"copy of k", "copy of l"}
    store.withdraw("12")
    found = store.find("k")
    assert found is not None
    assert [item.visible is None for item in found.items] == [True, False]
    assert not found.accepted
    untouched = store.find("l")
    assert untouched is not None
    assert untouched.accepted
    assert store.relying("12") == {"copy of k"}, "the copy may still be there"
    assert list(store.withdrawn()) == ["12"]
    store.withdraw("99")
    assert list(store.withdrawn()) == ["12"], "a number that nobody knows may be a slip"


def test_what_another_program_decides_is_noticed(store: ReviewStore, tmp_path: Path) -> None:
    before = store.changes()
    store.save("k", decided(FACE))
    assert store.changes() == before, "what was written here is known here"
    with ReviewStore(tmp_path / "reviews.sqlite") as other:
        assert store.changes() == before, "looking is no change"
        other.save("l", decided(PERMITTED))
    assert store.changes() != before
    assert store.decided_since(0) == {"k", "l"}


def test_who_looked_is_kept_for_what_was_found_then(store: ReviewStore) -> None:
    store.look_at("k", "aa")
    store.look_at("k", "aa")
    assert store.looked_at("k", "aa")
    assert not store.looked_at("k", "bb")


def test_copies_whose_permission_has_ended_are_known(store: ReviewStore) -> None:
    store.published("k", "copy", decided(PERMITTED))
    assert store.lapsed(TODAY + timedelta(days=3)) == set()
    assert store.lapsed(TODAY + timedelta(days=4)) == {"copy"}
    store.published("k", "copy", decided(FACE))
    assert store.lapsed(TODAY + timedelta(days=4)) == set()


def test_forgetting_leaves_no_byte(store: ReviewStore, tmp_path: Path) -> None:
    store.remember("/pictures/holiday/a.jpg", 1, 1, "f" * 64)
    store.save("f" * 64, decided(PERMITTED))
    store.opened(Recent("/pictures/holiday", "/ready", "family"))
    store.look_at("f" * 64, "aa")
    assert store.forget(Path("/elsewhere")) == 0
    assert store.forget(Path("/pictures")) == 1
    assert store.find("f" * 64) is None
    assert store.recent() == []
    store.close()
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in (b"holiday", b"f" * 64, b"child-authorised"):
        assert secret not in left


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "reviews.sqlite").write_bytes(b"no database" * 500)
    with pytest.raises(UsageProblem, match="damaged"):
        ReviewStore(tmp_path / "reviews.sqlite")


def test_the_file_is_private(store: ReviewStore, tmp_path: Path) -> None:
    assert (tmp_path / "reviews.sqlite").stat().st_mode & 0o077 == 0
