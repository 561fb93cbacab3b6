// Two tabs may decide about one picture: what each changed is put together, place by place.

import type { LastChanges, ReviewItem, Review } from "./model";

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const named = (review: Review): Map<string, ReviewItem> => new Map(review.places.map((place) => [place.id, place]));

// What is other in mine than in the one it began with.
export function changes(base: Review, mine: Review): LastChanges {
  const [before, now] = [named(base), named(mine)];
  return {
    outcome: mine.outcome === base.outcome ? null : mine.outcome,
    places: mine.places.filter((place) => !same(before.get(place.id), place)),
    gone: base.places.flatMap(({ id }) => (now.has(id) ? [] : [id])),
    video: same(mine.video, base.video) ? null : (mine.video ?? null),
  };
}

// base: what both began with. Where both changed the same place, mine holds.
export function merged(base: Review, mine: Review, theirs: Review): Review {
  const [before, ours, others] = [named(base), named(mine), named(theirs)];
  const ids = new Set([...others.keys(), ...ours.keys()]);
  const places: ReviewItem[] = [];
  for (const id of ids) {
    const changed = !same(ours.get(id), before.get(id));
    const place = changed ? ours.get(id) : others.get(id);
    if (place) places.push(place);
  }
  const outcome = mine.outcome === base.outcome ? theirs.outcome : mine.outcome;
  const video = same(mine.video, base.video) ? theirs.video : mine.video;
  return { ...theirs, outcome, places, ...(video ? { video } : {}) };
}
