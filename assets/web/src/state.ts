// What the whole page knows at one moment; views read it and never change it.
import type { CommuneCollection, CommuneProperties, LineCollection, Ready } from './data/contract.ts';
import type { TwinClock } from './data/clock.ts';
import type { Fleet } from './data/fleet.ts';
import type { Link } from './data/live.ts';
import type { Route } from './data/route.ts';
import type { Summary } from './data/summary.ts';

export interface State {
  route: Route;
  clock: TwinClock;
  ready: Ready | null;
  communes: CommuneCollection | null;
  fleet: Fleet | null;
  summary: Summary | null;
  rivers: LineCollection | null;
  link: Link;
  /** Twin time of the last sign of life, in milliseconds. */
  heardAtMs: number;
  /** Levels that one must not decide on. */
  isTooOld: boolean;
  mapState: 'waiting' | 'drawn' | 'broken';
  /** Index of the selected container, or -1. */
  selected: number;
}

export function communeOf(state: State, code: string | null): CommuneProperties | null {
  return state.communes?.features.find((f) => f.properties.insee === code)?.properties ?? null;
}

export function communeName(state: State, code: string | null): string {
  return communeOf(state, code)?.name ?? code ?? '';
}
