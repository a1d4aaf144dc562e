// How loud it was in the last day, beside what is aimed at (EEMUA 191), and whether who is told was reached.
import { h } from '../../dom.ts';
import { number, percent } from '../../i18n/format.ts';
import { plural, t } from '../../i18n/words.ts';
import type { Carrier, Figures } from '../../data/alarms.ts';
import { causeWords, wholePlaceWords } from './words.ts';

function row(name: string, value: string, aim: string): HTMLElement {
  return h('tr', {}, h('th', { scope: 'row' }, name), h('td', {}, value), h('td', {}, aim));
}

function carrierWords(carrier: Carrier | null): string {
  if (!carrier) return t('figures.nobody');
  const parts = [plural('figures.sent', carrier.sent, { n: number(carrier.sent) })];
  if (carrier.given_up) parts.push(plural('figures.givenUp', carrier.given_up, { n: number(carrier.given_up) }));
  if (carrier.last_failure) parts.push(t('figures.failing', { why: carrier.last_failure }));
  return parts.join(' · ');
}

/** `hrefOf` a container is where it is on the map. */
export function figuresView(figures: Figures, hrefOf: (container: string) => string): HTMLElement[] {
  const shares = figures.priorities.map(({ priority, raised, share, target }) =>
    row(t(`alarm.priority.${priority}`), share === null ? '–' : `${number(raised)} (${percent(share)})`, percent(target)),
  );
  const table = h(
    'table',
    { class: 'big figures-table' },
    h('caption', {}, t('figures.caption')),
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('figures.what')), h('th', { scope: 'col' }, t('figures.is')), h('th', { scope: 'col' }, t('figures.aim')))),
    h(
      'tbody',
      {},
      row(t('figures.mean'), number(figures.mean_per_10_min, 2), t('figures.atMost', { n: 1 })),
      row(t('figures.peak'), number(figures.peak_per_10_min), t('figures.atMost', { n: 10 })),
      ...shares,
      row(t('figures.standing'), number(figures.standing), t('figures.atMost', { n: 10 })),
      row(t('figures.stale'), number(figures.stale), t('figures.none')),
    ),
  );
  const often = figures.most_frequent.map((it) => {
    const place = it.where.container ? h('a', { href: hrefOf(it.where.container) }, wholePlaceWords(it)) : wholePlaceWords(it);
    return h('li', {}, h('b', {}, causeWords(it.cause)), ' · ', place, ' · ', plural('alarm.occurrences', it.occurrences, { n: number(it.occurrences) }));
  });
  return [
    h('div', { class: 'scroller' }, table),
    h('h2', {}, t('figures.often')),
    often.length ? h('ol', { class: 'often' }, ...often) : h('p', {}, t('figures.quiet')),
    h('h2', {}, t('figures.out')),
    h('p', {}, `${t('figures.webhook')}${t('alarm.colon')} ${carrierWords(figures.out.webhook)}`),
    h('p', {}, `${t('figures.mail')}${t('alarm.colon')} ${carrierWords(figures.out.mail)}`),
  ];
}
