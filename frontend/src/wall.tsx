// The wall of pictures: only what is on the screen is in the page, however many there are.

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { get } from "./api";
import { path } from "./geometry";
import { singleKeys } from "./keys";
import type { AlbumState, Looking, WallPicture } from "./model";
import { StateMark, useStore } from "./parts";
import { useThumbnail } from "./pictures";
import { Selecting } from "./selecting";
import { selection } from "./selection";
import { store } from "./store";
import { Filters, Summary } from "./summary";
import { t } from "./words";

const CELL = 196; // pixels, about; columns share the width
const GAP = 12;
const NAME = 92;
const HEAD = { doubts: 84, all: 52, list: 52 };
const NARROW = { width: 600, more: 44 }; // where sentences take more lines
const PRESSED = 500; // milliseconds after which a touch selects
const BEYOND = 500; // pixels above and below the screen that are kept ready

type Section = { name: keyof typeof HEAD; top: number; rows: number; count: number };
type Grid = { columns: number; head: Record<Section["name"], number>; row: number; sections: Section[]; height: number };

// order: what is shown, if that is not all.
function layout(width: number, album: AlbumState, doubts: number, order: number[] | null): Grid {
  const columns = Math.max(2, Math.floor((width + GAP) / (CELL + GAP)));
  const cell = (width - GAP * (columns - 1)) / columns;
  const row = Math.round(cell * 0.75) + NAME + GAP;
  const head = width < NARROW.width ? { ...HEAD, doubts: HEAD.doubts + NARROW.more } : HEAD;
  const sections: Section[] = [];
  let top = 0;
  const parts: [Section["name"], number][] = order ? [["list", order.length]] : [["doubts", doubts], ["all", album.count]];
  for (const [name, count] of parts) {
    if (name === "doubts" && !count) continue;
    const rows = Math.ceil(count / columns);
    sections.push({ name, top, rows, count });
    top += head[name] + rows * row;
  }
  return { columns, head, row, sections, height: top };
}

type At = { section: string; index: number };
type WallProps = { open: (n: number) => void; look: (n: number | null) => void; focus: number | null };

