"""Films from outside: times, sound, turns, damage, parts; what verification refuses."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

import video_kit as kit
import video_running
from paravent.errors import Held
from paravent.model.limits import VideoLimits
from paravent.model.report import FileReport, Kind, Status
from paravent.model.style import Style
from paravent.verify.video import mp4 as mp4_check
from paravent.video.encoding import CODECS, Encoder
from paravent.video.source import Video

pytestmark = pytest.mark.slow

_UNEVEN = (0, 40, 90, 110, 200, 240, 400, 410, 450, 500, 560, 600)
_QUICK = {"preset": "ultrafast", "crf": "20"}
_WITH_B = {"preset": "veryfast", "crf": "20", "bf": "3"}
_HLG, _PQ = (9, 18, 9), (9, 16, 9)
_MASTERED = "master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=1000,400"
_DEEP = {"preset": "ultrafast", "x265-params": "log-level=none"}
_HDR10 = {"preset": "ultrafast", "x265-params": f"log-level=none:hdr10=1:repeat-headers=1:{_MASTERED}"}

SPECS: dict[str, tuple[str, kit.Spec]] = {
    "constant rate": (".mp4", kit.Spec(face=False)),
    "uneven times": (".mp4", kit.Spec(face=False, pts=_UNEVEN)),
    "uneven times in Matroska": (".mkv", kit.Spec(face=False, pts=_UNEVEN)),
    "begins late": (".mkv", kit.Spec(face=False, pts=[time + 700 for time in _UNEVEN], sound="mono")),
    "B-frames": (".mp4", kit.Spec(face=False, options=_WITH_B, frames=20)),
    "QuickTime": (".mov", kit.Spec(face=False, options=_WITH_B)),
    "3GP": (".3gp", kit.Spec(face=False, options=_QUICK)),
    "transport stream": (".ts", kit.Spec(face=False, options=_WITH_B, sound="stereo")),
    "AVI": (".avi", kit.Spec(face=False, codec="mpeg4", options={})),
    "odd size": (".webm", kit.Spec(face=False, codec="libvpx-vp9", options={"cpu-used": "8"}, size=(161, 121))),
    "odd size, coded anew": (".mkv", kit.Spec(face=False, codec="mjpeg", form="yuvj420p", options={}, size=(161, 121))),
    "VP8": (".webm", kit.Spec(face=False, codec="libvpx", options={"cpu-used": "8"})),
    "AV1": (".mp4", kit.Spec(face=False, codec="libsvtav1", options={"preset": "12"})),
    "HEVC": (".mp4", kit.Spec(face=False, codec="libx265", options={"preset": "ultrafast"})),
    "10-bit HLG": (
        ".mp4",
        kit.Spec(face=False, codec="libx265", form="yuv420p10le", options=_DEEP, colour=_HLG),
    ),
    "10-bit PQ": (
        ".mkv",
        kit.Spec(face=False, codec="libx265", form="yuv420p10le", options=_HDR10, colour=_PQ, pts=_UNEVEN),
    ),
    "uneven times and B-frames": (".mp4", kit.Spec(face=False, options=_WITH_B, pts=_UNEVEN, sound="stereo")),
    "begins late without a list of edits": (
        ".mov",
        kit.Spec(
            face=False,
            options=_WITH_B,
            pts=[time + 80 for time in _UNEVEN],
            sound="mono",
            container_options={"use_editlist": "0"},
        ),
    ),
    "mono": (".mp4", kit.Spec(face=False, sound="mono", frames=25)),
    "stereo": (".mp4", kit.Spec(face=False, sound="stereo", frames=25)),
    "5.1": (".mp4", kit.Spec(face=False, sound="5.1", frames=25)),
    "Opus": (".mkv", kit.Spec(face=False, sound="stereo", sound_codec="libopus", frames=25)),
}
_REWRITTEN = ("AVI", "VP8", "odd size, coded anew")


@pytest.mark.parametrize("name", SPECS)
def test_times_and_sound_are_the_sources(name: str, tmp_path: Path) -> None:
    suffix, spec = SPECS[name]
    source = kit.write(tmp_path / f"film{suffix}", spec)
    report = video_running.protect(source, tmp_path / "out", sound="keep")
    assert report.status is Status.PREPARED, (report.hold, report.hold_params)
    copy = tmp_path / "out" / report.output
    before, after = video_running.times(source), video_running.times(copy)
    if suffix == ".ts":  # a broadcast's clock begins anywhere; what counts is that all tracks keep step
        before = [time - before[0] for time in before]
        after = [time - after[0] for time in after]
    assert after == before
    if suffix != ".ts":
        assert abs(video_running.length(copy) - video_running.length(source)) <= 1 / kit.RATE
    assert ("sound-encoded" in report.remarks) == (name == "transport stream")
    if "sound-encoded" not in report.remarks and spec.sound:
        assert video_running.packets(copy, "audio")[1:] == video_running.packets(source, "audio")[1:]
        before, after = (b"".join(video_running.heard(path)) for path in (source, copy))
        assert after[: len(before)] == before[: len(after)]
        assert abs(len(after) - len(before)) <= len(before) // 20
    assert report.video is not None
    assert (report.video.frames, report.video.rechecked) == (spec.frames, spec.frames)
    assert ("film-codec-changed" in report.remarks) == (name in _REWRITTEN)


def _scheduling() -> set[tuple[int, int]]:
    threads = [int(entry.name) for entry in Path("/proc/self/task").iterdir()]
    return {(os.sched_getscheduler(thread), os.sched_getparam(thread).sched_priority) for thread in threads}


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root's threads are made real-time ones")
def test_no_encoder_makes_the_process_a_real_time_one(tmp_path: Path) -> None:
    before = _scheduling()
    path = kit.write(tmp_path / "film.mp4", kit.Spec(face=False, codec="libsvtav1", options={"preset": "12"}))
    with path.open("rb") as file:
        video = Video(file, video_running.name_of(path), VideoLimits())
        encoder = Encoder(CODECS["av1"], video.facts)
        for frame in video.frames():
            list(encoder.encode(frame.picture.planes(), frame.pts, frame.duration))
        assert _scheduling() == before
        list(encoder.finish())


@pytest.mark.parametrize(("name", "colour"), [("10-bit HLG", _HLG), ("10-bit PQ", _PQ)])
def test_colour_of_hdr_stays(name: str, colour: tuple[int, int, int], tmp_path: Path) -> None:
    suffix, spec = SPECS[name]
    report = video_running.protect(kit.write(tmp_path / f"film{suffix}", spec), tmp_path / "out")
    with (tmp_path / "out" / report.output).open("rb") as file:
        facts = Video(file, "MP4", VideoLimits()).facts
    assert (facts.codec, facts.depth, facts.colour) == ("hevc", 10, colour)


@pytest.mark.parametrize(("codec", "options"), [("libx265", _HDR10)])
def test_the_light_of_hdr10_stays_and_nothing_with_it(codec: str, options: dict[str, str], tmp_path: Path) -> None:
    spec = kit.Spec(face=False, codec=codec, form="yuv420p10le", options=options, colour=_PQ)
    report = video_running.protect(kit.write(tmp_path / "film.mp4", spec), tmp_path / "out")
    copy = tmp_path / "out" / report.output
    with av.open(str(copy)) as container:
        told = {data.type.name: bytes(data) for data in next(container.decode(video=0)).side_data}
    assert set(told) == {"MASTERING_DISPLAY_METADATA", "CONTENT_LIGHT_LEVEL"}
    numbers = np.frombuffer(told["MASTERING_DISPLAY_METADATA"][:80], np.int32).reshape(-1, 2)
    values = (numbers[:, 0] / numbers[:, 1]).round(4).tolist()
    assert values == [0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.3127, 0.329, 0.005, 1000.0]
    assert np.frombuffer(told["CONTENT_LIGHT_LEVEL"], np.uint32)[:2].tolist() == [1000, 400]
    good = copy.read_bytes()
    at = good.index(b"mdcv") + 4
    for content in (b"Robin-Fairweather-17-abc", good[at : at + 20] + b"abcd"):
        with pytest.raises(Held):
            mp4_check.check(io.BytesIO(good[:at] + content + good[at + 24 :]), "hevc", [], [12])


@pytest.mark.parametrize("options", [_QUICK, _WITH_B])
def test_frames_that_a_list_of_edits_hides_are_left_out(options: dict[str, str], tmp_path: Path) -> None:
    times = [40 * i - 120 for i in range(16)]  # three before the film begins
    source = kit.write(tmp_path / "film.mp4", kit.Spec(face=False, frames=16, pts=times, options=options, sound="mono"))
    with av.open(str(source)) as container:
        assert sum(packet.size > 0 for packet in container.demux(video=0)) == 16
    report = video_running.protect(source, tmp_path / "out", sound="keep")
    copy = tmp_path / "out" / report.output
    assert [round(float(time) * 1000) for time in video_running.times(copy)] == [time for time in times if time >= 0]
    assert len(video_running.packets(copy, "video")) == 13
    before, after = (b"".join(video_running.heard(path)) for path in (source, copy))
    assert after[: len(before)] == before


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_turned_and_mirrored_videos_come_out_upright(turns: int, mirrored: bool, tmp_path: Path) -> None:
    def corner(_: int) -> np.ndarray:
        picture = np.full((240, 320, 3), 90, np.uint8)
        picture[:60, :80] = 230
        return picture

    source = tmp_path / "film.mp4"
    source.write_bytes(
        kit.turned(kit.write(tmp_path / "plain.mp4", kit.Spec(draw=corner)).read_bytes(), turns, mirrored=mirrored)
    )
    report = video_running.protect(source, tmp_path / "out")
    assert video_running.times(tmp_path / "out" / report.output) == video_running.times(source)
    with av.open(str(tmp_path / "out" / report.output)) as container:
        shown = next(container.decode(video=0))
        picture = shown.to_ndarray(format="gray")
        assert shown.rotation == 0
    wanted = np.rot90(np.where(corner(0)[..., 0] > 128, 1, 0), -turns)
    wanted = wanted[:, ::-1] if mirrored else wanted
    assert picture.shape == wanted.shape
    assert ((picture > 150) == (wanted == 1)).mean() > 0.99


def test_the_face_is_covered_in_every_frame(tmp_path: Path) -> None:
    source = kit.write(tmp_path / "film.mp4", kit.Spec(frames=30, options=_QUICK))
    report = video_running.protect(source, tmp_path / "out")
    assert (report.status, report.faces) == (Status.PREPARED, 1)
    side, height = kit.portrait().shape[1], kit.portrait().shape[0]
    with av.open(str(source)) as one, av.open(str(tmp_path / "out" / report.output)) as two:
        for i, (a, b) in enumerate(zip(one.decode(video=0), two.decode(video=0), strict=True)):
            x = 5 + round((kit.SIZE[0] - side - 10) * i / 29) + side // 2
            y = (kit.SIZE[1] - height) // 2 + height // 2
            part = slice(y - 30, y + 20), slice(x - 20, x + 20)
            before, after = (frame.to_ndarray(format="gray")[part].astype(int) for frame in (a, b))
            assert np.abs(before - after).mean() > 15, f"frame {i} shows the face"


def test_sound_is_muted_by_default_and_disguised_on_request(tmp_path: Path) -> None:
    source = kit.write(tmp_path / "film.mp4", kit.Spec(face=False, sound="mono", frames=25))
    report = video_running.protect(source, tmp_path / "out")
    assert video_running.heard(tmp_path / "out" / report.output) == []
    report = video_running.protect(source, tmp_path / "disguised", sound="disguise")
    (after,) = video_running.heard(tmp_path / "disguised" / report.output)
    (before,) = video_running.heard(source)
    assert _pitch(before) == pytest.approx(440, rel=0.02)
    assert _pitch(after) == pytest.approx(440 * 1.22, rel=0.03)
    assert len(after) == pytest.approx(len(before), rel=0.1)
    assert "sound-disguised" in report.remarks


def test_all_tracks_of_sound_stay(tmp_path: Path) -> None:
    source = tmp_path / "film.mkv"
    with av.open(str(source), "w") as out:
        video = out.add_stream("libx264", rate=kit.RATE, options=_QUICK)
        video.width, video.height, video.pix_fmt = *kit.SIZE, "yuv420p"
        tracks = [out.add_stream(codec, rate=48000, layout="stereo") for codec in ("aac", "libopus", "flac")]
        for i in range(25):
            for packet in video.encode(av.VideoFrame.from_ndarray(kit.frame(i, 25, face=False), format="rgb24")):
                out.mux(packet)
        for number, track in enumerate(tracks):
            wave = np.sin(np.arange(48000) * (number + 1) * 2 * np.pi * 300 / 48000) * 0.3
            step = track.codec_context.frame_size or 4096
            form = {"flac": "s16"}.get(track.codec_context.name, "fltp")
            for start in range(0, 48000 - step + 1, step):
                part = np.stack([wave[start : start + step]] * 2)
                samples = (part.T.reshape(1, -1) * 32000).astype(np.int16) if form == "s16" else part.astype(np.float32)
                piece = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format=form, layout="stereo")
                piece.sample_rate, piece.pts, piece.time_base = 48000, start, Fraction(1, 48000)
                out.mux(track.encode(piece))
        for stream in (video, *tracks):
            out.mux(stream.encode())
    report = video_running.protect(source, tmp_path / "out", sound="keep")
    assert "sound-encoded" in report.remarks  # FLAC
    copy = tmp_path / "out" / report.output
    with av.open(str(copy)) as container:
        assert [stream.codec_context.name for stream in container.streams.audio] == ["aac", "opus", "aac"]
    heard = [_pitch(one) for one in video_running.heard(copy)]
    assert [round(pitch / 150, 1) for pitch in heard] == [1, 2, 3]  # two channels take turns


def _pitch(samples: bytes) -> float:
    wave = np.frombuffer(samples, np.float32)[4800:43200]
    return float(np.abs(np.fft.rfft(wave * np.hanning(len(wave)))).argmax() * 48000 / len(wave))


def test_a_part_of_a_video(tmp_path: Path) -> None:
    source = kit.write(tmp_path / "film.mp4", kit.Spec(face=False, sound="mono", frames=50))
    report = video_running.protect(source, tmp_path / "out", begin=0.4, end=1.2, sound="keep")
    copy = tmp_path / "out" / report.output
    assert len(video_running.times(copy)) == 20
    assert video_running.times(copy)[0] == 0
    assert video_running.protect(source, tmp_path / "none", begin=70.0).hold == "empty-part"


def test_fewer_frames_are_looked_at_again_if_so_asked(tmp_path: Path) -> None:
    source = kit.write(tmp_path / "film.mp4", kit.Spec(face=False, frames=20))
    report = video_running.protect(source, tmp_path / "out", recheck=5)
    assert report.video is not None
    assert (report.video.frames, report.video.rechecked) == (20, 4)


def _cut(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


def _scratched(data: bytes) -> bytes:
    at = data.index(b"mdat") + 4
    start, stop = at + (len(data) - at) // 2, at + (len(data) - at) * 2 // 3
    return data[:start] + bytes(x ^ 0x5A for x in data[start:stop]) + data[stop:]


@pytest.mark.parametrize(("suffix", "form", "damage"), [(".mkv", "matroska", _cut), (".mp4", "mp4", _scratched)])
def test_damaged_videos_are_held_or_salvaged(
    suffix: str, form: str, damage: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (240, 320, 3), np.uint8)

    def moving(i: int) -> np.ndarray:
        return np.roll(noise, 3 * i, axis=1)

    whole = kit.write(tmp_path / f"whole{suffix}", kit.Spec(draw=moving, frames=40), format=form)
    source = tmp_path / f"film{suffix}"
    source.write_bytes(damage(whole.read_bytes()))
    assert video_running.protect(source, tmp_path / "out").hold == "film-damaged"
    report = video_running.protect(source, tmp_path / "salvaged", salvage=True)
    assert report.status is Status.PREPARED, (report.hold, report.hold_params)
    assert "salvaged" in report.remarks
    assert 0 < len(video_running.times(tmp_path / "salvaged" / report.output)) < 40


@pytest.mark.parametrize(
    "data",
    [
        b"\0\0\0\x18ftypisom\0\0\0\0isommp42",
        b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + b"\0\0\x04\0moov" * 1000,
        b"\x1aE\xdf\xa3" + bytes(200),
        b"\x1aE\xdf\xa3\x84webm" + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + b"\xff" * 300,
        b"RIFF\xff\xff\xff\xffAVI LIST" + bytes(100),
        (b"G" + bytes(187)) * 20,
    ],
)
def test_hostile_videos_are_held_back(data: bytes, tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    source.write_bytes(data)
    report = video_running.protect(source, tmp_path / "out", salvage=True)
    assert report.status is Status.HELD
    assert report.hold not in ("internal", "")


def test_a_changed_copy_does_not_pass(tmp_path: Path) -> None:
    source = kit.write(tmp_path / "film.mp4", kit.Spec(face=False, frames=6, sound="mono"))
    report = video_running.protect(source, tmp_path / "out", sound="keep")
    good = (tmp_path / "out" / report.output).read_bytes()
    packets = [len(video_running.packets(tmp_path / "out" / report.output, kind)) for kind in ("video", "audio")]
    at = good.index(b"moov") - 4
    tampered = {
        "bytes behind": good + b"x",
        "a box behind": good + kit.box(b"free", b"x"),
        "a box before the tables": good[:at] + kit.box(b"free", b"x") + good[at:],
        "a gap among the samples": good.replace(b"co64\0\0\0\0\0\0\0", b"co64\0\0\0\0\0\0\1"),
        "a time of making": _changed(good, b"mvhd", 8, 5),
        "a language": _changed(good, b"mdhd", 36, 1),
        "a handler's name": _changed(good, b"hdlr", 24, 65),
        "another matrix": _changed(good, b"tkhd", 48, 3),
    }
    passed = [name for name, data in tampered.items() if not _is_refused(data, packets)]
    assert not passed
    assert not _is_refused(good, packets)
    assert _is_refused(good, [packets[0] + 1, packets[1]])


def _is_refused(data: bytes, packets: list[int]) -> bool:
    try:
        mp4_check.check(io.BytesIO(data), "h264", ["aac"], packets)
    except Held:
        return True
    return False


def _changed(data: bytes, name: bytes, at: int, value: int) -> bytes:
    place = data.index(name) + at
    return data[:place] + bytes((value,)) + data[place + 1 :]


def test_scan_names_what_a_video_gives_away(tmp_path: Path) -> None:
    source = kit.write(tmp_path / "film.mov", kit.Spec(sound="mono", metadata={"location": "+48.1-001.6/"}))
    found = _scan(source).findings
    assert {Kind.SOUND, Kind.PLACE, Kind.FACE} <= {finding.kind for finding in found}


def _scan(source: Path) -> FileReport:
    from paravent.model.job import Job  # noqa: PLC0415
    from paravent.model.policy import Policy  # noqa: PLC0415
    from paravent.pipeline import video  # noqa: PLC0415

    return video.scan(Job(str(source), source.name, Policy()), video_running.tools()).report


def test_verify_judges_videos(tmp_path: Path) -> None:
    source = kit.write(tmp_path / "film.mp4", kit.Spec(sound="mono"))
    # Where nothing is known of what was covered, a veil may count as a face.
    report = video_running.protect(source, tmp_path / "out", sound="keep", style=Style("solid", (40, 40, 40)))
    assert video_running.judged(tmp_path / "out" / report.output).ok
    verdict = video_running.judged(source)
    assert not verdict.ok
    assert len(verdict.problems) == 2
