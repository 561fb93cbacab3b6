// Looking at each picture: nothing but the picture as it will be, one after the other, and one key for what was missed.

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { get, send } from "./api";
import { BASE, coverName, coveringOf, inFrame, inPage, useCovering } from "./covering";
import { type Item, drawnItem, itemNames, itemsOf } from "./items";
import { reshaped } from "./keyframes";
import { singleKeys } from "./keys";
import type { AlbumState, Detail, Looking, ReviewItem } from "./model";
import { Icon, announce, failure, useStore } from "./parts";
import { Following } from "./picture";
import { useReview } from "./review";
import { Stage, type StageActions, type Tool } from "./stage";
import { store } from "./store";
import { type Video, frameAt, frameAddress, secondsAt, useFrame, useVideo } from "./video";
import { t } from "./words";

type Props = { n: number; album: AlbumState; look: (n: number | null) => void; leave: (n: number | null) => void; help: () => void };

const trail: number[] = []; // pictures that were looked at before, for going back
const A_SECOND = 3; // frames of a film that are shown

export function Look({ n, album, look, leave, help }: Props): JSX.Element {
  useStore();
  const deciding = useReview(n);
  const { detail, history } = deciding;
  const { places } = history.now;
  const isVideo = (detail ? detail.look?.video : store.item(n)?.video) === true;
  const { video, share, problem } = useVideo(n, isVideo && detail?.editable === true);
  const [page, setPage] = useState(0);
  const [tool, setTool] = useState<Tool>("select");
  const [failed, setFailed] = useState("");
  const [selected, setSelected] = useState("");
  const [hot, setHot] = useState("");
  const actions = useRef<StageActions | null>(null);
  const busy = useRef(false);
  const main = useRef<HTMLElement>(null);
  const playing = usePlaying(video, tool === "select" && !document.querySelector("dialog[open]"));
  const shown = isVideo ? inFrame(n, places, video, playing.frame, { w: detail?.w ?? 0, h: detail?.h ?? 0 }) : inPage(n, places, page);
  const first = useFrame(frameAddress(n, 0, BASE), undefined, isVideo && !video);
  const frames = useFrame(shown.address, { places: shown.covered }, video !== null);
  const made = useCovering(shown, detail?.editable === true && !isVideo);
  const view = isVideo ? (video ? frames : first) : made;
  const drawable = detail?.editable === true && view !== "" && (!isVideo || video !== null);
  // Frames come covered; what is sharper than a still comes without.
  const covering = isVideo ? { width: 0, height: 0, pages: 1, url: "", covers: new Set(shown.covered.map(coverName)) } : made || null;
  const items = itemsOf(places, detail?.together ?? []);
  const blocked = view === "" || (isVideo && !video); // nobody can say that it was seen
  const pages = detail?.look && !detail.look.moving ? detail.look.pages : 1;
  const ready = detail !== null && (detail.held !== "" || !detail.editable || (drawable && view !== undefined));

  const next = async (seen: boolean): Promise<void> => {
    if (busy.current || (seen && !ready)) return;
    busy.current = true;
    try {
      if ((await deciding.flush()) === false) return; // what went wrong is said
      const told = seen ? await send<Looking>("POST", `/api/pictures/${n}/seen`, {}) : await get<Looking>(`/api/looking?after=${n}`);
      store.soon();
      trail.push(n);
      const on = told.next === n ? null : told.next;
      if (on === null) announce(t("look.done"));
      look(on);
    } catch (error) {
      setFailed(failure(error));
    } finally {
      busy.current = false;
    }
  };
  const back = (): void => {
    const last = trail.pop();
    if (last !== undefined) look(last);
  };
  const add = (shape: ReviewItem["shape"]): void => {
    const fresh = drawnItem(shape, page, video, playing.frame);
    deciding.change({ places: [...places, fresh] });
    setTool("select");
    setSelected(fresh.id);
    announce(t("look.covered"));
    requestAnimationFrame(() => main.current?.focus());
  };
  // With keys a place comes into the middle and is moved from there; with the mouse it is drawn.
  const cover = (byKey: boolean): void => {
    if (!drawable) return;
    if (!byKey) return setTool(tool === "select" ? "ellipse" : "select");
    if (tool === "select") return setTool("ellipse");
    actions.current?.insert("ellipse");
    requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector<SVGElement>(".place:last-of-type")?.focus()));
  };

  useEffect(() => main.current?.focus(), [n]);
  // What comes next is made meanwhile.
  useEffect(() => {
    if (ready) void ahead(n);
  }, [n, ready]);
  useLayoutEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (event.defaultPrevented || document.querySelector("dialog[open]") || target.closest("input, select")) return;
      const command = event.ctrlKey || event.metaKey;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const always: Record<string, () => void> = {
        Escape: () => (tool === "select" ? leave(null) : setTool("select")),
        " ": () => void next(!blocked),
      };
      const single: Record<string, () => void> = {
        ArrowRight: () => void next(false),
        ArrowLeft: back,
        c: () => cover(true),
        u: deciding.undo,
        r: deciding.redo,
        "+": () => actions.current?.zoom(1.5),
        "-": () => actions.current?.zoom(1 / 1.5),
        "0": () => actions.current?.fit(),
        k: playing.toggle,
        o: () => leave(n),
        "?": help,
      };
      if (command && key === "z") (event.preventDefault(), event.shiftKey ? deciding.redo() : deciding.undo());
      if (command || event.altKey || (key === " " && target.closest("button"))) return;
      const act = always[key] ?? (singleKeys() ? single[key] : undefined);
      if (act) (event.preventDefault(), act());
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  });

  // Space means the picture again after a click, not the button that was clicked.
  const clicked = (act: () => void) => (event: MouseEvent): void => {
    act();
    if (event.detail > 0) main.current?.focus();
  };
  return (
    <main id="content" class="look" tabIndex={-1} ref={main}>
      <div class="title">
        <button type="button" class="quiet" onClick={() => leave(null)}>
          <Icon name="back" /> <span class="wide">{t("picture.back")}</span>
        </button>
        <h1>{detail?.name ?? store.item(n)?.name ?? t("loading")}</h1>
        <label class="looking">
          <span>{t("look.count", { seen: album.seen, count: album.toLookAt })}</span>
          <progress max={Math.max(1, album.toLookAt)} value={album.seen} />
        </label>
      </div>
      <div class="canvas">
        {view === "" && <p class="nothing">{t("picture.unseen")}</p>}
        {!view && view !== "" && <p class="nothing">{t("loading")}</p>}
        {view && (
          <Stage
            n={n}
            page={page}
            view={view}
            places={shown.here}
            names={itemNames(items)}
            visible={new Set(shown.here.filter((place) => place.visible).map((place) => place.id))}
            parts={new Set(shown.here.filter((place) => place.origin === "found").map((place) => place.id))}
            covering={covering}
            usual={album.style}
            tool={drawable ? tool : "select"}
            outlines={false}
            selected={selected}
            hot={hot}
            onHot={setHot}
            moving={isVideo}
            rooted={isVideo}
            whole={shown.whole}
            actions={actions}
            onSelect={(id) => setSelected(places.find((place) => place.id === id)?.origin === "drawn" ? id : "")}
            onToggle={() => undefined}
            onShape={(id, shape) => deciding.change({ places: places.map((place) => (place.id === id && place.origin === "drawn" ? { ...place, ...reshaped(place, place.shape, playing.frame, shape) } : place)) })}
            onAdd={add}
            onRemove={(id) => deciding.change({ places: places.filter((place) => place.id !== id || place.origin !== "drawn") })}
          />
        )}
      </div>
      {isVideo && detail?.editable && !video && !problem && <Following share={share} />}
      <div class="judge">
        <p class="about" role="status">
          {detail && <Notes detail={detail} items={items} problem={deciding.problem || problem || failed} />}
        </p>
        {pages > 1 && <Turn name="picture.page" at={page} count={pages} go={setPage} />}
        {video && <Player video={video} playing={playing} />}
        <button type="button" disabled={!trail.length} onClick={clicked(back)}>
          <Icon name="back" /> <span class="wide">{t("picture.previous")}</span>
        </button>
        <button type="button" disabled={!history.past.length} onClick={clicked(deciding.undo)}>
          <Icon name="undo" /> <span class="wide">{t("picture.undo")}</span>
        </button>
        <button type="button" aria-pressed={tool !== "select"} disabled={!drawable} onClick={(event) => (event.detail === 0 ? actions.current?.insert("ellipse") : clicked(() => cover(false))(event))}>
          <Icon name="ellipse" /> {t(tool === "select" ? "look.cover" : "look.draw")} <kbd aria-hidden="true">C</kbd>
        </button>
        <button type="button" onClick={() => leave(n)}>
          {t("look.decide")} <kbd aria-hidden="true">O</kbd>
        </button>
        {detail && blocked ? (
          <button type="button" class="primary" onClick={clicked(() => void next(false))}>
            {t("look.later")}
          </button>
        ) : (
          <button type="button" class="primary" aria-disabled={!ready} onClick={clicked(() => void next(true))}>
            {t("look.next")} <kbd aria-hidden="true">{t("key.space")}</kbd>
          </button>
        )}
      </div>
    </main>
  );
}

