"""All detectors of a run together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from paravent.detect.base import Context, Covering, Detection, Detector, Viewer
from paravent.model.geometry import Box


class Eyes:
    """Looks with one detector after the other; each is told what those before it saw.

    reads: whether it helps to know the names in the file's metadata.
    """

    def __init__(self, detectors: Sequence[Detector], *, reads: bool = False) -> None:
        self.reads = reads
        self._detectors = tuple(detectors)
        self._lasting = tuple(detector for detector in detectors if detector.again)

    def __bool__(self) -> bool:
        return bool(self._detectors)

    @property
    def again(self) -> dict[str, bool]:
        """Names of the detectors, and whether each is meant to look again."""
        return {detector.name: detector.again for detector in self._detectors}

    def without(self, name: str) -> Eyes:
        """All detectors but one."""
        return Eyes([detector for detector in self._detectors if detector.name != name], reads=self.reads)

    def look(self, picture: Viewer, names: tuple[str, ...] = (), known: tuple[Detection, ...] = ()) -> list[Detection]:
        """Everything that is seen. names: see `detect.base.Context`. known: what is known to be there besides."""
        return _looked(self._detectors, picture, None, Context(known, names))

    def look_again(
        self,
        picture: Viewer,
        within: tuple[Box, ...] | None = None,
        names: tuple[str, ...] = (),
        covering: Covering | None = None,
    ) -> list[Detection]:
        """What those see in a covered picture that are meant to look again.

        within: see `detect.base.Detector.find`. names, covering: see `detect.base.Context`.
        """
        return _looked(self._lasting, picture, within, Context((), names, covering))


BLIND = Eyes(())  # sees nothing


def _looked(
    detectors: Iterable[Detector],
    picture: Viewer,
    within: tuple[Box, ...] | None,
    known: Context,
) -> list[Detection]:
    seen: list[Detection] = []
    for detector in detectors:
        seen += detector.find(picture, within, replace(known, seen=(*known.seen, *seen)))
    return seen
