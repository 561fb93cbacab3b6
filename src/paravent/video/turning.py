"""How stored frames are turned, and maybe mirrored, to be upright (ISO/IEC 14496-12, 8.3.2: the matrix of a track)."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import av
import numpy as np
from av.sidedata.sidedata import SideData, Type
from numpy.typing import NDArray

_MATRIX = struct.Struct("=9i")
_Scalar = TypeVar("_Scalar", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Turn:
    """turns: quarter turns, counter-clockwise, that make a stored frame upright. mirrored: left and right change places
    then."""

    turns: int = 0
    mirrored: bool = False

    def upright(self, samples: NDArray[_Scalar]) -> NDArray[_Scalar]:
        """Stored samples (h, w, ...) as they are shown, C-contiguous."""
        turned = np.rot90(samples, self.turns)
        return np.ascontiguousarray(turned[:, ::-1] if self.mirrored else turned)


def of(frame: av.VideoFrame) -> Turn:
    """What a frame says; only frames tell it."""
    for data in cast("Iterable[SideData]", frame.side_data):
        if data.type == Type.DISPLAYMATRIX:
            content = memoryview(cast(Any, data)).tobytes()
            if len(content) == _MATRIX.size:
                a, b, _u, c, d, *_rest = _MATRIX.unpack(content)
                mirrored = a * d - b * c < 0
                turns = round(-math.degrees(math.atan2(b, -a if mirrored else a)) / 90) % 4
                return Turn(turns, mirrored)
    return Turn()
