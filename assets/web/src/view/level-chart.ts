// The level of the last 72 hours: axes from zero, the 100 % line dotted and named, gaps left open, the end labelled.
import { svg } from '../dom.ts';
import { shortDay, percent, number } from '../i18n/format.ts';
import { t } from '../i18n/words.ts';
import { midnights, splitAtGaps, type Reading } from '../data/series.ts';

const WIDTH = 376;
const HEIGHT = 158;
const EDGE = { top: 16, right: 48, bottom: 26, left: 44 };
const MIDNIGHT_TO_NOON_S = 43_200;
/** Room that a word in a gap needs. */
const GAP_WORD_PX = 74;

export interface ChartSpan {
  fromS: number;
  toS: number;
}

class Scale {
  constructor(private readonly span: ChartSpan) {}
  x(unixS: number): number {
    const share = (unixS - this.span.fromS) / (this.span.toS - this.span.fromS);
    return EDGE.left + share * (WIDTH - EDGE.left - EDGE.right);
  }
  y(fill: number): number {
    return HEIGHT - EDGE.bottom - (Math.min(fill, 1.08) / 1.08) * (HEIGHT - EDGE.top - EDGE.bottom);
  }
}

function text(words: string, x: number, y: number, anchor: 'start' | 'middle' | 'end', extra = ''): SVGElement {
  return svg('text', { x, y, 'text-anchor': anchor, class: extra }, words);
}

function grid(scale: Scale): SVGElement[] {
  const lines = [0, 0.5, 1].map((v) =>
    svg('line', { x1: EDGE.left, x2: WIDTH - EDGE.right, y1: scale.y(v), y2: scale.y(v), class: v === 1 ? 'limit' : v === 0 ? 'zero' : 'grid' }),
  );
  const names = [text('0', EDGE.left - 8, scale.y(0) + 4.5, 'end'), text(number(50), EDGE.left - 8, scale.y(0.5) + 4.5, 'end'), text(percent(1), EDGE.left - 8, scale.y(1) + 4.5, 'end')];
  return [...lines, ...names];
}

function days(scale: Scale, span: ChartSpan): SVGElement[] {
  const out: SVGElement[] = [];
  for (const at of midnights(span.fromS, span.toS)) {
    const x = scale.x(at);
    out.push(svg('line', { x1: x, x2: x, y1: scale.y(0), y2: scale.y(0) + 5, class: 'tick' }));
    const noon = scale.x(at + MIDNIGHT_TO_NOON_S);
    if (noon < WIDTH - EDGE.right - 20) out.push(text(shortDay((at + 60) * 1000), noon, HEIGHT - 6, 'middle'));
  }
  return out;
}

function gaps(scale: Scale, runs: Reading[][]): SVGElement[] {
  return runs.slice(1).flatMap((run, i) => {
    const from = scale.x(runs[i]![runs[i]!.length - 1]![0]);
    const to = scale.x(run[0]![0]);
    const box = svg('rect', { x: from, y: scale.y(1), width: to - from, height: scale.y(0) - scale.y(1), class: 'gap' });
    return to - from > GAP_WORD_PX ? [box, text(t('chart.gap'), (from + to) / 2, scale.y(0) - 8, 'middle')] : [box];
  });
}

function lastMark(scale: Scale, last: Reading): SVGElement[] {
  const [x, y] = [scale.x(last[0]), scale.y(last[1])];
  return [svg('circle', { cx: x, cy: y, r: 4.5, class: 'now' }), text(percent(last[1]), x + 9, y + 4.5, 'start', 'direct')];
}

/** Draws the readings of a span; `words` says the same for those who do not see it. */
export function levelChart(points: Reading[], span: ChartSpan, intervalS: number | null, words: string): SVGSVGElement {
  const scale = new Scale(span);
  const runs = splitAtGaps(points, intervalS);
  const root = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'chart', role: 'img', 'aria-label': words });
  root.append(...grid(scale), ...days(scale, span), ...gaps(scale, runs));
  for (const run of runs) {
    const d = run.map(([s, v], i) => `${i ? 'L' : 'M'}${scale.x(s).toFixed(1)} ${scale.y(v).toFixed(1)}`).join('');
    root.append(svg('path', { d: run.length === 1 ? `${d}h1` : d, class: 'line' }));
  }
  const last = points[points.length - 1];
  if (last) root.append(...lastMark(scale, last));
  return root;
}
