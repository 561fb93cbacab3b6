"""Films that are whole and odd: other clocks, cut away parts, doubles, fields, sizes, tracks; drawn and put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

import video_kit as kit

SIZE = (160, 128)
QUICK = {"crf": "18", "preset": "ultrafast"}
# Sample entries begin so many bytes before their boxes; stsd counts first.
_BEFORE = {b"stsd": 8, b"avc1": 78, b"hvc1": 78, b"vp09": 78, b"av01": 78, b"mp4a": 28, b"Opus": 28}


def plain(path: Path, frames: int = 12, **options: Any) -> Path:
    """A short film without faces."""
    return kit.write(path, kit.Spec(**({"frames": frames, "size": SIZE, "face": False, "options": QUICK} | options)))


def later(source: Path, path: Path, seconds: int, sound: int | None = None) -> Path:
    """The same packets with a clock that is ahead; sound: that of the sound."""
    with av.open(str(source)) as old, av.open(str(path), "w", options={"muxdelay": "0"}) as new:
        streams = {one.index: new.add_stream_from_template(one) for one in old.streams}
        for packet in old.demux():
            if packet.dts is None:
                continue
            ahead = seconds if packet.stream.type == "video" or sound is None else sound
            ticks = round(ahead / packet.time_base)
            packet.pts, packet.dts = packet.pts + ticks, packet.dts + ticks
            packet.stream = streams[packet.stream.index]
            new.mux(packet)
    return path


# --- boxes


def place_of(data: bytes, names: Sequence[bytes], start: int = 0, stop: int | None = None) -> tuple[list[int], int, int]:
    """Where boxes within each other begin, and where the content of the last begins and ends."""
    begins = []
    stop = len(data) if stop is None else stop
    for name in names:
        at = start
        while data[at + 4 : at + 8] != name:
            size = int.from_bytes(data[at : at + 4], "big")
            at += int.from_bytes(data[at + 8 : at + 16], "big") if size == 1 else size
            assert at < stop, name
        begins.append(at)
        start, stop = at + 8 + _BEFORE.get(name, 0), at + int.from_bytes(data[at : at + 4], "big")
    return begins, start, stop


def grown(data: bytes, names: Sequence[bytes], extra: bytes) -> bytes:
    """With bytes behind the content of a box; the tables stand behind the samples, so that nothing else moves."""
    begins, _start, stop = place_of(data, names)
    made = bytearray(data)
    for at in begins:
        made[at : at + 4] = (int.from_bytes(made[at : at + 4], "big") + len(extra)).to_bytes(4, "big")
    return bytes(made[:stop]) + extra + bytes(made[stop:])


TABLES = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")


def with_aperture(data: bytes, shown: tuple[int, int]) -> bytes:
    """An MP4 or MOV of H.264 of which only the middle is shown."""
    numbers = b"".join(value.to_bytes(4, "big") for value in (shown[0], 1, shown[1], 1, 0, 1, 0, 1))
    return grown(data, (*TABLES, b"avc1"), kit.box(b"clap", numbers))


def edited(data: bytes, kept: Sequence[tuple[float, float]]) -> bytes:
    """An MP4 or MOV of which only these parts (seconds, from and to) are shown, in pictures and sound."""
    tracks = data.count(b"elst")
    assert tracks
    at = 0
    for _ in range(tracks):
        at = data.index(b"elst", at) + 4
        trak = data.rindex(b"trak", 0, at)
        scale_at = data.index(b"mdhd", trak) + 4
        wide = data[scale_at] == 1
        scale = int.from_bytes(data[scale_at + (20 if wide else 12) :][:4], "big")
        run_up = int.from_bytes(data[at + 12 : at + 16], "big")
        entries = b"".join(
            round((stop - start) * 1000).to_bytes(4, "big")
            + (run_up + round(start * scale)).to_bytes(4, "big")
            + b"\0\1\0\0"
            for start, stop in kept
        )
        content = bytes(4) + len(kept).to_bytes(4, "big") + entries
        old = int.from_bytes(data[at - 8 : at - 4], "big") - 8
        more = len(content) - old
        made = bytearray(data)
        for name in (b"moov", b"trak", b"edts", b"elst"):
            place = data.rindex(name, 0, at) - 4
            made[place : place + 4] = (int.from_bytes(made[place : place + 4], "big") + more).to_bytes(4, "big")
        data = bytes(made[:at]) + content + bytes(made[at + old :])
    return data


# --- elements


def with_crop(data: bytes, top: int, bottom: int) -> bytes:
    """A Matroska or WebM file, written as a live one is, of whose frames some rows are not shown."""
    extra = b"\x54\xbb\x81" + bytes((top,)) + b"\x54\xaa\x81" + bytes((bottom,))
    tracks = data.rindex(b"\x16\x54\xae\x6b")
    content, stop = _content(data, tracks + 4)
    entry = data.index(b"\xae", content)
    inner, inner_stop = _content(data, entry + 1)
    video = data.index(b"\xe0", data.index(b"\x83\x81\x01", inner) + 3)
    place, end = _content(data, video + 1)
    new_video = b"\xe0" + _length(end - place + len(extra)) + data[place:end] + extra
    new_entry = data[inner:video] + new_video + data[end:inner_stop]
    new_tracks = data[content:entry] + b"\xae" + _length(len(new_entry)) + new_entry + data[inner_stop:stop]
    return data[: tracks + 4] + _length(len(new_tracks)) + new_tracks + data[stop:]


def _content(data: bytes, at: int) -> tuple[int, int]:
    wide = 9 - data[at].bit_length()
    length = int.from_bytes(data[at : at + wide], "big") & ((1 << 7 * wide) - 1)
    return at + wide, at + wide + length


def _length(value: int) -> bytes:
    return (value | 1 << 56).to_bytes(8, "big")


# --- times and sizes


def coded(codec: str, frames: int, options: dict[str, str], size: tuple[int, int] = SIZE) -> tuple[Any, list[Any]]:
    """An encoder and the packets it makes, in its order."""
    context: Any = av.CodecContext.create(codec, "w")
    context.width, context.height = size
    context.pix_fmt, context.time_base, context.framerate = "yuv420p", Fraction(1, kit.RATE), Fraction(kit.RATE)
    context.options = options
    packets = []
    for i in range(frames):
        picture = av.VideoFrame.from_ndarray(kit.frame(i, frames, size, face=False), format="rgb24")
        picture.pts, picture.time_base = i, Fraction(1, kit.RATE)
        packets += context.encode(picture)
    return context, [*packets, *context.encode()]


def sizes_change(path: Path, codec: str, sizes: Sequence[tuple[int, int]]) -> Path:
    """One track whose frames change their size, ten of each."""
    with av.open(str(path), "w") as out:
        track: Any = out.add_stream(codec, rate=kit.RATE)
        track.width, track.height, track.pix_fmt = *sizes[0], "yuv420p"
        for part, size in enumerate(sizes):
            for i, packet in enumerate(coded(codec, 10, {}, size)[1]):
                packet.pts = packet.dts = 10 * part + i
                packet.time_base, packet.stream = Fraction(1, kit.RATE), track
                out.mux(packet)
    return path


def packed(path: Path, frames: int = 13) -> Path:
    """An AVI as DivX wrote them: a frame and the one before it that refers to it in one packet, and next to nothing in the
    next."""
    context, packets = coded("mpeg4", frames, {"bf": "1", "b_strategy": "0", "sc_threshold": "1000000000"})
    del context
    contents = [bytes(packet) for packet in packets]
    mark = b"\0\0\1\xb2DivX503b1393p"
    at = contents[0].index(b"\0\0\1\xb6")
    chunks = [contents[0][:at] + mark + contents[0][at:]]
    i = 1
    while i < len(contents):
        if i + 1 < len(contents) and packets[i + 1].pts < packets[i].pts:
            chunks += [contents[i] + contents[i + 1], b"\0\0\1\xb6\x51\x00\x00"]
            i += 2
        else:
            chunks.append(contents[i])
            i += 1
    with av.open(str(path), "w") as out:
        track: Any = out.add_stream("mpeg4", rate=kit.RATE)
        track.width, track.height, track.pix_fmt = *SIZE, "yuv420p"
        for i, content in enumerate(chunks):
            packet: Any = av.Packet(content)
            packet.pts = packet.dts = i
            packet.time_base, packet.stream, packet.is_keyframe = Fraction(1, kit.RATE), track, i == 0
            out.mux(packet)
    return path


def woven(index: int) -> NDArray[np.uint8]:
    """A frame of two moments: a bar that moves by eight pixels from field to field."""
    picture = np.full((SIZE[1], SIZE[0], 3), 60, np.uint8)
    for field in (0, 1):
        left = 8 * (2 * index + field) % (SIZE[0] - 24)
        picture[field::2, left : left + 24] = 220
    return picture


def combed(picture: NDArray[np.uint8]) -> float:
    """How much rows differ from the ones above and below more than those do from each other. picture: grey."""
    rows = picture.astype(np.int16)
    return float(np.maximum(0, np.abs(rows[1:-1] - rows[:-2]) - np.abs(rows[2:] - rows[:-2])).mean())


# --- tracks


def tones(path: Path, seconds: Sequence[tuple[float, float]], **spec: Any) -> Path:
    """A film whose sound has one pitch after the other. seconds: until when, and hertz."""
    frames = round(seconds[-1][0] * kit.RATE)
    picture = plain(path.with_name(f"silent-{path.name}"), frames, **spec)
    with av.open(str(picture)) as old, av.open(str(path), "w") as new:
        track: Any = new.add_stream_from_template(old.streams.video[0])
        sound: Any = new.add_stream("aac", rate=48000, layout="mono")
        for packet in old.demux(video=0):
            if packet.dts is not None:
                packet.stream = track
                new.mux(packet)
        at = np.arange(round(seconds[-1][0] * 48000)) / 48000
        wave = np.zeros_like(at)
        for until, pitch in reversed(seconds):
            wave = np.where(at < until, np.sin(2 * np.pi * pitch * at) * 0.3, wave)
        for start in range(0, len(wave) - 1023, 1024):
            part = np.ascontiguousarray(wave[None, start : start + 1024], np.float32)
            piece = av.AudioFrame.from_ndarray(part, format="fltp", layout="mono")
            piece.sample_rate, piece.pts, piece.time_base = 48000, start, Fraction(1, 48000)
            new.mux(sound.encode(piece))
        new.mux(sound.encode())
    return path


def share(samples: bytes, pitch: float) -> float:
    """Of the loudest pitch, what is there of another. samples: one channel, float."""
    wave = np.frombuffer(samples, np.float32)
    power = np.abs(np.fft.rfft(wave * np.hanning(len(wave))))
    near = slice(*(round(hertz * len(wave) / 48000) for hertz in (pitch - 30, pitch + 30)))
    return float(power[near].max() / power.max())


def everything(path: Path) -> bytes:
    """All that the packets of sound hold, whatever the tables say is to be heard."""
    with av.open(str(path)) as container:
        track = container.streams.audio[0]
        setup = track.codec_context.extradata
        contents = [bytes(packet) for packet in container.demux(track) if packet.size]
    context: Any = av.CodecContext.create("aac", "r")
    context.extradata = setup
    return b"".join(frame.to_ndarray()[0].tobytes() for one in contents for frame in context.decode(av.Packet(one)))


def two_of_each(path: Path, sound: str) -> Path:
    """A film with a second track of pictures, and sound of a kind."""
    with av.open(str(path), "w") as out:
        tracks: list[Any] = [out.add_stream("libx264", rate=kit.RATE, options=QUICK) for _ in range(2)]
        heard: Any = out.add_stream(sound, rate=48000, layout="stereo")
        for track in tracks:
            track.width, track.height, track.pix_fmt = *SIZE, "yuv420p"
        for i in range(12):
            for track in tracks:
                picture = av.VideoFrame.from_ndarray(kit.frame(i, 12, SIZE, face=False), format="rgb24")
                out.mux(track.encode(picture))
        step = heard.codec_context.frame_size or 1024
        for start in range(0, 24000, step):
            piece = av.AudioFrame.from_ndarray(np.zeros((2, step), np.float32), format="fltp", layout="stereo")
            piece.sample_rate, piece.pts, piece.time_base = 48000, start, Fraction(1, 48000)
            out.mux(heard.encode(piece))
        for track in (*tracks, heard):
            out.mux(track.encode())
    return path


Maker = Callable[[Path], Path]
