// Our own icons on a 24 grid: stroke 1.75, round ends, one idea each.
import { svg } from '../dom.ts';
import type { Stream } from '../data/contract.ts';

const PATHS = {
  glass: ['M10.2 2.8h3.6v4.4l2 3.3v9.3a1.4 1.4 0 0 1-1.4 1.4H9.6a1.4 1.4 0 0 1-1.4-1.4v-9.3l2-3.3z', 'M8.2 13.5h7.6v4H8.2'],
  paper: ['M5.5 3h9l4 4v14h-13z', 'M14.5 3v4h4', 'M9 11.5h6', 'M9 15.5h6'],
  packaging: ['M9 3h6v3.2l2 2.3V20a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V8.5l2-2.3z', 'M9 6.2h6', 'M7 13h10', 'M7 16.5h10'],
  residual: ['M7 8.5c1.5 1.5 8.5 1.5 10 0 3 4 3 12-.5 12.5h-9C4 20.5 4 12.5 7 8.5z', 'M8.5 8.5 7.5 4l4.5 2 4.5-2-1 4.5'],
  textile: ['M8 4 3 7.5 5 11.5l2-1V20h10v-9.5l2 1 2-4L16 4c-1 2.5-7 2.5-8 0z'],
  cardboard: ['M3.5 8 12 4l8.5 4v8.5L12 20.5l-8.5-4z', 'M3.5 8 12 12l8.5-4', 'M12 12v8.5'],
  organic: ['M12 8c-4-3-8 0-7 5 .7 4 3 8 5 8 1 0 1.2-.6 2-.6s1 .6 2 .6c2 0 4.3-4 5-8 1-5-3-8-7-5z', 'M12 8c0-2.5 1-4.5 3.5-5'],
  litter: ['M6.5 9h11l-1.3 11.5H7.8z', 'M5 9h14', 'M9 9V6.5a3 3 0 0 1 6 0V9'],
  metal: ['M6.5 5.5v13c0 3.3 11 3.3 11 0v-13', 'M17.5 5.5c0 3.3-11 3.3-11 0s11-3.3 11 0z', 'M6.5 12c0 3.3 11 3.3 11 0'],
  mixed: ['M4 8.5h16', 'M5.5 8.5 7 20.5h10l1.5-12', 'M9 8.5V4h6v4.5', 'M12 12v5'],
  unknown: ['M5 8h14l-1.5 13h-11z', 'M10.3 12a1.8 1.8 0 1 1 2.4 2c-.5.2-.7.5-.7 1', 'M12 17.5v.1'],
  search: ['M16 16l5 5', 'M17.5 10.5a7 7 0 1 1-14 0 7 7 0 0 1 14 0z'],
  table: ['M3.5 5h17v14h-17z', 'M3.5 9.7h17', 'M3.5 14.3h17', 'M9.5 5v14'],
  map: ['M3.5 6.5 9 4l6 2.5L20.5 4v13.5L15 20l-6-2.5L3.5 20z', 'M9 4v13.5', 'M15 6.5V20'],
  plus: ['M12 5.5v13', 'M5.5 12h13'],
  minus: ['M5.5 12h13'],
  home: ['M4 11.2 12 4l8 7.2V20H4z'],
  close: ['M6 6l12 12', 'M18 6 6 18'],
  sensor: ['M12 13v8', 'M8.7 14.3a4.7 4.7 0 0 1 0-6.6', 'M15.3 7.7a4.7 4.7 0 0 1 0 6.6', 'M5.7 17a8.6 8.6 0 0 1 0-12', 'M18.3 5a8.6 8.6 0 0 1 0 12', 'M12 11h.01'],
  place: ['M12 21c-4-4.8-6.5-8-6.5-11.5a6.5 6.5 0 0 1 13 0C18.5 13 16 16.2 12 21z', 'M14.3 9.5a2.3 2.3 0 1 1-4.6 0 2.3 2.3 0 0 1 4.6 0z'],
  back: ['M19 12H5', 'M11 6l-6 6 6 6'],
  alert: ['M12 4 21.5 20.5h-19z', 'M12 10v4.5', 'M12 17.5v.1'],
  down: ['M12 4v11', 'M7 10.5l5 5 5-5', 'M4.5 20h15'],
  offline: ['M4 4l16 16', 'M8.5 12.5a5.5 5.5 0 0 1 3-1.4', 'M5 9.2a10 10 0 0 1 3-1.9', 'M12.5 6.1A10.2 10.2 0 0 1 19 9.2', 'M12 17.5h.01'],
} as const;

export type IconName = keyof typeof PATHS;

/** Decorative; the word beside it, or the control's label, names it. */
export function icon(name: IconName, extraClass = ''): SVGSVGElement {
  const root = svg('svg', { viewBox: '0 0 24 24', class: `ico ${extraClass}`.trim(), 'aria-hidden': 'true', focusable: 'false' });
  for (const d of PATHS[name]) root.append(svg('path', { d }));
  return root;
}

export function streamIcon(stream: Stream): SVGSVGElement {
  return icon(stream, `stream-${stream}`);
}

/** The working mark: a block standing on a slab, and the thing that needs a hand. */
export function mark(): SVGSVGElement {
  const line = { stroke: 'var(--ink)', 'stroke-width': 1.7, 'stroke-linejoin': 'round' };
  return svg(
    'svg',
    { viewBox: '0 0 32 32', 'aria-hidden': 'true', focusable: 'false', class: 'mark-sign' },
    svg('path', { d: 'M2.5 21 13 15.5 29.5 20 19 26z', fill: 'var(--line)', ...line }),
    svg('path', { d: 'M2.5 21v2.6L19 28.7 29.5 22.7V20M19 26v2.7', fill: 'none', ...line }),
    svg('path', { d: 'M11 19.5V9l4.3-2 4.4 1.5v12.7z', fill: 'var(--f3)', ...line }),
    svg('circle', { cx: 24, cy: 8, r: 3.2, fill: 'var(--accent)' }),
  );
}
