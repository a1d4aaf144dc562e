// Numbers, ages and times as each language writes them; French groups with U+00A0, which our fonts have.
import { currentLanguage, plural, t } from './words.ts';

const NBSP = '\u00a0';
const LOCALES = { fr: 'fr-FR', en: 'en-GB' } as const;
const numberFormats = new Map<string, Intl.NumberFormat>();
const dateFormats = new Map<string, Intl.DateTimeFormat>();

function locale(): string {
  return LOCALES[currentLanguage()];
}

export function number(value: number, digits = 0): string {
  const key = `${locale()}/${digits}`;
  let format = numberFormats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale(), { maximumFractionDigits: digits, minimumFractionDigits: 0 });
    numberFormats.set(key, format);
  }
  return format.format(value).replace(/\u202f/g, NBSP).replace(/-/, '−');
}

/** A whole percentage that never rounds up to full: 0.998 reads 99 %, only 1 reads 100 %. */
export function wholePercent(fill: number): number {
  const rounded = Math.round(fill * 100);
  return fill < 1 ? Math.min(rounded, 99) : rounded;
}

export function percent(fill: number): string {
  return t('unit.percent', { n: number(wholePercent(fill)) });
}

export function litres(volume: number): string {
  return plural('unit.litres', volume, { n: number(volume) });
}

/** A duration in its largest one or two units: "8 s", "12 min", "3 h 10", "2 jours". */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return t('duration.s', { n: s });
  const minutes = Math.floor(s / 60);
  if (minutes < 60) return t('duration.min', { n: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) {
    const rest = minutes % 60;
    return hours < 10 && rest > 0 ? t('duration.hm', { h: hours, m: String(rest).padStart(2, '0') }) : t('duration.h', { n: hours });
  }
  const days = Math.floor(hours / 24);
  return plural('duration.d', days, { n: number(days) });
}

export function ago(seconds: number): string {
  return seconds < 1.5 ? t('age.now') : t('age.ago', { age: duration(seconds) });
}

function dateFormat(key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const full = `${locale()}/${key}`;
  let format = dateFormats.get(full);
  if (!format) dateFormats.set(full, (format = new Intl.DateTimeFormat(locale(), options)));
  return format;
}

/** "14 h 32" in French prose, "14:32" in English. */
export function timeOfDay(ms: number): string {
  const date = new Date(ms);
  const h = String(date.getHours());
  const m = String(date.getMinutes()).padStart(2, '0');
  return currentLanguage() === 'fr' ? `${h}${NBSP}h${NBSP}${m}` : `${h.padStart(2, '0')}:${m}`;
}

/** "mardi 24 novembre". */
export function longDay(ms: number): string {
  return dateFormat('long', { weekday: 'long', day: 'numeric', month: 'long' }).format(ms);
}

/** "mar. 24" for an axis. */
export function shortDay(ms: number): string {
  return dateFormat('short', { weekday: 'short', day: 'numeric' }).format(ms).replace(/ /g, NBSP);
}

export function dayAndTime(ms: number): string {
  return t('date.at', { day: longDay(ms), time: timeOfDay(ms) });
}

/** A list in prose: "A, B et C". */
export function list(items: string[]): string {
  return new Intl.ListFormat(locale(), { type: 'conjunction' }).format(items);
}

export function compareText(a: string, b: string): number {
  return a.localeCompare(b, locale(), { numeric: true, sensitivity: 'base' });
}
