// A film that is open: its times, where its places are in each frame, and frames fetched one after the other.

import { useEffect, useRef, useState } from "preact/hooks";
import { get } from "./api";
import { fromNumbers } from "./geometry";
import type { VideoProposalState, ReviewItem, Shape, Track } from "./model";
import { shapeMoved } from "./keyframes";
import { failure } from "./parts";
import { type View, largeView } from "./pictures";
import { t } from "./words";

export type Video = { frames: number; clock: [number, number][]; tracks: Map<string, Track>; length: number };
type Step = Track["path"][number];

const AGAIN = 1000; // milliseconds

// What would be covered in a film, once it was looked through; until then how far that is.
export function useVideo(n: number, wanted: boolean): { video: Video | null; share: number; problem: string } {
  const [video, setVideo] = useState<Video | null>(null);
  const [share, setShare] = useState(0);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    if (!wanted) return undefined;
    const abort = new AbortController();
    let timer = 0;
    const look = async (): Promise<void> => {
      try {
        const told = await get<VideoProposalState>(`/api/pictures/${n}/video`, abort.signal);
        if (!told.ready) {
          setShare(told.share);
          timer = window.setTimeout(() => void look(), AGAIN);
        } else {
          const tracks = new Map(told.tracks.map((track) => [track.place, track]));
          setVideo({ frames: told.frames, clock: told.clock, tracks, length: told.clock.at(-1)?.[1] ?? 0 });
        }
      } catch (error) {
        if (!abort.signal.aborted) setProblem(failure(error));
      }
    };
    void look();
    return () => (abort.abort(), clearTimeout(timer));
  }, [n, wanted]);
  return { video, share, problem };
}

const between = (pairs: [number, number][], from: 0 | 1, value: number): number => {
  const to = from === 0 ? 1 : 0;
  let after = pairs.findIndex((pair) => pair[from] > value);
  if (after < 0) after = pairs.length - 1;
  const [a, b] = [pairs[Math.max(0, after - 1)], pairs[after]] as [[number, number], [number, number]];
  const share = b[from] > a[from] ? (value - a[from]) / (b[from] - a[from]) : 0;
  return a[to] + (b[to] - a[to]) * Math.min(1, Math.max(0, share));
};

// Seconds since the first frame.
export const secondsAt = (video: Video, frame: number): number => between(video.clock, 0, frame);

export const frameAt = (video: Video, seconds: number): number =>
  Math.max(0, Math.min(video.frames - 1, Math.round(between(video.clock, 1, seconds))));

export const milliseconds = (video: Video, frame: number): number => Math.round(secondsAt(video, frame) * 1000);

// 75.25 as 1:15.3
export function clock(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  const [hours, minutes] = [Math.floor(tenths / 36000), Math.floor(tenths / 600) % 60];
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

export const span = (video: Video, first: number, stop: number): string =>
  t("video.span", { from: clock(secondsAt(video, first)), to: clock(secondsAt(video, stop)) });

// Where a place is in a frame; null if it is not in it.
export function shapeAt(video: Video, place: ReviewItem, frame: number): Shape | null {
  const shape = foundAt(video, place, frame);
  return shape && place.keys?.length ? shapeMoved(shape, place.keys, frame) : shape;
}

// The same, wherever somebody moved it.
export function foundAt(video: Video, place: ReviewItem, frame: number): Shape | null {
  const course = place.course;
  if (!course || frame < course.first || frame >= course.stop) return null;
  if (place.origin === "drawn") return place.shape;
  const path = video.tracks.get(place.id)?.path ?? course.marks.map(([at, [x, y, w, h]]): Step => [at, [x + w / 2, y + h / 2, w / 2, h / 2]]);
  const after = path.findIndex(([at]) => at >= frame);
  const [start, a] = path[after < 0 ? path.length - 1 : Math.max(0, after - 1)] ?? [0, []];
  const [stop, b] = path[after < 0 ? path.length - 1 : after] ?? [0, []];
  const share = stop > start ? Math.min(1, Math.max(0, (frame - start) / (stop - start))) : 0;
  return a.length ? fromNumbers(a.map((value, i) => value + ((b[i] ?? value) - value) * share)) : null;
}

export const frameAddress = (n: number, at: number, longest: number): string => `/api/pictures/${n}/frame?at=${at}&longest=${longest}`;

export const frameCovered = (n: number, at: number, longest: number): string => `/api/pictures/${n}/covered?at=${at}&longest=${longest}`;

// The frame of an address (and of what is covered in it), or the last one that was asked for and has come; "" if it cannot
// be shown.
export function useFrame(address: string, body: unknown, wanted: boolean): View | "" | undefined {
  const [view, setView] = useState<View | "" | undefined>(undefined);
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const now = useRef({ address, sent, busy: false, shown: "" });
  const next = async (): Promise<void> => {
    const state = now.current;
    const asked = `${state.address} ${state.sent ?? ""}`;
    if (state.busy || state.shown === asked) return;
    state.busy = true;
    try {
      const made = await largeView(state.address, state.sent === undefined ? undefined : JSON.parse(state.sent));
      setView((before) => {
        if (before) URL.revokeObjectURL(before.url);
        return made;
      });
    } catch {
      setView((before) => before || "");
    }
    state.busy = false;
    state.shown = asked;
    void next();
  };
  useEffect(() => {
    now.current.address = address;
    now.current.sent = sent;
    if (wanted) void next();
  }, [address, sent, wanted]);
  return view;
}
