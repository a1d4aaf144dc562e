// Finds communes, sites and containers by what a person types, without regard to accents or case.
import type { Fleet } from './fleet.ts';

export type Hit =
  | { kind: 'commune'; code: string; label: string }
  | { kind: 'site'; site: number; label: string }
  | { kind: 'container'; index: number; label: string };

export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[’'\u2010-\u2015_-]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** 0 when it starts with the words, 1 when a word of it does, 2 when it holds them, -1 when not. */
function rank(folded: string, words: string): number {
  if (folded.startsWith(words)) return 0;
  if (folded.includes(` ${words}`)) return 1;
  return folded.includes(words) ? 2 : -1;
}

export class SearchIndex {
  private readonly communes: { code: string; name: string; folded: string }[];
  private readonly sites: string[];

  constructor(
    private readonly fleet: Fleet,
    communes: { code: string; name: string }[],
  ) {
    this.communes = communes.map((c) => ({ ...c, folded: fold(c.name) }));
    this.sites = fleet.siteName.map(fold);
  }

  find(text: string, limit = 8): Hit[] {
    const words = fold(text);
    if (words.length < 2) return [];
    const communes = this.findCommunes(words).slice(0, 4);
    const containers = /\d/.test(words) ? this.findContainers(text.trim().toLowerCase(), limit) : [];
    const room = Math.max(0, limit - communes.length - Math.min(containers.length, 4));
    return [...communes, ...this.findSites(words, room), ...containers].slice(0, limit);
  }

  private findCommunes(words: string): Hit[] {
    return this.communes
      .map((c) => ({ c, at: rank(c.folded, words) }))
      .filter(({ at, c }) => at >= 0 || c.code === words)
      .sort((a, b) => a.at - b.at || a.c.name.length - b.c.name.length)
      .map(({ c }) => ({ kind: 'commune', code: c.code, label: c.name }));
  }

  private findSites(words: string, limit: number): Hit[] {
    const found: [number, number][] = [];
    for (let s = 0; s < this.sites.length; s++) {
      const at = rank(this.sites[s]!, words);
      if (at >= 0) found.push([at, s]);
    }
    found.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    return found.slice(0, limit).map(([, site]) => ({ kind: 'site', site, label: this.fleet.siteName[site]! }));
  }

  private findContainers(text: string, limit: number): Hit[] {
    const hits: Hit[] = [];
    for (let i = 0; i < this.fleet.size && hits.length < limit; i++) {
      if (this.fleet.id[i]!.toLowerCase().includes(text)) hits.push({ kind: 'container', index: i, label: this.fleet.id[i]! });
    }
    return hits;
  }
}
