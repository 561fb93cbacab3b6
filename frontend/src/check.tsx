// What to think about before publishing: asked once for each folder, and each time for many pictures at once.

import type { JSX } from "preact";
import type { Rest } from "./model";
import { Dialog } from "./parts";
import { store } from "./store";
import { t } from "./words";

const POINTS = ["body", "place", "name", "audience", "child", "look"];

type Answer = "go" | "look" | "";

let asked: { many: boolean | Rest; answer: (given: Answer) => void } | null = null;
let thought = false;
let redraw: () => void = () => undefined;

function ask(many: boolean | Rest): Promise<Answer> {
  return new Promise((resolve) => {
    const answer = (given: Answer): void => {
      asked = null;
      thought ||= given === "go";
      redraw();
      resolve(given);
    };
    asked = { many, answer };
    redraw();
  });
}

// Whether to go on with one picture.
export const askBefore = async (): Promise<boolean> => thought || (await ask(false)) === "go";

// Whether to go on with all of them, or to look at each first.
// many: how many, where it is not about all that can be prepared.
export const askBeforeMany = (many?: Rest): Promise<Answer> => ask(many ?? true);

export const forgetCheck = (): void => void (thought = false);
export const onCheck = (callback: () => void): void => void (redraw = callback);

export function Check(): JSX.Element | null {
  if (!asked) return null;
  const { answer } = asked;
  const many = (asked.many === true ? store.album?.rest : asked.many) || null; // as it stands now, however long somebody thinks
  return (
    <Dialog title={t("check.title")} onClose={() => answer("")}>
      {many && <Many rest={many} />}
      <ul class="points">
        {POINTS.map((point) => (
          <li key={point}>{t(`check.${point}`)}</li>
        ))}
      </ul>
      <p>{t("check.text")}</p>
      <footer>
        <button type="button" onClick={() => answer("")}>
          {t("cancel")}
        </button>
        {many && many.unopened > 0 && (
          <button type="button" onClick={() => answer("look")}>
            {t("check.look-first")}
          </button>
        )}
        <button type="button" class="primary" onClick={() => answer("go")}>
          {t("check.ok")}
        </button>
      </footer>
    </Dialog>
  );
}

// How many pictures, of which how many were never opened, and in how many nobody was found.
function Many({ rest }: { rest: Rest }): JSX.Element {
  const { ready, nobody, decided, unopened, unopenedNobody } = rest;
  return (
    <ul class="many">
      <li>
        <strong>{t("check.many", { count: ready + decided })}</strong> {t("check.opened")} {nobody > 0 && t("check.nobody", { count: nobody })}
      </li>
      {unopened > 0 && (
        <li>
          <strong>{t("check.unopened", { count: unopened })}</strong> {unopenedNobody > 0 && t("check.unopened.nobody", { count: unopenedNobody })}
        </li>
      )}
    </ul>
  );
}
