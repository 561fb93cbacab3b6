"""What a written film may hold, read from its bytes with readers of their own."""

from __future__ import annotations

from typing import BinaryIO

from paravent.errors import Held
from paravent.video import mp4_check
from paravent.video.source import Facts


def check(file: BinaryIO, facts: Facts, sounds: list[str], frames: int, packets: list[int]) -> None:
    """Pass if the file holds one track of pictures of that many frames, these tracks of sound, and nothing else.

    Raises Held("container").
    """
    if facts.kind == "MP4":
        mp4_check.check(file, facts.codec, sounds, [frames, *packets])
        return
    raise Held("container", detail=facts.kind)
