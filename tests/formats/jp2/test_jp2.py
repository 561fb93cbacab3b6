from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from heif_kit import box, boxes
from jp2_kit import ALPHA, coloured, deep, file_of, jp2, parts_of, with_header
from paravent.errors import Held
from paravent.formats import recognise
from paravent.formats.base import Writing
from paravent.formats.jp2.spec import JP2
from paravent.formats.shared import icc
from paravent.formats.shared.sample_source import Decoded
from paravent.formats.shared.samples import erase_transparent, rgba
from paravent.model.geometry import Ellipse, Shape
from paravent.model.limits import StillLimits
from paravent.model.plan import Exact
from paravent.model.style import Style, Styles
from paravent.redact.masks import union_mask
from paravent.verify import judge
from paravent.verify.decoding import decode_copy
from paravent.verify.jp2 import check
from picture_kit import MARK, scene, shape_sets, sizes, styles

imagecodecs = pytest.importorskip("imagecodecs")

LIMITS = StillLimits()
FACE: tuple[Shape, ...] = (Ellipse(30, 20, 12, 15, 20),)
PLAIN = Writing()
MODES = ["L", "LA", "RGB", "RGBA"]


def drafted(data: bytes, shapes: tuple[Shape, ...] = FACE, writing: Writing = PLAIN):
    return JP2.open(data, LIMITS).draft((shapes,), writing)


def verified(draft) -> np.ndarray:
    judge(draft.data, draft.plan)
    (samples,) = decode_copy(draft.data, "JP2", LIMITS)
    return samples


@lru_cache
def a_copy() -> bytes:
    return drafted(jp2(scene("RGB", 60, 50))).data


# --- covered means destroyed


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(MODES), sizes, shape_sets, styles, st.sampled_from([8, 12, 16]), st.sampled_from([0, 16]))
@example("LA", (10, 17), (Ellipse(0, 0, 1, 1),), Style("veil"), 12, 16)  # a trace of alpha that 12 bits do not hold
def test_what_was_covered_has_no_influence_lossless(mode, size, shapes, style, bits, max_size) -> None:
    one = deep(scene(mode, *size), bits)
    other = one.copy()
    mask = union_mask(shapes, *size)
    other[mask] = np.random.default_rng(7).integers(0, 256, other[mask].shape, dtype=np.uint8)
    writing = Writing(Styles(style), max_size=max_size)
    first = drafted(jp2(one, bits), shapes, writing)
    assert first.data == drafted(jp2(other, bits, bare=mode in ("L", "RGB")), shapes, writing).data
    verified(first)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(MODES), shape_sets, styles, st.sampled_from([8, 16]))
def test_what_was_covered_has_no_influence_lossy(mode, shapes, style, bits) -> None:
    # Two lossy files never decode to the same surroundings, so the decoded samples are put in place.
    one = deep(scene(mode, 66, 55), bits)
    erase_transparent(one)
    other = one.copy()
    mask = union_mask(shapes, 66, 55)
    other[mask] = np.random.default_rng(7).integers(0, 256, other[mask].shape, dtype=np.uint8)
    made = []
    for samples, level in ((one, 30), (other, 50)):
        source = JP2.open(jp2(samples, bits, lossless=False, level=level), LIMITS)
        source.__dict__["_decoded"] = Decoded((samples,))
        made.append(source.draft((shapes,), Writing(Styles(style))))
    assert made[0].data == made[1].data
    verified(made[0])


@pytest.mark.parametrize("bits", [8, 10, 12, 16])
@pytest.mark.parametrize("mode", MODES)
def test_lossless_outside_is_exact(mode: str, bits: int) -> None:
    samples = deep(scene(mode, 60, 50), bits)
    draft = drafted(jp2(samples, bits))
    copy, mask = verified(draft), union_mask(FACE, 60, 50)
    full = samples.astype(np.uint16) << (16 - bits) if bits > 8 else samples
    expected = rgba(full | full >> bits if bits > 8 else full)
    expected[expected[..., 3] == 0] = 0
    np.testing.assert_array_equal(copy[~mask], expected[~mask])
    assert isinstance(draft.plan.pages[0].expected, Exact)
    assert draft.lossless
    assert draft.remarks == ()
    assert parts_of(draft.data)[b"jp2c"][42] == bits - 1


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("mode", MODES)
def test_lossy_is_encoded_anew_and_close(mode: str, bits: int) -> None:
    samples = deep(np.array(Image.fromarray(scene("RGBA", 60, 50)).resize((300, 250))), bits)
    samples = samples[..., : {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}[mode]]
    draft = drafted(jp2(samples, bits, lossless=False, level=60))
    copy = verified(draft)
    assert draft.remarks == ("re-encoded-lossy",)
    assert not draft.lossless
    mask = union_mask(FACE, 300, 250)
    seen = [one[..., :3].astype(float) * one[..., 3:] for one in (copy, rgba(draft.plan.pages[0].expected.samples))]
    difference = (seen[0] - seen[1])[~mask] / (255 if bits == 8 else 65535) ** 2
    assert -10 * np.log10((difference**2).mean()) > 41


