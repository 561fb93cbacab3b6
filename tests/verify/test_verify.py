"""What verification lets pass in lossy copies, and what it does not."""

import io

import numpy as np
import pytest
from PIL import Image

from paravent.errors import Held
from paravent.formats import recognise
from paravent.formats.base import Writing
from paravent.model.geometry import Ellipse
from paravent.model.limits import StillLimits
from paravent.model.style import STYLES, Style, Styles
from paravent.verify import judge
from paravent.verify.tolerance import CELL_TOLERANCE, cell_differences
from portraits import astronaut

FACE = (Ellipse(222, 115, 48, 62),)  # of the astronaut
KINDS = {"JPEG": {"quality": 95}, "WEBP": {"quality": 95}}


def source(kind: str, image: Image.Image):
    buffer = io.BytesIO()
    image.save(buffer, kind, **KINDS[kind])
    return recognise(buffer.getvalue()[:64]).open(buffer.getvalue(), StillLimits())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("max_size", [0, 320])
def test_a_copy_that_lost_nothing_but_quality_passes(kind, style, max_size):
    draft = source(kind, astronaut()).draft([FACE], Writing(Styles(Style(style)), max_size=max_size, reencode=True))
    judge(draft.data, draft.plan)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("max_size", [0, 320])
def test_a_face_that_is_not_covered_does_not_pass(kind, max_size):
    writing = Writing(max_size=max_size, reencode=True)
    covered = source(kind, astronaut()).draft([FACE], writing)
    bare = source(kind, astronaut()).draft([()], writing)
    with pytest.raises(Held) as held:
        judge(bare.data, covered.plan)
    assert held.value.code == "not-covered"


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_elsewhere_does_not_pass(kind):
    writing = Writing(reencode=True)
    changed = astronaut().copy()
    changed.paste((255, 0, 0), (400, 400, 432, 432))
    plan = source(kind, astronaut()).draft([FACE], writing).plan
    with pytest.raises(Held) as held:
        judge(source(kind, changed).draft([FACE], writing).data, plan)
    assert held.value.code == "outside-changed"


def test_differences_are_told_by_lightness_and_by_mean_colour():
    grey = np.full((32, 32, 3), 128, np.uint8)
    lighter, redder, speckled = grey.copy(), grey.copy(), grey.copy()
    lighter[:16, :16] += 40
    redder[:16, :16, 0] += 60
    speckled[::2, ::2, 2] += 40  # colour that 4:2:0 averages away
    speckled[1::2, 1::2, 2] -= 40
    assert cell_differences(lighter, grey)[0, 0] > CELL_TOLERANCE
    assert cell_differences(redder, grey)[0, 0] > CELL_TOLERANCE
    assert cell_differences(speckled, grey).max() < CELL_TOLERANCE
    assert cell_differences(lighter, grey)[1, 1] == 0
