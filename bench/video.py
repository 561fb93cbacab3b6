"""Films: how many faces stay uncovered, how much is painted, CPU seconds a frame; ours and deface 1.5.0 at its defaults.

    PARAVENT_EVAL=FOLDER python bench/video.py [--stills 24] [--seeds 1 2 3] [--peer 2] [--recheck 1] [--size 1280x720]

Films are made from stills by FOLDER/panzoom.py (it needs opencv), which says where each face is in each frame; they are
deleted afterwards, or kept in --videos for the next run. A face counts from 24 pixels of its longer side, and as covered
from 80 per cent of its box. "Seen" are faces that a look of ours saw in at least one frame. Ours runs in this process as
a worker does, verification included; decoding and encoding alone is measured in the same run with the same settings.
deface runs on the first --peer films in an environment of its own (`peers.py`), in turn with ours; its coverings are the
ellipses that its own functions draw; its CPU time is that of a second film in one run, so that its start-up is left out.
Sums are printed as they grow.
"""

from __future__ import annotations

from paravent.pipeline.tools import Tools
from paravent.stores.files import FilesLocation
from paravent.stores.folder import FolderLocation

import paravent  # noqa: F401  # isort: skip  (first, as in a worker: it keeps numpy's own library to one thread)

import argparse
import json
import math
import resource
import secrets
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from inputs import folder, scratch, tools
from paravent.detect.registry import chosen
from paravent.model.geometry import Box, Ellipse, Shape, scale
from paravent.model.job import Job
from paravent.model.limits import VideoLimits
from paravent.model.policy import Policy, preset
from paravent.pipeline import video, video_writing
from paravent.redact.masks import covered_share, union_mask
from paravent.verify.video import similarity
from paravent.video import encoding
from paravent.video.analysis import Analysis
from paravent.video.source import Video
from paravent.video.tracking.regions import Regions
from peers import cpu, deface

LEAST, COVERED = 24, 0.8
_SEEN_OVERLAP = 0.3
_COARSE = 4  # painted area is counted in pixels of a frame that many times smaller

# What deface paints: its detector at its defaults, and what its `anonymize_frame` makes of a detection.
_DEFACE = """
import json, sys, imageio.v2 as iio
from deface.centerface import CenterFace
from deface.deface import scale_bb
net, frames = CenterFace(in_shape=None, backend="auto"), []
for frame in iio.get_reader(sys.argv[1]):
    boxes = []
    for det in net(frame, threshold=0.2)[0]:
        x1, y1, x2, y2 = scale_bb(*det[:4].astype(int), 1.3)
        boxes.append([int(max(0, x1)), int(max(0, y1)), int(min(frame.shape[1] - 1, x2)), int(min(frame.shape[0] - 1, y2))])
    frames.append(boxes)
print(json.dumps(frames))
"""


@dataclass
class Score:
    """Sums over films."""

    faces: int = 0
    open: int = 0
    seen: int = 0
    seen_open: int = 0
    longest: int = 0
    painted: float = 0.0
    marked: float = 0.0
    worst: list[str] = field(default_factory=list)

    def line(self) -> str:
        """In words."""
        return (
            f"{self.open} of {self.faces} face-frames uncovered ({share(self.open, self.faces)}); of faces seen at all "
            f"{self.seen_open} of {self.seen} ({share(self.seen_open, self.seen)}), longest run {self.longest} frames; "
            f"painted {self.painted / max(1, self.marked):.2f} times the marked area"
        )


def share(part: float, whole: float) -> str:
    """In per cent."""
    return f"{100 * part / max(1, whole):.2f} %"


def truth_of(path: Path) -> dict[str, Any]:
    """What panzoom.py says of a film. Faces that have left over a corner, which it gives negative sides, are left out."""
    truth: dict[str, Any] = json.loads(path.with_suffix(".json").read_text())
    truth["frames"] = [[box for box in boxes if min(box[2:]) > 0] for boxes in truth["frames"]]
    return truth


def linked(frames: list[list[list[float]]]) -> list[list[int]]:
    """A number for each marked face, the same from frame to frame: the nearest one that was there a moment ago."""
    last: dict[int, tuple[float, float, float, int]] = {}
    numbers: list[list[int]] = []
    for i, boxes in enumerate(frames):
        row: list[int] = []
        for x, y, w, h in boxes:
            cx, cy, reach = x + w / 2, y + h / 2, max(25.0, 0.8 * max(w, h))
            near = [
                (math.hypot(cx - there[0], cy - there[1]), number)
                for number, there in last.items()
                if there[3] < i <= there[3] + 12 and number not in row
            ]
            best = min((one for one in near if one[0] < reach), default=None)
            number = best[1] if best else len(last)
            last[number] = (cx, cy, reach, i)
            row.append(number)
        numbers.append(row)
    return numbers