// What there is to know before looking: in a word or two.
function Notes({ detail, items, problem }: { detail: Detail; items: Item[]; problem: string }): JSX.Element {
  const covered = items.filter((item) => !item.visible).length;
  const notes = [
    problem,
    detail.held && `${t("state.held")}: ${detail.held}`,
    items.some((item) => item.asked) && t("places.asked"),
    items.some((item) => item.doubtful) && t("look.doubt"),
    detail.nobody && t("look.nobody"),
    !!detail.look?.moving && t("picture.moving"),
  ].filter(Boolean);
  return (
    <>
      {notes.map((note) => (
        <strong key={String(note)}>{note} </strong>
      ))}
      {!detail.nobody && detail.editable && <span>{t("look.places", { count: covered })}</span>}
    </>
  );
}

type TurnProps = { name: string; at: number; count: number; go: (to: number) => void };

function Turn({ name, at, count, go }: TurnProps): JSX.Element {
  return (
    <span class="turn">
      <button type="button" class="quiet icon" aria-label={t("picture.previous")} disabled={at === 0} onClick={() => go(at - 1)}>
        <Icon name="back" />
      </button>
      {t(name, { number: at + 1, count })}
      <button type="button" class="quiet icon" aria-label={t("picture.next")} disabled={at + 1 >= count} onClick={() => go(at + 1)}>
        <Icon name="next" />
      </button>
    </span>
  );
}

