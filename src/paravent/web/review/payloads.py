"""What crosses to the page and back, as JSON; frontend/src/model.ts is made of it."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, field

from paravent.engine.permissions import Standing
from paravent.model.policy import SoundName
from paravent.model.review import ReviewOutcome
from paravent.model.review_body import MOST_ITEMS, ReviewBody, ReviewItemBody, ShapeBody, VideoChoiceBody
from paravent.model.schema import Body, Count, FormNumber, KindName, RegionId
from paravent.model.style import StyleName
from paravent.state.bodies import ChoicesBody, Step
from paravent.web.review.album import State

MOST_DROPPED = 5_000
Name: TypeAlias = Annotated[str, Meta(max_length=10_000)]  # of a file or folder; may hold what is no text


class Payload(Body, frozen=True, rename="camel"):
    """What the page sends or gets."""


# What the page gets


class Needs(Payload, frozen=True):
    """What is not installed. parts: by name; none if all is there. megabytes, seconds: that fetching it takes, about.
    blocking: nothing can be prepared without it; else only some of the files cannot."""

    parts: tuple[str, ...]
    megabytes: int
    seconds: int
    blocking: bool


class InstallingState(Payload, frozen=True):
    """How far the installing has come that somebody asked for. step, problem: sentences, "" for none."""

    running: bool
    step: str
    problem: str


class Problem(Payload, frozen=True):
    """What went wrong, as a sentence in the language of whoever asked; may be empty. needs: what is to be
    installed first."""

    problem: str
    needs: Needs | None = None


class SessionKey(Payload, frozen=True):
    """The key that the page sends with every request from now on."""

    key: str


class Words(Payload, frozen=True):
    """The page's sentences in a language; in two forms where they count."""

    language: str
    words: dict[str, str | tuple[str, str]]


class WallPicture(Payload, frozen=True):
    """A picture on the wall. held: why there is no copy. why: for what it waits, in few words. unread: it cannot be
    looked at. nobody: no person was found in it. share: of long work that is
    done. following, followed: a film that is or was looked through. seen: somebody has looked at it, as it is proposed.
    ended: forms on which the copy relies, and that have ended or were taken back; "" for none. places: shape, whether it is
    covered, whether that is doubtful."""

    n: int
    name: str
    state: State
    held: str
    why: str
    video: bool
    w: int
    h: int
    version: int
    share: float
    unread: bool
    nobody: bool
    following: bool
    followed: bool
    seen: bool
    ended: tuple[str, ...]
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
    """A picture that is open. copy: path of the copy, if there is one. editable: it can be decided about. together: places
    that are parts of one person, each group by its names. hidden: places left visible that lie under what is covered."""

    look: PictureFindings | None
    review: ReviewBody
    copy: str
    editable: bool
    together: tuple[tuple[str, ...], ...]
    hidden: tuple[str, ...]


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


class Rest(Payload, frozen=True):
    """What can be prepared at once. ready: looked at by somebody, without doubt, nobody has decided. decided: somebody has,
    and there is no copy yet. unopened: nobody has looked at them, so they stay. nobody, unopenedNobody:
    in how many of those no person was found."""

    ready: int
    nobody: int
    decided: int
    unopened: int
    unopened_nobody: int


class Looking(Payload, frozen=True):
    """Looking at each picture. count: how many there are to look at; seen: how many of them somebody has looked at. next:
    behind the one that was asked about, the first that nobody has looked at, from the start again; null for none."""

    count: int
    seen: int
    next: int | None


class AlbumState(Payload, frozen=True):
    """The folder that is open. style, sound: of copies, where nothing else is chosen. toLookAt, seen: see `Looking`. needs:
    what is to be installed for some of its files."""

    folder: str
    output: str
    private: str
    preset: str
    style: str
    sound: SoundName
    count: int
    left_out: int
    serial: int
    counts: dict[State, int]
    rest: Rest
    to_look_at: int
    seen: int
    doubts: tuple[int, ...]
    doubts_known: int
    needs: Needs | None
    problem: str


class Changes(Payload, frozen=True):
    """What has changed since the page last asked. toLookAt, seen, needs: see `AlbumState`."""

    serial: int
    counts: dict[State, int]
    rest: Rest
    to_look_at: int
    seen: int
    items: tuple[WallPicture, ...]
    doubts: tuple[int, ...]
    doubts_known: int
    needs: Needs | None
    problem: str


class Order(Payload, frozen=True):
    """Numbers of the pictures that are shown."""

    numbers: tuple[int, ...]


class RecentFolder(Payload, frozen=True):
    """A folder that was opened before. choices: null for those of the preset."""

    folder: str
    output: str
    private: str
    preset: str
    choices: ChoicesBody | None


