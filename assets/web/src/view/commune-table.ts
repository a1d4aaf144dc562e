// The table of all communes: containers, sensors, silent, full, and the bar of measured levels.
import { h, renderOnce } from '../dom.ts';
import { compareText, number } from '../i18n/format.ts';
import { t } from '../i18n/words.ts';
import { linkTo, type Route } from '../data/route.ts';
import { sortCommunes, type CommuneSort } from '../data/rows.ts';
import { NO_COMMUNE, type CommuneCount } from '../data/summary.ts';
import { communeName, communeOf, type State } from '../state.ts';
import { CLASS_COUNT } from '../data/levels.ts';
import { levelBar } from './level-bar.ts';
import { columnHead, type Column, type Order } from './table-parts.ts';

const SORTS: CommuneSort[] = ['name', 'containers', 'sensors', 'silent', 'full'];

/** Every commune of the territory, also one without any container, and those of containers it does not know. */
export function allCommunes(state: State): CommuneCount[] {
  const counted = state.summary?.communes ?? new Map<string, CommuneCount>();
  const codes = new Set([...(state.communes?.features ?? []).map((f) => f.properties.insee), ...counted.keys()]);
  codes.delete(NO_COMMUNE);
  const none = (code: string): CommuneCount => ({ code, full: 0, containers: 0, sensors: 0, silent: 0, levels: new Array<number>(CLASS_COUNT).fill(0) });
  return [...codes].map((code) => counted.get(code) ?? none(code));
}

export class CommuneTable {
  constructor(
    readonly root: HTMLElement,
    private readonly navigate: (change: Partial<Route>) => void,
  ) {
    root.classList.add('scroller');
    root.setAttribute('tabindex', '0');
    root.setAttribute('role', 'region');
    root.setAttribute('aria-label', t('table.communes'));
  }

  update(state: State): void {
    if (!state.communes && !state.summary) return;
    const by = SORTS.find((s) => s === state.route.sort) ?? 'full';
    const order: Order = { by, descending: state.route.sort ? state.route.descending : true };
    const rows = sortCommunes(allCommunes(state), by, order.descending, compareText, (code) => communeName(state, code));
    const marker = JSON.stringify([order, rows.map((r) => [r.code, r.containers, r.silent, r.levels])]);
    const focused = document.activeElement;
    const sorting = focused?.getAttribute('data-sort');
    if (this.root.contains(focused) && focused !== this.root && !sorting && this.root.dataset['marker']) return;
    renderOnce(this.root, marker, () => [this.table(state, rows, order)]);
    if (sorting) this.root.querySelector<HTMLElement>(`[data-sort="${sorting}"]`)?.focus();
  }

  private table(state: State, rows: CommuneCount[], order: Order): HTMLElement {
    const columns: Column[] = [
      { key: 'name', label: t('column.commune'), sortable: true },
      { key: 'full', label: t('column.full'), sortable: true, numeric: true, highFirst: true },
      { key: 'bar', label: t('column.levels'), sortable: false },
      { key: 'containers', label: t('column.containers'), sortable: true, numeric: true, highFirst: true },
      { key: 'sensors', label: t('column.sensors'), sortable: true, numeric: true, highFirst: true },
      { key: 'silent', label: t('column.silent'), sortable: true, numeric: true, highFirst: true },
      { key: 'population', label: t('column.population'), sortable: false, numeric: true },
    ];
    const sort = (next: Order) => this.navigate({ sort: next.by, descending: next.descending });
    const head = h('tr', {}, ...columns.map((c) => columnHead(c, order, sort)));
    return h('table', { class: 'big communes' }, h('caption', { class: 'sr' }, t('table.communes')), h('thead', {}, head), h('tbody', {}, ...rows.map((r) => row(state, r))));
  }
}

function row(state: State, c: CommuneCount): HTMLElement {
  const population = communeOf(state, c.code)?.population;
  const href = linkTo({ page: 'table', commune: c.code }, state.route);
  const count = (n: number) => h('td', { class: 'numeric' }, number(n));
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, h('a', { href }, communeName(state, c.code))),
    count(c.full),
    h('td', {}, levelBar(c.levels)),
    count(c.containers),
    count(c.sensors),
    count(c.silent),
    h('td', { class: 'numeric' }, typeof population === 'number' ? number(population) : '–'),
  );
}
