// The form of an adoption, without the form: what was typed becomes a request or faults, and refusals find their field.
import type { HttpProblem } from './http.ts';
import type { Adoption } from './quarantine.ts';

export const FIELDS = ['container', 'codec', 'empty', 'full', 'interval'] as const;
export type Field = (typeof FIELDS)[number];

/** What was typed, as it was typed. */
export type Draft = Record<Field, string>;

export const FAULTS = ['noContainer', 'takenContainer', 'noCodec', 'unknownCodec', 'empty', 'full', 'order', 'interval'] as const;
export type Fault = (typeof FAULTS)[number];
export type Faults = Partial<Record<Field, Fault>>;

/** To be checked on site: a column two metres high, with its sensor under the lid. */
export const USUAL: Pick<Draft, 'empty' | 'full' | 'interval'> = { empty: '1800', full: '400', interval: '240' };
const MOST_MM = 65_535;
export const MOST_MINUTES = 7 * 24 * 60;

function whole(text: string, least: number, most: number): number {
  const value = Number(text.trim() || NaN);
  return Number.isInteger(value) && value >= least && value <= most ? value : NaN;
}

/** The share of a container that is filled at a distance, 0–1; NaN where the mounting cannot be. */
export function fillAt(distanceMm: number, emptyMm: number, fullMm: number): number {
  if (!(fullMm < emptyMm)) return NaN;
  return Math.min(1, Math.max(0, (emptyMm - distanceMm) / (emptyMm - fullMm)));
}

/** The mounting that was typed; each figure is NaN where it is none. */
export function mountingOf(draft: Pick<Draft, 'empty' | 'full'>): { emptyMm: number; fullMm: number } {
  return { emptyMm: whole(draft.empty, 1, MOST_MM), fullMm: whole(draft.full, 0, MOST_MM) };
}

export function faultsOf(draft: Draft): Faults {
  const { emptyMm, fullMm } = mountingOf(draft);
  const faults: Faults = {};
  if (!draft.container) faults.container = 'noContainer';
  if (!draft.codec.trim()) faults.codec = 'noCodec';
  if (Number.isNaN(emptyMm)) faults.empty = 'empty';
  if (Number.isNaN(fullMm)) faults.full = 'full';
  else if (fullMm >= emptyMm) faults.full = 'order';
  if (Number.isNaN(whole(draft.interval, 1, MOST_MINUTES))) faults.interval = 'interval';
  return faults;
}

/** To be asked of a draft without faults. */
export function adoptionOf(draft: Draft): Adoption {
  const { emptyMm, fullMm } = mountingOf(draft);
  return { container: draft.container, codec: draft.codec.trim(), empty_mm: emptyMm, full_mm: fullMm, interval_s: Number(draft.interval) * 60 };
}

/** What is wrong with a member of the request that the server refuses. */
const REFUSED: Record<string, [Field, Fault]> = {
  codec: ['codec', 'unknownCodec'],
  container: ['container', 'noContainer'],
  empty_mm: ['empty', 'empty'],
  full_mm: ['full', 'order'],
  interval_s: ['interval', 'interval'],
};

/** The field that a refusal is about, where the server names one of the form. */
export function refusedField({ status, field }: HttpProblem): Faults {
  const [about, fault] = (status === 400 || status === 409 ? REFUSED[field] : undefined) ?? [];
  if (!about || !fault) return {};
  return { [about]: status === 409 && about === 'container' ? 'takenContainer' : fault };
}
