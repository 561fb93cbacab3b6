from __future__ import annotations

import struct
import time
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from animation_kit import FACE, HEIGHT, WIDTH, scribbled, walk
from avif_kit import avif_sequence
from exiftool_kit import SEQUENCE, surplus
from heif_kit import box
from paravent.engine.judging import opened_pages
from paravent.errors import Held
from paravent.formats.base import Writing
from paravent.formats.heif import avif_animation, avif_container, avif_track
from paravent.formats.heif.spec import AVIF
from paravent.formats.shared import icc
from paravent.formats.shared.sample_source import Decoded
from paravent.model.limits import StillLimits
from paravent.model.style import Style, Styles
from paravent.redact.masks import union_mask
from paravent.verify import judge, judge_file
from paravent.verify.decoding import decode_copy
from paravent.verify.isobmff import check_avif
from picture_kit import saved, shape_sets, styles

LIMITS = StillLimits()
PLAIN = Writing()


def drafted(data: bytes, shapes=FACE, writing: Writing = PLAIN):
    source = AVIF.open(data, LIMITS)
    return source.draft([shapes] * len(source.pages), writing)


def verified(draft) -> list[np.ndarray]:
    judge(draft.data, draft.plan)
    return list(decode_copy(draft.data, "AVIF", LIMITS))


@lru_cache
def a_sequence() -> bytes:
    return avif_sequence(walk("RGB", 4))


@lru_cache
def a_copy():
    return drafted(a_sequence())


def rebuilt(data: bytes, **changes: object) -> bytes:
    """A copy's pictures in a container of our own, with other facts."""
    track = avif_track.find(data, LIMITS)
    source = AVIF.open(data, LIMITS)
    facts = {"samples": track.samples, "timing": track.timing, "loop": track.loop} | changes
    del source
    properties = (
        (b"av1C", track.configuration),
        (b"ispe", bytes(4) + struct.pack(">II", track.width, track.height)),
        (b"pixi", bytes(4) + b"\3\x08\x08\x08"),
        *((b"colr", colour) for colour in track.colours),
    )
    first = avif_container.Item(1, b"av01", properties, facts["samples"][0], {})
    return avif_container.write(first, facts["samples"], [1], facts["timing"], facts["loop"])


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(shape_sets, styles, st.integers(0, 99), st.sampled_from([0, 16]))
def test_what_was_covered_has_no_influence(shapes, style, seed, max_size) -> None:
    # Two lossy files never decode to the same surroundings, so the decoded samples are put in place.
    one = walk("RGB", 3)
    made = []
    for frames in (one, scribbled(one, shapes, seed)):
        source = AVIF.open(avif_sequence(frames), LIMITS)
        source.__dict__["_decoded"] = Decoded(tuple(frames))
        draft = source.draft([shapes] * 3, Writing(Styles(style), max_size=max_size))
        verified(draft)
        made.append(draft.data)
    assert made[0] == made[1]


def test_every_frame_is_covered_and_like_the_source_elsewhere() -> None:
    draft = drafted(a_sequence(), writing=Writing(Styles(Style("solid", (250, 0, 0)))))
    mask = union_mask(FACE, WIDTH, HEIGHT)
    copies = verified(draft)
    before = list(decode_copy(a_sequence(), "AVIF", LIMITS))
    assert len(copies) == len(before) == 4
    for copy, source in zip(copies, before, strict=True):
        assert np.abs(copy[mask][:, :3].astype(int) - (250, 0, 0)).mean() < 12
        assert np.abs(copy[~mask].astype(int) - source[~mask]).mean() < 4  # small and full of edges
    assert draft.plan.timing == (40, 1, 1200, 33)
    with Image.open(BytesIO(draft.data)) as image:  # another reader of containers
        assert image.n_frames == 4
        shown = []
        for index in range(4):
            image.seek(index)
            image.load()
            shown.append(image.info["duration"])
    assert shown == [40, 1, 1200, 33]


