"""Times of packets and frames where a file states odd ones: doubles, jumps, none at all.

What is odd about times is no damage: the pictures are whole. A jump back (two recordings in one stream, a clock that was
set) is taken away for all tracks alike, so that they keep step; a time that occurs twice moves by a tick; where a container
knows no times of frames but only their order, or states nonsense, they follow each other as they come out of the decoder.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import av

# Seconds: by less than the first, times may go back because packets lie out of order; by more than the second, no clock of
# a stream goes on that was not set anew.
_BACK, _AHEAD = Fraction(1, 4), 10
BY_ORDER = ("AVI",)  # kinds that number their packets and state no times
LEAPING = ("MPEG-TS",)  # kinds in which a clock may be set while it runs (ISO/IEC 13818-1, 2.7.6)


class PacketClock:
    """Makes the times of packets go on where the clock of a file starts over.

    All tracks share the jumps: the one that comes first to a jump says how far it went. leaps: a leap ahead is one too.
    """

    def __init__(self, bases: Mapping[int, Fraction], *, leaps: bool) -> None:
        self._bases = dict(bases)
        self._leaps = leaps
        self._offsets = [Fraction(0)]  # seconds, behind each jump
        self._passed = dict.fromkeys(bases, 0)  # jumps
        self._last: dict[int, Fraction] = {}
        self._end = Fraction(0)

    @property
    def jumped(self) -> bool:
        """Whether the clock was set so far."""
        return len(self._offsets) > 1

    def correct(self, packet: av.Packet[Any]) -> None:
        """Change the times of a packet, in the order in which packets lie in the file."""
        index = packet.stream_index
        base = self._bases[index]
        stated = packet.dts if packet.dts is not None else packet.pts
        if stated is None:
            return
        at = stated * base
        if self._is_jump(index, at):
            self._jump(index, (packet.pts if packet.pts is not None else stated) * base)
        self._last[index] = at
        offset = self._offsets[self._passed[index]]
        if offset:
            ticks = round(offset / base)
            packet.pts = None if packet.pts is None else packet.pts + ticks
            packet.dts = None if packet.dts is None else packet.dts + ticks
        shown = packet.pts if packet.pts is not None else packet.dts
        self._end = max(self._end, ((shown or 0) + (packet.duration or 0)) * base)

    def _is_jump(self, index: int, at: Fraction) -> bool:
        last = self._last.get(index)
        return last is not None and (at < last - _BACK or (self._leaps and at > last + _AHEAD))

    def _jump(self, index: int, at: Fraction) -> None:
        self._passed[index] += 1
        if self._passed[index] == len(self._offsets):
            self._offsets.append(self._end - at)


class FrameClock:
    """Gives each frame its time, later than the one before. step: ticks from frame to frame where nothing is stated.

    by_order: what a file states are places in an order. mended: whether any time is not the one that was stated.
    """

    def __init__(self, step: int, *, by_order: bool) -> None:
        self._step = step
        self._by_order = by_order
        self._sent: deque[int] = deque()
        self._ahead = -1  # packets that the decoder takes in before the first frame comes out
        self._stated: dict[str, int] = {}
        self._odd = {"pts": 0, "dts": 0}
        self._last: int | None = None
        self._duration = step
        self.mended = False

    def sent(self, packet: av.Packet[Any]) -> None:
        """A packet goes to the decoder; an empty one asks it for what is still inside."""
        if packet.size and packet.dts is not None:
            self._sent.append(packet.dts)

    def stamp(self, frame: av.VideoFrame) -> tuple[int, int]:
        """Time and duration of the next frame in the order in which they are shown."""
        wanted = self._in_order() if self._by_order else self._believed(frame)
        if wanted is None:
            wanted = 0 if self._last is None else self._last + self._duration
        if self._last is not None and wanted <= self._last:
            wanted = self._last + 1
            self.mended = True
        self._last, self._duration = wanted, frame.duration or self._step
        return wanted, self._duration

    def _in_order(self) -> int | None:
        """The place of the packet that lies as far back as the decoder is behind."""
        if self._ahead < 0:
            self._ahead = len(self._sent)
        while len(self._sent) > self._ahead:
            self._sent.popleft()
        return self._sent.popleft() if self._sent else None

    def _believed(self, frame: av.VideoFrame) -> int | None:
        """The stated time; that of decoding where it contradicted itself less often."""
        for name, time in (("pts", frame.pts), ("dts", frame.dts)):
            if time is not None:
                self._odd[name] += name in self._stated and time <= self._stated[name]
                self._stated[name] = time
        if frame.pts is None or (frame.dts is not None and self._odd["pts"] > self._odd["dts"]):
            self.mended = self.mended or frame.pts is not None
            return frame.dts
        return frame.pts
