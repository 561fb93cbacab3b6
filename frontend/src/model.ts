// Made from the package by scripts/schema.py: what crosses to the page and back.

// What is not installed. parts: by name; none if all is there. megabytes, seconds: that fetching it takes, about.
// blocking: nothing can be prepared without it; else only some of the files cannot.
export type Needs = {
  parts: string[];
  megabytes: number;
  seconds: number;
  blocking: boolean;
};

// What went wrong, as a sentence in the language of whoever asked; may be empty. needs: what is to be
// installed first.
export type Problem = {
  problem: string;
  needs: Needs | null;
};

// The key that the page sends with every request from now on.
export type SessionKey = {
  key: string;
};

// The page's sentences in a language; in two forms where they count.
export type Words = {
  language: string;
  words: Record<string, string | [string, string]>;
};

export type Sound = "disguise" | "keep" | "mute";

// How it stands with a picture; the page has words for each.
export type State = "waiting" | "open" | "asks" | "decided" | "working" | "ready" | "private" | "no-post" | "held" | "left-out";

// What can be prepared at once. ready: looked at by somebody, without doubt, nobody has decided. decided: somebody has,
// and there is no copy yet. unopened: nobody has looked at them, so they stay. nobody, unopenedNobody:
// in how many of those no person was found.
export type Rest = {
  ready: number;
  nobody: number;
  decided: number;
  unopened: number;
  unopenedNobody: number;
};

// The folder that is open. style, sound: of copies, where nothing else is chosen. toLookAt, seen: see `Looking`. needs:
// what is to be installed for some of its files.
export type AlbumState = {
  folder: string;
  output: string;
  private: string;
  preset: string;
  style: string;
  sound: Sound;
  count: number;
  leftOut: number;
  serial: number;
  counts: Record<State, number>;
  rest: Rest;
  toLookAt: number;
  seen: number;
  doubts: number[];
  doubtsKnown: number;
  needs: Needs | null;
  problem: string;
};

export type Style = "pixelate" | "solid" | "sticker" | "veil";

// How copies are made, as far as the page lets people choose. names: whether those of files are kept. size:
// longest side in pixels, 0 keeps it. sound: of films.
export type Choices = {
  style: Style;
  names: boolean;
  size: number;
  sound: Sound;
};

// A folder that was opened before. choices: null for those of the preset.
export type RecentFolder = {
  folder: string;
  output: string;
  private: string;
  preset: string;
  choices: Choices | null;
};

// A named policy, and how its copies are made unless somebody chooses otherwise.
export type Preset = {
  name: string;
  choices: Choices;
};

// What the page is told first. schoolYearEnds, today: ISO 8601.
export type ServerState = {
  version: string;
  album: AlbumState | null;
  recent: RecentFolder[];
  presets: Preset[];
  schoolYearEnds: string;
  today: string;
};

// A folder of this computer. parent: "" at the top. folders: names in it. files: how many others there are. pictures:
// names of the first of those that can be shown small.
export type Folder = {
  path: string;
  parent: string;
  folders: string[];
  files: number;
  pictures: string[];
  shortcuts: string[];
};

// Where the copies of pictures could go.
export type ProposedFolders = {
  output: string;
  private: string;
};

// Where a dropped folder may lie, or the folder of dropped files; the likeliest first.
export type FoundFolders = {
  folders: string[];
};

// How far the installing has come that somebody asked for. step, problem: sentences, "" for none.
export type InstallingState = {
  running: boolean;
  step: string;
  problem: string;
};

// Of both exactly one, in pixels of the upright original. ellipse: centre, half axes, degrees clockwise.
export type Shape = { ellipse: [number, number, number, number, number] } | { polygon: [number, number][] };

// A picture on the wall. held: why there is no copy. why: for what it waits, in few words. unread: it cannot be
// looked at. nobody: no person was found in it. share: of long work that is
// done. following, followed: a film that is or was looked through. seen: somebody has looked at it, as it is proposed.
// ended: forms on which the copy relies, and that have ended or were taken back; "" for none. places: shape, whether it is
// covered, whether that is doubtful.
export type WallPicture = {
  n: number;
  name: string;
  state: State;
  held: string;
  why: string;
  video: boolean;
  w: number;
  h: number;
  version: number;
  share: number;
  unread: boolean;
  nobody: boolean;
  following: boolean;
  followed: boolean;
  seen: boolean;
  ended: string[];
  places: [Shape, boolean, boolean][];
};

// Pictures on the wall.
export type WallPictures = {
  items: WallPicture[];
};

// What has changed since the page last asked. toLookAt, seen, needs: see `AlbumState`.
export type Changes = {
  serial: number;
  counts: Record<State, number>;
  rest: Rest;
  toLookAt: number;
  seen: number;
  items: WallPicture[];
  doubts: number[];
  doubtsKnown: number;
  needs: Needs | null;
  problem: string;
};