def test_smaller_copies() -> None:
    draft = drafted(jp2(np.full((300, 400, 3), 9, np.uint8)), FACE, Writing(max_size=100))
    assert verified(draft).shape == (75, 100, 4)
    assert "resized" in draft.remarks


def test_bare_code_streams_become_files() -> None:
    draft = drafted(jp2(scene("RGB", 60, 50), bare=True))
    verified(draft)
    assert draft.data == a_copy()


# --- colour


@pytest.mark.parametrize("name", icc.NAMES)
def test_well_known_profiles_are_written_anew(name: str) -> None:
    profile = icc.build(name).replace("Public".encode("utf-16-be"), "Q-4711".encode("utf-16-be"))
    draft = drafted(coloured(jp2(scene("RGBA", 60, 50)), b"\2\0\0" + profile))
    verified(draft)
    assert draft.plan.profile == name
    assert draft.lossless
    assert dict(boxes(parts_of(draft.data)[b"jp2h"]))[b"colr"] == b"\2\0\0" + icc.build(name)


def test_unknown_and_bogus_profiles() -> None:
    wide = icc.from_chromaticities(2.2, ((0.3457, 0.3585), (0.735, 0.265), (0.115, 0.826), (0.157, 0.018)))
    draft = drafted(coloured(jp2(scene("RGB", 60, 50)), b"\2\0\0" + wide))
    assert (draft.plan.profile, draft.remarks, draft.lossless) == ("srgb", ("colour-converted",), False)
    verified(draft)
    draft = drafted(coloured(jp2(scene("RGB", 60, 50)), b"\2\0\0" + b"junk" * 99))
    assert (draft.plan.profile, draft.remarks) == ("", ("bogus-profile",))
    verified(draft)


# --- the container


def commented(data: bytes, at: bytes = b"\xff\x52") -> bytes:
    """With a comment in front of the first marker `at`."""
    comment = b"\xff\x64" + struct.pack(">HH", 4 + len(MARK), 1) + MARK
    parts = parts_of(data)
    stream = parts[b"jp2c"]
    where = stream.index(at)
    if at == b"\xff\x93":  # in the tile-part's header, whose length then grows
        start = stream.index(b"\xff\x90")
        size = int.from_bytes(stream[start + 6 : start + 10], "big") + len(comment)
        stream = stream[: start + 6] + size.to_bytes(4, "big") + stream[start + 10 :]
    return file_of([(b"jp2h", parts[b"jp2h"]), (b"jp2c", stream[:where] + comment + stream[where:])])


def in_header(name: bytes) -> Callable[[bytes], bytes]:
    return lambda data: with_header(data, lambda parts: [*parts, (name, MARK)])


