// The real covering of what is on the screen: made by the server as in the copy, as soon as it is known what is covered.

import { useEffect, useState } from "preact/hooks";
import { boxShape } from "./geometry";
import type { CoveredShape, ReviewItem } from "./model";
import { type View, largeView } from "./pictures";
import { type Video, frameCovered, milliseconds, shapeAt } from "./video";

// here: the places in a page or frame, with their shapes there. whole: all of it is covered. address: of the view of it.
export type Shown = { here: ReviewItem[]; whole: boolean; covered: CoveredShape[]; address: string };
type Size = { w: number; h: number };

export const BASE = 1600; // pixels of the view that is shown first

export function inPage(n: number, places: ReviewItem[], page: number): Shown {
  const here = places.filter((place) => place.page === page);
  return { here, whole: false, covered: coveredOf(here), address: `/api/pictures/${n}/covered?page=${page}&longest=${BASE}` };
}

export function inFrame(n: number, places: ReviewItem[], video: Video | null, frame: number, { w, h }: Size): Shown {
  const here = places.flatMap((place): ReviewItem[] => {
    const shape = video && shapeAt(video, place, frame);
    return shape ? [{ ...place, shape }] : [];
  });
  const whole = video !== null && places.some((place) => isLost(video, place, frame));
  const everything: CoveredShape = { shape: boxShape({ x: 0, y: 0, w, h }), kind: "face", style: null };
  const at = video ? milliseconds(video, frame) : 0;
  return { here, whole, covered: whole ? [everything] : coveredOf(here), address: frameCovered(n, at, BASE) };
}

function isLost(video: Video, { id, visible }: ReviewItem, frame: number): boolean {
  const lost = visible ? null : video.tracks.get(id)?.lost;
  return !!lost && lost[0] <= frame && frame < lost[1];
}

const coveredOf = (here: ReviewItem[]): CoveredShape[] =>
  here.filter((place) => !place.visible).map(({ shape, kind, style }) => ({ shape, kind, style }));

// The picture as it will be, and what is covered in it.
export type Covering = View & { covers: Set<string> };

export const coverName = ({ shape, kind, style }: CoveredShape): string => JSON.stringify([shape, kind, style]);

const KEPT = 4;
const LET_GO = 10_000; // milliseconds in which a view that was replaced may still be on the screen
const STILL = 120; // milliseconds without a further change
const made = new Map<string, Promise<Covering>>();

// Kept for a moment, so that what comes next can be asked for before it is needed.
export function coveringOf({ address, covered }: Shown): Promise<Covering> {
  const body = { places: covered };
  const name = address + JSON.stringify(body);
  const known = made.get(name);
  if (known) return known;
  const fresh = largeView(address, body).then((view) => ({ ...view, covers: new Set(covered.map(coverName)) }));
  fresh.catch(() => made.delete(name));
  made.set(name, fresh);
  for (const [oldest, stale] of made) {
    if (made.size <= KEPT) break;
    made.delete(oldest);
    void stale.then(({ url }) => window.setTimeout(() => URL.revokeObjectURL(url), LET_GO), () => undefined);
  }
  return fresh;
}

// "" if it cannot be shown. What was made last stays until the next has come, for the places that are still the same.
export function useCovering(shown: Shown, wanted: boolean): Covering | "" | undefined {
  const [covering, setCovering] = useState<{ made: Covering | ""; address: string } | null>(null);
  const body = JSON.stringify(shown.covered);
  useEffect(() => {
    if (!wanted) return undefined;
    let current = true;
    const take = (fresh: Covering | ""): void => void (current && setCovering({ made: fresh, address: shown.address }));
    const timer = window.setTimeout(() => void coveringOf(shown).then(take, () => take("")), covering ? STILL : 0);
    return () => ((current = false), clearTimeout(timer));
  }, [shown.address, body, wanted]);
  return covering?.address === shown.address ? covering.made : undefined;
}
