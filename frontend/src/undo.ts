// Undo and redo without end.

export type History<T> = { past: T[]; now: T; future: T[] };

export const begin = <T>(now: T): History<T> => ({ past: [], now, future: [] });

export const record = <T>(history: History<T>, next: T): History<T> => ({
  past: [...history.past, history.now],
  now: next,
  future: [],
});

export function undo<T>({ past, now, future }: History<T>): History<T> {
  const before = past.at(-1);
  return before === undefined ? { past, now, future } : { past: past.slice(0, -1), now: before, future: [now, ...future] };
}

export function redo<T>({ past, now, future }: History<T>): History<T> {
  const [next, ...rest] = future;
  return next === undefined ? { past, now, future } : { past: [...past, now], now: next, future: rest };
}
