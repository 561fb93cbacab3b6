"""JPEG: noninterference, exactness outside, colours, and what is refused."""

import io
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from paravent.errors import Held
from paravent.formats.base import Writing
from paravent.formats.jpeg import dct
from paravent.formats.jpeg import segments as jpeg_segments
from paravent.formats.jpeg.blocks import block_masks
from paravent.formats.jpeg.shown import confine
from paravent.formats.jpeg.spec import JPEG
from paravent.formats.shared import icc
from paravent.model.geometry import Ellipse, Polygon
from paravent.model.limits import StillLimits
from paravent.model.style import STICKERS, Style, Styles
from paravent.verify import judge

STYLES = [
    Style(),
    Style("solid", (200, 30, 30)),
    Style("pixelate"),
    *(Style("sticker", (250, 200, 40), s) for s in STICKERS),
]
SHAPES = [
    (Ellipse(40, 30, 12, 16),),
    (Ellipse(5, 5, 20, 20, 40), Ellipse(90, 50, 9, 9)),
    (Polygon(((10, 10), (70, 15), (40, 60))),),
    (Ellipse(60, 40, 400, 400),),
]
WIDTH, HEIGHT = 117, 83


def noise(seed: int, channels: int = 3) -> np.ndarray:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (HEIGHT // 8 + 2, WIDTH // 8 + 2, channels), dtype=np.uint8)
    image = Image.fromarray(coarse.squeeze()).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    return np.asarray(image)


def encoded(pixels: np.ndarray, **options) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", **{"quality": 88, **options})
    return buffer.getvalue()


def with_equal_outside(data: bytes, shapes, seed: int) -> bytes:
    """The same JPEG with other coefficients in the covered MCUs."""
    parsed = jpeg_segments.parse(data)
    sampling = parsed.sampling if len(parsed.components) > 1 else [(1, 1)]
    found = dct.read(parsed.clean(), parsed.width, parsed.height, sampling)
    rng = np.random.default_rng(seed)
    for plane, mask in zip(found.blocks, block_masks(found, shapes), strict=True):
        plane[mask] = rng.integers(-60, 60, plane[mask].shape)
    return dct.write(found)


@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:2", "4:2:0", "grey", "4:4:0", "4:1:1"])
@pytest.mark.parametrize("source", ["plain", "optimised", "progressive", "restarts"])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(style=st.sampled_from(STYLES), shapes=st.sampled_from(SHAPES), seed=st.integers(0, 99), reencode=st.booleans())
def test_equal_coefficients_outside_give_identical_files(sampling, source, style, shapes, seed, reencode):
    first = sampled(sampling, source, seed)
    second = with_equal_outside(first, shapes, seed + 1)
    assert first != second
    writing = Writing(Styles(style), reencode=reencode)
    copies = [JPEG.open(data, StillLimits()).draft((shapes,), writing).data for data in (first, second)]
    assert copies[0] == copies[1]


def sampled(sampling: str, source: str, seed: int) -> bytes:
    options = {
        "plain": {},
        "optimised": {"optimize": True},
        "progressive": {"progressive": True},
        "restarts": {"restart_marker_blocks": 3},
    }[source]
    if sampling == "grey":
        return encoded(noise(seed, 1), **options)
    pillow = {"4:4:4": "4:4:4", "4:2:2": "4:2:2", "4:2:0": "4:2:0", "4:4:0": "4:4:4", "4:1:1": "4:1:1"}[sampling]
    if sampling == "4:1:1":
        pillow = "4:2:2"
    data = encoded(noise(seed), subsampling=pillow, **options)
    if sampling in ("4:4:0", "4:1:1"):
        return resampled(data, {"4:4:0": [(1, 2), (1, 1), (1, 1)], "4:1:1": [(4, 1), (1, 1), (1, 1)]}[sampling], seed)
    return data


def resampled(data: bytes, sampling, seed: int) -> bytes:
    """A JPEG with sampling factors that Pillow does not write, made from random coefficients."""
    parsed = jpeg_segments.parse(data)
    rng = np.random.default_rng(seed)
    blocks = []
    for i in range(3):
        plane = np.zeros((*dct.block_grid(parsed.width, parsed.height, sampling, i), 8, 8), np.int16)
        plane[..., :3, :3] = rng.integers(-30, 30, (*plane.shape[:2], 3, 3))
        blocks.append(plane)
    table = np.full((8, 8), 6, np.uint16)
    made = dct.Coefficients(parsed.width, parsed.height, blocks, [table] * 3, list(sampling))
    confine(made)
    return dct.write(made)


@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:2", "4:2:0", "grey", "4:4:0", "4:1:1"])
@pytest.mark.parametrize("source", ["plain", "optimised", "progressive", "restarts"])
def test_every_other_coefficient_stays(sampling, source):
    data = sampled(sampling, source, 5)
    shapes = SHAPES[1]
    draft = JPEG.open(data, StillLimits()).draft((shapes,), Writing())
    assert draft.lossless
    before = JPEG.open(data, StillLimits()).coefficients()
    after = JPEG.open(draft.data, StillLimits()).coefficients()
    assert before.sampling == after.sampling
    for i, mask in enumerate(block_masks(before, shapes)):
        used = before.blocks[i][~mask].any(axis=0)
        assert np.array_equal(before.tables[i][used], after.tables[i][used])
        assert np.array_equal(before.blocks[i][~mask], after.blocks[i][~mask])
        assert not np.array_equal(before.blocks[i][mask], after.blocks[i][mask])
    judge(draft.data, draft.plan)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("reencode", [False, True])
def test_orientation_is_kept_and_nothing_else(orientation, reencode):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x8298] = orientation, "Planted Camera", "Planted Person"
    data = encoded(noise(1), exif=exif)
    draft = JPEG.open(data, StillLimits()).draft((SHAPES[0],), Writing(reencode=reencode))
    image = Image.open(io.BytesIO(draft.data))
    assert image.size == (WIDTH, HEIGHT)
    assert dict(image.getexif()) == ({0x0112: orientation} if orientation != 1 else {})
    assert b"Planted" not in draft.data
    judge(draft.data, draft.plan)


