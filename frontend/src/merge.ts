// Two tabs may decide about one picture: what each changed is put together, place by place.

import type { ReviewItem, Review } from "./model";

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

// base: what both began with. Where both changed the same place, mine holds.
export function merged(base: Review, mine: Review, theirs: Review): Review {
  const of = (review: Review): Map<string, ReviewItem> => new Map(review.places.map((place) => [place.id, place]));
  const [before, ours, others] = [of(base), of(mine), of(theirs)];
  const ids = new Set([...others.keys(), ...ours.keys()]);
  const places: ReviewItem[] = [];
  for (const id of ids) {
    const changed = !same(ours.get(id), before.get(id));
    const place = changed ? ours.get(id) : others.get(id);
    if (place) places.push(place);
  }
  const outcome = mine.outcome === base.outcome ? theirs.outcome : mine.outcome;
  return { ...theirs, outcome, places };
}
