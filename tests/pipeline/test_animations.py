"""Pictures that move, from outside: what lies in the output folder, frame by frame."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import moving_kit as kit
from job_kit import job
from paravent.model.decision import DecidedRegion, Decision, VisibleRegion
from paravent.model.geometry import Box, Ellipse
from paravent.model.job import Outcome
from paravent.model.report import Status
from paravent.pipeline import dispatch
from paravent.process import heartbeat


def prepared(folder: Path, data: bytes, name: str, tools, **changes) -> tuple[Outcome, bytes]:
    path = folder / "in" / name
    path.write_bytes(data)
    outcome = dispatch.protect(job(path, **changes), tools)
    assert outcome.report.status is Status.PREPARED, outcome.report
    return outcome, (folder / "out" / name).read_bytes()


def walk(count: int, step: int = 8) -> tuple[list[Image.Image], list[Box]]:
    """Somebody crosses the picture."""
    pairs = [kit.with_head(kit.scene(), 4 + step * i, 60) for i in range(count)]
    return [frame for frame, _ in pairs], [box for _, box in pairs]


def opened(data: bytes, copy: bytes, boxes: list[Box | None]) -> list[int]:
    """Frames in which a face stands open."""
    before, after = kit.shown(data)[0], kit.shown(copy)[0]
    pairs = enumerate(zip(before, after, boxes, strict=True))
    return [i for i, (a, b, box) in pairs if box is not None and kit.is_open(a, b, box)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", kit.KINDS)
def test_the_covering_follows_a_face_in_every_format(kind: str, tools, folder) -> None:
    frames, boxes = walk(20, 9)
    times = [40, 120, 60, 80] * 5
    data = kit.written(frames, kind, times)
    outcome, copy = prepared(folder, data, f"a{kit.KINDS[kind][0]}", tools)
    assert (outcome.report.faces >= 1, outcome.pages, outcome.moving) == (True, 20, True)
    before, stated, loop = kit.shown(data)
    after, kept, plays = kit.shown(copy)
    assert (len(after), kept, plays) == (len(before), stated, loop)
    assert opened(data, copy, list(boxes)) == []
    # Where the face was at first is free at the end, and the other way round.
    assert kit.is_open(before[-1], after[-1], boxes[0])
    assert kit.is_open(before[0], after[0], boxes[-1])


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["GIF", "WebP", "APNG"])
@pytest.mark.parametrize("at", [6, 7, 9])
def test_a_face_in_one_frame_of_ten_milliseconds_is_covered(kind: str, at: int, tools, folder) -> None:
    """Beside what else is in the picture, while nothing else moves."""
    frames: list[Image.Image] = [kit.scene()] * 16
    frames[at], box = kit.with_head(kit.scene(), 190, 110, 100)
    data = kit.written(frames, kind, [10 if i == at else 50 + i for i in range(16)])
    assert len(kit.shown(data)[0]) >= 3
    before = kit.shown(data)[0]
    flash = max(range(len(before)), key=lambda i: int(np.abs(before[i].astype(int) - before[0]).sum()))
    _, copy = prepared(folder, data, f"a{kit.KINDS[kind][0]}", tools)
    assert opened(data, copy, [box if i == flash else None for i in range(len(before))]) == []


def test_a_flash_where_something_else_stirred_a_moment_before(tools, folder) -> None:
    frames = []
    for i in range(16):
        frame = kit.scene()
        frame.paste((200, 60 + 40 * (i % 2), 60), (40, 30, 200, 200))
        frames.append(frame)
    frames[7], box = kit.with_head(kit.scene(), 60, 50, 130)
    data = kit.written(frames, "APNG", [10 + i for i in range(16)])
    _, copy = prepared(folder, data, "a.png", tools)
    assert opened(data, copy, [box if i == 7 else None for i in range(16)]) == []


@pytest.mark.slow
@pytest.mark.parametrize("where", ["all of the frame", "among much that moves"])
def test_a_flash_is_covered_in_what_moves(where: str, tools, folder) -> None:
    wide = kit.scene(3, (kit.SIZE[0] + 80, kit.SIZE[1]))
    frames = [wide.crop((4 * i, 0, 4 * i + kit.SIZE[0], kit.SIZE[1])) for i in range(16)]
    background = kit.scene(9) if where == "all of the frame" else frames[5]
    frames[5], box = kit.with_head(background, 40, 30, 150, which=1)
    data = kit.written(frames, "APNG", [10] * 16)
    _, copy = prepared(folder, data, "a.png", tools)
    assert opened(data, copy, [box if i == 5 else None for i in range(16)]) == []


@pytest.mark.slow
def test_each_picture_of_a_slideshow_is_looked_at(tools, folder) -> None:
    """Small faces, here and there, in pictures that have nothing in common."""
    places = [(20, 20), (200, 120), (110, 60), (30, 130), (220, 20), (150, 100)]
    pairs = [kit.with_head(kit.scene(i), *at, 70 + 8 * (i % 3), i % 2) for i, at in enumerate(places)]
    data = kit.written([frame for frame, _ in pairs], "WebP", 2000)
    outcome, copy = prepared(folder, data, "a.webp", tools)
    assert outcome.report.faces >= 6
    assert opened(data, copy, [box for _, box in pairs]) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["GIF", "WebP", "APNG"])
def test_frames_with_transparency(kind: str, tools, folder) -> None:
    frames, boxes = walk(4, 40)
    clear = []
    for i, frame in enumerate(frames):
        samples = np.dstack([np.asarray(frame), np.full((240, 320), 255, np.uint8)])
        samples[: 20 + 6 * i, :] = 0  # other rows in each frame
        clear.append(Image.fromarray(samples))
    data = kit.written(clear, kind, **({"disposal": 2} if kind == "GIF" else {}))
    _, copy = prepared(folder, data, f"a{kit.KINDS[kind][0]}", tools)
    assert opened(data, copy, list(boxes)) == []
    image = Image.open(io.BytesIO(copy))
    for i in range(4):
        image.seek(i)
        assert np.asarray(image.convert("RGBA"))[5, 5, 3] == 0


@pytest.mark.parametrize("count", [2, 3])
def test_few_frames(count: int, tools, folder) -> None:
    frames, boxes = walk(count, 70)
    data = kit.written(frames, "APNG")
    outcome, copy = prepared(folder, data, "a.png", tools)
    assert opened(data, copy, list(boxes)) == []
    assert outcome.report.faces >= 1


@pytest.mark.parametrize("size", [(1, 1), (2, 200), (300, 3), (9, 9)])
def test_frames_of_any_size(size: tuple[int, int], tools, folder) -> None:
    frames = [Image.new("RGB", size, (i * 20, 90, 200)) for i in range(5)]
    data = kit.written(frames, "APNG")
    outcome, copy = prepared(folder, data, "a.png", tools)
    assert kit.shown(copy)[1] == kit.shown(data)[1]
    assert outcome.report.faces == 0


@pytest.mark.parametrize("kind", kit.KINDS)
@pytest.mark.parametrize(("count", "milliseconds"), [(1, 100), (2, 0), (3, 1), (2, 60_000)])
def test_however_few_frames_and_however_long(kind: str, count: int, milliseconds: int, tools, folder) -> None:
    """One frame, which does not move, frames that are shown for no time, and for a minute."""
    frames = [Image.new("RGB", (8, 8), (i * 80, 90, 200)) for i in range(count)]
    data = kit.written(frames, kind, milliseconds)
    _, copy = prepared(folder, data, f"a{kit.KINDS[kind][0]}", tools)
    before, after = kit.shown(data), kit.shown(copy)
    assert len(after[0]) == len(before[0])
    assert len(before[0]) == 1 or after[1:] == before[1:]


def test_a_copy_made_smaller(tools, folder) -> None:
    frames, boxes = walk(6, 20)
    data = kit.written(frames, "APNG")
    policy = job(folder / "in" / "a").policy.with_options(max_size=200)
    _, copy = prepared(folder, data, "a.png", tools, policy=policy)
    small = kit.written([frame.resize((200, 150)) for frame in frames], "APNG")
    assert opened(small, copy, [Box(*(side * 200 / 320 for side in (b.x, b.y, b.w, b.h))) for b in boxes]) == []


def _around(box: Box, page: int, times: float = 0.8) -> dict[str, object]:
    return {"shape": Ellipse(box.x + box.w / 2, box.y + box.h / 2, box.w * times, box.h * times), "page": page}


def test_what_a_human_leaves_visible_stays_so_in_every_frame_and_nothing_else(tools, folder) -> None:
    """Two people stand still; one is left visible. A third comes in, whom nobody decided about."""
    frames, boxes = [], []
    for i in range(10):
        frame, first = kit.with_head(kit.scene(), 10, 20, 100)
        frame, second = kit.with_head(frame, 120, 20, 100, which=1)
        frame, third = kit.with_head(frame, 330 - 12 * i, 125, 100)
        frames.append(frame)
        boxes.append((first, second, third))
    data = kit.written(frames, "WebP")
    visible = tuple(VisibleRegion(reason="adult-agreed", **_around(boxes[0][0], page)) for page in range(10))
    outcome, copy = prepared(folder, data, "a.webp", tools, decision=Decision((), visible))
    assert opened(data, copy, [box for box, _, _ in boxes]) == list(range(10))
    assert opened(data, copy, [box for _, box, _ in boxes]) == []
    assert opened(data, copy, [None] * 8 + [box for _, _, box in boxes[8:]]) == []
    assert outcome.report.left_visible == 1


@pytest.mark.slow
def test_what_a_human_covers_is_covered_in_every_frame(tools, folder) -> None:
    """A place by hand stands; a face that leaves it is covered besides."""
    frames, boxes = walk(12, 12)
    data = kit.written(frames, "APNG")
    regions = tuple(DecidedRegion(Ellipse(250, 40, 20, 20), page) for page in range(12))
    outcome, copy = prepared(folder, data, "a.png", tools, decision=Decision(regions))
    before, after = kit.shown(data)[0], kit.shown(copy)[0]
    assert all(kit.is_open(a, b, Box(20, 4, 30, 20)) for a, b in zip(before, after, strict=True))
    assert all((a[25:55, 235:265] != b[25:55, 235:265]).any() for a, b in zip(before, after, strict=True))
    assert opened(data, copy, list(boxes)) == []
    assert outcome.report.covered["drawn"] == 1
    assert outcome.report.covered["face"] >= 1


@pytest.mark.slow
def test_what_is_proposed_is_a_place_in_all_frames_wherever_a_face_goes(tools, folder) -> None:
    frames, boxes = walk(12, 14)
    path = folder / "in" / "a.png"
    path.write_bytes(kit.written(frames, "APNG"))
    outcome, _ = dispatch.propose(job(path), tools)
    assert {region.page for region in outcome.regions} == set(range(12))
    places = [region.shape for region in outcome.regions if region.page == 0]
    decided = Decision(tuple(DecidedRegion(shape, page, "face") for shape in places for page in range(12)))
    _, copy = prepared(folder, path.read_bytes(), "a.png", tools, decision=decided)
    assert opened(path.read_bytes(), copy, list(boxes)) == []


def test_a_scan_counts_a_face_that_only_a_later_frame_shows(tools, folder) -> None:
    frames: list[Image.Image] = [kit.scene()] * 6
    frames[4] = kit.with_head(kit.scene(), 100, 60)[0]
    path = folder / "in" / "a.png"
    path.write_bytes(kit.written(frames, "APNG", [40 + i for i in range(6)]))
    assert dispatch.scan(job(path), tools).report.faces == 1


@pytest.mark.slow
def test_long_work_gives_signs_of_life(tools, folder, monkeypatch) -> None:
    """The time limit counts from the last one, so that it grows with the work."""
    told: list[float] = []
    monkeypatch.setattr(heartbeat, "_EVERY", 0.0)
    heartbeat.tell_by(told.append)
    try:
        prepared(folder, kit.written(walk(12)[0], "APNG"), "a.png", tools)
    finally:
        heartbeat.tell_by(None)
    assert len(told) >= 3 * 12
    assert told == sorted(told)
