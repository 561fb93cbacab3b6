// Talking to the server: every request carries the page's key, which only this page knows.

import type { Entering, Problem, SessionKey } from "./model";

const KEY = "paravent-key";
const OUTLIVES = 30_000; // bytes of a body; browsers keep 64 KiB of requests going for a page that is left
let key = "";
let language = "";

export class Refused extends Error {
  constructor(readonly status: number, message: string, readonly body: unknown) {
    super(message);
  }
}

export function speak(wanted: string): void {
  language = wanted;
}

// Turns the token of the link into a cookie and a key. Returns whether this page may ask.
export async function enter(): Promise<boolean> {
  const token = /^#([\w-]{20,})$/.exec(location.hash)?.[1];
  key = localStorage.getItem(KEY) ?? "";
  if (!token) return key !== "";
  history.replaceState(null, "", "/");
  const answer = await fetch("/api/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token } satisfies Entering),
  });
  if (answer.ok) {
    key = ((await answer.json()) as SessionKey).key;
    localStorage.setItem(KEY, key);
  }
  return key !== "";
}

export async function ask(path: string, options: RequestInit = {}): Promise<Response> {
  const headers: Record<string, string> = { "x-paravent-key": key };
  if (language) headers["accept-language"] = language;
  if (options.body) headers["content-type"] = "application/json";
  const answer = await fetch(path, { ...options, headers, cache: "no-store" });
  if (answer.ok) return answer;
  const body = (await answer.json().catch(() => null)) as Problem | null;
  throw new Refused(answer.status, body?.problem ?? "", body);
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await ask(path, { signal })).json()) as T;
}

// Whether a request with this body reaches the server although the page is left meanwhile.
export const outlives = (body: unknown): boolean => new TextEncoder().encode(JSON.stringify(body)).length <= OUTLIVES;

export async function send<T>(method: "POST" | "PUT", path: string, body: unknown): Promise<T> {
  return (await (await ask(path, { method, body: JSON.stringify(body), keepalive: outlives(body) })).json()) as T;
}

export async function blob(path: string, signal?: AbortSignal): Promise<Blob> {
  return (await ask(path, { signal })).blob();
}

export function goodbye(): void {
  if (key) void fetch("/api/goodbye", { method: "POST", keepalive: true, headers: { "x-paravent-key": key } });
}