export function Wall({ open, look, focus }: WallProps): JSX.Element {
  useStore();
  const album = store.album as AlbumState;
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [scroll, setScroll] = useState(window.scrollY);
  const [current, setCurrent] = useState<At>({ section: "all", index: focus ?? 0 });
  const latest = useRef(current); // keys may come faster than the page is drawn
  const origin = box.current?.offsetTop ?? 0;
  const { order } = store;
  const grid = layout(width || 800, album, store.doubts.length, order);
  const [, redraw] = useState(0);
  const main = order ? "list" : "all";

  useLayoutEffect(() => {
    const measure = (): void => setWidth(box.current?.clientWidth ?? 0);
    measure();
    const observer = new ResizeObserver(measure);
    if (box.current) observer.observe(box.current);
    const scrolled = (): void => setScroll(window.scrollY);
    addEventListener("scroll", scrolled, { passive: true });
    return () => {
      observer.disconnect();
      removeEventListener("scroll", scrolled);
    };
  }, []);

  useEffect(() => {
    if (focus === null || !width) return;
    void store.arrange().then(() => show(store.order ? "list" : "all", store.order ? store.order.indexOf(focus) : focus));
  }, [width > 0]);
  useEffect(() => {
    latest.current = { section: main, index: order ? 0 : latest.current.index };
    setCurrent(latest.current);
  }, [main, store.view]);

  // More doubts: at once where nothing on the screen moves by it, else when a person asks.
  useLayoutEffect(() => {
    if (!store.more.length || order) return;
    const before = grid.sections.find((section) => section.name === "doubts");
    const end = before ? before.top + grid.head.doubts + before.rows * grid.row : 0;
    const added = layout(width, album, store.doubts.length + store.more.length, null).height - grid.height;
    const view = scroll - origin;
    if (added === 0 || end > view + innerHeight) store.showMore();
    else if (view > end) {
      store.showMore();
      scrollBy(0, added);
    }
  });

  const number = (section: string, index: number): number | undefined =>
    section === "doubts" ? store.doubts[index] : order ? order[index] : index < album.count ? index : undefined;

  // Keys and clicks that select. Returns whether it was one.
  const select = (section: string, index: number, how: "one" | "range"): void => {
    const n = number(section, index);
    if (n === undefined) return;
    if (how === "range") selection.upTo(index, (i) => number(section, i));
    else selection.toggle(n, index);
    redraw((count) => count + 1);
  };
  const endSelecting = (): void => {
    selection.end();
    redraw((count) => count + 1);
  };
  const selectAll = (): void => {
    selection.all(order ?? Array.from({ length: album.count }, (_, n) => n));
    redraw((count) => count + 1);
  };
  const begin = async (): Promise<void> => look((await get<Looking>("/api/looking")).next);

  const show = (section: string, index: number): void => {
    const found = grid.sections.find((one) => one.name === section);
    if (!found || index < 0 || index >= found.count) return;
    latest.current = { section, index };
    setCurrent(latest.current);
    const top = origin + found.top + grid.head[found.name] + Math.floor(index / grid.columns) * grid.row;
    if (top < scrollY + 80 || top + grid.row > scrollY + innerHeight) scrollTo(0, Math.max(0, top - innerHeight / 3));
    const focused = (): boolean => {
      const cell = document.getElementById(`${section}-${index}`);
      cell?.focus();
      return cell !== null;
    };
    if (!focused()) requestAnimationFrame(() => requestAnimationFrame(focused));
  };

  const moved = (event: KeyboardEvent): void => {
    const at = latest.current;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if ((event.ctrlKey || event.metaKey) && key === "a") return event.preventDefault(), selectAll();
    if (key === "x" && singleKeys() && !event.ctrlKey && !event.metaKey) return select(at.section, at.index, "one");
    if (key === "Escape" && selection.active) return event.preventDefault(), endSelecting();
    const found = grid.sections.find((one) => one.name === at.section);
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: grid.columns,
      ArrowUp: -grid.columns,
      PageDown: grid.columns * 4,
      PageUp: -grid.columns * 4,
    };
    let index = at.index + (steps[event.key] ?? 0);
    if (event.key === "Home") index = 0;
    else if (event.key === "End") index = (found?.count ?? 1) - 1;
    else if (!(event.key in steps)) return;
    event.preventDefault();
    if (event.shiftKey && key in steps) {
      select(at.section, at.index, "range");
      select(at.section, Math.max(0, Math.min(index, (found?.count ?? 1) - 1)), "range");
    }
    const other = grid.sections.find((one) => one.name !== at.section);
    if (found && other && index >= found.count && found.name === "doubts") show("all", 0);
    else if (other && index < 0 && at.section === "all") show("doubts", other.count - 1);
    else show(at.section, Math.max(0, Math.min(index, (found?.count ?? 1) - 1)));
  };

  const view = [scroll - origin - BEYOND, scroll - origin + innerHeight + BEYOND] as const;
  return (
    <main id="content" class="wall" tabIndex={-1}>
      <Summary album={album} begin={begin} />
      <Filters album={album} selecting={selection.active} select={() => (selection.active ? endSelecting() : (selection.begin(), redraw((count) => count + 1)))} />
      <div ref={box} class="grid" style={{ height: `${grid.height}px` }} onKeyDown={moved}>
        {width > 0 &&
          grid.sections.map((section) => (
            <SectionRows key={section.name} section={section} grid={grid} view={view} current={current} number={number} open={open} select={select} />
          ))}
        {!album.count && <p>{t("wall.empty")}</p>}
        {order?.length === 0 && <p class="none">{t("filter.none")}</p>}
      </div>
      {selection.active && <Selecting all={selectAll} end={endSelecting} look={() => void begin()} />}
      {store.more.length > 0 && !order && !selection.active && (
        <button type="button" class="more primary" onClick={() => (store.showMore(), scrollTo(0, 0))}>
          {t("wall.more", { count: store.more.length })}
        </button>
      )}
    </main>
  );
}

type RowsProps = {
  section: Section;
  grid: Grid;
  view: readonly [number, number];
  current: { section: string; index: number };
  number: (section: string, index: number) => number | undefined;
  open: (n: number) => void;
  select: (section: string, index: number, how: "one" | "range") => void;
};

