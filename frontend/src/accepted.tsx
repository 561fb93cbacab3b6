// What was accepted last, and how to take it back: stays while other pictures are opened.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { get, send } from "./api";
import type { Detail, Review } from "./model";
import { Icon, announce, failure } from "./parts";
import { store } from "./store";
import { t } from "./words";

// before: the decision as it stood. version: of what was accepted.
type Accepted = { n: number; name: string; before: Review; version: number };

let last: Accepted | null = null;
let redraw: () => void = () => undefined;

export function noteAccepted(accepted: Accepted | null): void {
  last = accepted;
  redraw();
}

export const forgetAccepted = (): void => noteAccepted(null);

// Takes the last acceptance back, with the copy. Returns the picture; throws what went wrong.
async function takeBack({ n, name, before, version }: Accepted): Promise<number> {
  const { review } = await get<Detail>(`/api/pictures/${n}`);
  if (review.version !== version) throw new Error(t("accepted.changed", { name }));
  store.put(await send<Detail>("POST", `/api/pictures/${n}/take-back`, { ...before, accepted: false, version }));
  store.soon();
  return n;
}

// The key for undoing means this when there is nothing else to undo.
export let undoAccepting: () => void = () => undefined;

export function AcceptedLast({ open }: { open: (n: number | null) => void }): JSX.Element | null {
  const [, count] = useState(0);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    redraw = () => (setProblem(""), count((now) => now + 1));
    return () => void (redraw = () => undefined);
  }, []);
  const undo = async (): Promise<void> => {
    if (!last || busy) return;
    setBusy(true);
    try {
      const { name } = last;
      open(await takeBack(last));
      forgetAccepted();
      announce(t("accepted.undone", { name }));
    } catch (error) {
      setProblem(failure(error));
    }
    setBusy(false);
  };
  undoAccepting = () => void undo();
  if (!last) return null;
  return (
    <div class="accepted" role="region" aria-label={t("accepted.title")}>
      <Icon name="check" />
      <span class="what">{problem || t("outcome.accepted", { name: last.name })}</span>
      {!problem && (
        <button type="button" disabled={busy} onClick={() => void undo()}>
          {t("picture.undo")}
        </button>
      )}
      <button type="button" class="quiet icon" aria-label={t("close")} onClick={forgetAccepted}>
        <Icon name="close" />
      </button>
    </div>
  );
}
