"""From what a decoder gives to what a player shows: one moment, the visible part, one size.

Everything that looks at frames or covers them comes behind this, so that no row of it is ever written that a player would
not show, and no frame mixes two moments.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import av

from paravent.video.framing import Crop

# bwdif: an interlaced frame becomes the picture of its first field; the lines of the other one are made from what is around
# them, in the frames before and behind too. What is progressive passes as it is.
_DEINTERLACE = "mode=send_frame:parity=auto:deint=interlaced"


class Presenter:
    """Takes decoded frames in order and gives as many, in the same order, some of them later.

    crop: what is left out at the edges of a stored frame. size: stored width and height behind the crop.
    """

    def __init__(self, crop: Crop, size: tuple[int, int]) -> None:
        self._crop = crop
        self._size = size
        self._fields: _Chain | None = None
        self._cuts: dict[tuple[int, int, str], _Chain] = {}
        self.deinterlaced = False
        self.resized = False

    def take(self, frame: av.VideoFrame) -> Iterator[av.VideoFrame]:
        """What can be shown now."""
        if frame.interlaced_frame:
            self.deinterlaced = True
        elif self._fields is None:
            yield self._visible(frame)
            return
        yield from map(self._visible, self._of_one_moment(frame))

    def finish(self) -> Iterator[av.VideoFrame]:
        """What was kept back."""
        if self._fields is not None:
            yield from map(self._visible, self._fields.finish())
            self._fields = None

    def _of_one_moment(self, frame: av.VideoFrame) -> Iterator[av.VideoFrame]:
        if self._fields is not None and not self._fields.fits(frame):
            yield from self._fields.finish()
            self._fields = None
        if self._fields is None:
            self._fields = _Chain(frame, "bwdif", _DEINTERLACE)
        yield from self._fields.take(frame)

    def _visible(self, frame: av.VideoFrame) -> av.VideoFrame:
        if self._crop.is_needed:
            frame = self._cut(frame)
        if (frame.width, frame.height) != self._size:
            self.resized = True
            return frame.reformat(*self._size)
        return frame

    def _cut(self, frame: av.VideoFrame) -> av.VideoFrame:
        of = frame.width, frame.height, frame.format.name
        if of not in self._cuts:
            left, top, width, height = self._crop.of(frame.width, frame.height)
            self._cuts[of] = _Chain(frame, "crop", f"{width}:{height}:{left}:{top}")
        (cut,) = self._cuts[of].take(frame)
        return cut


class _Chain:
    """One of libav's filters for frames of one size and format. It counts frames; times are none of its business."""

    def __init__(self, frame: av.VideoFrame, name: str, arguments: str) -> None:
        self._of = frame.width, frame.height, frame.format.name
        self._count = 0
        graph = av.filter.Graph()
        graph.threads = 1
        source, step, sink = graph.add("buffer", _described(frame)), graph.add(name, arguments), graph.add("buffersink")
        source.link_to(step)
        step.link_to(sink)
        graph.configure()
        self._graph = graph

    def fits(self, frame: av.VideoFrame) -> bool:
        """Whether a frame is of that size and format."""
        return self._of == (frame.width, frame.height, frame.format.name)

    def take(self, frame: av.VideoFrame) -> list[av.VideoFrame]:
        """What comes out for a frame."""
        frame.pts = self._count
        self._count += 1
        self._graph.push(frame)
        return self._pulled()

    def finish(self) -> list[av.VideoFrame]:
        """What is still inside."""
        self._graph.push(None)
        return self._pulled()

    def _pulled(self) -> list[av.VideoFrame]:
        out: list[av.VideoFrame] = []
        while True:
            try:
                out.append(cast(av.VideoFrame, self._graph.pull()))
            except (av.error.BlockingIOError, av.error.EOFError):
                return out


def _described(frame: av.VideoFrame) -> str:
    return f"video_size={frame.width}x{frame.height}:pix_fmt={frame.format.name}:time_base=1/25"
