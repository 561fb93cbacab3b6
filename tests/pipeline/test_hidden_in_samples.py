"""Faces that a plain view does not show: in alpha under one colour, in few of the values of deep samples, nearly black or
nearly white. From outside: the copy is read by Pillow, pillow-heif or imagecodecs, put on a page, stretched, looked at.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import pillow_heif
import pytest
import simplejpeg
from PIL import Image, ImageSequence

from avif_kit import avif
from detect_kit import face_detector
from heic_kit import heic
from job_kit import job
from jp2_kit import jp2
from paravent.detect.base import PAINTED, Detection
from paravent.detect.looking import in_every_rendering
from paravent.detect.upright import Upright
from paravent.engine.judging import opened_pages
from paravent.formats.shared.sample_source import DecodedPage, SamplePage
from paravent.model.job import Outcome
from paravent.model.report import Status
from paravent.pipeline import dispatch
from paravent.pipeline import still as pipeline
from paravent.pipeline.tools import Tools
from paravent.redact.masks import covered_share, union_mask
from paravent.verify import compare, judge_file
from paravent.web.review.rendering import Viewer, ViewJob
from picture_kit import indexed, png_of, saved
from png_kit import deep_png
from tiff_kit import tiff

SIZE = (600, 350)
# How a face stands in alpha: the colour, and alpha from the picture's grey, so that it shows on white or on black.
ON_WHITE = (0, lambda grey: 255 - grey)
ON_BLACK = (255, lambda grey: grey)
ON_BOTH = (128, lambda grey: 255 - grey)  # with half the contrast
FAINT = (0, lambda grey: 8 - grey // 32)  # nearly wholly transparent


def _in_alpha(image: Image.Image, how: tuple[int, Callable[[np.ndarray], np.ndarray]]) -> np.ndarray:
    """RGB and alpha (h, w, 4): one colour, the picture in alpha, never 0."""
    colour, alpha = how
    samples = np.full((image.height, image.width, 4), colour, np.uint8)
    samples[..., 3] = np.maximum(alpha(np.asarray(image.convert("L"))), 1)
    return samples


def _palette(samples: np.ndarray) -> bytes:
    table = np.repeat(samples[:1, :1].reshape(1, 4), 256, axis=0)
    table[:, 3] = np.arange(256)
    return indexed(samples[..., 3], table)


def _moving(samples: np.ndarray, kind: str, **options: object) -> bytes:
    """The picture, and one that shows nothing."""
    empty = samples.copy()
    empty[..., 3] = 128
    buffer = io.BytesIO()
    more = [Image.fromarray(empty)]
    Image.fromarray(samples).save(buffer, kind, save_all=True, append_images=more, duration=100, blend=0, **options)
    return buffer.getvalue()


def _binary(samples: np.ndarray) -> bytes:
    """GIF: alpha dithered to all or nothing."""
    holes = np.asarray(Image.fromarray(samples[..., 3]).convert("1"))
    image = Image.fromarray(np.where(holes, 1, 0).astype(np.uint8), "P")
    image.putpalette([0, 0, 0, *(int(value) for value in samples[0, 0, :3])])
    buffer = io.BytesIO()
    image.save(buffer, "GIF", transparency=0)
    return buffer.getvalue()


def _lossy(samples: np.ndarray) -> bytes:
    return saved(samples, "WEBP", quality=85, exact=True)


WITH_ALPHA: dict[str, Callable[[np.ndarray], bytes]] = {
    "rgba.png": saved,
    "grey.png": lambda samples: saved(samples[..., 2:]),
    "deep.png": lambda samples: deep_png(samples.astype(np.uint16) * 257),
    "palette.png": _palette,
    "moving.png": lambda samples: _moving(samples, "PNG"),
    "lossless.webp": lambda samples: saved(samples, "WEBP", lossless=True, exact=True),
    "lossy.webp": _lossy,
    "moving.webp": lambda samples: _moving(samples, "WEBP", lossless=True),
    "lossy-moving.webp": lambda samples: _moving(samples, "WEBP", quality=85),
    "still.gif": _binary,
    "rgba.tif": lambda samples: tiff([samples]),
    "associated.tif": lambda samples: tiff([_multiplied(samples)], alpha=1),
    "rgba.avif": avif,
    "deep.avif": lambda samples: avif(samples.astype(np.uint16) * 257 >> 6, bits=10),
    "rgba.heic": heic,
    "rgba.jp2": lambda samples: jp2(samples),
    "lossy.jp2": lambda samples: jp2(samples, lossless=False),
    "deep.jp2": lambda samples: jp2(samples.astype(np.uint16) * 16, bits=12),
}


def _multiplied(samples: np.ndarray) -> np.ndarray:
    """Colour multiplied by alpha, as TIFF may hold it."""
    made = samples.copy()
    made[..., :3] = (samples[..., :3].astype(int) * samples[..., 3:] + 127) // 255
    return made


def _read(path: Path) -> list[np.ndarray]:
    """The pictures of a file as others read it, (h, w, 4), 0 to 1."""
    data = path.read_bytes()
    if path.name == "deep.png":
        frames = [imagecodecs.png_decode(data)]
    elif path.suffix == ".tif":
        frames = [Image.open(path).convert("RGBA") if path.stem != "deep" else imagecodecs.imread(data)]
    elif path.suffix in (".jp2", ".avif"):
        decode = imagecodecs.jpeg2k_decode if path.suffix == ".jp2" else imagecodecs.avif_decode
        frames = [decode(data)]
    elif path.suffix == ".heic":
        frames = [pillow_heif.open_heif(data).to_pillow().convert("RGBA")]
    else:
        frames = [frame.convert("RGBA") for frame in ImageSequence.Iterator(Image.open(path))]
    return [_shares(np.asarray(frame)) for frame in frames]


def _shares(samples: np.ndarray) -> np.ndarray:
    top = 255 if samples.dtype == np.uint8 else {True: 1023, False: 4095}[int(samples.max()) < 1024]
    top = 65535 if samples.max() > top else top
    samples = samples / top
    if samples.ndim == 2:
        samples = samples[..., None]
    colour = samples[..., :3] if samples.shape[2] >= 3 else np.repeat(samples[..., :1], 3, axis=2)
    alpha = samples[..., -1:] if samples.shape[2] in (2, 4) else np.ones_like(samples[..., :1])
    return np.concatenate([colour, alpha], axis=2)


def _eight(shares: np.ndarray) -> np.ndarray:
    """RGB of 8 bits, stretched to what is used."""
    low, high = float(shares.min()), float(shares.max())
    stretched = (shares - low) / max(high - low, 1e-6)
    return np.rint(np.broadcast_to(stretched, (*shares.shape[:2], 3)) * 255).astype(np.uint8)


def _looks(picture: np.ndarray) -> dict[str, np.ndarray]:
    colour, alpha = picture[..., :3], picture[..., 3:]
    return {
        "colour": _eight(colour),
        "on white": _eight(colour * alpha + 1 - alpha),
        "on black": _eight(colour * alpha),
        "alpha": _eight(alpha),
    }


def _faces(tools: Tools, pixels: np.ndarray) -> list[Detection]:
    """Those that are certain."""
    seen = tools.needed().look(Upright(DecodedPage(np.ascontiguousarray(pixels), 1)))
    return [one for one in seen if not one.doubtful]


def _prepared(folder: Path, name: str, data: bytes, tools: Tools) -> Outcome:
    path = folder / "in" / name
    path.write_bytes(data)
    outcome = pipeline.protect(job(path), tools)
    assert outcome.report.status is Status.PREPARED, outcome.report
    return outcome


@pytest.fixture(scope="module")
def small(portrait: Image.Image) -> Image.Image:
    return portrait.resize(SIZE)


@pytest.fixture(scope="module")
def faces(tools: Tools, small: Image.Image) -> list[Detection]:
    found = _faces(tools, np.asarray(small))
    assert len(found) == 2
    return found


def _check(outcome: Outcome, copy: Path, faces: list[Detection], tools: Tools, *, lossy: bool) -> None:
    """Each known face is covered, in colour and in alpha, and no look at the copy shows another one."""
    for i, picture in enumerate(_read(copy)):
        shapes = tuple(region.shape for region in outcome.regions if region.page == i)
        assert all(covered_share(face.box, shapes) > 0.9 for face in faces), i
        inside = picture[..., 3][union_mask(shapes, *SIZE)]
        assert np.quantile(inside, 0.02 if lossy else 0) > (0.9 if lossy else 0.999)  # edges ring
        for look, pixels in _looks(picture).items():
            left = [one for one in _faces(tools, pixels) if covered_share(one.box, shapes) < PAINTED]
            assert not left, (i, look, left)


@pytest.mark.slow
@pytest.mark.parametrize("name", WITH_ALPHA)
def test_a_face_that_only_alpha_shows_is_covered_in_every_format(tools, small, faces, folder, name) -> None:
    outcome = _prepared(folder, name, WITH_ALPHA[name](_in_alpha(small, ON_WHITE)), tools)
    lossy = name.startswith("lossy") or name.endswith(("avif", "heic"))
    _check(outcome, folder / "out" / name, faces, tools, lossy=lossy)


@pytest.mark.slow
@pytest.mark.parametrize("how", [ON_BLACK, ON_BOTH, FAINT], ids=["on black", "on both", "faint"])
def test_it_is_found_whatever_colour_shows_it_and_however_faint(tools, small, faces, folder, how) -> None:
    outcome = _prepared(folder, "a.png", saved(_in_alpha(small, how)), tools)
    _check(outcome, folder / "out" / "a.png", faces, tools, lossy=False)


@pytest.mark.slow
def test_a_trace_of_alpha_in_16_bits_is_looked_at_and_what_is_erased_is_not_shown(tools, small, faces, folder) -> None:
    """Alpha 200 of 65535 is 0 of 255. The colour below stays in the copy."""
    deep = np.asarray(small).astype(np.uint16) * 257
    samples = np.concatenate([deep, np.full((*deep.shape[:2], 1), 200, np.uint16)], axis=2)
    outcome = _prepared(folder, "deep.png", deep_png(samples), tools)
    _check(outcome, folder / "out" / "deep.png", faces, tools, lossy=False)
    samples[..., 3] = 0
    outcome = _prepared(folder, "b.png", deep_png(samples), tools)
    assert outcome.report.faces == 0
    assert not imagecodecs.png_decode((folder / "out" / "b.png").read_bytes()).any()


@pytest.mark.slow
def test_an_opaque_photo_and_alpha_beside_it_are_both_looked_at(tools, small, faces, folder) -> None:
    """In one half the photo, in the other alpha of eight values: each is shown so that its face is seen."""
    middle = SIZE[0] // 2
    samples = _in_alpha(small, FAINT)
    samples[:, :middle, :3], samples[:, :middle, 3] = np.asarray(small)[:, :middle], 255
    outcome = _prepared(folder, "a.png", saved(samples), tools)
    _check(outcome, folder / "out" / "a.png", faces, tools, lossy=False)


def _deep(image: Image.Image, bits: int) -> np.ndarray:
    """Values of so many bits in samples of 16, which fill no more of them."""
    return np.asarray(image).astype(np.uint16) << (bits - 8)


FEW_VALUES: dict[str, Callable[[Image.Image], bytes]] = {
    **{f"{bits}-bits.png": lambda image, bits=bits: deep_png(_deep(image, bits)) for bits in (8, 10, 12)},
    **{f"{bits}-bits.tif": lambda image, bits=bits: tiff([_deep(image, bits)]) for bits in (8, 12)},
    "grey.png": lambda image: deep_png(_deep(image.convert("L"), 12)[..., None]),
    "few-bits.jp2": lambda image: jp2(_deep(image, 8), bits=16),
    "few-bits.avif": lambda image: avif(np.asarray(image).astype(np.uint16) >> 1, bits=12, quality=99),
    "bright.png": lambda image: deep_png(65535 - _deep(image, 10)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FEW_VALUES)
def test_deep_pictures_are_looked_at_in_the_values_they_use(tools, small, faces, folder, name) -> None:
    data = FEW_VALUES[name](small)
    outcome = _prepared(folder, name, data, tools)
    shapes = tuple(region.shape for region in outcome.regions)
    assert all(covered_share(face.box, shapes) > 0.9 for face in faces)
    assert outcome.report.lossless == (not name.endswith("avif"))
    before, after = (opened_pages(content)[0] for content in (data, (folder / "out" / name).read_bytes()))
    assert in_every_rendering(before, tools.needed().look)
    left = [one for one in in_every_rendering(after, tools.needed().look) if covered_share(one.box, shapes) < PAINTED]
    assert all(one.doubtful for one in left)


def _dark(image: Image.Image) -> Image.Image:
    return image.point(lambda value: round(value * 0.03))


def _bright(image: Image.Image) -> Image.Image:
    return image.point(lambda value: 255 - round((255 - value) * 0.03))


@pytest.mark.parametrize("faded", [_dark, _bright])
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.bmp", "a.gif", "a.tif"])
def test_what_is_nearly_black_or_nearly_white_is_stretched_for_the_look_alone(
    tools, small, faces, folder, faded, name
) -> None:
    path = folder / "in" / name
    faded(small).save(path, **{"a.jpg": {"quality": 95}, "a.webp": {"lossless": True}}.get(name, {}))
    outcome = pipeline.protect(job(path), tools)
    assert outcome.report.status is Status.PREPARED, outcome.report
    shapes = tuple(region.shape for region in outcome.regions)
    assert all(covered_share(face.box, shapes) > 0.9 for face in faces)
    assert outcome.report.lossless
    before, after = (np.asarray(Image.open(one).convert("RGB")) for one in (path, folder / "out" / name))
    beyond = ~union_mask(tuple(region.shape for region in outcome.regions), *SIZE)
    beyond &= np.abs(before.astype(int) - after).max(axis=2) > (4 if name == "a.jpg" else 0)
    assert not beyond.any() or (name == "a.jpg" and beyond.mean() < 0.05)  # whole blocks


def _moving_with_nothing(image: Image.Image, kind: str, **options: object) -> bytes:
    """The picture, and one of a single colour."""
    buffer = io.BytesIO()
    more = [Image.new("RGB", image.size, image.getpixel((0, 0)))]
    image.save(buffer, kind, save_all=True, append_images=more, duration=200, **options)
    return buffer.getvalue()


MORE_FORMATS: dict[str, Callable[[Image.Image], bytes]] = {
    "moving.png": lambda image: _moving_with_nothing(image, "PNG"),
    "moving.gif": lambda image: _moving_with_nothing(image, "GIF"),
    "moving.webp": lambda image: _moving_with_nothing(image, "WEBP", lossless=True),
    "moving.avif": lambda image: _moving_with_nothing(image, "AVIF", quality=95, speed=9),
    "still.jp2": lambda image: jp2(np.asarray(image)),
    "still.heic": lambda image: heic(np.asarray(image), quality=95),
    "still.avif": lambda image: avif(np.asarray(image), quality=95),
}


@pytest.mark.parametrize("faded", [_dark, _bright])
@pytest.mark.parametrize("name", MORE_FORMATS)
def test_formats_that_move_or_lose_something_are_stretched_for_the_look_too(
    tools, small, faces, folder, faded, name
) -> None:
    path = folder / "in" / name
    path.write_bytes(MORE_FORMATS[name](faded(small)))
    outcome = dispatch.protect(job(path), tools)
    assert outcome.report.status is Status.PREPARED, outcome.report
    shapes = tuple(region.shape for region in outcome.regions if region.page == 0)
    assert all(covered_share(face.box, shapes) > 0.9 for face in faces)


@pytest.mark.parametrize(("bits", "used"), [(12, 11), (12, 14), (10, 14)])
def test_deep_heic_is_looked_at_in_the_values_it_uses(tools, small, faces, folder, bits: int, used: int) -> None:
    """used: bits of 16 up to which values reach."""
    samples = np.asarray(small).astype(np.uint16) << (used - 8)
    outcome = _prepared(folder, "deep.heic", heic(samples, bits=bits, quality=98), tools)
    shapes = tuple(region.shape for region in outcome.regions)
    assert all(covered_share(face.box, shapes) > 0.9 for face in faces)


def test_an_animation_of_16_bits_is_held_back(tools, small, folder) -> None:
    """No program shows all of it, and none of ours writes it."""
    samples = np.asarray(small).astype(">u2") << 2
    raw = zlib.compress(b"".join(b"\0" + row.tobytes() for row in samples))
    header = struct.pack(">IIBBBBB", *SIZE, 16, 2, 0, 0, 0)
    controls = [(b"fcTL", struct.pack(">IIIIIHHBB", number, *SIZE, 0, 0, 1, 10, 0, 0)) for number in (0, 1)]
    frames = [controls[0], (b"IDAT", raw), controls[1], (b"fdAT", struct.pack(">I", 2) + raw)]
    path = folder / "in" / "deep.png"
    path.write_bytes(png_of([(b"IHDR", header), (b"acTL", struct.pack(">II", 2, 0)), *frames, (b"IEND", b"")]))
    report = dispatch.protect(job(path), tools).report
    assert (report.hold, report.hold_params) == ("deep-colour", {"format": "APNG", "bits": 16})


def test_an_ordinary_picture_is_looked_at_once(tools, small, folder) -> None:
    """Opaque, evenly transparent, or of the usual brightness: nothing gets dearer."""
    photo = np.asarray(small)
    for alpha in (255, 90):
        evenly = np.concatenate([photo, np.full((*photo.shape[:2], 1), alpha, np.uint8)], axis=2)
        assert DecodedPage(evenly, 1).further() == ()
    assert DecodedPage(photo, 1).further() == ()
    assert DecodedPage(photo // 2, 1).further() == ()
    assert DecodedPage(photo.astype(np.uint16) * 257, 1).further() == ()


def test_looks_that_show_nothing_else_are_left_out(small) -> None:
    white = _in_alpha(small, ON_BLACK)  # on white nothing is seen of it, and on black what is seen of alpha
    assert list(dict.fromkeys(one.ground.name for one in DecodedPage(white, 1).further())) == ["BLACK"]
    black = _in_alpha(small, ON_WHITE)
    assert list(dict.fromkeys(one.ground.name for one in DecodedPage(black, 1).further())) == ["WHITE", "ALPHA"]


def test_grey_is_looked_at_in_a_tint_and_bands_smoothed(small) -> None:
    """What stands in alpha is grey; what is nearly black has few steps."""
    ways = DecodedPage(_in_alpha(small, ON_BLACK), 1).further()
    assert [(one.tint, one.smooth) for one in ways] == [(0, False), (0.06, False), (0.18, False)]
    ways = DecodedPage(_in_alpha(small, FAINT), 1).further()
    assert {(one.tint > 0, one.smooth) for one in ways} == {(False, False), (True, False), (True, True)}
    ways = DecodedPage(np.asarray(_dark(small)), 1).further()
    assert {(one.tint, one.smooth) for one in ways} == {(0, False), (0, True)}
    ways = DecodedPage(_deep(small, 12), 1).further()
    assert {(one.tint, one.smooth) for one in ways} == {(0, False)}


def _by_name(name: str, image: Image.Image) -> bytes:
    if name == "dark.jpg":
        return saved(np.asarray(_dark(image)), "JPEG", quality=95)
    return WITH_ALPHA[name](_in_alpha(image, ON_WHITE)) if name in WITH_ALPHA else FEW_VALUES[name](image)


@pytest.mark.parametrize("name", ["rgba.png", "8-bits.png", "dark.jpg"])
def test_verification_alone_sees_it_too(small, name) -> None:
    verdict = judge_file(_by_name(name, small), face_detector(), opened_pages)
    assert any("face" in problem for problem in verdict.problems), verdict


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rgba.png", "lossy.webp", "8-bits.png", "dark.png", "dark.webp"])
def test_a_copy_is_told_from_its_original_where_only_such_a_look_does(tools, small, folder, name) -> None:
    if name.startswith("dark"):
        options = {"format": "WEBP", "quality": 85} if name.endswith("webp") else {"format": "PNG"}
        _dark(small).save(path := folder / "in" / name, **options)
        data = path.read_bytes()
    else:
        data = _by_name(name, small)
    outcome = _prepared(folder, name, data, tools)
    original, copy = data, (folder / "out" / name).read_bytes()
    verdict = compare(copy, original, outcome.regions, opened_pages)
    assert verdict.ok, verdict
    verdict = compare(original, original, outcome.regions, opened_pages)
    assert "the covered places show what the original shows" in verdict.problems


@pytest.mark.slow
def test_the_copy_is_looked_at_in_every_way_whatever_was_looked_at_in_the_source(
    tools, small, faces, folder, monkeypatch
) -> None:
    monkeypatch.setattr(SamplePage, "further", lambda page: ())
    outcome = _prepared(folder, "lossy.webp", _lossy(_in_alpha(small, ON_WHITE)), tools)
    assert outcome.report.rounds > 1
    _check(outcome, folder / "out" / "lossy.webp", faces, tools, lossy=True)


@pytest.mark.parametrize("name", ["rgba.png", "12-bits.png", "dark.jpg"])
def test_the_review_page_shows_what_was_found(small, folder, name) -> None:
    path = folder / name
    path.write_bytes(_by_name(name, small))
    shown = simplejpeg.decode_jpeg(Viewer().show(ViewJob(str(path), 0, SIZE[0])).data, "GRAY")[..., 0]
    grey = np.asarray(small.convert("L"))
    assert np.corrcoef(shown.ravel(), grey.ravel())[0, 1] > 0.95
    assert shown.std() > 0.7 * grey.std()
