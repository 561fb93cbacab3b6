// One picture: what is covered, what happens with it, and what the file gives away.

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { send } from "./api";
import { noteAccepted, undoAccepting } from "./accepted";
import { askBefore } from "./check";
import { foundAt, frameAddress, frameAt, frameCovered, milliseconds, secondsAt, useVideo, useFrame } from "./video";
import type { Comparison } from "./compare";
import { BASE, inFrame, inPage, useCovering } from "./covering";
import { type Item, drawnItem, isPerson, itemNames, itemsOf, leftToRight } from "./items";
import { VideoChoices } from "./videochoices";
import { reshaped } from "./keyframes";
import { singleKeys } from "./keys";
import type { AlbumState, Detail, Outcome, Permission, ReviewItem, Shape } from "./model";
import { Decide, Panel } from "./panel";
import { Icon, StateMark, announce, useStore } from "./parts";
import { useView } from "./pictures";
import { Preview } from "./preview";
import { useReview } from "./review";
import { Stage, type StageActions, type Tool } from "./stage";
import { store } from "./store";
import { Scrubber, TrackList } from "./timeline";
import { Visible } from "./visible";
import { t } from "./words";

const MIDDLE = 0.5;

type Props = { n: number; album: AlbumState; open: (n: number | null) => void; help: () => void };

