// Containers that have no sensor yet, found by what a person types: commune, place, street, stream or identifier.
import type { Fleet } from './fleet.ts';
import { fold } from './search.ts';

export interface BareWords {
  commune(code: string | null): string;
  street(siteId: string): string;
  stream(i: number): string;
}

export interface Found {
  /** The first ones, in the order of the fleet; where a name begins with the words, before others. */
  indices: number[];
  total: number;
}

/** Every word must occur somewhere; without any, all containers without a sensor are found. */
export function findBare(fleet: Fleet, text: string, words: BareWords, limit: number): Found {
  const asked = fold(text).split(' ').filter(Boolean);
  const first: number[] = [];
  const other: number[] = [];
  for (let i = 0; i < fleet.size; i++) {
    if (fleet.hasSensor[i] === 1) continue;
    const site = fleet.siteId[fleet.site[i]!]!;
    const told = fold([fleet.name(i), words.street(site), words.commune(fleet.commune(i)), words.stream(i), fleet.id[i]!].join(' '));
    if (!asked.every((word) => told.includes(word))) continue;
    (asked.length > 0 && told.startsWith(asked.join(' ')) ? first : other).push(i);
  }
  const all = [...first, ...other];
  return { indices: all.slice(0, limit), total: all.length };
}
