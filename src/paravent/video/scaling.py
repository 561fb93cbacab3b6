"""Frames made smaller by libav."""

from __future__ import annotations

from typing import cast

import av
from av.video.reformatter import Interpolation, VideoReformatter

from paravent.detect.base import Pixels


class Scaler:
    """Keeps what libav prepares for each size, which takes longer than to make one frame smaller. For one thread."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int, str], VideoReformatter] = {}

    def scaled(self, frame: av.VideoFrame, width: int, height: int, form: str) -> Pixels:
        """The frame as (height, width, 3) or (height, width), uint8. form: "rgb24" or "gray"."""
        reformatter = self._kept.setdefault((width, height, form), VideoReformatter())
        smaller = reformatter.reformat(frame, width, height, form, interpolation=Interpolation.BILINEAR)
        return cast(Pixels, smaller.to_ndarray())
