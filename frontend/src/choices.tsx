// How the copies are made: what the preset says, and what somebody chooses instead; each with what it costs.

import type { JSX } from "preact";
import { type Choices, SOUNDS, STYLES } from "./model";
import { t } from "./words";

const SIZES = [0, 2048, 1600, 1200];

type Props = { usual: Choices; chosen: Choices; onChange: (chosen: Choices) => void };

export function Choose({ usual, chosen, onChange }: Props): JSX.Element {
  const sizes = [...new Set([...SIZES, usual.size, chosen.size])].sort((a, b) => (a || Infinity) < (b || Infinity) ? 1 : -1);
  const said = [t(`style.${chosen.style}`), names(chosen.names), size(chosen.size), t(`sound.${chosen.sound}`)].join(" · ");
  return (
    <details class="how">
      <summary>
        <strong>{t("choose.title")}</strong>
        <small>{said}</small>
      </summary>
      <div class="hows">
        <One name="style" options={STYLES} word={(one) => t(`style.${one}`)} cost={(one) => t(`style.${one}.text`)} usual={usual.style} chosen={chosen.style} onChange={(style) => onChange({ ...chosen, style })} />
        <One name="names" options={[false, true]} word={names} cost={(one) => t(one ? "names.kept.text" : "names.neutral.text")} usual={usual.names} chosen={chosen.names} onChange={(kept) => onChange({ ...chosen, names: kept })} />
        <One name="size" options={sizes} word={size} cost={sizeCost} usual={usual.size} chosen={chosen.size} onChange={(longest) => onChange({ ...chosen, size: longest })} />
        <One name="sound" options={SOUNDS} word={(one) => t(`sound.${one}`)} cost={(one) => t(`sound.${one}.text`)} usual={usual.sound} chosen={chosen.sound} onChange={(sound) => onChange({ ...chosen, sound })} />
        <p class="soft">{t("choose.text")}</p>
      </div>
    </details>
  );
}

const names = (kept: boolean): string => t(kept ? "names.kept" : "names.neutral");
const size = (longest: number): string => (longest ? t("size.pixels", { longest }) : t("size.whole"));

const sizeCost = (longest: number): string => t(!longest ? "size.whole.text" : longest >= 2000 ? "size.large.text" : longest >= 1500 ? "size.medium.text" : "size.small.text");

type OneProps<T> = { name: string; options: readonly T[]; word: (one: T) => string; cost: (one: T) => string; usual: T; chosen: T; onChange: (one: T) => void };

function One<T>({ name, options, word, cost, usual, chosen, onChange }: OneProps<T>): JSX.Element {
  return (
    <fieldset>
      <legend>{t(`choose.${name}`)}</legend>
      {options.map((one) => (
        <label key={String(one)} class="option">
          <input type="radio" name={name} checked={one === chosen} onChange={() => onChange(one)} />
          <span>
            {word(one)} {one === usual && <em>{t("choose.usual")}</em>}
            <small>{cost(one)}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