@pytest.mark.parametrize("name", icc.NAMES)
def test_a_known_profile_is_written_anew(name):
    data = encoded(noise(1), icc_profile=icc.build(name) + b"\0" * 4)
    draft = JPEG.open(data, StillLimits()).draft((SHAPES[0],), Writing())
    assert draft.lossless
    assert Image.open(io.BytesIO(draft.data)).info["icc_profile"] == icc.build(name)
    judge(draft.data, draft.plan)


def test_an_unknown_profile_is_converted_and_said():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = lab.replace(b"rXYZ", b"tmpX").replace(b"bXYZ", b"rXYZ").replace(b"tmpX", b"bXYZ")
    assert icc.recognise(swapped) is None
    draft = JPEG.open(encoded(noise(1), icc_profile=swapped), StillLimits()).draft((SHAPES[0],), Writing())
    assert not draft.lossless
    assert draft.remarks == ("colour-converted",)
    judge(draft.data, draft.plan)


def test_an_untagged_picture_stays_untagged():
    draft = JPEG.open(encoded(noise(1)), StillLimits()).draft((SHAPES[0],), Writing())
    assert "icc_profile" not in Image.open(io.BytesIO(draft.data)).info


@pytest.mark.parametrize("mode", ["CMYK", "RGB-in-JPEG"])
def test_other_colours_are_re_encoded_and_said(mode):
    if mode == "CMYK":
        buffer = io.BytesIO()
        Image.fromarray(noise(3)).convert("CMYK").save(buffer, "JPEG", quality=90)
        data = buffer.getvalue()
    else:
        data = encoded(noise(3), keep_rgb=True)
    source = JPEG.open(data, StillLimits())
    draft = source.draft((SHAPES[0],), Writing())
    assert not draft.lossless
    assert draft.remarks == ("re-encoded-cmyk",)
    assert source.view(WIDTH).shape == (HEIGHT, WIDTH, 3)
    image = Image.open(io.BytesIO(draft.data))
    assert (image.mode, image.size) == ("RGB", (WIDTH, HEIGHT))
    judge(draft.data, draft.plan)


