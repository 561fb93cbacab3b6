"""Fillings never read what they cover, and look as their name says."""

import inspect as introspection

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from paravent.formats.jpeg import blocks as jpeg_blocks
from paravent.model.geometry import Ellipse, Polygon
from paravent.model.style import STICKERS, Style, Styles
from paravent.redact import cover, filling
from paravent.redact.cover import cover_samples, groups, windows
from paravent.redact.filling import membrane
from paravent.redact.masks import union_mask

STICKERS_DRAWN = [Style("sticker", (250, 200, 40), name) for name in STICKERS]
STYLES = [Style(), Style("solid", (200, 30, 30)), Style("pixelate"), *STICKERS_DRAWN]
SHAPES = [
    (Ellipse(30, 30, 12, 16),),
    (Ellipse(5, 5, 20, 20, 40), Ellipse(60, 50, 9, 9)),
    (Polygon(((10, 10), (70, 15), (40, 60))),),
    (Ellipse(40, 32, 400, 400),),
]


@pytest.mark.parametrize("style", STYLES, ids=lambda s: f"{s.name}-{s.sticker}")
@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("channels", [1, 3])
def test_covered_samples_leave_no_trace(style, shapes, channels):
    rng = np.random.default_rng(1)
    first = rng.integers(0, 256, (64, 80, channels), dtype=np.uint8)
    second = first.copy()
    mask = union_mask(shapes, 80, 64)
    second[mask] = rng.integers(0, 256, second[mask].shape, dtype=np.uint8)
    cover_samples(first, shapes, Styles(style))
    cover_samples(second, shapes, Styles(style))
    assert np.array_equal(first, second)


def test_nothing_outside_changes():
    before = np.random.default_rng(2).integers(0, 256, (64, 80, 3), dtype=np.uint8)
    after = before.copy()
    mask = cover_samples(after, SHAPES[1], Styles())
    assert np.array_equal(before[~mask], after[~mask])
    assert not np.array_equal(before[mask], after[mask])


# The first two lie together, and their common window holds the third, which touches neither.
IN_A_CORNER = (Ellipse(18, 8, 6, 10), Ellipse(33, 30, 10, 14), Ellipse(32, 2, 7, 8))
circles = st.builds(Ellipse, st.floats(0, 200), st.floats(0, 200), st.floats(1, 30), st.floats(1, 30))


@given(st.lists(circles, max_size=9).map(tuple))
@example(IN_A_CORNER)
def test_no_two_groups_overlap_and_none_is_lost(shapes):
    found = list(groups(shapes, 200, 200, 2))
    drawn = np.zeros((200, 200), int)
    for window, _ in found:
        drawn[window.area] += 1
    assert drawn.max(initial=0) <= 1
    assert sorted(map(repr, shapes)) == sorted(repr(shape) for _, inside in found for shape in inside)


def test_a_place_in_the_corner_of_two_others_keeps_its_style():
    samples = np.full((100, 120, 3), 90, np.uint8)
    solid = Style("solid", (200, 30, 30))
    cover_samples(samples, IN_A_CORNER, Styles(Style(), {IN_A_CORNER[2]: solid}))
    assert (samples[union_mask(IN_A_CORNER[2:], 120, 100)] == (200, 30, 30)).all()


@settings(max_examples=60, deadline=None)
@given(
    hnp.arrays(np.float32, (9, 11), elements=st.floats(0, 255, width=32)),
    hnp.arrays(np.bool_, (9, 11)),
    st.floats(0, 255, width=32),
)
def test_the_membrane_reads_known_cells_only(means, known, other):
    changed = np.where(known, means, np.float32(other))
    result = membrane(means, known)
    assert np.array_equal(result, membrane(changed, known))
    assert np.array_equal(result[known], means[known])
    if known.any():
        assert result.min() >= means[known].min() - 0.01
        assert result.max() <= means[known].max() + 0.01


@given(
    hnp.arrays(np.float32, (5, 7), elements=st.floats(0, 255, width=32)),
    hnp.arrays(np.bool_, (5, 7)),
)
def test_a_jpeg_s_veil_is_that_of_its_samples(means, known):
    samples = filling.fill_plane(means, known, (), ()) - np.float32(128)
    blocks = samples.reshape(5, 8, 7, 8).transpose(0, 2, 1, 3)
    place, erased = (slice(0, 5), slice(0, 7)), ~known
    from_cells = jpeg_blocks._around(membrane(means, known) - np.float32(128), place, erased) @ jpeg_blocks._VEIL_2D
    assert np.abs(blocks[erased].reshape(-1, 64) @ jpeg_blocks.FORWARD - from_cells).max(initial=0) < 0.05


def test_the_veil_is_smooth_and_meets_its_surroundings():
    ramp = np.repeat(np.linspace(20, 220, 160)[None, :], 120, axis=0)[..., None].astype(np.uint8)
    covered = ramp.copy()
    mask = cover_samples(covered, (Ellipse(80, 60, 40, 40),), Styles())
    assert np.abs(covered.astype(int) - ramp)[mask].max() < 40
    assert np.abs(np.diff(covered[60, :, 0].astype(int))).max() < 25


def test_solid_is_the_colour_asked_for():
    samples = np.zeros((64, 80, 3), np.uint8)
    mask = cover_samples(samples, SHAPES[0], Styles(Style("solid", (12, 34, 56))))
    assert (samples[mask] == (12, 34, 56)).all()


def test_pixelate_draws_the_same_number_of_cells_whatever_the_size():
    for radius in (20, 60):
        ramp = np.repeat(np.linspace(0, 255, 200)[None, :], 200, axis=0)[..., None].astype(np.uint8)
        cover_samples(ramp, (Ellipse(100, 100, radius, radius),), Styles(Style("pixelate")))
        row = ramp[100, 100 - radius + 2 : 100 + radius - 2, 0]
        assert 5 <= len(np.unique(row)) <= 8


@pytest.mark.parametrize("size", [(1, 1), (7, 3), (8, 8), (9, 17)])
def test_tiny_pictures(size):
    samples = np.full((*size, 3), 90, np.uint8)
    cover_samples(samples, (Ellipse(size[1] / 2, size[0] / 2, 5, 5),), Styles())


def test_cores_of_windows_do_not_overlap():
    shapes = (Ellipse(20, 20, 9, 9), Ellipse(30, 24, 9, 9), Ellipse(60, 20, 9, 9), Ellipse(900, 700, 20, 30))
    found = list(windows(shapes, 1000, 800, 16))
    assert sorted(len(inside) for _core, _outer, inside in found) == [1, 1, 2]
    seen = np.zeros((800, 1000), int)
    for core, outer, _inside in found:
        seen[core.area] += 1
        assert outer.left <= core.left < core.right <= outer.right
    assert seen.max() == 1


def test_what_fills_never_gets_covered_pixels():
    """Fillings take cell means and masks; the modules that hold samples hand over nothing else."""
    assert list(introspection.signature(filling.fill_plane).parameters) == ["means", "known", "pixelated", "drawn"]
    poisoned = np.full((6, 6), np.nan, np.float32)
    known = np.zeros((6, 6), bool)
    known[0] = True
    poisoned[0] = 7
    assert np.isfinite(filling.fill_plane(poisoned, known, (), ())).all()
    for module in (cover, jpeg_blocks):
        source = introspection.getsource(module)
        assert source.index("= 0") < source.index("fill_plane(")
