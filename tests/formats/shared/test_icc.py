from __future__ import annotations

import struct
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from paravent.formats.shared import icc

_RNG = np.random.default_rng(7)
_COLOURS = Image.fromarray(_RNG.integers(0, 256, (64, 64, 3), dtype=np.uint8))


def _transform(image: Image.Image, source: bytes, target: bytes) -> np.ndarray:
    source_profile, target_profile = (ImageCms.ImageCmsProfile(BytesIO(p)) for p in (source, target))
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
    return np.asarray(ImageCms.profileToProfile(image, source_profile, target_profile, renderingIntent=intent)).astype(int)


def _pillow_srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _v2(colorants: list[tuple[float, float, float]], curve: bytes) -> bytes:
    """A v2 matrix profile as cameras and editors write it: published colorants, a `curv` tone curve."""
    tags = [
        (n, b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(v * 65536) for v in c)))
        for n, c in zip((b"rXYZ", b"gXYZ", b"bXYZ"), colorants, strict=True)
    ]
    tags += [(b"wtpt", b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061))]
    tags += [(n, curve) for n in (b"rTRC", b"gTRC", b"bTRC")]
    tags += [(b"desc", b"desc\0\0\0\0" + struct.pack(">I", 12) + b"ACME Camera\0" + b"\0" * 78)]
    table, body, start = b"", b"", 132 + 12 * len(tags)
    for name, content in tags:
        table += struct.pack(">4sII", name, start + len(body), len(content))
        body += content + b"\0" * (-len(content) % 4)
    header = bytearray(128)
    header[0:4] = struct.pack(">I", start + len(body))
    header[4:8], header[8:12] = b"ACME", b"\x02\x10\0\0"
    header[12:24], header[36:40] = b"mntrRGB XYZ ", b"acsp"
    header[68:80] = struct.pack(">3i", 63190, 65536, 54061)
    return bytes(header) + struct.pack(">I", len(tags)) + table + body


def _gamma(value: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256))


def _srgb_table(count: int) -> bytes:
    x = np.linspace(0, 1, count)
    y = np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)
    return b"curv\0\0\0\0" + struct.pack(f">I{count}H", count, *np.rint(y * 65535).astype(int))


# Colorants as published profiles state them: HP/Microsoft sRGB 1998, Adobe's, Apple's, Kodak's.
_SRGB = [(0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410)]
_ADOBE = [(0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)]
_P3 = [(0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407)]
_PROPHOTO = [(0.79767, 0.28804, 0.0), (0.13519, 0.71188, 0.0), (0.03134, 0.00009, 0.82491)]
_WIDE = [(0.71613, 0.25816, 0.0), (0.10092, 0.72491, 0.05177), (0.14715, 0.01693, 0.77322)]


@pytest.mark.parametrize(
    ("profile", "name"),
    [
        (_pillow_srgb(), "srgb"),
        (_v2(_SRGB, _srgb_table(1024)), "srgb"),
        (_v2(_SRGB, _srgb_table(64)), "srgb"),
        (_v2(_P3, _srgb_table(256)), "display-p3"),
        (_v2(_ADOBE, _gamma(2.19921875)), "adobe-rgb"),
        (_v2(_PROPHOTO, _gamma(1.8)), "prophoto-rgb"),
        (_v2(_SRGB, _gamma(1.8)), None),
        (_v2(_SRGB, _gamma(2.2)), None),
        (_v2(_ADOBE, _gamma(1.8)), None),
        (_v2(_WIDE, _gamma(2.2)), None),
        (_v2([_SRGB[1], _SRGB[0], _SRGB[2]], _srgb_table(64)), None),
        (_v2(_SRGB, _srgb_table(1024)).replace(b"desc", b"A2B0"), None),
        (b"", None),
        (_pillow_srgb()[:200], None),
        (_pillow_srgb().replace(b"acsp", b"pcsa"), None),
        (b"\0" * 200, None),
        *((icc.build(name), name) for name in icc.NAMES),
    ],
)
def test_profiles_are_recognised_by_their_numbers(profile: bytes, name: str | None) -> None:
    assert icc.recognise(profile) == name


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("srgb", _pillow_srgb()),
        ("srgb", _v2(_SRGB, _srgb_table(1024))),
        ("display-p3", _v2(_P3, _srgb_table(1024))),
        ("adobe-rgb", _v2(_ADOBE, _gamma(2.19921875))),
        ("prophoto-rgb", _v2(_PROPHOTO, _gamma(1.8))),
    ],
)
def test_clean_profiles_show_the_colours_of_the_original(name: str, original: bytes) -> None:
    reference = _pillow_srgb()
    for image in (_COLOURS, Image.fromarray(np.arange(256, dtype=np.uint8).repeat(3).reshape(16, 16, 3))):
        difference = _transform(image, original, reference) - _transform(image, icc.build(name), reference)
        assert np.abs(difference).max() <= 1


@pytest.mark.parametrize("name", icc.NAMES)
def test_clean_profiles_are_constant_and_say_only_their_name(name: str) -> None:
    data = icc.build(name)
    profile = ImageCms.ImageCmsProfile(BytesIO(data))
    assert icc.build(name) is data
    assert struct.unpack(">I", data[:4])[0] == len(data) < 600
    assert data[24:36] == struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
    assert data[4:8] == data[40:44] == data[48:52] == data[80:84] == b"\0\0\0\0"
    assert profile.profile.manufacturer is profile.profile.model is None
    assert profile.profile.copyright == "Public Domain"


def test_an_unknown_profile_is_applied() -> None:
    wide = _v2(_WIDE, _gamma(2.2))
    expected = _transform(_COLOURS, wide, _pillow_srgb())
    assert np.abs(np.asarray(icc.to_srgb(_COLOURS, wide)).astype(int) - expected).max() <= 1


def test_chromaticities_make_a_profile() -> None:
    linear = icc.from_chromaticities(1.0, ((0.3127, 0.3290), (0.64, 0.33), (0.30, 0.60), (0.15, 0.06)))
    grey = np.asarray(icc.to_srgb(Image.new("RGB", (1, 1), (55, 55, 55)), linear))
    assert np.abs(grey.astype(int) - 128).max() <= 1


@pytest.mark.parametrize(
    "xy",
    [
        ((0, 0), (0, 0), (0, 0), (0, 0)),
        ((0.3, 0.3), (0.3, 0.3), (0.3, 0.3), (0.3, 0.3)),
        ((42949.0, 0.3), (0.64, 0.33), (0.3, 0.6), (0.15, 0.06)),
    ],
)
def test_senseless_chromaticities_are_bogus(xy: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(icc.BogusProfile):
        icc.to_srgb(_COLOURS, icc.from_chromaticities(2.2, xy))


@pytest.mark.parametrize(
    ("mode", "profile"),
    [("RGB", b""), ("RGB", b"x" * 500), ("L", icc.build("srgb")), ("RGB", icc.build("srgb")[:300])],
)
def test_bogus_profiles_are_refused(mode: str, profile: bytes) -> None:
    with pytest.raises(icc.BogusProfile):
        icc.to_srgb(_COLOURS.convert(mode), profile)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([_pillow_srgb(), icc.build("srgb")]), st.integers(0, 499), st.binary(min_size=1, max_size=8))
def test_broken_profiles_never_raise_when_recognised(profile: bytes, at: int, put: bytes) -> None:
    assert icc.recognise(profile[:at] + put + profile[at + len(put) :]) in (*icc.NAMES, None)
