"""What a picture hides from everybody who looks at it is not in the copy: whatever is hidden, the copy is the same file.

JPEG has its own tests (`test_beyond_shown`), and what stands in containers has another table (`test_hiding_places`).
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pillow_heif")
pytest.importorskip("imagecodecs")

import pillow_heif
from PIL import Image, ImageSequence

from detect_kit import OneFace, detectors
from job_kit import job, tools_of
from paravent.model.report import Status
from paravent.pipeline import dispatch
from plants_kit import HEIGHT, WIDTH
from plants_unseen import UNSEEN, Unseen, hidden, last_macroblocks, sized_webp, tile_beyond_jp2

# Nothing is written of these: a viewer shows black where the file is damaged.
HELD = {(name, "colours beyond the palette"): "damaged" for name in ("PNG", "APNG", "BMP")}


def _shown(data: bytes) -> list[np.ndarray]:
    """RGBA (h, w, 4) of each frame, as a program of others shows it; of a GIF what is on the screen."""
    if data[8:12] == b"heic":
        return [np.asarray(pillow_heif.open_heif(data)[0])]
    with Image.open(io.BytesIO(data)) as image:
        whole = [np.asarray(frame.convert("RGBA")) for frame in ImageSequence.Iterator(image)]
    return [frame[:HEIGHT, :WIDTH] for frame in whole] if data[:3] == b"GIF" else whole


def _prepared(folder: Path, data: bytes) -> tuple[str, bytes]:
    """Why it is held back, or the copy."""
    source, copy = folder / "in" / "picture", folder / "out" / "picture"
    source.write_bytes(data)
    copy.unlink(missing_ok=True)
    report = dispatch.protect(job(source), tools_of(detectors(OneFace()))).report
    if report.hold:
        return report.hold, b""
    assert (report.status, report.faces > 0) == (Status.PREPARED, True)
    return "", copy.read_bytes()


@pytest.mark.parametrize("row", UNSEEN, ids=lambda row: f"{row.format}, {row.place}")
def test_whatever_is_hidden_the_copy_is_the_same(row: Unseen, folder: Path) -> None:
    first, second = (row.make(secret) for secret in hidden())
    assert first != second
    for one, other in zip(_shown(first), _shown(second), strict=True):
        np.testing.assert_array_equal(one, other)
    held = HELD.get((row.format, row.place), "")
    one, other = (_prepared(folder, data) for data in (first, second))
    assert one == other
    assert (one[0], bool(one[1])) == (held, not held)


def test_the_last_macroblocks_of_a_webp_repeat_the_edge(folder: Path) -> None:
    """Lossy coding does not end where a picture does: the size is raised until what lies behind is shown."""

    def beyond(data: bytes) -> float:
        raised = np.asarray(Image.open(io.BytesIO(sized_webp(data, 112, 80))).convert("L")).astype(float)
        return float(np.abs(raised[:65, 97:] - raised[:65, 96:97]).mean())

    planted = last_macroblocks(hidden()[0])
    held, copy = _prepared(folder, planted)
    assert not held
    assert beyond(planted) > 20
    assert beyond(copy) < 4


def test_a_jpeg_2000_with_a_tile_beyond_its_size_is_held_back(folder: Path) -> None:
    assert _prepared(folder, tile_beyond_jp2(hidden()[0])) == ("damaged", b"")
