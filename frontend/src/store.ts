// What the page knows of the opened folder, kept up to date by asking the server again and again.

import { Refused, get, send } from "./api";
import type { AlbumState, Changes, Needs, WallPicture, WallPictures, Opening, ServerState } from "./model";

const PAGE = 60; // pictures asked for at once
const MOST_CHANGES = 500; // told at once; more means: ask anew
const SOON = 350;
const LATER = 1200;
const HIDDEN = 5000;
const PATIENCE = 3; // failed requests, soon after one another, until the server counts as gone

export type Condition = "loading" | "ready" | "locked" | "gone" | "ended";

export class Store {
  condition: Condition = "loading";
  server: ServerState | null = null;
  album: AlbumState | null = null;
  doubts: number[] = [];
  more: number[] = []; // doubts that became known, not yet shown
  lacks: Needs | null = null; // what somebody asked for and is not installed
  version = 0; // of what is known; grows with every change
  private items = new Map<number, WallPicture>();
  private asked = new Set<number>();
  private listeners = new Set<() => void>();
  private failures = 0;
  private timer = 0;

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async start(): Promise<void> {
    this.server = await get<ServerState>("/api/state");
    this.take(this.server.album);
    this.condition = "ready";
    this.tell();
    void this.poll();
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
  }

  private want(n: number): void {
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
    this.album = { ...album, serial: told.serial, counts: told.counts, rest: told.rest, toLookAt: told.toLookAt, seen: told.seen, doubtsKnown: told.doubtsKnown, problem: told.problem };
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
