// The keys: a list of them, and whether single letters work at all.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Dialog } from "./parts";
import { t } from "./words";

const OFF = "paravent-no-single-keys";
const LIST: [string, string][] = [
  ["N, P, ← →", "next"],
  ["A", "accept"],
  ["1, 2, 3", "outcome"],
  ["Tab", "places"],
  ["Space", "toggle"],
  ["← ↑ → ↓", "move"],
  ["Delete", "delete"],
  ["E, B, F", "draw"],
  ["U, R", "undo"],
  ["+, −, 0", "zoom"],
  ["S, O", "compare"],
  [", . J L", "video"],
  ["Esc", "back"],
  ["?", "help"],
];

export const singleKeys = (): boolean => localStorage.getItem(OFF) === null;

export function Keys({ onClose }: { onClose: () => void }): JSX.Element {
  const [on, setOn] = useState(singleKeys());
  const change = (): void => {
    if (on) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
    setOn(!on);
  };
  return (
    <Dialog title={t("keys.title")} onClose={onClose}>
      <label class="switch">
        <input type="checkbox" checked={on} onChange={change} /> {t("keys.single")}
      </label>
      <dl class="keys">
        {LIST.map(([keys, name]) => (
          <div key={name}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{t(`keys.${name}`)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
