// What the whole fleet comes to: counts by class, by state and by commune, for the sentence, the legend and the tables.
import { CLASS_COUNT, FULL_CLASS } from './levels.ts';
import type { Fleet } from './fleet.ts';

export interface CommuneCount {
  code: string;
  full: number;
  containers: number;
  sensors: number;
  silent: number;
  levels: number[];
}

export interface Summary {
  containers: number;
  sensors: number;
  /** Up-to-date levels by class. */
  levels: number[];
  measured: number;
  full: number;
  late: number;
  silent: number;
  unread: number;
  bare: number;
  communes: Map<string, CommuneCount>;
}

/** Key of the containers whose commune is not known. */
export const NO_COMMUNE = '';

function emptyCommune(code: string): CommuneCount {
  return { code, full: 0, containers: 0, sensors: 0, silent: 0, levels: new Array<number>(CLASS_COUNT).fill(0) };
}

export function summarise(fleet: Fleet): Summary {
  const sum: Summary = {
    containers: fleet.size,
    sensors: fleet.sensors,
    levels: new Array<number>(CLASS_COUNT).fill(0),
    measured: 0,
    full: 0,
    late: 0,
    silent: 0,
    unread: 0,
    bare: 0,
    communes: new Map(),
  };
  for (let i = 0; i < fleet.size; i++) count(sum, fleet, i);
  sum.full = sum.levels[FULL_CLASS] ?? 0;
  return sum;
}

function count(sum: Summary, fleet: Fleet, i: number): void {
  const code = fleet.commune(i) ?? NO_COMMUNE;
  let commune = sum.communes.get(code);
  if (!commune) sum.communes.set(code, (commune = emptyCommune(code)));
  commune.containers++;
  commune.sensors += fleet.hasSensor[i]!;
  const look = fleet.look(i);
  if (look !== 'level') {
    sum[look]++;
    if (look === 'silent') commune.silent++;
    return;
  }
  const level = fleet.level(i);
  sum.measured++;
  sum.levels[level]!++;
  commune.levels[level]!++;
  if (level === FULL_CLASS) commune.full++;
}

/** Communes by what there is to do: full first, then nearly full, then measured; ties by code. */
export function byNeed(communes: Iterable<CommuneCount>): CommuneCount[] {
  const near = (c: CommuneCount) => c.levels[FULL_CLASS - 1] ?? 0;
  const total = (c: CommuneCount) => c.levels.reduce((a, b) => a + b, 0);
  return [...communes]
    .filter((c) => c.code !== NO_COMMUNE)
    .sort((a, b) => b.full - a.full || near(b) - near(a) || total(b) - total(a) || a.code.localeCompare(b.code));
}

/** Levels can be trusted when some sensor-bearing container is up to date, or there is none to be late. */
export function allOutOfDate(sum: Summary): boolean {
  return sum.measured === 0 && sum.late + sum.silent > 0;
}
