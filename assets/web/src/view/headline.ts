// The sentence the page opens with: what is so, or what was so when the line broke, and which sensors are not heard.
import { number, timeOfDay } from '../i18n/format.ts';
import { plural, t } from '../i18n/words.ts';
import type { Summary } from '../data/summary.ts';
import type { State } from '../state.ts';

export interface Headline {
  full: string;
  sensors: string;
  /** The look that the second half counts, for a link to those containers. */
  look: 'silent' | 'late' | 'unread' | null;
}

/** A line broken for longer than this puts the sentence in the past. */
const PATIENCE_MS = 2_500;

export function isBroken({ link }: Pick<State, 'link'>): boolean {
  return link.state === 'lost' && Date.now() - link.sinceMs > PATIENCE_MS;
}

function sensorsHalf(sum: Summary, past: boolean): Pick<Headline, 'sensors' | 'look'> {
  if (sum.silent > 0) {
    const key = past ? 'headline.wasSilent' : 'headline.silent';
    return { sensors: plural(key, sum.silent, { n: number(sum.silent) }), look: 'silent' };
  }
  if (past) return { sensors: '', look: null };
  const look = sum.late > 0 ? 'late' : 'unread';
  const waiting = sum.late + sum.unread;
  if (waiting > 0) return { sensors: plural(`headline.${look}`, waiting, { n: number(waiting) }), look };
  return { sensors: t('headline.allHeard'), look: null };
}

export function headline(state: Pick<State, 'link' | 'heardAtMs'>, sum: Summary): Headline {
  if (sum.containers === 0) return { full: t('headline.empty'), sensors: '', look: null };
  if (sum.sensors === 0) {
    const full = plural('headline.containers', sum.containers, { n: number(sum.containers) });
    return { full, sensors: t('headline.noSensor'), look: null };
  }
  const past = isBroken(state);
  const half = sensorsHalf(sum, past);
  if (sum.measured === 0) return { full: t('headline.noLevel'), ...half };
  const n = number(sum.full);
  const full = past ? plural('headline.wasFull', sum.full, { n, time: timeOfDay(state.heardAtMs) }) : plural('headline.full', sum.full, { n });
  return { full, ...half };
}