def test_cmyk_pictures_do_not_let_the_covered_pixels_through():
    pixels = noise(4)
    other = pixels.copy()
    other[20:40, 32:48] = 255 - other[20:40, 32:48]
    copies = []
    for variant in (pixels, other):
        buffer = io.BytesIO()
        Image.fromarray(variant).convert("CMYK").save(buffer, "JPEG", quality=95, subsampling="4:4:4")
        copies.append(JPEG.open(buffer.getvalue(), StillLimits()).draft(((Ellipse(40, 30, 40, 40),),), Writing()).data)
    assert copies[0] == copies[1]


@pytest.mark.parametrize("max_size", [16, 60, 116, 117, 4000])
def test_a_smaller_picture(max_size):
    draft = JPEG.open(encoded(noise(1)), StillLimits()).draft((SHAPES[0],), Writing(max_size=max_size))
    size = Image.open(io.BytesIO(draft.data)).size
    assert max(size) == min(max_size, WIDTH)
    assert draft.lossless == (max_size >= WIDTH)
    assert ("resized" in draft.remarks) == (max_size < WIDTH)
    judge(draft.data, draft.plan)


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


@pytest.mark.parametrize(
    ("place", "build"),
    [
        ("COM", lambda d: d[:2] + segment(0xFE, b"PLANTED") + d[2:]),
        ("APP1 XMP", lambda d: d[:2] + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0PLANTED") + d[2:]),
        ("APP13", lambda d: d[:2] + segment(0xED, b"Photoshop 3.0\x008BIMPLANTED") + d[2:]),
        ("APP9", lambda d: d[:2] + segment(0xE9, b"PLANTED") + d[2:]),
        ("behind the end", lambda d: d + b"PLANTED"),
        ("a second picture", lambda d: d + d[:20] + b"PLANTED"),
        ("unused table", lambda d: d[:2] + segment(0xDB, b"\x03" + (b"PLANTED" * 10)[:64]) + d[2:]),
        ("between segments", lambda d: d[:20] + b"PLANTED" + d[20:]),
        ("fill bytes", lambda d: d[:20] + b"\xff" * 9 + d[20:]),
    ],
)
def test_planted_bytes_are_gone_and_refused_in_a_copy(place, build):
    clean = encoded(noise(7), optimize=True)
    draft = JPEG.open(build(clean), StillLimits()).draft((SHAPES[0],), Writing())
    assert b"PLANTED" not in draft.data
    judge(draft.data, draft.plan)
    with pytest.raises(Held, match="not allowed"):
        judge(build(draft.data), draft.plan)


@pytest.mark.parametrize(
    ("what", "code"),
    [("fill", "not-covered"), ("outside", "outside-changed"), ("table", "outside-changed"), ("size", "wrong-size")],
)
def test_verification_notices(what, code):
    data, shapes = encoded(noise(8)), SHAPES[0]
    draft = JPEG.open(data, StillLimits()).draft((shapes,), Writing())
    found = JPEG.open(draft.data, StillLimits()).coefficients()
    mask = block_masks(found, shapes)[0]
    if what == "fill":
        row, column = np.argwhere(mask)[0]
        found.blocks[0][row, column, 3, 3] += 1
    elif what == "outside":
        row, column = np.argwhere(~mask)[0]
        found.blocks[0][row, column, 0, 1] += 1
    elif what == "table":
        found.tables[0] = found.tables[0] + 1
    else:
        found.width -= 1
    spoilt = jpeg_segments.rebuild(dct.write(found), b"", b"")
    with pytest.raises(Held) as held:
        judge(spoilt, draft.plan)
    assert held.value.code == code


@pytest.mark.parametrize("hidden", [b"behind the picture", b"\xff\0" * 9 + b"more", b"much " * 20_000])
def test_bytes_behind_the_coded_data_are_named_and_left_out(hidden):
    plain = encoded(noise(4))
    source = JPEG.open(plain[:-2] + hidden + plain[-2:], StillLimits())
    seen = source.view(WIDTH)
    (finding,) = source.findings
    assert finding.where == "JPEG picture data"
    assert len(hidden) - 9 - hidden.count(b"\xff") <= finding.size <= len(hidden)
    np.testing.assert_array_equal(seen, JPEG.open(plain, StillLimits()).view(WIDTH))
    assert source.draft((SHAPES[0],), Writing()).data == JPEG.open(plain, StillLimits()).draft((SHAPES[0],), Writing()).data


def test_plain_files_hide_nothing_behind_their_coded_data():
    assert JPEG.open(encoded(noise(4)), StillLimits()).findings == ()


def test_verification_notices_an_uncovered_place_in_a_re_encoded_copy():
    source = JPEG.open(encoded(noise(9)), StillLimits())
    writing = Writing(Styles(Style("solid", (250, 0, 0))), reencode=True)
    covered, bare = source.draft((SHAPES[0],), writing), source.draft(((),), writing)
    judge(covered.data, covered.plan)
    with pytest.raises(Held) as held:
        judge(bare.data, covered.plan)
    assert held.value.code == "not-covered"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("only a start", b"\xff\xd8\xff", "damaged"),
        ("no scan", encoded(noise(1))[:300], "damaged"),
        ("12 bits", encoded(noise(1)).replace(b"\xff\xc0\x00\x11\x08", b"\xff\xc0\x00\x11\x0c"), "encoding"),
        ("arithmetic", encoded(noise(1)).replace(b"\xff\xc0", b"\xff\xc9"), "encoding"),
        ("no height", encoded(noise(1)).replace(struct.pack(">HH", HEIGHT, WIDTH), b"\0\0\0\x75"), "damaged"),
        ("a bomb", encoded(noise(1)).replace(struct.pack(">HH", HEIGHT, WIDTH), b"\xff\xff\xff\xff"), "too-large"),
        ("two frames", encoded(noise(1)).replace(b"\xff\xda", encoded(noise(1))[158:177] + b"\xff\xda"), "damaged"),
    ],
)
def test_refused(name, data, code):
    with pytest.raises(Held) as held:
        JPEG.open(data, StillLimits())
    assert held.value.code == code


