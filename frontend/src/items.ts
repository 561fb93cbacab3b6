// What is decided about at once: a place, or all parts of one person in this one picture.

import { bounds } from "./geometry";
import type { Permission, ReviewItem, Style } from "./model";
import type { Video } from "./video";
import { t } from "./words";

export type Item = {
  id: string;
  parts: ReviewItem[];
  kind: string;
  drawn: boolean;
  style: Style | null;
  visible: Permission | null; // only where all parts are
  asked: boolean;
  doubtful: boolean;
};

const PEOPLE = new Set(["face", "head", "person"]);

// together: see `Detail`.
export function itemsOf(places: ReviewItem[], together: string[][]): Item[] {
  const whose = new Map(together.flatMap((group) => group.map((part): [string, string] => [part, group[0] ?? part])));
  const parts = new Map<string, ReviewItem[]>();
  for (const place of places) {
    const id = whose.get(place.id) ?? place.id;
    parts.set(id, [...(parts.get(id) ?? []), place]);
  }
  return [...parts].map(([id, own]) => itemOf(own.find((one) => one.id === id) ?? (own[0] as ReviewItem), own));
}

const itemOf = (lead: ReviewItem, parts: ReviewItem[]): Item => ({
  id: lead.id,
  parts,
  kind: lead.kind,
  drawn: lead.origin === "drawn",
  style: lead.style,
  visible: parts.every((part) => part.visible) ? lead.visible : null,
  asked: parts.some((part) => part.asked),
  doubtful: parts.every((part) => part.doubtful),
});

export const leftToRight = (items: Item[]): Item[] => [...items].sort((a, b) => left(a) - left(b));

const left = (item: Item): number => Math.min(...item.parts.map((part) => bounds(part.shape).x));

// The name of each place: that of its item, numbered in the order of the items.
export function itemNames(items: Item[]): Map<string, string> {
  const counts = new Map<string, number>();
  return new Map(
    items.flatMap((item) => {
      const number = (counts.get(item.kind) ?? 0) + 1;
      counts.set(item.kind, number);
      const name = t("places.label", { kind: t(`kind.${item.kind}`), number });
      return item.parts.map((part): [string, string] => [part.id, name]);
    }),
  );
}

export const isPerson = (item: Item): boolean => PEOPLE.has(item.kind);

// Whether exactly one person is covered while others are left visible.
export function singledOut(items: Item[]): boolean {
  const people = items.filter(isPerson);
  return people.length > 1 && people.filter((item) => !item.visible).length === 1;
}

// A place that somebody drew: in a page, or in all frames of a film, of which one was looked at.
export const drawnItem = (shape: ReviewItem["shape"], page: number, video: Video | null, frame: number): ReviewItem => ({
  id: `d${crypto.randomUUID()}`.slice(0, 37), // no other place has it
  shape,
  page,
  kind: "drawn",
  origin: "drawn",
  style: null,
  visible: null,
  doubtful: false,
  asked: false,
  course: video && { first: 0, stop: video.frames, marks: [] },
  ...(video ? { keys: [[frame, 0, 0, 1, 1] as [number, number, number, number, number]] } : {}),
});
