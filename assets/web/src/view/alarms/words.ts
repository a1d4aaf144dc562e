// What an alarm says: what, where, how much, since when.
import { duration, number, percent, shortDay, timeOfDay } from '../../i18n/format.ts';
import { plural, t } from '../../i18n/words.ts';
import type { Alarm, Moment } from '../../data/alarms.ts';
import { placeName, streamWords } from '../describe.ts';

export function causeWords(cause: string): string {
  return t(`alarm.cause.${cause}`);
}

/** Its place as people call it; the id where nothing else is known. */
export function placeWords({ where: { name, commune_name }, subject }: Pick<Alarm, 'where' | 'subject'>): string {
  if (subject.startsWith('gateway/')) return t('alarm.gateway', { name: subject.slice('gateway/'.length) });
  return name || commune_name ? placeName(name ?? '', commune_name ?? '') : subject;
}

/** Place and container: "Audincourt, point d’apport 2 · Verre n° 1". */
export function wholePlaceWords(about: Pick<Alarm, 'where' | 'subject'>): string {
  const { stream, number } = about.where;
  return [placeWords(about), stream ? streamWords(stream, number ?? 0) : ''].filter(Boolean).join(' · ');
}

/** What was measured: "96 %", "81 °C", "20 capteurs muets"; nothing where nothing was. */
export function valueWords({ cause, value, members }: Pick<Alarm, 'cause' | 'value' | 'members'>): string {
  if (cause === 'gateway-out') return plural('alarm.sensors', members, { n: number(members) });
  if (value === null) return '';
  if (cause === 'container-full' || cause === 'overflow-soon') return percent(value);
  if (cause === 'fire') return t('alarm.degrees', { n: number(value) });
  if (cause !== 'authorisation-expiring') return '';
  return value < 0 ? plural('alarm.ended', -value, { n: number(-value) }) : plural('alarm.days', value, { n: number(value) });
}

export function whenWords(alarm: Alarm, nowMs: number): string {
  const since = Date.parse(alarm.active_since);
  if (alarm.state === 'returned' && alarm.returned_at) {
    return t('alarm.wasFor', { span: duration((Date.parse(alarm.returned_at) - since) / 1000) });
  }
  return t('alarm.since', { span: duration((nowMs - since) / 1000) });
}

/** What else is so of it. */
export function stateWords(alarm: Alarm): string {
  const parts: string[] = [];
  if (alarm.state === 'returned') parts.push(t('alarm.state.returned'));
  if (alarm.state === 'acknowledged') parts.push(t('alarm.state.acknowledged', { time: moment(alarm.acknowledged_at ?? '') }));
  if (alarm.escalated_at && alarm.state === 'unacknowledged') parts.push(t('alarm.state.escalated'));
  if (alarm.shelf) parts.push(t('alarm.state.shelved', { time: moment(alarm.shelf.until), reason: alarm.shelf.reason }));
  if (alarm.occurrences > 1) parts.push(plural('alarm.occurrences', alarm.occurrences, { n: number(alarm.occurrences) }));
  return parts.join(' · ');
}

export function stepWords({ step, at, shelf }: Moment): string {
  const reason = shelf ? ` (${shelf.reason})` : '';
  return `${moment(at)}${t('alarm.colon')} ${t(`alarm.step.${step}`)}${reason}`;
}

export function moment(rfc3339: string): string {
  const ms = Date.parse(rfc3339);
  return `${shortDay(ms)}, ${timeOfDay(ms)}`;
}
