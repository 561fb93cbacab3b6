"""Reading numbers bit by bit, as the headers of video bit streams store them."""

from __future__ import annotations

from paravent.errors import Held


class Bits:
    """Big-endian bits out of bytes, bounds checked: beyond the end, Held("damaged") is raised."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = 8 * len(data)

    def take(self, count: int) -> int:
        """The next bits as one number."""
        self._left -= count
        if self._left < 0:
            raise Held("damaged")
        return self._value >> self._left & (1 << count) - 1

    def exp_golomb(self) -> int:
        """An unsigned number in exponential Golomb code of up to 32 bits (ITU-T H.265, 9.2; AV1, 4.10.3)."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 32:
                raise Held("damaged")
        return (1 << zeros) - 1 + self.take(zeros)
