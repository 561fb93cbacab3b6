from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from avif_kit import avif
from heif_kit import Heif, box, numbers, parse
from paravent.errors import Held
from paravent.formats import recognise
from paravent.formats.base import Writing
from paravent.formats.heif.spec import AVIF
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
from paravent.verify.isobmff import check_avif
from picture_kit import MARK, scene, shape_sets, smooth, styles

imagecodecs = pytest.importorskip("imagecodecs")

LIMITS = StillLimits()
FACE: tuple[Shape, ...] = (Ellipse(70, 60, 22, 25, 20),)
PLAIN = Writing()
ALPHA = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"


def drafted(data: bytes, shapes: tuple[Shape, ...] = FACE, writing: Writing = PLAIN):
    return AVIF.open(data, LIMITS).draft((shapes,), writing)


def verified(draft) -> np.ndarray:
    judge(draft.data, draft.plan)
    (samples,) = decode_copy(draft.data, "AVIF", LIMITS)
    return samples


@lru_cache
def a_copy() -> bytes:
    return drafted(avif(smooth("RGB"))).data


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
    grey = "4:0:0" if mode in ("L", "LA") else "4:2:0"
    for samples, quality in ((one, 30), (other, 95)):
        shift = 0 if bits == 8 else 6
        source = AVIF.open(avif(samples >> shift, grey, bits, quality=quality), LIMITS)
        source.__dict__["_decoded"] = Decoded((samples,))
        made.append(source.draft((shapes,), Writing(Styles(style), max_size=max_size)))
    assert made[0].data == made[1].data
    check_avif(made[0].data, orientation=1, profiles=())


def test_two_runs_give_the_same_bytes() -> None:
    for bits in (8, 10):
        data = avif(smooth("RGB", 300, 200, bits), bits=bits)
        assert drafted(data).data == drafted(data).data


@pytest.mark.parametrize("bits", [8, 10, 12])
@pytest.mark.parametrize("chroma", ["4:0:0", "4:2:0", "4:2:2", "4:4:4"])
@pytest.mark.parametrize("alpha", ["", "A"])
def test_depth_chroma_and_alpha_are_kept(alpha: str, chroma: str, bits: int) -> None:
    mode = ("L" if chroma == "4:0:0" else "RGB") + alpha
    data = avif(smooth(mode, bits=bits), chroma, bits)
    draft = drafted(data)
    copy = verified(draft)
    before, after = (parse(one).get(b"av1C") for one in (data, draft.data))
    assert before[2] & 0xFC == after[2] & 0xFC
    assert bool(alpha) == (len(parse(draft.data).parts) == 2)
    assert copy.dtype == (np.uint8 if bits == 8 else np.uint16)
    assert isinstance(draft.plan.pages[0].expected, Close)
    mask = union_mask(FACE, 160, 120)
    source = rgba(AVIF.open(data, LIMITS)._decoded.pages[0])
    difference = (source.astype(float) - copy)[~mask] / (255 if bits == 8 else 65535)
    assert 1e-9 < (difference**2).mean() < 10**-3.6
    if bits > 8:
        assert (copy[..., 3] == 65535).all() or alpha
        assert np.unique(copy[..., 0]).size > 256 or mode in ("L", "LA")


def test_smaller_copies() -> None:
    draft = drafted(avif(smooth("RGB", 400, 300)), FACE, Writing(max_size=100))
    assert verified(draft).shape == (75, 100, 4)
    assert "resized" in draft.remarks


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (63, 65), (129, 77)])
def test_any_size_is_kept(size: tuple[int, int]) -> None:
    assert verified(drafted(avif(smooth("RGB", *size)), ())).shape == (size[1], size[0], 4)


TURNS = {
    "as it is": ((), lambda a: a),
    "quarter": (((b"irot", b"\1"),), np.rot90),
    "left and right": (((b"imir", b"\1"),), np.fliplr),
    "top and bottom": (((b"imir", b"\0"),), np.flipud),
    "cut": (((b"clap", numbers(100, 1, 80, 1, -10, 1, 4, 1)),), lambda a: a[24:104, 20:120]),
    "all": (
        ((b"clap", numbers(100, 1, 80, 1, -10, 1, 4, 1)), (b"irot", b"\3"), (b"imir", b"\0")),
        lambda a: np.flipud(np.rot90(a[24:104, 20:120], 3)),
    ),
}


@pytest.mark.parametrize("name", TURNS)
def test_turns_and_cuts_are_applied(name: str) -> None:
    props, turn = TURNS[name]
    plain = avif(smooth("RGB"))
    shown = turn(np.array(Image.open(BytesIO(plain))))
    source = AVIF.open(parse(plain).with_props(*props).bytes(), LIMITS)
    np.testing.assert_array_equal(source._decoded.pages[0], shown)
    draft = source.draft(((),), PLAIN)
    assert verified(draft).shape[:2] == shown.shape[:2]
    assert {name for name, _ in parse(draft.data).parts[0].props} == {b"av1C", b"ispe", b"pixi", b"colr"}


