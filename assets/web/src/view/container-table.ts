// The table of containers: filters, sortable columns, pages of fifty, and levels that change in place.
import { h, renderOnce, setText } from '../dom.ts';
import { compareText, litres } from '../i18n/format.ts';
import { t } from '../i18n/words.ts';
import { STREAMS } from '../data/contract.ts';
import { CLASS_COUNT } from '../data/levels.ts';
import { formatRoute, type Route } from '../data/route.ts';
import { filterContainers, sortContainers, type ContainerSort } from '../data/rows.ts';
import { communeName, type State } from '../state.ts';
import { ageWords, levelShort, streamWords } from './describe.ts';
import { gauge } from './gauge.ts';
import { streamIcon } from './icons.ts';
import { columnHead, labelledSelect, pager, type Column, type Order } from './table-parts.ts';

const PAGE_SIZE = 50;
const SORTS: ContainerSort[] = ['place', 'id', 'stream', 'volume', 'level', 'age'];
const OTHER_LEVELS = ['late', 'silent', 'unread', 'bare'] as const;

type Navigate = (change: Partial<Route>) => void;

interface Row {
  index: number;
  element: HTMLElement;
  level: HTMLElement;
  age: HTMLElement;
}

export class ContainerTable {
  private readonly filters = h('div', { class: 'filters' });
  private readonly body = h('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': t('table.containers') });
  private readonly foot = h('div');
  private rows: Row[] = [];
  private marker = '';

  constructor(
    readonly root: HTMLElement,
    private readonly navigate: Navigate,
  ) {
    root.append(this.filters, this.body, this.foot);
  }

  update(state: State): void {
    const { route, fleet } = state;
    if (!fleet) return;
    const marker = JSON.stringify([route.commune, route.stream, route.level, route.query, route.sort, route.descending, route.pageNumber, fleet.size, !!state.communes, route.language]);
    if (marker !== this.marker) {
      this.marker = marker;
      this.writeFilters(state);
      this.build(state);
    }
    for (const row of this.rows) this.refresh(state, row);
  }

  private order(route: Route): Order {
    const by = SORTS.find((s) => s === route.sort);
    return by ? { by, descending: route.descending } : { by: 'level', descending: true };
  }

  private build(state: State): void {
    const fleet = state.fleet!;
    const order = this.order(state.route);
    const found = filterContainers(fleet, state.route);
    const sorted = sortContainers(fleet, found, order.by as ContainerSort, order.descending, compareText, (i) => t(`stream.${fleet.stream(i)}`));
    const pages = Math.max(1, Math.ceil(sorted.length / PAGE_SIZE));
    const page = Math.min(state.route.pageNumber, pages);
    const start = (page - 1) * PAGE_SIZE;
    const shown = sorted.slice(start, start + PAGE_SIZE);
    this.rows = shown.map((i) => this.row(state, i));
    const sorting = document.activeElement?.getAttribute('data-sort');
    this.body.replaceChildren(this.table(order));
    if (sorting) this.body.querySelector<HTMLElement>(`[data-sort="${sorting}"]`)?.focus();
    const go = (to: number) => this.navigate({ pageNumber: to });
    this.foot.replaceChildren(pager(page, pages, start + 1, start + shown.length, sorted.length, go));
  }

  private table(order: Order): HTMLElement {
    const columns: Column[] = [
      { key: 'level', label: t('column.level'), sortable: true, highFirst: true },
      { key: 'place', label: t('column.place'), sortable: true },
      { key: 'stream', label: t('column.stream'), sortable: true },
      { key: 'volume', label: t('column.volume'), sortable: true, numeric: true, highFirst: true },
      { key: 'age', label: t('column.age'), sortable: true },
      { key: 'id', label: t('column.id'), sortable: true },
    ];
    const sort = (next: Order) => this.navigate({ sort: next.by, descending: next.descending, pageNumber: 1 });
    const head = h('tr', {}, ...columns.map((c) => columnHead(c, order, sort)));
    const rows = this.rows.length ? this.rows.map((r) => r.element) : [h('tr', {}, h('td', { colspan: columns.length, class: 'none' }, t('table.nothing')))];
    return h('table', { class: 'big containers' }, h('caption', { class: 'sr' }, t('table.containers')), h('thead', {}, head), h('tbody', {}, ...rows));
  }

  private row(state: State, i: number): Row {
    const fleet = state.fleet!;
    const commune = communeName(state, fleet.commune(i));
    const name = fleet.name(i) || t('place.unnamed');
    const place = commune && name.startsWith(`${commune}, `) ? name.slice(commune.length + 2) : name;
    const volume = fleet.volume[i]!;
    const level = h('td', { class: 'lv' });
    const age = h('td', { class: 'ag' });
    const href = formatRoute({ ...state.route, selection: fleet.id[i]! });
    const element = h(
      'tr',
      { 'data-container': fleet.id[i]! },
      level,
      h('th', { scope: 'row', class: 'pl' }, h('a', { href }, commune ? h('b', {}, commune) : null, commune ? ', ' : null, place)),
      h('td', { class: 'st' }, streamIcon(fleet.stream(i)), h('span', {}, streamWords(fleet.stream(i), fleet.number[i]!))),
      h('td', { class: 'numeric vo' }, Number.isNaN(volume) ? '–' : litres(volume)),
      age,
      h('td', { class: 'id' }, fleet.id[i]!),
    );
    return { index: i, element, level, age };
  }

  private refresh(state: State, { index: i, element, level, age }: Row): void {
    const fleet = state.fleet!;
    const look = fleet.look(i);
    const words = levelShort(fleet, i);
    renderOnce(level, `${look}${words}`, () => [gauge(look, fleet.fill[i]!), h('span', {}, words)]);
    setText(age, ageWords(fleet, i, state.clock) || '–');
    element.classList.toggle('is-selected', state.selected === i);
  }

  private writeFilters(state: State): void {
    const { route } = state;
    const focused = (document.activeElement as HTMLElement | null)?.closest('.field')?.getAttribute('data-field');
    const set = (change: Partial<Route>) => this.navigate({ pageNumber: 1, ...change });
    const communes = [...new Set(state.fleet!.siteCommune.filter((c) => c !== null))].map((c): [string, string] => [c, communeName(state, c)]);
    communes.sort((a, b) => compareText(a[1], b[1]));
    const present = STREAMS.filter((s) => state.fleet!.streams.has(s));
    const levels = Array.from({ length: CLASS_COUNT }, (_, c): [string, string] => [String(CLASS_COUNT - 1 - c), t(`class.${CLASS_COUNT - 1 - c}.long`)]);
    const all: [string, string] = ['', t('filter.all')];
    const parts: [string, HTMLElement][] = [
      ['q', this.queryField(route.query, set)],
      ['commune', labelledSelect(t('filter.commune'), route.commune, [['', t('filter.allCommunes')], ...communes], (commune) => set({ commune }))],
      ['stream', labelledSelect(t('filter.stream'), route.stream, [all, ...present.map((s): [string, string] => [s, t(`stream.${s}`)])], (stream) => set({ stream }))],
      ['level', labelledSelect(t('filter.level'), route.level, [all, ...levels, ...OTHER_LEVELS.map((l): [string, string] => [l, t(`look.${l}`)])], (level) => set({ level }))],
    ];
    for (const [name, part] of parts) part.setAttribute('data-field', name);
    const isFiltered = !!(route.commune || route.stream || route.level || route.query);
    const clear = h('button', { class: 'btn', type: 'button', onclick: () => set({ commune: '', stream: '', level: '', query: '' }) }, t('filter.clear'));
    this.filters.replaceChildren(...parts.map((p) => p[1]), ...(isFiltered ? [clear] : []));
    const again = focused && this.filters.querySelector<HTMLInputElement>(`[data-field="${focused}"] :is(select, input)`);
    if (again) again.focus();
  }

  private queryField(value: string, set: (change: Partial<Route>) => void): HTMLElement {
    const input = h('input', { type: 'search', class: 'select', value, onchange: (event) => set({ query: (event.target as HTMLInputElement).value }) });
    return h('label', { class: 'field' }, h('span', {}, t('filter.query')), input);
  }
}
