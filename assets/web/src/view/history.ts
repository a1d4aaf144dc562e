// The 72-hour block of the detail sheet: chart, table of values and CSV, or the reason why there is none.
import { h } from '../dom.ts';
import { dayAndTime, duration, percent } from '../i18n/format.ts';
import { plural, t } from '../i18n/words.ts';
import type { History } from '../data/contract.ts';
import { toCsv, type Reading } from '../data/series.ts';
import { levelChart } from './level-chart.ts';

export const HOURS = 72;

function words(points: Reading[]): string {
  const fills = points.map((p) => p[1]);
  return t('chart.label', {
    from: percent(points[0]![1]),
    to: percent(points[points.length - 1]![1]),
    low: percent(Math.min(...fills)),
    high: percent(Math.max(...fills)),
  });
}

function valueTable(points: Reading[]): HTMLElement {
  const rows = [...points].reverse().map(([s, fill]) => h('tr', {}, h('th', { scope: 'row' }, dayAndTime(s * 1000)), h('td', {}, percent(fill))));
  const head = h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('chart.when')), h('th', { scope: 'col' }, t('chart.level'))));
  return h('div', { class: 'values', tabindex: '0', role: 'region', 'aria-label': t('chart.values') }, h('table', {}, head, h('tbody', {}, ...rows)));
}

function csvLink(id: string, points: Reading[]): HTMLElement {
  const download = (event: Event) => {
    const link = event.currentTarget as HTMLAnchorElement;
    const url = URL.createObjectURL(new Blob([toCsv(points)], { type: 'text/csv;charset=utf-8' }));
    link.href = url;
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return h('a', { href: '#', download: `${id.replaceAll('/', '-')}-${HOURS}h.csv`, onclick: download }, t('chart.csv'));
}

export function historyBlock(history: History, intervalS: number | null): HTMLElement {
  const points = history.points as Reading[];
  if (points.length === 0) return h('p', { class: 'say' }, t('chart.empty', { span: duration(HOURS * 3600) }));
  const span = { fromS: Date.parse(history.from) / 1000, toS: Date.parse(history.to) / 1000 };
  const values = h('details', {}, h('summary', {}, plural('chart.table', points.length, { n: points.length })));
  values.addEventListener('toggle', () => values.open && values.children.length === 1 && values.append(valueTable(points)));
  return h(
    'div',
    { class: 'history' },
    h('h4', {}, t('chart.title')),
    levelChart(points, span, intervalS, words(points)),
    h('div', { class: 'history-more' }, values, csvLink(history.asset, points)),
  );
}
