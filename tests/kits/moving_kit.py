"""Drawn animations in which a portrait moves, as other programs write them."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paravent.model.geometry import Box
from portraits import astronaut, hopper

Pixels = NDArray[np.uint8]
SIZE = (320, 240)
KINDS: dict[str, tuple[str, dict[str, object]]] = {
    "GIF": (".gif", {}),
    "WebP": (".webp", {"lossless": True}),
    "lossy WebP": (".webp", {"quality": 85}),
    "APNG": (".png", {}),
    "AVIF": (".avif", {"quality": 85}),
}
# Head and shoulders of each portrait, and the face in that.
_HEADS = ((hopper, (120, 30, 420, 430)), (astronaut, (130, 0, 330, 230)))
_FACES = (Box(83, 110, 130, 160), Box(57, 72, 75, 100))


def scene(seed: int = 0, size: tuple[int, int] = SIZE) -> Image.Image:
    """Soft patches of colour with nobody in them."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(60, 200, (size[1] // 40 + 1, size[0] // 40 + 1, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)


def with_head(image: Image.Image, left: int, top: int, height: int = 130, which: int = 0) -> tuple[Image.Image, Box]:
    """The scene with somebody in it, and the box of the face."""
    portrait, place = _HEADS[which]
    head = portrait().crop(place)
    factor = height / head.height
    shown = image.copy()
    shown.paste(head.resize((round(head.width * factor), height), Image.Resampling.LANCZOS), (left, top))
    face = _FACES[which]
    return shown, Box(left + face.x * factor, top + face.y * factor, face.w * factor, face.h * factor)


def written(frames: Sequence[Image.Image], kind: str, durations: int | Sequence[int] = 60, **more: object) -> bytes:
    """An animation of these frames, played three times where the format says so."""
    name = {"lossy WebP": "WEBP", "APNG": "PNG"}.get(kind, kind)
    images = [frame.quantize(200) if kind == "GIF" and frame.mode == "RGB" else frame for frame in frames]
    times = list(durations) if not isinstance(durations, int) else durations
    buffer = io.BytesIO()
    options = {**KINDS[kind][1], "loop": 3, **more}
    images[0].save(buffer, name, save_all=True, append_images=images[1:], duration=times, **options)
    return buffer.getvalue()


def shown(data: bytes) -> tuple[list[Pixels], list[int], object]:
    """Frames as RGB, how long each is shown in milliseconds, and how often all are."""
    image = Image.open(io.BytesIO(data))
    frames, times = [], []
    for index in range(getattr(image, "n_frames", 1)):
        image.seek(index)
        frames.append(np.asarray(image.convert("RGB")))
        times.append(round(image.info.get("duration", 0)))
    return frames, times, image.info.get("loop")


def is_open(before: Pixels, after: Pixels, face: Box) -> bool:
    """Whether the middle of a face shows what it showed."""
    rows = slice(round(face.y + face.h * 0.2), round(face.y + face.h * 0.8))
    columns = slice(round(face.x + face.w * 0.2), round(face.x + face.w * 0.8))
    away = np.abs(before[rows, columns].astype(np.int16) - after[rows, columns]).max(axis=2)
    return bool((away <= 14).mean() > 0.3)
