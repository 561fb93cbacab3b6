"""What is tried out to know whether it works here: publishing, limiting memory, and the whole way of a picture."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import simplejpeg

from paravent.detect.models import known_picture
from paravent.engine import runs
from paravent.engine.executor import Work
from paravent.engine.session import Settings
from paravent.engine.workers.pool import LocalExecutor
from paravent.errors import Held, OutputProblem, ParaventError
from paravent.model.diagnosis import Publishing, Trial
from paravent.model.limits import WorkerLimits
from paravent.model.policy import Policy
from paravent.model.report import Status
from paravent.stores.folder import FolderLocation, staging_folder
from paravent.stores.memory import BytesLocation

_PREFIX = ".paravent-doctor-"
_SECONDS = 60.0
_MEGABYTES = 64  # that the greedy worker may have


def publishing(folder: Path) -> Publishing:
    """How a copy appears in a folder. Raises OSError where nothing can be written there."""
    with TemporaryDirectory(prefix=_PREFIX, dir=folder) as probe:
        root = Path(probe) / "ready"
        try:
            with closing(FolderLocation(root).open()) as output:
                with output.stage() as staged:
                    way: Publishing = "staged" if staging_folder(root).exists() else "nameless"
                    staged.write(b"first")
                    output.publish(staged, "copy")
                with output.stage() as staged:
                    staged.write(b"second")
                    output.publish(staged, "copy")
        except FileExistsError:
            return way
        except (Held, OutputProblem):
            return "none"
        return "none"  # the second replaced the first


def memory_limit() -> Trial:
    """Whether a worker that takes too much is stopped, and nothing else."""
    try:
        with TemporaryDirectory(prefix=_PREFIX) as staging:
            work = Work(_greedy, WorkerLimits(1, _SECONDS, _MEGABYTES), Path(staging))
            with LocalExecutor().workers(work) as workers:
                ((_job, result),) = workers.run([16 * _MEGABYTES])
    except (ParaventError, OSError):
        return "fails"
    return "works" if isinstance(result, Held) and result.code == "memory" else "fails"


def default_job() -> str:
    """Prepare a drawn picture as every picture is, apart from everything that is kept: "" if that works, else why not: the
    code of a hold, or the kind of an error. Models must be there."""
    picture = simplejpeg.encode_jpeg(known_picture.draw(), quality=90)
    try:
        with TemporaryDirectory(prefix=_PREFIX) as probe:
            settings = Settings(WorkerLimits(1, _SECONDS), Path(probe) / "private")
            source = BytesLocation({"picture.jpg": picture})
            (report,) = runs.protect(source, Path(probe) / "ready", Policy(), settings, None)
    except (ParaventError, OSError) as error:
        return type(error).__name__
    return "" if report.status is Status.PREPARED else report.hold or report.status.value


def _greedy() -> Callable[[int], int]:
    """A worker that takes as many megabytes as it is told, and uses them."""
    return _take


def _take(megabytes: int) -> int:
    kept = [b"x" * (1 << 20) for _ in range(megabytes)]
    time.sleep(1)  # until whoever watches has looked
    return len(kept)
