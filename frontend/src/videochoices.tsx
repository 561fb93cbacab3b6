// What holds for a film as a whole: which part of it is in the copy, and what becomes of its sound.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { SOUNDS, type Sound, type VideoChoice } from "./model";
import { type Video, clock, secondsAt, span } from "./video";
import { t } from "./words";

type Props = { video: Video; choice: VideoChoice; usual: Sound; onChange: (choice: VideoChoice) => void; onFrame: (frame: number) => void };
type Part = [number, number];

export function VideoChoices({ video, choice, usual, onChange, onFrame }: Props): JSX.Element {
  const [moving, setMoving] = useState<Part | null>(null); // while a handle is held
  const whole: Part = [0, video.frames];
  const kept = choice.part ?? whole;
  const [first, stop] = moving ?? [Math.min(kept[0], video.frames - 1), Math.min(kept[1], video.frames)];
  const put = (part: Part): void => onChange({ ...choice, part: part[0] === 0 && part[1] === video.frames ? null : part });
  const handle = (end: 0 | 1): JSX.Element => {
    const at = (value: string): Part => (end ? [first, Math.max(first + 1, Number(value))] : [Math.min(stop - 1, Number(value)), stop]);
    return (
      <input
        type="range"
        class={end ? "to" : "from"}
        aria-label={t(end ? "video.part.end" : "video.part.begin")}
        aria-valuetext={clock(secondsAt(video, end ? stop : first))}
        min={0}
        max={video.frames}
        value={end ? stop : first}
        onInput={(event) => {
          const part = at(event.currentTarget.value);
          event.currentTarget.value = String(part[end]);
          setMoving(part);
          onFrame(end ? part[1] - 1 : part[0]);
        }}
        onChange={(event) => (setMoving(null), put(at(event.currentTarget.value)))}
      />
    );
  };
  const share = (frame: number): string => `${(100 * frame) / video.frames}%`;
  return (
    <div class="videochoices" role="group" aria-label={t("video.choice")}>
      <span>{t("video.part", { span: span(video, first, stop) })}</span>
      <span class="trim">
        <span class="kept" style={{ left: share(first), width: share(stop - first) }} />
        {handle(0)}
        {handle(1)}
      </span>
      <span class="told">
        <button type="button" disabled={first === 0 && stop === video.frames} onClick={() => put(whole)}>
          {t("video.whole")}
        </button>
        <label>
          {t("video.sound")}
          <select aria-label={t("video.sound")} value={choice.sound ?? ""} onChange={(event) => onChange({ ...choice, sound: SOUNDS.find((one) => one === event.currentTarget.value) ?? null })}>
            <option value="">{t("video.sound.usual", { sound: t(`sound.${usual}`) })}</option>
            {SOUNDS.map((one) => (
              <option key={one} value={one}>
                {t(`sound.${one}`)}
              </option>
            ))}
          </select>
        </label>
      </span>
    </div>
  );
}
