// One outcome for all that is selected.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { send } from "./api";
import { askBeforeMany } from "./check";
import type { DecidedMany, DecidingMany, Outcome } from "./model";
import { Dialog, announce, failure } from "./parts";
import { selection } from "./selection";
import { store } from "./store";
import { t } from "./words";

const OUTCOMES = ["publish", "private", "no-post"] as const;

const asked = (outcome: Outcome, go: boolean): Promise<DecidedMany> =>
  send<DecidedMany>("POST", "/api/decide", { numbers: [...selection.numbers], outcome, go } satisfies DecidingMany);

type Props = { all: () => void; end: () => void; look: () => void };

export function Selecting({ all, end, look }: Props): JSX.Element {
  const [problem, setProblem] = useState("");
  const [leaving, setLeaving] = useState<DecidedMany | null>(null);
  const count = selection.numbers.size;
  const go = async (outcome: Outcome): Promise<void> => {
    const { count: done, ...stay } = await asked(outcome, true);
    const left = stay.unopened + stay.others;
    announce(`${t("select.done", { count: done })} ${left ? t("select.stay", { count: left }) : ""}`);
    store.soon();
    end();
  };
  const decide = async (outcome: Outcome): Promise<void> => {
    setProblem("");
    try {
      const told = await asked(outcome, false);
      if (!told.count) return setProblem(t(told.unopened ? "select.none.unseen" : "select.none"));
      if (outcome === "no-post") return setLeaving(told);
      const answer = await askBeforeMany({ ready: told.count, decided: 0, ...told });
      if (answer === "look") look();
      if (answer === "go") await go(outcome);
    } catch (error) {
      setProblem(failure(error));
    }
  };
  const leave = (): void => {
    setLeaving(null);
    go("no-post").catch((error: unknown) => setProblem(failure(error)));
  };
  return (
    <div class="selecting" role="region" aria-label={t("select.title")}>
      <p role="status">
        {problem ? <strong class="warned">{problem}</strong> : count ? t("select.count", { count }) : t("select.hint")}
      </p>
      {OUTCOMES.map((outcome) => (
        <button key={outcome} type="button" class={outcome === "publish" ? "primary" : ""} disabled={!count} onClick={() => void decide(outcome)}>
          {t(`outcome.${outcome}`)}
        </button>
      ))}
      <button type="button" class="quiet" onClick={all}>
        {t("select.all")}
      </button>
      <button type="button" class="quiet" onClick={end}>
        {t("select.end")}
      </button>
      {leaving && (
        <Dialog title={t("select.leave", { count: leaving.count })} onClose={() => setLeaving(null)}>
          <p>{t("select.leave.text")}</p>
          <footer>
            <button type="button" onClick={() => setLeaving(null)}>
              {t("cancel")}
            </button>
            <button type="button" class="primary" onClick={leave}>
              {t("outcome.no-post")}
            </button>
          </footer>
        </Dialog>
      )}
    </div>
  );
}
