// The search field: a combobox over communes, sites and containers, driven by keys as well as by hand.
import { h } from '../dom.ts';
import { plural, t } from '../i18n/words.ts';
import type { Hit, SearchIndex } from '../data/search.ts';
import { icon, type IconName } from './icons.ts';

const ICON_OF: Record<Hit['kind'], IconName> = { commune: 'map', site: 'place', container: 'sensor' };

export class SearchBox {
  private index: SearchIndex | null = null;
  private hits: Hit[] = [];
  private active = -1;
  private readonly list = h('ul', { id: 'search-list', class: 'hits', role: 'listbox', 'aria-label': t('search.results'), hidden: true });
  private readonly input = h('input', {
    type: 'text',
    role: 'combobox',
    autocomplete: 'off',
    spellcheck: 'false',
    enterkeyhint: 'search',
    placeholder: t('search.placeholder'),
    'aria-label': t('search.label'),
    'aria-expanded': 'false',
    'aria-controls': 'search-list',
    'aria-autocomplete': 'list',
  });

  constructor(
    root: HTMLElement,
    private readonly onChoose: (hit: Hit) => void,
    private readonly announce: (words: string) => void,
  ) {
    root.append(icon('search'), this.input, this.list);
    this.input.addEventListener('input', () => this.search());
    this.input.addEventListener('keydown', (event) => this.key(event));
    root.addEventListener('focusout', (event) => {
      if (!root.contains(event.relatedTarget as Node | null)) this.close();
    });
  }

  setIndex(index: SearchIndex): void {
    this.index = index;
  }

  private search(): void {
    this.hits = this.index?.find(this.input.value) ?? [];
    this.active = this.hits.length ? 0 : -1;
    const asked = this.input.value.trim().length >= 2;
    this.list.replaceChildren(...this.hits.map((hit, i) => this.option(hit, i)));
    if (asked && this.hits.length === 0) this.list.append(h('li', { role: 'option', 'aria-disabled': 'true', class: 'nothing' }, t('search.nothing')));
    this.open(asked);
    if (asked) this.announce(plural('search.count', this.hits.length, { n: this.hits.length }));
  }

  private option(hit: Hit, i: number): HTMLElement {
    const choose = (event: Event) => {
      event.preventDefault();
      this.choose(i);
    };
    return h(
      'li',
      { role: 'option', id: `hit-${i}`, 'aria-selected': String(i === this.active), onpointerdown: choose },
      icon(ICON_OF[hit.kind]),
      h('span', {}, hit.label),
      h('small', {}, t(`search.kind.${hit.kind}`)),
    );
  }

  private open(isOpen: boolean): void {
    this.list.hidden = !isOpen;
    this.input.setAttribute('aria-expanded', String(isOpen));
    this.point();
  }

  private close(): void {
    this.open(false);
  }

  private point(): void {
    const isPointing = !this.list.hidden && this.active >= 0;
    if (isPointing) this.input.setAttribute('aria-activedescendant', `hit-${this.active}`);
    else this.input.removeAttribute('aria-activedescendant');
    [...this.list.children].forEach((option, i) => option.setAttribute('aria-selected', String(i === this.active)));
  }

  private key(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step && this.hits.length) {
      event.preventDefault();
      this.active = (this.active + step + this.hits.length) % this.hits.length;
      this.open(true);
      this.list.children[this.active]?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && this.active >= 0 && !this.list.hidden) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key === 'Escape') {
      this.close();
    }
  }

  private choose(i: number): void {
    const hit = this.hits[i];
    if (!hit) return;
    this.input.value = hit.label;
    this.close();
    this.onChoose(hit);
  }
}
