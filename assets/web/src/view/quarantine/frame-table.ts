// The frames of a device that are set aside, the newest first: when, counter, port, bytes, signal, and why.
import { h, renderOnce, type Child } from '../../dom.ts';
import { number } from '../../i18n/format.ts';
import { plural, t } from '../../i18n/words.ts';
import { causeOf, type AsideFrame } from '../../data/quarantine.ts';
import { moment } from './words.ts';

const FIRST = 20;
const WIDE = '(min-width: 900px)';

export class FrameTable {
  private readonly summary = h('summary');
  private readonly body = h('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': t('frames.title') });
  private readonly foot = h('div');
  readonly root = h('details', { class: 'frames', open: matchMedia(WIDE).matches }, this.summary, this.body, this.foot);
  private isWhole = false;

  update(frames: AsideFrame[]): void {
    const newest = [...frames].reverse();
    const shown = this.isWhole ? newest : newest.slice(0, FIRST);
    const last = newest[0];
    const marker = [frames.length, shown.length, last?.received_at, last?.cause].join('/');
    renderOnce(this.summary, marker, () => [plural('frames.summary', frames.length, { n: number(frames.length) })]);
    renderOnce(this.body, marker, () => [table(shown)]);
    renderOnce(this.foot, marker, () => (shown.length < frames.length ? [this.more(frames)] : []));
  }

  private more(frames: AsideFrame[]): HTMLElement {
    const all = () => {
      this.isWhole = true;
      this.update(frames);
      this.body.focus();
    };
    return h('button', { class: 'btn', type: 'button', onclick: all }, t('frames.all', { n: number(frames.length) }));
  }
}

function table(frames: AsideFrame[]): HTMLElement {
  const heads = ['when', 'counter', 'port', 'bytes', 'signal', 'cause'].map((key) => h('th', { scope: 'col' }, t(`frames.${key}`)));
  return h('table', { class: 'big' }, h('caption', { class: 'sr' }, t('frames.title')), h('thead', {}, h('tr', {}, ...heads)), h('tbody', {}, ...frames.map(row)));
}

function row(frame: AsideFrame): HTMLElement {
  const signal = frame.rssi_dbm === null ? '–' : t('frames.dbm', { n: number(frame.rssi_dbm) });
  const gateways = frame.gateways.length > 1 ? h('small', {}, plural('frames.gateways', frame.gateways.length, { n: frame.gateways.length })) : null;
  return h(
    'tr',
    {},
    h('th', { scope: 'row', class: 'at' }, moment(frame.network_at)),
    h('td', { class: 'cnt', 'data-label': t('frames.counter') }, number(frame.f_cnt)),
    h('td', { class: 'prt', 'data-label': t('frames.port') }, frame.f_port ?? '–'),
    h('td', { class: 'hex' }, (frame.hex.match(/../g) ?? []).join(' ') || '–'),
    h('td', { class: 'sig' }, signal, gateways),
    h('td', { class: 'why' }, ...why(frame)),
  );
}

/** The cause in words; where it needs more, what the server said, in its language. */
function why(frame: AsideFrame): Child[] {
  const cause = causeOf(frame);
  if (!cause) return [h('span', { lang: 'en' }, frame.why || frame.cause)];
  return [t(`cause.${cause}`), cause === 'unknown-device' ? null : h('small', { lang: 'en' }, frame.why)];
}
