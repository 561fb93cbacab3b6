"""Watching a film on the page: frames with their coverings, sound, and the whole copy; from memory and guarded."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import video_kit as kit
from web_kit import Answer, Server, serving

pytestmark = pytest.mark.slow

FRAMES = 50
RATE = 24_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("watching")
    (folder / "in").mkdir()
    kit.write(folder / "in" / "a.mp4", kit.Spec(frames=FRAMES, size=kit.PAIR_SIZE, draw=kit.pair, sound="mono"))
    kit.write_pair(folder / "in" / "b.mp4", FRAMES)
    with serving(folder, folder / "in", folder / "out") as running:
        running.looked()
        yield running


def reel(server: Server, places: list[dict[str, Any]], *at: int) -> list[np.ndarray]:
    frames = [{"at": one, "places": places} for one in at]
    answer = server.ask("POST", "/api/pictures/0/reel", {"longest": 240, "frames": frames})
    assert answer.status == 200, answer.body
    assert "no-store" in answer.headers["cache-control"]
    data, shown = answer.body, []
    while data:
        length = int.from_bytes(data[:4], "big")
        with Image.open(BytesIO(data[4 : 4 + length])) as image:
            shown.append(np.asarray(image.convert("RGB")).astype(int))
        data = data[4 + length :]
    return shown


def test_frames_come_small_and_with_their_coverings(server: Server) -> None:
    x, y = kit.PAIR[0]
    place = {"shape": {"ellipse": [x, y, 40, 50, 0]}, "kind": "face", "style": "solid"}
    bare, covered = reel(server, [], 0, 400, 1200), reel(server, [place], 0, 400, 1200)
    assert [one.shape for one in (*bare, *covered)] == [(120, 240, 3)] * 6
    here = np.s_[y // 2 - 4 : y // 2 + 4, x // 2 - 4 : x // 2 + 4]
    assert all(np.abs(one[here] - 96).max() < 8 for one in covered)
    assert all(np.abs(one[here] - 96).max() > 20 for one in bare)
    assert np.abs(bare[0] - bare[2]).mean() > 1  # it moves


def heard(server: Server, number: int, how: str, at: int = 0, seconds: int = 1) -> np.ndarray:
    answer = server.ask("GET", f"/api/pictures/{number}/sound?at={at}&seconds={seconds}&how={how}")
    assert (answer.status, "no-store" in answer.headers["cache-control"]) == (200, True)
    if not answer.body:
        return np.zeros(0)
    with wave.open(BytesIO(answer.body)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (RATE, 1, 2)
        return np.frombuffer(sound.readframes(sound.getnframes()), np.int16).astype(float)


def pitch(samples: np.ndarray) -> float:
    """Hertz of what is loudest."""
    spectrum = np.abs(np.fft.rfft(samples[: RATE // 2] * np.hanning(RATE // 2)))
    return float(np.argmax(spectrum)) * 2


def test_sound_comes_as_it_was_chosen(server: Server) -> None:
    kept, disguised = heard(server, 0, "keep"), heard(server, 0, "disguise")
    assert len(kept) == RATE
    assert pitch(disguised) == pytest.approx(1.22 * pitch(kept), rel=0.03)
    later = heard(server, 0, "keep", at=1000, seconds=20)
    assert len(later) == pytest.approx((FRAMES / kit.RATE - 1) * RATE, abs=0.1 * RATE)
    assert pitch(later) == pytest.approx(pitch(kept), rel=0.02)
    assert len(heard(server, 1, "keep")) == 0


def watched(server: Server, path: str, **changed: str | None) -> Answer:
    """As a player asks: without the page's key."""
    return server.ask("GET", path, x_paravent_key=None, origin=None, **changed)


def test_the_whole_copy_is_served_in_pieces_to_the_page_alone(server: Server) -> None:
    assert server.ask("POST", "/api/pictures/0/watch", {}).status == 422  # there is none yet
    copy = Path(server.accept(0)["copy"])
    told = server.ask("POST", "/api/pictures/0/watch", {})
    assert told.status == 200
    path = told.json["path"]
    whole = watched(server, path)
    assert (whole.status, whole.body) == (200, copy.read_bytes())
    assert whole.headers["content-type"] == "video/mp4"
    assert "no-store" in whole.headers["cache-control"]
    part = watched(server, path, range="bytes=100-199")
    assert (part.status, part.body) == (206, copy.read_bytes()[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(copy.read_bytes())}"
    assert watched(server, path, cookie=None).status == 401
    assert watched(server, path + "x").status == watched(server, "/watch/x").status == 401
    assert watched(server, path, sec_fetch_site="same-site").status == 403
    assert watched(server, path, sec_fetch_site=None).status == 403
    assert watched(server, path, host="localhost").status == 403
    other = server.ask("POST", "/api/pictures/0/watch", {}).json["path"]
    assert (watched(server, path).status, watched(server, other).status) == (401, 200)
    copy.write_bytes(copy.read_bytes() + b"changed")
    assert watched(server, other).status == 404
    assert server.ask("POST", "/api/pictures/0/watch", {}).status == 422


def test_nothing_of_that_lies_on_disk(server: Server) -> None:
    reel(server, [], 0, 200, 400)
    heard(server, 0, "disguise")
    assert [path for path in (server.home / "tmp").rglob("*") if path.is_file()] == []
