// The left column: the sentence, the legend that is the histogram, and the communes with most to do.
import { h, renderOnce, setText, type Child } from '../dom.ts';
import { list, number, percent } from '../i18n/format.ts';
import { plural, t } from '../i18n/words.ts';
import { FULL_CLASS, middleOf } from '../data/levels.ts';
import { linkTo } from '../data/route.ts';
import { headline } from './headline.ts';
import { byNeed, type CommuneCount, type Summary } from '../data/summary.ts';
import { communeName, type State } from '../state.ts';
import { gauge } from './gauge.ts';
import { levelBar } from './level-bar.ts';

const MOST_COMMUNES = 6;
const TALLEST_PX = 92;

export function className(level: number): string {
  return t(`class.${level}`);
}


function where(state: State, sum: Summary): string {
  if (sum.containers === 0) return state.communes?.features.length ? t('story.emptyUnits') : t('story.emptyAll');
  if (sum.sensors === 0) return t('story.noSensor');
  const most = byNeed(sum.communes.values()).filter((c) => c.full > 0);
  const names = most.slice(0, 3).map((c) => communeName(state, c.code));
  const place = names.length === 0 ? '' : most.length > 3 ? t('story.mostly', { where: list(names) }) : plural('story.all', sum.full, { where: list(names) });
  const bare = sum.bare > 0 ? plural('story.bare', sum.bare, { n: number(sum.bare) }) : '';
  return [place, bare].filter(Boolean).join(' ');
}

export class Story {
  private readonly title = h('h1', { id: 'headline' });
  private readonly full = h('span');
  private readonly silent = h('a');
  private readonly lead = h('p', { class: 'lead' });
  private readonly distribution = h('ol', { class: 'dist', 'aria-label': t('legend.label') });
  private readonly rest = h('p', { class: 'rest' });
  private readonly need = h('div', { class: 'need' });
  private readonly columns: { count: HTMLElement; unit: HTMLElement; bar: HTMLElement; link: HTMLAnchorElement }[] = [];

  constructor(private readonly root: HTMLElement) {
    root.append(this.title, this.lead, this.distribution, this.rest, this.need);
    this.waiting();
  }

  private waiting(): void {
    const bones = (...widths: number[]) => widths.map((w) => h('i', { class: 'bone', style: `width:${w}%` }));
    this.title.append(h('span', { class: 'sr' }, t('loading.title')), h('span', { class: 'bones big', 'aria-hidden': 'true' }, ...bones(88, 70)));
    this.lead.append(t('loading.lead'));
    this.distribution.classList.add('is-waiting');
    for (const height of [64, 84, 72, 48, 24, 8]) this.distribution.append(h('li', { 'aria-hidden': 'true' }, h('i', { class: 'bone', style: `height:${height}px` })));
    this.need.append(h('span', { class: 'bones', 'aria-hidden': 'true' }, ...bones(96, 90, 94, 86, 92, 70)));
  }

  update(state: State): void {
    const { summary: sum } = state;
    this.root.classList.toggle('is-grey', state.isTooOld);
    if (!sum) return;
    this.writeTitle(state, sum);
    setText(this.lead, where(state, sum));
    this.distribution.hidden = this.need.hidden = sum.sensors === 0;
    this.rest.hidden = sum.sensors === 0;
    this.writeDistribution(state, sum);
    this.writeRest(state, sum);
    this.writeNeed(state, sum);
  }

  private writeTitle(state: State, sum: Summary): void {
    renderOnce(this.title, 'ready', () => [this.full, ' ', this.silent]);
    const words = headline(state, sum);
    setText(this.full, words.full);
    setText(this.silent, words.sensors);
    this.silent.classList.toggle('is-plain', !words.look);
    if (words.look) this.silent.href = linkTo({ page: 'table', level: words.look }, state.route);
    else this.silent.removeAttribute('href');
  }

  private writeDistribution(state: State, sum: Summary): void {
    if (this.columns.length === 0) {
      this.distribution.classList.remove('is-waiting');
      this.distribution.replaceChildren();
      sum.levels.forEach((_, level) => this.addColumn(level));
    }
    const most = Math.max(1, ...sum.levels);
    sum.levels.forEach((n, level) => {
      const column = this.columns[level]!;
      setText(column.count, number(n));
      column.bar.style.height = `${n === 0 ? 0 : Math.max(3, (n / most) * TALLEST_PX)}px`;
      column.link.href = linkTo({ page: 'table', level: String(level) }, state.route);
      setText(column.unit, plural('legend.unit', n));
    });
  }

  private addColumn(level: number): void {
    const count = h('b');
    const bar = h('i', { class: `f${level}` });
    const unit = h('span', { class: 'sr' });
    const end = h('span', { class: 'sr' }, t('legend.see'));
    const link = h('a', {}, count, unit, bar, gauge('level', middleOf(level)), h('span', {}, className(level)), end);
    this.columns.push({ count, unit, bar, link });
    this.distribution.append(h('li', {}, link));
  }

  private writeRest(state: State, sum: Summary): void {
    const parts: [string, number][] = [['late', sum.late], ['unread', sum.unread]];
    const shown = parts.filter(([, n]) => n > 0);
    const marker = shown.map(([k, n]) => `${k}${n}`).join() + sum.measured;
    renderOnce(this.rest, marker, () => {
      const children: Child[] = [plural('story.measured', sum.measured, { n: number(sum.measured) })];
      for (const [key, n] of shown) {
        children.push(', ', h('a', { href: linkTo({ page: 'table', level: key }, state.route) }, plural(`story.${key}`, n, { n: number(n) })));
      }
      return [...children, '.'];
    });
  }

  private writeNeed(state: State, sum: Summary): void {
    const top = sum.measured === 0 ? [] : byNeed(sum.communes.values()).slice(0, MOST_COMMUNES);
    const total = state.communes?.features.length ?? 0;
    const marker = JSON.stringify([top.map((c) => [c.code, c.full, c.levels]), total]);
    if (this.need.contains(document.activeElement) && this.need.dataset['marker']) return;
    renderOnce(this.need, marker, () => (top.length ? [needTable(state, top), allLink(state, total)] : [allLink(state, total)]));
  }
}

function needTable(state: State, rows: CommuneCount[]): HTMLElement {
  const head = h('tr', {}, h('th', { scope: 'col' }, t('need.commune')), h('th', { scope: 'col' }, t('need.full')), h('th', { scope: 'col' }, t('need.levels')));
  const body = rows.map((c) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, h('a', { href: linkTo({ page: 'table', commune: c.code }, state.route) }, communeName(state, c.code))),
      h('td', {}, number(c.full)),
      h('td', {}, levelBar(c.levels)),
    ),
  );
  return h('table', {}, h('caption', {}, t('need.title')), h('thead', {}, head), h('tbody', {}, ...body));
}

function allLink(state: State, total: number): HTMLElement {
  const href = linkTo({ page: 'table', tableOf: total ? 'communes' : 'containers' }, state.route);
  return h('p', { class: 'all' }, h('a', { href }, total ? plural('need.all', total, { n: number(total) }) : t('need.allContainers')));
}

/** A level in words, for lists and for those who listen. */
export function levelWords(fill: number, level: number): string {
  return level === FULL_CLASS ? t('level.fullAt', { percent: percent(fill) }) : percent(fill);
}
