"""What verification measures of films is what the writer measures, by two implementations."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

pytest.importorskip("av")

from paravent.model.geometry import Ellipse, Polygon
from paravent.verify.video import lights, marks, packets, text_tracks
from paravent.video import lights as written_lights
from paravent.video import painting, rewriting, sound, subtitles

places = st.floats(-30, 130)
ellipses = st.builds(Ellipse, places, places, st.floats(0.5, 40), st.floats(0.5, 40), st.floats(0, 180))
polygons = st.builds(Polygon, st.lists(st.tuples(places, places), min_size=3, max_size=6).map(tuple))
sizes = st.tuples(st.integers(16, 120), st.integers(16, 120))


def planes_of(width: int, height: int, depth: int) -> list[np.ndarray]:
    kind = np.uint8 if depth == 8 else np.uint16
    rng = np.random.default_rng(width * height)
    halves = -(-height // 2), -(-width // 2)
    return [rng.integers(0, 1 << depth, shape, dtype=kind) for shape in ((height, width), halves, halves)]


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(sizes, st.lists(ellipses | polygons, max_size=5).map(tuple), st.sampled_from([8, 10]))
@example((120, 100), (Ellipse(18, 8, 6, 10), Ellipse(33, 30, 10, 14), Ellipse(32, 2, 7, 8)), 8)
def test_both_measure_the_same(size, shapes, depth) -> None:
    planes = planes_of(*size, depth)
    assert marks.of_frame(planes[0], depth).astype(np.uint8).tobytes() == rewriting.mark(planes[0], depth)
    expected = painting.paint_marks(planes, painting.places(shapes, *size), depth)
    assert marks.of_places(planes, shapes, depth).astype(np.uint8).tobytes() == expected


def bits(*parts: tuple[int, int]) -> bytes:
    """Numbers and their lengths in bits, filled up with zeros."""
    text = "".join(f"{value:0{length}b}" for value, length in parts)
    return int(text.ljust(-(-len(text) // 8) * 8, "0"), 2).to_bytes(-(-len(text) // 8), "big")


SOUND = ((1, 3), (0x5A5A5A, 24))
PACKETS = {
    "sound at once": bits(*SOUND),
    "fill": bits((6, 3), (2, 4), (0xABCD, 16), *SOUND),
    "long fill": bits((6, 3), (15, 4), (3, 8), *[(0xAB, 8)] * 17, *SOUND),
    "data": bits((4, 3), (0, 4), (0, 1), (2, 8), (0xABCD, 16), *SOUND),
    "aligned data": bits((4, 3), (0, 4), (1, 1), (2, 8), (0xABCD, 16), *SOUND),
    "long data": bits((4, 3), (0, 4), (0, 1), (255, 8), (1, 8), *[(0xAB, 8)] * 256, *SOUND),
    "both": bits((6, 3), (1, 4), (0xAB, 8), (4, 3), (0, 4), (0, 1), (1, 8), (0xCD, 8), *SOUND),
    "no sound": bits((6, 3), (1, 4), (0xAB, 8), (7, 3)),
    "cut off": bits((6, 3), (14, 4), (0xAB, 8)),
}


@pytest.mark.parametrize("name", PACKETS)
def test_the_sound_of_a_packet(name) -> None:
    assert packets.sound_of("aac", PACKETS[name]) == sound.copied("aac", PACKETS[name])
    assert packets.sound_of("opus", PACKETS[name]) == PACKETS[name]


def test_the_entry_of_subtitles() -> None:
    assert text_tracks.ENTRY == subtitles.ENTRY


@pytest.mark.parametrize(
    "sample", [b"", b"\0", b"\0\0", b"\0\2ab", b"\0\3a\nb", b"\0\3ab", b"\0\1abc", b"\0\2a\x07", b"\0\1\xff"]
)
def test_samples_of_subtitles(sample) -> None:
    assert text_tracks.is_plain(sample) == (len(sample) >= 2 and subtitles.is_plain(sample))


@pytest.mark.parametrize("name", [b"mdcv", b"clli", b"free"])
@pytest.mark.parametrize("content", [b"", bytes(4), bytes(24), bytes(16) + b"\0\0\1\0" + bytes(4), b"\xff" * 24])
def test_boxes_of_light(name, content) -> None:
    assert lights.is_plain(name, content) == written_lights.is_plain(name, content)
