"""Films with faces that move by themselves: how many frames a face stands open in, by speed, size and rate.

    python bench/moving.py [--videos 60] [--seed 1] [--keep FOLDER] [--also FILM ...]

Each film is drawn: one or two public-domain portraits that come inside packages go through a still or panning scene at
their own speed, enter and leave at the edges, turn back, come closer or appear all at once. With PARAVENT_EVAL, every
other film shows heads out of its marked pictures instead; they are cut in memory, and the films are deleted.

A face is open in a frame if more than 30 per cent of its middle (60 per cent of its box each way) lies within 14 grey
values of the source. It counts where the detector for stills sees it in that frame of the source. Films run through the
public interface, one worker; CPU seconds are those of the worker, verification included. A film that is held back
covers nobody, and is counted apart. --also: further films, of which only what the still detector sees is known.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
import skimage.data
from matplotlib import cbook
from numpy.typing import NDArray
from PIL import Image

import paravent
from inputs import folder, scratch, tools
from paravent.detect.faces.centerface import CenterFace
from paravent.model.geometry import Box, overlap

Pixels = NDArray[np.uint8]

SIZES = ((1280, 720), (640, 360), (720, 1280), (1920, 1080))
RATES = (10, 15, 25, 30, 60, 120, 240)
HEIGHTS = (18, 24, 36, 56, 90, 140)  # of the face, in pixels
SPEEDS = (4, 8, 12, 20, 30, 45)  # pixels a frame
MOVES = ("across", "back", "diagonal", "closer", "appears", "stops", "two")
SECONDS, MOST_FRAMES = 4, 96
MIDDLE, WITHIN, OPEN = 0.6, 14, 0.3
_SAME = 0.3  # intersection over union from which what the detector sees is the face


@dataclass(frozen=True, slots=True)
class Head:
    """A cut-out head with shoulders. pixels: RGB. alpha: how opaque, 0 to 1. face: its box in them."""

    pixels: Pixels
    alpha: NDArray[np.float32]
    face: Box


@dataclass(frozen=True, slots=True)
class Case:
    """One film: frames a second, pixels of the face's height, pixels a frame, how it moves, whether moving blurs it."""

    number: int
    size: tuple[int, int]
    rate: int
    height: int
    speed: float
    move: str
    blur: bool
    pan: float

    @property
    def name(self) -> str:
        """For the table."""
        width, height = self.size
        kinds = f"{'blurred ' if self.blur else ''}{'panning ' if self.pan else ''}{self.move}"
        return f"{self.number:02} {width}x{height} {self.rate} fps, {self.height} px, {self.speed:g} px a frame, {kinds}"


@dataclass
class Sums:
    """Of films. faces: face-frames that count. by: open and all by what is named."""

    faces: int = 0
    open: int = 0
    longest: int = 0
    held: int = 0
    frames: int = 0
    spent: float = 0.0
    by: dict[str, list[int]] = field(default_factory=dict)


