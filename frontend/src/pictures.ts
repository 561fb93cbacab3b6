// Small and large views, fetched with the page's key and kept in bounded memory.

import { useEffect, useState } from "preact/hooks";
import { Refused, ask, blob } from "./api";
import type { WallPicture } from "./model";

const AT_ONCE = 4;
const KEPT = 500;
const AGAIN = 700;

type Waiting = { n: number; name: string; wanted: number; answer: (url: string) => void; signal: AbortController };

class Thumbnails {
  private urls = new Map<string, string>();
  private waiting: Waiting[] = [];
  private running = 0;

  known(name: string): string | undefined {
    const url = this.urls.get(name);
    if (url) {
      this.urls.delete(name);
      this.urls.set(name, url);
    }
    return url;
  }

  // The latest wish comes first. Returns how to take it back.
  wish(n: number, name: string, answer: (url: string) => void): () => void {
    const wish = { n, name, wanted: performance.now(), answer, signal: new AbortController() };
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
      this.keep(wish.name, url);
      wish.answer(url);
    } catch (error) {
      if (error instanceof Refused && error.status === 503) {
        // The wish keeps its place meanwhile: a server that has too much to do is not asked more often for it.
        await new Promise((resolve) => window.setTimeout(resolve, AGAIN));
        if (!wish.signal.signal.aborted) this.waiting.unshift(wish);
      } else if (!wish.signal.signal.aborted) wish.answer("");
    }
  }

  private keep(name: string, url: string): void {
    this.urls.set(name, url);
    for (const [oldest, stale] of this.urls) {
      if (this.urls.size <= KEPT) break;
      this.urls.delete(oldest);
      URL.revokeObjectURL(stale);
    }
  }
}

export const thumbnails = new Thumbnails();

// Address of a small view with what is covered; "" if it cannot be shown, undefined while it is being made. The one before
// stays until the one with what is covered now has come.
export function useThumbnail(n: number, item: WallPicture | undefined): string | undefined {
  const name = `${n} ${item?.version ?? 0} ${item?.places.length ?? 0} ${item?.followed ?? false}`;
  const [shown, setShown] = useState<{ n: number; url: string | undefined }>({ n, url: thumbnails.known(name) });
  useEffect(() => {
    const url = thumbnails.known(name);
    setShown((before) => (url || before.n !== n ? { n, url } : before));
    return url ? undefined : thumbnails.wish(n, name, (made) => setShown({ n, url: made }));
  }, [name]);
  return shown.n === n ? shown.url : undefined;
}

export type View = { url: string; width: number; height: number; pages: number };

// A large view, of what is covered in it if that is told.
export async function largeView(path: string, body?: unknown, signal?: AbortSignal): Promise<View> {
  const answer = await ask(path, { signal, ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }) });
  const url = URL.createObjectURL(await answer.blob());
  const number = (name: string): number => Number(answer.headers.get(name));
  return { url, width: number("x-width"), height: number("x-height"), pages: number("x-pages") };
}

// A large view, or "" if it cannot be shown. The address is let go of when it is not needed any more.
export function useView(path: string, body?: unknown, wanted = true): View | "" | undefined {
  const [view, setView] = useState<View | "" | undefined>(undefined);
  const sent = body === undefined ? undefined : JSON.stringify(body);
  useEffect(() => {
    const abort = new AbortController();
    let url = "";
    setView(undefined);
    if (!wanted) return undefined;
    largeView(path, body, abort.signal)
      .then((made) => {
        url = made.url;
        if (abort.signal.aborted) URL.revokeObjectURL(url);
        else setView(made);
      })
      .catch(() => abort.signal.aborted || setView(""));
    return () => {
      abort.abort();
      if (url) URL.revokeObjectURL(url);
    };
  }, [path, sent, wanted]);
  return view;
}
