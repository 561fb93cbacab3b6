"""What copies keep: pixels outside one fixed region, size, and CPU time, for every format.

    PARAVENT_EVAL=FOLDER python bench/fidelity.py [--pictures 16]

Files of the format where the folder has some, else photos that are encoded in memory. No detector looks, but in the last
rows, where 12-megapixel HEIC goes through everything that `paravent protect` does.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import imagecodecs
import numpy as np
import pillow_heif
from PIL import Image

from inputs import enlarged, folder, policy, prepare, scratch, tools
from paravent.errors import Held
from paravent.formats import sniff
from paravent.formats.base import Draft, Format, Source, Writing
from paravent.formats.jpeg.blocks import block_masks
from paravent.formats.jpeg.source import JpegSource
from paravent.formats.shared.sample_source import SampleSource
from paravent.formats.shared.samples import rgba
from paravent.formats.webp import chunks as webp_chunks
from paravent.model.geometry import Ellipse, Shape
from paravent.model.limits import StillLimits
from paravent.model.samples import DeepSamples
from paravent.redact.masks import union_mask
from paravent.verify import judge
from paravent.verify.decoding import decode_copy

LIMITS = StillLimits(pixels=60_000_000)
SMALLEST = 100_000  # pixels: below, containers and edges decide
TOO_LARGE = 1.2  # times the size of the source
LARGE_SECONDS = 3.5
# Least PSNR in decibels.
LEAST = {"HEIC": 45.0, "AVIF": 41.0, "WebP": 41.0}
# Whether pixels are no longer the source's in number or colour, so that there is nothing to compare.
CHANGED = {"colour-converted", "bogus-profile", "re-encoded-cmyk"}


@dataclass(slots=True)
class Row:
    """Figures of one kind of files. psnr: outside the region, of those that are not equal there."""

    title: str
    least: float = 0.0
    equal: int = 0
    changed: int = 0
    psnr: list[float] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)
    seconds: float = 0.0
    pixels: int = 0
    held: list[str] = field(default_factory=list)

    def cells(self) -> tuple[str, ...]:
        """One line of the table."""
        missed = sum(value < self.least for value in self.psnr)
        quality = f"{min(self.psnr):.1f} / {np.mean(self.psnr):.1f}" if self.psnr else "-"
        size = f"{np.mean(self.sizes):.2f} / {max(self.sizes):.2f}" if self.sizes else "-"
        large = sum(value > TOO_LARGE for value in self.sizes) if self.least else 0
        marks = [f"{missed} below {self.least:g} dB"] * bool(missed) + [f"{large} above {TOO_LARGE} times"] * bool(large)
        pace = f"{self.seconds / self.pixels * 1e6:.2f}" if self.pixels else "-"
        count = f"{len(self.sizes)} ({self.equal}, {self.changed})"
        return (self.title, count, quality, size, pace, str(len(self.held)), ", ".join(marks))


HEAD = (
    "files",
    "number (equal, not compared)",
    "PSNR least / mean",
    "size mean / most",
    "CPU s a MP",
    "held back",
    "missed",
)


def middle(width: int, height: int) -> tuple[Shape, ...]:
    """The one region: an ellipse in the middle, a quarter as wide and as high as the picture."""
    return (Ellipse(width / 2, height / 2, width / 8, height / 8, 0.0),)


def measure(row: Row, data: bytes, form: Format) -> None:
    """One file: prepared, judged, compared."""
    started = time.process_time()
    try:
        source = form.open(data, LIMITS)
        shapes = [middle(page.width, page.height) for page in source.pages]
        draft = source.draft(shapes, Writing())
        judge(draft.data, draft.plan)
        seconds = time.process_time() - started
        if CHANGED & set(draft.remarks):
            quality = None
        elif isinstance(source, JpegSource) and draft.lossless:
            quality = coefficient_quality(source, draft, form, shapes[0])
        else:
            quality = pixel_quality(given(source, data, form.name), draft)
    except Held as held:
        row.held.append(held.code)
        return
    row.seconds += seconds
    row.pixels += sum(page.width * page.height for page in source.pages)
    row.sizes.append(len(draft.data) / len(data))
    if quality is None:
        row.changed += 1
    elif quality == np.inf:
        row.equal += 1
    else:
        row.psnr.append(quality)


def given(source: Source, data: bytes, name: str) -> Iterable[DeepSamples]:
    """The pictures of a source, as `decode_copy` gives those of a copy."""
    return map(rgba, source._decoded.pages) if isinstance(source, SampleSource) else decode_copy(data, name, LIMITS)


def coefficient_quality(source: JpegSource, draft: Draft, form: Format, shapes: tuple[Shape, ...]) -> float:
    """Infinite where every coefficient outside the region's MCUs is the source's; else 0."""
    copy = form.open(draft.data, LIMITS)
    assert isinstance(copy, JpegSource)
    before, after = source.coefficients(), copy.coefficients()
    assert before is not None
    assert after is not None
    planes = zip(before.blocks, after.blocks, block_masks(before, shapes), strict=True)
    return np.inf if all(np.array_equal(old[~mask], new[~mask]) for old, new, mask in planes) else 0.0


def pixel_quality(pages: Iterable[DeepSamples], draft: Draft) -> float:
    """PSNR outside the region over all pages, colour weighed by alpha; infinite where nothing differs."""
    total, count = 0.0, 0
    copies = decode_copy(draft.data, draft.plan.format, LIMITS)
    for before, after, plan in zip(pages, copies, draft.plan.pages, strict=True):
        outside = ~union_mask(plan.shapes, plan.width, plan.height)
        old, new = seen(before, outside), seen(after, outside)
        total += float(np.square(old - new, dtype=np.float64).sum())
        count += old.size
    return float(10 * np.log10(count / total)) if total else float(np.inf)


def seen(samples: DeepSamples, mask: np.ndarray) -> np.ndarray:
    """Red, green and blue of the pixels in the mask, 0 to 1, times alpha: (pixels, 3)."""
    chosen = samples[mask].astype(np.float32) / np.float32(np.iinfo(samples.dtype).max)
    return chosen[:, :3] * chosen[:, 3:]


# --- photos in other formats


def by_pillow(kind: str, **options: object) -> Callable[[Image.Image], bytes]:
    """Encoded by Pillow."""

    def encoded(image: Image.Image) -> bytes:
        out = BytesIO()
        image.save(out, kind, **options)
        return out.getvalue()

    return encoded


def deep(image: Image.Image) -> np.ndarray:
    """The photo with 16 bits: its pixels in pairs averaged, which gives values between those of 8."""
    wide = np.asarray(image).astype(np.uint16) * 257
    return wide // 2 + np.roll(wide, 1, axis=1) // 2


def heic(image: Image.Image) -> bytes:
    """As pillow-heif writes it unless told otherwise, but faster."""
    file, out = pillow_heif.from_pillow(image), BytesIO()
    file.save(out, quality=75, enc_params={"preset": "veryfast"})
    return out.getvalue()


def deep_heic(image: Image.Image) -> bytes:
    """10 bits."""
    file, out = pillow_heif.HeifFile(), BytesIO()
    file.add_frombytes("RGB;16", image.size, deep(image).tobytes())
    file.save(out, quality=75, bit_depth=10, enc_params={"preset": "veryfast"})
    return out.getvalue()


def sequence(image: Image.Image) -> bytes:
    """Six pictures of an AVIF sequence that a camera might have moved over."""
    width, height = image.width - 40, image.height - 20
    frames = [image.crop((8 * i, 4 * i, 8 * i + width, 4 * i + height)) for i in range(6)]
    out = BytesIO()
    frames[0].save(out, "AVIF", save_all=True, append_images=frames[1:], duration=100, quality=75, speed=8)
    return out.getvalue()


def deep_avif(image: Image.Image) -> bytes:
    """10 bits."""
    options = {"level": 75, "speed": 8, "bitspersample": 10, "pixelformat": "420", "codec": "aom"}
    return bytes(imagecodecs.avif_encode(deep(image) >> 6, **options))


# Title, encoder: photos that no camera or program at hand wrote in this format.
ENCODED: tuple[tuple[str, Callable[[Image.Image], bytes]], ...] = (
    ("PNG, 16 bits", lambda image: bytes(imagecodecs.png_encode(deep(image)))),
    ("WebP, lossless", by_pillow("WEBP", lossless=True)),
    ("WebP, lossy, quality 75", by_pillow("WEBP", quality=75)),
    ("WebP, lossy, quality 80", by_pillow("WEBP", quality=80)),
    ("WebP, lossy, quality 90", by_pillow("WEBP", quality=90)),
    ("TIFF, 16 bits", lambda image: bytes(imagecodecs.tiff_encode(deep(image)))),
    ("BMP", by_pillow("BMP")),
    ("HEIC, quality 75", heic),
    ("HEIC, 10 bits, quality 75", deep_heic),
    ("AVIF, quality 75", by_pillow("AVIF", quality=75, speed=8)),
    ("AVIF, 10 bits, quality 75", deep_avif),
    ("AVIF, sequence, quality 75", sequence),
    ("JPEG 2000, lossless", by_pillow("JPEG2000", irreversible=False)),
    ("JPEG 2000, lossy, 40 dB", by_pillow("JPEG2000", irreversible=True, quality_mode="dB", quality_layers=[40])),
)


def photos(paths: list[Path]) -> Iterator[Image.Image]:
    """The pictures as RGB, with nothing else of their files."""
    for path in paths:
        with Image.open(path, formats=("JPEG",)) as image:
            yield Image.fromarray(np.asarray(image.convert("RGB")))


def real_files(root: Path) -> dict[str, list[tuple[bytes, Format]]]:
    """Files by format, those of at least `SMALLEST` pixels; JPEG is measured on other pictures."""
    found: dict[str, list[tuple[bytes, Format]]] = {}
    for path in sorted(root.rglob("*")):
        data = path.read_bytes() if path.is_file() else b""
        form = sniff(data[:64])
        if form is None or form.name == "JPEG":
            continue
        try:
            pages = form.open(data, LIMITS).pages
        except Held:
            continue  # broken, or of a kind that is held back: other tests count those
        if sum(page.width * page.height for page in pages) >= SMALLEST:
            lossy = form.name == "WebP" and any(name == b"VP8 " for name, _ in webp_chunks.chunks(data))
            found.setdefault(f"{form.name}, lossy" if lossy else form.name, []).append((data, form))
    return found


def rows(root: Path, count: int) -> Iterator[Row]:
    """Every format but the large files at the end."""
    every = sorted((root / "persons" / "images").glob("*.jpg"))
    chosen = every[:: max(1, len(every) // count)][:count]
    row = Row("JPEG")
    for path in chosen:
        measure_any(row, path.read_bytes())
    yield row
    for title, files in sorted(real_files(root / "files").items()):
        row = Row(f"{title}, found", LEAST.get(title.split(",")[0], 0.0))
        for data, form in files:
            measure(row, data, form)
        yield row
    for title, encode in ENCODED:
        row = Row(title, LEAST.get(title.split(",")[0], 0.0) if title != "WebP, lossless" else 0.0)
        for image in photos(chosen):
            measure_any(row, encode(image))
        yield row


def measure_any(row: Row, data: bytes) -> None:
    """One file of whatever format."""
    form = sniff(data[:64])
    assert form is not None
    measure(row, data, form)


def large(root: Path) -> Iterator[str]:
    """CPU seconds for HEIC of about 12 megapixels, from reading to the verified copy, with the detector."""
    loaded, chosen = tools(), policy("family")
    with scratch() as work:
        made = []
        for source in enlarged(root / "faces", 3, work / "in"):
            made.append(source.with_suffix(".heic"))
            with Image.open(source) as image:
                made[-1].write_bytes(heic(image))
        found = [path for path in sorted((root / "files").rglob("*")) if path.suffix.lower() == ".heic"]
        twelve = [path for path in found if is_twelve(path)]
        prepare(made[0], "warm.heic", work / "out", chosen, loaded)
        for path in made + twelve:
            started = time.process_time()
            outcome = prepare(path, path.stem + "-copy.heic", work / "out", chosen, loaded)
            seconds = time.process_time() - started
            held = f"held back: {outcome.report.hold}" if outcome.report.hold else ""
            mark = f"above {LARGE_SECONDS}" if seconds > LARGE_SECONDS else ""
            where = "found" if path in twelve else "enlarged"
            size = f"{outcome.report.width} x {outcome.report.height}"
            looks = f"{outcome.report.faces} | {outcome.report.rounds}"
            yield f"| HEIC {size}, {where} | {seconds:.2f} | {looks} | {mark}{held} |"


def is_twelve(path: Path) -> bool:
    """Whether the file is a HEIC of 11 to 13 megapixels that can be prepared."""
    data = path.read_bytes()
    form = sniff(data[:64])
    try:
        page = form.open(data, LIMITS).pages[0] if form else None
    except Held:
        return False
    return page is not None and 11e6 <= page.width * page.height <= 13e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures what copies of each format keep.")
    parser.add_argument("--pictures", type=int, default=16)
    options = parser.parse_args()
    root = folder("persons/images", "files", "faces/handshaking")
    print("| " + " | ".join(HEAD) + " |")
    print("|" + " --- |" * len(HEAD))
    for row in rows(root, options.pictures):
        print("| " + " | ".join(row.cells()) + " |", flush=True)
    print("\n| whole pipeline | CPU s | faces | rounds | missed |\n|" + " --- |" * 5)
    for line in large(root):
        print(line, flush=True)


if __name__ == "__main__":
    main()
