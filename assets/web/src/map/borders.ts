// The lines between communes: every shared edge once, told apart from the outer rim, chained into long lines.
import type { MultiPolygon, Polygon, Position } from 'geojson';

export interface Borders {
  inner: Position[][];
  rim: Position[][];
}

/** About 1 cm: outlines that were written with six decimals meet here. */
const GRID = 1e6;

function pointKey(p: Position): string {
  return `${Math.round(p[0]! * GRID)},${Math.round(p[1]! * GRID)}`;
}

function edgeKey(a: Position, b: Position): string {
  const [p, q] = [pointKey(a), pointKey(b)];
  return p < q ? `${p};${q}` : `${q};${p}`;
}

function ringsOf(shapes: (Polygon | MultiPolygon)[]): Position[][] {
  return shapes.flatMap((s) => (s.type === 'Polygon' ? s.coordinates : s.coordinates.flat()));
}

/** Outlines that share no vertices give an empty `inner` and everything in `rim`. */
export function bordersOf(shapes: (Polygon | MultiPolygon)[]): Borders {
  const rings = ringsOf(shapes);
  const uses = new Map<string, number>();
  for (const ring of rings) eachEdge(ring, (a, b) => bump(uses, edgeKey(a, b)));
  const borders: Borders = { inner: [], rim: [] };
  const done = new Set<string>();
  for (const ring of rings) chain(ring, uses, done, borders);
  return borders;
}

function eachEdge(ring: Position[], visit: (a: Position, b: Position) => void): void {
  for (let i = 1; i < ring.length; i++) visit(ring[i - 1]!, ring[i]!);
}

function bump(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function chain(ring: Position[], uses: Map<string, number>, done: Set<string>, into: Borders): void {
  let open: Position[] | null = null;
  let openTo: Position[][] | null = null;
  eachEdge(ring, (a, b) => {
    const key = edgeKey(a, b);
    if (done.has(key)) {
      open = null;
      return;
    }
    done.add(key);
    const target = (uses.get(key) ?? 0) > 1 ? into.inner : into.rim;
    if (!open || openTo !== target) target.push((open = [a]));
    open.push(b);
    openTo = target;
  });
}

export type Bounds = [west: number, south: number, east: number, north: number];

export function boundsOf(positions: Iterable<Position>): Bounds | null {
  const box: Bounds = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of positions as Iterable<[number, number]>) {
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  return box[0] <= box[2] ? box : null;
}

export function boundsOfShapes(shapes: (Polygon | MultiPolygon)[]): Bounds | null {
  return boundsOf(ringsOf(shapes).flat());
}
