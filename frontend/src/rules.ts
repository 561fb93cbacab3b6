// Small questions about what the server says.

import type { ReviewItem } from "./model";

const PEOPLE = new Set(["face", "head", "person"]);

// Whether exactly one person is covered while others are left visible.
export function singledOut(places: ReviewItem[]): boolean {
  const people = places.filter((place) => PEOPLE.has(place.kind));
  const covered = people.filter((place) => !place.visible).length;
  return covered === 1 && people.length > 1;
}

// A name for a new place that no other place has.
export const freshId = (): string => `d${crypto.randomUUID()}`.slice(0, 37);