def test_what_is_full_of_detail_is_encoded_thoroughly(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (120, 160, 3), np.uint8))
    detail, plain = (np.asarray(noise.filter(ImageFilter.GaussianBlur(radius))) for radius in (1, 5))
    sizes = []
    for most in (avif_animation._MOST_THOROUGH, 3 * 120 * 160 - 1):
        monkeypatch.setattr(avif_animation, "_MOST_THOROUGH", most)
        sources = (avif_sequence([np.roll(one, 3 * i, axis=1) for i in range(3)]) for one in (detail, plain))
        sizes.append([len(drafted(source).data) for source in sources])
    (thorough, plain_thorough), (quick, plain_quick) = sizes
    assert thorough < 0.9 * quick
    assert plain_thorough == plain_quick


@pytest.mark.parametrize("loop", [0, 1, 3, 700])
def test_number_of_plays_is_kept(loop: int) -> None:
    source = rebuilt(a_copy().data, loop=loop)
    draft = drafted(source)
    verified(draft)
    assert draft.plan.loop == loop
    assert avif_track.find(draft.data, LIMITS).loop == loop


@pytest.mark.parametrize("timing", [(0, 40, 0, 33), (1, 2, 3, 65_535), (500, 500, 500, 500)])
def test_durations_are_kept(timing: tuple[int, ...]) -> None:
    draft = drafted(rebuilt(a_copy().data, timing=timing, loop=2))
    verified(draft)
    assert draft.plan.timing == timing


@pytest.mark.parametrize("chroma", ["4:2:0", "4:2:2", "4:4:4", "4:0:0"])
def test_chroma_format_is_kept(chroma: str) -> None:
    frames = walk("RGB", 2)
    if chroma == "4:0:0":
        frames = [np.repeat(frame[..., :1], 3, axis=2) for frame in frames]
    draft = drafted(avif_sequence(frames, subsampling=chroma))
    verified(draft)
    sequence = avif_track.find(draft.data, LIMITS).configuration[2]
    assert sequence & 0x1C == {"4:2:0": 0x0C, "4:2:2": 0x08, "4:4:4": 0, "4:0:0": 0x1C}[chroma]


def test_profile_is_kept_and_size_can_be_less() -> None:
    data = avif_sequence(walk("RGB", 2), icc_profile=icc.build("display-p3"))
    draft = drafted(data, writing=Writing(max_size=24))
    assert draft.plan.profile == "display-p3"
    copies = verified(draft)
    assert copies[0].shape[:2] == (18, 24)


def test_one_picture_is_a_sequence_too() -> None:
    draft = drafted(rebuilt(a_copy().data, samples=avif_track.find(a_copy().data, LIMITS).samples[:1], timing=(90,)))
    assert len(verified(draft)) == 1


# --- verification

_SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "brand": lambda d: d.replace(b"msf1", b"msf2"),
    "date": lambda d: _at(d, b"mvhd", 4, b"\1"),
    "date of the track": lambda d: _at(d, b"tkhd", 11, b"\1"),
    "language": lambda d: _at(d, b"mdhd", 32, b"\1\1"),
    "matrix": lambda d: _at(d, b"tkhd", 60, b"\1"),
    "volume": lambda d: _at(d, b"tkhd", 48, b"\1"),
    "handler": lambda d: d.replace(b"pict" + bytes(12), b"pict" + b"who am I?".ljust(12, b"\0")),
    "compressor": lambda d: _at(d, b"av01" + bytes(6), 46, b"\5me at"),
    "timing": lambda d: rebuilt(d, timing=(40, 1, 1200, 34)),
    "loop": lambda d: rebuilt(d, loop=2),
    "key": lambda d: _at(d, b"stss", 8, b"\0\0\0\2"),
    "offset": lambda d: _at(d, b"stco", 11, b"\1"),
    "size": lambda d: _at(d, b"stsz", 11, b"\1"),
    "behind the end": lambda d: d + b"1",
    "behind the samples": lambda d: _longer(d, b"mdat", b"hidden"),
    "free box": lambda d: d[: d.index(b"mdat") - 4] + box(b"free", b"hidden") + d[d.index(b"mdat") - 4 :],
    "notes in moov": lambda d: _longer(d, b"moov", box(b"udta", b"hidden")),
    "a unit": lambda d: rebuilt(d, samples=_with_unit(d, b"\x2a\6hidden")),
    "a further sequence header": lambda d: rebuilt(
        d, samples=_with_unit(d, _sequence_of(avif_sequence(walk("RGB", 2, 60, 50))))
    ),
    "a sample less": lambda d: rebuilt(d, samples=avif_track.find(d, LIMITS).samples[:3], timing=(40, 1, 1200)),
    "another film": lambda d: drafted(avif_sequence([255 - frame for frame in walk("RGB", 4)])).data,
}


