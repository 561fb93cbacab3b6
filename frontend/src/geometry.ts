// Shapes in pixels of the upright original.

import type { Shape } from "./model";

export type Point = [number, number];
export type Box = { x: number; y: number; w: number; h: number };

export function bounds(shape: Shape): Box {
  if ("ellipse" in shape) {
    const [x, y, rx, ry, angle] = shape.ellipse;
    const a = (angle * Math.PI) / 180;
    const w = Math.hypot(rx * Math.cos(a), ry * Math.sin(a));
    const h = Math.hypot(rx * Math.sin(a), ry * Math.cos(a));
    return { x: x - w, y: y - h, w: 2 * w, h: 2 * h };
  }
  const xs = shape.polygon.map((point) => point[0]);
  const ys = shape.polygon.map((point) => point[1]);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { x: left, y: top, w: Math.max(...xs) - left, h: Math.max(...ys) - top };
}

export function moved(shape: Shape, dx: number, dy: number): Shape {
  if ("ellipse" in shape) {
    const [x, y, rx, ry, angle] = shape.ellipse;
    return { ellipse: [x + dx, y + dy, rx, ry, angle] };
  }
  return { polygon: shape.polygon.map(([x, y]) => [x + dx, y + dy]) };
}

// Scaled about its own centre.
export function resized(shape: Shape, fx: number, fy: number): Shape {
  if ("ellipse" in shape) {
    const [x, y, rx, ry, angle] = shape.ellipse;
    const turned = Math.abs(Math.sin((angle * Math.PI) / 180)) > Math.SQRT1_2;
    const [across, along] = turned ? [fy, fx] : [fx, fy];
    return { ellipse: [x, y, Math.max(2, rx * across), Math.max(2, ry * along), angle] };
  }
  const box = bounds(shape);
  const [cx, cy] = [box.x + box.w / 2, box.y + box.h / 2];
  return { polygon: shape.polygon.map(([x, y]) => [cx + (x - cx) * fx, cy + (y - cy) * fy]) };
}

// Brought to another bounding box.
export function fitted(shape: Shape, box: Box): Shape {
  const before = bounds(shape);
  const scaled = resized(shape, box.w / Math.max(before.w, 1e-6), box.h / Math.max(before.h, 1e-6));
  const now = bounds(scaled);
  return moved(scaled, box.x + box.w / 2 - (now.x + now.w / 2), box.y + box.h / 2 - (now.y + now.h / 2));
}

export const ellipseIn = (box: Box): Shape => ({ ellipse: [box.x + box.w / 2, box.y + box.h / 2, box.w / 2, box.h / 2, 0] });

export function boxShape(box: Box): Shape {
  const [right, bottom] = [box.x + box.w, box.y + box.h];
  return { polygon: [[box.x, box.y], [right, box.y], [right, bottom], [box.x, bottom]] };
}

export function between(a: Point, b: Point): Box {
  return { x: Math.min(a[0], b[0]), y: Math.min(a[1], b[1]), w: Math.abs(a[0] - b[0]), h: Math.abs(a[1] - b[1]) };
}

// Four numbers: an ellipse (centre x, y, half the width and height); more: the corners of a polygon.
export function fromNumbers(numbers: number[]): Shape {
  if (numbers.length === 4) return { ellipse: [...numbers, 0] as [number, number, number, number, number] };
  return { polygon: Array.from({ length: numbers.length / 2 }, (_, i): Point => [numbers[2 * i] ?? 0, numbers[2 * i + 1] ?? 0]) };
}

// A drawn line as an outline of at most so many points.
export function outline(points: Point[], most: number): Shape {
  const step = Math.max(1, Math.ceil(points.length / most));
  return { polygon: points.filter((_, i) => i % step === 0) };
}

export function path(shape: Shape): string {
  if ("ellipse" in shape) {
    const [x, y, rx, ry, angle] = shape.ellipse;
    const a = (angle * Math.PI) / 180;
    const [dx, dy] = [rx * Math.cos(a), rx * Math.sin(a)];
    const arc = `A${rx} ${ry} ${angle} 0 1`;
    return `M${x - dx} ${y - dy}${arc} ${x + dx} ${y + dy}${arc} ${x - dx} ${y - dy}Z`;
  }
  return `M${shape.polygon.map((point) => point.join(" ")).join("L")}Z`;
}
