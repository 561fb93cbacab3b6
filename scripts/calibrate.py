"""Measures the ranges that 8-bit quantisation needs, and writes src/paravent/detect/models/data/.

    python scripts/calibrate.py

Uses package portraits (public domain), drawn faces and, where PARAVENT_EVAL names a folder with them, CC BY pictures (Ultra
HDR samples) and films (signing hands). Never the marked faces that accuracy is measured on.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import matplotlib.cbook
import numpy as np
import skimage.data
from onnxruntime.quantization import CalibrationDataReader
from PIL import Image, ImageEnhance, ImageOps

from paravent.detect.models import install, known_picture, store

DATA = Path(install.__file__).parent / "data"
SIDE = 512
INPUT = "input.1"  # of the graph as published


def portraits() -> list[Image.Image]:
    hopper = Image.open(matplotlib.cbook.get_sample_data("grace_hopper.jpg")).convert("RGB")
    return [hopper, Image.fromarray(skimage.data.astronaut())]


def tiled(picture: Image.Image, side: int) -> Image.Image:
    """A square full of one picture at the given size."""
    small = ImageOps.contain(picture, (side, side))
    sheet = Image.new("RGB", (SIDE, SIDE))
    for x in range(0, SIDE, small.width):
        for y in range(0, SIDE, small.height):
            sheet.paste(small, (x, y))
    return sheet


def variants() -> Iterator[Image.Image]:
    for picture in [*portraits(), Image.fromarray(known_picture.draw())]:
        for side in (512, 256, 128, 64):
            yield tiled(picture, side)
        yield tiled(picture.rotate(25, expand=True), 256)
        yield tiled(ImageEnhance.Brightness(picture).enhance(0.4), 256)
        yield tiled(ImageEnhance.Brightness(picture).enhance(1.8), 256)
        yield tiled(ImageEnhance.Contrast(picture).enhance(2.0), 128)


def evaluation_pictures() -> Iterator[Image.Image]:
    """CC BY pictures and films, where they are at hand."""
    root = os.environ.get("PARAVENT_EVAL", "")
    if not root:
        print("PARAVENT_EVAL is not set: calibrating on portraits and drawn faces only")
        return
    for path in sorted((Path(root) / "files/ultrahdr/Originals").glob("*.jpg")):
        with Image.open(path) as picture:
            for longest in (1600, 640):
                yield ImageOps.contain(ImageOps.exif_transpose(picture).convert("RGB"), (longest, longest))
    import av  # noqa: PLC0415  (only where there are films)

    for path in sorted((Path(root) / "video/asl_gestures").glob("*.mkv"))[::3]:
        with av.open(str(path)) as video:
            frames = [frame for i, frame in enumerate(video.decode(video=0)) if i == 30]
            yield from (frame.to_image() for frame in frames)


def padded(picture: Image.Image) -> np.ndarray:
    """The picture as the network's input: (1, 3, h, w), sides multiples of 32."""
    pixels = np.asarray(picture)
    grown = [(0, -side % 32) for side in pixels.shape[:2]]
    return np.pad(pixels, [*grown, (0, 0)]).transpose(2, 0, 1)[None].astype(np.float32)


class Reader(CalibrationDataReader):
    def __init__(self) -> None:
        self._pictures = (picture for source in (variants(), evaluation_pictures()) for picture in source)

    def get_next(self) -> dict[str, np.ndarray] | None:
        picture = next(self._pictures, None)
        return None if picture is None else {INPUT: padded(picture)}


def main() -> None:
    weights = store.weights(print)
    DATA.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        ranges = Path(folder) / "ranges.json"
        install.quantise(weights, Path(folder) / "model.onnx", ranges, Reader())
        measured = json.loads(ranges.read_text(encoding="utf-8"))
    (DATA / "ranges.json").write_text(json.dumps(measured, sort_keys=True) + "\n", encoding="utf-8")
    expected = install.seen(install.quantised(weights))
    (DATA / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")
    print("8 bits:", expected, "\nfull precision:", install.seen(install.full_precision(weights)))


if __name__ == "__main__":
    main()
