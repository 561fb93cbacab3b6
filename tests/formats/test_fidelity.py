"""Copies of each format have what the table in docs/formats.md says: a file with each property, and a look at its copy."""

from __future__ import annotations

import struct
import sys
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageSequence

from avif_kit import avif
from bmp_kit import profiled as profiled_bmp
from container_kit import gif_application
from heic_kit import heic
from heif_kit import boxes, parse
from jp2_kit import coloured, file_of, jp2, parts_of
from paravent.errors import Held
from paravent.formats import specs
from paravent.formats.base import Draft, Writing
from paravent.formats.fidelity import Alpha, Colour, Loss, Palette, Pictures, Turn
from paravent.formats.shared import icc
from paravent.formats.shared.samples import rgba
from paravent.model.geometry import Ellipse
from paravent.model.limits import StillLimits
from paravent.verify import judge
from paravent.verify.decoding import decode_copy
from picture_kit import saved, smooth
from png_kit import deep_png
from tiff_kit import tiff

pillow_heif = pytest.importorskip("pillow_heif")

BY_NAME = {spec.name: spec for spec in specs() if not (spec.is_video or spec.on_request)}
FIDELITY = {name: spec.fidelity for name, spec in BY_NAME.items() if spec.fidelity}
WIDTH, HEIGHT = 131, 93
FACE = (Ellipse(30, 40, 12, 15, 20),)
REST = np.s_[:, 64:]  # far from the face, whole MCUs
P3 = icc.build("display-p3")
STATED = Image.Exif()
STATED[0x0112] = 6
PILLOW = {"JP2": "JPEG2000", "WebP": "WEBP"}
EXACT = {"WebP": {"lossless": True}, "JP2": {"irreversible": False}}
LOSSY = {
    "WebP": {"lossless": False, "quality": 80},
    "JP2": {"irreversible": True, "quality_mode": "dB", "quality_layers": [40]},
}


def still(name: str, samples: np.ndarray, **options: object) -> bytes:
    """A file of 8 bits as other programs write it."""
    if name == "HEIC":
        out = BytesIO()
        pillow_heif.from_pillow(Image.fromarray(samples)).save(out, quality=90, **options)
        return out.getvalue()
    if name == "GIF":
        samples = samples // 64 * 64
    return saved(samples, PILLOW.get(name, name), **(EXACT.get(name, {}) | options))


def copied(name: str, data: bytes) -> Draft:
    source = BY_NAME[name].open(data, StillLimits())
    draft = source.draft([FACE] * len(source.pages), Writing())
    judge(draft.data, draft.plan)
    return draft


def pixels(name: str, data: bytes) -> list[np.ndarray]:
    """The pictures of a file, (h, w, 4)."""
    return list(decode_copy(data, name, StillLimits()))


def given(name: str, data: bytes) -> list[np.ndarray]:
    """The same of a source, which may have a form that no copy has."""
    if name == "JPEG":
        return pixels(name, data)
    return [rgba(page) for page in BY_NAME[name].open(data, StillLimits())._decoded.pages]


def seen(name: str, data: bytes) -> Image.Image:
    """A file as programs see it that know nothing of ours."""
    return pillow_heif.open_heif(data).to_pillow() if name == "HEIC" else Image.open(BytesIO(data))


def having(**facts: object) -> list[str]:
    """The formats of which all these facts are stated."""
    return [name for name, facts_of in FIDELITY.items() if all(getattr(facts_of, k) is v for k, v in facts.items())]


def test_every_format_states_its_facts() -> None:
    assert tuple(FIDELITY) == tuple(BY_NAME)


@pytest.mark.parametrize("name", BY_NAME)
def test_size_is_kept(name: str) -> None:
    draft = copied(name, still(name, smooth("RGB", WIDTH, HEIGHT)))
    assert seen(name, draft.data).size == (WIDTH, HEIGHT)


@pytest.mark.parametrize("name", [*having(loss=Loss.NEVER), *having(loss=Loss.COEFFICIENTS), *having(loss=Loss.AS_SOURCE)])
def test_nothing_is_lost(name: str) -> None:
    data = still(name, smooth("RGB", WIDTH, HEIGHT))
    draft = copied(name, data)
    assert draft.lossless
    (before,), (after,) = given(name, data), pixels(name, draft.data)
    np.testing.assert_array_equal(after[REST], before[REST])


@pytest.mark.parametrize("name", [*having(loss=Loss.AS_SOURCE), *having(loss=Loss.ALWAYS)])
def test_loss_is_small_and_said(name: str) -> None:
    data = still(name, smooth("RGB", WIDTH, HEIGHT), **LOSSY.get(name, {}))
    draft = copied(name, data)
    assert not draft.lossless
    assert "re-encoded-lossy" in draft.remarks
    (before,), (after,) = given(name, data), pixels(name, draft.data)
    error = np.square(after[REST].astype(float) - before[REST]).mean()
    assert 10 * np.log10(255**2 / error) > 38


