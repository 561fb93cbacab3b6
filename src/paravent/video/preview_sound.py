"""A piece of a film's sound as it will be in the copy, small and in memory, for whoever looks at the film on a page."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from fractions import Fraction

import av

from paravent.video.sound import Disguise
from paravent.video.source import Video

RATE = 24_000  # samples a second, one channel, 16 bits


def wav(video: Video, begin: Fraction, seconds: float, *, disguise: bool) -> bytes:
    """WAV, as long as there is sound and at most so many seconds; silence where none is heard yet; empty where the film has
    none. begin: in the time of the film's tracks."""
    if not video.facts.sounds:
        return b""
    wanted = round(seconds * RATE)
    samples = bytearray()
    for start, content in _heard(video, begin, disguise=disguise):
        at = round((start - begin) * RATE)
        if at >= wanted or len(samples) >= 2 * wanted:
            break
        samples += bytes(max(0, 2 * at - len(samples)))
        samples += content[2 * max(0, len(samples) // 2 - at) :]
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes(bytes(samples[: 2 * wanted]))
    return file.getvalue()


def _heard(video: Video, begin: Fraction, *, disguise: bool) -> Iterator[tuple[Fraction, bytes]]:
    """Pieces of the first track from a packet before a time on, each with the time at which it begins."""
    chain: Disguise | None = None
    resampler = av.AudioResampler("s16", "mono", RATE)
    for frame in video.sound_from(video.facts.sounds[0], begin):
        parts = [frame]
        if disguise:
            chain = chain or Disguise(frame)
            parts = list(chain.take(frame))
        for part in parts:
            time = Fraction(part.pts or 0) * Fraction(part.time_base or 1)
            for made in resampler.resample(part):
                yield time, made.to_ndarray().tobytes()
                time += Fraction(made.samples, RATE)
