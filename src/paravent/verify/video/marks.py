"""What a frame and its covered places look like, in a few numbers, measured anew on the frames that were read back.

The writer measures the same on what it gave to the encoder; how, is the plan between both (`VideoPlan`), and written twice.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from paravent.model.geometry import Shape
from paravent.verify.masks import Mask, Window, painted_in, window_of

Plane: TypeAlias = NDArray[np.unsignedinteger[Any]]
_Group: TypeAlias = tuple[Window, tuple[Shape, ...]]

FRAME = (6, 8)  # rows and columns of a frame, each told by a mean
_PLACE = 4  # rows and columns of a covered place
OF_PLACE = _PLACE * _PLACE + 2  # its luma's means, and one of each chroma plane
_SAMPLED = 16  # rows and columns, about, of which a frame's mean is taken


def of_frame(luma: Plane, depth: int) -> NDArray[np.float32]:
    """Means (0 to 255, rounded down) of the parts of a luma plane of so many bits."""
    down, across = (side // count for side, count in zip(luma.shape, FRAME, strict=True))
    step = max(1, min(down, across) // _SAMPLED)
    parts = luma[: down * FRAME[0], : across * FRAME[1]].reshape(FRAME[0], down, FRAME[1], across)
    means = parts[:, ::step, :, ::step].mean(axis=(1, 3)) / (1 << (depth - 8))
    found: NDArray[np.float32] = np.floor(means).astype(np.float32).ravel()
    return found


def of_places(planes: list[Plane], shapes: tuple[Shape, ...], depth: int) -> NDArray[np.float32]:
    """`OF_PLACE` means (0 to 255, rounded) for each group of shapes that lie together: (groups, `OF_PLACE`).

    planes: luma, and two of chroma at half the size.
    """
    height, width = planes[0].shape
    found = [_of_place(planes, window, inside) for window, inside in _together(shapes, width, height)]
    return np.rint(np.array(found, np.float64).reshape(-1, OF_PLACE) / (1 << (depth - 8))).astype(np.float32)


def _of_place(planes: list[Plane], window: Window, shapes: tuple[Shape, ...]) -> list[float]:
    left, top, right, bottom = window
    covered = painted_in(shapes, window)
    sums = _parts(planes[0][top:bottom, left:right] * covered) / np.maximum(_parts(covered), 1)
    half = (slice(top // 2, -(-bottom // 2)), slice(left // 2, -(-right // 2)))
    small = np.pad(covered, ((0, covered.shape[0] % 2), (0, covered.shape[1] % 2)))
    small = small[::2, ::2] | small[1::2, ::2] | small[::2, 1::2] | small[1::2, 1::2]
    count = max(int(small.sum()), 1)
    return [*sums.ravel().tolist(), *(float((plane[half] * small).sum(dtype=np.int64)) / count for plane in planes[1:])]


def _parts(values: Plane | Mask) -> NDArray[np.int32]:
    """Sums of the parts of a window; where a part is empty, what lies behind it stands for it."""
    rows, columns = (np.arange(_PLACE) * side // _PLACE for side in values.shape)
    by_row = np.add.reduceat(values, columns, axis=1, dtype=np.int32)
    return np.asarray(np.add.reduceat(by_row, rows, axis=0), np.int32)


def _together(shapes: tuple[Shape, ...], width: int, height: int) -> list[_Group]:
    """Windows in even pixels around shapes, those that overlap as one, from the top left; with the shapes inside."""
    placed = [(window_of(shape, width, height, 2), (shape,)) for shape in shapes]
    waiting: list[_Group] = [one for one in placed if one[0][0] < one[0][2] and one[0][1] < one[0][3]]
    apart: list[_Group] = []
    while waiting:
        window, inside = waiting.pop()
        near = [other for other in waiting + apart if _overlap(window, other[0])]
        if not near:
            apart.append((window, inside))
            continue
        waiting = [other for other in waiting if not _overlap(window, other[0])]
        apart = [other for other in apart if not _overlap(window, other[0])]
        left, top, right, bottom = zip(window, *(other[0] for other in near), strict=True)
        joined = sum((other[1] for other in near), inside)
        waiting.append(((min(left), min(top), max(right), max(bottom)), joined))
    return sorted(apart, key=lambda one: (one[0][1], one[0][0]))


def _overlap(one: Window, other: Window) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
