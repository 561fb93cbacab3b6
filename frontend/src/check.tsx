// What to think about before publishing: asked once for each folder and each time for many pictures at once.

import type { JSX } from "preact";
import { Dialog } from "./parts";
import { t } from "./words";

const POINTS = ["body", "place", "name", "audience", "child", "look"];

let answer: ((go: boolean) => void) | null = null;
let thought = false;
let redraw: () => void = () => undefined;

// Whether to go on. many: ask even if it was asked before.
export function askBefore(many: boolean): Promise<boolean> {
  if (thought && !many) return Promise.resolve(true);
  return new Promise((resolve) => {
    answer = (go) => {
      answer = null;
      thought ||= go;
      redraw();
      resolve(go);
    };
    redraw();
  });
}

export const forgetCheck = (): void => void (thought = false);
export const onCheck = (callback: () => void): void => void (redraw = callback);

export function Check(): JSX.Element | null {
  const give = answer;
  if (!give) return null;
  return (
    <Dialog title={t("check.title")} onClose={() => give(false)}>
      <ul class="points">
        {POINTS.map((point) => (
          <li key={point}>{t(`check.${point}`)}</li>
        ))}
      </ul>
      <p>{t("check.text")}</p>
      <footer>
        <button type="button" onClick={() => give(false)}>
          {t("cancel")}
        </button>
        <button type="button" class="primary" onClick={() => give(true)}>
          {t("check.ok")}
        </button>
      </footer>
    </Dialog>
  );
}