function SectionRows({ section, grid, view, current, number, open, select }: RowsProps): JSX.Element {
  const start = section.top + grid.head[section.name];
  const first = Math.max(0, Math.floor((view[0] - start) / grid.row));
  const last = Math.min(section.rows, Math.ceil((view[1] - start) / grid.row));
  const indices: number[] = [];
  for (let i = first * grid.columns; i < Math.min(section.count, last * grid.columns); i += 1) indices.push(i);
  // The one that Tab leads to is always there.
  if (current.section === section.name && !indices.includes(current.index) && current.index < section.count) indices.push(current.index);
  const reachable = current.section === section.name ? current.index : section.name === "doubts" ? 0 : -1;
  if (reachable === 0 && !indices.includes(0)) indices.unshift(0);
  return (
    <section aria-labelledby={`head-${section.name}`}>
      <div class="head" style={{ transform: `translateY(${section.top}px)`, height: `${grid.head[section.name]}px` }}>
        <h2 id={`head-${section.name}`}>{section.name === "list" ? t("wall.list", { count: section.count }) : t(`wall.${section.name}`)}</h2>
        {section.name === "doubts" && <p class="soft">{t("wall.doubts.text")}</p>}
      </div>
      <ul class="plain">
        {indices.map((index) => {
          const n = number(section.name, index);
          if (n === undefined) return null;
          const [row, column] = [Math.floor(index / grid.columns), index % grid.columns];
          return (
            <li
              key={index}
              aria-setsize={section.count}
              aria-posinset={index + 1}
              style={{
                top: `${start + row * grid.row}px`,
                left: `calc((100% + ${GAP}px) / ${grid.columns} * ${column})`,
                width: `calc((100% + ${GAP}px) / ${grid.columns} - ${GAP}px)`,
                height: `${grid.row - GAP}px`,
              }}
            >
              <Cell n={n} id={`${section.name}-${index}`} reachable={index === reachable} open={open} select={(how) => select(section.name, index, how)} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}

type CellProps = { n: number; id: string; reachable: boolean; open: (n: number) => void; select: (how: "one" | "range") => void };

function Cell({ n, id, reachable, open, select }: CellProps): JSX.Element {
  const item = store.item(n);
  const url = useThumbnail(n, item);
  const state = item?.state ?? "waiting";
  const waits = state === "left-out" ? t("wall.unshown") : item?.held || item?.why;
  const press = useLongPress(() => select("one"));
  const clicked = (event: MouseEvent): void => {
    if (press.taken()) return;
    if (event.shiftKey) select("range");
    else if (selection.active || event.ctrlKey || event.metaKey || (event.target as Element).closest(".tick")) select("one");
    else open(n);
  };
  return (
    <button
      type="button"
      id={id}
      class={`cell ${item?.unread && state === "held" ? "unread" : state}`}
      tabIndex={reachable ? 0 : -1}
      title={waits || undefined}
      aria-pressed={selection.active ? selection.numbers.has(n) : undefined}
      onClick={clicked}
      {...press.handlers}
    >
      <span class="frame">
        {url && <img src={url} alt="" draggable={false} />}
        {url && item && <LeftVisible item={item} />}
        {url === "" && state !== "left-out" && <span class="nothing">{t("picture.unseen")}</span>}
        <span class="tick" aria-hidden="true" />
      </span>
      <span class="name">{item?.name ?? t("loading")} </span>
      <StateMark item={item ?? { state, unread: false, nobody: false, ended: [], video: false, followed: false }} />
      <span class="waits"> {waits}</span>
      {item?.video && <span class="kind">{t("wall.video")}</span>}
    </button>
  );
}

type LongPress = { handlers: JSX.HTMLAttributes<HTMLButtonElement>; taken: () => boolean };

// A finger that stays selects; the click that follows it opens nothing.
function useLongPress(act: () => void): LongPress {
  const timer = useRef(0);
  const done = useRef(false);
  const stop = (): void => clearTimeout(timer.current);
  const begin = (event: PointerEvent): void => {
    done.current = false;
    if (event.pointerType !== "touch") return;
    timer.current = window.setTimeout(() => ((done.current = true), act()), PRESSED);
  };
  const taken = (): boolean => {
    const was = done.current;
    done.current = false;
    return was;
  };
  const menu = (event: Event): void => {
    if (done.current) event.preventDefault();
  };
  return { handlers: { onPointerDown: begin, onPointerUp: stop, onPointerCancel: stop, onPointerLeave: stop, onContextMenu: menu }, taken };
}

// What is covered is covered in the small picture itself; who stays visible is marked.
function LeftVisible({ item }: { item: WallPicture }): JSX.Element | null {
  const visible = item.places.filter(([, covered]) => !covered);
  if (!item.w || !visible.length) return null;
  return (
    <svg viewBox={`0 0 ${item.w} ${item.h}`} preserveAspectRatio="xMidYMid meet" aria-hidden="true">
      {visible.map(([shape], i) => (
        <path key={i} d={path(shape)} class="visible" />
      ))}
    </svg>
  );
}
