// The decision about the picture that is open: changed here, saved at once, put together with what other tabs save.

import { useEffect, useRef, useState } from "preact/hooks";
import { Refused, get, outlives, send } from "./api";
import { changes, merged } from "./merge";
import type { Conflicting, Detail, Outcome, Review, ReviewItem, VideoChoice } from "./model";
import { failure } from "./parts";
import { store } from "./store";
import { language } from "./words";
import { type History, begin, record, redo, undo } from "./undo";

const SAVE_AFTER = 250;
const TRIES = 5;

// before: what stood until somebody accepted; version: of what was accepted.
export type Accepting = { before: Review; version: number };

export type Draft = { places: ReviewItem[]; outcome: Outcome; video: VideoChoice };

export type Deciding = {
  detail: Detail | null;
  history: History<Draft>;
  problem: string;
  change: (next: Partial<Draft>) => void;
  undo: () => void;
  redo: () => void;
  accept: (outcome: Outcome) => Promise<Accepting | null>;
  more: (what: string) => Promise<number>;
  flush: () => Promise<unknown>;
};

const USUAL: VideoChoice = { part: null, sound: null };
const NOTHING: Draft = { places: [], outcome: "", video: USUAL };

const draftOf = ({ places, outcome, video }: Review): Draft => ({ places, outcome, video: video ?? USUAL });
// As it is compared: what was chosen for a film is there, chosen or not.
const whole = (review: Review): Review => ({ ...review, video: review.video ?? USUAL });

class EditedReview {
  base: Review = { version: 0, outcome: "", accepted: false, recipe: "", places: [] };
  history: History<Draft> = begin(NOTHING);
  detail: Detail | null = null;
  problem = "";
  private unsaved = false;
  private coming = 0; // the version that a save under way makes
  private timer = 0;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(readonly n: number, private readonly redraw: () => void) {}

  async load(): Promise<void> {
    try {
      const detail = await get<Detail>(`/api/pictures/${this.n}`);
      this.take(detail);
      this.history = begin(draftOf(detail.review));
    } catch (error) {
      this.problem = failure(error);
    }
    this.redraw();
  }

  // Another tab has saved, or a copy was written.
  async refresh(): Promise<void> {
    if (this.unsaved || !this.detail) return;
    const detail = await get<Detail>(`/api/pictures/${this.n}`).catch(() => null);
    if (!detail || this.unsaved) return;
    const other = detail.review.version !== this.base.version || detail.review.places.length !== this.base.places.length;
    this.take(detail);
    if (other) this.history = record(this.history, draftOf(detail.review));
    this.redraw();
  }

  change(next: Partial<Draft>): void {
    this.become(record(this.history, { ...this.history.now, ...next }));
  }

  become(history: History<Draft>): void {
    if (history.now === this.history.now) return;
    this.history = history;
    this.unsaved = true;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.flush(), SAVE_AFTER);
    this.redraw();
  }

  flush(): Promise<unknown> {
    clearTimeout(this.timer);
    this.queue = this.queue.then(() => (this.unsaved ? this.put("PUT", "review") : null));
    return this.queue;
  }

  // The page is left: nobody waits for an answer any more, not even for that to a save under way. What another tab saved
  // meanwhile is put together with this by the server.
  leave(): void {
    if (!this.pending) return;
    clearTimeout(this.timer);
    this.unsaved = false;
    void send("POST", `/api/pictures/${this.n}/changes`, changes(this.base, this.draft())).catch(() => (this.unsaved = true));
  }

  // Whether leaving the page now would lose what was changed last.
  get endangered(): boolean {
    return this.pending && !outlives(changes(this.base, this.draft()));
  }

  // Whether something was changed of which nobody knows yet that it is kept.
  private get pending(): boolean {
    return this.unsaved || this.coming > this.base.version;
  }

  // null if that did not work.
  async accept(outcome: Outcome): Promise<Accepting | null> {
    await this.flush();
    const before = this.base;
    this.history = record(this.history, { ...this.history.now, outcome });
    return (await this.put("POST", "accept")) ? { before, version: this.base.version } : null;
  }

  // Look for a further kind of thing. Returns how many places were found, -1 if that did not work.
  async more(what: string): Promise<number> {
    await this.flush();
    const before = this.history.now.places.length;
    if (!(await this.put("POST", `more/${what}`))) return -1;
    const found = this.base.places.length - before;
    if (found > 0) this.history = record(this.history, draftOf(this.base));
    this.redraw();
    return found;
  }

  private draft(): Review {
    return { ...this.base, ...this.history.now, accepted: false };
  }

  private async put(method: "PUT" | "POST", what: string): Promise<boolean> {
    for (let i = 0; i < TRIES; i += 1) {
      const now = this.history.now;
      const mine = this.draft();
      this.unsaved = false;
      this.coming = mine.version + 1;
      try {
        this.take(await send<Detail>(method, `/api/pictures/${this.n}/${what}`, mine));
        // A film was looked through meanwhile: what was found is part of the decision from now on.
        if (this.history.now === now && this.base.places.length !== now.places.length)
          this.history = { ...this.history, now: { ...now, places: this.base.places } };
        this.problem = "";
        this.redraw();
        return true;
      } catch (error) {
        this.unsaved = true;
        this.coming = 0;
        if (!(error instanceof Refused) || error.status !== 409) {
          this.problem = failure(error);
          this.redraw();
          return false;
        }
        const theirs = whole((error.body as Conflicting).review);
        const both = merged(this.base, mine, theirs);
        this.base = theirs;
        if (this.history.now === now) this.history = record(this.history, draftOf(both));
      }
    }
    return false;
  }

  private take(detail: Detail): void {
    this.detail = detail;
    this.base = whole(detail.review);
    store.put(detail);
  }
}

// However the page is left, what was changed last is kept; what is too large to outlive the page is asked about.
function keptOnLeaving(own: EditedReview): () => void {
  const leave = (): void => own.leave();
  const hide = (): void => void (document.hidden && own.flush());
  const ask = (event: BeforeUnloadEvent): void => {
    if (!own.endangered) return;
    void own.flush();
    event.preventDefault();
  };
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", hide);
  addEventListener("beforeunload", ask);
  return () => {
    removeEventListener("pagehide", leave);
    document.removeEventListener("visibilitychange", hide);
    removeEventListener("beforeunload", ask);
  };
}

export function useReview(n: number): Deciding {
  const [, redraw] = useState(0);
  const edited = useRef<EditedReview | null>(null);
  if (edited.current === null || edited.current.n !== n) edited.current = new EditedReview(n, () => redraw((count) => count + 1));
  const own = edited.current;
  const item = store.item(n);
  useEffect(() => {
    void own.load();
    const stopKeeping = keptOnLeaving(own);
    return () => {
      stopKeeping();
      void own.flush();
    };
  }, [own]);
  useEffect(() => {
    const known = own.detail;
    if (item && known && (item.version !== own.base.version || item.state !== known.state || item.followed !== known.followed)) void own.refresh();
  }, [item?.version, item?.state, item?.followed]);
  useEffect(() => void own.refresh(), [language]);
  return {
    detail: own.detail,
    history: own.history,
    problem: own.problem,
    change: (next) => own.change(next),
    undo: () => own.become(undo(own.history)),
    redo: () => own.become(redo(own.history)),
    accept: (outcome) => own.accept(outcome),
    more: (what) => own.more(what),
    flush: () => own.flush(),
  };
}
