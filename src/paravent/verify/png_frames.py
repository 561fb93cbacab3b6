"""The chunks that make a PNG an animation, read strictly (W3C PNG third edition, 11.3.6)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from paravent.errors import Held
from paravent.verify.motion import Motion


@dataclass(frozen=True, slots=True)
class FramePixels:
    """Size of a frame and the pieces of its zlib stream."""

    width: int
    height: int
    pieces: list[memoryview]


def read_frames(
    chunks: list[tuple[str, memoryview]], width: int, height: int, planned: bool
) -> tuple[list[FramePixels], Motion]:
    """The frames of an animation whose chunks are in order; the first is the picture itself and fills the canvas.

    planned: the file is one of ours, which put frames in place and leave them there. Raises Held("container").
    """
    frames: list[FramePixels] = []
    timing: list[int] = []
    sequence = 0
    for name, content in chunks:
        if name in ("fcTL", "fdAT"):
            if len(content) < 4 or int.from_bytes(content[:4], "big") != sequence:
                raise Held("container", detail=f"PNG {name}")
            sequence += 1
        if name == "fcTL":
            frame, duration = _control(content, width, height, planned)
            frames.append(frame)
            timing.append(duration)
        elif name in ("fdAT", "IDAT"):
            frames[-1].pieces.append(content[4:] if name == "fdAT" else content)
    control = next(content for name, content in chunks if name == "acTL")
    if len(control) != 8 or int.from_bytes(control[:4], "big") != len(frames) or (planned and len(frames) < 2):
        raise Held("container", detail="PNG acTL")
    if (frames[0].width, frames[0].height) != (width, height):
        raise Held("container", detail="PNG fcTL")
    return frames, Motion(tuple(timing), int.from_bytes(control[4:], "big"))


def _control(content: memoryview, width: int, height: int, planned: bool) -> tuple[FramePixels, int]:
    if len(content) != 26:
        raise Held("container", detail="PNG fcTL")
    _, columns, rows, left, top, number, unit, dispose, blend = struct.unpack(">IIIIIHHBB", content)
    inside = 0 < columns <= width - left and 0 < rows <= height - top
    if not inside or dispose > 2 or blend > 1 or (planned and (dispose or blend or unit != 1000)):
        raise Held("container", detail="PNG fcTL")
    return FramePixels(columns, rows, []), number * 1000 // (unit or 100)
