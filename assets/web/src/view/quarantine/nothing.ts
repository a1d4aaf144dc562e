// What stands where no device waits: how one would come here, drawn and told.
import { h, svg } from '../../dom.ts';
import { t } from '../../i18n/words.ts';
import { gauge } from '../gauge.ts';

const BINS: [x: number, fill: number][] = [[26, 0.3], [100, 0.72], [174, 0.5]];

/** A bin with its sensor under the lid, whose waves arrive. */
function bin(x: number, fill: number): SVGElement {
  const sign = gauge('level', fill);
  for (const [name, value] of Object.entries({ x, y: 40, width: 56, height: 68 })) sign.setAttribute(name, String(value));
  const middle = x + 28;
  const wave = (r: number) => svg('path', { d: `M${middle - r} ${44 - r * 0.55}a${r * 1.2} ${r * 1.2} 0 0 1 ${2 * r} 0`, class: 'wave' });
  return svg('g', {}, sign, svg('circle', { cx: middle, cy: 47, r: 3.4, class: 'dot' }), wave(11), wave(19));
}

function drawing(): SVGElement {
  const root = svg('svg', { viewBox: '0 0 256 124', class: 'all-known', 'aria-hidden': 'true', focusable: 'false' });
  root.append(svg('path', { d: 'M8 106.5h240', class: 'slab' }), ...BINS.map(([x, fill]) => bin(x, fill)));
  return root;
}

export function nothingWaits(silentHref: string): HTMLElement {
  const steps = ['one', 'two', 'three'].map((step) => h('li', {}, t(`arrival.${step}`)));
  return h(
    'div',
    { class: 'arrival' },
    drawing(),
    h('div', {}, h('h2', {}, t('arrival.title')), h('ol', {}, ...steps), h('a', { href: silentHref }, t('quarantine.silent'))),
  );
}