def _at(data: bytes, name: bytes, offset: int, put: bytes) -> bytes:
    at = data.index(name) + len(name) + offset
    return data[:at] + put + data[at + len(put) :]


def _longer(data: bytes, name: bytes, more: bytes) -> bytes:
    at = data.index(name) - 4
    size = int.from_bytes(data[at : at + 4], "big")
    return data[:at] + (size + len(more)).to_bytes(4, "big") + data[at + 4 : at + size] + more + data[at + size :]


def _with_unit(data: bytes, unit: bytes) -> tuple[bytes, ...]:
    first, second, *rest = avif_track.find(data, LIMITS).samples
    return (first, unit + second, *rest)


def _sequence_of(data: bytes) -> bytes:
    sample = avif_track.find(data, LIMITS).samples[0]
    at = sample.index(b"\x0a")
    return sample[at : at + 2 + sample[at + 1]]


@pytest.mark.parametrize("name", _SPOILT)
def test_verification_notices(name: str, tmp_path) -> None:
    draft = a_copy()
    judge(draft.data, draft.plan)
    spoilt = _SPOILT[name](draft.data)
    assert spoilt != draft.data
    with pytest.raises(Held):
        judge(spoilt, draft.plan)
    (tmp_path / "copy.avif").write_bytes(draft.data)
    assert judge_file((tmp_path / "copy.avif").read_bytes(), None, opened_pages).ok


def test_a_still_copy_is_no_sequence() -> None:
    still = AVIF.open(saved(walk("RGB", 1)[0], "AVIF"), LIMITS).draft([FACE], PLAIN)
    with pytest.raises(Held):
        judge(still.data, replace(a_copy().plan, pages=still.plan.pages))
    with pytest.raises(Held):
        judge(a_copy().data, replace(a_copy().plan, timing=(), loop=1))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 1500), st.binary(min_size=1, max_size=6))
def test_no_byte_of_the_container_may_differ(at: int, put: bytes) -> None:
    data = a_copy().data
    head = data.index(b"mdat") + 4
    at %= head
    spoilt = data[:at] + put[: head - at] + data[at + len(put[: head - at]) :]
    try:
        motion = check_avif(spoilt, orientation=1, profiles=())
    except Held:
        return
    assert spoilt == data or motion != check_avif(data, orientation=1, profiles=()) or b"av1C" in data[at - 12 : at + 12]


@pytest.mark.exiftool
@pytest.mark.slow
def test_exiftool_sees_nothing_more(tmp_path) -> None:
    (tmp_path / "copy.avif").write_bytes(a_copy().data)
    assert surplus([tmp_path / "copy.avif"], SEQUENCE) == []


# --- hostile files


def _table(name: bytes, content: bytes) -> Callable[[bytes], bytes]:
    return lambda d: _at(d, name, 4, content)


