"""Finds the pictures to measure with, and prepares them through the pipeline as `paravent protect` does."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from PIL import Image

from paravent.detect.detector_set import DetectorSet
from paravent.detect.models import store
from paravent.detect.registry import chosen
from paravent.engine.workers import isolation
from paravent.model.job import Job, Outcome
from paravent.model.policy import Policy, preset
from paravent.pipeline import dispatch as pipeline
from paravent.pipeline.tools import Tools
from paravent.stores.files import FilesLocation
from paravent.stores.folder import FolderLocation

TWELVE_MEGAPIXELS = (4000, 3000)


def folder(*needed: str) -> Path:
    """The folder named by PARAVENT_EVAL. Ends the program with a plain sentence when it, or a part of it, is missing."""
    named = os.environ.get("PARAVENT_EVAL", "")
    if not named:
        sys.exit("Nothing measured: PARAVENT_EVAL names no folder with pictures; bench/README.md says what it holds.")
    missing = [name for name in needed if not (Path(named) / name).exists()]
    if missing:
        sys.exit(f"Nothing measured: {named} has no {', no '.join(missing)}; bench/README.md says what it should hold.")
    return Path(named)


def tools() -> DetectorSet:
    """What a worker begins with: the detector, installed if need be, and its way with memory."""
    isolation.keep_freed_memory()
    store.install(lambda sentence: print(sentence, file=sys.stderr))
    return chosen(Policy())


def prepare(source: Path, name: str, output: Path, policy: Policy, loaded: DetectorSet) -> Outcome:
    """One prepared copy, `output / name`, made and verified by the function that the workers run."""
    output.mkdir(parents=True, exist_ok=True)
    location = FilesLocation.named([source])
    (path,) = location.on_disk
    with closing(location.open()) as opened, closing(FolderLocation(output).open()) as folder:
        tools = Tools(loaded, opened, {"": folder}, secrets.token_bytes(32))
        return pipeline.protect(Job(str(path), name, policy, "bench", destination=name, force=True), tools)


def policy(name: str) -> Policy:
    """A preset by name."""
    return preset(name)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder in memory where there is such a thing, deleted at the end with everything in it."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="paravent-bench-", dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


def enlarged(faces: Path, count: int, target: Path) -> list[Path]:
    """`count` pictures of handshakes at 12 megapixels, as JPEG with quality 92 and 4:2:0, in `target`."""
    target.mkdir(parents=True)
    made: list[Path] = []
    for source in sorted((faces / "handshaking").glob("*.jpg"))[:: max(1, 121 // count)][:count]:
        with Image.open(source, formats=("JPEG",)) as picture:
            size = TWELVE_MEGAPIXELS if picture.width >= picture.height else TWELVE_MEGAPIXELS[::-1]
            large = picture.convert("RGB").resize(size, Image.Resampling.BICUBIC)
        made.append(target / f"IMG_{len(made) + 1:04}.jpg")
        large.save(made[-1], quality=92, subsampling=2)
    return made
