// Made from the package by scripts/schema.py: what crosses to the page and back.

// What went wrong, as a sentence in the language of whoever asked; may be empty.
export type Problem = {
  problem: string;
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

// How it stands with a picture; the page has words for each.
export type State = "waiting" | "open" | "asks" | "decided" | "working" | "ready" | "private" | "no-post" | "held";

// The folder that is open.
export type AlbumState = {
  folder: string;
  output: string;
  private: string;
  preset: string;
  style: string;
  count: number;
  leftOut: number;
  serial: number;
  counts: Record<State, number>;
  doubts: number[];
  doubtsKnown: number;
  problem: string;
};

// A folder that was opened before.
export type RecentFolder = {
  folder: string;
  output: string;
  preset: string;
};

// What the page is told first. schoolYearEnds, today: ISO 8601.
export type ServerState = {
  version: string;
  album: AlbumState | null;
  recent: RecentFolder[];
  presets: string[];
  schoolYearEnds: string;
  today: string;
};

// A folder of this computer. parent: "" at the top. folders: names in it. files: how many others there are.
export type Folder = {
  path: string;
  parent: string;
  folders: string[];
  files: number;
  shortcuts: string[];
};

// Where the copies of pictures could go.
export type ProposedFolders = {
  output: string;
  private: string;
};

// Of both exactly one, in pixels of the upright original. ellipse: centre, half axes, degrees clockwise.
export type Shape = { ellipse: [number, number, number, number, number] } | { polygon: [number, number][] };

// A picture on the wall. unread: it cannot be looked at. nobody: no person was found in it. share: of long work that is
// done. following, followed: a film that is or was looked through. places: shape, whether it is covered, whether that is
// doubtful.
export type WallPicture = {
  n: number;
  name: string;
  state: State;
  held: string;
  video: boolean;
  w: number;
  h: number;
  version: number;
  share: number;
  unread: boolean;
  nobody: boolean;
  following: boolean;
  followed: boolean;
  places: [Shape, boolean, boolean][];
};

// Pictures on the wall.
export type WallPictures = {
  items: WallPicture[];
};

// What has changed since the page last asked.
export type Changes = {
  serial: number;
  counts: Record<State, number>;
  items: WallPicture[];
  doubts: number[];
  doubtsKnown: number;
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

export type Style = "pixelate" | "solid" | "sticker" | "veil";

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
// somebody last decided, or its permission has ended. course: in a film; decisions of earlier versions know none.
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
};

// Everything decided about a picture. version: counts changes. accepted: it may be carried out. recipe: digest of
// policy, program and models by which the places were found.
export type Review = {
  version: number;
  outcome: Outcome;
  accepted: boolean;
  recipe: string;
  places: ReviewItem[];
};

// A picture that is open. copy: path of the copy, if there is one. editable: it can be decided about.
export type Detail = {
  n: number;
  name: string;
  state: State;
  held: string;
  video: boolean;
  w: number;
  h: number;
  version: number;
  share: number;
  unread: boolean;
  nobody: boolean;
  following: boolean;
  followed: boolean;
  places: [Shape, boolean, boolean][];
  look: PictureFindings | null;
  review: Review;
  copy: string;
  editable: boolean;
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

// token: of the link.
export type Entering = {
  token: string;
};

// A folder to be opened; all are absolute paths.
export type Opening = {
  pictures: string;
  output: string;
  private: string;
  preset: string;
};

// A place in a frame, of a kind.
export type CoveredShape = {
  shape: Shape;
  kind: string;
};

// What is covered in a frame that the page asks for.
export type CoveredFrame = {
  places: CoveredShape[];
};

export const STYLES: Style[] = ["veil", "solid", "pixelate", "sticker"];
export const REASONS: Reason[] = ["adult-agreed", "child-authorised", "public-role", "other"];
