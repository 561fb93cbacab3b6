// The wall of pictures: only what is on the screen is in the page, however many there are.

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { get, send } from "./api";
import { askBeforeMany } from "./check";
import { path } from "./geometry";
import type { AlbumState, Looking, WallPicture } from "./model";
import { Icon, StateMark, announce, failure, useStore } from "./parts";
import { useThumbnail } from "./pictures";
import { store } from "./store";
import { t } from "./words";

const CELL = 196; // pixels, about; columns share the width
const GAP = 12;
const NAME = 50;
const HEAD = { doubts: 84, all: 52 };
const BEYOND = 500; // pixels above and below the screen that are kept ready

type Section = { name: "doubts" | "all"; top: number; rows: number; count: number };
type Grid = { columns: number; row: number; sections: Section[]; height: number };

function layout(width: number, album: AlbumState, doubts: number): Grid {
  const columns = Math.max(2, Math.floor((width + GAP) / (CELL + GAP)));
  const cell = (width - GAP * (columns - 1)) / columns;
  const row = Math.round(cell * 0.75) + NAME + GAP;
  const sections: Section[] = [];
  let top = 0;
  for (const [name, count] of [["doubts", doubts], ["all", album.count]] as const) {
    if (name === "doubts" && !count) continue;
    const rows = Math.ceil(count / columns);
    sections.push({ name, top, rows, count });
    top += HEAD[name] + rows * row;
  }
  return { columns, row, sections, height: top };
}

type WallProps = { open: (n: number) => void; look: (n: number | null) => void; focus: number | null };

