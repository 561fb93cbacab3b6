// Sharp squares of a large picture, for what is on the screen once it stands still.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Box } from "./geometry";
import { BASE } from "./covering";
import { type View, useView } from "./pictures";

const TILE = 1024;
const STILL = 140; // milliseconds
const MOST = 30;

type Props = { n: number; page: number; picture: View; view: Box; scale: number };

export function Tiles({ n, page, picture, view, scale }: Props): JSX.Element | null {
  const [still, setStill] = useState<{ view: Box; scale: number } | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setStill({ view, scale }), STILL);
    return () => clearTimeout(timer);
  }, [view.x, view.y, view.w, scale]);
  const full = Math.max(picture.width, picture.height);
  if (!still || full <= BASE || still.scale * devicePixelRatio * full <= BASE * 1.1) return null;
  let longest = full;
  while (longest / 2 >= still.scale * devicePixelRatio * full * 0.8 && longest / 2 > BASE) longest = Math.ceil(longest / 2);
  const factor = longest / full;
  const side = TILE / factor;
  const [columns, rows] = [Math.ceil(picture.width / side), Math.ceil(picture.height / side)];
  const tiles: JSX.Element[] = [];
  for (let row = Math.max(0, Math.floor(still.view.y / side)); row < rows && row * side < still.view.y + still.view.h; row += 1)
    for (let column = Math.max(0, Math.floor(still.view.x / side)); column < columns && column * side < still.view.x + still.view.w; column += 1)
      tiles.push(<Tile key={`${longest} ${column} ${row}`} address={`/api/pictures/${n}/view?page=${page}&longest=${longest}&column=${column}&row=${row}`} x={column * side} y={row * side} w={Math.min(side, picture.width - column * side)} h={Math.min(side, picture.height - row * side)} />);
  return <g aria-hidden="true">{tiles.slice(0, MOST)}</g>;
}

type TileProps = { address: string; x: number; y: number; w: number; h: number };

function Tile({ address, x, y, w, h }: TileProps): JSX.Element | null {
  const view = useView(address);
  return view ? <image href={view.url} x={x} y={y} width={w} height={h} preserveAspectRatio="none" /> : null;
}
