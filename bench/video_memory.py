"""Films: peak memory of a worker for a short and a long film of 1920x1080; it should not grow with length.

    python bench/video_memory.py [--minutes 1 20] [--rate 5] [--preset family]

The films are drawn: a slow pan over a wall with portraits in the public domain (matplotlib's sample data), a new scene
every ten seconds, sound in stereo. A low frame rate keeps the run short; what grows with length grows with frames. Each
film is prepared in a process of its own, as a worker does; its peak is what the system says when it ends (wait4).
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from matplotlib import cbook
from numpy.typing import NDArray
from PIL import Image

from inputs import scratch

SIZE = (1920, 1080)
_SCENE = 10  # seconds
_SOUND_RATE = 48_000

_WORKER = """
import sys
from pathlib import Path
from paravent.detect.registry import chosen
from paravent.engine.workers import isolation
from paravent.model.job import Job
from paravent.model.policy import preset
from paravent.pipeline import video
from paravent.pipeline.tools import Tools
from paravent.stores.files import FilesLocation
from paravent.stores.folder import FolderLocation
isolation.keep_freed_memory()
policy = preset(sys.argv[3])
location = FilesLocation.named([Path(sys.argv[1])])
tools = Tools(chosen(policy), location.open(), {"": FolderLocation(Path(sys.argv[2])).open()}, b"k" * 32)
job = Job(str(location.on_disk[0]), "film.mp4", policy, "bench", destination="film.mp4", force=True)
report = video.protect(job, tools).report
print(report.status, report.hold, report.film.frames if report.film else 0, report.covered)
"""


def wall(width: int) -> NDArray[np.uint8]:
    """What is panned over, RGB."""
    with cbook.get_sample_data("grace_hopper.jpg") as file, Image.open(file) as image:
        portrait = np.array(image.convert("RGB").resize((256, 303)))
    rng = np.random.default_rng(1)
    coarse = rng.integers(70, 190, (SIZE[1] // 40, width // 40, 3), np.uint8)
    picture = np.array(Image.fromarray(coarse).resize((width, SIZE[1]), Image.Resampling.BICUBIC))
    for x in range(200, width - 256, 700):
        y = int(rng.integers(50, SIZE[1] - 350))
        picture[y : y + 303, x : x + 256] = portrait
    return picture


def make(path: Path, seconds: int, rate: int) -> int:
    """Write a film; gives the number of its frames."""
    picture = wall(SIZE[0] + 1000)
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=rate, options={"preset": "ultrafast", "crf": "23", "threads": "1"})
        video.width, video.height, video.pix_fmt = *SIZE, "yuv420p"
        sound = out.add_stream("aac", rate=_SOUND_RATE, layout="stereo")
        heard = 0
        for i in range(seconds * rate):
            scene, at = divmod(i, _SCENE * rate)
            x = round(at * 900 / (_SCENE * rate))
            shown = picture[:, x : x + SIZE[0]]
            shown = np.ascontiguousarray(shown[:, ::-1] if scene % 2 else shown)
            for packet in video.encode(av.VideoFrame.from_ndarray(shown, format="rgb24")):
                out.mux(packet)
            while heard < (i + 1) * _SOUND_RATE // rate:
                heard = _sounded(out, sound, heard)
        for stream in (video, sound):
            for packet in stream.encode():
                out.mux(packet)
    return seconds * rate


def _sounded(out: Any, sound: Any, at: int) -> int:
    wave = (0.2 * np.sin(np.arange(at, at + 1024) / 20)).astype(np.float32)
    frame = av.AudioFrame.from_ndarray(np.stack([wave, wave]), format="fltp", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = _SOUND_RATE, at, Fraction(1, _SOUND_RATE)
    for packet in sound.encode(frame):
        out.mux(packet)
    return at + 1024


def peak(video: Path, output: Path, preset: str) -> tuple[float, float]:
    """Megabytes and CPU seconds of a process that prepares a film."""
    command = [sys.executable, "-c", _WORKER, str(video), str(output), preset]
    process = subprocess.Popen(command)
    _pid, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"the worker ended with {status}")
    return usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1 << 20), usage.ru_utime + usage.ru_stime


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Peak memory for short and long films.")
    parser.add_argument("--minutes", type=float, nargs="+", default=[1, 20])
    parser.add_argument("--rate", type=int, default=5, help="frames a second")
    parser.add_argument("--preset", default="family")
    options = parser.parse_args()
    peaks = []
    with scratch() as work:
        for minutes in options.minutes:
            video, output = work / f"{minutes:g}.mp4", work / f"out{minutes:g}"
            output.mkdir()
            frames = make(video, round(60 * minutes), options.rate)
            started = time.monotonic()
            megabytes, seconds = peak(video, output, options.preset)
            peaks.append(megabytes)
            spent = f"{seconds / frames:.3f} CPU s a frame, {time.monotonic() - started:.0f} s"
            print(f"{minutes:g} min, {frames} frames of {SIZE[0]}x{SIZE[1]}: peak {megabytes:.0f} MB; {spent}", flush=True)
            video.unlink()
    print(f"longest over shortest: {peaks[-1] / peaks[0]:.3f}")
    print(f"this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