@pytest.mark.parametrize("name", having(turn=Turn.STATED))
def test_orientation_is_stated(name: str) -> None:
    draft = copied(name, still(name, smooth("RGB", WIDTH, HEIGHT), exif=STATED))
    assert seen(name, draft.data).getexif().get(0x0112) == 6
    assert pixels(name, draft.data)[0].shape == (HEIGHT, WIDTH, 4)


@pytest.mark.parametrize("name", having(turn=Turn.APPLIED))
def test_orientation_is_applied(name: str) -> None:
    samples = smooth("RGB", WIDTH, HEIGHT)
    quarter = (b"irot", b"\3")  # anticlockwise quarters
    draft = copied(name, parse(still(name, samples)).with_props(quarter).bytes())
    (after,) = pixels(name, draft.data)
    assert after.shape == (WIDTH, HEIGHT, 4)
    assert seen(name, draft.data).getexif().get(0x0112, 1) == 1
    turned = np.rot90(samples, 3)
    assert np.abs(after[80:, :, :3].astype(int) - turned[80:]).mean() < 4


@pytest.mark.parametrize("name", having(turn=Turn.NONE))
def test_no_orientation_is_stated(name: str) -> None:
    draft = copied(name, still(name, smooth("RGB", WIDTH, HEIGHT)))
    assert (draft.plan.orientation, seen(name, draft.data).getexif().get(0x0112, 1)) == (1, 1)


def in_display_p3(name: str) -> bytes:
    samples = smooth("RGB", WIDTH, HEIGHT)
    if name == "BMP":
        return profiled_bmp(samples, P3)
    if name == "JP2":
        return coloured(jp2(samples), b"\2\0\0" + P3)
    data = still(name, samples, **({} if name == "GIF" else {"icc_profile": P3}))
    if name == "GIF":
        at = data.index(b"\x2c", 13 + 3 * (2 << (data[10] & 7)))
        return data[:at] + gif_application(b"ICCRGBG1012", P3) + data[at:]
    return data


def stated_profile(name: str, data: bytes) -> bytes:
    if name == "JP2":  # Pillow does not read it
        return dict(boxes(parts_of(data)[b"jp2h"]))[b"colr"].removeprefix(b"\2\0\0")
    return seen(name, data).info["icc_profile"]


@pytest.mark.parametrize("name", having(colour=Colour.KEPT))
def test_well_known_profiles_are_kept(name: str) -> None:
    data = in_display_p3(name)
    draft = copied(name, data)
    assert stated_profile(name, draft.data) == P3
    (before,), (after,) = given(name, data), pixels(name, draft.data)
    assert np.abs(before[REST].astype(int) - after[REST]).mean() < 2


@pytest.mark.parametrize("name", [*having(colour=Colour.CONVERTED), *having(colour=Colour.IGNORED)])
def test_other_formats_carry_no_profile(name: str) -> None:
    data = in_display_p3(name)
    draft = copied(name, data)
    assert b"acsp" in data
    assert b"acsp" not in draft.data
    assert ("colour-converted" in draft.remarks) == (FIDELITY[name].colour is Colour.CONVERTED)


def deep(name: str, bits: int) -> bytes:
    """A slope of many values."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    slope = ((y * WIDTH + x) * 5)[..., None].repeat(3, axis=2)
    if name in ("PNG", "TIFF", "HEIC"):
        full = np.clip(slope, 0, 65535).astype(np.uint16)
        return {"PNG": deep_png, "TIFF": lambda s: tiff([s]), "HEIC": lambda s: heic(s, bits=bits)}[name](full)
    values = (slope >> (16 - bits)).astype(np.uint16)
    return avif(values, bits=bits) if name == "AVIF" else jp2(values, bits=bits)


def stored_bits(name: str, data: bytes) -> int:
    """Bits a colour, from the file's own header."""
    if name == "PNG":
        return data[24]
    if name == "TIFF":
        return Image.open(BytesIO(data)).tag_v2[258][0]
    if name == "JP2":
        return dict(boxes(parts_of(data)[b"jp2h"]))[b"ihdr"][10] + 1
    return parse(data).get(b"pixi")[5]


@pytest.mark.parametrize(("name", "bits"), [(name, b) for name, facts in FIDELITY.items() for b in facts.depths if b > 8])
def test_depth_is_kept(name: str, bits: int) -> None:
    draft = copied(name, deep(name, bits))
    assert stored_bits(name, draft.data) == bits
    (after,) = pixels(name, draft.data)
    assert after.dtype == np.uint16
    assert len(np.unique(after[..., 1])) > 256


@pytest.mark.parametrize("name", having(alpha=Alpha.KEPT))
def test_transparency_is_kept(name: str) -> None:
    samples = smooth("RGBA", WIDTH, HEIGHT)
    draft = copied(name, jp2(samples) if name == "JP2" else still(name, samples))
    (after,) = pixels(name, draft.data)
    assert np.abs(after[REST][..., 3].astype(int) - samples[REST][..., 3]).max() <= (8 if not draft.lossless else 0)