class Preset(Payload, frozen=True):
    """A named policy, and how its copies are made unless somebody chooses otherwise."""

    name: str
    choices: ChoicesBody


class ServerState(Payload, frozen=True):
    """What the page is told first. schoolYearEnds, today: ISO 8601."""

    version: str
    album: AlbumState | None
    recent: tuple[RecentFolder, ...]
    presets: tuple[Preset, ...]
    school_year_ends: str
    today: str


class Folder(Payload, frozen=True):
    """A folder of this computer. parent: "" at the top. folders: names in it. files: how many others there are. pictures:
    names of the first of those that can be shown small."""

    path: str
    parent: str
    folders: tuple[str, ...]
    files: int
    pictures: tuple[str, ...]
    shortcuts: tuple[str, ...]


class ProposedFolders(Payload, frozen=True):
    """Where the copies of pictures could go."""

    output: str
    private: str


class FoundFolders(Payload, frozen=True):
    """Where a dropped folder may lie, or the folder of dropped files; the likeliest first."""

    folders: tuple[str, ...]


class DecidedMany(Payload, frozen=True):
    """Of the pictures that were named. count: how many are decided so. nobody: in how many of those no person was found.
    unopened: that nobody has looked at, so they stay; unopenedNobody: in how many of those no person was found. others:
    that stay for other reasons: doubt, held back, being prepared, or it is decided so."""

    count: int
    nobody: int
    unopened: int
    unopened_nobody: int
    others: int


class Watching(Payload, frozen=True):
    """Where the whole copy of a film is served, for a player: to this page, until another copy is watched."""

    path: str


class AcceptedCount(Payload, frozen=True):
    """How many pictures were accepted at once."""

    count: int


class FormPicture(Payload, frozen=True):
    """An original. path: "" if nobody knows. n: its number, if it is in the folder that is open."""

    path: str
    n: int | None


class FormCopy(Payload, frozen=True):
    """A copy that was written with somebody visible by a form. path: where it lies; "" if it is not there any more, or was
    prepared anew since. original: "" if nobody knows. over: the permission has ended or was taken back."""

    path: str
    original: str
    over: bool


class Form(Payload, frozen=True):
    """A form that somebody was left visible by. number: "" for permissions without one. ends, until: first and last day on
    which one of its permissions ends. withdrawn: when it was taken back, "" if it was not. All ISO 8601."""

    number: str
    standing: Standing
    ends: str
    until: str
    withdrawn: str
    pictures: tuple[FormPicture, ...]
    copies: tuple[FormCopy, ...]


class Forms(Payload, frozen=True):
    """Every form that somebody was left visible by. damaged: decisions that cannot be read any more, which may rely on one
    too."""

    forms: tuple[Form, ...]
    damaged: int


class PreparedCopy(Payload, frozen=True):
    """A copy that is there. copy: its path. covered: how many places of which kind. visible: how many places were left
    visible, and why. Both as sentences."""

    copy: str
    original: str
    covered: str
    visible: str


class VisibleCount(Payload, frozen=True):
    """How many places were left visible for one kind of reason."""

    why: str
    count: int


class WaitingPicture(Payload, frozen=True):
    """A picture of which there is no copy yet. why: it is held back, else ""."""

    n: int
    name: str
    state: State
    why: str


class Done(Payload, frozen=True):
    """What is done in the folder that is open. when: now, as people write it. publish, private: how many copies there are.
    covered: in all copies, as a sentence. copies, waiting: some of them, of so many."""

    when: str
    publish: int
    private: int
    covered: str
    visible: tuple[VisibleCount, ...]
    copies: tuple[PreparedCopy, ...]
    waiting: tuple[WaitingPicture, ...]
    waiting_count: int


class Archive(Payload, frozen=True):
    """A ZIP of copies. address: where it can be fetched, once. count, size: of copies and of their bytes. changed: names of
    those that were changed since or are gone, and that it does not hold."""

    address: str
    count: int
    size: int
    changed: tuple[str, ...]


class LetterChoice(Payload, frozen=True):
    """An answer that can be chosen in a letter."""

    value: str
    words: str


class LetterField(Payload, frozen=True):
    """What a letter asks its writer; choices: none for free text."""

    name: str
    label: str
    choices: tuple[LetterChoice, ...]


class LetterPart(Payload, frozen=True):
    """A paragraph with gaps, each a field's name in braces. field, choice: with which alone it stands; "" for always."""

    text: str
    field: str
    choice: str


class LetterForm(Payload, frozen=True):
    """A letter to be filled in. about: when it is the right one."""

    name: str
    title: str
    about: str
    fields: tuple[LetterField, ...]
    parts: tuple[LetterPart, ...]


