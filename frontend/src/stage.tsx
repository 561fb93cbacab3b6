// The picture with its places: pan and zoom, draw, move and resize, with mouse, pen, fingers or keys.

import type { JSX, RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Box, type Point, between, boxShape, bounds, ellipseIn, fitted, moved, outline, path, resized } from "./geometry";
import { type Comparison, Divider, Prepared, lineAt } from "./compare";
import { type Covering, coverName } from "./covering";
import { LINE, type Placed, arranged } from "./labels";
import type { ReviewItem, Shape } from "./model";
import { useVeilColour } from "./veilcolour";
import { Tiles } from "./tiles";
import type { View } from "./pictures";
import { t } from "./words";

export type Tool = "select" | "ellipse" | "box" | "free";
export type StageActions = { zoom: (factor: number) => void; fit: () => void; insert: (tool: Tool) => void };

type Props = {
  n: number;
  page: number;
  view: View;
  places: ReviewItem[];
  names: Map<string, string>; // of each place: that of the item it is part of
  visible: Set<string>; // places of which all of the item is left visible
  parts: Set<string>; // places of an item that another one stands for
  covering: Covering | null;
  usual: string;
  tool: Tool;
  outlines: boolean;
  selected: string;
  hot: string; // what the mouse is on, here or beside the picture
  bare?: boolean; // the original, as long as somebody wants to see it
  comparison?: Comparison | null;
  moving?: boolean; // a frame of a film
  rooted?: boolean; // what was found stays where it is
  whole?: boolean; // everything is covered in this frame
  actions: RefObject<StageActions | null>;
  onSelect: (id: string) => void;
  onHot: (id: string) => void;
  onToggle: (id: string) => void;
  onShape: (id: string, shape: Shape) => void;
  onAdd: (shape: Shape) => void;
  onRemove: (id: string) => void;
};

type Gesture =
  | { kind: "pan"; from: Point; view: Box }
  | { kind: "move"; id: string; from: Point; shape: Shape; moved: boolean }
  | { kind: "resize"; id: string; shape: Shape; corner: number }
  | { kind: "draw"; points: Point[] }
  | { kind: "pinch"; distance: number; middle: Point; view: Box };

const CLICK = 4; // screen pixels that a finger may move in a click
const SMALLEST = 6; // screen pixels of a drawn shape
const CLOSEST = 8; // screen pixels for one of the picture
const MOST_POINTS = 200;
const MOST_NAMES = 40;
const SOLID = new Set(["text", "plate", "code", "logo"]);

