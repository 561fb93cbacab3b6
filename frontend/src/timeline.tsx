// Below a film: the line of time, and one row for each track, in the order in which they begin.

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { blob } from "./api";
import { type Video, clock, frameAt, milliseconds, secondsAt, shapeAt, span } from "./video";
import { path } from "./geometry";
import type { Item } from "./items";
import { moveAt, withKey } from "./keyframes";
import type { ReviewItem, Style } from "./model";
import { Icon } from "./parts";
import { StyleChoice, StyleOfAll } from "./style";
import { t } from "./words";

type Props = {
  n: number;
  video: Video;
  size: { width: number; height: number };
  frame: number;
  places: ReviewItem[];
  names: Map<string, string>;
  selected: string;
  onFrame: (frame: number) => void;
  onSelect: (id: string) => void;
  onToggle: (id: string) => void;
  onRemove: (id: string) => void;
  onCourse: (id: string, first: number, stop: number) => void;
  onKeys: (id: string, keys: Keys) => void;
  onStyle: (items: Item[], style: Style | null) => void;
  items: Item[];
};

type Keys = NonNullable<ReviewItem["keys"]>;

const SMALL = 160; // pixels
const MOMENTS = 3; // of each place

type ScrubberProps = { video: Video; frame: number; playing: boolean; onFrame: (frame: number) => void; onPlay: () => void };

export function Scrubber({ video, frame, playing, onFrame, onPlay }: ScrubberProps): JSX.Element {
  const seconds = secondsAt(video, frame);
  const go = (to: number): void => onFrame(Math.max(0, Math.min(video.frames - 1, to)));
  const step = (name: string, label: string, to: number): JSX.Element => (
    <button type="button" class="quiet icon" aria-label={t(label)} title={t(label)} disabled={to === frame || video.frames < 2} onClick={() => go(to)}>
      <Icon name={name} />
    </button>
  );
  return (
    <div class="scrub" role="group" aria-label={t("video.time")}>
      <button type="button" class="play" aria-label={t(playing ? "video.pause" : "video.play")} title={t(playing ? "video.pause" : "video.play")} onClick={onPlay}>
        <Icon name={playing ? "pause" : "play"} />
      </button>
      {step("secondback", "video.secondback", frameAt(video, Math.max(0, seconds - 1)))}
      {step("back", "video.frameback", Math.max(0, frame - 1))}
      <input
        type="range"
        aria-label={t("video.time")}
        aria-valuetext={t("video.at", { at: clock(seconds), length: clock(video.length) })}
        min={0}
        max={Math.max(0, video.frames - 1)}
        step={1}
        value={frame}
        onInput={(event) => go(Number(event.currentTarget.value))}
      />
      {step("next", "video.framenext", Math.min(video.frames - 1, frame + 1))}
      {step("secondnext", "video.secondnext", frameAt(video, Math.min(video.length, seconds + 1)))}
      <output class="clock">{t("video.at", { at: clock(seconds), length: clock(video.length) })}</output>
    </div>
  );
}

export function TrackList(props: Props): JSX.Element {
  const places = [...props.places].sort((a, b) => (a.course?.first ?? 0) - (b.course?.first ?? 0));
  return (
    <section class="tracks" aria-labelledby="tracks-title">
      <div class="head">
        <h2 id="tracks-title">{t("video.places")}</h2>
        <StyleOfAll items={props.items} onStyle={props.onStyle} />
      </div>
      {places.length > 0 && <KeyFrames {...props} place={places.find((place) => place.id === props.selected && !place.visible)} />}
      {!places.length && <p>{t("video.none")}</p>}
      <ul class="plain">
        {places.map((place) => place.course && <TrackRow key={place.id} place={place} {...props} />)}
      </ul>
    </section>
  );
}

