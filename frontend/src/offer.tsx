// What is not installed, and one button that installs it.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { get, send } from "./api";
import type { InstallingState, Needs, WantedParts } from "./model";
import { Dialog, failure, useStore } from "./parts";
import { store } from "./store";
import { t } from "./words";

const OFTEN = 700; // milliseconds

export function Offer({ needs, why, onDone }: { needs: Needs; why: string; onDone: () => void }): JSX.Element {
  const [state, setState] = useState<InstallingState | null>(null);
  const [problem, setProblem] = useState("");
  const running = state?.running === true;
  const follow = (told: InstallingState): void => {
    setState(told);
    if (told.problem) setProblem(told.problem);
    else if (!told.running) onDone();
  };
  useEffect(() => {
    if (!running) return undefined;
    const timer = window.setInterval(() => void get<InstallingState>("/api/install").then(follow, () => undefined), OFTEN);
    return () => clearInterval(timer);
  }, [running]);
  const install = (): void => {
    setProblem("");
    const wanted: WantedParts = { parts: needs.parts };
    send<InstallingState>("POST", "/api/install", wanted).then(follow, (error: unknown) => setProblem(failure(error)));
  };
  return (
    <section class="offer" aria-label={t("offer.title")}>
      <p>
        <strong>{why}</strong> {t("offer.what", { parts: [...new Set(needs.parts.map((name) => t(`part.${name}`)))].join(", ") })}
      </p>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <button type="button" class="primary" aria-disabled={running} onClick={() => running || install()}>
        {running ? t("offer.running") : t("offer.install", { megabytes: needs.megabytes, time: lasting(needs.seconds) })}
      </button>
      <p class="soft" role="status">
        {running ? state.step : t("offer.text")}
      </p>
      {running && <progress aria-label={t("offer.running")} />}
    </section>
  );
}

// How long something takes, in few words.
export function lasting(seconds: number): string {
  if (seconds < 50) return t("lasting.seconds", { count: Math.max(5, Math.round(seconds / 5) * 5) });
  if (seconds < 50 * 60) return t("lasting.minutes", { count: Math.round(seconds / 60) });
  if (seconds < 36 * 3600) return t("lasting.hours", { count: Math.round(seconds / 3600) });
  return t("lasting.days", { count: Math.round(seconds / 86400) });
}

// Whatever somebody asked for needs something that is not installed.
export function Lacking(): JSX.Element | null {
  useStore();
  const needs = store.lacks;
  if (!needs) return null;
  const close = (): void => store.lack(null);
  return (
    <Dialog title={t("offer.title")} onClose={close}>
      <Offer needs={needs} why={t("offer.asked")} onDone={close} />
      <footer>
        <button type="button" onClick={close}>
          {t("close")}
        </button>
      </footer>
    </Dialog>
  );
}