// What was found in a picture, but for its places. findings: sentences.
export type PictureFindings = {
  format: string;
  pages: number;
  moving: boolean;
  video: boolean;
  findings: string[];
};

export type Outcome = "" | "no-post" | "private" | "publish";

export type Reason = "adult-agreed" | "child-authorised" | "other" | "public-role";

// Why somebody is left visible. form: number of the paper, "" for none. until: last day on which it holds.
export type Permission = {
  reason: Reason;
  form: string;
  until: string;
};

// When and where a place of a film is, in frames: the first, the one behind the last; boxes in some of them.
export type Course = {
  first: number;
  stop: number;
  marks: [number, [number, number, number, number]][];
};

// One place of a picture. style: null for that of the policy. visible: null where it is covered. asked: new since
// somebody last decided, or its permission has ended. course: in a film; decisions of earlier versions know none. keys:
// how it is moved in a film, if it is.
export type ReviewItem = {
  id: string;
  shape: Shape;
  page: number;
  kind: string;
  origin: "drawn" | "found";
  style: Style | null;
  visible: Permission | null;
  doubtful: boolean;
  asked: boolean;
  course: Course | null;
  keys?: [number, number, number, number, number][];
};

// What was chosen for a film as a whole. part: frames that are in the copy, the first and the one behind the last.
// null: as the policy says.
export type VideoChoice = {
  part: [number, number] | null;
  sound: Sound | null;
};

// Everything decided about a picture. version: counts changes. accepted: it may be carried out. recipe: digest of
// policy, program and models by which the places were found. video: of a film, if anything was chosen for it as a
// whole.
export type Review = {
  version: number;
  outcome: Outcome;
  accepted: boolean;
  recipe: string;
  places: ReviewItem[];
  video?: VideoChoice;
};

// A picture that is open. copy: path of the copy, if there is one. editable: it can be decided about. together: places
// that are parts of one person, each group by its names. hidden: places left visible that lie under what is covered.
export type Detail = {
  n: number;
  name: string;
  state: State;
  held: string;
  why: string;
  video: boolean;
  w: number;
  h: number;
  version: number;
  share: number;
  unread: boolean;
  nobody: boolean;
  following: boolean;
  followed: boolean;
  seen: boolean;
  ended: string[];
  places: [Shape, boolean, boolean][];
  look: PictureFindings | null;
  review: Review;
  copy: string;
  editable: boolean;
  together: string[][];
  hidden: string[];
};

// A track of a film. place: of the review, "" if none is. path: frames, and four numbers (an ellipse: centre, half the
// width and height) or more (corners of a polygon); between two steps they change evenly. lost: frames, the first and the
// one behind the last, that are covered from edge to edge.
export type Track = {
  place: string;
  path: [number, number[]][];
  lost: [number, number] | null;
};

// A film that is open. ready: it was looked through; else share says how far that is. clock: frames, and seconds since
// the first; the last entry is the end.
export type VideoProposalState = {
  ready: boolean;
  share: number;
  frames: number;
  clock: [number, number][];
  tracks: Track[];
};

// Somebody else decided meanwhile: what stands now.
export type Conflicting = {
  review: Review;
};

// How many pictures were accepted at once.
export type AcceptedCount = {
  count: number;
};

// Numbers of the pictures that are shown.
export type Order = {
  numbers: number[];
};

// Of the pictures that were named. count: how many are decided so. nobody: in how many of those no person was found.
// unopened: that nobody has looked at, so they stay; unopenedNobody: in how many of those no person was found. others:
// that stay for other reasons: doubt, held back, being prepared, or it is decided so.
export type DecidedMany = {
  count: number;
  nobody: number;
  unopened: number;
  unopenedNobody: number;
  others: number;
};

// Looking at each picture. count: how many there are to look at; seen: how many of them somebody has looked at. next:
// behind the one that was asked about, the first that nobody has looked at, from the start again; null for none.
export type Looking = {
  count: number;
  seen: number;
  next: number | null;
};

// An original. path: "" if nobody knows. n: its number, if it is in the folder that is open.
export type FormPicture = {
  path: string;
  n: number | null;
};

// A copy that was written with somebody visible by a form. path: where it lies; "" if it is not there any more, or was
// prepared anew since. original: "" if nobody knows. over: the permission has ended or was taken back.
export type FormCopy = {
  path: string;
  original: string;
  over: boolean;
};

// A form that somebody was left visible by. number: "" for permissions without one. ends, until: first and last day on
// which one of its permissions ends. withdrawn: when it was taken back, "" if it was not. All ISO 8601.
export type Form = {
  number: string;
  standing: "expired" | "valid" | "withdrawn";
  ends: string;
  until: string;
  withdrawn: string;
  pictures: FormPicture[];
  copies: FormCopy[];
};

