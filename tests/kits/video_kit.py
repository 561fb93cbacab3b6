"""Films for tests: drawn, with one portrait in the public domain moving over it; made anew on each run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from paravent.video import scheduling
from portraits import hopper

SIZE = (320, 240)
RATE = 25
_FACE = (150, 20, 360, 300)  # of the portrait, with what is around it
_SIDE = 110


@cache
def portrait() -> NDArray[np.uint8]:
    """Grace Hopper (United States Navy, public domain), RGB."""
    return np.array(hopper().crop(_FACE).resize((_SIDE, round(_SIDE * 280 / 210))))


def backdrop(width: int, height: int) -> NDArray[np.uint8]:
    """A drawn wall with some pattern, so that movement can be seen."""
    y, x = np.mgrid[:height, :width]
    wall = np.stack([140 + 30 * np.sin(x / 17), 150 + 30 * np.sin(y / 13), 160 + 20 * np.sin((x + y) / 29)], axis=-1)
    return wall.astype(np.uint8)


def frame(index: int, count: int, size: tuple[int, int] = SIZE, *, face: bool = True) -> NDArray[np.uint8]:
    """One frame, RGB: the portrait goes from left to right."""
    width, height = size
    picture = backdrop(width, height)
    if face:
        shown = portrait()[: height - 20, : width - 20]
        x = 5 + round((width - shown.shape[1] - 10) * index / max(1, count - 1))
        y = (height - shown.shape[0]) // 2
        picture[y : y + shown.shape[0], x : x + shown.shape[1]] = shown
    return picture


PAIR_SIZE = (480, 240)
PAIR = ((95, 120), (380, 120))  # middles of the two faces in the first frame, which both go on by a pixel a frame


def pair(index: int) -> NDArray[np.uint8]:
    """One frame, RGB, of two faces side by side; after 60 frames they go back again."""
    index = 60 - abs(index % 120 - 60)
    picture = backdrop(*PAIR_SIZE)
    shown = portrait()
    for x, y in PAIR:
        left, top = x - shown.shape[1] // 2 + index, y - shown.shape[0] // 2
        picture[top : top + shown.shape[0], left : left + shown.shape[1]] = shown[:, : PAIR_SIZE[0] - left]
    return picture


def write_pair(path: Path, frames: int = 30) -> Path:
    """A film of two faces."""
    options = {"preset": "ultrafast", "crf": "16"}
    return write(path, Spec(frames=frames, size=PAIR_SIZE, draw=pair, options=options))


def changes(source: Path, copy: Path, place: tuple[int, int], *, moving: bool = True) -> list[float]:
    """Mean difference around a place of a pair, frame by frame. moving: it goes with the faces."""
    found = []
    with av.open(str(source)) as one, av.open(str(copy)) as two:
        for i, (a, b) in enumerate(zip(one.decode(video=0), two.decode(video=0), strict=True)):
            x, y = place[0] + (i if moving else 0), place[1]
            part = slice(y - 15, y + 15), slice(x - 15, x + 15)
            before, after = (shown.to_ndarray(format="gray")[part].astype(int) for shown in (a, b))
            found.append(float(np.abs(before - after).mean()))
    return found


@dataclass
class Spec:
    """How a film is made. pts: ticks of 1/1000 s for each frame; None: even. sound: layout, or none."""

    codec: str = "libx264"
    form: str = "yuv420p"
    options: dict[str, str] = field(default_factory=lambda: {"crf": "18", "preset": "ultrafast"})
    frames: int = 12
    size: tuple[int, int] = SIZE
    pts: Sequence[int] | None = None
    sound: str = ""
    sound_codec: str = "aac"
    face: bool = True
    container_options: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    colour: tuple[int, int, int] | None = None
    draw: Callable[[int], NDArray[np.uint8]] | None = None


def write(path: Path, spec: Spec, **container: Any) -> Path:
    """Write a film and give its path."""
    with av.open(str(path), "w", options=spec.container_options, **container) as out:
        out.metadata.update(spec.metadata)
        video = out.add_stream(spec.codec, rate=RATE, options=spec.options)
        video.width, video.height, video.pix_fmt = *spec.size, spec.form
        context = video.codec_context
        if spec.colour:
            context.color_primaries, context.color_trc, context.colorspace = spec.colour
        if spec.pts is not None:
            context.time_base = Fraction(1, 1000)
        with scheduling.unchanged():
            context.open()
        sound = out.add_stream(spec.sound_codec, rate=48000, layout=spec.sound) if spec.sound else None
        for i in range(spec.frames):
            pixels = spec.draw(i) if spec.draw else frame(i, spec.frames, spec.size, face=spec.face)
            picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            if spec.pts is not None:
                picture.pts, picture.time_base = spec.pts[i], Fraction(1, 1000)
            for packet in video.encode(picture):
                out.mux(packet)
        for packet in video.encode():
            out.mux(packet)
        if sound is not None:
            _tone(out, sound, spec)
    return path


def write_frames(path: Path, codec: str, options: dict[str, str], frames: Sequence[av.VideoFrame]) -> Path:
    """Write frames just as they are, all of one size and form."""
    with av.open(str(path), "w") as out:
        video: Any = out.add_stream(codec, rate=RATE, options=options)
        video.width, video.height, video.pix_fmt = frames[0].width, frames[0].height, frames[0].format.name
        for index, one in enumerate(frames):
            one.pts, one.time_base = index, Fraction(1, RATE)
            for packet in video.encode(one):
                out.mux(packet)
        for packet in video.encode(None):
            out.mux(packet)
    return path


def ten_bits(luma: NDArray[np.integer[Any]], chroma: int = 512) -> av.VideoFrame:
    """A frame of 10 bits, 4:2:0, of the limited range. luma: (h, w). chroma: of all samples."""
    made = av.VideoFrame(luma.shape[1], luma.shape[0], "yuv420p10le")
    for number, plane in enumerate(made.planes):
        values = np.full((plane.height, plane.line_size // 2), chroma, np.uint16)
        if number == 0:
            values[:, : plane.width] = luma
        plane.update(values.tobytes())
    made.color_range = 1
    return made


def _tone(out: Any, sound: Any, spec: Spec) -> None:
    count = round(spec.frames / RATE * 48000) if spec.pts is None else round((spec.pts[-1] + 40) * 48)
    tone = (np.sin(np.arange(count) * 2 * np.pi * 440 / 48000) * 0.3).astype(np.float32)
    channels = {"mono": 1, "stereo": 2, "5.1": 6}[spec.sound]
    step = sound.codec_context.frame_size or 1024
    resampler = av.AudioResampler(sound.codec_context.format.name, spec.sound, 48000)
    for start in range(0, count - step + 1, step):
        part = np.repeat(tone[None, start : start + step], channels, axis=0)
        piece = av.AudioFrame.from_ndarray(np.ascontiguousarray(part), format="fltp", layout=spec.sound)
        piece.sample_rate, piece.pts, piece.time_base = 48000, start, Fraction(1, 48000)
        for made in resampler.resample(piece):
            for packet in sound.encode(made):
                out.mux(packet)
    for packet in sound.encode():
        out.mux(packet)


def box(name: bytes, content: bytes) -> bytes:
    """An ISO base media box."""
    return (8 + len(content)).to_bytes(4, "big") + name + content


def turned(data: bytes, turns: int, *, mirrored: bool = False) -> bytes:
    """An MP4 whose track is shown turned clockwise by that many quarters: the matrix in its header is changed.

    mirrored: left and right change places then.
    """
    one, minus = 0x10000, (-0x10000) & 0xFFFFFFFF
    a, b, c, d = {0: (one, 0, 0, one), 1: (0, one, minus, 0), 2: (minus, 0, 0, minus), 3: (0, minus, one, 0)}[turns]
    a, c = ((-a) & 0xFFFFFFFF, (-c) & 0xFFFFFFFF) if mirrored else (a, c)
    plain = b"".join(v.to_bytes(4, "big") for v in (one, 0, 0, 0, one, 0, 0, 0, 0x40000000))
    wanted = b"".join(v.to_bytes(4, "big") for v in (a, b, 0, c, d, 0, 0, 0, 0x40000000))
    at = data.index(plain, data.index(b"tkhd"))
    return data[:at] + wanted + data[at + len(plain) :]
