// Original and prepared copy in one picture, with a line between them that is moved.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { BASE } from "./covering";
import { type View, useView } from "./pictures";
import { t } from "./words";

// What is compared: the address of the prepared view at a size, and what it is made of.
export type Comparison = { address: (longest: number) => string; body: unknown; at: number; onMove: (at: number) => void };

const STILL = 200; // milliseconds
const THUMB = 44; // pixels

type PreparedProps = { comparison: Comparison; picture: View; scale: number; left: number; clip: [number, number, number] };

// As it will be, right of the line; sharper once somebody looks closer. clip: left edge, top and size of what is on the screen.
export function Prepared({ comparison, picture, scale, left, clip: [edge, top, size] }: PreparedProps): JSX.Element {
  const full = Math.max(picture.width, picture.height);
  const [longest, setLongest] = useState(BASE);
  useEffect(() => {
    let wanted = BASE;
    while (wanted < Math.min(full, scale * devicePixelRatio * full * 0.9)) wanted = Math.min(full, wanted * 2);
    const timer = setTimeout(() => setLongest(wanted), STILL);
    return () => clearTimeout(timer);
  }, [scale, full]);
  const base = useView(comparison.address(BASE), comparison.body);
  const sharp = useView(comparison.address(longest), comparison.body, longest > BASE);
  const image = (view: View | "" | undefined): JSX.Element | null =>
    view ? <image href={view.url} width={picture.width} height={picture.height} preserveAspectRatio="none" /> : null;
  return (
    <g aria-hidden="true" class="prepared" clip-path="url(#right)">
      <clipPath id="right">
        <rect x={left} y={top} width={Math.max(0, edge - left)} height={size} />
      </clipPath>
      {image(base)}
      {longest > BASE && image(sharp)}
    </g>
  );
}

// Lies over the picture. at: share of its width.
export function Divider({ at, onMove }: Comparison): JSX.Element {
  return (
    <div class="divider">
      <span class="tag before">{t("picture.before")}</span>
      <span class="tag after">{t("picture.after")}</span>
      <span class="rule" style={{ left: `calc(${THUMB / 2}px + ${at} * (100% - ${THUMB}px))` }} />
      <input
        type="range"
        aria-label={t("picture.divider")}
        aria-valuetext={t("picture.divider.at", { percent: Math.round(100 * at) })}
        min={0}
        max={1000}
        value={Math.round(1000 * at)}
        onInput={(event) => onMove(Number(event.currentTarget.value) / 1000)}
      />
    </div>
  );
}

// Where the line is on the screen, in pixels from the left.
export const lineAt = (at: number, width: number): number => THUMB / 2 + at * (width - THUMB);
