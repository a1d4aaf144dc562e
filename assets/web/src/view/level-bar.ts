// A bar cut by the share of each fill class, with the same counts in words for those who do not see it.
import { h } from '../dom.ts';
import { number } from '../i18n/format.ts';
import { t } from '../i18n/words.ts';

export function levelBar(levels: number[]): HTMLElement {
  const total = levels.reduce((a, b) => a + b, 0);
  if (total === 0) return h('span', { class: 'none' }, t('level.none'));
  const words = levels.map((n, level) => `${t(`class.${level}.long`)} ${number(n)}`).join(', ');
  const parts = levels.map((n, level) => (n > 0 ? h('i', { class: `f${level}`, style: `flex-grow:${n}` }) : null));
  return h('span', { class: 'bar', role: 'img', 'aria-label': words }, ...parts);
}
