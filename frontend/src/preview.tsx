// Plays a film with its coverings, small: frames and sound come piece by piece from the server, which keeps none of them.

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ask } from "./api";
import { inFrame } from "./covering";
import type { Reel, ReviewItem, Sound } from "./model";
import { type Video, frameAt, milliseconds, secondsAt } from "./video";
import { t } from "./words";

const RATE = 12; // frames a second
const BATCH = 12; // frames asked for at once
const AHEAD = 3 * BATCH;
const LONGEST = 640; // pixels
const PIECE = 10; // seconds of sound
const PATIENCE = 1500; // milliseconds in which the first piece of sound may come

type Props = {
  n: number;
  video: Video;
  size: { w: number; h: number };
  places: ReviewItem[];
  from: number; // frame
  stop: number; // the frame behind the last
  sound: Sound;
  onFrame: (frame: number) => void;
  onEnd: () => void;
};

export function Preview(props: Props): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const now = useRef(props);
  now.current = props;
  const [waits, setWaits] = useState(true);
  useEffect(() => {
    const reel = new Playing(now.current, () => now.current, canvas.current as HTMLCanvasElement, setWaits);
    void reel.run();
    return () => reel.end();
  }, []);
  return <canvas ref={canvas} class={`playing ${waits ? "waits" : ""}`} role="img" aria-label={t("video.playing")} onClick={props.onEnd} />;
}

class Playing {
  private readonly abort = new AbortController();
  private readonly frames: number[];
  private readonly start: number; // seconds in the film
  private images = new Map<number, ImageBitmap>();
  private asked = 0;
  private shown = -1;
  private clock = 0; // seconds that were played
  private heard: Heard | null = null;

  constructor(
    first: Props,
    private readonly props: () => Props,
    private readonly canvas: HTMLCanvasElement,
    private readonly wait: (waits: boolean) => void,
  ) {
    const { video, from, stop } = first;
    this.start = secondsAt(video, from);
    const count = Math.max(1, Math.ceil((secondsAt(video, stop) - this.start) * RATE));
    this.frames = Array.from({ length: count }, (_, i) => Math.min(stop - 1, frameAt(video, this.start + i / RATE)));
    if (first.sound !== "mute") this.heard = new Heard(first.n, this.start, count / RATE, first.sound, this.abort.signal);
  }

  async run(): Promise<void> {
    void this.fetchAhead();
    await this.heard?.ready();
    let before = performance.now();
    const tick = (time: number): void => {
      if (this.abort.signal.aborted) return;
      const next = Math.floor(this.clock * RATE);
      if (next >= this.frames.length) return this.props().onEnd();
      const there = this.images.has(next);
      this.wait(!there);
      this.heard?.play(there, this.clock);
      if (there) {
        this.show(next);
        this.clock += Math.min(1, Math.max(0, time - before) / 1000); // the first tick may tell a time before it was asked for
      }
      before = time;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  end(): void {
    this.abort.abort();
    this.heard?.end();
    for (const image of this.images.values()) image.close();
  }

  private show(at: number): void {
    const image = this.images.get(at);
    if (!image || at === this.shown) return;
    this.shown = at;
    if (this.canvas.width !== image.width || this.canvas.height !== image.height) [this.canvas.width, this.canvas.height] = [image.width, image.height];
    this.canvas.getContext("2d")?.drawImage(image, 0, 0);
    for (const [old, stale] of this.images) if (old < at) (stale.close(), this.images.delete(old));
    this.props().onFrame(this.frames[at] ?? 0);
  }

  private async fetchAhead(): Promise<void> {
    while (this.asked < this.frames.length && !this.abort.signal.aborted) {
      if (this.asked - Math.max(0, this.shown) > AHEAD) {
        await new Promise((resolve) => window.setTimeout(resolve, 60));
        continue;
      }
      const { n, video, places, size } = this.props();
      const wanted = this.frames.slice(this.asked, this.asked + BATCH);
      const body: Reel = {
        longest: LONGEST,
        frames: wanted.map((frame) => ({ at: milliseconds(video, frame), places: inFrame(n, places, video, frame, size).covered })),
      };
      try {
        const answer = await ask(`/api/pictures/${n}/reel`, { method: "POST", body: JSON.stringify(body), signal: this.abort.signal });
        await this.keep(await answer.arrayBuffer());
      } catch {
        return this.abort.signal.aborted ? undefined : this.props().onEnd();
      }
    }
  }

  // Each picture stands behind its length.
  private async keep(reel: ArrayBuffer): Promise<void> {
    const view = new DataView(reel);
    for (let at = 0; at < reel.byteLength; ) {
      const length = view.getUint32(at);
      const image = await createImageBitmap(new Blob([new Uint8Array(reel, at + 4, length)], { type: "image/jpeg" }));
      if (this.abort.signal.aborted) return image.close();
      this.images.set(this.asked, image);
      this.asked += 1;
      at += 4 + length;
    }
  }
}

// The sound beside it. It stands still when the frames do.
class Heard {
  private readonly context = new AudioContext();
  private begun = 0; // of the context's time, when the first frame is shown
  private playing = false;
  private first: Promise<void>;

  constructor(
    private readonly n: number,
    private readonly start: number,
    private readonly length: number,
    private readonly how: Sound,
    private readonly signal: AbortSignal,
  ) {
    void this.context.suspend();
    this.first = this.fetch(0);
  }

  ready(): Promise<void> {
    return Promise.race([this.first, new Promise<void>((resolve) => window.setTimeout(resolve, PATIENCE))]);
  }

  play(on: boolean, clock: number): void {
    if (on === this.playing || this.context.state === "closed") return;
    this.playing = on;
    if (on) this.begun = this.context.currentTime - clock;
    void (on ? this.context.resume() : this.context.suspend());
  }

  end(): void {
    void this.context.close();
  }

  private async fetch(from: number): Promise<void> {
    const seconds = Math.ceil(Math.min(PIECE, this.length - from));
    if (seconds <= 0 || this.signal.aborted) return;
    try {
      const at = Math.round((this.start + from) * 1000);
      const answer = await ask(`/api/pictures/${this.n}/sound?at=${at}&seconds=${seconds}&how=${this.how}`, { signal: this.signal });
      const wav = await answer.arrayBuffer();
      if (!wav.byteLength) return;
      const source = this.context.createBufferSource();
      source.buffer = await this.context.decodeAudioData(wav);
      source.connect(this.context.destination);
      const late = this.playing ? this.context.currentTime - this.begun - from : -from;
      source.start(this.context.currentTime + Math.max(0, -late), Math.max(0, late), Math.max(0, this.length - from - Math.max(0, late)));
    } catch {
      return; // without sound, then
    }
    void this.later(from + PIECE);
  }

  // The next piece is fetched while this one is heard.
  private async later(from: number): Promise<void> {
    while (!this.signal.aborted && this.context.currentTime - this.begun < from - PIECE / 2) await new Promise((resolve) => window.setTimeout(resolve, 200));
    await this.fetch(from);
  }
}
