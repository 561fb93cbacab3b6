"""What crosses to the page and back, as JSON; frontend/src/model.ts is made of it."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import Meta, field

from paravent.model.review_body import MOST_ITEMS, ReviewBody, ShapeBody
from paravent.model.schema import Body, KindName
from paravent.state.bodies import Step
from paravent.web.review.album import State

Name: TypeAlias = Annotated[str, Meta(max_length=10_000)]  # of a file or folder; may hold what is no text


class Payload(Body, frozen=True, rename="camel"):
    """What the page sends or gets."""


# What the page gets


class Problem(Payload, frozen=True):
    """What went wrong, as a sentence in the language of whoever asked; may be empty."""

    problem: str


class SessionKey(Payload, frozen=True):
    """The key that the page sends with every request from now on."""

    key: str


class Words(Payload, frozen=True):
    """The page's sentences in a language; in two forms where they count."""

    language: str
    words: dict[str, str | tuple[str, str]]


class WallPicture(Payload, frozen=True):
    """A picture on the wall. unread: it cannot be looked at. nobody: no person was found in it. share: of long work that is
    done. following, followed: a film that is or was looked through. places: shape, whether it is covered, whether that is
    doubtful."""

    n: int
    name: str
    state: State
    held: str
    video: bool
    w: int
    h: int
    version: int
    share: float
    unread: bool
    nobody: bool
    following: bool
    followed: bool
    items: tuple[tuple[ShapeBody, bool, bool], ...] = field(name="places")


class WallPictures(Payload, frozen=True):
    """Pictures on the wall."""

    items: tuple[WallPicture, ...]


class PictureFindings(Payload, frozen=True):
    """What was found in a picture, but for its places. findings: sentences."""

    format: str
    pages: int
    moving: bool
    video: bool
    findings: tuple[str, ...]


class Detail(WallPicture, frozen=True):
    """A picture that is open. copy: path of the copy, if there is one. editable: it can be decided about."""

    look: PictureFindings | None
    review: ReviewBody
    copy: str
    editable: bool


class Track(Payload, frozen=True):
    """A track of a film. place: of the review, "" if none is. path: frames, and four numbers (an ellipse: centre, half the
    width and height) or more (corners of a polygon); between two steps they change evenly. lost: frames, the first and the
    one behind the last, that are covered from edge to edge."""

    item: str = field(name="place")
    path: tuple[Step, ...]
    lost: tuple[int, int] | None


class VideoProposalState(Payload, frozen=True):
    """A film that is open. ready: it was looked through; else share says how far that is. clock: frames, and seconds since
    the first; the last entry is the end."""

    ready: bool
    share: float = 1.0
    frames: int = 0
    clock: tuple[tuple[int, float], ...] = ()
    tracks: tuple[Track, ...] = ()


class Conflicting(Payload, frozen=True):
    """Somebody else decided meanwhile: what stands now."""

    review: ReviewBody


class AlbumState(Payload, frozen=True):
    """The folder that is open."""

    folder: str
    output: str
    private: str
    preset: str
    style: str
    count: int
    left_out: int
    serial: int
    counts: dict[State, int]
    doubts: tuple[int, ...]
    doubts_known: int
    problem: str


class Changes(Payload, frozen=True):
    """What has changed since the page last asked."""

    serial: int
    counts: dict[State, int]
    items: tuple[WallPicture, ...]
    doubts: tuple[int, ...]
    doubts_known: int
    problem: str


class RecentFolder(Payload, frozen=True):
    """A folder that was opened before."""

    folder: str
    output: str
    preset: str


class ServerState(Payload, frozen=True):
    """What the page is told first. schoolYearEnds, today: ISO 8601."""

    version: str
    album: AlbumState | None
    recent: tuple[RecentFolder, ...]
    presets: tuple[str, ...]
    school_year_ends: str
    today: str


class Folder(Payload, frozen=True):
    """A folder of this computer. parent: "" at the top. folders: names in it. files: how many others there are."""

    path: str
    parent: str
    folders: tuple[str, ...]
    files: int
    shortcuts: tuple[str, ...]


class ProposedFolders(Payload, frozen=True):
    """Where the copies of pictures could go."""

    output: str
    private: str


class AcceptedCount(Payload, frozen=True):
    """How many pictures were accepted at once."""

    count: int


# What the page sends


class Entering(Payload, frozen=True):
    """token: of the link."""

    token: Annotated[str, Meta(max_length=1_000)]


class Opening(Payload, frozen=True):
    """A folder to be opened; all are absolute paths."""

    pictures: Name
    output: Name
    private: Name
    preset: Annotated[str, Meta(max_length=40)]


class CoveredShape(Payload, frozen=True):
    """A place in a frame, of a kind."""

    shape: ShapeBody
    kind: KindName


class CoveredFrame(Payload, frozen=True):
    """What is covered in a frame that the page asks for."""

    items: Annotated[tuple[CoveredShape, ...], Meta(max_length=MOST_ITEMS)] = field(name="places")


ALL: tuple[type[Body], ...] = (
    *(Problem, SessionKey, Words, ServerState, RecentFolder, Folder, ProposedFolders),
    *(AlbumState, WallPictures, Changes, Detail, VideoProposalState, ReviewBody, Conflicting, AcceptedCount),
    *(Entering, Opening, CoveredFrame),
)
