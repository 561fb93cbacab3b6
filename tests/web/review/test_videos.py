"""Films on the review page's server: looked through once, shown at any time, decided by track, to the copy on disk."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import video_kit as kit
import video_running
from paravent.errors import Held
from paravent.video.showing import OpenVideo
from web_kit import Server, drawn_place, serving

pytestmark = pytest.mark.slow

FRAMES = 30
VISIBLE = {"reason": "adult-agreed", "form": "12", "until": "2999-08-31"}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    (folder / "in").mkdir()
    kit.write_pair(folder / "in" / "a.mp4", FRAMES)
    (folder / "in" / "b.mp4").write_bytes((folder / "in" / "a.mp4").read_bytes() + kit.box(b"free", b"other"))
    kit.write(folder / "in" / "c.mp4", kit.Spec(frames=6, face=False))
    return folder


@pytest.fixture(scope="module")
def server(scene: Path) -> Iterator[Server]:
    with serving(scene, scene / "in", scene / "out") as running:
        running.looked()
        yield running


def followed(server: Server, number: int) -> dict[str, Any]:
    return server.until(lambda told: told["ready"], f"/api/pictures/{number}/video")


def frame(server: Server, number: int, milliseconds: int, longest: int = 480) -> np.ndarray:
    answer = server.ask("GET", f"/api/pictures/{number}/frame?at={milliseconds}&longest={longest}")
    assert answer.status == 200
    with Image.open(io.BytesIO(answer.body)) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def left_and_right(server: Server, number: int) -> tuple[str, str]:
    tracks = sorted(followed(server, number)["tracks"], key=lambda track: track["path"][0][1][0])
    return tracks[0]["place"], tracks[1]["place"]


def accepted(server: Server, number: int, **changes: Any) -> dict[str, Any]:
    review = server.picture(number)["review"] | changes
    answer = server.ask("POST", f"/api/pictures/{number}/accept", review)
    assert answer.status == 200, answer.body
    return server.settled(number)


def with_visible(server: Server, number: int, item: str) -> list[dict[str, Any]]:
    items = server.picture(number)["review"]["places"]
    return [one | {"visible": VISIBLE} if one["id"] == item else one for one in items]


def test_a_video_is_looked_through_when_it_is_opened_and_once(server: Server) -> None:
    assert server.picture(0)["followed"] is False
    assert server.picture(0)["review"]["places"] == []
    assert server.ask("GET", "/api/pictures/0/video").json["ready"] is False
    told = followed(server, 0)
    assert (told["frames"], told["clock"]) == (FRAMES, [[0, 0.0], [FRAMES, FRAMES / kit.RATE]])
    picture = server.picture(0)
    assert (picture["followed"], picture["following"], len(picture["review"]["places"])) == (True, False, 2)
    assert {track["place"] for track in told["tracks"]} == {item["id"] for item in picture["review"]["places"]}
    assert server.ask("GET", "/api/pictures/0/video").json["ready"] is True


def test_a_picture_is_no_video(server: Server) -> None:
    assert server.ask("GET", "/api/pictures/99/video").status == 404


def test_frames_are_shown_at_the_times_asked_for(server: Server, scene: Path) -> None:
    for index in (0, 20, 5, 29, 28, 1):
        shown = frame(server, 0, index * 40)
        differences = [np.abs(shown - kit.pair(other)).mean() for other in range(FRAMES)]
        assert int(np.argmin(differences)) == index
    assert frame(server, 0, 400, 120).shape == (60, 120, 3)
    assert np.abs(frame(server, 0, 10_000_000) - kit.pair(FRAMES - 1)).mean() < 4
    for asked in ("at=-1&longest=100", "at=1", "longest=100", "at=x&longest=1", "at=1e3&longest=1"):
        assert server.ask("GET", f"/api/pictures/0/frame?{asked}").status == 400


def test_a_frame_is_shown_as_it_will_be(server: Server) -> None:
    x, y = kit.PAIR[0][0] + 20, kit.PAIR[0][1]
    body = {"places": [{"shape": {"ellipse": [x, y, 60, 70, 0]}, "kind": "face", "style": None}]}
    answer = server.ask("POST", "/api/pictures/0/covered?at=800&longest=480", body)
    assert answer.status == 200
    with Image.open(io.BytesIO(answer.body)) as image:
        shown = np.asarray(image.convert("RGB")).astype(int)
    before = frame(server, 0, 800)
    face, other = np.s_[y - 15 : y + 15, x - 15 : x + 15], np.s_[:, 300:]
    assert np.abs(shown[face] - before[face]).mean() > 15
    assert np.abs(shown[other] - before[other]).mean() < 3
    for wrong in (
        {"places": 1},
        {"places": [{"shape": {}, "kind": "face", "style": None}]},
        {"places": body["places"] * 2_001},
        {},
    ):
        assert server.ask("POST", "/api/pictures/0/covered?at=0&longest=480", wrong).status == 400


def test_a_save_of_a_page_that_knew_no_tracks_loses_none(server: Server) -> None:
    items = server.picture(0)["review"]["places"]
    empty = server.picture(0)["review"] | {"places": []}
    saved = server.ask("PUT", "/api/pictures/0/review", empty).json["review"]
    assert [item["course"] for item in saved["places"]] == [item["course"] for item in items]


def test_a_track_left_visible_reaches_the_copy_and_is_there_after_a_restart(scene: Path, server: Server) -> None:
    left, _ = left_and_right(server, 0)
    done = accepted(server, 0, outcome="publish", places=with_visible(server, 0, left))
    assert (done["state"], done["held"]) == ("ready", "")
    copy = Path(done["copy"])
    assert copy.parent == scene / "out"
    assert max(kit.changes(scene / "in" / "a.mp4", copy, kit.PAIR[0])) < 6
    assert min(kit.changes(scene / "in" / "a.mp4", copy, kit.PAIR[1])) > 15
    before = copy.stat().st_mtime_ns

    with serving(scene, scene / "in", scene / "out") as again:  # the first one still runs: they share what is kept
        again.looked()
        picture = again.picture(0)
        assert (picture["state"], picture["followed"]) == ("ready", True)
        visible = [item["id"] for item in picture["review"]["places"] if item["visible"]]
        assert visible == [left]
        assert followed(again, 0)["frames"] == FRAMES
    assert copy.stat().st_mtime_ns == before


def test_a_video_accepted_unseen_is_covered_and_stays_prepared_when_it_is_opened(scene: Path, server: Server) -> None:
    done = accepted(server, 1, outcome="publish")
    assert done["state"] == "ready"
    for item in kit.PAIR:
        assert min(kit.changes(scene / "in" / "b.mp4", Path(done["copy"]), item)) > 15
    followed(server, 1)
    picture = server.picture(1)
    assert (picture["state"], len(picture["review"]["places"])) == ("ready", 2)
    assert not any(item["asked"] for item in picture["review"]["places"])


def test_a_place_covered_by_hand_for_a_while(scene: Path, server: Server) -> None:
    followed(server, 1)
    drawn = drawn_place(shape={"ellipse": [40, 215, 30, 20, 0]}, course={"first": 8, "stop": 20, "marks": []})
    items = [*server.picture(1)["review"]["places"], drawn]
    before = Path(server.picture(1)["copy"])
    done = accepted(server, 1, outcome="private", places=items)
    assert done["state"] == "private"
    assert not before.exists()
    assert Path(done["copy"]).parent == scene / "out-private"
    found = kit.changes(scene / "in" / "b.mp4", Path(done["copy"]), (40, 215), moving=False)
    assert min(found[8:20]) > 4 > max(found[:8] + found[20:])


def test_not_posting_takes_the_copy_of_a_video_away(server: Server) -> None:
    before = Path(server.picture(1)["copy"])
    assert accepted(server, 1, outcome="no-post")["state"] == "no-post"
    assert not before.exists()


def test_a_video_without_faces(server: Server) -> None:
    told = followed(server, 2)
    assert (told["frames"], told["tracks"]) == (6, [])


def test_a_worker_killed_while_it_looks_through_a_video_is_started_again(scene: Path, tmp_path: Path) -> None:
    from web_kit import children  # noqa: PLC0415

    (tmp_path / "in").mkdir()
    kit.write_pair(tmp_path / "in" / "a.mp4", 60)
    with serving(tmp_path, tmp_path / "in", tmp_path / "out") as running:
        running.looked()
        running.ask("GET", "/api/pictures/0/video")
        for child in children(running.process.pid):
            os.kill(child, signal.SIGKILL)
        assert followed(running, 0)["frames"] == 60


@pytest.mark.parametrize(
    ("suffix", "options"),
    [
        (".mkv", {"codec": "libx264", "options": {"preset": "veryfast", "g": "10", "bf": "2"}}),
        (".ts", {"codec": "libx264", "options": {"preset": "veryfast", "g": "10", "bf": "2"}}),
        (".avi", {"codec": "mpeg4", "options": {"g": "8", "q": "2"}}),
        (".webm", {"codec": "libvpx", "options": {"cpu-used": "8", "g": "12", "b": "4M"}}),
    ],
)
def test_videos_of_many_kinds_are_shown_in_any_order(suffix: str, options: dict[str, Any], tmp_path: Path) -> None:
    path = kit.write(tmp_path / f"film{suffix}", replace(kit.Spec(frames=150, draw=lambda i: plain(i // 10)), **options))
    video = OpenVideo(path, video_running.name_of(path))
    for second in (0.0, 5.8, 0.6, 2.2, 2.6, 5.0, 1.4, 0.2):
        shown = video.at(second).view(320).mean()
        assert abs(shown - plain(int(second * 25 + 0.5) // 10).mean()) < 4, second
    video.close()


def plain(level: int) -> np.ndarray:
    return np.full((240, 320, 3), 20 + level * 14, np.uint8)


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"\0\0\0\x18ftypisom" + bytes(100))
    with pytest.raises(Held):
        OpenVideo(path, "MP4")
