// How far a level can be trusted, and what people told of a container, in words.
import { ago, percent } from '../i18n/format.ts';
import { t } from '../i18n/words.ts';
import { SIGHTINGS, unixSeconds, type ContainerProperties } from '../data/contract.ts';
import type { TwinClock } from '../data/clock.ts';

const GOOD = 0.85;
const FAIR = 0.6;

/** "bonne (92 %)", and what speaks against it. */
export function trustWords({ trust, doubts = [] }: ContainerProperties): string {
  if (typeof trust !== 'number') return '';
  const grade = trust >= GOOD ? 'good' : trust >= FAIR ? 'fair' : 'poor';
  const words = t(`trust.${grade}`, { p: percent(trust) });
  return [words, ...doubts.map((doubt) => t(`doubt.${doubt}`))].join(', ');
}

/** "plein (équipe, il y a 2 h)", for each thing that stands. */
export function reportedWords({ reported }: ContainerProperties, clock: TwinClock): string {
  const standing = SIGHTINGS.filter((seen) => seen !== 'emptied').flatMap((seen) => {
    const told = reported?.[seen.replaceAll('-', '_')];
    if (!told) return [];
    const age = ago(clock.ageS(unixSeconds(told.at)));
    return [t('fact.sighting', { seen: t(`seen.${seen}`), by: t(`witness.${told.by}`), age })];
  });
  return standing.join(', ');
}
