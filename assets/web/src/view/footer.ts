// The foot of the page: how old the picture is, that it is synthetic, the clock if it is not ours, and the sources.
import { h, renderOnce, setText } from '../dom.ts';
import { ago, dayAndTime, number, timeOfDay } from '../i18n/format.ts';
import { plural, t, DICTIONARIES, currentLanguage } from '../i18n/words.ts';
import type { LayerInfo, PackInfo } from '../data/contract.ts';
import type { State } from '../state.ts';

function layerName(name: string): string {
  return DICTIONARIES[currentLanguage()][`layer.${name}`] ?? name;
}

export function liveWords(state: State): string {
  const { fleet, link, clock } = state;
  if (link.state === 'lost') return fleet ? t('foot.lost', { time: timeOfDay(state.heardAtMs) }) : t('foot.noData');
  if (!fleet) return t('foot.starting');
  if (Number.isNaN(fleet.newestObservation)) return link.state === 'live' ? t('foot.liveNoReading') : t('foot.starting');
  return t('foot.live', { age: ago(clock.ageS(fleet.newestObservation)) });
}

export class Footer {
  private readonly live = h('span', { class: 'age' });
  private readonly clock = h('span', { class: 'clock' });
  private readonly synthetic = h('span', { class: 'synth' });
  private readonly sources = h('details', { class: 'sources' });

  constructor(root: HTMLElement, sourcesRoot: HTMLElement) {
    this.clock.hidden = this.synthetic.hidden = this.sources.hidden = true;
    root.append(this.live, this.clock, this.synthetic);
    sourcesRoot.append(this.sources);
    sourcesRoot.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.sources.open = false;
    });
    document.addEventListener('click', (event) => {
      if (!this.sources.contains(event.target as Node)) this.sources.open = false;
    });
  }

  update(state: State): void {
    setText(this.live, liveWords(state));
    this.live.classList.toggle('silent', state.link.state !== 'live');
    document.documentElement.dataset['liveSeq'] = String(state.fleet?.seq ?? '');
    if (!state.ready) return;
    this.clock.hidden = !state.clock.isNotable();
    if (!this.clock.hidden) setText(this.clock, this.clockWords(state));
    this.writePack(state.ready.pack, state.ready.counts['sensor'] ?? 0);
  }

  showSources(isOpen: boolean): void {
    this.sources.open = isOpen;
  }

  private clockWords({ clock }: State): string {
    const when = dayAndTime(clock.nowMs());
    return clock.rate === 1 ? t('clock.simulated', { when }) : t('clock.rated', { when, rate: number(clock.rate, 1) });
  }

  private writePack(pack: PackInfo, sensors: number): void {
    const invented = pack.layers.filter((l) => l.synthetic);
    const isSynthetic = pack.synthetic || invented.length > 0;
    this.synthetic.hidden = !isSynthetic;
    renderOnce(this.synthetic, pack.name, () => [
      h('span', {}, t(pack.synthetic ? 'synthetic.tab' : 'synthetic.partly'), h('span', { class: 'more' }, this.syntheticMore(pack, invented, sensors))),
    ]);
    this.sources.hidden = pack.layers.length === 0;
    renderOnce(this.sources, pack.name, () => [
      h('summary', {}, t('sources.title')),
      h('div', { class: 'sources-list' }, h('b', {}, pack.title), h('ul', {}, ...pack.layers.map(sourceItem)), h('p', {}, h('a', { href: '/assets-web/licences.txt' }, t('sources.licences')))),
    ]);
  }

  private syntheticMore(pack: PackInfo, invented: LayerInfo[], sensors: number): string {
    if (!pack.synthetic) return t('synthetic.layers', { layers: invented.map((l) => layerName(l.name)).join(', ') });
    const count = plural('synthetic.sensors', sensors, { n: number(sensors) });
    return pack.preset === 'target-2023' ? t('synthetic.plan2023', { count }) : t('synthetic.count', { count });
  }
}

function sourceItem(layer: LayerInfo): HTMLElement {
  const facts = [layer.source, layer.licence, layer.vintage].filter(Boolean).join(', ');
  const tag = layer.synthetic ? h('span', { class: 'synth' }, t('synthetic.short')) : null;
  return h('li', {}, h('span', {}, h('b', {}, layerName(layer.name)), ` ${number(layer.count)}`), h('span', {}, facts), tag);
}
