// Where each container stands on screen and in which order it is drawn: shared by drawing, picking and labels.
import type { Fleet } from '../data/fleet.ts';
import { LOOKS } from '../data/levels.ts';

const EARTH_M = 40_075_016.686;
export const TILE_PX = 512;

/** Metres per pixel at which discs turn into gauges, and at which a site's containers stand apart. */
const NEAR_MPP = 16;
const SPREAD_MPP = 5;
const STREET_MPP = 1.5;

export function mercator(lon: number, lat: number): [number, number] {
  const sin = Math.sin((lat * Math.PI) / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)];
}

export function metresPerPixel(zoom: number, lat: number): number {
  return (EARTH_M * Math.cos((lat * Math.PI) / 180)) / (TILE_PX * 2 ** zoom);
}

export interface Form {
  near: boolean;
  /** Gauge height in pixels. */
  size: number;
  /** Pixels between two containers of a site; 0 while a site is one sign. */
  cell: [number, number];
  /** Factor on disc radii. */
  dot: number;
}

export function formAt(mpp: number): Form {
  const near = mpp < NEAR_MPP;
  const size = mpp < STREET_MPP ? 28 : mpp < SPREAD_MPP ? 20 : 15;
  const spread = mpp < SPREAD_MPP;
  const street = mpp < STREET_MPP;
  const cell: [number, number] = spread ? [size * (street ? 1.65 : 1.2), size * (street ? 2 : 1.5)] : [0, 0];
  return { near, size, cell, dot: mpp > 45 ? 0.85 : 1 };
}

/** Column and row of a container in the small grid of its site, centred on zero. */
export function slotOffset(slot: number, slots: number): [number, number] {
  const columns = slots <= 4 ? slots : Math.ceil(slots / Math.ceil(slots / 5));
  const rows = Math.ceil(slots / columns);
  const row = Math.floor(slot / columns);
  const inRow = row === rows - 1 ? slots - columns * (rows - 1) : columns;
  return [(slot % columns) - (inRow - 1) / 2, row - (rows - 1) / 2];
}

/** Drawn later, so on top: no sensor, unread, silent, then by class. */
export function drawRank(fleet: Fleet, i: number): number {
  const level = fleet.level(i);
  if (level >= 0) return 3 + level;
  const look = fleet.look(i);
  return look === 'silent' ? 2 : look === 'unread' ? 1 : 0;
}

const RANKS = 9;
const FLOATS = 6;
export const STRIDE_BYTES = FLOATS * 4;
const FOLLOWER = 8;

export class DiscGeometry {
  readonly data: Float32Array;
  /** Index of the sign that stands for each site while its containers are not apart. */
  readonly leader: Int32Array;
  readonly anchor: [number, number];
  private readonly relative: Float64Array;
  private readonly slots: Float32Array;

  constructor(readonly fleet: Fleet) {
    const n = fleet.size;
    this.data = new Float32Array(n * FLOATS);
    this.leader = new Int32Array(fleet.siteId.length);
    this.relative = new Float64Array(fleet.siteId.length * 2);
    this.slots = new Float32Array(n * 2);
    this.anchor = this.placeSites();
    for (let i = 0; i < n; i++) this.slots.set(slotOffset(fleet.slot[i]!, fleet.slots[i]!), i * 2);
    this.refresh();
  }

  private placeSites(): [number, number] {
    const { siteLon, siteLat } = this.fleet;
    const anchor = siteLon.length ? mercator(siteLon[0]!, siteLat[0]!) : ([0.5, 0.5] as [number, number]);
    for (let s = 0; s < siteLon.length; s++) {
      const [x, y] = mercator(siteLon[s]!, siteLat[s]!);
      this.relative[s * 2] = x - anchor[0];
      this.relative[s * 2 + 1] = y - anchor[1];
    }
    return anchor;
  }

  /** Sorts by rank and rewrites the instances; linear in the number of containers. */
  refresh(): void {
    const { fleet } = this;
    const ranks = new Uint8Array(fleet.size);
    const starts = new Uint32Array(RANKS + 1);
    this.leader.fill(-1);
    for (let i = 0; i < fleet.size; i++) {
      const rank = (ranks[i] = drawRank(fleet, i));
      starts[rank + 1]!++;
      const site = fleet.site[i]!;
      const leader = this.leader[site]!;
      if (leader < 0 || rank > ranks[leader]!) this.leader[site] = i;
    }
    for (let r = 0; r < RANKS; r++) starts[r + 1]! += starts[r]!;
    for (let i = 0; i < fleet.size; i++) this.write(starts[ranks[i]!]!++, i);
  }

  private write(place: number, i: number): void {
    const { fleet, data, relative, slots } = this;
    const site = fleet.site[i]!;
    const o = place * FLOATS;
    data[o] = relative[site * 2]!;
    data[o + 1] = relative[site * 2 + 1]!;
    data[o + 2] = slots[i * 2]!;
    data[o + 3] = slots[i * 2 + 1]!;
    data[o + 4] = Number.isNaN(fleet.fill[i]!) ? 0 : fleet.fill[i]!;
    data[o + 5] = LOOKS.indexOf(fleet.look(i)) + (this.leader[site] === i ? 0 : FOLLOWER);
  }

  /** Screen position of a container, given the anchor's and the world's size in pixels. */
  screen(i: number, origin: { x: number; y: number }, world: number, cell: [number, number]): [number, number] {
    const site = this.fleet.site[i]!;
    return [
      origin.x + this.relative[site * 2]! * world + this.slots[i * 2]! * cell[0],
      origin.y + this.relative[site * 2 + 1]! * world + this.slots[i * 2 + 1]! * cell[1],
    ];
  }
}