def test_a_picture_that_is_cut_off_is_refused():
    data = encoded(noise(1))
    with pytest.raises(Held, match="damaged"):
        JPEG.open(data[: len(data) // 2], StillLimits()).view(100)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 4000), st.binary(min_size=1, max_size=6), st.booleans())
def test_damaged_bytes_are_held_back_or_prepared_but_never_crash(position, junk, progressive):
    data = encoded(noise(2), progressive=progressive)
    position %= len(data)
    spoilt = data[:position] + junk + data[position + len(junk) :]
    try:
        source = JPEG.open(spoilt, StillLimits(pixels=1_000_000))
        source.view(100)
        draft = source.draft((SHAPES[0],), Writing())
        judge(draft.data, draft.plan)  # refuses coefficients that no encoder of 8-bit samples writes
    except Held:
        return


@pytest.mark.parametrize("longest", [1, 16, 40, 117])
@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:2", "4:2:0", "grey", "4:4:0", "4:1:1"])
@pytest.mark.parametrize("shapes", [*SHAPES, SHAPES[0] + SHAPES[2], ()])
def test_a_covered_picture_shows_what_the_copy_will_show(shapes, sampling, longest):
    source = JPEG.open(sampled(sampling, "progressive", 3), StillLimits())
    covered = source.covered((shapes,), Writing(Styles(STYLES[3])))
    expected = JPEG.open(covered.draft().data, StillLimits()).view(longest)
    assert np.array_equal(covered.pages[0].view(longest), expected)
    if shapes:
        assert not np.array_equal(source.view(longest), expected)
