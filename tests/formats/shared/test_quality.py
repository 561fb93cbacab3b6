"""The quality of lossy copies: as like as wanted outside the covered places, no better, and chosen from covered samples."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("pillow_heif")

from heic_kit import heic
from paravent.formats import named, recognise
from paravent.formats.base import Writing
from paravent.formats.shared.quality import Ladder, chosen, encoded
from paravent.formats.shared.samples import rgba
from paravent.model.geometry import Ellipse, Shape
from paravent.model.limits import StillLimits
from paravent.redact.masks import union_mask
from paravent.verify.decoding import decode_copy
from picture_kit import saved, scene

LADDER = Ladder(target=40.0, first=50, step=0.5, lowest=10, highest=90)


class Scripted:
    """An encoder whose likeness is a known function of its quality: all samples are off by one amount."""

    ladder = LADDER

    def __init__(self, likeness) -> None:
        self._likeness = likeness
        self.asked: list[tuple[int, tuple[int, ...]]] = []
        self._samples = np.zeros((1, 1, 3), np.uint16)

    def given(self, samples: np.ndarray) -> np.ndarray:
        return samples

    def encode(self, samples: np.ndarray, quality: int) -> bytes:
        self.asked.append((quality, samples.shape))
        self._samples = samples
        return bytes((quality,))

    def decode(self, data: bytes) -> np.ndarray:
        off = round(65_535 * 10 ** (-self._likeness(data[0]) / 20))
        return np.concatenate([self._samples + np.uint16(off), np.full_like(self._samples[..., :1], 65_535)], axis=2)


def _plain(height: int = 40, width: int = 60) -> tuple[np.ndarray, np.ndarray]:
    return np.full((height, width, 3), 1000, np.uint16), np.zeros((height, width), bool)


@pytest.mark.parametrize("slope", [0.2, 0.4, 0.5, 0.9])
@pytest.mark.parametrize("at_first", [33.0, 38.5, 40.1, 43.0, 52.0])
def test_it_lands_just_above_the_target(slope: float, at_first: float) -> None:
    coder = Scripted(lambda quality: at_first + slope * (quality - LADDER.first))
    quality = encoded(*_plain(), coder)[0]
    reached = at_first + slope * (quality - LADDER.first)
    assert len(coder.asked) <= 4
    reachable = at_first + slope * (LADDER.highest - LADDER.first) >= LADDER.target
    assert reached >= LADDER.target - 0.01 if reachable else quality == LADDER.highest
    assert reached < LADDER.target + 1.5 or quality == LADDER.lowest


def test_where_the_target_is_out_of_reach_the_best_is_taken() -> None:
    assert encoded(*_plain(), Scripted(lambda quality: min(30.0 + quality / 100, 30.6)))[0] >= 60
    assert encoded(*_plain(), Scripted(lambda quality: 40 - abs(quality - 52)))[0] in range(50, 55)


@pytest.mark.parametrize(("excess", "asked", "taken"), [(0.5, [50], 50), (0.0, [50, 49, 48], 49)])
def test_a_little_too_good_is_tried_lower_where_trials_are_cheap(excess: float, asked: list[int], taken: int) -> None:
    coder = Scripted(lambda quality: 40.2 + 0.15 * (quality - 50))
    coder.ladder = replace(LADDER, excess=excess)
    assert encoded(*_plain(), coder)[0] == taken
    assert [quality for quality, _ in coder.asked] == asked


def test_large_pictures_are_tried_on_tiles_and_encoded_once() -> None:
    coder = Scripted(lambda quality: quality - 15.0)
    encoded(*_plain(1200, 1600), coder)
    shapes = [shape for _, shape in coder.asked]
    assert shapes[-1] == (1200, 1600, 3)
    assert set(shapes[:-1]) == {(768, 768, 3)}
    narrow = Scripted(lambda quality: quality - 15.0)
    encoded(*_plain(20, 60_000), narrow)
    assert narrow.asked[-1][1] == (20, 60_000, 3)


def test_a_picture_that_is_covered_wholly_needs_no_quality() -> None:
    samples, mask = _plain()
    assert chosen(samples, ~mask, Scripted(lambda quality: 1.0)) == LADDER.lowest


FACE: tuple[Shape, ...] = (Ellipse(60, 50, 25, 20, 0),)
KINDS = {
    "HEIC": (45.0, lambda seed: heic(_photo(seed))),
    "AVIF": (41.0, lambda seed: saved(_photo(seed), "AVIF", quality=70)),
    "WebP": (41.0, lambda seed: saved(_photo(seed), "WEBP", quality=80)),
}


def _photo(seed: int) -> np.ndarray:
    """Soft shapes with some grain, of grain and contrast by seed."""
    rng = np.random.default_rng(seed)
    soft = Image.fromarray(scene("RGB", 16, 12)).resize((240, 180), Image.Resampling.BICUBIC)
    return np.clip(np.asarray(soft) + rng.normal(0, 2 + 2 * seed, (180, 240, 1)), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("seed", [0, 1, 3])
@pytest.mark.parametrize("name", KINDS)
def test_copies_are_like_their_sources(name: str, seed: int) -> None:
    least, make = KINDS[name]
    data = make(seed)
    form = recognise(data[:64])
    assert form is named(name)
    draft = form.open(data, StillLimits()).draft([FACE], Writing())
    outside = ~union_mask(FACE, 240, 180)
    (before,), (after,) = (list(decode_copy(one, name, StillLimits())) for one in (data, draft.data))
    error = np.mean(np.square(rgba(before)[outside].astype(float) - rgba(after)[outside]))
    assert 20 * np.log10(255) - 10 * np.log10(error) > least


def test_a_lossy_animation_is_as_like() -> None:
    frames = [Image.fromarray(np.roll(_photo(1), shift, axis=1)) for shift in (0, 4, 8)]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=100, quality=85)
    source = named("WebP").open(out.getvalue(), StillLimits())
    draft = source.draft([()] * 3, Writing())
    for before, after in zip(
        decode_copy(out.getvalue(), "WebP", StillLimits()), decode_copy(draft.data, "WebP", StillLimits()), strict=True
    ):
        assert np.mean(np.square(before.astype(float) - after)) < 255**2 / 10**4.0
