"""Where networks compute."""

import numpy as np
import onnxruntime
import pytest

from paravent.detect import registry
from paravent.detect.faces.centerface import CenterFace
from paravent.detect.models import runtime, store
from paravent.model.policy import Policy


@pytest.mark.parametrize(
    ("offered", "used"),
    [
        (["CPUExecutionProvider"], ["CPUExecutionProvider"]),
        (["AzureExecutionProvider", "CPUExecutionProvider"], ["CPUExecutionProvider"]),
        (
            ["TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"],
            ["CUDAExecutionProvider", "CPUExecutionProvider"],
        ),
    ],
)
def test_a_card_is_used_where_it_is_offered_and_makes_another_recipe(monkeypatch, offered, used):
    store.install(print)
    here = registry.identity(Policy())
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: offered)
    assert runtime.providers() == used
    assert (registry.identity(Policy()) == here) == (used == ["CPUExecutionProvider"])


def test_without_a_card_the_processor_does_the_work(monkeypatch):
    """As far as a machine without one allows: the card is asked for and not there."""
    store.install(print)
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider", "CPUExecutionProvider"])

    class Blank:
        width, height = 640, 480

        def view(self, longest):
            return np.zeros((480, 640, 3), np.uint8)

    with pytest.warns(UserWarning, match="CUDAExecutionProvider"):
        assert CenterFace().find(Blank()) == []