@pytest.mark.parametrize("bits", [8, 10])
@pytest.mark.parametrize("name", icc.NAMES)
def test_well_known_profiles_are_written_anew(name: str, bits: int) -> None:
    profile = icc.build(name).replace("Public".encode("utf-16-be"), "Q-4711".encode("utf-16-be"))
    source = parse(avif(smooth("RGBA", bits=bits), bits=bits)).with_props((b"colr", b"prof" + profile)).bytes()
    draft = drafted(source)
    verified(draft)
    assert draft.plan.profile == name
    assert (b"colr", b"prof" + icc.build(name)) in parse(draft.data).parts[0].props


# --- the container


def unit(kind: int, content: bytes) -> bytes:
    """An AV1 unit with its size."""
    return bytes((kind << 3 | 2, len(content))) + content


def auxiliary(file: Heif, kind: bytes, name: bytes = b"av01") -> Heif:
    small = parse(avif(smooth("L", 64, 64), "4:0:0")).parts[0]
    props = [prop for prop in small.props if prop[0] != b"colr"]
    return file.with_part(name, small.content, b"auxl", (*props, (b"auxC", bytes(4) + kind + b"\0" + MARK)))


def thumbnail(file: Heif) -> Heif:
    small = parse(avif(smooth("RGB", 64, 64))).parts[0]
    return file.with_part(b"av01", small.content, b"thmb", tuple(small.props))