export function Wall({ open, look, focus }: WallProps): JSX.Element {
  useStore();
  const album = store.album as AlbumState;
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [scroll, setScroll] = useState(window.scrollY);
  const [current, setCurrent] = useState<{ section: string; index: number }>({ section: "all", index: focus ?? 0 });
  const latest = useRef(current); // keys may come faster than the page is drawn
  const origin = box.current?.offsetTop ?? 0;
  const grid = layout(width || 800, album, store.doubts.length);

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
    if (focus !== null && width) show(current.section, focus);
  }, [width > 0]);

  // More doubts: at once where nothing on the screen moves by it, else when a person asks.
  useLayoutEffect(() => {
    if (!store.more.length) return;
    const before = grid.sections.find((section) => section.name === "doubts");
    const end = before ? before.top + HEAD.doubts + before.rows * grid.row : 0;
    const added = layout(width, album, store.doubts.length + store.more.length).height - grid.height;
    const view = scroll - origin;
    if (added === 0 || end > view + innerHeight) store.showMore();
    else if (view > end) {
      store.showMore();
      scrollBy(0, added);
    }
  });

  const number = (section: string, index: number): number | undefined => (section === "doubts" ? store.doubts[index] : index);

  const show = (section: string, index: number): void => {
    const found = grid.sections.find((one) => one.name === section);
    if (!found || index < 0 || index >= found.count) return;
    latest.current = { section, index };
    setCurrent(latest.current);
    const top = origin + found.top + HEAD[found.name] + Math.floor(index / grid.columns) * grid.row;
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
    const other = grid.sections.find((one) => one.name !== at.section);
    if (found && other && index >= found.count && found.name === "doubts") show("all", 0);
    else if (other && index < 0 && at.section === "all") show("doubts", other.count - 1);
    else show(at.section, Math.max(0, Math.min(index, (found?.count ?? 1) - 1)));
  };

  const view = [scroll - origin - BEYOND, scroll - origin + innerHeight + BEYOND] as const;
  return (
    <main id="content" class="wall" tabIndex={-1}>
      <Summary album={album} look={look} />
      <div ref={box} class="grid" style={{ height: `${grid.height}px` }} onKeyDown={moved}>
        {width > 0 &&
          grid.sections.map((section) => (
            <SectionRows key={section.name} section={section} grid={grid} view={view} current={current} number={number} open={open} />
          ))}
        {!album.count && <p>{t("wall.empty")}</p>}
      </div>
      {store.more.length > 0 && (
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
};

function SectionRows({ section, grid, view, current, number, open }: RowsProps): JSX.Element {
  const start = section.top + HEAD[section.name];
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
      <div class="head" style={{ transform: `translateY(${section.top}px)`, height: `${HEAD[section.name]}px` }}>
        <h2 id={`head-${section.name}`}>{t(`wall.${section.name}`)}</h2>
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
              <Cell n={n} id={`${section.name}-${index}`} reachable={index === reachable} open={open} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Cell({ n, id, reachable, open }: { n: number; id: string; reachable: boolean; open: (n: number) => void }): JSX.Element {
  const item = store.item(n);
  const url = useThumbnail(n, item);
  const state = item?.state ?? "waiting";
  return (
    <button
      type="button"
      id={id}
      class={`cell ${item?.unread ? "unread" : state}`}
      tabIndex={reachable ? 0 : -1}
      title={item?.held || undefined}
      onClick={() => open(n)}
    >
      <span class="frame">
        {url && <img src={url} alt="" draggable={false} />}
        {url && item && <LeftVisible item={item} />}
        {url === "" && <span class="nothing">{t("picture.unseen")}</span>}
      </span>
      <span class="name">{item?.name ?? t("loading")} </span>
      <StateMark item={item ?? { state, unread: false, nobody: false, ended: [], video: false, followed: false }} />
      {item?.video && <span class="kind">{t("wall.video")}</span>}
    </button>
  );
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

function Summary({ album, look }: { album: AlbumState; look: (n: number | null) => void }): JSX.Element {
  const [problem, setProblem] = useState("");
  const { counts } = album;
  const looked = album.count - counts.waiting;
  const todo = counts.open + counts.asks + counts.waiting;
  const { rest, seen, toLookAt } = album;
  const begin = async (): Promise<void> => {
    try {
      look((await get<Looking>("/api/looking")).next);
    } catch (error) {
      setProblem(failure(error));
    }
  };
  const prepare = async (): Promise<void> => {
    const answer = await askBeforeMany();
    if (answer === "look") return begin();
    if (answer !== "go") return undefined;
    try {
      await send("POST", "/api/accept-rest", {});
      store.soon();
    } catch (error) {
      setProblem(failure(error));
    }
    return undefined;
  };
  const done = counts.ready + counts.private;
  const facts: [string, number][] = [
    ["wall.todo", todo],
    ["wall.working", counts.working],
    ["wall.ready", done],
    ["wall.notposted", counts["no-post"]],
    ["wall.held", counts.held],
    ["wall.leftout", album.leftOut],
  ];
  useEffect(() => {
    if (!todo && !counts.working && album.count) announce(t("wall.done"));
  }, [todo, counts.working]);
  return (
    <div class="summary">
      <div>
        <h1>{album.folder.split(/[\\/]/).pop()}</h1>
        <p class="facts">
          {facts.filter(([, count]) => count > 0).map(([name, count]) => (
            <span key={name} class={name.slice(5)}>
              {t(name, { count })}
            </span>
          ))}
        </p>
        <p class="soft">{t("wall.where", { output: album.output })}</p>
        {looked < album.count && (
          <label class="looking">
            <span>{t("wall.looked", { looked, count: album.count })}</span>
            <progress max={album.count} value={looked} />
          </label>
        )}
        {(problem || album.problem) && (
          <p class="problem" role="alert">
            {problem || album.problem}
          </p>
        )}
      </div>
      <div class="next">
        {seen < toLookAt && (
          <button type="button" class="primary" aria-describedby="look-text" onClick={() => void begin()}>
            <Icon name="eye" /> {t(seen ? "wall.look.on" : "wall.look", { count: toLookAt - seen })}
          </button>
        )}
        {seen < toLookAt && <small id="look-text">{t("wall.look.text", { seen, count: toLookAt })}</small>}
        {rest.ready + rest.decided > 0 && (
          <button type="button" class={seen < toLookAt ? "" : "primary"} aria-describedby="rest-text" onClick={() => void prepare()}>
            {t("wall.rest", { count: rest.ready + rest.decided })}
          </button>
        )}
        {rest.ready + rest.decided > 0 && <small id="rest-text">{t("wall.rest.text")}</small>}
        {done > 0 && (
          <a class={`button ${seen < toLookAt || rest.ready + rest.decided ? "" : "primary"}`} href="#done">
            <Icon name="next" /> {t("wall.finish")}
          </a>
        )}
      </div>
    </div>
  );
}
