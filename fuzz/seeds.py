"""Files to begin from: small drawn pictures of every kind, with everything planted that the tests plant."""

from __future__ import annotations

import sys
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "kits"))

import rows_bmp  # noqa: E402
import rows_gif  # noqa: E402
import rows_heif  # noqa: E402
import rows_jp2  # noqa: E402
import rows_stills  # noqa: E402
import rows_tiff  # noqa: E402
from animation_kit import walk  # noqa: E402
from avif_kit import avif, avif_sequence  # noqa: E402
from convertible_kit import psd  # noqa: E402
from gif_kit import few_colours, gif  # noqa: E402
from heic_kit import heic  # noqa: E402
from inspect_kit import iim, irb  # noqa: E402
from jp2_kit import jp2  # noqa: E402
from paravent.errors import Held  # noqa: E402
from paravent.formats import specs  # noqa: E402
from paravent.formats.base import Writing  # noqa: E402
from paravent.formats.marks import marked, packet  # noqa: E402
from paravent.model.geometry import Ellipse  # noqa: E402
from paravent.model.limits import StillLimits  # noqa: E402
from picture_kit import indexed, saved, scene  # noqa: E402
from png_kit import apng, deep_png  # noqa: E402
from tiff_kit import by_pillow, tiff  # noqa: E402
from webp_kit import animated, frame  # noqa: E402

# Longer files cost executions and hide what a changed byte does.
LONGEST = 30_000
_SIZE = 36, 26


def seeds(target: str) -> list[bytes]:
    """The files that one target of `targets.TARGETS` begins from."""
    way, format = target.split("-")
    pictures = _pictures()[format]
    if way == "inspect":
        found = _planted(format) + pictures
    elif way == "open":
        found = pictures + _planted(format)[:40]
    else:
        found = _copies(format, pictures)
    return [data for data in dict.fromkeys(found) if len(data) <= LONGEST]


def _planted(format: str) -> list[bytes]:
    of_stills = [row.data for row in rows_stills.ROWS if row.format == format]
    return of_stills + {
        "bmp": [row.data for row in rows_bmp.ROWS],
        "gif": [row.data for row in rows_gif.ROWS],
        "heic": [row.data for row in rows_heif.ROWS],
        "avif": [row.data for row in rows_heif.ROWS],
        "jp2": [row.data for row in rows_jp2.ROWS],
        "tiff": [row.data for row in rows_tiff.ROWS],
    }.get(format, [])


@lru_cache
def _pictures() -> dict[str, list[bytes]]:
    grey, colour, clear = (scene(mode, *_SIZE) for mode in ("L", "RGB", "RGBA"))
    frames = walk("RGBA", 3, *_SIZE)
    wide = colour.astype(np.uint16) * 257
    four = np.dstack([colour, colour[..., :1]])
    table = np.arange(64, dtype=np.uint8).reshape(16, 4)
    return {
        "jpeg": [
            saved(grey, "JPEG"),
            saved(colour, "JPEG", subsampling=2),
            saved(colour, "JPEG", subsampling=0, progressive=True),
            saved(colour, "JPEG", subsampling=1, restart_marker_blocks=2),
            _cmyk(four),
            saved(colour, "JPEG")[:-2] + b"behind the last scan" + b"\xff\xd9",
        ],
        "png": [
            *(saved(samples, "PNG") for samples in (grey, colour, clear)),
            indexed(grey[..., 0] % 16, table),
            deep_png(wide),
            deep_png(wide, filters=2, interlaced=True),
            apng(frames, (50, 60, 70)),
        ],
        "webp": [
            saved(colour, "WEBP"),
            saved(clear, "WEBP", lossless=True),
            saved(clear, "WEBP"),
            animated([frame(samples) for samples in frames]),
        ],
        "gif": [gif(few_colours("RGBA", 3, *_SIZE)), saved(grey, "GIF")],
        "tiff": [
            *(
                by_pillow(samples, compression=how)
                for how in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg")
                for samples in (grey, colour)
            ),
            tiff([wide, wide]),
        ],
        "bmp": [saved(grey, "BMP"), saved(colour, "BMP"), saved(clear, "BMP")],
        "heic": [
            heic(colour),
            heic(clear),
            heic(wide, bits=10),
            heic(scene("RGB", 70, 70), tile=64),
        ],
        "avif": [avif(colour), avif(clear), avif(wide, bits=10), avif_sequence(walk("RGB", 3, *_SIZE))],
        "jp2": [
            jp2(colour),
            jp2(clear),
            jp2(wide, bits=16),
            jp2(colour, lossless=False),
            jp2(grey, bare=True),
        ],
        "psd": [psd(Image.fromarray(colour), resources=irb((1036, saved(colour, "JPEG")), (1028, iim((80, b"drawn")))))],
        "ppm": [saved(colour, "PPM"), saved(grey, "PPM"), saved(grey, "PPM").replace(b"\n", b"\n# drawn\n", 1)],
    }


def _cmyk(samples: np.ndarray) -> bytes:
    out = BytesIO()
    Image.fromarray(samples, "CMYK").save(out, "JPEG")
    return out.getvalue()


def _copies(format: str, pictures: list[bytes]) -> list[bytes]:
    form = next(form for form in specs() if form.name.lower() == format)
    made = []
    for data in pictures:
        try:
            source = form.open(data, StillLimits())
            shapes = [(Ellipse(9, 7, 4, 5, 20),)] * len(source.pages)
            draft = source.draft(shapes, Writing())
            made += [draft.data, marked(draft, packet(ask_no_ai=True, credit="drawn")).data]
        except Held as held:
            if held.code != "animated":
                raise
    return made


def write(target: str, folder: Path) -> int:
    """Put the seeds of a target into a folder. Returns their number."""
    folder.mkdir(parents=True, exist_ok=True)
    found = seeds(target)
    for number, data in enumerate(found):
        (folder / f"seed-{number:03}").write_bytes(data)
    return len(found)
