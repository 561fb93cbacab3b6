"""What a JPEG holds and does not show: not in the copy, and refused by verification."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from skimage import data as package_pictures

from paravent.errors import Held
from paravent.formats.base import Draft, Writing
from paravent.formats.jpeg import dct
from paravent.formats.jpeg import segments as jpeg_segments
from paravent.formats.jpeg import source as jpeg_source
from paravent.formats.jpeg.spec import JPEG
from paravent.model.geometry import Ellipse
from paravent.model.limits import StillLimits
from paravent.model.style import STYLES, Style, Styles
from paravent.verify import judge
from paravent.verify.judge import judge_file

FACE = np.asarray(package_pictures.astronaut())[:160, 140:300]
GREY = np.asarray(Image.fromarray(FACE).convert("L").convert("RGB"))
SECRET = b"Emma lives at 12 Example Rd."[:24]
CORNER = (Ellipse(110, 80, 12, 12),)
NOTHING: tuple[Ellipse, ...] = ()


def jpeg(pixels: np.ndarray, **options) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", **{"quality": 75, **options})
    return buffer.getvalue()


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(float)


def coefficients(data: bytes) -> dct.Coefficients:
    parsed = jpeg_segments.parse(data)
    sampling = parsed.sampling if len(parsed.components) > 1 else [(1, 1)]
    return dct.read(parsed.clean(), parsed.width, parsed.height, sampling)


def draft(data: bytes, shapes=NOTHING, style: str = "veil") -> Draft:
    return JPEG.open(data, StillLimits()).draft((shapes,), Writing(Styles(Style(style))))


def moved(data: bytes, levels: int, component: int = 0) -> bytes:
    """The mean of every block of a component moved by so many levels."""
    found = coefficients(data)
    found.blocks[component][..., 0, 0] += round(8 * levels / int(found.tables[component][0, 0]))
    return dct.write(found)


def sized(data: bytes, width: int, height: int) -> bytes:
    """With another size stated."""
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + data[at + 4 :]


def under_magenta() -> bytes:
    """A face in the lightness of what shows pure magenta everywhere."""
    found = coefficients(jpeg(FACE, quality=90))
    lightness = found.blocks[0].astype(float) * 0.18
    lightness[..., 0, 0] -= 22 * 8 / found.tables[0][0, 0]
    found.blocks[0][:] = np.rint(lightness)
    for plane, table in zip(found.blocks[1:], found.tables[1:], strict=True):
        plane[:] = 0
        plane[..., 0, 0] = 127 * 8 // table[0, 0]
    return dct.write(found)


def visible_again(data: bytes, hidden: str) -> np.ndarray:
    found = coefficients(data)
    if hidden == "magenta":
        for plane in found.blocks[1:]:
            plane[:] = 0
        return pixels(dct.write(found))
    return pixels(moved(data, {"white": -280, "black": 280}[hidden]))


HIDDEN: dict[str, Callable[[], bytes]] = {
    "white": lambda: moved(jpeg(GREY), 280),
    "black": lambda: moved(jpeg(GREY), -280),
    "magenta": under_magenta,
}


@pytest.mark.parametrize("hidden", HIDDEN)
def test_a_face_beyond_what_is_shown_does_not_come_back(hidden):
    planted = HIDDEN[hidden]()
    assert pixels(planted).std(axis=(0, 1)).max() < 3
    assert visible_again(planted, hidden).std() > (5 if hidden == "magenta" else 30)
    made = draft(planted)
    judge(made.data, made.plan)
    assert (made.lossless, made.remarks) == (False, ("beyond-shown",))
    assert visible_again(made.data, hidden).std() < 3
    assert np.abs(pixels(made.data) - pixels(planted)).mean() < 3


@pytest.mark.parametrize("hidden", HIDDEN)
def test_verification_sees_what_the_writer_left_there(hidden, monkeypatch):
    monkeypatch.setattr(jpeg_source, "confine", lambda *_: False)
    made = draft(HIDDEN[hidden]())
    with pytest.raises(Held) as held:
        judge(made.data, made.plan)
    assert held.value.code == "container"
    assert "beyond" in held.value.params["detail"]
    refused(made.data, "beyond")


def refused(data: bytes, why: str) -> None:
    """Without a plan either."""
    verdict = judge_file(data, None, lambda _: ())
    assert not verdict.ok
    assert why in verdict.problems[0]


def test_only_blocks_that_hold_more_are_coded_anew():
    found = coefficients(jpeg(GREY))
    found.blocks[0][:6, :6, 0, 0] += 8 * 300 // int(found.tables[0][0, 0])
    after = coefficients(draft(dct.write(found)).data)
    assert np.array_equal(after.blocks[0][6:], found.blocks[0][6:])
    assert not after.blocks[0][:6, :6].reshape(-1, 64)[:, 1:].any()


def test_contrast_beyond_the_limits_is_seen_where_no_mean_is():
    """Stripes of black and white, brighter and darker than these in the form of a face."""
    found = coefficients(jpeg(np.asarray(Image.fromarray(FACE).convert("L")), quality=90))
    means = found.blocks[0][..., 0, 0].astype(float) * int(found.tables[0][0, 0]) / 8 + 128
    found.blocks[0][:] = 0
    stripes = np.array([4, 0, -4, 0, 4, 0, -4, 0])[None, :].repeat(8, axis=0)
    wave = np.linalg.lstsq(np.eye(8), stripes.T, rcond=None)[0].T  # the same, as floats
    shape = np.sign(wave + 1e-9)
    cosines = np.cos(np.pi * np.arange(8)[:, None] * (2 * np.arange(8) + 1) / 16) / np.where(
        np.arange(8)[:, None] == 0, np.sqrt(8), 2
    )
    basis = cosines @ shape @ cosines.T
    steps = found.tables[0].astype(float)
    found.blocks[0][:] = np.rint(basis / steps * (128 + means)[..., None, None])
    planted = dct.write(found)
    made = draft(planted)
    judge(made.data, made.plan)

    def strength(data: bytes) -> np.ndarray:
        again = coefficients(data)
        return (again.blocks[0] * again.tables[0].astype(float) * basis).sum(axis=(2, 3)) / (basis**2).sum()

    assert strength(planted).std() > 30
    assert strength(made.data).std() < 4


# Up to the end of the last MCUs of a picture of 117 x 83.
WHOLE = {"4:4:4": (120, 88), "grey": (120, 88), "4:2:2": (128, 88), "4:2:0": (128, 96)}


def cut(subsampling: str, width: int, height: int) -> bytes:
    scene = Image.fromarray(FACE).resize((128, 96)).crop((0, 0, width, height))
    if subsampling == "grey":
        return jpeg(np.asarray(scene.convert("L")), quality=92)
    return jpeg(np.asarray(scene), quality=92, subsampling=subsampling)


def off_the_edge(data: bytes, subsampling: str) -> float:
    """How far what comes when the size is raised is from the last row and column that are shown, on average."""
    raised = pixels(sized(data, *WHOLE[subsampling]))
    right, below = raised[:83, 117:] - raised[:83, 116:117], raised[83:, :117] - raised[82:83, :117]
    return float(np.abs(right).mean() + np.abs(below).mean())


@pytest.mark.parametrize("subsampling", WHOLE)
@pytest.mark.parametrize("shapes", [NOTHING, CORNER])
def test_rows_and_columns_beyond_the_edges_do_not_come_back(subsampling, shapes):
    whole = cut(subsampling, *WHOLE[subsampling])
    planted = sized(whole, 117, 83)
    made = draft(planted, shapes)
    judge(made.data, made.plan)
    assert made.remarks == ("beyond-shown",)
    plain = off_the_edge(cut(subsampling, 117, 83), subsampling)
    assert off_the_edge(planted, subsampling) > plain + 8
    assert off_the_edge(made.data, subsampling) < plain + 2
    if not shapes:
        assert np.abs(pixels(made.data) - pixels(planted)).mean() < 1


@pytest.mark.parametrize("style", STYLES)
def test_what_is_painted_at_the_edges_ends_there(style):
    data = cut("4:2:0", 117, 83)
    made = draft(data, (Ellipse(110, 80, 30, 30), Ellipse(20, 80, 12, 12), Ellipse(110, 20, 12, 12)), style)
    assert made.lossless
    judge(made.data, made.plan)
    assert off_the_edge(made.data, "4:2:0") < off_the_edge(data, "4:2:0") + 4


def test_verification_sees_a_picture_beyond_the_edges(monkeypatch):
    monkeypatch.setattr(jpeg_source, "confine", lambda *_: False)
    made = draft(sized(cut("4:4:4", 120, 88), 117, 83))
    with pytest.raises(Held):
        judge(made.data, made.plan)
    refused(made.data, "beyond the edges")


def test_verification_sees_whole_blocks_beyond_the_edges():
    """Those are no coefficients of the picture: no digest holds them."""
    made = draft(cut("4:2:0", 117, 83))
    judge(made.data, made.plan)
    assert coefficients(made.data).blocks[0].shape[:2] == (11, 15)
    found = coefficients(sized(made.data, 128, 96))
    found.blocks[0][11, 4, 2, 2] = 5
    tampered = sized(jpeg_source.wrapped(dct.write(found), 1, ""), 117, 83)
    assert np.array_equal(pixels(tampered), pixels(made.data))
    with pytest.raises(Held) as held:
        judge(tampered, made.plan)
    assert held.value.params["detail"] == "a picture beyond the edges"
    refused(tampered, "beyond the edges")


def with_secret_steps(where: str) -> bytes:
    """Steps of high frequencies that are nowhere say something."""
    smooth = np.asarray(Image.fromarray(FACE[::16, ::16]).resize((160, 160), Image.Resampling.BICUBIC))
    data = bytearray(jpeg(smooth, quality=75))
    tables = [i for i in range(len(data) - 70) if data[i : i + 2] == b"\xff\xdb"]
    at = tables[where == "colour"] + 5 + 64 - len(SECRET)
    found = coefficients(bytes(data))
    zigzag = sorted(range(64), key=lambda i: (i // 8 + i % 8, i // 8 if (i // 8 + i % 8) % 2 else i % 8))
    for plane in found.blocks:
        plane.reshape(-1, 64)[:, zigzag[-len(SECRET) :]] = 0
    written = bytearray(dct.write(found))
    tables = [i for i in range(len(written) - 70) if written[i : i + 2] == b"\xff\xdb"]
    at = tables[where == "colour"] + 5 + 64 - len(SECRET)
    written[at : at + len(SECRET)] = SECRET
    return bytes(written)


@pytest.mark.parametrize("where", ["lightness", "colour"])
@pytest.mark.parametrize("shapes", [NOTHING, CORNER])
def test_steps_that_nothing_uses_are_written_anew(where, shapes):
    planted = with_secret_steps(where)
    assert SECRET in planted
    made = draft(planted, shapes)
    judge(made.data, made.plan)
    assert made.lossless
    assert not any(SECRET[i : i + 3] in made.data for i in range(len(SECRET) - 2))
    if not shapes:
        assert np.array_equal(pixels(made.data), pixels(planted))


def test_verification_sees_steps_that_nothing_uses(monkeypatch):
    monkeypatch.setattr(jpeg_source, "without_unused", lambda found: found.tables)
    made = draft(with_secret_steps("colour"))
    with pytest.raises(Held) as held:
        judge(made.data, made.plan)
    assert held.value.params["detail"] == "quantisation steps that nothing uses"
    refused(made.data, "quantisation steps that nothing uses")


def test_what_lies_under_the_covering_decides_about_no_step():
    first = with_secret_steps("lightness")
    found = coefficients(first)
    found.blocks[0][2:4, 2:4, 7, 7] = 3
    shapes = (Ellipse(24, 24, 6, 6),)
    assert draft(first, shapes).data == draft(dct.write(found), shapes).data


def test_sampling_is_stated_in_the_smallest_factors():
    data = jpeg(FACE, subsampling="4:4:4")
    at = data.index(b"\xff\xc0") + 11
    doubled = bytearray(data)
    for i in range(3):
        doubled[at + 3 * i] = 0x21
    found = coefficients(data)
    large = dct.Coefficients(found.width, found.height, found.blocks, found.tables, [(2, 1)] * 3)
    made = draft(dct.write(large))
    judge(made.data, made.plan)
    assert made.data == draft(data).data
    with pytest.raises(Held) as held:
        judge(bytes(doubled), draft(data).plan)
    assert held.value.code == "container"


def test_a_plain_photograph_is_not_coded_anew():
    data = jpeg(np.asarray(package_pictures.astronaut()), quality=60)
    made = draft(data)
    assert (made.lossless, made.remarks) == (True, ())
    for before, after in zip(coefficients(data).blocks, coefficients(made.data).blocks, strict=True):
        assert np.array_equal(before, after)
