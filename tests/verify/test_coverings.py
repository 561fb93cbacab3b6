"""Without a plan: what is covered is called so, and a face is called a face however badly it is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

import video_kit
import video_running
from detect_kit import detectors
from job_kit import FAMILY, job, saved
from paravent.detect.base import Detection
from paravent.detect.faces.centerface import CenterFace
from paravent.detect.upright import Upright
from paravent.engine.judging import opened_pages
from paravent.model.geometry import Box, Ellipse
from paravent.model.limits import VideoLimits
from paravent.model.report import Status
from paravent.model.style import STICKERS, Style, Styles
from paravent.pipeline import still
from paravent.redact.cover import cover_samples
from paravent.verify import judge_file
from paravent.verify.coverings import is_covered
from paravent.verify.pages import DecodedPage
from paravent.verify.video import judging
from paravent.video.first_pass import analyse
from paravent.video.looking import Schedule
from paravent.video.progress import reporter
from paravent.video.source import Video
from portraits import astronaut, hopper

PORTRAITS = {"hopper": hopper, "astronaut": astronaut}
STYLES = {
    "veil": Style(),
    "solid": Style("solid", (40, 40, 40)),
    "pixelate": Style("pixelate"),
    **{name: Style("sticker", (240, 200, 60), name) for name in STICKERS},
}
SAVED = {"jpg": {"quality": 90}, "png": {}, "webp": {"quality": 85}}


def face_of(image: Image.Image) -> Box:
    (found, *_) = sorted(CenterFace().find(Upright(DecodedPage(np.asarray(image), 1))), key=lambda one: -one.score)
    return found.box


class Sees:
    """A detector that takes these places for faces."""

    def __init__(self, *places: Box) -> None:
        self._places = places

    def find(self, picture: object) -> Sequence[Detection]:
        return [Detection(box=place, score=0.9) for place in self._places]


@pytest.mark.slow
@pytest.mark.parametrize("style", list(STYLES))
@pytest.mark.parametrize("ending", list(SAVED))
@pytest.mark.parametrize("who", list(PORTRAITS))
def test_what_the_detector_sees_in_a_covering_is_called_a_covered_place(
    tools, folder: Path, who: str, ending: str, style: str
) -> None:
    image = PORTRAITS[who]()
    path = saved(folder, image, f"a.{ending}", **SAVED[ending])
    outcome = still.protect(job(path, policy=FAMILY.with_options(style=STYLES[style])), tools)
    assert outcome.report.status is Status.PREPARED, outcome.report
    copy = (folder / "out" / f"a.{ending}").read_bytes()
    verdict = judge_file(copy, Sees(face_of(image)), opened_pages)
    assert verdict.ok, verdict
    assert "1 covered place looks like a face to our detector" in verdict.notes
    somewhere = Box(20, image.height - 150, 120, 120)
    verdict = judge_file(copy, Sees(face_of(image), somewhere), opened_pages)
    assert verdict.problems == ("our detector finds 1 face",)


def blurred(share: float) -> Callable[[Image.Image, Box], Image.Image]:
    return lambda image, face: image.filter(ImageFilter.GaussianBlur(share * face.w))


def toned(factor: float, towards: float) -> Callable[[Image.Image, Box], Image.Image]:
    """Contrast and fog, or darkness."""
    return lambda image, _face: image.point([round(towards + (value - towards) * factor) for value in range(256)] * 3)


def squared(number: int) -> Callable[[Image.Image, Box], Image.Image]:
    """The face itself in squares, so many across: weak, its features are there."""

    def change(image: Image.Image, face: Box) -> Image.Image:
        image = image.copy()
        place = (round(face.x), round(face.y), round(face.x + face.w), round(face.y + face.h))
        cut = image.crop(place)
        few = cut.resize((number, round(number * face.h / face.w)), Image.Resampling.BOX)
        image.paste(few.resize(cut.size, Image.Resampling.NEAREST), place[:2])
        return image

    return change


def compressed(image: Image.Image, _face: Box) -> Image.Image:
    stream = BytesIO()
    image.save(stream, "JPEG", quality=20)
    return Image.open(stream).convert("RGB")


SHOWN: dict[str, Callable[[Image.Image, Box], Image.Image]] = {
    "as it is": lambda image, _face: image,
    "slightly blurred": blurred(0.03),
    "blurred": blurred(0.06),
    "in thin fog": toned(0.3, 225),
    "in fog": toned(0.12, 225),
    "with little contrast": toned(0.1, 128),
    "dark": toned(0.1, 0),
    "very dark": toned(0.05, 0),
    "compressed": compressed,
    "in 9 squares": squared(9),
    "in 12 squares": squared(12),
    "in 20 squares": squared(20),
}


@pytest.mark.parametrize("how", list(SHOWN))
@pytest.mark.parametrize("who", list(PORTRAITS))
def test_a_face_stays_a_face(who: str, how: str) -> None:
    image = PORTRAITS[who]()
    face = face_of(image)
    shown = SHOWN[how](image, face)
    for width in (face.w, 64, 32, 20, 14):  # small ones too, down to what is not told at all
        factor = width / face.w
        small = shown.resize((round(image.width * factor), round(image.height * factor)), Image.Resampling.LANCZOS)
        here = Box(face.x * factor, face.y * factor, face.w * factor, face.h * factor)
        for part in (1.0, 1.4):  # detectors draw their boxes now tighter, now wider
            wide, high = here.w * part, here.h * part
            place = Box(here.x - (wide - here.w) / 2, here.y - (high - here.h) / 2, wide, high)
            assert not is_covered(np.asarray(small), place), (width, part)


def test_a_drawn_face_stays_a_face() -> None:
    image = Image.new("RGB", (300, 300), (120, 150, 180))
    draw = ImageDraw.Draw(image)
    draw.ellipse((60, 40, 240, 270), fill=(230, 200, 170))
    for x in (115, 185):
        draw.ellipse((x - 12, 120, x + 12, 140), fill=(40, 30, 30))
    draw.arc((110, 170, 190, 220), 20, 160, fill=(150, 60, 60), width=6)
    assert not is_covered(np.asarray(image), Box(70, 60, 160, 200))


@pytest.mark.parametrize("name", ["pixelate", *STICKERS])
def test_small_coverings_without_loss_are_told_too(name: str) -> None:
    """Of a face of 36 pixels, and of one of 60 in a grey that is that of the picture."""
    for width, style in ((36, STYLES[name]), (60, Style(STYLES[name].name, (96, 96, 96), name))):
        image = hopper()
        face = face_of(image)
        factor = width / face.w
        pixels = np.array(image.resize((round(image.width * factor), round(image.height * factor))))
        here = Box(face.x * factor, face.y * factor, face.w * factor, face.h * factor)
        middle = here.x + here.w / 2, here.y + here.h / 2
        assert not is_covered(pixels, here)
        cover_samples(pixels, (Ellipse(*middle, 0.7 * here.w + 4, 0.7 * here.h + 4),), Styles(style))
        assert is_covered(pixels, here), width


def smiling(draw: ImageDraw.ImageDraw, eyes: float, mouth: tuple[int, int]) -> None:
    """A drawn head of one colour, with other features than those of a sticker."""
    draw.ellipse((60, 40, 240, 270), fill=(240, 200, 60))
    for x in (150 - 90 * eyes, 150 + 90 * eyes):
        draw.ellipse((x - 20, 110, x + 20, 150), fill=(40, 40, 40))
    draw.chord((90, 170, 210, 250), *mouth, fill=(40, 40, 40))


@pytest.mark.parametrize(("eyes", "mouth"), [(0.5, (0, 180)), (0.35, (180, 360)), (0.6, (20, 160))])
def test_a_drawn_head_that_is_no_sticker_stays_a_face(eyes: float, mouth: tuple[int, int]) -> None:
    image = Image.new("RGB", (300, 300), (120, 150, 180))
    smiling(ImageDraw.Draw(image), eyes, mouth)
    assert not is_covered(np.asarray(image), Box(70, 60, 160, 200))


@pytest.mark.slow
@pytest.mark.parametrize("style", ["veil", "solid"])
def test_what_is_covered_in_every_frame_of_a_video(tmp_path: Path, style: str) -> None:
    source = video_kit.write(tmp_path / "film.mp4", video_kit.Spec(frames=20))
    report = video_running.protect(source, tmp_path / "out", style=STYLES[style])
    network = detectors().face_network
    with source.open("rb") as original, (tmp_path / "out" / report.output).open("rb") as copy:
        limits = VideoLimits()
        before, after = (Video(file, "MP4", limits) for file in (original, copy))
        tracks = analyse(before, network, Schedule(glimpse=0), limits, reporter(0, 1, original)).tracks
        certain = [track for track in tracks if not track.doubtful]
        assert certain
        assert judging.bare_tracks(before, certain) == set(range(len(certain)))
        assert judging.bare_tracks(after, certain) == set()
        assert not judging.judge(original, "MP4", network).ok
