// Small parts that several views are made of.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Refused } from "./api";
import type { Needs, Problem, WallPicture } from "./model";
import { store } from "./store";
import { language, t } from "./words";

export function useStore(): void {
  const [, redraw] = useState(0);
  useEffect(() => store.subscribe(() => redraw((n) => n + 1)), []);
}

// What a screen reader is told without moving the focus.
export function announce(sentence: string): void {
  const region = document.getElementById("said");
  if (region) region.textContent = sentence;
}

type DialogProps = { title: string; onClose: () => void; children: ComponentChildren; wide?: boolean };

export function Dialog({ title, onClose, children, wide }: DialogProps): JSX.Element {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    const dialog = ref.current;
    dialog?.showModal();
    return () => {
      dialog?.close(); // as long as it is open, nothing else takes the focus
      if (before instanceof HTMLElement || before instanceof SVGElement) before.focus();
    };
  }, []);
  return (
    <dialog ref={ref} class={wide ? "wide" : ""} aria-labelledby="dialog-title" onCancel={onClose} onClose={onClose}>
      <header>
        <h2 id="dialog-title">{title}</h2>
        <button type="button" class="quiet icon" aria-label={t("close")} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </dialog>
  );
}

const ICONS: Record<string, string> = {
  close: "M6 6l12 12M18 6L6 18",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  secondback: "M12 5l-7 7 7 7M20 5l-7 7 7 7",
  secondnext: "M12 5l7 7-7 7M4 5l7 7-7 7",
  undo: "M9 7L4 12l5 5M4 12h10a5 5 0 0 1 0 10h-2",
  redo: "M15 7l5 5-5 5M20 12H10a5 5 0 0 0 0 10h2",
  in: "M12 5v14M5 12h14",
  out: "M5 12h14",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  ellipse: "M4 12a8 6 0 1 0 16 0a8 6 0 1 0 -16 0",
  box: "M4 6h16v12H4z",
  free: "M5 17c-2-6 3-12 8-10s8 0 6 6-9 9-14 4z",
  select: "M6 4l12 8-6 1-2 6z",
  compare: "M4 5h7v14H4zM13 5h7v14h-7z",
  outlines: "M12 5c5 0 9 7 9 7s-4 7-9 7-9-7-9-7 4-7 9-7zM12 9.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5",
  folder: "M3 6h6l2 2h10v11H3z",
  help: "M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 17.5v.5",
  play: "M8 5l11 7-11 7z",
  pause: "M8 5v14M16 5v14",
  eye: "M12 5c5 0 9 7 9 7s-4 7-9 7-9-7-9-7 4-7 9-7zM12 9.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5",
  tick: "M4 12l5 6L20 6",
  drop: "M12 4v11M7 11l5 5 5-5M4 17v3h16v-3",
  paper: "M6 3h9l4 4v14H6zM9 12h7M9 16h7",
  check: "M5 12.5l4.5 4.5L19 7",
  original: "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16",
  life: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 8.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7M5.7 5.7l3.8 3.8M14.5 14.5l3.8 3.8M18.3 5.7l-3.8 3.8M9.5 14.5l-3.8 3.8",
  warning: "M12 4l9 16H3zM12 10v5M12 17.5v.5",
};

export function Icon({ name }: { name: string }): JSX.Element {
  return (
    <svg class="glyph" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={ICONS[name] ?? ""} />
    </svg>
  );
}

// A day (ISO 8601) as people write it.
export const day = (iso: string): string =>
  iso ? new Date(`${iso}T12:00:00`).toLocaleDateString(language === "en" ? "en-GB" : language, { day: "numeric", month: "long", year: "numeric" }) : "";

type Marked = Pick<WallPicture, "state" | "unread" | "nobody" | "ended" | "video" | "followed">;

export function StateMark({ item }: { item: Marked }): JSX.Element {
  const { state } = item;
  const ended = item.ended.length > 0 && (state === "asks" || state === "open");
  const open = item.video && !item.followed ? "video" : item.nobody ? "nobody" : state;
  const name = item.unread && state !== "left-out" ? "unread" : ended ? "ended" : state === "open" ? open : state;
  return <span class={`mark ${name}`}>{t(`state.${name}`)}</span>;
}

const needsOf = (error: Refused): Needs | null => (error.body as Problem | null)?.needs ?? null;

// A request that got no answer at all is a TypeError, in words that only programmers know.
export function failure(error: unknown): string {
  if (error instanceof TypeError) {
    store.soon();
    return t("silent");
  }
  if (error instanceof Refused && needsOf(error)) store.lack(needsOf(error));
  return error instanceof Error && error.message ? error.message : t("problem");
}
