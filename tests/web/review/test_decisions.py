"""Decisions through the server: carried out by the pipeline, and there again after everything that may happen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import draw_scenes
import video_kit
from web_kit import Server, drawn_place, serving

pytestmark = pytest.mark.slow

SIZE = (640, 480)
PROMENADE = next(picture for picture in draw_scenes.ALBUM if picture.name == "IMG_2042.JPG")


def draw(folder: Path, count: int) -> None:
    """Pictures that look alike and are different files; two faces in each."""
    folder.mkdir()
    drawn = draw_scenes.write(PROMENADE, folder, SIZE)
    for number in range(1, count + 1):
        (folder / f"IMG_{number:04}.JPG").write_bytes(drawn.read_bytes() + bytes([number]))
    drawn.unlink()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scene")
    draw(folder / "in", 8)
    (folder / "in" / "notes.txt").write_text("no picture")
    Image.new("RGB", (320, 240), (90, 140, 120)).save(folder / "in" / "IMG_0000.JPG", "JPEG")
    video_kit.write(folder / "in" / "clip.mp4", video_kit.Spec(frames=6))
    (folder / "in" / "film.mkv").write_bytes(b"\x1a\x45\xdf\xa3" + bytes(100))
    return folder


@pytest.fixture(scope="module")
def server(scene: Path) -> Iterator[Server]:
    with serving(scene, scene / "in", scene / "out") as running:
        running.looked()
        yield running


def numbered(server: Server, name: str) -> int:
    items = server.ask("GET", "/api/wall?start=0&count=50").json["items"]
    return int(next(item["n"] for item in items if item["name"] == name))


def copies(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def changed(original: Path, copy: Path, shape: dict[str, Any]) -> float:
    """Mean difference in the middle of a place."""
    x, y = (shape["ellipse"] if "ellipse" in shape else np.mean(shape["polygon"], axis=0))[:2]
    window = np.s_[int(y) - 8 : int(y) + 8, int(x) - 8 : int(x) + 8]
    return float(np.abs(pixels(original)[window] - pixels(copy)[window]).mean())


VISIBLE = {"reason": "adult-agreed", "form": "12", "until": "2999-08-31"}


def with_one_visible(server: Server, number: int) -> dict[str, Any]:
    review: dict[str, Any] = server.picture(number)["review"]
    review["places"][0]["visible"] = VISIBLE
    return review


def test_a_decision_is_carried_out(server: Server, scene: Path) -> None:
    number = numbered(server, "IMG_0001.JPG")
    review = with_one_visible(server, number) | {"outcome": "publish"}
    drawn_place = {"id": "d1", "shape": {"polygon": [[40, 400], [160, 400], [160, 450], [40, 450]]}, "page": 0}
    drawn_place |= {
        "kind": "drawn",
        "origin": "drawn",
        "style": "solid",
        "visible": None,
        "doubtful": False,
        "asked": False,
    }
    review["places"].append(drawn_place)
    assert server.ask("POST", f"/api/pictures/{number}/accept", review).status == 200
    done = server.settled(number)
    assert (done["state"], done["held"]) == ("ready", "")
    original, copy = scene / "in" / "IMG_0001.JPG", Path(done["copy"])
    first, second = (place["shape"] for place in review["places"][:2])
    assert changed(original, copy, first) == 0
    assert changed(original, copy, second) > 15
    assert changed(original, copy, drawn_place["shape"]) > 15
    assert copies(scene / "out") == [copy]
    for word in (b"adult", b"form", b"12\x00"):
        assert word not in copy.read_bytes()[:2000]


def test_do_not_post_and_private(server: Server, scene: Path) -> None:
    number = numbered(server, "IMG_0002.JPG")
    before = copies(scene / "out")
    assert server.accept(number)["state"] == "ready"
    assert len(copies(scene / "out")) == len(before) + 1
    done = server.accept(number, "private")
    assert done["state"] == "private"
    assert Path(done["copy"]).is_relative_to(scene / "out-private")
    assert copies(scene / "out") == before
    assert server.accept(number, "no-post")["state"] == "no-post"
    assert copies(scene / "out") == before
    assert copies(scene / "out-private") == []


def test_a_copy_that_somebody_changed_is_not_taken_away(server: Server, scene: Path) -> None:
    number = numbered(server, "IMG_0003.JPG")
    copy = Path(server.accept(number)["copy"])
    copy.write_bytes(copy.read_bytes() + b"changed")
    assert server.accept(number, "no-post")["state"] == "no-post"
    assert copy in copies(scene / "out")


def test_a_change_after_accepting_asks_again_and_a_new_copy_takes_the_place(server: Server, scene: Path) -> None:
    number = numbered(server, "IMG_0004.JPG")
    first = server.accept(number)
    before = Path(first["copy"]).read_bytes()
    review = with_one_visible(server, number) | {"accepted": False}
    answer = server.ask("PUT", f"/api/pictures/{number}/review", review)
    assert answer.json["state"] in ("open", "asks")
    done = server.accept(number)
    assert done["copy"] == first["copy"]
    assert Path(done["copy"]).read_bytes() != before


@pytest.mark.parametrize("at_once", [False, True], ids=["prepared", "being prepared"])
def test_what_was_accepted_is_taken_back_with_its_copy(server: Server, scene: Path, at_once: bool) -> None:
    number = numbered(server, "IMG_0007.JPG" if at_once else "IMG_0008.JPG")
    path, before = f"/api/pictures/{number}", copies(scene / "out")
    review = server.picture(number)["review"]
    accepted = server.ask("POST", f"{path}/accept", review | {"outcome": "publish"}).json["review"]
    if not at_once:
        assert Path(server.settled(number)["copy"]) in copies(scene / "out")
    late = server.ask("POST", f"{path}/take-back", review)
    assert late.status == 409  # nobody takes back what they do not know of
    back = server.ask("POST", f"{path}/take-back", review | {"version": accepted["version"]})
    assert back.status == 200, back.body
    told = server.settled(number)
    assert (told["state"], told["copy"], told["review"]["accepted"]) == ("open", "", False)
    assert copies(scene / "out") == before
    assert server.accept(number)["state"] == "ready"


def test_two_tabs_lose_nothing(server: Server) -> None:
    number = numbered(server, "IMG_0005.JPG")
    one = server.picture(number)["review"]
    other = with_one_visible(server, number)
    assert server.ask("PUT", f"/api/pictures/{number}/review", other).status == 200
    late = server.ask("PUT", f"/api/pictures/{number}/review", one)
    assert late.status == 409
    assert late.json["review"]["places"][0]["visible"] == VISIBLE
    assert server.picture(number)["review"]["places"][0]["visible"] == VISIBLE


def test_what_is_changed_while_leaving_holds_beside_what_another_tab_has_decided(server: Server) -> None:
    number = numbered(server, "IMG_0006.JPG")
    path = f"/api/pictures/{number}"
    assert server.ask("PUT", f"{path}/review", with_one_visible(server, number)).status == 200
    first, second = server.picture(number)["review"]["places"]
    last = {"outcome": "private", "places": [drawn_place(), second | {"style": "solid"}], "gone": [], "video": None}
    assert server.ask("POST", f"{path}/changes", last).status == 200
    kept = server.picture(number)["review"]
    assert (kept["outcome"], kept["accepted"], kept["version"]) == ("private", False, 2)
    assert [place["id"] for place in kept["places"]] == [first["id"], second["id"], "d1"]
    assert (kept["places"][0]["visible"], kept["places"][1]["style"]) == (VISIBLE, "solid")
    last |= {"outcome": None, "places": [], "gone": ["d1"], "video": {"part": [2, 5], "sound": "mute"}}
    assert server.ask("POST", f"{path}/changes", last).status == 200
    kept = server.picture(number)["review"]
    assert (kept["outcome"], len(kept["places"]), kept["video"]) == ("private", 2, last["video"])
    assert server.ask("POST", f"{path}/changes", last | {"gone": ["<"]}).status == 400


def test_decisions_survive_a_kill_a_moved_folder_another_policy_and_end_with_their_form(tmp_path: Path) -> None:
    draw(tmp_path / "in", 3)
    with serving(tmp_path, tmp_path / "in", tmp_path / "out") as server:
        server.looked()
        review = with_one_visible(server, 0) | {"outcome": "publish"}
        server.ask("POST", "/api/pictures/0/accept", review)
        copy = server.settled(0)["copy"]
        server.ask("PUT", "/api/pictures/1/review", with_one_visible(server, 1))
        assert server.accept(2, "no-post")["state"] == "no-post"
        os.kill(server.process.pid, signal.SIGKILL)
    with serving(tmp_path, tmp_path / "in", tmp_path / "out") as server:
        assert server.looked()["counts"]["ready"] == 1
        assert [server.picture(n)["review"]["places"][0]["visible"] for n in (0, 1)] == [VISIBLE, VISIBLE]
        environment = server.environment
    command = [sys.executable, "-m", "paravent", "protect", "in", "-o", "all", "--private", "home/private"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert "decided in the review page not to publish it" in done.stdout
    assert "1 x covered, although somebody decided in the review page that people may stay visible" in done.stdout
    assert len(copies(tmp_path / "all")) == 2
    (tmp_path / "in").rename(tmp_path / "elsewhere")
    with serving(tmp_path, tmp_path / "elsewhere", tmp_path / "out", "--preset", "press") as server:
        server.looked()
        moved = server.picture(0)["review"]
        assert moved["places"][0]["visible"] == VISIBLE
        assert moved["accepted"], "nothing in it is new to the other policy"
        assert not any(place["asked"] for place in moved["places"])
    assert withdrawn("12", tmp_path, environment) == [copy]
    assert withdrawn("13", tmp_path, environment) == []
    assert "Nobody is visible by form 13: is the number right?" in withdrawing("13", tmp_path, environment).stderr
    with serving(tmp_path, tmp_path / "elsewhere", tmp_path / "out", "--preset", "press") as server:
        server.looked()
        again = server.picture(0)
        assert again["state"] == "asks"
        assert again["review"]["places"][0]["visible"] is None


def test_a_form_that_is_taken_back_elsewhere_reaches_the_open_page(tmp_path: Path) -> None:
    draw(tmp_path / "in", 3)
    with serving(tmp_path, tmp_path / "in", tmp_path / "out") as server:
        server.looked()
        number = next(n for n in range(3) if server.picture(n)["review"]["places"])
        copy = accept_with_one_visible(server, number)
        assert server.picture(number)["ended"] == []
        (form,) = server.ask("GET", "/api/forms").json["forms"]
        assert (form["number"], form["standing"], form["until"]) == ("12", "valid", "2999-08-31")
        assert [one["n"] for one in form["pictures"]] == [number]
        assert [(one["path"], one["over"]) for one in form["copies"]] == [(copy, False)]

        assert withdrawn("12", tmp_path, server.environment) == [copy]
        serial = server.ask("GET", "/api/state").json["album"]["serial"]
        told = server.picture(number)
        assert (told["state"], told["ended"]) == ("asks", ["12"])
        assert told["review"]["places"][0]["visible"] is None
        changed = server.ask("GET", f"/api/changes?since={serial - 1}&doubts=0").json["items"]
        assert [one["n"] for one in changed] == [number]

        refused = server.ask("PUT", f"/api/pictures/{number}/review", with_one_visible(server, number))
        assert refused.status == 422
        assert "Form 12 was taken back" in refused.json["problem"]
        (form,) = server.ask("GET", "/api/forms").json["forms"]
        assert (form["standing"], form["pictures"]) == ("withdrawn", [])
        assert [(one["path"], one["over"]) for one in form["copies"]] == [(copy, True)]

        assert server.accept(number)["state"] == "ready"
        assert server.picture(number)["ended"] == [], "the copy was made anew"
        (form,) = server.ask("GET", "/api/forms").json["forms"]
        assert [(one["path"], one["over"]) for one in form["copies"]] == [("", True)], "it may still be where it was posted"


def accept_with_one_visible(server: Server, number: int) -> str:
    review = with_one_visible(server, number) | {"outcome": "publish"}
    assert server.ask("POST", f"/api/pictures/{number}/accept", review).status == 200
    copy: str = server.settled(number)["copy"]
    return copy


def test_forms_are_taken_back_on_the_page_and_kept_as_such(tmp_path: Path) -> None:
    draw(tmp_path / "in", 3)
    with serving(tmp_path, tmp_path / "in", tmp_path / "out") as server:
        server.looked()
        number = next(n for n in range(3) if server.picture(n)["review"]["places"])
        assert server.ask("GET", "/api/forms").json == {"forms": [], "damaged": 0}
        server.ask("PUT", f"/api/pictures/{number}/review", with_one_visible(server, number))
        (form,) = server.ask("POST", "/api/forms/withdraw", {"form": "12"}).json["forms"]
        assert (form["number"], form["standing"], form["copies"]) == ("12", "withdrawn", [])
        assert server.picture(number)["state"] == "asks"
        server.ask("POST", "/api/forms/withdraw", {"form": "13"})
        assert [one["number"] for one in server.ask("GET", "/api/forms").json["forms"]] == ["12"], "nobody knows 13"
        for wrong in ({"form": ""}, {"form": "Mia"}, {}):
            assert server.ask("POST", "/api/forms/withdraw", wrong).status == 400


def withdrawing(form: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "paravent", "withdraw", form, "--private", str(folder / "home" / "private")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True)


def withdrawn(form: str, folder: Path, environment: dict[str, str]) -> list[str]:
    return withdrawing(form, folder, environment).stdout.splitlines()


def test_a_file_that_changed_is_not_prepared_by_an_old_decision(server: Server, scene: Path) -> None:
    number = numbered(server, "IMG_0006.JPG")
    review = server.picture(number)["review"] | {"outcome": "publish"}
    with (scene / "in" / "IMG_0006.JPG").open("ab") as file:
        file.write(b"more")
    server.ask("POST", f"/api/pictures/{number}/accept", review)
    done = server.settled(number)
    assert done["state"] == "held"
    assert "changed" in done["held"]
    assert not done["copy"]


def test_more_kinds_can_be_looked_for_in_one_picture(server: Server) -> None:
    number = numbered(server, "IMG_0008.JPG")
    review = server.picture(number)["review"]
    assert server.ask("POST", f"/api/pictures/{number}/more/names", review).status == 404
    told = server.ask("POST", f"/api/pictures/{number}/more/text", review).json
    new = told["review"]["places"][len(review["places"]) :]
    assert {(place["kind"], place["asked"]) for place in new} == {("text", True)}
    assert told["review"]["places"][: len(review["places"])] == review["places"]


def test_what_cannot_be_prepared_is_listed_with_its_reason(server: Server) -> None:
    for name, state in (("notes.txt", "left-out"), ("film.mkv", "held")):
        held = server.picture(numbered(server, name))
        assert held["state"] == state
        assert held["held"]
        assert not held["editable"]


def test_what_shows_nobody_is_to_be_looked_at_first(server: Server) -> None:
    number = numbered(server, "IMG_0000.JPG")
    told = server.picture(number)
    assert (told["state"], told["nobody"], told["unread"]) == ("open", True, False)
    assert number in server.looked()["doubts"]
    assert server.picture(numbered(server, "IMG_0005.JPG"))["nobody"] is False
    assert server.picture(numbered(server, "notes.txt"))["unread"] is True


def test_a_video_is_shown_by_its_first_frame_and_prepared_whole(server: Server) -> None:
    number = numbered(server, "clip.mp4")
    told = server.picture(number)
    assert (told["state"], told["look"]["video"], told["review"]["places"]) == ("open", True, [])
    assert server.ask("GET", f"/api/pictures/{number}/thumbnail").body[:2] == b"\xff\xd8"
    done = server.accept(number)
    assert done["state"] == "ready"
    assert Path(done["copy"]).suffix == ".mp4"
    assert server.accept(number, "no-post")["state"] == "no-post"
    assert not Path(done["copy"]).exists()


def look_at_all(server: Server) -> None:
    """As somebody does who presses the space bar until nothing is left; films take their time."""
    while (number := server.ask("GET", "/api/looking").json["next"]) is not None:
        if server.picture(number)["video"]:
            server.until(lambda told: told["ready"], f"/api/pictures/{number}/video")
        server.ask("POST", f"/api/pictures/{number}/seen", {})


def test_accepting_the_rest_takes_nothing_that_nobody_has_looked_at(tmp_path: Path) -> None:
    draw(tmp_path / "in", 3)
    Image.new("RGB", (320, 240), (90, 140, 120)).save(tmp_path / "in" / "IMG_0000.JPG", "JPEG")  # nobody is found there
    with serving(tmp_path, tmp_path / "in", tmp_path / "out") as server:
        rest = server.looked()["rest"]
        assert rest["ready"] == rest["nobody"] == 0
        assert (rest["unopened"], rest["unopenedNobody"]) == (server.looked()["counts"]["open"], 1)
        assert server.ask("POST", "/api/accept-rest", {}).json["count"] == 0
        told = server.ask("POST", "/api/pictures/0/seen", {}).json
        assert (told["seen"], told["next"]) == (1, 1)
        assert (server.looked()["rest"]["ready"], server.looked()["rest"]["nobody"]) == (1, 1)
        assert server.ask("POST", "/api/accept-rest", {}).json["count"] == 1
        assert server.looked()["counts"]["ready"] == len(copies(tmp_path / "out")) == 1
        os.kill(server.process.pid, signal.SIGKILL)
    with serving(tmp_path, tmp_path / "in", tmp_path / "out") as server:
        server.looked()
        assert server.picture(0)["seen"], "looking at each goes on where it stopped"
        assert server.ask("GET", "/api/looking").json == {"count": 4, "seen": 1, "next": 1}
        os.kill(server.process.pid, signal.SIGKILL)
    with serving(tmp_path, tmp_path / "in", tmp_path / "out", "--preset", "press") as server:
        server.looked()
        assert not server.picture(0)["seen"], "by another policy other places are covered"


def test_accepting_the_rest_leaves_doubt_and_decisions_alone(server: Server) -> None:
    assert server.accept(numbered(server, "IMG_0007.JPG"), "no-post")["state"] == "no-post"
    look_at_all(server)
    before = server.looked()["counts"]
    count = server.ask("POST", "/api/accept-rest", {}).json["count"]
    after = server.looked()["counts"]
    assert count == before["open"] > 0
    assert after["open"] == 0
    assert (after["no-post"], after["asks"], after["held"]) == (before["no-post"], before["asks"], before["held"])
    assert after["ready"] == before["ready"] + count


def test_both_languages(server: Server) -> None:
    number = numbered(server, "IMG_0005.JPG")
    for language, word in (("fr-FR,fr;q=0.9", "position exacte"), ("en-GB", "exact position")):
        findings = server.ask("GET", f"/api/pictures/{number}", Accept_Language=language).json["look"]["findings"]
        assert any(word in finding for finding in findings)
        words = server.ask("GET", "/api/words", Accept_Language=language, Cookie=None, X_Paravent_Key=None).json
        assert words["language"] == language[:2]


def test_folders_that_overlap_are_refused(server: Server, scene: Path) -> None:
    def ask(**changed: str) -> int:
        order = {"pictures": str(scene / "in"), "output": str(scene / "o"), "private": str(scene / "p"), "preset": "family"}
        return server.ask("POST", "/api/open", order | {"choices": None, "only": []} | changed).status

    assert ask(output=str(scene / "in" / "out")) == 422
    assert ask(private=str(scene / "o" / "p")) == 422
    assert ask(pictures=str(scene / "nothing")) == 422
    assert ask(pictures="in") == 422
    assert ask(preset="nobody") == 422
    assert server.ask("GET", "/api/state").json["album"]["folder"] == str(scene / "in")
    assert ask() == 200