def add(score: Score, truth: dict[str, Any], shapes: list[tuple[Shape, ...]], seen: set[int], name: str) -> None:
    """One film's faces."""
    numbers = linked(truth["frames"])
    runs: dict[int, int] = {}
    for i, (boxes, row) in enumerate(zip(truth["frames"], numbers, strict=True)):
        small = tuple(scale(shape, 1 / _COARSE, 1 / _COARSE) for shape in shapes[i])
        score.painted += float(union_mask(small, truth["width"] // _COARSE, truth["height"] // _COARSE).sum()) * _COARSE**2
        for (x, y, w, h), number in zip(boxes, row, strict=True):
            score.marked += w * h
            if max(w, h) < LEAST:
                continue
            is_open = covered_share(Box(x, y, w, h), shapes[i]) < COVERED
            runs[number] = runs.get(number, 0) + 1 if is_open else 0
            score.faces += 1
            score.open += is_open
            if number in seen:
                score.seen += 1
                score.seen_open += is_open
                score.longest = max(score.longest, runs[number])
                if is_open:
                    score.worst.append(f"{name} frame {i} face {number} {w:.0f}x{h:.0f}")


def seen_faces(truth: dict[str, Any], seen: Analysis) -> set[int]:
    """The faces that a look saw at least once."""
    found: set[int] = set()
    numbers = linked(truth["frames"])
    for track in seen.tracks:
        boxes = track.outlines()
        for k in np.flatnonzero(np.frombuffer(track.seen, np.int8)):
            x, y, w, h = (float(value) for value in boxes[k])
            at = track.start + int(k)
            for (left, top, across, down), number in zip(truth["frames"][at], numbers[at], strict=True):
                wide = min(x + w / 2, left + across) - max(x - w / 2, left)
                high = min(y + h / 2, top + down) - max(y - h / 2, top)
                common = max(0.0, wide) * max(0.0, high)
                if common > _SEEN_OVERLAP * (w * h + across * down - common):
                    found.add(number)
    return found


class Ours:
    """Prepares films and keeps what was covered."""

    def __init__(self, policy: Policy) -> None:
        self._policy, self._detectors = policy, chosen(policy)
        self.regions = Regions(1, 1)
        self.seen = Analysis()
        rewrite = video_writing.rewrite

        def kept(source: Video, regions: Regions, seen: Analysis, *rest: Any) -> Any:
            self.regions, self.seen = regions, seen
            return rewrite(source, regions, seen, *rest)

        video_writing.rewrite = kept

    def prepare(self, path: Path, output: Path) -> tuple[float, Any]:
        """CPU seconds and the report."""
        location = FilesLocation.named([path])
        (source,) = location.on_disk
        outputs = {"": FolderLocation(output).open()}
        tools = Tools(self._detectors, location.open(), outputs, secrets.token_bytes(32))
        job = Job(str(source), path.name, self._policy, "bench", destination=path.name, force=True)
        started = time.process_time()
        report = video.protect(job, tools).report
        return time.process_time() - started, report


def plain(path: Path) -> float:
    """CPU seconds for decoding and encoding alone, with the settings of a copy."""
    with path.open("rb") as file:
        source = Video(file, "MP4", VideoLimits())
        started = time.process_time()
        encoder = encoding.Encoder(encoding.chosen(source.facts), source.facts)
        for frame in source.frames():
            list(encoder.encode(frame.picture.planes(), frame.pts, frame.duration))
        list(encoder.finish())
        return time.process_time() - started


def ssim_outside(before: Path, after: Path, walk: Any) -> list[float]:
    """Structural similarity of luma outside the coverings, every tenth frame."""
    found = []
    with before.open("rb") as one, after.open("rb") as two:
        pairs = zip(Video(one, "MP4", VideoLimits()).frames(), Video(two, "MP4", VideoLimits()).frames(), strict=True)
        for a, b in pairs:
            shapes = walk.at(a.index)
            if a.index % 10:
                continue
            x, y = (frame.picture.planes()[0].astype(np.float64) for frame in (a, b))
            outside = ~similarity.cells(union_mask(shapes, x.shape[1], x.shape[0])).any(axis=2)
            if outside.any():
                found.append(float(similarity.of(similarity.cells(x), similarity.cells(y))[outside].mean()))
    return found


def by_deface(path: Path) -> list[tuple[Shape, ...]]:
    """What deface paints in each frame."""
    python = deface().parent / "python"
    ran = subprocess.run([python, "-c", _DEFACE, str(path)], capture_output=True, text=True, check=True)
    return [
        tuple(Ellipse((a + c) / 2, (b + d) / 2, (c - a) / 2, (d - b) / 2) for a, b, c, d in boxes if c > a and d > b)
        for boxes in json.loads(ran.stdout.splitlines()[-1])
    ]


class Deface:
    """CPU seconds that deface takes for films. short: a film that it begins with, so that its start-up can be left out."""

    def __init__(self, short: Path, work: Path) -> None:
        self._work = work / "deface"  # it writes beside its input
        self._short = self._copied(short)
        self._before = cpu([str(deface()), self._short])

    def spent(self, video_: Path) -> float:
        """For one film."""
        return cpu([str(deface()), self._short, self._copied(video_)]) - self._before

    def _copied(self, video_: Path) -> str:
        self._work.mkdir(exist_ok=True)
        return str(shutil.copy(video_, self._work))


def made(root: Path, work: Path, still: str, seed: int, options: argparse.Namespace, seconds: float = 4) -> Path:
    """A film in which every face's place is known, with `.json` beside it."""
    path = work / f"{Path(still).stem}_{seed}_{options.size}_{seconds:g}.mp4"
    if not path.with_suffix(".json").exists():
        command = [sys.executable, str(root / "panzoom.py"), str(root / "faces/gt.json"), f"handshaking/{still}", str(path)]
        more = ["--seed", str(seed), "--size", options.size, "--seconds", str(seconds)]
        subprocess.run([*command, *more], check=True, capture_output=True)
    return path


@dataclass
class Sums:
    """Of all films."""

    frames: int = 0
    held: int = 0
    spent: float = 0.0
    bare: float = 0.0
    similar: list[float] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)
    ours: Score = field(default_factory=Score)
    ours_beside: Score = field(default_factory=Score)
    theirs: Score = field(default_factory=Score)
    spent_beside: float = 0.0
    spent_by_deface: float = 0.0

    def show(self) -> None:
        """Print them."""
        cost, alone = self.spent / max(1, self.frames), self.bare / max(1, self.frames)
        print(f"--- {self.frames} frames, {self.held} films held back")
        print("ours:", self.ours.line())
        print(f"ours: {cost:.4f} CPU s a frame; decode and encode alone {alone:.4f}; more {cost - alone:.4f}")
        print(f"SSIM outside {min(self.similar, default=1.0):.4f} at least, {np.mean(self.similar):.4f} on average")
        print(f"size {np.mean(self.sizes):.2f} of the source's, {max(self.sizes):.2f} at most")
        print("uncovered though seen:", "; ".join(self.ours.worst[:40]), flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures what films keep uncovered, and what that costs.")
    parser.add_argument("--stills", type=int, default=24)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--peer", type=int, default=2)
    parser.add_argument("--recheck", type=int, default=1)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--videos", type=Path)
    options = parser.parse_args()
    root = folder("faces/handshaking", "faces/gt.json", "panzoom.py")
    tools()
    ours, sums = Ours(preset("family").with_options(recheck=options.recheck)), Sums()
    stills = sorted(path.name for path in (root / "faces/handshaking").glob("*.jpg"))[: options.stills]
    with scratch() as work:
        videos = options.videos or work
        peer = Deface(made(root, work, stills[0], 1, options, seconds=1), work) if options.peer else None
        for seed in options.seeds:
            for still in stills:
                path = made(root, videos, still, seed, options)
                beside = peer if len(sums.sizes) < options.peer else None
                measure(path, work, ours, sums, beside)
        if options.peer:
            print(f"the first {options.peer} films, ours:", sums.ours_beside.line())
            print("the same films, deface:", sums.theirs.line())
            print(f"CPU s, ours {sums.spent_beside:.1f}, deface {sums.spent_by_deface:.1f}:", end=" ")
            print(f"{sums.spent_beside / sums.spent_by_deface:.3f} of it")
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def measure(path: Path, work: Path, ours: Ours, sums: Sums, peer: Deface | None) -> None:
    """One film; by deface too, if there is one."""
    truth = truth_of(path)
    output = work / "out"
    output.mkdir(exist_ok=True)
    seconds, report = ours.prepare(path, output)
    if report.hold:
        sums.held += 1
        print(f"held back: {path.name} ({report.hold})", flush=True)
        return
    count = len(truth["frames"])
    sums.frames, sums.spent, sums.bare = sums.frames + count, sums.spent + seconds, sums.bare + plain(path)
    walk = ours.regions.walk()
    shapes = [walk.at(i) for i in range(count)]
    add(sums.ours, truth, shapes, seen_faces(truth, ours.seen), path.stem)
    copy = output / path.name
    sums.similar += ssim_outside(path, copy, ours.regions.walk())
    sums.sizes.append(copy.stat().st_size / path.stat().st_size)
    copy.unlink()
    if peer:
        sums.spent_beside += seconds
        sums.spent_by_deface += peer.spent(path)
        add(sums.theirs, truth, by_deface(path), set(), path.stem)
        add(sums.ours_beside, truth, shapes, set(), path.stem)
    sums.show()


if __name__ == "__main__":
    main()