function TrackRow(props: Props & { place: ReviewItem }): JSX.Element | null {
  const { place, n, video, size, frame, names, selected, items, onFrame, onSelect, onToggle, onRemove, onCourse, onStyle } = props;
  const row = useRef<HTMLLIElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver((seen) => setNear((before) => before || seen.some((one) => one.isIntersecting)), { rootMargin: "200px" });
    if (row.current) observer.observe(row.current);
    return () => observer.disconnect();
  }, []);
  const course = place.course;
  if (!course) return null;
  const name = names.get(place.id) ?? "";
  const [first, stop] = [Math.min(course.first, video.frames - 1), Math.min(course.stop, video.frames)];
  const lost = video.tracks.get(place.id)?.lost;
  const moments = [...new Set(course.marks.length ? course.marks.map(([at]) => at) : [first, Math.floor((first + stop) / 2), stop - 1])];
  const share = (at: number): string => `${(100 * at) / video.frames}%`;
  const drawn = place.origin === "drawn";
  const show = (): void => {
    onSelect(place.id);
    if (frame < first || frame >= stop) onFrame(moments[0] ?? first);
  };
  return (
    <li ref={row} class={`${drawn ? "drawn" : ""} ${place.id === selected ? "selected" : ""}`} onFocusCapture={() => onSelect(place.id)}>
      <div class="about">
        <button type="button" class="quiet name" onClick={show} aria-label={t("video.show", { place: name })}>
          <strong>{name}</strong>
        </button>
        <span class={place.visible ? "is visible" : "is"}>{t(place.visible ? "places.visible" : "places.covered")}</span>
        {place.asked ? <span class="is asked">{t("places.asked")}</span> : place.doubtful && <span class="is asked">{t("places.doubtful")}</span>}
        <span class="soft">{span(video, first, stop)}</span>
      </div>
      <div class="line" aria-hidden="true" onClick={(event) => onFrame(Math.min(video.frames - 1, Math.floor((video.frames * event.offsetX) / event.currentTarget.clientWidth)))}>
        <span class={place.visible ? "part open" : "part"} style={{ left: share(first), width: share(stop - first) }} />
        {lost && !place.visible && <span class="part whole" style={{ left: share(lost[0]), width: share(lost[1] - lost[0]) }} />}
        {!place.visible && place.keys?.map(([at]) => <span key={at} class="key" style={{ left: share(at + 0.5) }} />)}
        <span class="now" style={{ left: share(frame + 0.5) }} />
      </div>
      <div class="moments">
        {near &&
          moments.slice(0, MOMENTS).map((at) => (
            <Moment key={at} n={n} video={video} size={size} place={place} at={at} label={t("video.moment", { place: name, at: clock(secondsAt(video, at)) })} onClick={() => (onSelect(place.id), onFrame(at))} />
          ))}
      </div>
      <div class="acts">
        {!place.visible && (
          <StyleChoice
            label={t("places.style", { place: name })}
            value={place.style ?? ""}
            onChange={(style) => onStyle(items.filter((item) => item.parts.some((part) => part.id === place.id)), style)}
          />
        )}
        {drawn ? (
          <>
            <button type="button" aria-label={`${t("video.start")}: ${name}`} disabled={frame >= stop} onClick={() => onCourse(place.id, frame, stop)}>
              {t("video.start")}
            </button>
            <button type="button" aria-label={`${t("video.end")}: ${name}`} disabled={frame < first} onClick={() => onCourse(place.id, first, frame + 1)}>
              {t("video.end")}
            </button>
            <button type="button" aria-label={`${t("video.whole")}: ${name}`} disabled={first === 0 && stop === video.frames} onClick={() => onCourse(place.id, 0, video.frames)}>
              {t("video.whole")}
            </button>
            <button type="button" aria-label={`${t("places.delete")}: ${name}`} onClick={() => onRemove(place.id)}>
              {t("places.delete")}
            </button>
          </>
        ) : (
          <button type="button" aria-label={`${t(place.visible ? "places.cover" : "places.leave")} ${name}`} onClick={() => (show(), onToggle(place.id))}>
            {t(place.visible ? "places.cover" : "places.leave")}
          </button>
        )}
      </div>
      {lost && !place.visible && <p class="soft lost">{t("video.lost", { from: clock(secondsAt(video, lost[0])), to: clock(secondsAt(video, lost[1])) })}</p>}
    </li>
  );
}

// The key frames of the place that is chosen: from one to the next, one more, one less. It is there before one is chosen, and
// as high whatever it says: a press chooses a place, and what was pressed must still be under the pointer when it is let go.
function KeyFrames({ place, frame, names, onFrame, onKeys }: Props & { place: ReviewItem | undefined }): JSX.Element {
  const keys = place?.keys ?? [];
  const course = place?.course;
  const name = (place && names.get(place.id)) ?? "";
  const inside = !!course && frame >= course.first && frame < course.stop;
  const put = (fresh: Keys): void => place && onKeys(place.id, fresh);
  const before = keys.filter(([at]) => at < frame).at(-1)?.[0];
  const after = keys.find(([at]) => at > frame)?.[0];
  const here = keys.some(([at]) => at === frame);
  // other: what the same button says at other times; there is room for both.
  const act = (label: string, wanted: boolean, work: () => void, other = label): JSX.Element => (
    <button type="button" aria-label={`${t(label)}: ${name}`} disabled={!wanted} onClick={work}>
      <span data-other={t(other)}>{t(label)}</span>
    </button>
  );
  return (
    <div class="keyframes" role="group" aria-label={t("video.keys.title")}>
      <span class="soft">{place ? t("video.keys.of", { place: name, keys: t("video.keys", { count: keys.length }) }) : t("video.keys.none")}</span>
      {act("video.keys.before", before !== undefined, () => onFrame(before ?? frame))}
      {act("video.keys.after", after !== undefined, () => onFrame(after ?? frame))}
      {here
        ? act("video.keys.remove", true, () => put(keys.filter(([at]) => at !== frame)), "video.keys.add")
        : act("video.keys.add", inside, () => put(withKey(keys, frame, moveAt(keys, frame))), "video.keys.remove")}
      {act("video.keys.all", inside && keys.length > 1, () => put(withKey([], frame, moveAt(keys, frame))))}
    </div>
  );
}

type MomentProps = { n: number; video: Video; size: { width: number; height: number }; place: ReviewItem; at: number; label: string; onClick: () => void };

// The whole frame, small, with the place in it.
function Moment({ n, video, size, place, at, label, onClick }: MomentProps): JSX.Element {
  const [url, setUrl] = useState("");
  useEffect(() => {
    const abort = new AbortController();
    let made = "";
    blob(`/api/pictures/${n}/frame?at=${milliseconds(video, at)}&longest=${SMALL}`, abort.signal)
      .then((data) => setUrl((made = URL.createObjectURL(data))))
      .catch(() => undefined);
    return () => (abort.abort(), made && URL.revokeObjectURL(made));
  }, [n, at]);
  const shape = shapeAt(video, place, at);
  return (
    <button type="button" class="moment" aria-label={label} title={label} onClick={onClick} style={{ aspectRatio: `${size.width} / ${size.height}` }}>
      {url && <img src={url} alt="" draggable={false} />}
      {shape && (
        <svg viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
          <path d={path(shape)} class={place.visible ? "visible" : "covered"} />
        </svg>
      )}
    </button>
  );
}
