// The gauge: a small bin whose level rises; the same sign in the legend, the tables and the detail sheet.
import { svg } from '../dom.ts';
import { classOf, FULL_CLASS, type Look } from '../data/levels.ts';

const LEFT = 5;
const TOP = 10;
const WIDTH = 18;
const HEIGHT = 22;
const INSET = 1.1;

function outline(extra: Record<string, string | number>): SVGElement {
  return svg('rect', { x: LEFT, y: TOP, width: WIDTH, height: HEIGHT, rx: 3.4, ...extra });
}

function level(fill: number): SVGElement {
  const room = HEIGHT - 2 * INSET;
  const high = Math.max(0.06, Math.min(1, fill)) * room;
  return svg('rect', {
    x: LEFT + INSET,
    y: TOP + INSET + room - high,
    width: WIDTH - 2 * INSET,
    height: high,
    rx: 2,
    class: `level f${classOf(fill)}`,
  });
}

/** Decorative: whatever stands beside it says the same in words. */
export function gauge(look: Look, fill: number): SVGSVGElement {
  const root = svg('svg', { viewBox: '0 0 28 34', class: `gauge is-${look}`, 'aria-hidden': 'true', focusable: 'false' });
  root.append(outline({ class: 'body' }));
  if (look === 'level' || look === 'late') {
    root.append(level(fill));
    if (classOf(fill) === FULL_CLASS) root.append(svg('path', { d: 'M4.4 6.4 22.6 2.8', class: 'lid' }));
  }
  root.append(outline({ class: 'edge' }));
  if (look === 'silent') root.append(svg('path', { d: 'M1.5 33 26.5 7', class: 'strike' }));
  return root;
}
