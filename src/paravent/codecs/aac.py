"""The setup of AAC (ISO/IEC 14496-3, 1.6.2.1: AudioSpecificConfig), read and written anew from what it means."""

from __future__ import annotations

from dataclasses import dataclass

from paravent.containers.bits import Bits
from paravent.errors import Held

_RATES = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350)
_LOW_COMPLEXITY, _SBR, _PS = 2, 5, 29
_MOST_CHANNELS = 7  # what a number says of a layout; more need a description of their own
_SYNC_SBR, _SYNC_PS = 0x2B7, 0x548


@dataclass(frozen=True, slots=True)
class _Config:
    """rate, wide: indices of `_RATES`, of the core and of what is heard where that is stated. sbr, ps: None where nothing
    is said of it. before: SBR stands in front. short: packets of 960 samples."""

    rate: int
    channels: int
    short: bool
    before: int = 0
    sbr: bool | None = None
    wide: int = 0
    ps: bool | None = None


def written(setup: bytes, rate: int) -> bytes | None:
    """The same setup without a bit that means nothing; None if it cannot be written. rate: samples a second, as heard."""
    try:
        config = _read(Bits(setup), 8 * len(setup))
    except Held:
        return None
    if config is None or rate not in (_RATES[config.rate], _RATES[config.wide], 2 * _RATES[config.rate]):
        return None
    return _write(config)


def _read(bits: Bits, length: int) -> _Config | None:
    kind, rate, channels = bits.take(5), bits.take(4), bits.take(4)
    taken, before, wide = 13, 0, 0
    if kind in (_SBR, _PS):
        before, wide, kind = kind, bits.take(4), bits.take(5)
        taken += 9
    if kind != _LOW_COMPLEXITY or max(rate, wide) >= len(_RATES) or not 1 <= channels <= _MOST_CHANNELS:
        return None
    short, depends, extended = bits.take(1), bits.take(1), bits.take(1)
    taken += 3
    if depends or extended:
        return None
    config = _Config(rate, channels, bool(short), before, True if before else None, wide)
    if before or length - taken < 16 or bits.take(11) != _SYNC_SBR or bits.take(5) != _SBR:
        return config
    if not bits.take(1):
        return _Config(rate, channels, bool(short), sbr=False)
    wide = bits.take(4)
    if wide >= len(_RATES):
        return None
    stated = length - taken - 21 >= 12 and bits.take(11) == _SYNC_PS
    return _Config(rate, channels, bool(short), 0, True, wide, bool(bits.take(1)) if stated else None)


def _write(config: _Config) -> bytes:
    core = f"{config.short:b}00"
    if config.before:
        text = f"{config.before:05b}{config.rate:04b}{config.channels:04b}{config.wide:04b}{_LOW_COMPLEXITY:05b}{core}"
    else:
        text = f"{_LOW_COMPLEXITY:05b}{config.rate:04b}{config.channels:04b}{core}"
        if config.sbr is not None:
            text += f"{_SYNC_SBR:011b}{_SBR:05b}{config.sbr:b}" + f"{config.wide:04b}" * config.sbr
        if config.ps is not None:
            text += f"{_SYNC_PS:011b}{config.ps:b}"
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")
