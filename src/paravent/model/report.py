"""What is known about a file: findings, regions, the outcome. Plain data, no values, no pixels.

These objects cross process borders and are what the JSON report is made of (`SCHEMA`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

SCHEMA: Final = "paravent-report/1"


class Kind(StrEnum):
    """What a finding is about. The words users see stand in `report.wording`."""

    PLACE = "place"
    TIME = "time"
    DEVICE = "device"
    SERIAL = "serial"
    PERSON_NAME = "person-name"
    CAPTION = "caption"
    AI_PROMPT = "ai-prompt"
    SOFTWARE = "software"
    IDENTIFIER = "identifier"
    HIDDEN_PICTURE = "hidden-picture"
    HIDDEN_VIDEO = "hidden-film"
    HIDDEN_DATA = "hidden-data"
    TRAILING_BYTES = "trailing-bytes"
    COLOUR_PROFILE = "colour-profile"
    OTHER_METADATA = "other-metadata"
    SOUND = "sound"
    FACE = "face"
    HEAD = "head"
    PERSON = "person"
    TEXT = "text"
    PLATE = "plate"
    CODE = "code"
    LOGO = "logo"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a file gives away.

    kind: what it is. where: the field's own name for the place it stands in ("EXIF GPS", "XMP", "IFD1", "PNG tEXt").
    count: how many such entries. precision: a code for `report.wording.PRECISIONS` ("exact-position", "to-the-second", ...)
    or "". size: bytes, for hidden data; characters, for captions and prompts; 0 where it says nothing.
    """

    kind: Kind
    where: str
    count: int = 1
    precision: str = ""
    size: int = 0


class Status(StrEnum):
    """What became of one file. PLANNED: what would be prepared, in a forecast."""

    PREPARED = "prepared"
    ALREADY = "already-prepared"
    HELD = "held-back"
    SCANNED = "scanned"
    LEFT_OUT = "left-out"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class VideoReport:
    """What is said of a film besides. frames: in the copy (of the source, if none was written). seconds: how long the
    source is. rechecked: frames of the copy the detector of faces looked at again. recheck_side: pixels of the longest
    side of the look at each of them, and rechecked_closely: those that got a closer one besides. rechecked_for: frames for
    other kinds, or detectors of other packages by name. sound: "mute", "keep", "disguise", "" for none.
    whole: time codes in the source, from and to, where the whole frame is covered.
    """

    frames: int = 0
    seconds: float = 0.0
    rechecked: int = 0
    recheck_side: int = 0
    rechecked_closely: int = 0
    rechecked_for: dict[str, int] = field(default_factory=dict)
    sound: str = ""
    whole: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FileReport:
    """The outcome for one input file; no values, no face boxes.

    path: relative to the input it was found under. output: relative to the output folder, "" when none was written.
    faces: regions covered because a face is (or may be) there. covered: regions by kind (`detect.base.KINDS`, or "drawn" by
    a human), faces included. doubtful: how many of all are doubt. left_visible: places a human left visible, and
    permissions: how many by why (`decision.REASONS`).
    hold: key of `texts.HOLDS`, why it was held back or left out. face_pixels: sum of region areas in pixels, for the
    folder's total. remarks: codes of `report.wording.REMARKS`.
    """

    path: str
    status: Status
    format: str = ""
    width: int = 0
    height: int = 0
    output: str = ""
    hold: str = ""
    hold_params: dict[str, str | int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    faces: int = 0
    covered: dict[str, int] = field(default_factory=dict)
    left_visible: int = 0
    permissions: dict[str, int] = field(default_factory=dict)
    doubtful: int = 0
    face_pixels: int = 0
    rounds: int = 0
    lossless: bool = False
    remarks: tuple[str, ...] = ()
    seconds: float = 0.0
    video: VideoReport | None = None
