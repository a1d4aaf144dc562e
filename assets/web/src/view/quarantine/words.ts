// What a device sent and what went wrong, in words.
import { number, shortDay, timeOfDay } from '../../i18n/format.ts';
import { plural, t } from '../../i18n/words.ts';
import type { HttpProblem } from '../../data/http.ts';
import type { Measurements, ReadAgain } from '../../data/quarantine.ts';

const QUANTITIES: [name: string, digits: number][] = [
  ['distance_mm', 0],
  ['fill_pct', 0],
  ['battery_pct', 0],
  ['battery_v', 2],
  ['temperature_c', 1],
  ['humidity_pct', 0],
];

export function millimetres(value: number): string {
  return t('unit.mm', { n: number(value) });
}

/** "distance 880 mm, pile 92 %, 15,9 °C": quantities with standard names, and how many values there are besides. */
export function measuredWords(measurements: Measurements): string {
  const parts: string[] = [];
  for (const [name, digits] of QUANTITIES) {
    const value = measurements[name];
    if (typeof value === 'number') parts.push(t(`measured.${name}`, { n: number(value, digits) }));
  }
  if (measurements['tilt'] === true) parts.push(t('status.tilted'));
  const told = new Set([...QUANTITIES.map(([name]) => name), 'tilt']);
  const others = Object.keys(measurements).filter((name) => !told.has(name)).length;
  if (others > 0) parts.push(plural('measured.others', others, { n: others }));
  return parts.join(', ');
}

/** "12 trames reprises, 1 refusée, 2 encore illisibles". */
export function readAgainWords({ taken, refused, left }: ReadAgain): string {
  const parts = [plural('reread.taken', taken, { n: number(taken) })];
  if (refused > 0) parts.push(plural('reread.refused', refused, { n: number(refused) }));
  if (left > 0) parts.push(plural('reread.left', left, { n: number(left) }));
  return `${parts.join(', ')}.`;
}

/** "sam. 28, 14 h 32". */
export function moment(rfc3339: string): string {
  const ms = Date.parse(rfc3339);
  return `${shortDay(ms)}, ${timeOfDay(ms)}`;
}

export interface Trouble {
  title: string;
  text: string;
  /** What the server said itself, in its own language. */
  told: string;
}

/** What was asked for is not known to be done, where the answer did not come. */
export function unsureOf(problem: HttpProblem): string {
  return problem.status === 0 ? t('trouble.unsure') : troubleOf(problem).text;
}

/** A failure as one reads it; those about who one is are for the gate. */
export function troubleOf(problem: HttpProblem): Trouble {
  const kinds: Record<number, string> = { 0: 'offline', 401: 'wrong', 403: 'nobody', 503: 'journal' };
  const kind = kinds[problem.status] ?? 'other';
  return { title: t(`trouble.${kind}`), text: t(`trouble.${kind}.text`), told: kind === 'other' ? problem.message : '' };
}
