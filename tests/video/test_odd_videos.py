"""Films that are whole and odd, in every container in which a kind can occur: what comes out is what a player shows."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

import odd_videos as odd
import video_kit as kit
import video_running
from paravent.codecs import aac, opus
from paravent.errors import Held
from paravent.formats.refusing import refusal
from paravent.model.geometry import Ellipse
from paravent.model.report import FileReport, Status
from paravent.model.style import Style, Styles
from paravent.stores.reading import held
from paravent.verify.video import mp4 as mp4_check
from paravent.video.painting import Palette, cover, places

pytestmark = pytest.mark.slow


def _protected(source: Path, tmp_path: Path, **options: object) -> tuple[FileReport, Path]:
    report = video_running.protect(source, tmp_path / "out", **options)
    assert report.status is Status.PREPARED, (report.hold, report.hold_params)
    return report, tmp_path / "out" / report.output


def _begins(path: Path) -> list[float]:
    """When each track begins to be shown or heard, in seconds."""
    found = []
    with av.open(str(path)) as probe:
        count = len(probe.streams)
    for index in range(count):
        with av.open(str(path)) as container:
            frame = next(container.decode(container.streams[index]))
            found.append(float(frame.pts * frame.time_base))
    return found


# --- the clock (kind x containers: AVI counts packets and has none)


@pytest.mark.parametrize("sound", ["keep", "mute"])
@pytest.mark.parametrize(
    ("suffix", "seconds", "behind"),
    [
        (".mkv", 600, 0),
        (".mkv", 600, 1),
        (".webm", 600, 0),
        (".ts", 40_000, 0),
        (".ts", 40_000, 1),
        (".m2ts", 40_000, 0),
        (".mp4", 600, 0),
        (".mov", 600, 1),
    ],
)
def test_a_copy_begins_at_zero_and_tracks_keep_their_distance(
    suffix: str, seconds: int, behind: int, sound: str, tmp_path: Path
) -> None:
    codecs = {"codec": "libvpx-vp9", "options": {"cpu-used": "8"}, "sound_codec": "libopus"} if suffix == ".webm" else {}
    first = odd.plain(tmp_path / f"first{'.webm' if suffix == '.webm' else '.mkv'}", sound="stereo", **codecs)
    source = odd.later(first, tmp_path / f"film{suffix}", seconds, seconds + behind)
    _report, copy = _protected(source, tmp_path, sound=sound)
    pictures, *sounds = _begins(copy)
    assert min(pictures, *sounds, 9) == pytest.approx(0, abs=0.025)
    if sound == "keep":
        before = _begins(source)
        assert sounds[0] - pictures == pytest.approx(before[1] - before[0], abs=0.025)
    with av.open(str(copy)) as container:
        assert container.duration / 1e6 < 0.6 + behind


# --- what is cut away (AVI and transport streams have no such field)

_APERTURES = [(160, 96), (144, 112), (120, 128)]


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".3gp"])
@pytest.mark.parametrize("shown", _APERTURES)
def test_a_clean_aperture_is_all_that_the_copy_shows(suffix: str, shown: tuple[int, int], tmp_path: Path) -> None:
    def bright_inside(_: int) -> np.ndarray:
        picture = np.full((odd.SIZE[1], odd.SIZE[0], 3), 250, np.uint8)
        left, top = ((side - part) // 2 for side, part in zip(odd.SIZE, shown, strict=True))
        picture[top : top + shown[1], left : left + shown[0]] = 60
        return picture

    source = tmp_path / f"film{suffix}"
    source.write_bytes(odd.with_aperture(odd.plain(tmp_path / f"whole{suffix}", draw=bright_inside).read_bytes(), shown))
    _report, copy = _protected(source, tmp_path)
    with av.open(str(copy)) as container:
        picture = next(container.decode(video=0))
        assert (picture.width, picture.height) == shown
        assert container.streams.video[0].sample_aspect_ratio in (None, 1)
        assert picture.to_ndarray(format="gray").max() < 150


@pytest.mark.parametrize(
    ("suffix", "spec"),
    [(".mkv", {}), (".webm", {"codec": "libvpx-vp9", "options": {"cpu-used": "8"}})],
)
def test_rows_that_matroska_crops_are_not_shown(suffix: str, spec: dict[str, object], tmp_path: Path) -> None:
    def bright_outside(_: int) -> np.ndarray:
        picture = np.full((odd.SIZE[1], odd.SIZE[0], 3), 60, np.uint8)
        picture[:8] = picture[-24:] = 250
        return picture

    whole = odd.plain(tmp_path / f"whole{suffix}", draw=bright_outside, container_options={"live": "1"}, **spec)
    source = tmp_path / f"film{suffix}"
    source.write_bytes(odd.with_crop(whole.read_bytes(), 8, 24))
    _report, copy = _protected(source, tmp_path)
    with av.open(str(copy)) as container:
        picture = next(container.decode(video=0))
        assert (picture.width, picture.height) == (odd.SIZE[0], odd.SIZE[1] - 32)
        assert picture.to_ndarray(format="gray").max() < 150


# --- lists of edits (only boxes have them)

_LOW, _HIGH = 500.0, 3000.0


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".3gp"])
@pytest.mark.parametrize(
    ("kept", "frames"),
    [([(0.8, 1.6)], 20), ([(0.0, 0.76)], 19), ([(0.96, 1.28)], 8), ([(0.84, 1.2), (1.4, 1.6)], 14)],
    ids=["head", "tail", "both", "two parts"],
)
def test_what_a_list_of_edits_hides_is_never_written(
    suffix: str, kept: list[tuple[float, float]], frames: int, tmp_path: Path
) -> None:
    """Sound is low in the first half and high in the second, and each list keeps of one half only."""
    whole = odd.tones(tmp_path / f"whole{suffix}", [(0.8, _LOW), (1.6, _HIGH)])
    source = tmp_path / f"film{suffix}"
    source.write_bytes(odd.edited(whole.read_bytes(), kept))
    report, copy = _protected(source, tmp_path, sound="keep")
    assert len(video_running.packets(copy, "video")) == pytest.approx(frames, abs=1)
    shown, hidden = (_LOW, _HIGH) if kept[0][0] == 0 else (_HIGH, _LOW)
    assert odd.share(odd.everything(copy), shown) == 1
    assert odd.share(odd.everything(copy), hidden) < 0.02
    assert ("sound-encoded" in report.remarks) == (kept[0][0] > 0)  # what is cut away behind the end needs no decoding
    (heard,) = video_running.heard(copy)
    assert len(heard) / 4 / 48000 == pytest.approx(sum(stop - start for start, stop in kept), abs=0.1)


# --- times


def _joined(path: Path) -> Path:
    parts = [odd.plain(path.with_name(f"{i}.ts"), sound="mono").read_bytes() for i in range(2)]
    path.write_bytes(b"".join(parts))
    return path


def _doubles(path: Path) -> Path:
    return odd.plain(path, pts=[0, 40, 80, 80, 120, 160, 200, 200, 240, 280, 320, 360])


def _unordered(path: Path) -> Path:
    return odd.plain(path, options={"preset": "veryfast", "bf": "3", "x264-params": "b-adapt=0"})


ODD_TIMES: dict[
    str, tuple[str, Callable[[Path], Path], int, float]
] = {  # ending, maker, frames, seconds from first to last
    "packed B-frames in AVI": (".avi", odd.packed, 13, 0.48),
    "H.264 in AVI": (".avi", _unordered, 12, 0.44),
    "two recordings joined": (".ts", _joined, 24, 0.94),
    "a time twice": (".mkv", _doubles, 12, 0.36),
}


@pytest.mark.parametrize("name", ODD_TIMES)
def test_odd_times_are_no_damage(name: str, tmp_path: Path) -> None:
    suffix, maker, frames, seconds = ODD_TIMES[name]
    source = maker(tmp_path / f"film{suffix}")
    report, copy = _protected(source, tmp_path, sound="keep")
    times = video_running.times(copy)
    assert len(times) == frames
    assert all(a < b for a, b in pairwise(times))
    assert float(times[-1] - times[0]) == pytest.approx(seconds, abs=0.05)
    assert ("times-mended" in report.remarks) == (suffix != ".avi")


def test_advice_never_names_what_was_just_done(tmp_path: Path) -> None:
    source = odd.plain(tmp_path / "film.mkv")
    source.write_bytes(source.read_bytes()[:700])
    assert video_running.protect(source, tmp_path / "out").hold == "film-damaged"
    report = video_running.protect(source, tmp_path / "out", salvage=True)
    assert report.hold == "film-lost"
    assert "salvage" not in str(Held(report.hold))


# --- fields


_FIELDS = {"preset": "ultrafast", "crf": "12", "x264-params": "tff=1"}
INTERLACED: dict[str, tuple[str, dict[str, object]]] = {
    "H.264 in MP4": (".mp4", {"options": _FIELDS}),
    "H.264 in MOV": (".mov", {"options": _FIELDS}),
    "H.264 in Matroska": (".mkv", {"options": _FIELDS}),
    "H.264 in a transport stream": (".ts", {"options": _FIELDS}),
    "MPEG-2 in a transport stream": (".ts", {"codec": "mpeg2video", "options": {"flags": "+ildct+ilme", "q": "2"}}),
    "MPEG-4 in AVI": (".avi", {"codec": "mpeg4", "options": {"flags": "+ildct+ilme"}}),
}


@pytest.mark.parametrize("name", INTERLACED)
def test_an_interlaced_video_becomes_one_of_single_moments(name: str, tmp_path: Path) -> None:
    suffix, spec = INTERLACED[name]
    source = odd.plain(tmp_path / f"film{suffix}", draw=odd.woven, **spec)
    with av.open(str(source)) as container:
        before = list(container.decode(video=0))
    assert before[5].interlaced_frame
    report, copy = _protected(source, tmp_path)
    assert "deinterlaced" in report.remarks
    with av.open(str(copy)) as container:
        after = list(container.decode(video=0))
    assert len(after) == len(before)
    combs = [odd.combed(frames[5].to_ndarray(format="gray")) for frames in (before, after)]
    assert combs[1] < combs[0] / 4


# --- sizes, tracks, colours


@pytest.mark.parametrize(("suffix", "codec"), [(".webm", "libvpx"), (".mkv", "libvpx-vp9")])
def test_a_size_that_changes_is_made_the_first_one(suffix: str, codec: str, tmp_path: Path) -> None:
    source = odd.sizes_change(tmp_path / f"film{suffix}", codec, [(160, 128), (96, 64), (160, 128)])
    report, copy = _protected(source, tmp_path)
    assert "sizes-joined" in report.remarks
    with av.open(str(copy)) as container:
        assert [(frame.width, frame.height) for frame in container.decode(video=0)] == [(160, 128)] * 30


@pytest.mark.parametrize("suffix", [".mkv", ".mp4", ".ts", ".avi"])
def test_further_tracks_are_not_dropped_without_a_word(suffix: str, tmp_path: Path) -> None:
    sound = {".mkv": "wavpack", ".avi": "adpcm_ms"}.get(suffix, "aac")
    report, copy = _protected(odd.two_of_each(tmp_path / f"film{suffix}", sound), tmp_path, sound="keep")
    assert "further-pictures-left-out" in report.remarks
    assert ("sound-left-out" in report.remarks) == (sound != "aac")
    with av.open(str(copy)) as container:
        assert (len(container.streams.video), len(container.streams.audio)) == (1, int(sound == "aac"))


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts"])
@pytest.mark.parametrize("matrix", [8, 10, 11, 12, 14])
def test_colours_that_cannot_be_read_are_named(suffix: str, matrix: int, tmp_path: Path) -> None:
    source = odd.plain(tmp_path / f"film{suffix}", frames=2, colour=(2, 2, matrix))
    report = video_running.protect(source, tmp_path / "out")
    assert report.hold == "film-colour"
    assert str(matrix) in str(report.hold_params["detail"])
    assert "permission" not in str(Held(report.hold, **report.hold_params))


def test_no_error_of_a_library_is_shown_as_one_of_permissions() -> None:
    assert "permission" not in str(held(av.error.PermissionError(13, "Permission denied")))
    assert "permission" in str(held(PermissionError(13, "Permission denied")))


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), "WMV"),
        (b"\0\0\1\xba\x44", "MPEG"),
        (b"\0\0\1\xb3\x16", "MPEG"),
        (b"FLV\1\5", "FLV"),
        (b"\x1f\x07\0\xbf", "DV"),
    ],
)
def test_videos_that_are_not_prepared_become_mp4_not_pictures(head: bytes, name: str) -> None:
    refused = refusal(head + bytes(64), "film.wmv")
    assert (refused.code, refused.params["format"]) == ("unsupported-film", name)
    assert "MP4" in str(refused)
    assert "JPEG" not in str(refused)


# --- styles


@pytest.mark.parametrize("depth", [8, 10])
@pytest.mark.parametrize("style", ["solid", "pixelate", "sticker"])
def test_a_style_is_seen_and_reads_nothing_of_what_it_covers(style: str, depth: int) -> None:
    """Also of a small face before an even wall."""
    shape, kind = Ellipse(60, 50, 12, 14), np.uint16 if depth > 8 else np.uint8

    def covered(name: str, inside: int) -> list[np.ndarray]:
        planes = [np.full((96, 128), 90 << depth - 8, kind), *(np.full((48, 64), 128 << depth - 8, kind) for _ in "uv")]
        planes[0][43:57, 53:67] = inside << depth - 8
        cover(planes, places((shape,), 128, 96), Styles(Style(name, (200, 30, 30), "star")), Palette(1, False, depth))
        return [plane.astype(int) for plane in planes]

    veil, shown = covered("veil", 90), covered(style, 90)
    different = np.abs(shown[0] - veil[0])[43:57, 53:67] >= 4 << depth - 8
    assert different.mean() > 0.4
    assert all((a == b).all() for a, b in zip(shown, covered(style, 200), strict=True))


@pytest.mark.parametrize(
    "style", [Style("solid", (200, 30, 30)), Style("pixelate"), Style("sticker", (30, 200, 30), "heart")]
)
def test_a_style_is_seen_in_every_frame_of_a_video(style: Style, tmp_path: Path) -> None:
    source = kit.write(tmp_path / "film.mp4", kit.Spec())
    copies = []
    for one in (Style("veil"), style):
        report = video_running.protect(source, tmp_path / one.name, style=one)
        with av.open(str(tmp_path / one.name / report.output)) as container:
            copies.append([frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)])
    for veil, shown in zip(*copies, strict=True):
        assert (np.abs(veil - shown).max(axis=2) >= 6).mean() > 0.04


# --- room in the setups of decoders


def test_setups_of_sound_are_written_from_what_they_mean() -> None:
    usual = bytes.fromhex("119056e500")
    assert aac.written(usual, 48000) == usual
    assert aac.written(usual + b"Robin Fairweather, 17 Mill Lane", 48000) == usual
    assert aac.written(b"\x11\x90" + b"Robin", 48000) == b"\x11\x90"
    assert aac.written(bytes.fromhex("1196") + b"Robin", 48000) is None  # refers to another coder
    head = b"OpusHead\1\2" + (312).to_bytes(2, "little") + (48000).to_bytes(4, "little") + bytes(3)
    assert opus.written(head) == head
    assert opus.written(head[:12] + b"Rob1" + head[16:]) == head
    assert opus.written(head[:16] + b"Ro" + head[18:]) is None
    assert opus.written(head + b"Robin") is None


@pytest.mark.parametrize(
    ("packet", "full"),
    [
        (b"\xfc" + bytes(range(100, 200)), True),
        (b"\xfd" + bytes(range(100, 200)), True),
        (b"\xfd" + bytes(range(100, 201)), False),  # two equal frames of an odd number of bytes
        (b"\x08" + bytes(range(100, 200)), False),  # coded for speech: the rest is not read
        (b"\xfc\xff\xff" + b"Robin Fairweather", False),  # says that it is silent
        (b"\xff\x41\x03" + bytes(range(100, 200)), False),  # padding
        (b"\xfc" + bytes(range(100, 200)) * 12, False),  # more than the bands take
    ],
)
def test_packets_of_opus_with_room_are_not_copied(packet: bytes, full: bool) -> None:
    assert opus.is_full(packet) == full


_ROOMS = {"h264": (b"avc1", b"avcC"), "hevc": (b"hvc1", b"hvcC"), "vp9": (b"vp09", b"vpcC"), "av1": (b"av01", b"av1C")}


@pytest.mark.parametrize(
    ("codec", "encoder", "options"),
    [
        ("h264", "libx264", odd.QUICK),
        ("hevc", "libx265", {"preset": "ultrafast", "x265-params": "log-level=none"}),
        ("vp9", "libvpx-vp9", {"cpu-used": "8"}),
        ("av1", "libsvtav1", {"preset": "12"}),
    ],
)
def test_verification_refuses_a_remainder_in_any_setup(
    codec: str, encoder: str, options: dict[str, str], tmp_path: Path
) -> None:
    sound_codec = "libopus" if codec == "vp9" else "aac"
    source = odd.plain(tmp_path / "film.mkv", 6, codec=encoder, options=options, sound="stereo", sound_codec=sound_codec)
    _report, copy = _protected(source, tmp_path, sound="keep")
    good, sound = copy.read_bytes(), "opus" if codec == "vp9" else "aac"
    mp4_check.check_form(io.BytesIO(good), codec, [sound])
    grown = [odd.grown(good, (*odd.TABLES, *_ROOMS[codec]), extra) for extra in (b"\0", b"Robin Fairweather")]
    at = good.index(b"dOps") if sound == "opus" else good.index(b"esds")
    grown += [good[: at + shift] + b"\x5a" + good[at + shift + 1 :] for shift in ((9, 12) if sound == "opus" else (18, 22))]
    for bad in grown:
        with pytest.raises(Held):
            mp4_check.check_form(io.BytesIO(bad), codec, [sound])


def test_a_later_clock_in_a_copy_is_refused(tmp_path: Path) -> None:
    _report, copy = _protected(odd.plain(tmp_path / "film.mp4", 6), tmp_path)
    good = copy.read_bytes()
    _begins_at, start, _stop = odd.place_of(good, (b"moov", b"trak", b"mdia"))
    entries = (
        (40_000_000).to_bytes(8, "big") + b"\xff" * 8 + b"\0\1\0\0" + (240).to_bytes(8, "big") + bytes(8) + b"\0\1\0\0"
    )
    edits = kit.box(b"edts", kit.box(b"elst", b"\1\0\0\0\0\0\0\2" + entries))
    made = bytearray(good[: start - 8] + edits + good[start - 8 :])
    for at in odd.place_of(good, (b"moov", b"trak"))[0]:
        made[at : at + 4] = (int.from_bytes(made[at : at + 4], "big") + len(edits)).to_bytes(4, "big")
    with pytest.raises(Held):
        mp4_check.check_form(io.BytesIO(bytes(made)), "h264", [])
