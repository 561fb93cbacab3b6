"""Subtitles: gone by default; as plain text with their times on request, and nothing else of them."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import av
import pytest

import video_kit as kit
import video_running
from paravent.errors import Held
from paravent.model.limits import VideoLimits
from paravent.model.report import Status
from paravent.verify.video import mp4 as mp4_check
from paravent.video import subtitles
from paravent.video.subtitles import Cue

pytestmark = pytest.mark.slow

_STYLE_BOX = kit.box(b"styl", b"\0\1" + bytes(4) + b"\0\1\1\x20\xff\0\0\xff") + kit.box(b"hlit", b"Robin")
_MOV_TEXT = b"\0\5Salut" + _STYLE_BOX
_ASS = rb"0,0,Robin,Robin,0,0,0,,{\an8\fnComic Sans}Salut\N{\i1}toi,{\i0} l" + "à".encode()

# container, codec, what each packet holds, what is left of it
TEXTS: dict[str, tuple[str, str, bytes, str]] = {
    "QuickTime text": (".mp4", "mov_text", _MOV_TEXT, "Salut"),
    "SubRip": (".mkv", "subrip", b'<font face="Robin">Salut</font>\r\n{\\an8}<i>toi</i>\x07', "Salut\ntoi"),
    "ASS": (".mkv", "ass", _ASS, "Salut\ntoi, là"),
}
_TIMES = ((100, 300), (400, 700), (600, 900))  # milliseconds: a gap, an overlap


def _written(path: Path, codec: str, content: bytes) -> Path:
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        video.width, video.height, video.pix_fmt = 96, 64, "yuv420p"
        text = out.add_mux_stream(codec)
        text.time_base = Fraction(1, 1000)
        text.metadata["title"], text.metadata["language"] = "Robin", "fra"
        for i in range(25):
            pixels = kit.frame(i, 25, (96, 64), face=False)
            for packet in video.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                out.mux(packet)
        for packet in video.encode():
            out.mux(packet)
        times = _TIMES[:2] if path.suffix == ".mp4" else _TIMES
        for begin, end in times:
            made = av.Packet(content)
            made.stream, made.pts, made.dts, made.duration = text, begin, begin, end - begin
            made.time_base = Fraction(1, 1000)
            out.mux(made)
    return path


def _cues(path: Path) -> list[list[tuple[int, int, str]]]:
    with path.open("rb") as file:
        tracks = subtitles.read(file, "MP4", VideoLimits())
    return [[(round(cue.begin * 1000), round(cue.end * 1000), cue.text) for cue in cues] for cues in tracks]


@pytest.mark.parametrize("name", TEXTS)
def test_text_and_times_stay_and_nothing_else(name: str, tmp_path: Path) -> None:
    suffix, codec, content, text = TEXTS[name]
    source = _written(tmp_path / f"film{suffix}", codec, content)
    report = video_running.protect(source, tmp_path / "out")
    with av.open(str(tmp_path / "out" / report.output)) as container:
        assert not container.streams.subtitles
    report = video_running.protect(source, tmp_path / "kept", keep_subtitles=True)
    assert (report.status, "subtitles-kept" in report.remarks) == (Status.PREPARED, True), report.hold_params
    copy = tmp_path / "kept" / report.output
    if suffix == ".mp4":
        assert _cues(copy) == [[(100, 300, text), (400, 700, text)]]
    else:
        expected = [(100, 300, text), (400, 600, text), (600, 700, f"{text}\n{text}"), (700, 900, text)]
        assert _cues(copy) == [expected]
    data = copy.read_bytes()
    assert not [sign for sign in (b"Robin", b"Comic", b"styl", b"hlit", b"fra", b"<i", b"\x07Sal") if sign in data]
    assert video_running.judged(copy).ok


def test_a_part_of_a_video_has_its_part_of_the_subtitles(tmp_path: Path) -> None:
    suffix, codec, content, text = TEXTS["SubRip"]
    source = _written(tmp_path / f"film{suffix}", codec, content)
    report = video_running.protect(source, tmp_path / "out", keep_subtitles=True, begin=0.2, end=0.52)
    assert _cues(tmp_path / "out" / report.output) == [[(0, 100, text), (200, 320, text)]]


def test_subtitles_that_are_pictures_are_refused(tmp_path: Path) -> None:
    source = _written(tmp_path / "film.mkv", "dvd_subtitle", bytes(40))
    assert video_running.protect(source, tmp_path / "out", keep_subtitles=True).hold == "subtitles"
    assert video_running.protect(source, tmp_path / "other").status is Status.PREPARED


def test_a_changed_text_does_not_pass(tmp_path: Path) -> None:
    suffix, codec, content, text = TEXTS["SubRip"]
    source = _written(tmp_path / f"film{suffix}", codec, content)
    report = video_running.protect(source, tmp_path / "out", keep_subtitles=True)
    good = (tmp_path / "out" / report.output).read_bytes()
    shown = [f"{text}", text, f"{text}\n{text}", text]
    samples = [len(one.encode()).to_bytes(2, "big") + one.encode() for one in shown]
    samples.insert(1, b"\0\0")
    mp4_check.check(io.BytesIO(good), "h264", [], [25], [samples])
    tampered = {
        "another text": good.replace(b"Salut", b"Robin"),
        "a sign that is not shown": good.replace(b"Salut", b"Sal\x07t"),
        "a font": good.replace(b"Sans-Serif", b"Robin-Sans"),
        "a place of the text": good.replace(b"tx3g" + bytes(6), b"tx3g" + bytes(5) + b"\1"),
    }
    for data in tampered.values():
        with pytest.raises(Held):
            mp4_check.check(io.BytesIO(data), "h264", [], [25], [samples])
    with pytest.raises(Held):
        mp4_check.check(io.BytesIO(good), "h264", [], [25])


def test_samples_follow_each_other_without_gaps() -> None:
    cues = [Cue(Fraction(2), Fraction(5), "b"), Cue(Fraction(0), Fraction(3), "a"), Cue(Fraction(7), Fraction(7), "c")]
    made = subtitles.samples(cues, Fraction(1), Fraction(4))
    assert [(one.pts, one.duration, one.content[2:]) for one in made] == [
        (0, 1000, b"a"),
        (1000, 1000, b"a\nb"),
        (2000, 1000, b"b"),
    ]


def test_more_than_anybody_could_read_at_once_is_refused() -> None:
    cues = [Cue(Fraction(0), Fraction(i + 1), "a") for i in range(10_000)]
    with pytest.raises(Held):
        subtitles.samples(cues, Fraction(0), Fraction(20_000))
