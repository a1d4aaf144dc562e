// What the last measured distance would mean under the mounting that is being typed.
import { h, renderOnce } from '../../dom.ts';
import { number, wholePercent } from '../../i18n/format.ts';
import { t } from '../../i18n/words.ts';
import { fillAt } from '../../data/adoption.ts';
import { gauge } from '../gauge.ts';
import { millimetres } from './words.ts';

export class Preview {
  readonly root = h('output', { class: 'preview' });

  constructor(...controls: string[]) {
    this.root.setAttribute('for', controls.join(' '));
  }

  update(distanceMm: number, emptyMm: number, fullMm: number): void {
    const fill = fillAt(distanceMm, emptyMm, fullMm);
    const marker = [distanceMm, emptyMm, fullMm].join('/');
    renderOnce(this.root, marker, () => {
      if (Number.isNaN(fill)) return [h('div', { class: 'reading' }, gauge('unread', 0), h('strong', {}, '–')), h('p', {}, why(distanceMm))];
      const figure = h('div', {}, h('b', {}, number(wholePercent(fill))), h('small', {}, '\u00a0%'));
      return [h('div', { class: 'reading' }, gauge('level', fill), figure), h('p', {}, meaning(distanceMm, emptyMm, fullMm))];
    });
  }
}

function why(distanceMm: number): string {
  return Number.isNaN(distanceMm) ? t('preview.noDistance') : t('preview.noMounting');
}

/** Beyond either end the level is cut, which rather means that the mounting is not this one. */
function meaning(distanceMm: number, emptyMm: number, fullMm: number): string {
  const distance = millimetres(distanceMm);
  if (distanceMm > emptyMm) return t('preview.tooFar', { distance });
  return distanceMm < fullMm ? t('preview.tooNear', { distance }) : t('preview.level', { distance });
}
