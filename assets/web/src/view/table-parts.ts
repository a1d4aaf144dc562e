// Pieces the tables share: sortable column heads, labelled selects and the pager.
import { h, type Child } from '../dom.ts';
import { number } from '../i18n/format.ts';
import { t } from '../i18n/words.ts';

export interface Column {
  key: string;
  label: string;
  /** Sorting makes sense by this column. */
  sortable: boolean;
  numeric?: boolean;
  /** First press sorts from high to low. */
  highFirst?: boolean;
}

export interface Order {
  by: string;
  descending: boolean;
}

export function columnHead(column: Column, order: Order, onSort: (order: Order) => void): HTMLElement {
  const isActive = order.by === column.key;
  const sort = isActive ? (order.descending ? 'descending' : 'ascending') : null;
  const press = () => onSort({ by: column.key, descending: isActive ? !order.descending : (column.highFirst ?? false) });
  const label: Child = column.sortable
    ? h('button', { type: 'button', 'data-sort': column.key, onclick: press }, column.label, h('span', { class: 'arrow', 'aria-hidden': 'true' }, isActive ? (order.descending ? '↓' : '↑') : ''))
    : column.label;
  return h('th', { scope: 'col', 'aria-sort': sort, class: column.numeric ? 'numeric' : null }, label);
}

export function labelledSelect(
  label: string,
  value: string,
  options: [value: string, words: string][],
  onChange: (value: string) => void,
): HTMLElement {
  const select = h('select', { class: 'select', onchange: (event) => onChange((event.target as HTMLSelectElement).value) });
  for (const [option, words] of options) select.append(h('option', { value: option, selected: option === value }, words));
  return h('label', { class: 'field' }, h('span', {}, label), select);
}

export function pager(page: number, pages: number, first: number, last: number, total: number, go: (page: number) => void): HTMLElement {
  const button = (label: string, to: number) => h('button', { class: 'btn', type: 'button', disabled: to < 1 || to > pages, onclick: () => go(to) }, label);
  const words = total === 0 ? t('pager.none') : t('pager.range', { first: number(first), last: number(last), total: number(total) });
  const buttons = pages > 1 ? [button(t('pager.previous'), page - 1), button(t('pager.next'), page + 1)] : [];
  return h('nav', { class: 'pager', 'aria-label': t('pager.label') }, h('span', { class: 'tn' }, words), ...buttons);
}
