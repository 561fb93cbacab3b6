"""Prepares films in this process, as a worker does."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from detect_kit import detectors
from job_kit import tools_of
from paravent.detect.base import Detector
from paravent.model.job import Job
from paravent.model.limits import VideoLimits
from paravent.model.policy import preset
from paravent.model.report import FileReport
from paravent.pipeline import video
from paravent.pipeline.tools import Tools
from paravent.stores.reading import format_of
from paravent.verify.verdict import Verdict
from paravent.verify.video import judging
from paravent.video.source import Video


def tools(*others: Detector) -> Tools:
    """What a worker has, with these detectors."""
    return tools_of(detectors(*others))


def protect(source: Path, output: Path, name: str = "family", **options: Any) -> FileReport:
    """One film prepared into a folder."""
    output.mkdir(exist_ok=True)
    policy = preset(name).with_options(**options)
    job = Job(str(source), source.name, policy, "recipe", str(output), source.stem + ".mp4")
    return video.protect(job, tools()).report


def name_of(path: Path) -> str:
    """The name of a file's format, "" for none."""
    spec = format_of(path)
    return spec.name if spec else ""


def judged(path: Path) -> Verdict:
    """What verification says of a file that anybody wrote."""
    with path.open("rb") as file:
        return judging.judge(file, name_of(path), detectors().face_network)


def times(path: Path) -> list[Fraction]:
    """When each frame is shown, in seconds."""
    with path.open("rb") as file:
        opened = Video(file, name_of(path), VideoLimits())
        return [frame.pts * opened.facts.time_base for frame in opened.frames()]


def length(path: Path) -> Fraction:
    """From the first frame's time to the end of the last."""
    with path.open("rb") as file:
        opened = Video(file, name_of(path), VideoLimits())
        last = list(opened.frames())[-1]
        return (last.pts + last.duration) * opened.facts.time_base


def heard(path: Path) -> list[bytes]:
    """The decoded sound, track by track."""
    tracks = []
    with av.open(str(path)) as probe:
        count = len(probe.streams.audio)
    for index in range(count):
        with av.open(str(path)) as container:
            frames = container.decode(container.streams.audio[index])
            tracks.append(b"".join(frame.to_ndarray().T.tobytes() for frame in frames))
    return tracks


def packets(path: Path, kind: str) -> list[bytes]:
    """The packets of the first track of a kind."""
    with av.open(str(path)) as container:
        stream = next(stream for stream in container.streams if stream.type == kind)
        return [bytes(packet) for packet in container.demux(stream) if packet.size]
