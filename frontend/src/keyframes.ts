// A place of a film that is moved and resized along its way: in key frames, and evenly between them.

import { bounds, moved, resized } from "./geometry";
import type { ReviewItem, Shape } from "./model";

type Key = NonNullable<ReviewItem["keys"]>[number]; // frame, pixels right and down, factors of width and height
type Move = [number, number, number, number];

const [SMALLEST, LARGEST] = [0.01, 100];

export function moveAt(keys: Key[], frame: number): Move {
  const after = keys.findIndex(([at]) => at > frame);
  const [b, a] = [keys[after < 0 ? keys.length - 1 : after], keys[after < 0 ? keys.length - 1 : Math.max(0, after - 1)]];
  if (!a || !b) return [0, 0, 1, 1];
  const share = b[0] > a[0] ? (frame - a[0]) / (b[0] - a[0]) : 0;
  const at = (i: 1 | 2 | 3 | 4): number => a[i] + (b[i] - a[i]) * share;
  return [at(1), at(2), at(3), at(4)];
}

export function shapeMoved(shape: Shape, keys: Key[], frame: number): Shape {
  const [dx, dy, fx, fy] = moveAt(keys, frame);
  return moved(resized(shape, fx, fy), dx, dy);
}

const sorted = (keys: Key[]): Key[] => [...keys].sort((a, b) => a[0] - b[0]);

// One more key frame, in place of one that was there.
export const withKey = (keys: Key[], frame: number, move: Move): Key[] => sorted([...keys.filter(([at]) => at !== frame), [frame, ...move]]);

// What a place becomes that was brought to a shape in a frame. found: its shape there if nobody had moved it.
export function reshaped(place: ReviewItem, found: Shape, frame: number, shape: Shape): Partial<ReviewItem> {
  const keys = place.keys ?? [];
  if (place.origin === "drawn" && !keys.length) return { shape };
  const [before, after] = [bounds(found), bounds(shape)];
  const factor = (now: number, then: number): number => Math.min(LARGEST, Math.max(SMALLEST, now / Math.max(then, 1e-6)));
  const move: Move = [
    after.x + after.w / 2 - (before.x + before.w / 2),
    after.y + after.h / 2 - (before.y + before.h / 2),
    factor(after.w, before.w),
    factor(after.h, before.h),
  ];
  return { keys: withKey(keys.length ? keys : ends(place), frame, move) };
}

// What was followed stays where it was found at its beginning and its end.
const ends = ({ course }: ReviewItem): Key[] => (course ? [...new Set([course.first, course.stop - 1])].map((at): Key => [at, 0, 0, 1, 1]) : []);