class Helper(Payload, frozen=True):
    """Somebody who helps. where: a country, "" for any. number: to call, "" for none. state: what was checked of it."""

    name: str
    about: str
    where: str
    address: str
    number: str
    state: str


class HelpPath(Payload, frozen=True):
    """What to do, in this order, and who helps."""

    name: str
    title: str
    about: str
    steps: tuple[str, ...]
    helpers: tuple[Helper, ...]


class HelpTold(Payload, frozen=True):
    """Whom to turn to, and letters. blank: stands where nothing was filled in. today: as people write it."""

    paths: tuple[HelpPath, ...]
    letters: tuple[LetterForm, ...]
    blank: str
    today: str


# What the page sends


class Entering(Payload, frozen=True):
    """token: of the link."""

    token: Annotated[str, Meta(max_length=1_000)]


class ReelFrame(Payload, frozen=True):
    """A frame of a film, at milliseconds since its first, and what is covered in it."""

    at: Annotated[int, Meta(ge=0, le=999_999_999)]
    items: Annotated[tuple[CoveredShape, ...], Meta(max_length=MOST_ITEMS)] = field(name="places")


class Reel(Payload, frozen=True):
    """Frames of a film that are shown one after the other. longest: pixels of the longest side."""

    longest: Annotated[int, Meta(ge=16, le=1_280)]
    frames: Annotated[tuple[ReelFrame, ...], Meta(max_length=60)]


class LastChanges(Payload, frozen=True):
    """What was changed last in a page that is being left; it holds whatever else was decided meanwhile. outcome: null where
    it stays. places: those that are new or other than before. gone: names of those that are no more. video: what is chosen
    for a film as a whole; null where it stays."""

    outcome: ReviewOutcome | None
    items: Annotated[tuple[ReviewItemBody, ...], Meta(max_length=MOST_ITEMS)] = field(name="places")
    gone: Annotated[tuple[RegionId, ...], Meta(max_length=MOST_ITEMS)]
    video: VideoChoiceBody | None


class Opening(Payload, frozen=True):
    """A folder to be opened; all are absolute paths. choices: null for those of the preset. only: names of the files in it
    that are wanted, () for all that it holds."""

    pictures: Name
    output: Name
    private: Name
    preset: Annotated[str, Meta(max_length=40)]
    choices: ChoicesBody | None
    only: Annotated[tuple[Name, ...], Meta(max_length=MOST_DROPPED)]


class DroppedFile(Payload, frozen=True):
    """A file that was dropped on the page. name: below the folder. changed: milliseconds since 1970."""

    name: Name
    size: Count
    changed: float


class Dropped(Payload, frozen=True):
    """What was dropped on the page. folder: its name, "" for files of a folder. files: all of those, or some of the
    folder's."""

    folder: Name
    files: Annotated[tuple[DroppedFile, ...], Meta(max_length=MOST_DROPPED)]


class WantedParts(Payload, frozen=True):
    """Names of parts that somebody wants installed; see `Needs`."""

    parts: Annotated[tuple[Annotated[str, Meta(max_length=40)], ...], Meta(max_length=20)]


class DecidingMany(Payload, frozen=True):
    """Pictures that get one outcome. go: do it; else only tell."""

    numbers: Annotated[tuple[Count, ...], Meta(max_length=100_000)]
    outcome: ReviewOutcome
    go: bool


class Withdrawing(Payload, frozen=True):
    """The number of a form that is taken back."""

    form: Annotated[FormNumber, Meta(min_length=1)]


class Taking(Payload, frozen=True):
    """Which copies are taken along, or shown where they lie."""

    outcome: Literal["publish", "private"]


class CoveredShape(Payload, frozen=True):
    """A place in a picture or a frame, of a kind. style: null for that of the policy."""

    shape: ShapeBody
    kind: KindName
    style: StyleName | None


class CoveredView(Payload, frozen=True):
    """What is covered in a picture or a frame that the page asks for."""

    items: Annotated[tuple[CoveredShape, ...], Meta(max_length=MOST_ITEMS)] = field(name="places")


ALL: tuple[type[Body], ...] = (
    *(Problem, SessionKey, Words, ServerState, RecentFolder, Folder, ProposedFolders),
    *(FoundFolders, Needs, InstallingState),
    *(
        AlbumState,
        WallPictures,
        Changes,
        Detail,
        VideoProposalState,
        ReviewBody,
        Conflicting,
        AcceptedCount,
        Order,
        DecidedMany,
        Looking,
        Forms,
    ),
    *(Done, Archive, HelpTold),
    *(Entering, Opening, Dropped, WantedParts, DecidingMany, Withdrawing, CoveredView, LastChanges, Taking),
    *(Reel, Watching),
)