def streamed(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """With another code stream."""

    def changed(data: bytes) -> bytes:
        parts = parts_of(data)
        return file_of([(b"jp2h", parts[b"jp2h"]), (b"jp2c", change(parts[b"jp2c"]))])

    return changed


PLANTED: dict[str, Callable[[bytes], bytes]] = {
    "xml box": lambda d: d + box(b"xml ", MARK),
    "uuid box": lambda d: d + box(b"uuid", bytes(16), MARK),
    "uuid info": lambda d: d + box(b"uinf", box(b"ulst", bytes(2)), box(b"url ", MARK)),
    "property rights": lambda d: d + box(b"jp2i", MARK),
    "unknown box": lambda d: d + box(b"free", MARK),
    "box in front": lambda d: file_of([(b"xml ", MARK), *list(boxes(d))[2:]]),
    "box in the header": in_header(b"uuid"),
    "resolution": in_header(b"res "),
    "comment": commented,
    "comment in the tile": lambda d: commented(d, b"\xff\x93"),
    "bytes behind the end of the stream": streamed(lambda s: s + MARK),
    "second stream": lambda d: d + box(b"jp2c", parts_of(jp2(scene("L", 9, 9)))[b"jp2c"], MARK),
    "brand": lambda d: d.replace(b"\0\0\0\x14ftypjp2 \0\0\0\0jp2 ", b"\0\0\0\x18ftypjp2 \0\0\0\0jp2 " + MARK[:4]),
    "second colour": lambda d: with_header(d, lambda p: [*p, (b"colr", b"\3\0\0" + MARK)]),
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_things_are_not_written(name: str) -> None:
    data = PLANTED[name](jp2(scene("RGB", 60, 50)))
    assert MARK[:4] in data
    draft = drafted(data)
    verified(draft)
    assert MARK[:4] not in draft.data
    assert draft.data == a_copy()
    assert draft.remarks == (("other-pictures-left-out",) if name == "second stream" else ())


def test_the_encoders_do_not_sign() -> None:
    for bits in (8, 16):
        source = jp2(deep(scene("RGB", 60, 50), bits), bits)
        assert b"OpenJPEG" in source
        assert b"OpenJPEG" not in drafted(source).data


def _tiled(data: bytes) -> bytes:
    out = BytesIO()
    Image.fromarray(scene("RGB", 60, 50)).save(out, "JPEG2000", tile_size=(32, 32), no_jp2=True)
    return file_of([(b"jp2h", parts_of(data)[b"jp2h"]), (b"jp2c", out.getvalue())])


REJECTED: dict[str, Callable[[bytes], bytes]] = {
    **PLANTED,
    "empty": lambda d: b"",
    "cut off": lambda d: d[:-9],
    "bytes behind": lambda d: d + MARK,
    "bare stream": lambda d: parts_of(d)[b"jp2c"],
    "other profile": lambda d: coloured(d, b"\2\0\0" + icc.build("adobe-rgb")),
    "grey": lambda d: coloured(d, b"\1\0\0\0\0\0\x11"),
    "precedence": lambda d: coloured(d, b"\1\0\1\0\0\0\x10"),
    "channels": lambda d: with_header(d, lambda p: [*p, (b"cdef", struct.pack(">13H", *ALPHA[4]))]),
    "property rights flag": lambda d: with_header(d, lambda p: [(n, c[:-1] + b"\1" if n == b"ihdr" else c) for n, c in p]),
    "other size": lambda d: with_header(d, lambda p: [(n, b"\0\0\0\1" + c[4:] if n == b"ihdr" else c) for n, c in p]),
    "tiles": _tiled,
    "long quantisation": streamed(lambda s: s.replace(b"\xff\x5c\0\x13", b"\xff\x5c\0\x15\0\0")),
    "no end": streamed(lambda s: s[:-2]),
    "end earlier": streamed(lambda s: s + b"\xff\xd9"),
}


@pytest.mark.parametrize("name", REJECTED)
def test_verification_refuses(name: str) -> None:
    check(a_copy(), orientation=1, profiles=())
    changed = REJECTED[name](a_copy())
    assert changed != a_copy()
    for orientation, profiles in ((None, (icc.build("srgb"),)), (1, ())):
        with pytest.raises(Held, match="not allowed"):
            check(changed, orientation=orientation, profiles=profiles)


def test_verification_compares_with_the_plan() -> None:
    wide = (icc.build("display-p3"),)
    tagged = drafted(coloured(jp2(scene("RGB", 60, 50)), b"\2\0\0" + wide[0])).data
    check(tagged, orientation=1, profiles=wide)
    check(a_copy(), orientation=None, profiles=wide)
    for data, orientation, profiles in ((a_copy(), 6, ()), (a_copy(), 1, wide), (tagged, 1, ())):
        with pytest.raises(Held):
            check(data, orientation=orientation, profiles=profiles)
    for cut in range(len(a_copy()) - 1):
        with pytest.raises(Held):
            check(a_copy()[:cut], orientation=1, profiles=())


# --- hostile files


def _sized(width: int, height: int) -> Callable[[bytes], bytes]:
    size = struct.pack(">II", width, height)
    return streamed(lambda s: s[:8] + size + s[16:24] + size + s[32:])


HOSTILE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda d: b"", "empty"),
    "no header": (lambda d: file_of([(b"jp2c", parts_of(d)[b"jp2c"])]), "damaged"),
    "no stream": (lambda d: file_of([(b"jp2h", parts_of(d)[b"jp2h"])]), "damaged"),
    "huge": (_sized(60_000, 60_000), "too-large"),
    "nothing": (_sized(0, 60_000), "damaged"),
    "missing tiles": (streamed(lambda s: s[:8] + struct.pack(">II", 300, 300) + s[16:]), "damaged"),
    "tiles of no size": (streamed(lambda s: s[:24] + bytes(8) + s[32:]), "damaged"),
    "many channels": (streamed(lambda s: s[:40] + b"\x40\0" + s[42:]), "encoding"),
    "other channels": (streamed(lambda s: s[:40] + b"\0\2" + s[42:]), "encoding"),
    "subsampled": (streamed(lambda s: s[:46] + b"\2\2" + s[48:]), "encoding"),
    "signed": (streamed(lambda s: s[:42] + b"\x87" + s[43:]), "encoding"),
    "one bit": (streamed(lambda s: s[:42] + b"\0\1\1\0\1\1\0\1\1" + s[51:]), "deep-colour"),
    "38 bits": (streamed(lambda s: s[:42] + b"\x25\1\1\x25\1\1\x25\1\1" + s[51:]), "deep-colour"),
    "no end": (streamed(lambda s: s[:-2]), "damaged"),
    "cut in the header": (streamed(lambda s: s[:60]), "damaged"),
    "cut in the tile": (streamed(lambda s: s[:200]), "damaged"),
    "broken marker": (streamed(lambda s: s[:2] + b"\0\0" + s[4:]), "damaged"),
    "many segments": (streamed(lambda s: s[:51] + b"\xff\x64\0\2" * 5_000 + s[51:]), "damaged"),
    "palette": (in_header(b"pclr"), "encoding"),
    "CMYK": (lambda d: coloured(d, b"\1\0\0\0\0\0\x0c"), "encoding"),
    "luma and chroma": (lambda d: coloured(d, b"\1\0\0\0\0\0\x12"), "encoding"),
    "swapped channels": (
        lambda d: with_header(d, lambda p: [*p, (b"cdef", struct.pack(">10H", 3, 0, 0, 3, 1, 0, 2, 2, 0, 1))]),
        "encoding",
    ),
    "many boxes": (lambda d: d[:12] + box(b"free") * 20_000 + d[12:], "damaged"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_held_back(name: str) -> None:
    make, code = HOSTILE[name]
    with pytest.raises(Held) as held:
        JP2.open(make(jp2(scene("RGB", 60, 50))), StillLimits(pixels=2_000_000)).draft((FACE,), PLAIN)
    assert held.value.code == code
    assert str(held.value)


@pytest.mark.parametrize("behind", [b"\0\0\0\4free", b"hidden", box(b"free") * 20_000])
def test_what_is_no_box_ends_the_file(behind: bytes) -> None:
    plain = jp2(scene("RGB", 60, 50))
    expected = JP2.open(plain, LIMITS).draft((FACE,), PLAIN)
    assert JP2.open(plain + behind, LIMITS).draft((FACE,), PLAIN).data == expected.data


_SEEDS = [jp2(scene("RGB", 60, 50)), jp2(scene("LA", 60, 50)), jp2(deep(scene("RGB", 60, 50), 16), 16, lossless=False)]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(_SEEDS), st.integers(12, 400), st.binary(min_size=1, max_size=4))
def test_broken_files_are_held_back_or_prepared(data: bytes, at: int, put: bytes) -> None:
    try:
        draft = JP2.open(data[:at] + put + data[at + len(put) :], StillLimits(pixels=100_000)).draft((FACE,), PLAIN)
    except Held:
        return
    check(draft.data, orientation=1, profiles=(icc.build(draft.plan.profile),) if draft.plan.profile else ())


def test_it_is_known_by_content() -> None:
    assert recognise(a_copy()[:64]) is JP2
    assert recognise(jp2(scene("L", 9, 9), bare=True)[:64]) is JP2


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    sixteen, eight = jp2(deep(scene("RGB", 60, 50), 16), 16), jp2(scene("RGB", 60, 50))
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    with pytest.raises(Held, match=r"paravent\[deep\]"):
        JP2.open(sixteen, LIMITS)
    JP2.open(eight, LIMITS).draft((FACE,), PLAIN)