type Playing = { frame: number; on: boolean; at: number; count: number; toggle: () => void; show: (at: number) => void };

// A few frames of each second of a film, one after the other and from the beginning again.
function usePlaying(video: Video | null, allowed: boolean): Playing {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const [on, setOn] = useState(!still);
  const [at, setAt] = useState(0);
  const count = video ? Math.max(1, Math.min(video.frames, Math.ceil(video.length * A_SECOND))) : 1;
  useEffect(() => {
    if (!video || !on || !allowed) return undefined;
    const timer = window.setInterval(() => setAt((now) => (now + 1) % count), 1000 / A_SECOND);
    return () => clearInterval(timer);
  }, [video, on, allowed, count]);
  const frame = video ? frameAt(video, (Math.min(at, count - 1) * video.length) / count) : 0;
  return { frame, on, at: Math.min(at, count - 1), count, toggle: () => setOn(!on), show: (to) => (setOn(false), setAt(to)) };
}

function Player({ video, playing }: { video: Video; playing: Playing }): JSX.Element {
  const seconds = secondsAt(video, playing.frame);
  return (
    <span class="turn">
      <button type="button" class="quiet" aria-pressed={playing.on} onClick={playing.toggle}>
        <Icon name={playing.on ? "pause" : "play"} /> {t("look.play")}
      </button>
      <input
        type="range"
        aria-label={t("video.time")}
        aria-valuetext={`${seconds.toFixed(1)} s`}
        min={0}
        max={playing.count - 1}
        value={playing.at}
        onInput={(event) => playing.show(Number(event.currentTarget.value))}
      />
    </span>
  );
}

// Nothing is left to be looked at.
export function Looked({ album, leave }: { album: AlbumState; leave: () => void }): JSX.Element {
  useStore();
  const main = useRef<HTMLElement>(null);
  useEffect(() => main.current?.focus(), []);
  return (
    <main id="content" class="notice" tabIndex={-1} ref={main}>
      <h1>{t("look.done")}</h1>
      <p>{t("look.done.text", { seen: album.seen, count: album.toLookAt })}</p>
      <button type="button" class="primary" onClick={leave}>
        {t("picture.back")}
      </button>
    </main>
  );
}

// Have the next picture looked at and covered before somebody comes to it.
async function ahead(n: number): Promise<void> {
  const told = await get<Looking>(`/api/looking?after=${n}`).catch(() => null);
  if (!told || told.next === null || told.next === n) return;
  const detail = await get<Detail>(`/api/pictures/${told.next}`).catch(() => null);
  if (!detail?.editable || detail.video) return;
  await coveringOf(inPage(told.next, detail.review.places, 0)).catch(() => undefined);
}
