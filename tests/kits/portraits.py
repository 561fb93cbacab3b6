"""The two portraits that tests show, a rear admiral of 1984 and an astronaut of 1999; both are in the public domain."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image


def _opened(package: str, place: str) -> Image.Image:
    """A picture in a package, which is not imported: that would take longer than most tests."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Image.open(Path(spec.origin).parent / place).convert("RGB")


@cache
def hopper() -> Image.Image:
    """512 by 600. Shared: copy it before you paint on it."""
    return _opened("matplotlib", "mpl-data/sample_data/grace_hopper.jpg")


@cache
def astronaut() -> Image.Image:
    """512 by 512. Shared: copy it before you paint on it."""
    return _opened("skimage", "data/astronaut.png")