class Shown:
    """A frame for the detector."""

    def __init__(self, pixels: Pixels) -> None:
        self._pixels = pixels
        self.height, self.width = pixels.shape[:2]

    def view(self, longest: int) -> Pixels:
        """See `detect.base.Viewer`."""
        factor = max(1, max(self._pixels.shape) // max(1, longest))
        if factor == 1:
            return self._pixels
        image = Image.fromarray(self._pixels)
        return np.asarray(image.resize((self.width // factor, self.height // factor), Image.Resampling.BOX))


def cut(image: Image.Image, box: Box) -> Head:
    """The head around a face, opaque in the middle and soft at the rim."""
    left, top = box.x - 0.6 * box.w, box.y - 0.6 * box.h
    right, bottom = box.x + 1.6 * box.w, box.y + 2.0 * box.h
    part = image.crop((round(left), round(top), round(right), round(bottom)))
    y, x = np.mgrid[: part.height, : part.width]
    far = np.hypot((x / part.width - 0.5) * 2, (y / part.height - 0.5) * 2)
    alpha = np.clip((1 - far) / 0.12, 0, 1).astype(np.float32)
    return Head(np.asarray(part), alpha, Box(box.x - left, box.y - top, box.w, box.h))


def portraits(detector: CenterFace) -> list[Head]:
    """The two public-domain portraits, where the detector sees their faces."""
    with cbook.get_sample_data("grace_hopper.jpg") as file, Image.open(file) as image:
        pictures = [image.convert("RGB"), Image.fromarray(skimage.data.astronaut())]
    return [cut(one, max(detector.find(Shown(np.asarray(one))), key=lambda found: found.box.area).box) for one in pictures]


def marked(root: Path, rng: np.random.Generator, count: int = 40) -> list[Head]:
    """Heads from 60 pixels out of the marked pictures, which stand apart from their edges."""
    table = json.loads((root / "faces/gt.json").read_text())
    heads: list[Head] = []
    for name in rng.permutation(sorted(name for name in table if name.startswith("handshaking"))):
        with Image.open(root / "faces" / name) as image:
            picture = image.convert("RGB")
        boxes = [Box(*face["box"]) for face in table[name]["faces"] if not face.get("ignore") and face["box"][3] >= 60]
        heads += [cut(picture, box) for box in boxes[:1] if box.x > box.w and box.y > box.h / 2]
        if len(heads) >= count:
            break
    return heads


def cases(count: int, seed: int) -> Iterator[Case]:
    """Films with speeds, sizes, rates and moves in every mixture; the same for a seed."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        size = SIZES[number % len(SIZES)] if number % 4 < 3 or number % 8 == 3 else SIZES[0]
        rate, move = RATES[number % len(RATES)], MOVES[(number // 2) % len(MOVES)]
        height, speed = int(rng.choice(HEIGHTS)), float(rng.choice(SPEEDS))
        if rate >= 60:  # as many pixels a second, more or less
            speed = max(1.0, speed * 25 / rate)
        yield Case(number, size, rate, height, speed, move, bool(rng.random() < 0.3), float(rng.choice((0, 0, 0, 2.5))))


def scene(width: int, height: int, rng: np.random.Generator) -> Pixels:
    """A wall with windows, in soft colours and with a grain that stays."""
    y, x = np.mgrid[:height, :width]
    tint = rng.uniform(0.7, 1.3, 3)
    wall = np.stack([120 + 30 * np.sin(x / 61 + k) + 24 * np.sin(y / 37 + 2 * k) for k in range(3)], axis=-1) * tint
    for _ in range(14):
        left, top = rng.integers(0, width), rng.integers(0, height)
        wall[top : top + rng.integers(20, 160), left : left + rng.integers(20, 160)] = rng.uniform(40, 220, 3)
    return np.clip(wall + rng.normal(0, 3, wall.shape), 0, 255).astype(np.uint8)


def path(case: Case, at: int, count: int, lane: int) -> tuple[float, float, float] | None:
    """Middle of the face and its size over the case's height in a frame; None while it is not there."""
    width, height = case.size
    turn, reach = case.speed * at, width + 3.0 * case.height
    x, y, grown = -1.5 * case.height + turn % reach, height * (0.4 if lane == 0 else 0.7), 1.0
    match case.move:
        case "back":
            x = width * 0.5 + 0.35 * width * np.sin(2 * case.speed * at / width)
        case "diagonal":
            y = height * (0.15 + 0.7 * (turn % reach) / reach)
        case "closer":
            x, grown = width * (0.5 + 0.2 * np.sin(case.speed * at / 160)), 1 + 3.0 * at / count
        case "appears":
            if at < count // 3:
                return None
            x = width * 0.3 + case.speed * ((at - count // 3) // 8)
        case "stops":
            x = -case.height + min(turn, width * 0.6)
        case "two" if lane == 1:
            x = width + 1.5 * case.height - turn % reach
    return x, y, grown


def paste(frame: NDArray[np.float32], head: Head, middle: tuple[float, float], height: float, smear: int) -> Box:
    """Draw a head whose face has so many pixels in height; gives the face's box. smear: pixels of blur across."""
    factor = height / head.face.h
    size = max(2, round(head.pixels.shape[1] * factor)), max(2, round(head.pixels.shape[0] * factor))
    how = Image.Resampling.LANCZOS
    pixels = np.asarray(Image.fromarray(head.pixels).resize(size, how), np.float32)
    alpha = np.asarray(Image.fromarray((head.alpha * 255).astype(np.uint8)).resize(size, how), np.float32)[..., None] / 255
    if smear > 1:
        pixels, alpha = (_smeared(part, smear) for part in (pixels, alpha))
    box = Box(middle[0] - head.face.w * factor / 2, middle[1] - height / 2, head.face.w * factor, height)
    left, top = round(box.x - head.face.x * factor), round(box.y - head.face.y * factor)
    x, y = max(0, left), max(0, top)
    here = frame[y : max(y, top + size[1]), x : max(x, left + size[0])]
    rows, columns = slice(y - top, y - top + len(here)), slice(x - left, x - left + here.shape[1])
    here[:] = here * (1 - alpha[rows, columns]) + pixels[rows, columns] * alpha[rows, columns]
    return box


def _smeared(part: NDArray[np.float32], smear: int) -> NDArray[np.float32]:
    padded = np.pad(part, ((0, 0), (smear // 2, smear - 1 - smear // 2), (0, 0)), mode="edge")
    sums = np.cumsum(np.pad(padded, ((0, 0), (1, 0), (0, 0))), axis=1)
    smeared: NDArray[np.float32] = (sums[:, smear:] - sums[:, :-smear]) / smear
    return smeared


def write(case: Case, heads: list[Head], target: Path, seed: int) -> list[list[Box]]:
    """The film, and the boxes of its faces frame by frame."""
    rng = np.random.default_rng(seed * 1000 + case.number)
    width, height = case.size
    count = min(SECONDS * case.rate, MOST_FRAMES)
    wide = scene(width + round(case.pan * count), height, rng)
    chosen = [heads[int(k)] for k in rng.permutation(len(heads))[: 2 if case.move == "two" else 1]]
    boxes: list[list[Box]] = []
    with av.open(str(target), "w") as container:
        stream = container.add_stream("libx264", rate=case.rate, options={"crf": "20", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for at in range(count):
            shift = round(case.pan * at)
            frame = wide[:, shift : shift + width].astype(np.float32)
            places = [(head, path(case, at, count, lane)) for lane, head in enumerate(chosen)]
            smear = round(case.speed / 2) if case.blur else 0
            boxes.append([paste(frame, head, place[:2], case.height * place[2], smear) for head, place in places if place])
            picture = av.VideoFrame.from_ndarray(np.clip(frame, 0, 255).astype(np.uint8), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return boxes


def frames(path_: Path) -> Iterator[Pixels]:
    """RGB, in the order they are shown."""
    with av.open(str(path_)) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="rgb24")


def is_open(source: Pixels, copy: Pixels, box: Box) -> bool:
    """Whether the middle of a face shows in the copy what it shows in the source."""
    left, top = box.x + box.w * (1 - MIDDLE) / 2, box.y + box.h * (1 - MIDDLE) / 2
    rows = slice(max(0, round(top)), max(0, round(top + box.h * MIDDLE)))
    columns = slice(max(0, round(left)), max(0, round(left + box.w * MIDDLE)))
    before, after = source[rows, columns].astype(np.int16), copy[rows, columns].astype(np.int16)
    if not before.size:
        return False
    same = (np.abs(before - after) <= WITHIN).all(axis=2)
    return float(same.mean()) > OPEN


def score(
    source: Path, copy: Path, boxes: list[list[Box]] | None, detector: CenterFace, sums: Sums, case: Case | None
) -> str:
    """Add one film; gives what to say of it."""
    faces = opened = longest = run = 0
    for at, (before, after) in enumerate(zip(frames(source), frames(copy), strict=True)):
        seen = [found.box for found in detector.find(Shown(before)) if not found.doubtful]
        here = seen if boxes is None else [box for box in boxes[at] if any(overlap(box, one) > _SAME for one in seen)]
        bare = sum(is_open(before, after, box) for box in here)
        faces, opened, run = faces + len(here), opened + bare, run + 1 if bare else 0
        longest = max(longest, run)
        sums.frames += 1
    sums.faces, sums.open, sums.longest = sums.faces + faces, sums.open + opened, max(sums.longest, longest)
    if case:
        for label in (f"{case.rate} fps", f"{case.height} px", f"{case.speed:.0f} px a frame", case.move):
            row = sums.by.setdefault(label, [0, 0])
            row[0], row[1] = row[0] + opened, row[1] + faces
    return f"{opened} of {faces} open, longest run {longest}"


def prepared(source: Path, work: Path) -> Path | str:
    """The copy, or why it is held back."""
    output = work / "out"
    (report,) = paravent.protect(source, output, private=work / "private", workers=1, timeout=1800, force=True)
    return output / report.output if report.output else report.hold


def spent() -> float:
    """CPU seconds of children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(
    source: Path, work: Path, boxes: list[list[Box]] | None, detector: CenterFace, sums: Sums, case: Case | None
) -> str:
    """Prepare and score one film."""
    before = spent()
    copy = prepared(source, work)
    sums.spent += spent() - before
    if isinstance(copy, str):
        sums.held += 1
        return f"held back ({copy})"
    said = score(source, copy, boxes, detector, sums, case)
    copy.unlink()
    return said


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures how long faces that move by themselves stand open.")
    parser.add_argument("--videos", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--also", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    tools()
    detector, sums, also = CenterFace(), Sums(), Sums()
    drawn = portraits(detector)
    try:
        others = marked(folder("faces/gt.json"), np.random.default_rng(options.seed))
    except SystemExit:
        others = drawn
        print("PARAVENT_EVAL names no pictures: all films show the two portraits.", file=sys.stderr)
    with scratch() as work:
        for case in cases(options.videos, options.seed):
            source = (options.keep or work) / f"moving-{options.seed}-{case.number:02}.mp4"
            boxes = write(case, drawn if case.number % 2 else others, source, options.seed)
            print(f"{case.name}: {measure(source, work, boxes, detector, sums, case)}", flush=True)
            if not options.keep:
                source.unlink()
        for source in options.also:
            print(f"{source.name}: {measure(source, work, None, detector, also, None)}", flush=True)
    for label, (opened, faces) in sorted(sums.by.items()):
        print(f"  {label}: {opened} of {faces} open ({100 * opened / max(1, faces):.2f} %)")
    for which, of in (("drawn films", sums), ("further films", also)):
        print(
            f"{which}: {of.open} of {of.faces} face-frames open ({100 * of.open / max(1, of.faces):.2f} %), longest run"
            f" {of.longest}; {of.held} held back; {of.spent / max(1, of.frames):.4f} CPU s a frame"
        )


if __name__ == "__main__":
    main()
