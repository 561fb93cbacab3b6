// Small and large views, fetched with the page's key and kept in bounded memory.

import { useEffect, useState } from "preact/hooks";
import { Refused, ask, blob } from "./api";

const AT_ONCE = 4;
const KEPT = 500;
const AGAIN = 700;

type Waiting = { n: number; wanted: number; answer: (url: string) => void; signal: AbortController };

class Thumbnails {
  private urls = new Map<number, string>();
  private waiting: Waiting[] = [];
  private running = 0;

  known(n: number): string | undefined {
    const url = this.urls.get(n);
    if (url) {
      this.urls.delete(n);
      this.urls.set(n, url);
    }
    return url;
  }

  // The latest wish comes first. Returns how to take it back.
  wish(n: number, answer: (url: string) => void): () => void {
    const wish = { n, wanted: performance.now(), answer, signal: new AbortController() };
    this.waiting.push(wish);
    this.go();
    return () => {
      this.waiting = this.waiting.filter((other) => other !== wish);
      wish.signal.abort();
    };
  }

  clear(): void {
    for (const url of this.urls.values()) URL.revokeObjectURL(url);
    this.urls.clear();
  }

  private go(): void {
    while (this.running < AT_ONCE) {
      const wish = this.waiting.pop();
      if (!wish) return;
      this.running += 1;
      void this.fetch(wish).finally(() => {
        this.running -= 1;
        this.go();
      });
    }
  }

  private async fetch(wish: Waiting): Promise<void> {
    try {
      const url = URL.createObjectURL(await blob(`/api/pictures/${wish.n}/thumbnail`, wish.signal.signal));
      this.keep(wish.n, url);
      wish.answer(url);
    } catch (error) {
      if (error instanceof Refused && error.status === 503) {
        // The wish keeps its place meanwhile: a server that has too much to do is not asked more often for it.
        await new Promise((resolve) => window.setTimeout(resolve, AGAIN));
        if (!wish.signal.signal.aborted) this.waiting.unshift(wish);
      } else if (!wish.signal.signal.aborted) wish.answer("");
    }
  }

  private keep(n: number, url: string): void {
    this.urls.set(n, url);
    for (const [oldest, stale] of this.urls) {
      if (this.urls.size <= KEPT) break;
      this.urls.delete(oldest);
      URL.revokeObjectURL(stale);
    }
  }
}

export const thumbnails = new Thumbnails();

// Address of a small view; "" if it cannot be shown, undefined while it is being made.
export function useThumbnail(n: number): string | undefined {
  const [url, setUrl] = useState<string | undefined>(thumbnails.known(n));
  useEffect(() => {
    const known = thumbnails.known(n);
    setUrl(known);
    return known ? undefined : thumbnails.wish(n, setUrl);
  }, [n]);
  return url;
}

export type View = { url: string; width: number; height: number; pages: number };

// A large view, or "" if it cannot be shown. The address is let go of when it is not needed any more.
export function useView(path: string, body?: unknown, wanted = true): View | "" | undefined {
  const [view, setView] = useState<View | "" | undefined>(undefined);
  const sent = body === undefined ? undefined : JSON.stringify(body);
  useEffect(() => {
    const abort = new AbortController();
    let url = "";
    setView(undefined);
    if (!wanted) return undefined;
    ask(path, { signal: abort.signal, ...(sent === undefined ? {} : { method: "POST", body: sent }) })
      .then(async (answer) => {
        url = URL.createObjectURL(await answer.blob());
        const number = (name: string): number => Number(answer.headers.get(name));
        if (!abort.signal.aborted) setView({ url, width: number("x-width"), height: number("x-height"), pages: number("x-pages") });
      })
      .catch(() => abort.signal.aborted || setView(""));
    return () => {
      abort.abort();
      if (url) URL.revokeObjectURL(url);
    };
  }, [path, sent, wanted]);
  return view;
}
