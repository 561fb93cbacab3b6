"""One registration gives a detector to stills and to videos."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import numpy as np
import pytest
from numpy.typing import NDArray

from paravent.detect import plugins
from paravent.detect.detector_set import DetectorSet
from paravent.detect.registry import chosen
from paravent.model.policy import preset


class _Toy:
    version, kinds, licence, longest, again = "1", ("logo",), "MIT", 64, True

    def find(self, picture: NDArray[np.uint8]) -> list[plugins.Found]:
        del picture
        return []


class _Point(EntryPoint):
    def load(self) -> type[_Toy]:
        return _Toy


def test_what_a_policy_asks_for_looks_at_stills_and_at_videos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "entry_points", lambda **_: [_Point("toy", "toy:make", plugins.GROUP)])
    detectors = chosen(preset("family").with_options(codes=True, detectors=("toy",)))
    assert list(detectors.again) == ["centerface", "code", "toy"]
    assert list(detectors.besides_faces.again) == ["code", "toy"]


def test_videos_need_a_detector_of_faces() -> None:
    with pytest.raises(ValueError, match="faces"):
        _ = DetectorSet([]).face_network
