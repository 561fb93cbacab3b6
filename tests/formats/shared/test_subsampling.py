"""Colours for encoders that keep one for four pixels: nearer to the picture after coding, nothing else changed."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from paravent.formats.shared import subsampling
from paravent.formats.shared.subsampling import for_one_colour_in_four
from paravent.redact.cover import LUMA
from picture_kit import scene

OPTIONS = {"WEBP": {"quality": 90}, "AVIF": {"quality": 90, "speed": 8, "subsampling": "4:2:0"}}


def _coded(samples: np.ndarray, kind: str) -> np.ndarray:
    out = BytesIO()
    Image.fromarray(samples).save(out, kind, **OPTIONS[kind])
    return np.asarray(Image.open(out, formats=[kind]).convert("RGB"))


def _error(shown: np.ndarray, wanted: np.ndarray) -> float:
    return float(np.mean(np.square(shown.astype(float) - wanted)))


def _colourful(width: int = 320, height: int = 240) -> np.ndarray:
    soft = Image.fromarray(scene("RGB", width // 4, height // 4)).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(soft)


@pytest.mark.parametrize("kind", OPTIONS)
def test_a_picture_fades_less_when_it_is_coded_once_more(kind: str) -> None:
    once = _coded(_colourful(), kind)
    assert _error(_coded(for_one_colour_in_four(once), kind), once) < 0.8 * _error(_coded(once, kind), once)


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (5, 7), (64, 65), (130, 129)])
def test_lightness_stays_and_each_four_pixels_get_one_colour(size: tuple[int, int]) -> None:
    samples = np.ascontiguousarray(_colourful()[: size[0], : size[1]] // 4 + 96)  # nothing leaves the range
    given = for_one_colour_in_four(samples)
    assert given.shape == samples.shape
    assert given.dtype == np.uint8
    lightness = [one.astype(float) @ LUMA for one in (samples, given)]
    assert np.abs(lightness[0] - lightness[1]).max() <= 1
    colour = given.astype(float) - lightness[1][..., None]
    even = colour[: size[0] // 2 * 2, : size[1] // 2 * 2]
    fours = even.reshape(size[0] // 2, 2, size[1] // 2, 2, 3)
    assert np.ptp(fours, axis=(1, 3)).max(initial=0) <= 2


def test_it_does_not_matter_how_many_rows_are_taken_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = np.random.default_rng(3).integers(0, 256, (221, 61, 3), dtype=np.uint8)
    given = for_one_colour_in_four(samples)
    monkeypatch.setattr(subsampling, "_ROWS", 1000)
    np.testing.assert_array_equal(for_one_colour_in_four(samples), given)


def test_grey_stays_grey() -> None:
    grey = np.repeat(_colourful()[..., :1], 3, axis=2)
    np.testing.assert_array_equal(for_one_colour_in_four(grey), grey)


def test_a_place_reaches_no_further_than_a_few_pixels() -> None:
    one = _colourful().copy()
    other = one.copy()
    other[100:120, 100:120] = (255, 0, 0)
    changed = np.any(for_one_colour_in_four(one) != for_one_colour_in_four(other), axis=2)
    assert changed.any()
    changed[92:128, 92:128] = False
    assert not changed.any()
