"""Secrets in films: one row for each place a container, a stream or a packet has for them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

import video_kit as kit

SECRET = b"Robin-Fairweather-17"
TEXT = SECRET.decode()
_SMALL = (96, 64)


@dataclass(frozen=True)
class Row:
    """name: of the test. suffix: of the file. make: writes the file to a path."""

    name: str
    suffix: str
    make: Callable[[Path], object]


def _spec(**more: Any) -> kit.Spec:
    return kit.Spec(size=_SMALL, frames=4, face=False, **{"sound": "mono", **more})


@cache
def _plain() -> bytes:
    """An MP4 with its tables at the end, so that they may grow."""
    data = io.BytesIO()
    with av.open(data, "w", format="mp4") as out:
        _fill(out, _video(out))
    return data.getvalue()


def _grown(data: bytes, path: tuple[bytes, ...], extra: bytes) -> bytes:
    """The file with `extra` at the end of the box that `path` leads to, lengths put right."""
    at, stop = 0, len(data)
    heads = []
    for name in path:
        while data[at + 4 : at + 8] != name:
            at += int.from_bytes(data[at : at + 4], "big")
            assert at < stop, name
        heads.append(at)
        stop = at + int.from_bytes(data[at : at + 4], "big")
        at += 8
    out = bytearray(data[:stop] + extra + data[stop:])
    for head in heads:
        size = int.from_bytes(out[head : head + 4], "big") + len(extra)
        out[head : head + 4] = size.to_bytes(4, "big")
    return bytes(out)


def _at_top(extra: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(_plain() + extra)


def _in(*boxes: bytes, extra: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(_grown(_plain(), boxes, extra))


def _noted(key: str, form: str, **options: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        spec = _spec(metadata={key: TEXT}, container_options=options)
        kit.write(path, spec, format=form)

    return make


def _stream_noted(key: str, form: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with av.open(str(path), "w", format=form) as out:
            video = _video(out)
            video.metadata[key] = TEXT
            _fill(out, video)

    return make


def _video(out: Any) -> Any:
    video = out.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
    video.width, video.height, video.pix_fmt = *_SMALL, "yuv420p"
    return video


def _fill(out: Any, video: Any) -> None:
    for i in range(4):
        pixels = kit.frame(i, 4, _SMALL, face=False)
        for packet in video.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
            out.mux(packet)
    for packet in video.encode():
        out.mux(packet)


def _subtitled(form: str, codec: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with av.open(str(path), "w", format=form) as out:
            video = _video(out)
            text = out.add_mux_stream(codec)
            text.time_base = Fraction(1, 1000)
            _fill(out, video)
            content = len(SECRET).to_bytes(2, "big") + SECRET if codec == "mov_text" else SECRET
            packet = av.Packet(content)
            packet.stream, packet.pts, packet.dts, packet.duration = text, 0, 0, 100
            packet.time_base = Fraction(1, 1000)
            out.mux(packet)

    return make


def _telemetry(form: str, codec: str) -> Callable[[Path], None]:
    """A track of data beside the pictures, as action cameras and drones write it."""

    def make(path: Path) -> None:
        with av.open(str(path), "w", format=form) as out:
            video, data = _video(out), out.add_data_stream(codec)
            data.time_base = Fraction(1, 1000)
            _fill(out, video)
            packet = av.Packet(SECRET)
            packet.stream, packet.pts, packet.dts, packet.duration = data, 0, 0, 100
            packet.time_base = Fraction(1, 1000)
            out.mux(packet)

    return make


def _with_cover(path: Path) -> None:
    picture = io.BytesIO()
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(picture, "JPEG", comment=SECRET)
    data = _box(b"data", b"\0\0\0\x0d\0\0\0\0" + picture.getvalue())
    meta = _box(b"meta", bytes(4) + _handler(b"mdir") + _box(b"ilst", _box(b"covr", data)))
    path.write_bytes(_grown(_plain(), (b"moov",), _box(b"udta", meta)))


def _chaptered(path: Path) -> None:
    entry = bytes(8) + bytes((len(SECRET),)) + SECRET
    chapters = _box(b"chpl", b"\1\0\0\0" + bytes(4) + b"\1" + entry)
    path.write_bytes(_grown(_plain(), (b"moov",), _box(b"udta", chapters)))


def _second_track(path: Path) -> None:
    with av.open(str(path), "w", format="mp4") as out:
        first, second = _video(out), _video(out)
        second.metadata["handler_name"] = TEXT
        _fill(out, first)
        _fill(out, second)


def _messages(path: Path) -> None:
    """A message of user data (SEI) in every picture."""
    content = bytes(16) + SECRET + b"\x80"
    message = b"\0\0\0\1\x06\x05" + bytes((len(content),)) + content
    with av.open(str(path), "w", format="mp4") as out:
        video = _video(out)
        for i in range(4):
            pixels = kit.frame(i, 4, _SMALL, face=False)
            for packet in [*video.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24"))]:
                _muxed(out, packet, message)
        for packet in video.encode():
            _muxed(out, packet, message)


def _muxed(out: Any, packet: Any, message: bytes) -> None:
    changed = av.Packet(message + bytes(packet))
    changed.stream, changed.pts, changed.dts, changed.duration = packet.stream, packet.pts, packet.dts, packet.duration
    changed.time_base, changed.is_keyframe = packet.time_base, packet.is_keyframe
    out.mux(changed)


def _filled_sound(path: Path) -> None:
    """A fill element of AAC in front of each packet's sound."""
    size = len(SECRET) + 1
    fill = (6 << 4 | 15) << 8 | (size - 14)
    bits = f"{fill:015b}" + "".join(f"{byte:08b}" for byte in b"\0" + SECRET)
    with av.open(str(path), "w", format="mp4") as out:
        video = _video(out)
        sound = out.add_stream("aac", rate=48000, layout="mono")
        _fill(out, video)
        for i in range(6):
            tone = av.AudioFrame.from_ndarray(np.full((1, 1024), 0.1, np.float32), format="fltp", layout="mono")
            tone.sample_rate, tone.pts = 48000, i * 1024
            for packet in sound.encode(tone):
                whole = bits + "".join(f"{byte:08b}" for byte in bytes(packet))
                whole += "0" * (-len(whole) % 8)
                changed = av.Packet(int(whole, 2).to_bytes(len(whole) // 8, "big"))
                changed.stream, changed.pts, changed.dts, changed.duration = sound, packet.pts, packet.dts, 1024
                changed.time_base = packet.time_base
                out.mux(changed)


def _aligned_bits(path: Path) -> bool:
    """Whether the secret of `_filled_sound` is in a file, at any bit."""
    value = "".join(f"{byte:08b}" for byte in path.read_bytes())
    return "".join(f"{byte:08b}" for byte in SECRET) in value


def _avi(path: Path) -> None:
    kit.write(path, _spec(sound="", codec="mpeg4", options={}, metadata={"title": TEXT, "artist": TEXT}), format="avi")


def _avi_junk(path: Path) -> None:
    kit.write(path, _spec(sound="", codec="mpeg4", options={}), format="avi")
    data = path.read_bytes()
    chunk = b"JUNK" + len(SECRET).to_bytes(4, "little") + SECRET
    size = int.from_bytes(data[4:8], "little") + len(chunk)
    path.write_bytes(data[:4] + size.to_bytes(4, "little") + data[8:] + chunk)


def _attached(path: Path) -> None:
    """A file attached to a Matroska film: an element of the segment, which has no stated length."""
    kit.write(path, _spec(), format="matroska")
    data = path.read_bytes()

    def element(kind: str, content: bytes) -> bytes:
        return bytes.fromhex(kind) + (0x10000000 | len(content)).to_bytes(4, "big") + content

    inner = element("466E", b"a.txt") + element("4660", b"text/plain") + element("465C", SECRET) + element("46AE", b"\1")
    extra = element("1941A469", element("61A7", inner))
    at = data.index(bytes.fromhex("18538067")) + 4
    size = int.from_bytes(data[at : at + 8], "big") & ((1 << 56) - 1)
    path.write_bytes(data[:at] + (1 << 56 | size + len(extra)).to_bytes(8, "big") + data[at + 8 :] + extra)


def _void(path: Path) -> None:
    kit.write(path, _spec(), format="matroska")
    data = path.read_bytes()
    extra = b"\xec" + (0x10000000 | len(SECRET)).to_bytes(4, "big") + SECRET
    at = data.index(bytes.fromhex("18538067")) + 4
    size = int.from_bytes(data[at : at + 8], "big") & ((1 << 56) - 1)
    path.write_bytes(data[:at] + (1 << 56 | size + len(extra)).to_bytes(8, "big") + data[at + 8 :] + extra)


def _box(name: bytes, content: bytes) -> bytes:
    return kit.box(name, content)


def _handler(kind: bytes) -> bytes:
    return _box(b"hdlr", bytes(8) + kind + bytes(13))


def _keys(name: bytes) -> bytes:
    key = _box(b"mdta", name)
    keys = _box(b"keys", bytes(4) + b"\0\0\0\1" + key)
    value = _box(b"data", b"\0\0\0\1\0\0\0\0" + SECRET)
    return _box(
        b"meta", _handler(b"mdta") + keys + _box(b"ilst", (8 + len(value)).to_bytes(4, "big") + b"\0\0\0\1" + value)
    )


_TEXT_BOX = len(SECRET).to_bytes(2, "big") + b"\x15\xc7" + SECRET
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"

ROWS: tuple[Row, ...] = (
    Row("free box at the end", ".mp4", _at_top(_box(b"free", SECRET))),
    Row("skip box at the end", ".mp4", _at_top(_box(b"skip", SECRET))),
    Row("uuid box with XMP", ".mp4", _at_top(_box(b"uuid", _XMP))),
    Row("private uuid box", ".mp4", _at_top(_box(b"uuid", bytes(16) + SECRET))),
    Row("unknown box at the end", ".mp4", _at_top(_box(b"SEFT", SECRET))),
    Row("second mdat", ".mp4", _at_top(_box(b"mdat", SECRET))),
    Row("meta box at the end", ".mp4", _at_top(_box(b"meta", bytes(4) + _handler(b"mdta") + _box(b"xml ", SECRET)))),
    Row("bytes behind the end", ".mp4", _at_top(SECRET)),
    Row("place in udta", ".mp4", _in(b"moov", extra=_box(b"udta", _box(b"\xa9xyz", _TEXT_BOX)))),
    Row("device in udta", ".mp4", _in(b"moov", extra=_box(b"udta", _box(b"\xa9mod", _TEXT_BOX)))),
    Row(
        "loci in udta",
        ".mp4",
        _in(b"moov", extra=_box(b"udta", _box(b"loci", bytes(4) + b"\x15\xc7" + SECRET + bytes(16) + b"earth\0\0"))),
    ),
    Row("private box in udta", ".mp4", _in(b"moov", extra=_box(b"udta", _box(b"GPMF", SECRET)))),
    Row("track's udta", ".mp4", _in(b"moov", b"trak", extra=_box(b"udta", _box(b"name", SECRET)))),
    Row("QuickTime keys, place", ".mov", _in(b"moov", extra=_keys(b"com.apple.quicktime.location.ISO6709"))),
    Row("QuickTime keys, Live Photo", ".mov", _in(b"moov", extra=_keys(b"com.apple.quicktime.content.identifier"))),
    Row("free box in the tables", ".mp4", _in(b"moov", b"trak", b"mdia", b"minf", extra=_box(b"free", SECRET))),
    Row("free box in a track", ".mp4", _in(b"moov", b"trak", extra=_box(b"free", SECRET))),
    Row("cover picture", ".mp4", _with_cover),
    Row("chapters", ".mp4", _chaptered),
    Row("title", ".mp4", _noted("title", "mp4")),
    Row("artist", ".mp4", _noted("artist", "mp4")),
    Row("comment", ".mov", _noted("comment", "mov")),
    Row("any key", ".mp4", _noted("com.android.manufacturer", "mp4", movflags="use_metadata_tags")),
    Row("handler's name", ".mp4", _stream_noted("handler_name", "mp4")),
    Row("second film track", ".mp4", _second_track),
    Row("subtitles", ".mp4", _subtitled("mp4", "mov_text")),
    Row("telemetry", ".mp4", _telemetry("mp4", "bin_data")),
    Row("telemetry in a transport stream", ".ts", _telemetry("mpegts", "klv")),
    Row("messages between pictures", ".mp4", _messages),
    Row("Matroska title", ".mkv", _noted("title", "matroska")),
    Row("Matroska tags", ".mkv", _noted("LOCATION", "matroska")),
    Row("Matroska track name", ".mkv", _stream_noted("title", "matroska")),
    Row("Matroska subtitles", ".mkv", _subtitled("matroska", "subrip")),
    Row("Matroska attachment", ".mkv", _attached),
    Row("Matroska void", ".mkv", _void),
    Row("AVI notes", ".avi", _avi),
    Row("AVI junk", ".avi", _avi_junk),
    Row("service name of a transport stream", ".ts", _noted("service_name", "mpegts")),
    Row("fill elements of AAC", ".mp4", _filled_sound),
)


def holds_secret(path: Path) -> bool:
    """Whether a file has the secret, as bytes, as UTF-16, or at any bit."""
    data = path.read_bytes()
    return SECRET in data or TEXT.encode("utf-16-le") in data or TEXT.encode("utf-16-be") in data or _aligned_bits(path)
