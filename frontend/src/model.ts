// What the server says, and small questions about it.

export type Shape = { ellipse: [number, number, number, number, number] } | { polygon: [number, number][] };
export type Reason = "adult-agreed" | "child-authorised" | "public-role" | "other";
export type Permission = { reason: Reason; form: string; until: string };

// When and where a place of a film is, in frames: the first, the one behind the last; boxes in some of them.
export type Course = { first: number; stop: number; marks: [number, [number, number, number, number]][] };

export type Place = {
  id: string;
  shape: Shape;
  page: number;
  kind: string;
  origin: "found" | "drawn";
  style: string | null;
  visible: Permission | null;
  doubtful: boolean;
  asked: boolean;
  course: Course | null;
};

export type Outcome = "" | "publish" | "private" | "no-post";
export type Review = { version: number; outcome: Outcome; accepted: boolean; recipe: string; places: Place[] };
export type State = "waiting" | "open" | "asks" | "decided" | "working" | "ready" | "private" | "no-post" | "held";

// A picture on the wall. unread: it cannot be looked at. nobody: no person was found in it. share: of long work that is done. following, followed: a film that is or was looked through.
// places: shape, whether it is covered, whether that is doubtful.
export type Item = {
  n: number;
  name: string;
  state: State;
  held: string;
  film: boolean;
  w: number;
  h: number;
  version: number;
  share: number;
  following: boolean;
  unread: boolean;
  nobody: boolean;
  followed: boolean;
  places: [Shape, boolean, boolean][];
};

export type Look = { format: string; pages: number; moving: boolean; film: boolean; findings: string[] };
export type Detail = Item & { look: Look | null; review: Review; copy: string; editable: boolean };
export type Counts = Record<State, number>;

export type Album = {
  folder: string;
  output: string;
  private: string;
  preset: string;
  style: string;
  count: number;
  leftOut: number;
  serial: number;
  counts: Counts;
  doubts: number[];
  doubtsKnown: number;
  problem: string;
};

export type Changes = {
  serial: number;
  counts: Counts;
  items: Item[];
  doubts: number[];
  doubtsKnown: number;
  problem: string;
};

export type Recent = { folder: string; output: string; preset: string };

export type ServerState = {
  version: string;
  album: Album | null;
  recent: Recent[];
  presets: string[];
  schoolYearEnds: string;
  today: string;
};

export const STYLES = ["veil", "solid", "pixelate", "sticker"];
export const REASONS: Reason[] = ["adult-agreed", "child-authorised", "public-role", "other"];
const PEOPLE = new Set(["face", "head", "person"]);

export const decided = (state: State): boolean => !["waiting", "open", "asks"].includes(state);

// Whether exactly one person is covered while others are left visible.
export function singledOut(places: Place[]): boolean {
  const people = places.filter((place) => PEOPLE.has(place.kind));
  const covered = people.filter((place) => !place.visible).length;
  return covered === 1 && people.length > 1;
}

// A name for a new place that no other place has.
export const freshId = (): string => `d${crypto.randomUUID()}`.slice(0, 37);