// Every form that somebody was left visible by. damaged: decisions that cannot be read any more, which may rely on one
// too.
export type Forms = {
  forms: Form[];
  damaged: number;
};

// How many places were left visible for one kind of reason.
export type VisibleCount = {
  why: string;
  count: number;
};

// A copy that is there. copy: its path. covered: how many places of which kind. visible: how many places were left
// visible, and why. Both as sentences.
export type PreparedCopy = {
  copy: string;
  original: string;
  covered: string;
  visible: string;
};

// A picture of which there is no copy yet. why: it is held back, else "".
export type WaitingPicture = {
  n: number;
  name: string;
  state: State;
  why: string;
};

// What is done in the folder that is open. when: now, as people write it. publish, private: how many copies there are.
// covered: in all copies, as a sentence. copies, waiting: some of them, of so many.
export type Done = {
  when: string;
  publish: number;
  private: number;
  covered: string;
  visible: VisibleCount[];
  copies: PreparedCopy[];
  waiting: WaitingPicture[];
  waitingCount: number;
};

// A ZIP of copies. address: where it can be fetched, once. count, size: of copies and of their bytes. changed: names of
// those that were changed since or are gone, and that it does not hold.
export type Archive = {
  address: string;
  count: number;
  size: number;
  changed: string[];
};

// Somebody who helps. where: a country, "" for any. number: to call, "" for none. state: what was checked of it.
export type Helper = {
  name: string;
  about: string;
  where: string;
  address: string;
  number: string;
  state: string;
};

// What to do, in this order, and who helps.
export type HelpPath = {
  name: string;
  title: string;
  about: string;
  steps: string[];
  helpers: Helper[];
};

// An answer that can be chosen in a letter.
export type LetterChoice = {
  value: string;
  words: string;
};

// What a letter asks its writer; choices: none for free text.
export type LetterField = {
  name: string;
  label: string;
  choices: LetterChoice[];
};

// A paragraph with gaps, each a field's name in braces. field, choice: with which alone it stands; "" for always.
export type LetterPart = {
  text: string;
  field: string;
  choice: string;
};

// A letter to be filled in. about: when it is the right one.
export type LetterForm = {
  name: string;
  title: string;
  about: string;
  fields: LetterField[];
  parts: LetterPart[];
};

// Whom to turn to, and letters. blank: stands where nothing was filled in. today: as people write it.
export type HelpTold = {
  paths: HelpPath[];
  letters: LetterForm[];
  blank: string;
  today: string;
};

// token: of the link.
export type Entering = {
  token: string;
};

// A folder to be opened; all are absolute paths. choices: null for those of the preset. only: names of the files in it
// that are wanted, () for all that it holds.
export type Opening = {
  pictures: string;
  output: string;
  private: string;
  preset: string;
  choices: Choices | null;
  only: string[];
};

// A file that was dropped on the page. name: below the folder. changed: milliseconds since 1970.
export type DroppedFile = {
  name: string;
  size: number;
  changed: number;
};

// What was dropped on the page. folder: its name, "" for files of a folder. files: all of those, or some of the
// folder's.
export type Dropped = {
  folder: string;
  files: DroppedFile[];
};

// Names of parts that somebody wants installed; see `Needs`.
export type WantedParts = {
  parts: string[];
};

// Pictures that get one outcome. go: do it; else only tell.
export type DecidingMany = {
  numbers: number[];
  outcome: Outcome;
  go: boolean;
};

// The number of a form that is taken back.
export type Withdrawing = {
  form: string;
};

// A place in a picture or a frame, of a kind. style: null for that of the policy.
export type CoveredShape = {
  shape: Shape;
  kind: string;
  style: Style | null;
};

// What is covered in a picture or a frame that the page asks for.
export type CoveredView = {
  places: CoveredShape[];
};

// What was changed last in a page that is being left; it holds whatever else was decided meanwhile. outcome: null where
// it stays. places: those that are new or other than before. gone: names of those that are no more. video: what is chosen
// for a film as a whole; null where it stays.
export type LastChanges = {
  outcome: Outcome | null;
  places: ReviewItem[];
  gone: string[];
  video: VideoChoice | null;
};

// Which copies are taken along, or shown where they lie.
export type Taking = {
  outcome: "private" | "publish";
};

// A frame of a film, at milliseconds since its first, and what is covered in it.
export type ReelFrame = {
  at: number;
  places: CoveredShape[];
};

// Frames of a film that are shown one after the other. longest: pixels of the longest side.
export type Reel = {
  longest: number;
  frames: ReelFrame[];
};

// Where the whole copy of a film is served, for a player: to this page, until another copy is watched.
export type Watching = {
  path: string;
};

export const STYLES: Style[] = ["veil", "solid", "pixelate", "sticker"];
export const REASONS: Reason[] = ["adult-agreed", "child-authorised", "public-role", "other"];
export const SOUNDS: Sound[] = ["mute", "keep", "disguise"];
