// The colour of what is around a place, for showing a veil before the server has made the real one.

import { useEffect, useState } from "preact/hooks";
import { bounds } from "./geometry";
import type { Shape } from "./model";
import type { View } from "./pictures";

const SAMPLED = 256; // pixels, longest side
const AROUND = 24; // points
const PLAIN = "#98979a";

type Sampled = { data: Uint8ClampedArray; width: number; height: number; factor: number };

export function useVeilColour(picture: View): (shape: Shape) => string {
  const [sampled, setSampled] = useState<Sampled | null>(null);
  useEffect(() => {
    let wanted = true;
    const image = new Image();
    image.onload = () => {
      const factor = SAMPLED / Math.max(picture.width, picture.height);
      const [width, height] = [Math.max(1, Math.round(picture.width * factor)), Math.max(1, Math.round(picture.height * factor))];
      const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
      if (!context || !wanted) return;
      context.drawImage(image, 0, 0, width, height);
      setSampled({ data: context.getImageData(0, 0, width, height).data, width, height, factor });
    };
    image.src = picture.url;
    return () => void (wanted = false);
  }, [picture.url]);
  return (shape) => (sampled ? mean(sampled, shape) : PLAIN);
}

function mean({ data, width, height, factor }: Sampled, shape: Shape): string {
  const box = bounds(shape);
  const sums = [0, 0, 0];
  for (let i = 0; i < AROUND; i += 1) {
    const angle = (i / AROUND) * 2 * Math.PI;
    const x = (box.x + (box.w / 2) * (1 + 1.12 * Math.cos(angle))) * factor;
    const y = (box.y + (box.h / 2) * (1 + 1.12 * Math.sin(angle))) * factor;
    const at = (Math.min(height - 1, Math.max(0, Math.round(y))) * width + Math.min(width - 1, Math.max(0, Math.round(x)))) * 4;
    for (let c = 0; c < 3; c += 1) sums[c] = (sums[c] ?? 0) + (data[at + c] ?? 0);
  }
  return `rgb(${sums.map((sum) => Math.round(sum / AROUND)).join(" ")})`;
}
