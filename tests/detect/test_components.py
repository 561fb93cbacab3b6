"""Connected parts are those that OpenCV sees."""

from __future__ import annotations

import numpy as np
import pytest

from paravent.detect import components

cv2 = pytest.importorskip("cv2")


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7])
def test_parts_are_those_of_another_program(share):
    random = np.random.default_rng(round(share * 10))
    for _ in range(20):
        mask = random.random(random.integers(1, 60, 2)) < share
        count, labels, numbers, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
        found = components.parts(mask)
        assert [len(part) for part in found] == sorted(numbers[1:, cv2.CC_STAT_AREA].tolist(), reverse=True)
        assert len(found) == count - 1
        assert all(len(set(labels[part[:, 0], part[:, 1]])) == 1 for part in found)


def test_a_spiral_is_one_part_and_nothing_is_none():
    mask = np.zeros((9, 9), bool)
    mask[0, :] = mask[:, 8] = mask[8, :] = mask[2:, 0] = mask[2, :7] = mask[2:7, 6] = True
    assert len(components.parts(mask)) == 1
    assert components.parts(np.zeros((5, 5), bool)) == []
    assert components.parts(np.zeros((0, 5), bool)) == []


def test_corners_touch():
    assert len(components.parts(np.eye(6, dtype=bool))) == 1
    assert len(components.parts(np.eye(6, dtype=bool)[:, ::-1])) == 1
