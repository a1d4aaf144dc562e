// The search field of the header: a combobox over communes, sites and containers.
import { h } from '../dom.ts';
import { plural, t } from '../i18n/words.ts';
import type { Hit, SearchIndex } from '../data/search.ts';
import { Combobox, type Choices } from './combobox.ts';
import { icon, type IconName } from './icons.ts';

const ICON_OF: Record<Hit['kind'], IconName> = { commune: 'map', site: 'place', container: 'sensor' };

export class SearchBox {
  private index: SearchIndex | null = null;

  constructor(root: HTMLElement, onChoose: (hit: Hit) => void, announce: (words: string) => void) {
    const box = new Combobox<Hit>({
      id: 'search-list',
      listLabel: t('search.results'),
      attributes: { enterkeyhint: 'search', placeholder: t('search.placeholder'), 'aria-label': t('search.label') },
      find: (text) => this.find(text),
      option: (hit) => [icon(ICON_OF[hit.kind]), h('span', {}, hit.label), h('small', {}, t(`search.kind.${hit.kind}`))],
      textOf: (hit) => hit.label,
      onChoose,
      onFound: ({ items }) => announce(plural('search.count', items.length, { n: items.length })),
    });
    root.append(icon('search'), box.input, box.list);
  }

  setIndex(index: SearchIndex): void {
    this.index = index;
  }

  private find(text: string): Choices<Hit> | null {
    if (text.trim().length < 2) return null;
    const items = this.index?.find(text) ?? [];
    return items.length ? { items } : { items, note: t('search.nothing') };
  }
}
