"""All detectors of a run together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from paravent.detect.base import Context, Detection, Detector, Viewer
from paravent.redact.geometry import Box


class Eyes:
    """Looks with one detector after the other; each is told what those before it saw.

    reads: whether it helps to know the names in the file's metadata.
    """

    def __init__(self, detectors: Sequence[Detector], *, reads: bool = False) -> None:
        self.reads = reads
        self._detectors = tuple(detectors)
        self._lasting = tuple(detector for detector in detectors if detector.again)

    def look(self, picture: Viewer, names: tuple[str, ...] = ()) -> list[Detection]:
        """Everything that is seen. names: see `detect.base.Context`."""
        return _looked(self._detectors, picture, None, names)

    def look_again(
        self, picture: Viewer, within: tuple[Box, ...] | None = None, names: tuple[str, ...] = ()
    ) -> list[Detection]:
        """What those see in a covered picture that are meant to look again. within: see `detect.base.Detector.find`."""
        return _looked(self._lasting, picture, within, names)


def _looked(
    detectors: Iterable[Detector], picture: Viewer, within: tuple[Box, ...] | None, names: tuple[str, ...]
) -> list[Detection]:
    seen: list[Detection] = []
    for detector in detectors:
        seen += detector.find(picture, within, Context(tuple(seen), names))
    return seen
