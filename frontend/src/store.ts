// What the page knows of the opened folder, kept up to date by asking the server again and again.

import { Refused, get, send } from "./api";
import { Pace } from "./pace";
import type { AlbumState, Changes, Needs, Order, WallPicture, WallPictures, Opening, ServerState } from "./model";

const PAGE = 60; // pictures asked for at once
const MOST_CHANGES = 500; // told at once; more means: ask anew
const SOON = 350;
const LATER = 1200;
const HIDDEN = 5000;
const PATIENCE = 3; // failed requests, soon after one another, until the server counts as gone

const OFTEN = 2000; // between two looks at what is shown, where not all is

// Which pictures are shown, and in which order: as `web/review/ordering.py` has them.
export type Shown = "all" | "undecided" | "again" | "working" | "prepared" | "not-posted" | "held" | "left-out";
export const KINDS = ["all", "still", "video", "other"];
export const SORTS = ["folder", "name", "time"];
type Arranged = { show: Shown; kind: string; sort: string };
const AS_IT_IS: Arranged = { show: "all", kind: "all", sort: "folder" };

export type Condition = "loading" | "ready" | "locked" | "gone" | "ended";

export class Store {
  condition: Condition = "loading";
  server: ServerState | null = null;
  album: AlbumState | null = null;
  doubts: number[] = [];
  more: number[] = []; // doubts that became known, not yet shown
  lacks: Needs | null = null; // what somebody asked for and is not installed
  view: Arranged = AS_IT_IS;
  order: number[] | null = null; // numbers that are shown; null for all, in the order of the folder
  readonly looking = new Pace();
  readonly preparing = new Pace();
  version = 0; // of what is known; grows with every change
  private items = new Map<number, WallPicture>();
  private asked = new Set<number>();
  private listeners = new Set<() => void>();
  private failures = 0;
  private timer = 0;
  private missing: number[] = [];
  private arranged = 0; // when

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async start(): Promise<void> {
    await this.reread();
    this.condition = "ready";
    this.tell();
    void this.poll();
  }

  // The folder was opened anew meanwhile.
  async reread(): Promise<void> {
    this.server = await get<ServerState>("/api/state");
    this.take(this.server.album);
    this.tell();
  }

  async open(order: Opening): Promise<void> {
    this.take(await send<AlbumState>("POST", "/api/open", order));
    this.tell();
  }

  leave(): void {
    this.take(null);
    this.tell();
  }

  async end(): Promise<void> {
    this.condition = "ended";
    this.tell();
    await send("POST", "/api/end", {}).catch(() => null);
  }

  lack(needs: Needs | null): void {
    this.lacks = needs;
    this.tell();
  }

  // What is there as it stands now. Nothing is taken out of it until a person asks anew.
  async arrange(changed: Partial<Arranged> = {}): Promise<void> {
    this.view = { ...this.view, ...changed };
    this.order = this.isWhole() ? null : await this.wanted();
    this.tell();
  }

  private isWhole(): boolean {
    return Object.entries(AS_IT_IS).every(([name, usual]) => this.view[name as keyof Arranged] === usual);
  }

  private async wanted(): Promise<number[]> {
    this.arranged = performance.now();
    return (await get<Order>(`/api/order?${new URLSearchParams(this.view)}`)).numbers;
  }

  private async addTo(order: number[]): Promise<void> {
    const known = new Set(order);
    const more = (await this.wanted()).filter((n) => !known.has(n));
    if (more.length && this.order === order) this.order = [...order, ...more];
  }

  item(n: number): WallPicture | undefined {
    const item = this.items.get(n);
    if (!item) this.want(n);
    return item;
  }

  put(item: WallPicture): void {
    this.items.set(item.n, item);
    this.tell();
  }

  // New doubts come on the wall when that moves nothing a person is looking at.
  showMore(): void {
    if (!this.more.length) return;
    this.doubts = [...this.doubts, ...this.more];
    this.more = [];
    this.tell();
  }

