// The sign of an alarm: shape, number and weight say how pressing it is; the ring breathes until somebody knows.
import { svg } from '../../dom.ts';
import type { Priority } from '../../data/alarms.ts';

const SHAPES: Record<Priority, { d: string; y: number }> = {
  1: { d: 'M16 4.5 28.5 26.5h-25z', y: 23.4 },
  2: { d: 'M16 3.5 28.5 16 16 28.5 3.5 16z', y: 20.6 },
  3: { d: 'M27.5 16a11.5 11.5 0 1 1-23 0 11.5 11.5 0 0 1 23 0z', y: 20.6 },
};

export function sign(priority: Priority, isKnown: boolean): SVGSVGElement {
  const { d, y } = SHAPES[priority];
  const root = svg('svg', { viewBox: '-4 -4 40 40', class: `alarm-sign p${priority}${isKnown ? '' : ' is-new'}`, 'aria-hidden': 'true', focusable: 'false' });
  if (!isKnown) root.append(svg('circle', { class: 'ring', cx: 16, cy: priority === 1 ? 18 : 16, r: 17.5 }));
  const number = svg('text', { x: 16, y, 'text-anchor': 'middle' });
  number.textContent = String(priority);
  root.append(svg('path', { class: 'shape', d }), number);
  if (isKnown) root.append(svg('path', { class: 'tick', d: 'M22 27l4 4 8-9' }));
  return root;
}
