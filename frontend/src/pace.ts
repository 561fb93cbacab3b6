// How fast long work goes on, and how long it will take, from what was done in the last minute or so.

const WINDOW = 90_000; // milliseconds
const SOONEST = 5_000;
const FEWEST = 2;

export class Pace {
  private seen: [number, number][] = [];

  note(done: number, now = performance.now()): void {
    const last = this.seen.at(-1);
    if (last && done < last[1]) this.seen = [];
    this.seen.push([now, done]);
    while (this.seen.length > 2 && now - (this.seen[0]?.[0] ?? now) > WINDOW) this.seen.shift();
  }

  forget(): void {
    this.seen = [];
  }

  // Of a minute; 0 as long as nobody can say.
  get perMinute(): number {
    const [first, last] = [this.seen[0], this.seen.at(-1)];
    if (!first || !last || last[0] - first[0] < SOONEST || last[1] - first[1] < FEWEST) return 0;
    return ((last[1] - first[1]) / (last[0] - first[0])) * 60_000;
  }
}
