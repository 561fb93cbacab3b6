from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heic_kit import heic
from heif_kit import Heif, Part, box, boxes, numbers, parse
from paravent.errors import Held
from paravent.formats import recognise
from paravent.formats.base import Writing
from paravent.formats.heif.spec import HEIC
from paravent.formats.shared import icc
from paravent.formats.shared.sample_source import Decoded
from paravent.formats.shared.samples import erase_transparent, rgba
from paravent.model.geometry import Ellipse, Shape
from paravent.model.limits import StillLimits
from paravent.model.plan import Close
from paravent.model.style import Styles
from paravent.redact.masks import union_mask
from paravent.verify import judge
from paravent.verify.decoding import decode_copy
from paravent.verify.isobmff import check_heic
from picture_kit import MARK, scene, shape_sets, smooth, styles

pillow_heif = pytest.importorskip("pillow_heif")

LIMITS = StillLimits()
FACE: tuple[Shape, ...] = (Ellipse(70, 60, 22, 25, 20),)
PLAIN = Writing()
ALPHA = b"urn:mpeg:hevc:2015:auxid:1"


def drafted(data: bytes, shapes: tuple[Shape, ...] = FACE, writing: Writing = PLAIN):
    return HEIC.open(data, LIMITS).draft((shapes,), writing)


def verified(draft) -> np.ndarray:
    judge(draft.data, draft.plan)
    (samples,) = decode_copy(draft.data, "HEIC", LIMITS)
    return samples


# --- covered means destroyed


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.sampled_from(["L", "LA", "RGB", "RGBA"]), shape_sets, styles, st.sampled_from([8, 10]), st.sampled_from([0, 32]))
def test_what_was_covered_has_no_influence(mode, shapes, style, bits, max_size) -> None:
    # Two lossy files never decode to the same surroundings, so the decoded samples are put in place.
    one = scene(mode, 66, 55).astype(np.uint8 if bits == 8 else np.uint16) * (1 if bits == 8 else 257)
    erase_transparent(one)
    other = one.copy()
    mask = union_mask(shapes, 66, 55)
    other[mask] = np.random.default_rng(7).integers(0, 256, other[mask].shape, dtype=np.uint8)
    made = []
    for samples, quality in ((one, 30), (other, 95)):
        source = HEIC.open(heic(samples, bits=bits, quality=quality), LIMITS)
        source.__dict__["_decoded"] = Decoded((samples,))
        made.append(source.draft((shapes,), Writing(Styles(style), max_size=max_size)))
    assert made[0].data == made[1].data
    check_heic(made[0].data, orientation=1, profiles=())


def test_two_runs_give_the_same_bytes() -> None:
    data = heic(scene("RGB", 300, 200))
    assert drafted(data).data == drafted(data).data


