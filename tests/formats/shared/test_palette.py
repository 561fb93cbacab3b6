from __future__ import annotations

import numpy as np
import pytest

from paravent.formats.shared import palette
from paravent.formats.shared.samples import erase_transparent, under_transparent
from paravent.model.report import Kind


def _table(count: int, alpha: int = 255) -> np.ndarray:
    rng = np.random.default_rng(count)
    codes = rng.choice(1 << 24, count, replace=False)
    return np.stack([codes >> 16, codes >> 8 & 255, codes & 255, np.full(count, alpha)], axis=1).astype(np.uint8)


@pytest.mark.parametrize("outside", [1, 2, 16, 200, 255, 256])
@pytest.mark.parametrize("inside", [1, 2, 100, 1000])
def test_the_outside_is_exact_and_every_entry_used(outside: int, inside: int) -> None:
    table = _table(outside)
    indices = np.arange(40 * 40, dtype=np.int64).reshape(40, 40) % outside
    mask = np.zeros((40, 40), bool)
    mask[:26] = True
    filling = np.random.default_rng(0).integers(0, 256, (mask.sum(), 3), dtype=np.uint8) // (1 if inside > 256 else 60)
    fresh, entries = palette.rebuild(indices.astype(np.uint8), table, mask, filling)
    assert len(entries) <= 256
    assert set(np.unique(fresh)) == set(range(len(entries)))
    assert len(np.unique(entries, axis=0)) == len(entries)
    np.testing.assert_array_equal(entries[fresh][~mask], table[indices][~mask])
    assert (entries[fresh][mask][:, 3] == 255).all()


def test_the_filling_is_exact_where_there_is_room() -> None:
    table = _table(100)
    indices = np.arange(400, dtype=np.uint8).reshape(20, 20) % 100
    mask = np.zeros((20, 20), bool)
    mask[5:10, 5:10] = True
    filling = np.arange(75, dtype=np.uint8).reshape(25, 3)
    fresh, entries = palette.rebuild(indices, table, mask, filling)
    np.testing.assert_array_equal(entries[fresh][mask][:, :3], filling)


def test_transparent_entries_come_first_and_never_fill() -> None:
    table = _table(256)
    table[1::2, 3] = 0
    table[table[:, 3] == 0] = 0
    indices = np.arange(1024, dtype=np.int64).reshape(32, 32).astype(np.uint8)
    mask = np.zeros((32, 32), bool)
    mask[:4] = True
    fresh, entries = palette.rebuild(indices, table, mask, np.zeros((128, 3), np.uint8))
    assert entries[0].tolist() == [0, 0, 0, 0]
    assert (np.diff(entries[:, 3].astype(int)) >= 0).all()
    assert (entries[fresh][mask][:, 3] == 255).all()


def test_everything_covered_and_nothing_covered() -> None:
    table, indices = _table(4), np.arange(16, dtype=np.uint8).reshape(4, 4) % 4
    full, none = np.ones((4, 4), bool), np.zeros((4, 4), bool)
    fresh, entries = palette.rebuild(indices, table, full, np.full((16, 3), 9, np.uint8))
    assert entries.tolist() == [[9, 9, 9, 255]]
    assert not fresh.any()
    fresh, entries = palette.rebuild(indices, table, none, np.empty((0, 3), np.uint8))
    np.testing.assert_array_equal(entries[fresh], table[indices])


def test_unused_colours_are_counted_but_not_what_fills_tables_up() -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    once = np.bincount([3, 5], minlength=256)
    assert palette.unused((ramp, once)) == ()
    table = ramp.copy()
    table[[3, 7]] = (1, 2, 3), (4, 5, 6)
    table[9:] = 0
    (found,) = palette.unused((table, once), (table[:8], once))
    assert (found.kind, found.where, found.size) == (Kind.HIDDEN_DATA, "palette", 6)


def test_colour_under_transparent_pixels_is_erased_and_counted() -> None:
    samples = np.full((2, 3, 4), 255, np.uint8)
    samples[0, :, 3] = 0
    assert erase_transparent(samples.copy()) == 0
    samples[0, 1, 0] = 7
    assert erase_transparent(samples) == 9
    assert not samples[0].any()
    assert samples[1].all()
    assert erase_transparent(samples) == 0
    (found,) = under_transparent(9)
    assert (found.where, found.size) == ("transparent pixels", 9)