PLANTED: dict[str, Callable[[Heif], Heif]] = {
    "Exif item": lambda f: f.with_part(b"Exif", bytes(4) + b"MM\0*" + MARK),
    "XMP item": lambda f: f.with_part(b"mime", MARK),
    "thumbnail": thumbnail,
    "depth map": lambda f: auxiliary(f, b"urn:mpeg:mpegB:cicp:systems:auxiliary:depth"),
    "gain map": lambda f: f.with_part(b"tmap", MARK, b"dimg"),
    "item name": lambda f: replace(f, parts=[replace(f.parts[0], name=MARK), *f.parts[1:]]),
    "handler name": lambda f: replace(f, handler=f.handler[:-1] + MARK + b"\0"),
    "user property": lambda f: f.with_props((b"uuid", bytes(16) + MARK)),
    "unused property": lambda f: replace(f, unused=[(b"free", MARK)]),
    "metadata unit": lambda f: f.with_content(f.parts[0].content + unit(5, MARK)),
    "padding unit": lambda f: f.with_content(f.parts[0].content + unit(15, MARK)),
    "reserved unit": lambda f: f.with_content(f.parts[0].content + unit(9, MARK)),
    "metadata in the configuration": lambda f: f.swapped(b"av1C", f.get(b"av1C") + unit(5, MARK)),
    "waste in mdat": lambda f: replace(f, waste=MARK),
    "uuid box": lambda f: replace(f, behind=box(b"uuid", bytes(16), MARK)),
    "free box": lambda f: replace(f, before=box(b"free", MARK)),
    "box in meta": lambda f: replace(f, within=box(b"uuid", bytes(16), MARK)),
    "idat": lambda f: replace(f, within=box(b"idat", MARK)),
    "brand": lambda f: replace(f, ftyp=f.ftyp + MARK[:4]),
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_things_are_not_written(name: str) -> None:
    data = PLANTED[name](parse(avif(smooth("RGB")))).bytes()
    assert MARK[:4] in data or name == "thumbnail"
    draft = drafted(data)
    verified(draft)
    assert MARK[:4] not in draft.data
    assert len(parse(draft.data).parts) == 1
    assert ("other-pictures-left-out" in draft.remarks) == (name in ("thumbnail", "depth map", "gain map"))


def test_marks_of_pillow_are_not_written() -> None:
    exif = Image.Exif()
    exif[0x010F] = MARK.decode()
    draft = drafted(avif(smooth("RGB"), exif=exif.tobytes(), xmp=MARK))
    verified(draft)
    assert MARK not in draft.data


REJECTED: dict[str, Callable[[Heif], bytes]] = {
    **{name: (lambda f, plant=plant: plant(f).bytes()) for name, plant in PLANTED.items()},
    "empty": lambda f: b"",
    "cut off": lambda f: f.bytes()[:-5],
    "bytes behind": lambda f: f.bytes() + MARK,
    "HEVC": lambda f: f.bytes().replace(b"av01", b"hvc1"),
    "turned": lambda f: f.with_props((b"irot", b"\1")).bytes(),
    "cut": lambda f: f.with_props((b"clap", numbers(40, 1, 40, 1, -120, 2, -80, 2))).bytes(),
    "temporal delimiter": lambda f: f.with_content(unit(2, b"") + f.parts[0].content).bytes(),
    "two frames": lambda f: f.with_content(f.parts[0].content + f.parts[0].content[12:]).bytes(),
    "two sequences": lambda f: f.with_content(f.parts[0].content * 2).bytes(),
    "unit without size": lambda f: f.with_content(bytes((f.parts[0].content[0] & 0xFD,)) + f.parts[0].content[1:]).bytes(),
    "bytes behind the frame": lambda f: f.with_content(f.parts[0].content + b"\0").bytes(),
    "alpha of another kind": lambda f: auxiliary(f, ALPHA).bytes(),
}


@pytest.mark.parametrize("name", REJECTED)
def test_verification_refuses(name: str) -> None:
    assert parse(a_copy()).bytes() == a_copy()
    check_avif(a_copy(), orientation=1, profiles=())
    for orientation, profiles in ((None, (icc.build("srgb"),)), (1, ())):
        with pytest.raises(Held, match="not allowed"):
            check_avif(REJECTED[name](parse(a_copy())), orientation=orientation, profiles=profiles)


# --- hostile files


def test_it_is_known_by_content() -> None:
    assert recognise(avif(smooth("RGB"))[:64]) is AVIF
    assert AVIF.recognises(box(b"ftyp", b"mif1", bytes(4), b"mif1", b"avif"))
    assert not AVIF.recognises(box(b"ftyp", b"mif1", bytes(4), b"mif1", b"heic"))


def _premultiplied() -> bytes:
    file = parse(avif(smooth("RGBA")))
    return replace(file, links=[*file.links, (b"prem", 1, (2,))]).bytes()


def _larger_stream() -> bytes:
    large = parse(avif(np.zeros((3000, 3000, 1), np.uint8), "4:0:0")).parts[0]
    return parse(avif(smooth("L"), "4:0:0")).with_content(large.content).bytes()


HOSTILE = {
    "empty": (lambda: b"", "empty"),
    "huge": (lambda: parse(a_copy()).swapped(b"ispe", bytes(4) + numbers(60_000, 60_000)).bytes(), "too-large"),
    "other size": (lambda: parse(a_copy()).swapped(b"ispe", bytes(4) + numbers(300, 300)).bytes(), "damaged"),
    "larger bit stream": (_larger_stream, "damaged"),
    "short configuration": (lambda: parse(a_copy()).swapped(b"av1C", b"\x81").bytes(), "damaged"),
    "no units": (lambda: parse(a_copy()).with_content(b"").bytes(), "damaged"),
    "broken units": (lambda: parse(a_copy()).with_content(b"\x0a\x7f" + bytes(9)).bytes(), "damaged"),
    "cut sequence": (lambda: parse(a_copy()).with_content(b"\x0a\1\0").bytes(), "damaged"),
    "broken frame": (lambda: parse(a_copy()).with_content(a_copy()[-2000:-1900]).bytes(), "damaged"),
    "forbidden bit": (lambda: parse(a_copy()).with_content(b"\x8a\0").bytes(), "damaged"),
    "high dynamic range": (
        lambda: parse(avif(smooth("RGB"))).swapped(b"colr", b"nclx\0\x09\0\x10\0\x09\x80").bytes(),
        "hdr",
    ),
    "premultiplied": (_premultiplied, "encoding"),
    "HEVC inside": (lambda: a_copy().replace(b"av01", b"hvc1"), "encoding"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_held_back(name: str) -> None:
    make, code = HOSTILE[name]
    with pytest.raises(Held) as held:
        AVIF.open(make(), StillLimits(pixels=2_000_000)).draft((FACE,), PLAIN)
    assert held.value.code == code
    assert str(held.value)


@pytest.mark.parametrize(
    ("colours", "said"),
    [
        (b"nclx\0\x0c\0\x10\0\x06\x80", "(PQ, Display P3)"),
        (b"nclx\0\x09\0\x12\0\x09\x80", "(HLG, BT.2020)"),
        (b"nclx\0\x63\0\x10\0\x06\x80", "(PQ)"),
    ],
)
def test_high_dynamic_range_is_called_so(colours: bytes, said: str) -> None:
    data = parse(avif(smooth("RGB", 64, 64, 10), bits=10)).swapped(b"colr", colours).bytes()
    with pytest.raises(Held, match="high dynamic range") as held:
        AVIF.open(data, StillLimits()).draft((FACE,), PLAIN)
    assert said in str(held.value)


_SEEDS = [avif(smooth("RGB", 64, 64)), avif(smooth("LA", 64, 64), "4:0:0"), avif(smooth("RGB", 64, 64, 10), bits=10)]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(_SEEDS), st.integers(8, 600), st.binary(min_size=1, max_size=4))
def test_broken_files_are_held_back_or_prepared(data: bytes, at: int, put: bytes) -> None:
    try:
        draft = AVIF.open(data[:at] + put + data[at + len(put) :], StillLimits(pixels=100_000)).draft((FACE,), PLAIN)
    except Held:
        return
    check_avif(draft.data, orientation=1, profiles=(icc.build(draft.plan.profile),) if draft.plan.profile else ())


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    deep, plain = avif(smooth("RGB", bits=10), bits=10), avif(smooth("RGB"))
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    with pytest.raises(Held, match=r"paravent\[deep\]"):
        AVIF.open(deep, LIMITS)
    AVIF.open(plain, LIMITS).draft((FACE,), PLAIN)