  soon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.poll(), 50);
  }

  // The language has changed: what stands in sentences is asked for anew.
  relearn(): void {
    this.items.clear();
    this.asked.clear();
    this.tell();
  }

  private take(album: AlbumState | null): void {
    this.album = album;
    this.doubts = album?.doubts ?? [];
    this.more = [];
    this.items.clear();
    this.asked.clear();
    this.view = AS_IT_IS;
    this.order = null;
    this.looking.forget();
    this.preparing.forget();
  }

  private want(n: number): void {
    if (this.order) return this.wantOne(n);
    const page = Math.floor(n / PAGE);
    if (this.asked.has(page) || !this.album) return;
    this.asked.add(page);
    const album = this.album;
    void get<WallPictures>(`/api/wall?start=${page * PAGE}&count=${PAGE}`)
      .then(({ items }) => {
        if (this.album?.folder !== album.folder) return;
        for (const item of items) this.items.set(item.n, item);
        this.tell();
      })
      .catch(() => this.asked.delete(page));
  }

  // Of some that lie far apart, those that are drawn at once are asked for together.
  private wantOne(n: number): void {
    if (!this.missing.length) window.setTimeout(() => void this.fetchMissing());
    if (!this.missing.includes(n)) this.missing.push(n);
  }

  private async fetchMissing(): Promise<void> {
    const wanted = this.missing.splice(0);
    const album = this.album;
    for (let i = 0; i < wanted.length; i += PAGE) {
      const { items } = await get<WallPictures>(`/api/wall?of=${wanted.slice(i, i + PAGE).join()}`).catch(() => ({ items: [] }));
      if (this.album?.folder !== album?.folder) return;
      for (const item of items) this.items.set(item.n, item);
    }
    this.tell();
  }

  private async poll(): Promise<void> {
    clearTimeout(this.timer);
    let wait = LATER;
    try {
      if (this.album) {
        await this.changes(this.album);
        if (this.album.counts.working) wait = SOON;
      } else await get("/api/state");
      this.failures = 0;
      if (this.condition === "gone") this.condition = "ready";
    } catch (error) {
      this.failed(error);
    }
    if (this.failures) wait = SOON;
    if (this.condition === "locked" || this.condition === "ended") return;
    this.timer = window.setTimeout(() => void this.poll(), document.hidden ? HIDDEN : wait);
  }

  private async changes(album: AlbumState): Promise<void> {
    const told = await get<Changes>(`/api/changes?since=${album.serial}&doubts=${album.doubtsKnown}`);
    if (this.album !== album) return;
    const changed = told.serial !== album.serial || told.problem !== album.problem;
    if (told.items.length >= MOST_CHANGES) {
      this.items.clear();
      this.asked.clear();
    }
    for (const item of told.items) if (this.items.has(item.n)) this.items.set(item.n, item);
    this.more.push(...told.doubts.filter((n) => !this.doubts.includes(n)));
    this.album = { ...album, serial: told.serial, counts: told.counts, rest: told.rest, toLookAt: told.toLookAt, seen: told.seen, doubtsKnown: told.doubtsKnown, needs: told.needs, problem: told.problem };
    const { waiting, ready, held } = told.counts;
    this.looking.note(album.count - waiting);
    this.preparing.note(ready + told.counts.private + held);
    if (changed && this.order && performance.now() - this.arranged > OFTEN) await this.addTo(this.order);
    if (changed) this.tell();
  }

  private failed(error: unknown): void {
    if (error instanceof Refused && error.status === 401) this.condition = "locked";
    else if (error instanceof Refused) return;
    else if (++this.failures >= PATIENCE && this.condition === "ready") this.condition = "gone";
    this.tell();
  }

  private tell(): void {
    this.version += 1;
    for (const listener of this.listeners) listener();
  }
}

export const store = new Store();