# x265 codes memory that nobody filled where its blocks are larger than what it fills pictures up to.
_SIZES = """
import hashlib, sys
sys.path[:0] = sys.argv[1:]
from paravent.formats.base import Writing
from paravent.formats.heif.spec import HEIC
from paravent.model.limits import StillLimits
from picture_kit import scene
from heic_kit import heic
for side in range(64, 97):
    source = HEIC.open(heic(scene("RGB", side, 160 - side), quality=50), StillLimits())
    print(side, hashlib.sha256(source.draft([()], Writing()).data).hexdigest())
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only glibc fills memory as asked")
def test_no_size_brings_what_memory_held_into_a_copy() -> None:
    def run(byte: int) -> str:
        environment = {**os.environ, "MALLOC_PERTURB_": str(byte)}
        command = [sys.executable, "-c", _SIZES, *sys.path]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    assert run(85) == run(170) != ""


@pytest.mark.parametrize("bits", [8, 10, 12])
@pytest.mark.parametrize("chroma", [420, 422, 444])
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_depth_chroma_and_alpha_are_kept(mode: str, chroma: int, bits: int) -> None:
    data = heic(smooth(mode, bits=16 if bits > 8 else 8), chroma, bits)
    draft = drafted(data)
    copy = verified(draft)
    before, after = (parse(one).get(b"hvcC") for one in (data, draft.data))
    assert before[16:18] == after[16:18]
    assert ("LA" in mode or "RGBA" in mode) == (len(parse(draft.data).parts) == 2)
    assert copy.dtype == (np.uint8 if bits == 8 else np.uint16)
    assert isinstance(draft.plan.pages[0].expected, Close)
    mask = union_mask(FACE, 160, 120)
    source = rgba(HEIC.open(data, LIMITS)._decoded.pages[0])
    peak = 255 if bits == 8 else 65535
    difference = (source.astype(float) - copy)[~mask] / peak
    assert -10 * np.log10((difference**2).mean()) > 40
    if bits > 8:
        assert copy[~mask].max() > 65000 or mode in ("L", "LA")
        assert np.unique(copy[..., 0]).size > 256 or mode in ("L", "LA")


def test_faces_are_covered_and_the_rest_is_not() -> None:
    samples = np.full((120, 160, 3), 90, np.uint8)
    samples[union_mask(FACE, 160, 120)] = 255
    copy = verified(drafted(heic(samples)))
    assert copy[..., :3].max() < 120
    copy = verified(drafted(heic(samples), (), PLAIN))
    assert copy[..., :3].max() > 240


def test_smaller_copies() -> None:
    draft = drafted(heic(smooth("RGB", 400, 300)), FACE, Writing(max_size=100))
    assert verified(draft).shape == (75, 100, 4)
    assert "resized" in draft.remarks


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (63, 65), (67, 71), (64, 64), (129, 77)])
def test_any_size_is_kept(size: tuple[int, int]) -> None:
    assert verified(drafted(heic(smooth("RGB", *size)), ())).shape == (size[1], size[0], 4)


def test_grids_are_read_as_one_picture() -> None:
    samples = smooth("RGB", 300, 200)
    data = heic(samples, tile=128)
    assert {part.kind for part in parse(data).parts} == {b"hvc1", b"grid"}
    draft = drafted(data)
    assert verified(draft).shape == (200, 300, 4)
    assert [part.kind for part in parse(draft.data).parts] == [b"hvc1"]
    assert draft.remarks == ("re-encoded-lossy",)


# --- shown as the source says

TURNS = {
    "quarter": ((b"irot", b"\1"),),
    "half": ((b"irot", b"\2"),),
    "three quarters": ((b"irot", b"\3"),),
    "top and bottom": ((b"imir", b"\0"),),
    "left and right": ((b"imir", b"\1"),),
    "both": ((b"irot", b"\1"), (b"imir", b"\1")),
    "cut": ((b"clap", numbers(100, 1, 80, 1, -10, 1, 4, 1)),),
    "cut and turned": ((b"clap", numbers(100, 1, 80, 1, -10, 1, 4, 1)), (b"irot", b"\3"), (b"imir", b"\0")),
}


@pytest.mark.parametrize("name", TURNS)
def test_turns_and_cuts_are_applied(name: str) -> None:
    data = parse(heic(smooth("RGB"))).with_props(*TURNS[name]).bytes()
    shown = np.array(pillow_heif.open_heif(data)[0])
    source = HEIC.open(data, LIMITS)
    np.testing.assert_array_equal(source._decoded.pages[0], shown)
    draft = source.draft(((),), PLAIN)
    assert draft.plan.orientation == 1
    assert verified(draft).shape[:2] == shown.shape[:2]
    assert {name for name, _ in parse(draft.data).parts[0].props} == {b"hvcC", b"ispe", b"pixi", b"colr"}


def test_what_was_cut_off_is_not_in_the_copy() -> None:
    one, other = smooth("RGB"), smooth("RGB")
    other[:, 128:] = 9  # whole coding blocks, and no filter crosses into what is shown
    cut = (b"clap", numbers(96, 1, 120, 1, -32, 1, 0, 1))
    made = [drafted(parse(heic(s, 444)).with_props(cut).bytes()) for s in (one, other)]
    assert [verified(draft).shape[:2] for draft in made] == [(120, 96)] * 2


@pytest.mark.parametrize("name", icc.NAMES)
def test_well_known_profiles_are_written_anew(name: str) -> None:
    profile = icc.build(name).replace("Public".encode("utf-16-be"), "Q-4711".encode("utf-16-be"))
    draft = drafted(parse(heic(smooth("RGBA"))).with_props((b"colr", b"prof" + profile)).bytes())
    verified(draft)
    assert draft.plan.profile == name
    assert (b"colr", b"prof" + icc.build(name)) in parse(draft.data).parts[0].props


@pytest.mark.parametrize(
    ("primaries", "curve", "expected"),
    [
        (1, 13, ""),
        (2, 2, ""),
        (6, 6, ""),
        (12, 13, "display-p3"),
        (9, 14, "srgb"),
        (1, 8, "srgb"),
        (9, 16, "held: hdr"),
        (9, 18, "held: hdr"),
        (77, 1, "held: encoding"),
        (1, 99, "held: encoding"),
    ],
)
def test_colours_stated_by_numbers(primaries: int, curve: int, expected: str) -> None:
    stated = b"nclx" + bytes((0, primaries, 0, curve, 0, 6, 0x80))
    data = parse(heic(smooth("RGB"))).swapped(b"colr", stated).bytes()
    if expected.startswith("held"):
        with pytest.raises(Held) as held:
            drafted(data)
        assert held.value.code == expected.removeprefix("held: ")
        return
    draft = drafted(data)
    verified(draft)
    assert draft.plan.profile == expected
    assert ("colour-converted" in draft.remarks) == (expected == "srgb")


# --- the container


def thumbnail(file: Heif) -> Heif:
    small = parse(heic(smooth("RGB", 64, 64))).parts[0]
    return file.with_part(b"hvc1", small.content, b"thmb", tuple(small.props))


def auxiliary(file: Heif, kind: bytes) -> Heif:
    small = parse(heic(smooth("L", 64, 64))).parts[0]
    return file.with_part(b"hvc1", small.content, b"auxl", (*small.props, (b"auxC", bytes(4) + kind + b"\0" + MARK)))


def with_message(file: Heif) -> Heif:
    unit = b"\x4e\x01\x05" + bytes((len(MARK),)) + MARK + b"\x80"  # user data, unregistered
    return file.with_content(len(unit).to_bytes(4, "big") + unit + file.parts[0].content)


def with_set(file: Heif, kind: int) -> Heif:
    old = file.get(b"hvcC")
    unit = bytes((kind << 1, 1)) + MARK
    added = bytes((0x80 | kind, 0, 1)) + len(unit).to_bytes(2, "big") + unit
    return file.swapped(b"hvcC", old[:22] + bytes((old[22] + 1,)) + old[23:] + added)


PLANTED: dict[str, Callable[[Heif], Heif]] = {
    "Exif item": lambda f: f.with_part(b"Exif", bytes(4) + b"MM\0*" + MARK),
    "XMP item": lambda f: f.with_part(b"mime", MARK),
    "uri item": lambda f: f.with_part(b"uri ", MARK),
    "thumbnail": thumbnail,
    "depth map": lambda f: auxiliary(f, b"urn:mpeg:hevc:2015:auxid:2"),
    "gain map": lambda f: auxiliary(f, b"urn:com:apple:photo:2020:aux:hdrgainmap"),
    "second picture": lambda f: replace(thumbnail(f), links=f.links),
    "item name": lambda f: replace(f, parts=[replace(f.parts[0], name=MARK), *f.parts[1:]]),
    "handler name": lambda f: replace(f, handler=f.handler[:-1] + MARK + b"\0"),
    "user property": lambda f: f.with_props((b"uuid", bytes(16) + MARK)),
    "description": lambda f: f.with_props((b"udes", bytes(4) + MARK + b"\0" * 3)),
    "unused property": lambda f: replace(f, unused=[(b"free", MARK)]),
    "message": with_message,
    "message in the configuration": lambda f: with_set(f, 39),
    "unknown units in the configuration": lambda f: with_set(f, 41),
    "waste in mdat": lambda f: replace(f, waste=MARK),
    "uuid box": lambda f: replace(f, behind=box(b"uuid", bytes(16), MARK)),
    "free box": lambda f: replace(f, before=box(b"free", MARK)),
    "udta box": lambda f: replace(f, before=box(b"udta", box(b"name", MARK))),
    "mpvd box": lambda f: replace(f, behind=box(b"mpvd", MARK)),
    "film": lambda f: replace(f, behind=box(b"moov", box(b"mvhd", MARK))),
    "second mdat": lambda f: replace(f, behind=box(b"mdat", MARK)),
    "second meta": lambda f: replace(f, behind=box(b"meta", bytes(4), box(b"xml ", MARK))),
    "box in meta": lambda f: replace(f, within=box(b"uuid", bytes(16), MARK)),
    "idat": lambda f: replace(f, within=box(b"idat", MARK)),
    "xml in meta": lambda f: replace(f, within=box(b"xml ", bytes(4), MARK)),
    "group": lambda f: replace(f, within=box(b"grpl", box(b"altr", bytes(4), MARK))),
    "brand": lambda f: replace(f, ftyp=f.ftyp + MARK[:4]),
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_things_are_not_written(name: str) -> None:
    data = PLANTED[name](parse(heic(smooth("RGB")))).bytes()
    draft = drafted(data)
    assert MARK[:4] in data or name in ("thumbnail", "second picture")
    verified(draft)
    assert MARK[:4] not in draft.data
    assert len(parse(draft.data).parts) == 1
    pictures = ("thumbnail", "depth map", "gain map", "second picture", "mpvd box", "film")
    assert ("other-pictures-left-out" in draft.remarks) == (name in pictures)


def test_the_encoder_does_not_sign() -> None:
    assert b"x265" not in drafted(heic(smooth("RGB"))).data


REJECTED: dict[str, Callable[[Heif], bytes]] = {
    **{name: (lambda f, plant=plant: plant(f).bytes()) for name, plant in PLANTED.items()},
    "empty": lambda f: b"",
    "cut off": lambda f: f.bytes()[:-5],
    "bytes behind": lambda f: f.bytes() + MARK,
    "another file behind": lambda f: f.bytes() * 2,
    "grid": lambda f: replace(f, parts=[replace(f.parts[0], kind=b"grid")]).bytes(),
    "other profile": lambda f: f.with_props((b"colr", b"prof" + icc.build("adobe-rgb"))).bytes(),
    "turned": lambda f: f.with_props((b"irot", b"\1")).bytes(),
    "cut": lambda f: f.with_props((b"clap", numbers(40, 1, 40, 1, -120, 2, -80, 2))).bytes(),
    "cut in the middle": lambda f: f.with_props((b"clap", numbers(159, 1, 119, 1, 0, 2, 0, 2))).bytes(),
    "two sizes": lambda f: f.with_props((b"ispe", bytes(4) + numbers(9, 9))).bytes(),
    "colour twice": lambda f: f.with_props((b"colr", f.get(b"colr") + b"")).bytes(),
    "wide range": lambda f: f.swapped(b"colr", b"nclx\0\x09\0\x10\0\x09\x80").bytes(),
    "flags in pixi": lambda f: f.swapped(b"pixi", b"\0\0\0\1\3\x08\x08\x08").bytes(),
    "long parameter set": lambda f: with_long_set(f).bytes(),
    "no slices": lambda f: f.with_content(b"").bytes(),
    "moving slice": lambda f: f.with_content(f.parts[0].content[:4] + b"\2\1" + f.parts[0].content[6:]).bytes(),
    "slice of a layer": lambda f: f.with_content(f.parts[0].content[:5] + b"\x09" + f.parts[0].content[6:]).bytes(),
    "bytes behind the slice": lambda f: f.with_content(f.parts[0].content + b"\0\0").bytes(),
    "same bytes twice": lambda f: doubled(f),
    "alpha without link": lambda f: replace(f, parts=[*f.parts, replace(f.parts[0], number=2)]).bytes(),
    "alpha of another kind": lambda f: auxiliary(f, ALPHA).bytes(),
    "primary": lambda f: replace(f, primary=2).bytes(),
}


def with_long_set(file: Heif) -> Heif:
    old = file.get(b"hvcC")
    length = int.from_bytes(old[26:28], "big")
    grown = (length + 300).to_bytes(2, "big") + old[28 : 28 + length] + bytes(300)
    return file.swapped(b"hvcC", old[:26] + grown + old[28 + length :])


def doubled(file: Heif) -> bytes:
    """Two items that share their bytes."""
    data = file.with_part(b"hvc1", b"", b"auxl", ((b"auxC", bytes(4) + ALPHA + b"\0"), *file.parts[0].props[:-1])).bytes()
    iloc = data.index(b"iloc") + 12
    return data[: iloc + 14] + b"\0\2" + data[iloc + 2 : iloc + 14] + data[iloc + 28 :]


@lru_cache
def a_copy() -> bytes:
    return drafted(heic(smooth("RGB"))).data


@pytest.mark.parametrize("name", REJECTED)
def test_verification_refuses(name: str) -> None:
    good = a_copy()
    assert parse(good).bytes() == good
    check_heic(good, orientation=1, profiles=())
    for orientation in (None, 1):
        with pytest.raises(Held, match="not allowed"):
            check_heic(
                REJECTED[name](parse(good)), orientation=orientation, profiles=(icc.build("srgb"),) * (not orientation)
            )


def test_verification_compares_with_the_plan() -> None:
    wide = (icc.build("display-p3"),)
    source = parse(heic(smooth("RGBA")))
    plain = drafted(source.bytes()).data
    tagged = drafted(source.with_props((b"colr", b"prof" + wide[0])).bytes()).data
    check_heic(plain, orientation=None, profiles=wide)
    check_heic(tagged, orientation=1, profiles=wide)
    for data, orientation, profiles in ((plain, 6, ()), (plain, 1, wide), (tagged, 1, ()), (tagged, None, ())):
        with pytest.raises(Held):
            check_heic(data, orientation=orientation, profiles=profiles)


def test_verification_bears_cut_files() -> None:
    good = drafted(heic(smooth("RGBA"))).data
    for cut in range(900):
        with pytest.raises(Held):
            check_heic(good[:cut], orientation=1, profiles=())


# --- hostile files


def test_it_is_known_by_content() -> None:
    data = heic(smooth("RGB"))
    assert recognise(data[:64]) is HEIC
    assert HEIC.recognises(box(b"ftyp", b"mif1", bytes(4), b"mif1", b"heic")[:64])
    assert not HEIC.recognises(box(b"ftyp", b"avif", bytes(4), b"mif1", b"avif"))
    assert not HEIC.recognises(box(b"ftyp", b"isom", bytes(4), b"mp42"))
    assert not HEIC.recognises(b"")


def _stretched(width: int, height: int) -> bytes:
    file = parse(heic(smooth("RGB")))
    return file.swapped(b"ispe", bytes(4) + numbers(width, height)).bytes()


def _grid(rows: int, columns: int, width: int, height: int, tiles: int) -> bytes:
    file = parse(heic(smooth("RGB")))
    content = bytes((0, 0, rows - 1, columns - 1)) + width.to_bytes(2, "big") + height.to_bytes(2, "big")
    grid = Part(9, b"grid", content, [(b"ispe", bytes(4) + numbers(width, height))])
    return replace(file, parts=[grid, *file.parts], primary=9, links=[(b"dimg", 9, (1,) * tiles)]).bytes()


def test_an_overlay_is_put_together() -> None:
    """The lower picture is seen where the upper one, moved, leaves it."""
    below, above = smooth("RGB"), 255 - smooth("RGB")
    width, height = below.shape[1], below.shape[0]
    file, other = parse(heic(below)), parse(heic(above)).parts[0]
    content = bytes(2) + bytes(8) + width.to_bytes(2, "big") + height.to_bytes(2, "big")
    content += bytes(4) + (40).to_bytes(2, "big") + (30).to_bytes(2, "big")
    overlay = Part(9, b"iovl", content, [(b"ispe", bytes(4) + numbers(width, height))])
    links = [(b"dimg", 9, (1, 7))]
    made = replace(file, parts=[overlay, *file.parts, replace(other, number=7)], primary=9, links=links).bytes()
    expected = below.copy()
    expected[30:, 40:] = above[: height - 30, : width - 40]
    shown = HEIC.open(made, LIMITS).pages[0].view(width)
    assert np.abs(shown.astype(int) - expected).mean() < 3


def _raw(*parts: bytes) -> bytes:
    return box(b"ftyp", b"heic", bytes(4), b"heic") + box(b"meta", bytes(4), *parts)


def _big_parameter_set() -> bytes:
    """A picture that states 160 x 120 and whose bit stream is 8192 x 8192."""
    large = dict(parse(heic(np.zeros((4096, 4096, 1), np.uint8))).parts[0].props)[b"hvcC"]
    return parse(heic(smooth("RGB"))).swapped(b"hvcC", large).bytes()


HOSTILE = {
    "empty": (lambda: b"", "empty"),
    "no meta": (lambda: box(b"ftyp", b"heic", bytes(4)), "damaged"),
    "only film": (lambda: box(b"ftyp", b"hevc", bytes(4)) + box(b"moov"), "animated"),
    "no items": (lambda: _raw(), "damaged"),
    "huge": (lambda: _stretched(60_000, 60_000), "too-large"),
    "nothing": (lambda: _stretched(0, 5), "damaged"),
    "other size": (lambda: _stretched(300, 300), "damaged"),
    "larger bit stream": (_big_parameter_set, "too-large"),
    "box without end": (lambda: b"\0\0\0\1ftypheic" + b"\xff" * 30, "damaged"),
    "tiny box": (lambda: b"\0\0\0\4free".join(_behind_type(heic(smooth("RGB")))), "damaged"),
    "many boxes": (lambda: _raw(box(b"free") * 20_000), "damaged"),
    "many items": (lambda: _raw(box(b"iinf", bytes(4), b"\xff\xff", box(b"infe", b"\2" + bytes(11)) * 9)), "damaged"),
    "many places": (lambda: _raw(box(b"iloc", bytes(4), b"\x44\0\xff\xff", bytes(99))), "damaged"),
    "many extents": (lambda: _raw(box(b"iloc", bytes(4), b"\0\0\0\xff", b"\0\1\0\0\xff\xff" * 255)), "damaged"),
    "grid of itself": (
        lambda: _grid(1, 1, 160, 120, 1).replace(b"dimg\0\x09\0\1\0\1", b"dimg\0\x09\0\1\0\x09"),
        "encoding",
    ),
    "grid without tiles": (lambda: _grid(1, 1, 160, 120, 0), "damaged"),
    "grid with few tiles": (lambda: _grid(9, 9, 1440, 1080, 7), "damaged"),
    "grid of another size": (lambda: _grid(1, 1, 160, 120, 1).replace(b"\0\xa0\0\x78", b"\0\xa1\0\x78", 1), "damaged"),
    "many tiles": (lambda: _grid(256, 256, 9999, 9999, 65_000), "damaged"),
    "overlay of nothing": (lambda: parse(heic(smooth("RGB"))).bytes().replace(b"hvc1", b"iovl"), "damaged"),
    "AV1 inside": (lambda: parse(heic(smooth("RGB"))).bytes().replace(b"hvc1", b"av01"), "encoding"),
    "no configuration": (lambda: heic(smooth("RGB")).replace(b"hvcC", b"hvcX"), "damaged"),
    "no size": (lambda: heic(smooth("RGB")).replace(b"ispe", b"ispX"), "damaged"),
    "aperture outside": (lambda: _with(b"clap", numbers(100, 1, 80, 1, 90, 1, 0, 1)), "damaged"),
    "aperture by zero": (lambda: _with(b"clap", numbers(100, 0, 80, 1, 0, 1, 0, 1)), "damaged"),
    "short aperture": (lambda: _with(b"clap", b"\0"), "damaged"),
    "empty rotation": (lambda: _with(b"irot", b""), "damaged"),
    "no slices": (lambda: parse(heic(smooth("RGB"))).with_content(b"").bytes(), "damaged"),
    "broken slices": (lambda: parse(heic(smooth("RGB"))).with_content(b"\0\0\0\x09\x28\1" + bytes(7)).bytes(), "damaged"),
    "premultiplied": (lambda: _premultiplied(), "encoding"),
}


def _behind_type(data: bytes) -> tuple[bytes, bytes]:
    return data[: data[3]], data[data[3] :]


def _with(name: bytes, content: bytes) -> bytes:
    return parse(heic(smooth("RGB"))).with_props((name, content)).bytes()


def _premultiplied() -> bytes:
    file = parse(heic(smooth("RGBA")))
    return replace(file, links=[*file.links, (b"prem", 1, (2,))]).bytes()


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_held_back(name: str) -> None:
    make, code = HOSTILE[name]
    with pytest.raises(Held) as held:
        HEIC.open(make(), StillLimits(pixels=2_000_000)).draft((FACE,), PLAIN)
    assert held.value.code == code
    assert str(held.value)


_SEEDS = [heic(smooth(mode, 64, 64)) for mode in ("RGB", "LA")] + [heic(smooth("RGB", 160, 70), tile=64)]


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.sampled_from(_SEEDS), st.integers(8, 900), st.binary(min_size=1, max_size=4))
def test_broken_files_are_held_back_or_prepared(data: bytes, at: int, put: bytes) -> None:
    try:
        draft = HEIC.open(data[:at] + put + data[at + len(put) :], StillLimits(pixels=100_000)).draft((FACE,), PLAIN)
    except Held:
        return
    check_heic(draft.data, orientation=1, profiles=(icc.build(draft.plan.profile),) if draft.plan.profile else ())


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    data = heic(smooth("RGB"))
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(Held, match=r"paravent\[heif\]"):
        HEIC.open(data, LIMITS)


def test_the_kit_takes_files_apart() -> None:
    data = drafted(heic(smooth("RGBA"))).data
    assert [name for name, _ in boxes(data)] == [b"ftyp", b"meta", b"mdat"]