export function Stage(props: Props): JSX.Element {
  const { view: picture, places, names, tool, outlines, selected, hot, actions } = props;
  const comparison = props.bare ? null : props.comparison;
  const quiet = props.bare || !!comparison; // nothing is decided meanwhile
  const svg = useRef<SVGSVGElement>(null);
  const [size, setSize] = useState<Point>([0, 0]);
  const [view, setView] = useState<Box | null>(null);
  const [drawing, setDrawing] = useState<Shape | null>(null);
  const [changing, setChanging] = useState<{ id: string; shape: Shape } | null>(null);
  const gesture = useRef<Gesture | null>(null);
  const pointers = useRef(new Map<number, Point>());
  const colour = useVeilColour(picture);

  const whole = (): Box => {
    const scale = Math.min(size[0] / picture.width, size[1] / picture.height) || 1;
    const [w, h] = [size[0] / scale, size[1] / scale];
    return { x: (picture.width - w) / 2, y: (picture.height - h) / 2, w, h };
  };
  const now = view ?? whole();
  const scale = size[0] ? size[0] / now.w : 1; // screen pixels for one of the picture

  useLayoutEffect(() => {
    const element = svg.current as SVGSVGElement;
    const measure = (): void => setSize([element.clientWidth, element.clientHeight]);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => setView(null), [size[0], size[1], picture.width, picture.height, props.n, props.page]);

  const place = (event: { clientX: number; clientY: number }): Point => {
    const box = (svg.current as SVGSVGElement).getBoundingClientRect();
    return [now.x + ((event.clientX - box.left) / size[0]) * now.w, now.y + ((event.clientY - box.top) / size[1]) * now.h];
  };
  const zoomed = (from: Box, factor: number, [x, y]: Point): Box | null => {
    const fit = whole();
    const w = Math.max(size[0] / CLOSEST, from.w / factor);
    if (w >= fit.w) return null;
    const h = (w * size[1]) / size[0];
    const kept = { x: x - ((x - from.x) * w) / from.w, y: y - ((y - from.y) * h) / from.h, w, h };
    return within(kept);
  };
  const within = (box: Box): Box => ({
    ...box,
    x: Math.min(Math.max(box.x, -box.w / 2), picture.width - box.w / 2),
    y: Math.min(Math.max(box.y, -box.h / 2), picture.height - box.h / 2),
  });
  const isFree = (one: ReviewItem | undefined): boolean => one?.origin === "drawn" || !(props.rooted || (props.moving && one?.visible));
  const middle: Point = [now.x + now.w / 2, now.y + now.h / 2];

  actions.current = {
    zoom: (factor) => setView(zoomed(now, factor, middle)),
    fit: () => setView(null),
    insert: (kind) => {
      const side = Math.min(now.w, now.h, picture.width, picture.height) / 4;
      const x = Math.min(Math.max(middle[0], 0), picture.width);
      const y = Math.min(Math.max(middle[1], 0), picture.height);
      const box = { x: x - side / 2, y: y - side / 2, w: side, h: side };
      props.onAdd(kind === "box" ? boxShape(box) : kind === "free" ? octagon(box) : ellipseIn(box));
    },
  };

  useEffect(() => {
    const element = svg.current as SVGSVGElement;
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      setView(zoomed(now, Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016)), place(event)));
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  });

  const pinch = (): Gesture => {
    const [a, b] = [...pointers.current.values()] as [Point, Point];
    return {
      kind: "pinch",
      distance: Math.hypot(a[0] - b[0], a[1] - b[1]),
      middle: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2],
      view: now,
    };
  };
  const down = (event: PointerEvent): void => {
    if (event.button > 0) return;
    const target = event.target as SVGElement;
    svg.current?.setPointerCapture(event.pointerId);
    pointers.current.set(event.pointerId, [event.clientX, event.clientY]);
    const point = place(event);
    const id = target.closest<SVGElement>("[data-place]")?.dataset.place ?? "";
    const found = places.find((one) => one.id === id);
    if (pointers.current.size === 2) {
      gesture.current = pinch();
      setDrawing(null);
      setChanging(null);
    } else if (tool !== "select" && !quiet) gesture.current = { kind: "draw", points: [point] };
    else if (found && !isFree(found)) gesture.current = { kind: "move", id, from: point, shape: found.shape, moved: false };
    else if (found && target.dataset.corner) gesture.current = { kind: "resize", id, shape: found.shape, corner: Number(target.dataset.corner) };
    else if (found) gesture.current = { kind: "move", id, from: point, shape: found.shape, moved: false };
    else gesture.current = { kind: "pan", from: [event.clientX, event.clientY], view: now };
    if (found) props.onSelect(id);
  };
  const move = (event: PointerEvent): void => {
    if (!pointers.current.has(event.pointerId)) return;
    pointers.current.set(event.pointerId, [event.clientX, event.clientY]);
    const active = gesture.current;
    const point = place(event);
    if (active?.kind === "pan") {
      const [dx, dy] = [(event.clientX - active.from[0]) / scale, (event.clientY - active.from[1]) / scale];
      setView(within({ ...active.view, x: active.view.x - dx, y: active.view.y - dy }));
    } else if (active?.kind === "pinch") {
      const fresh = pinch() as Extract<Gesture, { kind: "pinch" }>;
      const closer = zoomed(active.view, fresh.distance / Math.max(active.distance, 1), place({ clientX: active.middle[0], clientY: active.middle[1] }));
      if (!closer) setView(null);
      else {
        const each = closer.w / size[0];
        setView(within({ ...closer, x: closer.x - (fresh.middle[0] - active.middle[0]) * each, y: closer.y - (fresh.middle[1] - active.middle[1]) * each }));
      }
    } else if (active?.kind === "move") {
      const [dx, dy] = [point[0] - active.from[0], point[1] - active.from[1]];
      active.moved ||= Math.hypot(dx, dy) * scale > CLICK;
      if (active.moved && isFree(places.find((one) => one.id === active.id))) setChanging({ id: active.id, shape: moved(active.shape, dx, dy) });
    } else if (active?.kind === "resize") setChanging({ id: active.id, shape: pulled(active.shape, active.corner, point, scale) });
    else if (active?.kind === "draw") {
      active.points.push(point);
      setDrawing(drawn(tool, active.points));
    }
  };
  const up = (event: PointerEvent): void => {
    pointers.current.delete(event.pointerId);
    const active = gesture.current;
    gesture.current = null;
    if (active?.kind === "move" && !active.moved && event.type === "pointerup") {
      document.getElementById(`place-${active.id}`)?.focus();
      props.onToggle(active.id);
    }
    if (changing && event.type === "pointerup") props.onShape(changing.id, changing.shape);
    if (active?.kind === "draw" && active.points.length > 1 && event.type === "pointerup") {
      const shape = drawn(tool, active.points);
      const box = bounds(shape);
      if (box.w * scale > SMALLEST && box.h * scale > SMALLEST) props.onAdd(shape);
    }
    setDrawing(null);
    setChanging(null);
  };
  const key = (event: KeyboardEvent, one: ReviewItem): void => {
    const step = Math.max(1, now.w / 120);
    const way: Record<string, Point> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const to = way[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (to && !isFree(one)) return;
    if (to && event.shiftKey) props.onShape(one.id, resized(one.shape, 1 + to[0] * 0.06, 1 - to[1] * 0.06));
    else if (to) props.onShape(one.id, moved(one.shape, to[0] * step, to[1] * step));
    else if (event.key === " " || event.key === "Enter") props.onToggle(one.id);
    else if (event.key === "Delete" || event.key === "Backspace") props.onRemove(one.id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const shapeOf = (one: ReviewItem): Shape => (changing?.id === one.id ? changing.shape : one.shape);
  const isReal = (one: ReviewItem): boolean => changing?.id !== one.id && props.covering?.covers.has(coverName(one)) === true;
  const fill = (one: ReviewItem): string => {
    const style = one.style ?? (SOLID.has(one.kind) ? "solid" : props.usual);
    return style === "veil" ? colour(shapeOf(one)) : `url(#cover-${style})`;
  };
  const active = places.find((one) => one.id === (hot || selected));
  const named = places.filter((one) => !props.parts.has(one.id)).sort((a, b) => Number(b === active) - Number(a === active));
  const labels = named.map((one) => {
    const { x, y, w, h } = bounds(shapeOf(one));
    return { id: one.id, name: names.get(one.id) ?? "", box: { x: (x - now.x) * scale, y: (y - now.y) * scale, w: w * scale, h: h * scale } };
  });
  const shut = outlines || quiet;
  return (
    <>
    <svg
      ref={svg}
      class={`stage ${tool}`}
      role="group"
      aria-label={t("picture.stage")}
      viewBox={`${now.x} ${now.y} ${now.w} ${now.h}`}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
    >
      <image href={picture.url} width={picture.width} height={picture.height} preserveAspectRatio="none" aria-hidden="true" />
      {!props.moving && <Tiles n={props.n} page={props.page} picture={picture} view={now} scale={scale} />}
      {props.whole && !shut && <rect class="everything" width={picture.width} height={picture.height} />}
      {!shut && <Approximate places={places.filter((one) => !one.visible && !isReal(one))} shape={shapeOf} fill={fill} />}
      {!shut && props.covering?.url && (
        <Real covering={props.covering} picture={picture} whole={props.whole === true} shapes={places.filter((one) => !one.visible && isReal(one)).map(shapeOf)} />
      )}
      {comparison && (
        <Prepared comparison={comparison} picture={picture} scale={scale} left={now.x + lineAt(comparison.at, size[0]) / scale} clip={[now.x + now.w, now.y, now.h]} />
      )}
      {!quiet && places.map((one) => {
        const open = props.visible.has(one.id);
        const words = [t(open ? "places.visible" : "places.covered")];
        const focusable = props.parts.has(one.id)
          ? { "aria-hidden": true }
          : {
              role: "button" as const,
              tabIndex: 0,
              "aria-pressed": !open,
              "aria-label": t("places.describe", { place: names.get(one.id) ?? "", state: words.join(", ") }),
            };
        if (one.asked || one.doubtful) words.push(t(one.asked ? "places.asked" : "places.doubtful"));
        return (
          <path
            key={one.id}
            id={`place-${one.id}`}
            data-place={one.id}
            class={`place ${open ? "open" : "shut"} ${one.doubtful || one.asked ? "doubt" : ""} ${outlines ? "outlined" : ""} ${one.id === active?.id ? "active" : ""}`}
            d={path(shapeOf(one))}
            fill="transparent"
            {...focusable}
            onFocus={() => props.onSelect(one.id)}
            onPointerEnter={() => props.onHot(one.id)}
            onPointerLeave={() => props.onHot("")}
            onKeyDown={(event) => key(event, one)}
          />
        );
      })}
      {!quiet && active && isFree(active) && tool === "select" && <Handles place={active.id} box={bounds(shapeOf(active))} scale={scale} onHot={props.onHot} />}
      {!quiet && <Names labels={arranged(named.length > MOST_NAMES ? labels.filter(({ id }) => id === active?.id) : labels, size[0], size[1])} left={now.x} top={now.y} scale={scale} />}
      {drawing && <path class="drawing" d={path(drawing)} />}
      <Covers />
    </svg>
    {comparison && <Divider {...comparison} />}
    </>
  );
}

type ApproximateProps = { places: ReviewItem[]; shape: (one: ReviewItem) => Shape; fill: (one: ReviewItem) => string };

// About what a covering will look like, until the server has made it.
function Approximate({ places, shape, fill }: ApproximateProps): JSX.Element {
  return (
    <g aria-hidden="true" class="still">
      {places.map((one) => (
        <path key={one.id} d={path(shape(one))} fill={fill(one)} />
      ))}
    </g>
  );
}

type RealProps = { covering: Covering; picture: View; whole: boolean; shapes: Shape[] };

// What the server has made, where a place is covered; the rest stays as sharp as the screen can show it.
function Real({ covering, picture, whole, shapes }: RealProps): JSX.Element {
  return (
    <g aria-hidden="true" class="still">
      <clipPath id="covered">
        {shapes.map((shape, i) => (
          <path key={i} d={path(shape)} />
        ))}
      </clipPath>
      <image class="real" href={covering.url} width={picture.width} height={picture.height} preserveAspectRatio="none" clip-path={whole ? undefined : "url(#covered)"} />
    </g>
  );
}

type NamesProps = { labels: Placed[]; left: number; top: number; scale: number };

// Which place the words beside the picture speak of.
function Names({ labels, left, top, scale }: NamesProps): JSX.Element {
  return (
    <g aria-hidden="true">
      {labels.map(({ id, name, x, y, w }) => (
        <text key={id} class="name" x={left + (x + w / 2) / scale} y={top + (y + LINE - 5) / scale} font-size={13 / scale} stroke-width={3 / scale} text-anchor="middle">
          {name}
        </text>
      ))}
    </g>
  );
}

function Handles({ place, box, scale, onHot }: { place: string; box: Box; scale: number; onHot: (id: string) => void }): JSX.Element {
  const side = 14 / scale;
  const corners: Point[] = [[box.x, box.y], [box.x + box.w, box.y], [box.x + box.w, box.y + box.h], [box.x, box.y + box.h]];
  return (
    <g data-place={place} class="handles" aria-hidden="true" onPointerEnter={() => onHot(place)} onPointerLeave={() => onHot("")}>
      {corners.map(([x, y], corner) => (
        <rect key={corner} data-corner={corner} class={`corner c${corner % 2}`} x={x - side / 2} y={y - side / 2} width={side} height={side} rx={side / 5} />
      ))}
    </g>
  );
}

// How the other styles look, about.
function Covers(): JSX.Element {
  return (
    <defs>
      <pattern id="cover-solid" width="1" height="1" patternContentUnits="objectBoundingBox">
        <rect width="1" height="1" fill="#606060" />
      </pattern>
      <pattern id="cover-pixelate" width="0.286" height="0.286" patternContentUnits="objectBoundingBox">
        <rect width="0.286" height="0.286" fill="#8d8a86" />
        <rect width="0.143" height="0.143" fill="#a6a19a" />
        <rect x="0.143" y="0.143" width="0.143" height="0.143" fill="#77756f" />
      </pattern>
      <pattern id="cover-sticker" width="1" height="1" patternContentUnits="objectBoundingBox">
        <rect width="1" height="1" fill="#8a8782" />
        <circle cx="0.5" cy="0.5" r="0.5" fill="#606060" />
      </pattern>
    </defs>
  );
}

function drawn(tool: Tool, points: Point[]): Shape {
  const [first, last] = [points[0] as Point, points.at(-1) as Point];
  if (tool === "free" && points.length > 2) return outline(points, MOST_POINTS);
  const box = between(first, last);
  return tool === "ellipse" ? ellipseIn(box) : boxShape(box);
}

function pulled(shape: Shape, corner: number, [x, y]: Point, scale: number): Shape {
  const box = bounds(shape);
  const opposite: Point[] = [[box.x + box.w, box.y + box.h], [box.x, box.y + box.h], [box.x, box.y], [box.x + box.w, box.y]];
  const wanted = between(opposite[corner] as Point, [x, y]);
  const least = SMALLEST / scale;
  return fitted(shape, { ...wanted, w: Math.max(least, wanted.w), h: Math.max(least, wanted.h) });
}

function octagon(box: Box): Shape {
  const [cx, cy] = [box.x + box.w / 2, box.y + box.h / 2];
  const corner = (i: number): Point => [cx + (box.w / 2) * Math.cos((i * Math.PI) / 4), cy + (box.h / 2) * Math.sin((i * Math.PI) / 4)];
  return { polygon: Array.from({ length: 8 }, (_, i) => corner(i)) };
}
