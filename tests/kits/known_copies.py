"""Known copies: of every format and film, in every style, whose bytes are not to change without the recipe's revision.

`python tests/kits/known_copies.py` writes their digests down.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pillow_heif
from PIL import Image

from paravent.engine import recipe
from paravent.formats import HEAD, recognise
from paravent.formats.marks import marked, packet
from paravent.model.decision import Course, DecidedRegion, Decision
from paravent.model.geometry import Ellipse, Region
from paravent.model.limits import StillLimits, VideoLimits
from paravent.model.policy import Policy, preset
from paravent.model.style import STYLES, Style
from paravent.pipeline.covering import covered_by
from paravent.video.analysis import Analysis
from paravent.video.encoding import chosen
from paravent.video.rewriting import Wanted, rewrite
from paravent.video.source import Video
from paravent.video.tracking.regions import Regions
from project import ROOT
from video_kit import Spec, write
from video_running import name_of

DIGESTS = ROOT / "tests" / "engine" / "recipe_digests.json"
ADVICE = f"write the new digests down: python tests/kits/{Path(__file__).name}"


def picture(mode: str = "RGB") -> Image.Image:
    """A drawn pattern."""
    y, x = np.mgrid[:72, :96]
    colours = np.stack([(2 * x + y) % 256, (x * y // 16) % 256, 255 - 2 * y], axis=2).astype(np.uint8)
    return Image.fromarray(colours).convert(mode)


def _saved(form: str, **options: object) -> bytes:
    stream = BytesIO()
    picture("P" if form == "GIF" else "RGB").save(stream, form, **options)
    return stream.getvalue()


def _heic() -> bytes:
    """As pillow-heif writes it in one thread."""
    file, stream = pillow_heif.HeifFile(), BytesIO()
    file.add_frombytes("RGB", picture().size, picture().tobytes())
    settings = {"preset": "ultrafast", "x265:pools": "none", "x265:frame-threads": "1", "x265:info": "0"}
    file.save(stream, quality=90, enc_params=settings, chroma=420, bit_depth=8)
    return stream.getvalue()


SOURCES: dict[str, Callable[[], bytes]] = {
    "JPEG": lambda: _saved("JPEG", quality=90),
    "PNG": lambda: _saved("PNG"),
    "WebP": lambda: _saved("WEBP", quality=80),
    "WebP lossless": lambda: _saved("WEBP", lossless=True),
    "GIF": lambda: _saved("GIF"),
    "TIFF": lambda: _saved("TIFF"),
    "BMP": lambda: _saved("BMP"),
    "JP2": lambda: _saved("JPEG2000"),
    "AVIF": lambda: _saved("AVIF", quality=80),
    "HEIC": _heic,
}
POLICIES = {style: replace(Policy(), style=Style(style)) for style in STYLES} | {
    "smaller": preset("family").with_options(max_size=48),
    "coded anew": preset("family").with_options(reencode=True),
    "asking": preset("family").with_options(ask_no_ai=True, credit="A. Photographer"),
}
REGIONS = [Region(Ellipse(48, 36, 14, 18)), Region(Ellipse(20, 20, 8, 8, 30))]


# How known films are encoded. x264 takes other ways on other processors unless it is told not to, so that here it is told;
# all else in copies is as in those of a run. x265 takes the same ways on all.
VIDEOS = {
    "H.264": ("libx264", {"preset": "ultrafast", "threads": "1", "x264-params": "cpu-independent=1"}),
    "HEVC": ("libx265", {"preset": "ultrafast", "x265-params": "pools=none:frame-threads=1:wpp=0:log-level=none"}),
}
_FRAMES, _SIZE = 6, (96, 72)


def _video_copy(source: Path, style: str) -> bytes:
    """The copy of a film in which a place is covered from the second frame on."""
    with source.open("rb") as file:
        video = Video(file, name_of(source), VideoLimits())
        analysis = Analysis()
        for frame in video.frames():
            analysis.pts.append(frame.pts)
            analysis.durations.append(frame.duration)
        regions = Regions(*_SIZE)
        place = DecidedRegion(Ellipse(48, 36, 14, 18), course=Course(1, _FRAMES))
        regions.add([], 1.0, _FRAMES, Decision(regions=(place,)))
        codec = chosen(video.facts)
        if codec.encoder == "libx264":
            codec = replace(
                codec, options=codec.options | {"x264-params": codec.options["x264-params"] + ":cpu-independent=1"}
            )
        out = BytesIO()
        rewrite(
            video,
            regions,
            analysis,
            Wanted(codec, _SIZE, Policy(style=Style(style)), "mute", 0, _FRAMES),
            out,
            lambda done: None,
        )
        return out.getvalue()


def _video_digests() -> dict[str, str]:
    made = {}
    with TemporaryDirectory() as folder:
        for name, (encoder, options) in VIDEOS.items():
            spec = Spec(codec=encoder, options=options, frames=_FRAMES, size=_SIZE, face=False)
            source = write(Path(folder) / f"{encoder}.mp4", spec)
            for style in STYLES:
                made[f"film in {name}, {style}"] = hashlib.sha256(_video_copy(source, style)).hexdigest()
    return made


def digests() -> dict[str, str]:
    """Of the bytes of known copies, by format and style."""
    made = _video_digests()
    for name, source in SOURCES.items():
        data = source()
        spec = recognise(data[:HEAD])
        assert spec is not None
        for how, policy in POLICIES.items():
            opened = spec.open(data, StillLimits())
            draft = marked(
                covered_by(opened, REGIONS, policy).draft(), packet(ask_no_ai=policy.ask_no_ai, credit=policy.credit)
            )
            made[f"{name}, {how}"] = hashlib.sha256(draft.data).hexdigest()
    return made


def libraries() -> dict[str, str]:
    """What encodes; other versions may write other bytes, which raises no revision."""
    named = ("pillow", "simplejpeg", "jpeglib", "numpy", "pillow-heif", "imagecodecs", "av")
    return {name: version(name) for name in named} | {"machine": platform.machine()}


def main() -> None:
    """Write the digests down, unless bytes changed and the revision did not."""
    made = {"revision": recipe.PIPELINE_REVISION, "libraries": libraries(), "digests": digests()}
    if DIGESTS.exists():
        kept = json.loads(DIGESTS.read_text())
        same = kept["libraries"] == made["libraries"] and kept["revision"] == made["revision"]
        if same and any(made["digests"].get(name) != digest for name, digest in kept["digests"].items()):
            sys.exit("The bytes changed: raise PIPELINE_REVISION in engine/recipe.py first.")
    DIGESTS.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