export function Picture({ n, album, open, help }: Props): JSX.Element {
  useStore();
  const deciding = useReview(n);
  useSeen(deciding.detail);
  const [tool, setTool] = useState<Tool>("select");
  const [page, setPage] = useState(0);
  const [outlines, setOutlines] = useState(false);
  const [line, setLine] = useState<number | null>(null); // where original and copy meet, while they are compared
  const [bare, setBare] = useState(false);
  const [selected, setSelected] = useState("");
  const [hot, setHot] = useState("");
  const [asking, setAsking] = useState<Item[]>([]);
  const actions = useRef<StageActions | null>(null);
  const stillHere = useRef(true);
  const { detail, history } = deciding;
  const { places, outcome } = history.now;
  const look = detail?.look ?? null;
  const isVideo = look ? look.video : store.item(n)?.video === true;
  const { video, share, problem } = useVideo(n, isVideo && detail?.editable === true);
  const [frame, setFrame] = useState(0);
  const [playing, setPlaying] = useState<number | null>(null); // since which frame a film is played
  const still = useView(`/api/pictures/${n}/view?page=${page}&longest=${BASE}`, undefined, !isVideo);
  const shot = useFrame(frameAddress(n, video ? milliseconds(video, frame) : 0, BASE), undefined, isVideo && playing === null);
  const view = isVideo ? shot : still;
  const drawable = detail?.editable === true && view !== "" && (!isVideo || video !== null);
  const shown = isVideo
    ? inFrame(n, places, video, frame, { w: detail?.w ?? 0, h: detail?.h ?? 0 })
    : inPage(n, places, page);
  const { here, whole } = shown;
  const compare = line !== null && drawable && playing === null;
  const covering = useCovering(shown, drawable && !compare && playing === null);
  const comparison: Comparison | null = compare
    ? {
        address: (longest) => (video ? frameCovered(n, milliseconds(video, frame), longest) : `/api/pictures/${n}/preview?page=${page}&longest=${longest}`),
        body: video ? { places: shown.covered } : { ...detail?.review, ...history.now },
        at: line,
        onMove: setLine,
      }
    : null;
  const found = itemsOf(isVideo ? places : here, detail?.together ?? []);
  const items = isVideo ? found : leftToRight(found);
  const names = itemNames(items);
  const people = items.filter((item) => isPerson(item) && !item.visible);
  const visible = new Set(items.flatMap((item) => (item.visible ? item.parts.map((part) => part.id) : [])));
  const parts = new Set(items.flatMap((item) => item.parts.map((part) => part.id).filter((id) => id !== item.id)));
  const itemOf = (id: string): Item | undefined => items.find((item) => item.parts.some((part) => part.id === id));
  const sequence = store.doubts.includes(n) ? store.doubts : null;
  const index = sequence ? sequence.indexOf(n) : n;
  const count = sequence ? sequence.length : album.count;
  const go = (step: number): void => {
    const next = index + step;
    if (next < 0) return;
    if (next >= count) open(null);
    else open(sequence ? (sequence[next] ?? null) : next);
  };
  const change = (ids: string[], next: Partial<ReviewItem>): void =>
    deciding.change({ places: places.map((place) => (ids.includes(place.id) ? { ...place, ...next } : place)) });
  const decide = (some: Item[], next: Partial<ReviewItem>): void => change(some.flatMap((item) => item.parts.map((part) => part.id)), next);
  const say = (id: string, state: string): void => announce(t("places.describe", { place: names.get(id) ?? "", state: t(state) }));
  const toggle = (id: string): void => {
    const item = itemOf(id);
    if (!item || item.drawn) return;
    if (!item.visible) setAsking([item]);
    else {
      decide([item], { visible: null });
      say(id, "places.covered");
    }
  };
  const permit = (permission: Permission): void => {
    decide(asking, { visible: permission, asked: false });
    if (asking.length > 1) announce(t("places.everybody.done", { count: asking.length }));
    else say(asking[0]?.id ?? "", "places.visible");
    setAsking([]);
  };
  // In a film a place is moved in the frame that is shown, and goes from there to where it is in others.
  const reshape = (id: string, shape: Shape): void => {
    const place = places.find((one) => one.id === id);
    const found = video && place ? foundAt(video, place, frame) : null;
    change([id], place && found ? reshaped(place, found, frame, shape) : { shape });
  };
  const part = video ? (history.now.video.part ?? [0, video.frames]) : [0, 0];
  const play = (): void => {
    if (!video) return;
    const inside = frame >= (part[0] ?? 0) && frame < Math.min(part[1] ?? 0, video.frames) - 1;
    setPlaying(playing !== null ? null : inside ? frame : (part[0] ?? 0));
  };
  // Wherever somebody goes in a film that plays, it plays on from there.
  const goTo = (to: number): void => {
    setFrame(to);
    setPlaying(playing === null ? null : to);
  };
  const remove = (id: string): void => {
    if (places.find((place) => place.id === id)?.origin === "drawn")
      deciding.change({ places: places.filter((place) => place.id !== id) });
  };
  const add = (shape: ReviewItem["shape"]): void => {
    const fresh = drawnItem(shape, page, video, frame);
    deciding.change({ places: [...places, fresh] });
    setTool("select");
    setSelected(fresh.id);
    requestAnimationFrame(() => document.getElementById(`place-${fresh.id}`)?.focus());
  };
  const accept = async (): Promise<void> => {
    const wanted: Outcome = outcome || "publish";
    if (!detail?.editable || (wanted !== "no-post" && !(await askBefore()))) return;
    const accepted = await deciding.accept(wanted);
    if (!accepted) return;
    noteAccepted(accepted.before.accepted ? null : { n, name: detail.name, ...accepted });
    announce(t("outcome.accepted", { name: detail.name }));
    store.soon();
    if (stillHere.current) go(1);
  };

  const undo = (): void => (history.past.length ? deciding.undo() : undoAccepting());

  useEffect(() => {
    document.getElementById("content")?.focus();
    return () => void (stillHere.current = false);
  }, []);
  // Before the next key comes: what it does depends on what the last one did.
  useLayoutEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      const typing = target.matches("input:not([type=radio]):not([type=checkbox]):not([type=range]), select, textarea") || document.querySelector("dialog[open]");
      if (typing || event.defaultPrevented) return;
      const command = event.ctrlKey || event.metaKey;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      if (command && key === "z") (event.preventDefault(), event.shiftKey ? deciding.redo() : undo());
      else if (command && key === "y") (event.preventDefault(), deciding.redo());
      if (command || event.altKey) return;
      if (key === "Escape") tool === "select" ? open(null) : setTool("select");
      if (!singleKeys() || (target.matches("input[type=radio], input[type=range]") && key.startsWith("Arrow"))) return;
      const outcomes: Record<string, Outcome> = { "1": "publish", "2": "private", "3": "no-post" };
      const keys: Record<string, () => void> = {
        n: () => go(1),
        ArrowRight: () => go(1),
        p: () => go(-1),
        ArrowLeft: () => go(-1),
        a: () => void accept(),
        e: () => drawable && actions.current?.insert("ellipse"),
        b: () => drawable && actions.current?.insert("box"),
        f: () => drawable && actions.current?.insert("free"),
        u: undo,
        r: deciding.redo,
        "+": () => actions.current?.zoom(1.5),
        "=": () => actions.current?.zoom(1.5),
        "-": () => actions.current?.zoom(1 / 1.5),
        "0": () => actions.current?.fit(),
        s: () => drawable && setLine(compare ? null : MIDDLE),
        h: () => setBare(true),
        // Keys may come faster than the page is drawn.
        ",": () => video && setFrame((now) => Math.max(0, now - 1)),
        ".": () => video && setFrame((now) => Math.min(video.frames - 1, now + 1)),
        j: () => video && setFrame((now) => frameAt(video, Math.max(0, secondsAt(video, now) - 1))),
        l: () => video && setFrame((now) => frameAt(video, Math.min(video.length, secondsAt(video, now) + 1))),
        k: play,
        o: () => setOutlines(!outlines),
        v: () => detail?.editable && people.length > 1 && setAsking(people),
        "?": help,
      };
      const wanted = outcomes[key];
      if (wanted && detail?.editable) deciding.change({ outcome: wanted });
      else if (keys[key]) (event.preventDefault(), keys[key]?.());
    };
    const released = (event: Event): void => {
      if (!(event instanceof KeyboardEvent) || event.key.toLowerCase() === "h") setBare(false);
    };
    addEventListener("keydown", pressed);
    addEventListener("keyup", released);
    addEventListener("blur", released);
    return () => {
      removeEventListener("keydown", pressed);
      removeEventListener("keyup", released);
      removeEventListener("blur", released);
    };
  });

  const pages = look && !look.moving ? look.pages : 1;
  const draw = (wanted: Tool): JSX.Element => (
    <button
      type="button"
      class="quiet tool"
      aria-pressed={tool === wanted}
      disabled={!drawable || compare}
      onClick={(event) => (event.detail === 0 && wanted !== "select" ? actions.current?.insert(wanted) : setTool(wanted))}
    >
      <Icon name={wanted} /> <span class="wide">{t(`picture.${wanted}`)}</span>
    </button>
  );
  const icon = (name: string, label: string, act: () => void, disabled = false, pressed?: boolean): JSX.Element => (
    <button type="button" class="quiet icon" aria-label={t(label)} title={t(label)} aria-pressed={pressed} disabled={disabled} onClick={act}>
      <Icon name={name} />
    </button>
  );
  return (
    <main id="content" class="picture" tabIndex={-1}>
      <div class="title">
        <button type="button" class="quiet" onClick={() => open(null)}>
          <Icon name="back" /> <span class="wide">{t("picture.back")}</span>
        </button>
        <h1>{detail?.name ?? store.item(n)?.name ?? t("loading")}</h1>
        {detail && <StateMark item={detail} />}
        <span class="space" />
        <span class="soft position">{t("picture.position", { number: index + 1, count })}</span>
        {icon("back", "picture.previous", () => go(-1), index === 0)}
        {icon("next", "picture.next", () => go(1))}
      </div>
      <div class="tools" role="toolbar" aria-label={t("picture.tools")}>
        {draw("select")}
        {draw("ellipse")}
        {draw("box")}
        {draw("free")}
        <span class="gap" />
        {icon("undo", "picture.undo", deciding.undo, !history.past.length)}
        {icon("redo", "picture.redo", deciding.redo, !history.future.length)}
        <span class="gap" />
        {icon("out", "picture.out", () => actions.current?.zoom(1 / 1.5))}
        {icon("in", "picture.in", () => actions.current?.zoom(1.5))}
        {icon("fit", "picture.fit", () => actions.current?.fit())}
        <span class="gap" />
        {icon("outlines", "picture.outlines", () => setOutlines(!outlines), compare, outlines)}
        {icon("compare", "picture.compare", () => setLine(compare ? null : MIDDLE), !drawable, compare)}
        <Hold on={bare} disabled={!drawable} onHold={setBare} />
      </div>
      <div class="split">
        <div class={isVideo ? "reel" : "canvas"}>
        <div class={isVideo ? "canvas" : "contents"}>
          {view === "" && <p class="nothing">{t("picture.unseen")}</p>}
          {view === undefined && <p class="nothing">{t("loading")}</p>}
          {view && (
            <Stage
              n={n}
              page={page}
              view={view}
              places={here}
              names={names}
              usual={album.style}
              tool={drawable ? tool : "select"}
              outlines={outlines}
              selected={selected}
              hot={hot}
              onHot={setHot}
              bare={bare}
              comparison={comparison}
              moving={isVideo}
              whole={whole}
              visible={visible}
              parts={parts}
              covering={covering || null}
              actions={actions}
              onSelect={setSelected}
              onToggle={(id) => {
                document.getElementById(`place-${itemOf(id)?.id}`)?.focus(); // whichever part was clicked
                toggle(id);
              }}
              onShape={reshape}
              onAdd={add}
              onRemove={remove}
            />
          )}
          {video && detail && playing !== null && (
            <Preview
              key={playing}
              n={n}
              video={video}
              size={{ w: detail.w, h: detail.h }}
              places={places}
              from={playing}
              stop={Math.min(part[1] ?? 0, video.frames)}
              sound={history.now.video.sound ?? album.sound}
              onFrame={setFrame}
              onEnd={() => setPlaying(null)}
            />
          )}
          {pages > 1 && (
            <div class="pages">
              {icon("back", "picture.previous", () => setPage(page - 1), page === 0)}
              <span>{t("picture.page", { number: page + 1, count: pages })}</span>
              {icon("next", "picture.next", () => setPage(page + 1), page + 1 >= pages)}
            </div>
          )}
        </div>
        {isVideo && detail?.editable && !video && !problem && <Following share={share} />}
        {video && <Scrubber video={video} frame={frame} playing={playing !== null} onFrame={goTo} onPlay={play} />}
        {video && <VideoChoices video={video} choice={history.now.video} usual={album.sound} onChange={(choice) => deciding.change({ video: choice })} onFrame={goTo} />}
        {video && detail && (
          <TrackList
            n={n}
            video={video}
            size={{ width: detail.w, height: detail.h }}
            frame={frame}
            places={places}
            names={names}
            selected={selected}
            onFrame={goTo}
            onSelect={setSelected}
            onToggle={toggle}
            onRemove={remove}
            onCourse={(id, first, stop) => change([id], { course: { first, stop, marks: [] } })}
            onKeys={(id, keys) => change([id], { keys })}
            onStyle={(some, style) => decide(some, { style })}
            items={items}
          />
        )}
        </div>
        <div class="side">
        <Panel
          detail={detail}
          problem={deciding.problem || problem}
          items={items}
          names={names}
          selected={selected}
          hot={hot}
          onHot={setHot}
          onSelect={setSelected}
          onToggle={toggle}
          onStyle={(some, style) => decide(some, { style })}
          onEverybody={() => setAsking(people)}
          onRemove={remove}
          onMore={deciding.more}
        />
        {detail?.editable && <Decide detail={detail} outcome={outcome} onOutcome={(wanted) => deciding.change({ outcome: wanted })} onAccept={() => void accept()} />}
        </div>
      </div>
      {asking.length > 0 && detail && (
        <Visible
          name={asking.length > 1 ? "" : (names.get(asking[0]?.id ?? "") ?? "")}
          count={asking.length}
          url={view ? view.url : ""}
          size={{ width: detail.w, height: detail.h }}
          shapes={here.filter((place) => asking.some((item) => item.parts.some((part) => part.id === place.id))).map((place) => place.shape)}
          onClose={() => setAsking([])}
          onPermit={permit}
        />
      )}
    </main>
  );
}

