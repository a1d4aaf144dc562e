// Which containers a table shows and in which order: pure filters and sorts over the columns.
import type { Fleet } from './fleet.ts';
import { fold } from './search.ts';
import type { CommuneCount } from './summary.ts';

export interface Filter {
  commune: string;
  stream: string;
  /** "0"–"5" for a class of up-to-date levels, or the name of another look. */
  level: string;
  query: string;
}

export type ContainerSort = 'place' | 'id' | 'stream' | 'volume' | 'level' | 'age';
export type CommuneSort = 'name' | 'containers' | 'sensors' | 'silent' | 'full';
export type CompareText = (a: string, b: string) => number;

export function matchesLevel(fleet: Fleet, i: number, level: string): boolean {
  if (!level) return true;
  const look = fleet.look(i);
  return /^\d$/.test(level) ? look === 'level' && fleet.level(i) === Number(level) : look === level;
}

export function filterContainers(fleet: Fleet, filter: Filter): number[] {
  const words = fold(filter.query);
  const siteMatches = words ? fleet.siteName.map((name) => fold(name).includes(words)) : null;
  const id = filter.query.trim().toLowerCase();
  const found: number[] = [];
  for (let i = 0; i < fleet.size; i++) {
    if (filter.commune && fleet.commune(i) !== filter.commune) continue;
    if (filter.stream && fleet.stream(i) !== filter.stream) continue;
    if (!matchesLevel(fleet, i, filter.level)) continue;
    if (siteMatches && !siteMatches[fleet.site[i]!] && !fleet.id[i]!.includes(id)) continue;
    found.push(i);
  }
  return found;
}

/** Missing numbers come last in either direction. */
function compareNumbers(a: number, b: number, sign: number): number {
  const [noA, noB] = [Number.isNaN(a), Number.isNaN(b)];
  if (noA || noB) return Number(noA) - Number(noB);
  return (a - b) * sign;
}

function shownFill(fleet: Fleet, i: number): number {
  return fleet.level(i) >= 0 ? fleet.fill[i]! : NaN;
}

export function sortContainers(
  fleet: Fleet,
  rows: number[],
  by: ContainerSort,
  descending: boolean,
  compareText: CompareText,
  streamName: (i: number) => string,
): number[] {
  const sign = descending ? -1 : 1;
  const place = placeOrder(fleet, compareText);
  const compare: Record<ContainerSort, (a: number, b: number) => number> = {
    place: (a, b) => (place[fleet.site[a]!]! - place[fleet.site[b]!]!) * sign,
    id: (a, b) => (fleet.id[a]! < fleet.id[b]! ? -sign : sign),
    stream: (a, b) => compareText(streamName(a), streamName(b)) * sign,
    volume: (a, b) => compareNumbers(fleet.volume[a]!, fleet.volume[b]!, sign),
    level: (a, b) => compareNumbers(shownFill(fleet, a), shownFill(fleet, b), sign),
    age: (a, b) => compareNumbers(fleet.observedAt[a]!, fleet.observedAt[b]!, -sign),
  };
  return [...rows].sort((a, b) => compare[by](a, b) || a - b);
}

/** Sites ranked once by name, so that sorting many containers compares numbers. */
function placeOrder(fleet: Fleet, compareText: CompareText): Uint32Array {
  const order = fleet.siteName.map((_, s) => s).sort((a, b) => compareText(fleet.siteName[a]!, fleet.siteName[b]!));
  const place = new Uint32Array(order.length);
  order.forEach((site, k) => (place[site] = k));
  return place;
}

export function sortCommunes(
  rows: CommuneCount[],
  by: CommuneSort,
  descending: boolean,
  compareText: CompareText,
  name: (code: string) => string,
): CommuneCount[] {
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const order = by === 'name' ? 0 : (a[by] - b[by]) * sign;
    return order || compareText(name(a.code), name(b.code)) * (by === 'name' ? sign : 1);
  });
}