_HOSTILE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "no samples": (_table(b"stsz", bytes(8)), "damaged"),
    "many samples": (_table(b"stsz", struct.pack(">II", 1, 4_000_000_000)), "too-many-pages"),
    "samples of one size": (_table(b"stsz", struct.pack(">II", 4_000_000_000, 4)), "damaged"),
    "more samples than sizes": (_table(b"stsz", struct.pack(">II", 0, 1999)), "damaged"),
    "many chunks": (_table(b"stco", struct.pack(">I", 4_000_000_000)), "damaged"),
    "chunk behind the end": (_table(b"stco", struct.pack(">II", 1, 4_000_000_000)), "damaged"),
    "many runs of chunks": (_table(b"stsc", struct.pack(">I", 4_000_000_000)), "damaged"),
    "many samples in a chunk": (_table(b"stsc", struct.pack(">III", 1, 1, 4_000_000_000)), ""),
    "chunks from the second": (_table(b"stsc", struct.pack(">III", 1, 2, 4)), "damaged"),
    "many times": (_table(b"stts", struct.pack(">I", 4_000_000_000)), "damaged"),
    "one time for many": (_table(b"stts", struct.pack(">III", 1, 4_000_000_000, 1)), "damaged"),
    "no scale": (lambda d: _at(d, b"mdhd", 20, bytes(4)), "damaged"),
    "several cuts": (_table(b"elst", struct.pack(">I", 2)), "encoding"),
    "turned": (lambda d: _at(d, b"tkhd", 52, b"\0\2"), "encoding"),
    "another size": (
        lambda d: d.replace(struct.pack(">HH", WIDTH, HEIGHT), struct.pack(">HH", WIDTH, HEIGHT + 1), 1),
        "damaged",
    ),
    "huge": (lambda d: d.replace(struct.pack(">HH", WIDTH, HEIGHT), b"\xff\xff\xff\xff", 1), "too-large"),
    "no track": (lambda d: d.replace(b"trak", b"frak"), "damaged"),
    "no pictures": (lambda d: d.replace(b"pict" + bytes(13) + b"\0", b"vide" + bytes(13) + b"\0"), "damaged"),
    "another codec": (lambda d: d[: d.index(b"stsd")] + d[d.index(b"stsd") :].replace(b"av01", b"av02", 1), "encoding"),
    "turned by its entry": (lambda d: d.replace(b"ccst", b"irot"), "encoding"),
    "alpha": (lambda d: d[: d.index(b"mdia")] + d[d.index(b"mdia") :].replace(b"pict", b"auxv", 1), "encoding"),
    "no first key": (lambda d: rebuilt(d, samples=avif_track.find(d, LIMITS).samples[1:], timing=(1, 1, 1)), "damaged"),
    "other sizes inside": (
        lambda d: rebuilt(d, samples=_with_unit(d, _sequence_of(avif_sequence(walk("RGB", 2, 60, 50))))),
        "encoding",
    ),
    "cut off": (lambda d: d[:-9], "damaged"),
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_hostile_files_are_held_back(name: str) -> None:
    make, code = _HOSTILE[name]
    data = make(a_copy().data)
    begun = time.process_time()
    if code:
        with pytest.raises(Held) as held:
            verified(drafted(data))
        assert (held.value.code, bool(str(held.value))) == (code, True)
    else:
        verified(drafted(data))
    assert time.process_time() - begun < 2


def test_ten_bits_are_held_back_with_the_reason() -> None:
    data = a_copy().data
    at = data.rindex(b"av1C") + 6
    with pytest.raises(Held) as held:
        AVIF.open(data[:at] + bytes((data[at] | 0x40,)) + data[at + 1 :], LIMITS)
    assert held.value.code == "deep-colour"


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(st.integers(12, 3000), st.binary(min_size=1, max_size=4))
def test_broken_files_are_held_back_or_prepared(at: int, put: bytes) -> None:
    data = a_sequence()
    at = 12 + at % (len(data) - 12)
    try:
        source = AVIF.open(data[:at] + put + data[at + len(put) :], StillLimits(pixels=100_000))
        draft = source.draft([FACE] * len(source.pages), PLAIN)
    except Held:
        return
    judge(draft.data, draft.plan)