@pytest.mark.parametrize("name", having(alpha=Alpha.ONE_BIT))
def test_transparency_of_one_bit_is_kept(name: str) -> None:
    image = Image.fromarray((np.add(*np.mgrid[:HEIGHT, :WIDTH]) % 7).astype(np.uint8), "P")
    image.putpalette(bytes(range(21)))
    out = BytesIO()
    image.save(out, name, transparency=3)
    (before,), (after,) = given(name, out.getvalue()), pixels(name, copied(name, out.getvalue()).data)
    np.testing.assert_array_equal(after[REST], before[REST])
    assert set(np.unique(after[..., 3])) == {0, 255}


@pytest.mark.parametrize("name", having(alpha=Alpha.HELD))
def test_half_transparent_pictures_are_held_back(name: str) -> None:
    head = bytearray(saved(smooth("RGBA", 20, 30), "BMP"))
    masks = struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    stated = (
        head[:14] + struct.pack("<I", 56) + head[18:30] + struct.pack("<I", 3) + head[34:54] + masks + head[-20 * 30 * 4 :]
    )
    struct.pack_into("<I", stated, 10, 70)
    with pytest.raises(Held):
        copied(name, bytes(stated))


def with_palette(name: str) -> bytes:
    image = Image.fromarray((np.add(*np.mgrid[:HEIGHT, :WIDTH]) % 9).astype(np.uint8), "P")
    image.putpalette(bytes(range(40, 67)))
    out = BytesIO()
    image.save(out, name)
    return out.getvalue()


@pytest.mark.parametrize("name", [*having(palette=Palette.KEPT), *having(palette=Palette.FULL)])
def test_palettes(name: str) -> None:
    data = with_palette(name)
    draft = copied(name, data)
    assert seen(name, draft.data).mode == ("P" if FIDELITY[name].palette is Palette.KEPT else "RGB")
    (before,), (after,) = given(name, data), pixels(name, draft.data)
    np.testing.assert_array_equal(after[REST], before[REST])


@pytest.mark.parametrize("name", having(palette=Palette.HELD))
def test_palettes_are_held_back(name: str) -> None:
    parts = parts_of(jp2(smooth("L", WIDTH, HEIGHT)))
    header = parts[b"jp2h"] + struct.pack(">I4sHB", 12, b"pclr", 1, 1) + b"\7"
    with pytest.raises(Held) as held:
        copied(name, file_of([(b"jp2h", header), (b"jp2c", parts[b"jp2c"])]))
    assert held.value.params["detail"] == "JPEG 2000 palette"


def frames() -> list[np.ndarray]:
    made = [smooth("RGB", WIDTH, HEIGHT) // 64 * 64 for _ in range(3)]
    for i, samples in enumerate(made):
        samples[10 * i : 10 * i + 10, 100:110] = 255
    return made


def animated(name: str, times: list[int]) -> bytes:
    first, *rest = map(Image.fromarray, frames())
    out = BytesIO()
    options = {"save_all": True, "append_images": rest, "duration": times, "loop": 3} | EXACT.get(name, {})
    first.save(out, PILLOW.get(name, name), **options)
    return out.getvalue()


@pytest.mark.parametrize("name", having(pictures=Pictures.FRAMES))
def test_every_frame_and_its_duration_are_kept(name: str) -> None:
    times = [FIDELITY[name].tick * count for count in (3, 7, 120)]
    data = animated(name, times)
    draft = copied(name, data)
    image = seen(name, draft.data)
    assert [round(frame.copy().info["duration"]) for frame in ImageSequence.Iterator(image)] == times
    assert image.info.get("loop") == Image.open(BytesIO(data)).info.get("loop") == (None if name == "AVIF" else 3)
    for before, after in zip(frames(), pixels(name, draft.data), strict=True):
        difference = np.abs(after[REST].astype(int) - rgba(before)[REST])
        assert difference.max() == 0 if draft.lossless else difference.mean() < 3


@pytest.mark.parametrize("name", having(pictures=Pictures.PAGES))
def test_every_page_is_kept(name: str) -> None:
    draft = copied(name, tiff(frames()))
    for before, after in zip(frames(), pixels(name, draft.data), strict=True):
        np.testing.assert_array_equal(after[REST], rgba(before)[REST])


@pytest.mark.parametrize("name", having(pictures=Pictures.ONE))
def test_one_picture_is_one(name: str) -> None:
    assert len(pixels(name, copied(name, still(name, smooth("RGB", WIDTH, HEIGHT))).data)) == 1


@pytest.mark.parametrize("name", [name for name, spec in BY_NAME.items() if spec.extra or spec.deep_extra])
def test_without_its_extra_a_format_is_held_back(name: str, monkeypatch) -> None:
    spec = BY_NAME[name]
    data = still(name, smooth("RGB", WIDTH, HEIGHT)) if spec.extra else deep(name, 10)
    for module in ("pillow_heif", "imagecodecs"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(Held) as held:
        copied(name, data)
    assert (held.value.code, held.value.params["extra"]) == ("library-missing", spec.extra or spec.deep_extra)
