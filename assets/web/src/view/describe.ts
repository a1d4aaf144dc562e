// A container in words: its kind, its name, what its level and its sensor say.
import type { Fleet } from '../data/fleet.ts';
import { FULL_CLASS } from '../data/levels.ts';
import { ago, litres, percent } from '../i18n/format.ts';
import { t } from '../i18n/words.ts';
import type { TwinClock } from '../data/clock.ts';
import { fold } from '../data/search.ts';

/** "Verre", or "Verre n° 2" where its site has several; 0 is no number. */
export function streamWords(stream: string, number: number): string {
  return numbered(t(`stream.${stream}`), number);
}

function numbered(name: string, number: number): string {
  return number ? t('stream.numbered', { name, n: number }) : name;
}

export function kindWords(fleet: Fleet, i: number): string {
  const volume = fleet.volume[i]!;
  const kind = numbered(t(`stream.${fleet.stream(i)}.container`), fleet.number[i]!);
  return Number.isNaN(volume) ? kind : `${kind} · ${litres(volume)}`;
}

/** The site's name, with its commune before it unless it says so already. */
export function placeName(siteName: string, communeName: string): string {
  if (!siteName) return communeName ? `${communeName}, ${t('place.unnamed')}` : capital(t('place.unnamed'));
  if (!communeName || fold(siteName).includes(fold(communeName))) return siteName;
  return `${communeName}, ${siteName}`;
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** "86 %", "plein", "capteur muet", "sans capteur": what stands in a list where a level would. */
export function levelShort(fleet: Fleet, i: number): string {
  const level = fleet.level(i);
  if (level < 0) return t(`look.${fleet.look(i)}`);
  return percent(fleet.fill[i]!);
}

export function ageWords(fleet: Fleet, i: number, clock: TwinClock): string {
  const at = fleet.observedAt[i]!;
  if (Number.isNaN(at)) return '';
  return ago(clock.ageS(at));
}

/** One sentence on what the state means and asks. */
export function stateSentence(fleet: Fleet, i: number): string {
  const look = fleet.look(i);
  if (look === 'bare' || look === 'unread' || look === 'silent') return t(`state.${look}`);
  const status = fleet.status(i);
  if (status !== 'ok' && status !== 'unknown') return t(`state.${status}`);
  return fleet.level(i) === FULL_CLASS ? t('state.full') : t('state.ok');
}