// Whoever opens a picture has looked at it, as soon as it is there; a film, once it was looked through.
function useSeen(detail: Detail | null): void {
  const wanted = detail?.editable && !detail.seen && (!detail.video || detail.followed);
  useEffect(() => {
    if (detail && wanted) void send("POST", `/api/pictures/${detail.n}/seen`, {}).then(() => store.soon(), () => undefined);
  }, [detail?.n, wanted]);
}

// Shows the original for as long as it is held.
function Hold({ on, disabled, onHold }: { on: boolean; disabled: boolean; onHold: (on: boolean) => void }): JSX.Element {
  const key = (event: KeyboardEvent): void => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    onHold(event.type === "keydown");
  };
  const letGo = (): void => onHold(false);
  return (
    <button
      type="button"
      class="quiet icon hold"
      aria-label={t("picture.hold")}
      title={t("picture.hold")}
      aria-pressed={on}
      disabled={disabled}
      onPointerDown={() => onHold(true)}
      onPointerUp={letGo}
      onPointerLeave={letGo}
      onPointerCancel={letGo}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={key}
      onKeyUp={key}
      onBlur={letGo}
    >
      <Icon name="original" />
    </button>
  );
}

// How far the looking through a film is, in words.
export function Following({ share }: { share: number }): JSX.Element {
  return (
    <div class="following">
      <p role="status">{t("video.following")}</p>
      <label>
        <progress max={1} value={share} /> <span>{t("video.share", { percent: Math.round(share * 100) })}</span>
      </label>
    </div>
  );
}
