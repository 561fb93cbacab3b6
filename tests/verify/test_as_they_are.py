"""What is judged is what stands in the file: nothing cleans it before a decoder sees it."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from heif_kit import parse
from paravent.errors import Held
from paravent.formats import recognise
from paravent.formats.base import Draft, Writing
from paravent.model.geometry import Ellipse
from paravent.model.limits import StillLimits
from paravent.verify import decoding, judge
from paravent.verify.decoding import decode_copy, heif, pillow
from paravent.verify.judge import CHECKS
from paravent.verify.motion import Motion
from picture_kit import smooth

FACE = (Ellipse(70, 60, 22, 25, 20),)


def heic(samples: np.ndarray) -> bytes:
    library, out = pytest.importorskip("pillow_heif"), BytesIO()
    library.from_pillow(Image.fromarray(samples)).save(out, quality=90)
    return out.getvalue()


def avif(samples: np.ndarray) -> bytes:
    out = BytesIO()
    Image.fromarray(samples).save(out, "AVIF", quality=90, speed=9)
    return out.getvalue()


def drafted(data: bytes) -> Draft:
    form = recognise(data[:64])
    assert form is not None
    return form.open(data, StillLimits()).draft([FACE], Writing())


@pytest.fixture
def blind(monkeypatch) -> None:
    """Without the readers of containers, so that decoding alone must notice."""
    for name in ("HEIC", "AVIF"):
        monkeypatch.setitem(CHECKS, name, lambda *_, **__: Motion())


def test_a_second_picture_is_seen_by_decoding_alone(blind) -> None:
    draft = drafted(heic(smooth("RGB", 160, 120)))
    file = parse(draft.data)
    bare = parse(heic(smooth("RGB", 160, 120))).parts[0]
    planted = file.with_part(b"hvc1", bare.content, b"", tuple(bare.props)).bytes()
    judge(draft.data, draft.plan)
    assert len(list(decode_copy(planted, "HEIC", StillLimits()))) == 2
    with pytest.raises(Held) as held:
        judge(planted, draft.plan)
    assert held.value.code == "wrong-size"


def test_decoders_are_given_the_file_itself(blind, monkeypatch) -> None:
    given: list[bytes] = []
    decoder, library = pillow._DECODERS["AVIF"], heif._library

    def watched(file: BytesIO) -> Image.Image:
        given.append(file.getvalue())
        return decoder(file)

    class Watched:
        options = library("pillow_heif", "HEIC", "heif").options

        @staticmethod
        def open_heif(data: bytes, **options: bool):
            given.append(data)
            return library("pillow_heif", "HEIC", "heif").open_heif(data, **options)

    monkeypatch.setitem(pillow._DECODERS, "AVIF", watched)
    monkeypatch.setattr(heif, "_library", lambda name, form, extra: Watched)
    for make in (avif, heic):
        draft = drafted(make(smooth("RGB", 160, 120)))
        planted = draft.data + b"\0\0\0\x13freeQUOKKA-4711"
        judge(planted, draft.plan)
        assert given.pop() == planted


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_colour_under_transparent_pixels_does_not_pass(blind, form, monkeypatch) -> None:
    samples = smooth("RGBA", 160, 120)
    samples[:40, :, 3] = 0
    out = BytesIO()
    Image.fromarray(samples).save(out, form)
    draft = drafted(out.getvalue())
    judge(draft.data, draft.plan)
    coloured = next(decode_copy(draft.data, form, StillLimits())).copy()
    coloured[10:20, 10:20, :3] = 77
    monkeypatch.setitem(decoding._DECODERS, form, lambda *_: iter([coloured]))
    with pytest.raises(Held) as held:
        judge(draft.data, draft.plan)
    assert (held.value.code, held.value.params["detail"]) == ("container", "colour under transparent pixels")
