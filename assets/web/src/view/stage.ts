// What lies over the map: zoom buttons, scale bar, small signs, and the ring and leader line of the selection.
import { h, renderOnce, setText, svg } from '../dom.ts';
import { number } from '../i18n/format.ts';
import { plural, t } from '../i18n/words.ts';
import type { MapView } from '../map/map-view.ts';
import { isMeasured } from '../data/levels.ts';
import type { State } from '../state.ts';
import { gauge } from './gauge.ts';
import { icon, type IconName } from './icons.ts';

const SCALE_PX = 170;
const RING_PX = 17;

/** The roundest length that fits: 1, 2 or 5 times a power of ten. */
export function niceLength(mostM: number): number {
  const power = 10 ** Math.floor(Math.log10(mostM));
  return [5, 2, 1].map((k) => k * power).find((m) => m <= mostM) ?? power;
}

export class Stage {
  private map: MapView | null = null;
  private state: State | null = null;
  private readonly scale = h('div', { class: 'scale' }, h('span'));
  private readonly signs = h('ul', { class: 'signs', 'aria-label': t('signs.label') });
  private readonly overlay = svg('svg', { class: 'leader', 'aria-hidden': 'true' });
  private readonly zoom: HTMLElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly sheet: HTMLElement,
  ) {
    const button = (name: IconName, label: string, act: (map: MapView) => void) =>
      h('button', { type: 'button', 'aria-label': label, onclick: () => this.map && act(this.map) }, icon(name));
    this.zoom = h(
      'div',
      { class: 'zoom' },
      button('plus', t('map.zoomIn'), (map) => map.zoomBy(1)),
      button('minus', t('map.zoomOut'), (map) => map.zoomBy(-1)),
      button('home', t('map.home'), (map) => map.home()),
    );
    this.zoom.hidden = this.scale.hidden = true;
    root.append(this.overlay, this.zoom, this.signs, this.scale);
  }

  setMap(map: MapView | null): void {
    this.map = map;
    if (!map) return;
    map.canvas.setAttribute('aria-label', t('map.label'));
    map.canvas.setAttribute('aria-roledescription', t('map.role'));
  }

  update(state: State): void {
    this.state = state;
    const hasPlace = !!this.map && !!(state.communes?.features.length || state.fleet?.size);
    this.zoom.hidden = this.scale.hidden = !hasPlace;
    this.signs.hidden = state.mapState === 'broken';
    this.writeSigns(state);
    this.follow();
  }

  /** Moves what is tied to places; called for every frame of the map. */
  follow(): void {
    if (!this.map || !this.state) return;
    this.writeScale(this.map.metresPerPixel());
    this.writeLeader(this.map, this.state);
  }

  private writeScale(mpp: number): void {
    const length = niceLength(mpp * SCALE_PX);
    this.scale.style.width = `${length / mpp}px`;
    const words = length >= 1000 ? t('unit.km', { n: number(length / 1000) }) : t('unit.m', { n: number(length) });
    setText(this.scale.firstElementChild!, words);
  }

  private writeSigns({ summary: sum }: State): void {
    const kinds = sum ? (['late', 'silent', 'unread', 'bare'] as const).filter((k) => sum[k] > 0) : [];
    renderOnce(this.signs, kinds.map((k) => `${k}${sum?.[k]}`).join(), () =>
      kinds.map((k) => h('li', {}, gauge(k, 0.45), h('span', {}, plural(`sign.${k}`, sum![k], { n: number(sum![k]) })))),
    );
  }

  private writeLeader(map: MapView, { selected, fleet }: State): void {
    const at = selected >= 0 ? map.screenOf(selected) : null;
    if (!at || !fleet) {
      this.overlay.replaceChildren();
      return;
    }
    const [x, y] = at;
    const ring = svg('circle', { cx: x, cy: y, r: RING_PX, class: 'ring' });
    const sign = gauge(fleet.look(selected), isMeasured(fleet.look(selected)) ? fleet.fill[selected]! : 0);
    for (const [name, value] of Object.entries({ x: x - 10, y: y - 14, width: 20, height: 24 })) sign.setAttribute(name, String(value));
    this.overlay.replaceChildren(...this.leaderLine(x, y), ring, sign);
  }

  private leaderLine(x: number, y: number): SVGElement[] {
    const stage = this.root.getBoundingClientRect();
    const sheet = this.sheet.getBoundingClientRect();
    const left = sheet.left - stage.left;
    const isBeside = sheet.width > 0 && left > x + RING_PX && sheet.left > stage.left + 200;
    const isWithin = y + stage.top > sheet.top && y + stage.top < sheet.bottom;
    if (!isBeside) return [];
    const bend = Math.min(Math.max(y, sheet.top - stage.top + 24), sheet.bottom - stage.top - 24);
    const d = isWithin ? `M${x + RING_PX} ${y}H${left}` : `M${x + RING_PX} ${y}H${left - 24}V${bend}H${left}`;
    return [svg('path', { d })];
  }
}
