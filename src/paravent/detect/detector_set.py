"""All detectors of a run together, for stills and for videos."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from paravent.detect.base import Context, Covering, Detection, Detections, Detector, Viewer
from paravent.detect.faces.centerface import CenterFace
from paravent.detect.faces.network import Network
from paravent.model.geometry import Box


class DetectorSet:
    """Looks with one detector after the other; each is told what those before it saw.

    reads: whether it helps to know the names in the file's metadata.
    """

    def __init__(self, detectors: Sequence[Detector], *, reads: bool = False) -> None:
        self.reads = reads
        self._detectors = tuple(detectors)
        self._again = tuple(detector for detector in detectors if detector.again)

    def __bool__(self) -> bool:
        return bool(self._detectors)

    @property
    def again(self) -> dict[str, bool]:
        """Names of the detectors, and whether each is meant to look again."""
        return {detector.name: detector.again for detector in self._detectors}

    @property
    def face_network(self) -> Network:
        """What finds faces in the frames of a video, where every frame is followed. Raises ValueError if there is none."""
        return self.faces.network

    @property
    def faces(self) -> CenterFace:
        """The detector of faces. Raises ValueError if there is none."""
        found = next((detector for detector in self._detectors if isinstance(detector, CenterFace)), None)
        if found is None:
            raise ValueError("what moves needs a detector of faces")
        return found

    @property
    def besides_faces(self) -> DetectorSet:
        """All others: those that look at some frames of a video."""
        return DetectorSet([one for one in self._detectors if not isinstance(one, CenterFace)], reads=self.reads)

    def look(self, picture: Viewer, names: tuple[str, ...] = (), known: Sequence[Detection] = ()) -> Detections:
        """Everything that is seen. names: see `detect.base.Context`. known: what is known to be there besides."""
        return _looked(self._detectors, picture, None, Context(tuple(known), names))

    def look_again(
        self,
        picture: Viewer,
        within: tuple[Box, ...] | None = None,
        names: tuple[str, ...] = (),
        covering: Covering | None = None,
    ) -> Detections:
        """What those see in a covered picture that are meant to look again.

        within: see `detect.base.Detector.find`. names, covering: see `detect.base.Context`.
        """
        return _looked(self._again, picture, within, Context((), names, covering))


def _looked(
    detectors: Iterable[Detector],
    picture: Viewer,
    within: tuple[Box, ...] | None,
    known: Context,
) -> Detections:
    seen: Detections = []
    for detector in detectors:
        seen += detector.find(picture, within, replace(known, seen=(*known.seen, *seen)))
    return seen
