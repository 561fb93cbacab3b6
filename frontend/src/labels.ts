// Where the names of places stand on the screen: beside their place, none on another, all of them to be seen.

import type { Box } from "./geometry";

export type Label = { id: string; name: string; box: Box }; // box: of the place; all in pixels of the screen
export type Placed = { id: string; name: string; x: number; y: number; w: number };

export const LINE = 20; // height of a label
const FONT = "13px system-ui, -apple-system, 'Segoe UI', sans-serif";
const AROUND = 8; // both sides of a name together
const MOST_LINES = 40; // up and down in which room is looked for

const context = new OffscreenCanvas(1, 1).getContext("2d");

export function widthOf(name: string): number {
  if (!context) return 8 * name.length;
  context.font = FONT;
  return Math.ceil(context.measureText(name).width) + AROUND;
}

// Those that come first have the choice; what has no room is left out.
export function arranged(labels: Label[], width: number, height: number): Placed[] {
  const taken: Box[] = [];
  const placed: Placed[] = [];
  for (const { id, name, box } of labels) {
    if (box.x > width || box.y > height || box.x + box.w < 0 || box.y + box.h < 0) continue;
    const w = widthOf(name);
    const here = candidates(box, w, width, height).find((one) => !taken.some((other) => meet(one, other)));
    if (!here) continue;
    taken.push(here);
    placed.push({ id, name, x: here.x, y: here.y, w });
  }
  return placed;
}

// Above, below, at both sides, then farther up and down; never beyond the edge.
function candidates(box: Box, w: number, width: number, height: number): Box[] {
  const middle = box.x + box.w / 2 - w / 2;
  const [above, below] = [box.y - LINE, box.y + box.h];
  const beside = box.y + box.h / 2 - LINE / 2;
  const wanted: [number, number][] = [[middle, above], [middle, below], [box.x + box.w, beside], [box.x - w, beside]];
  for (let i = 1; i <= MOST_LINES; i += 1) wanted.push([middle, above - i * LINE], [middle, below + i * LINE]);
  return wanted
    .filter(([, y]) => y >= 0 && y + LINE <= height)
    .concat([[middle, Math.min(Math.max(0, above), height - LINE)]])
    .map(([x, y]) => ({ x: Math.min(Math.max(0, x), Math.max(0, width - w)), y, w, h: LINE }));
}

const meet = (a: Box, b: Box): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
