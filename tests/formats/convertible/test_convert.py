"""Formats that are read but written as JPEG only if asked; what holds further pictures; what cannot be prepared."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import paravent
from convertible_kit import pnm, psd, resource
from inspecting import inspect
from job_kit import tools_of
from paravent.detect.models import store
from paravent.detect.registry import chosen
from paravent.engine.judging import opened_pages
from paravent.errors import Held
from paravent.formats import recognise, specs
from paravent.formats.base import Draft, Writing
from paravent.model.geometry import Ellipse
from paravent.model.job import Job
from paravent.model.limits import StillLimits
from paravent.model.policy import Policy
from paravent.model.report import FileReport, Kind, Status
from paravent.model.style import Style, Styles
from paravent.pipeline import dispatch as pipeline
from paravent.verify import judge, judge_file
from portraits import astronaut

SECRET = b"Emma, 12 Rue Exemple"


def drawn(mode: str) -> Image.Image:
    across, down = np.meshgrid(np.linspace(0, 255, 96), np.linspace(0, 255, 64))
    return Image.fromarray(np.stack([across, down, 255 - across], axis=2).astype(np.uint8)).convert(mode)


def opened(data: bytes) -> Draft:
    form = recognise(data[:64])
    assert form is not None
    return form.open(data, StillLimits()).draft(
        [(Ellipse(20, 20, 9, 9),)], Writing(Styles(Style("solid", (250, 250, 250))))
    )


FILES = {
    "psd grey": psd(drawn("L")),
    "psd colour": psd(drawn("RGB"), resources=resource(1057, b"\0\0\0\1\1" + bytes(20)), layers=SECRET * 9),
    "psd inks": psd(drawn("CMYK")),
    "psd transparent": psd(drawn("RGBA")),
    "ppm": pnm(drawn("RGB"), SECRET) + SECRET,
    "pgm": pnm(drawn("L")),
}


@pytest.mark.parametrize("name", FILES)
def test_the_copy_is_a_jpeg_of_the_picture(name: str) -> None:
    draft = opened(FILES[name])
    judge(draft.data, draft.plan)
    assert SECRET not in draft.data
    assert "converted" in draft.remarks
    assert (draft.plan.format, draft.lossless) == ("JPEG", False)
    with Image.open(io.BytesIO(draft.data), formats=["JPEG"]) as copy:
        before = drawn({"psd inks": "CMYK", "psd grey": "L", "pgm": "L"}.get(name, "RGB")).convert("RGB")
        difference = np.abs(np.asarray(copy.convert("RGB"), int) - np.asarray(before, int))
    assert difference[40:].mean() < 3
    assert difference[12:28, 14:26].mean() > 20  # covered


def test_what_is_transparent_becomes_white() -> None:
    image = drawn("RGBA")
    image.putalpha(Image.fromarray(np.repeat([[0], [255]], 32, axis=0).astype(np.uint8).repeat(96, axis=1)))
    with Image.open(io.BytesIO(opened(psd(image)).data)) as copy:
        assert np.asarray(copy)[:30, 40:].min() > 245


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (psd(drawn("RGB"), bits=16), "encoding"),
        (psd(drawn("RGB"), mode=9), "encoding"),
        (psd(drawn("RGB"), resources=resource(1057, b"\0\0\0\1\0" + bytes(20))), "encoding"),
        (psd(drawn("RGB"))[:-50], "damaged"),
        (psd(drawn("RGB"))[:40], "damaged"),
        (psd(drawn("RGB"))[:20], "damaged"),
        (psd(drawn("RGB")).replace(struct.pack(">II", 64, 96), struct.pack(">II", 30000, 30000), 1), "too-large"),
        (psd(drawn("RGB")).replace(struct.pack(">II", 64, 96), struct.pack(">II", 1, 70000), 1), "encoding"),
        (pnm(drawn("RGB"), levels=65535), "encoding"),
        (pnm(drawn("RGB"))[:-1], "damaged"),
        (b"P6\n999999 999999\n255\n", "too-large"),
        (b"P6\n0 5\n255\n", "damaged"),
        (b"P6 " + b"#" * 5000, "damaged"),
    ],
)
def test_what_cannot_be_read_is_held_back(data: bytes, code: str) -> None:
    with pytest.raises(Held) as held:
        opened(data)
    assert held.value.code == code


def test_the_list_of_decoders_is_short_and_apart() -> None:
    apart = [spec for spec in specs() if spec.on_request]
    assert [(spec.name, spec.copy_name) for spec in apart] == [("PSD", "JPEG"), ("PPM", "JPEG")]
    for data in FILES.values():
        assert recognise(data[:64]) in apart


def test_what_they_give_away_is_named() -> None:
    seen = {(one.kind, one.where, one.precision) for one in inspect(FILES["psd colour"], "psd").findings}
    assert (Kind.HIDDEN_PICTURE, "Photoshop", "layers") in seen
    kinds = {one.kind for one in inspect(FILES["ppm"], "ppm").findings}
    assert kinds == {Kind.CAPTION, Kind.TRAILING_BYTES}
    for data in (*FILES.values(), b"8BPS\0\1", b"P6 ", b"8BPS\0\1" + b"\xff" * 60):
        inspect(data[:70], "psd")
        inspect(data[:70], "ppm")


def run(folder: Path, policy: Policy) -> dict[str, FileReport]:
    reports = paravent.protect(folder / "in", folder / "out", policy=policy, private=folder / "private", workers=1)
    return {report.path: report for report in reports}


@pytest.mark.slow
def test_from_end_to_end(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "IMG_0001.psd").write_bytes(psd(astronaut(), layers=SECRET * 100))
    (tmp_path / "in" / "IMG_0002.ppm").write_bytes(pnm(astronaut(), SECRET))
    (tmp_path / "in" / "IMG_0003.jpg").write_bytes(b"%PDF-1.7\n" + bytes(200))
    (tmp_path / "in" / "IMG_0004.svg").write_bytes(b'<?xml version="1.0"?>\n<!-- Emma -->\n<svg xmlns="x"/>')
    held = run(tmp_path, Policy())
    assert {report.hold for report in held.values()} == {"convertible", "unsupported-format"}
    assert "--convert jpeg" in str(Held("convertible", format="PSD"))
    assert held["IMG_0003.jpg"].hold_params == {"format": "PDF"}
    assert held["IMG_0004.svg"].hold_params == {"format": "SVG"}
    assert not list((tmp_path / "out").iterdir())
    reports = run(tmp_path, Policy(convert="jpeg"))
    for name, copy in (("IMG_0001.psd", "IMG_0001.jpg"), ("IMG_0002.ppm", "IMG_0002.jpg")):
        report = reports[name]
        assert (report.status, report.output, report.faces > 0) == (Status.PREPARED, copy, True)
        assert "converted" in report.remarks
        assert report.findings
        data = (tmp_path / "out" / copy).read_bytes()
        assert SECRET not in data
        assert judge_file((tmp_path / "out" / copy).read_bytes(), None, opened_pages).ok
    assert [reports[name].hold for name in ("IMG_0003.jpg", "IMG_0004.svg")] == ["unsupported-format"] * 2
    assert {report.status for report in run(tmp_path, Policy(convert="jpeg")).values()} == {Status.ALREADY, Status.HELD}
    judgements = list(paravent.verify(tmp_path / "out", against=tmp_path / "in", private=tmp_path / "private", workers=1))
    assert all(judgement.verdict.ok for judgement in judgements), judgements


def two_pictures(portrait: Image.Image) -> bytes:
    buffer = io.BytesIO()
    portrait.save(buffer, "MPO", save_all=True, append_images=[portrait.rotate(180)])
    return buffer.getvalue()


def jpeg(portrait: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    portrait.save(buffer, "JPEG", **options)
    return buffer.getvalue()


VIDEO = b"\0\0\0\x18ftypmp42" + bytes(12) + b"\0\0\0\x40mdat" + bytes(56)


def test_pages_that_are_kept_are_not_said_to_be_left_out(tmp_path: Path) -> None:
    store.install(lambda line: None)
    scenes = [drawn("RGB").resize((320, 240)).rotate(angle) for angle in (0, 90, 180)]
    (tmp_path / "out").mkdir()
    scenes[0].save(tmp_path / "a.tif", save_all=True, append_images=scenes[1:])
    job = Job(str(tmp_path / "a.tif"), "a.tif", Policy(), "recipe", str(tmp_path / "out"), "a.tif")
    report = pipeline.protect(job, tools_of(chosen(Policy()))).report
    assert (report.status, report.remarks) == (Status.PREPARED, ())
    with Image.open(tmp_path / "out" / "a.tif") as copy:
        assert copy.n_frames == 3


@pytest.mark.parametrize("name", ["two", "gain map", "film", "thumbnail", "one"])
def test_that_only_the_first_picture_is_kept_is_said(tmp_path: Path, name: str) -> None:
    store.install(lambda line: None)
    scene = drawn("RGB").resize((320, 240))
    small = Image.new("RGB", (16, 16))
    files = {
        "two": two_pictures(scene),
        "gain map": jpeg(scene) + jpeg(small),
        "film": jpeg(scene) + VIDEO,
        "thumbnail": jpeg(scene, exif=b"Exif\0\0" + thumbnail(jpeg(small))),
        "one": jpeg(scene),
    }
    (tmp_path / "out").mkdir()
    (tmp_path / "a.jpg").write_bytes(files[name])
    job = Job(str(tmp_path / "a.jpg"), "a.jpg", Policy(), "recipe", str(tmp_path / "out"), "a.jpg")
    outcome = pipeline.protect(job, tools_of(chosen(Policy())))
    said = outcome.report.remarks.count("other-pictures-left-out")
    assert outcome.report.status is Status.PREPARED
    assert said == (name in ("two", "gain map", "film"))
    copy = (tmp_path / "out" / "a.jpg").read_bytes()
    assert copy.count(b"\xff\xd8\xff") == 1
    assert b"ftyp" not in copy


def thumbnail(picture: bytes) -> bytes:
    """An EXIF block whose second directory holds a thumbnail."""
    first = struct.pack(">HI", 0, 14)
    entries = struct.pack(">HHHII", 2, 513, 4, 1, 44) + struct.pack(">HHII", 514, 4, 1, len(picture)) + struct.pack(">I", 0)
    return b"MM\0*" + struct.pack(">I", 8) + first + entries + picture
