// The choice of a covering's look: of one place, or of all that are covered.

import type { JSX } from "preact";
import type { Item } from "./items";
import { STYLES, type Style } from "./model";
import { t } from "./words";

type Props = { label: string; value: Style | "" | "mixed"; onChange: (style: Style | null) => void };

export function StyleChoice({ label, value, onChange }: Props): JSX.Element {
  return (
    <select aria-label={label} value={value} onChange={(event) => onChange(STYLES.find((style) => style === event.currentTarget.value) ?? null)}>
      {value === "mixed" && (
        <option value="mixed" disabled>
          {t("style.mixed")}
        </option>
      )}
      <option value="">{t("style.usual")}</option>
      {STYLES.map((style) => (
        <option key={style} value={style}>
          {t(`style.${style}`)}
        </option>
      ))}
    </select>
  );
}

type AllProps = { items: Item[]; onStyle: (items: Item[], style: Style | null) => void };

export function StyleOfAll({ items, onStyle }: AllProps): JSX.Element | null {
  const covered = items.filter((item) => !item.visible);
  if (covered.length < 2) return null;
  const first = covered[0]?.style ?? "";
  const value = covered.every((item) => (item.style ?? "") === first) ? first : "mixed";
  return (
    <label class="all">
      <span>{t("places.style.all")}</span>
      <StyleChoice label={t("places.style.all")} value={value} onChange={(style) => onStyle(covered, style)} />
    </label>
  );
}
