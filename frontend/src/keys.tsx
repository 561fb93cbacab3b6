// The keys: a list of them, and whether single letters work at all.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Dialog } from "./parts";
import { t } from "./words";

const OFF = "paravent-no-single-keys";
// Keys that have names are called by them in each language.
const LIST: [string, string][] = [
  ["N, P, ← →", "next"],
  ["A", "accept"],
  ["1, 2, 3", "outcome"],
  ["V", "everybody"],
  ["Tab", "places"],
  ["key.space", "toggle"],
  ["← ↑ → ↓", "move"],
  ["key.delete", "delete"],
  ["E, B, F", "draw"],
  ["U, R", "undo"],
  ["+, −, 0", "zoom"],
  ["S, O", "compare"],
  ["H", "hold"],
  [", . J L", "video"],
  ["K", "play"],
  ["key.escape", "back"],
  ["?", "help"],
];
const LOOKING: [string, string][] = [
  ["key.space", "seen"],
  ["C", "missed"],
  ["← →", "pass"],
  ["K", "play"],
  ["O", "open"],
];

const WALL: [string, string][] = [
  ["← ↑ → ↓", "go"],
  ["X", "select"],
  ["key.range", "range"],
  ["Ctrl A", "all"],
  ["key.escape", "end"],
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
      <h3>{t("keys.wall")}</h3>
      <List keys={WALL} />
      <h3>{t("keys.picture")}</h3>
      <List keys={LIST} />
      <h3>{t("keys.looking")}</h3>
      <List keys={LOOKING} />
    </Dialog>
  );
}

function List({ keys }: { keys: [string, string][] }): JSX.Element {
  return (
    <dl class="keys">
      {keys.map(([key, name]) => (
        <div key={name}>
          <dt>
            <kbd>{key.startsWith("key.") ? t(key) : key}</kbd>
          </dt>
          <dd>{t(`keys.${name}`)}</dd>
        </div>
      ))}
    </dl>
  );
}
