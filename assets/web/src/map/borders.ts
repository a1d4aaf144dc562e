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

function partsOf(shapes: (Polygon | MultiPolygon)[]): Position[][][] {
  return shapes.flatMap((s) => (s.type === 'Polygon' ? [s.coordinates] : s.coordinates));
}

/** All rings, each with its area on its left. */
function woundRings(shapes: (Polygon | MultiPolygon)[]): Position[][] {
  return partsOf(shapes).flatMap((part) => part.map((ring, i) => (windingOf(ring) > 0 === (i === 0) ? ring : [...ring].reverse())));
}

/** Outlines that share no vertices give an empty `inner` and everything in `rim`; lines keep the territory on their left. */
export function bordersOf(shapes: (Polygon | MultiPolygon)[]): Borders {
  const rings = woundRings(shapes);
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

/** The rim as closed rings, every one with the territory on its left; null where its lines do not close. */
export function rimRings(rim: Position[][]): Position[][] | null {
  const rings: Position[][] = [];
  const starting = new Map<string, Position[][]>();
  for (const line of rim) {
    const key = pointKey(line[0]!);
    starting.set(key, [...(starting.get(key) ?? []), line]);
  }
  for (const line of rim) {
    const ring = take(starting, pointKey(line[0]!), line);
    while (ring.length && pointKey(ring.at(-1)!) !== pointKey(ring[0]!)) {
      const next = starting.get(pointKey(ring.at(-1)!))?.[0];
      if (!next) return null;
      ring.push(...take(starting, pointKey(next[0]!), next).slice(1));
    }
    if (ring.length) rings.push(ring);
  }
  return rings;
}

/** Takes one line out of those that start at a point; empty where it was taken before. */
function take(starting: Map<string, Position[][]>, key: string, line: Position[]): Position[] {
  const here = starting.get(key) ?? [];
  if (!here.includes(line)) return [];
  starting.set(key, here.filter((other) => other !== line));
  return [...line];
}

/** Twice the area to the left of a ring, in square degrees; negative where that is the outside. */
function windingOf(ring: Position[]): number {
  let sum = 0;
  eachEdge(ring, (a, b) => (sum += a[0]! * b[1]! - b[0]! * a[1]!));
  return sum;
}

/** As far as the map's projection reaches. */
const WHOLE_MAP: Position[] = [[-180, -85], [180, -85], [180, 85], [-180, 85], [-180, -85]];

/** Everything that is not the territory: what is drawn over it cuts roads and rivers at the rim. */
export function outsideOf(rings: Position[][]): MultiPolygon {
  const outer = rings.filter((ring) => windingOf(ring) > 0);
  const gaps = rings.filter((ring) => windingOf(ring) < 0);
  return { type: 'MultiPolygon', coordinates: [[WHOLE_MAP, ...outer], ...gaps.map((gap) => [gap])] };
}

/** The stretches of lines that lie inside the rim, point by point: names are written along them. */
export function insideOf(lines: Position[][], rings: Position[][]): Position[][] {
  const kept: Position[][] = [];
  for (const line of lines) {
    let open: Position[] | null = null;
    for (const point of line) {
      if (!holds(rings, point)) open = null;
      else if (open) open.push(point);
      else kept.push((open = [point]));
    }
  }
  return kept.filter((stretch) => stretch.length > 1);
}

/** Whether rings hold a point, by the even-odd rule. */
function holds(rings: Position[][], [x, y]: Position): boolean {
  let isInside = false;
  for (const ring of rings) {
    eachEdge(ring, (a, b) => {
      if (a[1]! > y! !== b[1]! > y! && x! < a[0]! + ((y! - a[1]!) / (b[1]! - a[1]!)) * (b[0]! - a[0]!)) isInside = !isInside;
    });
  }
  return isInside;
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
  return boundsOf(partsOf(shapes).flat(2));
}
