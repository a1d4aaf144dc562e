// The foot of the page: how old the picture is, that it is synthetic, the clock if it is not ours, and the sources.
import { h, renderOnce, setText, type Child } from '../dom.ts';
import { ago, dayAndTime, list, number, timeOfDay } from '../i18n/format.ts';
import { plural, t, DICTIONARIES, currentLanguage } from '../i18n/words.ts';
import type { LayerInfo, PackInfo } from '../data/contract.ts';
import type { State } from '../state.ts';

function layerName(name: string): string {
  return DICTIONARIES[currentLanguage()][`layer.${name}`] ?? name;
}

export function liveWords(state: State): string {
  const { fleet, link, clock } = state;
  if (link.state === 'lost') return fleet ? t('foot.lost', { time: timeOfDay(state.heardAtMs) }) : t('foot.noData');
  if (!fleet || link.state === 'starting') return t('foot.starting');
  if (Number.isNaN(fleet.newestObservation)) return t('foot.liveNoReading');
  return t('foot.live', { age: ago(clock.ageS(fleet.newestObservation)) });
}

export class Footer {
  private readonly live = h('span', { class: 'age' });
  private readonly clock = h('span', { class: 'clock' });
  private readonly synthetic = h('span', { class: 'synth' });
  private readonly real = h('span', { class: 'real' });
  private readonly sources = h('details', { class: 'sources' });

  constructor(root: HTMLElement, sourcesRoot: HTMLElement) {
    this.clock.hidden = this.synthetic.hidden = this.real.hidden = this.sources.hidden = true;
    root.append(this.live, this.clock, this.synthetic, this.real);
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
    this.synthetic.hidden = !pack.synthetic && invented.length === 0;
    renderOnce(this.synthetic, `${pack.name}/${sensors}`, () => [h('span', {}, ...syntheticWords(pack, invented, sensors))]);
    this.real.hidden = !isMadeUp(pack);
    renderOnce(this.real, pack.name, realWords);
    this.sources.hidden = pack.layers.length === 0;
    renderOnce(this.sources, pack.name, () => [h('summary', {}, t('sources.title')), sourcesList(pack)]);
  }
}

/** Whether this is the territory that comes with the program, of which nothing but figures is real. */
export function isMadeUp(pack: PackInfo): boolean {
  return pack.name === 'pma' && pack.layers.length > 0 && pack.layers.every((l) => l.synthetic);
}

/** How to have the real one in its place. */
function realWords(): Child[] {
  return [t('synthetic.real'), ' ', h('code', {}, 'twin pack fetch --out packs/pma')];
}

/** What is made up, in bold, then how much of it: everything, the levels of real containers, or some layers. */
function syntheticWords(pack: PackInfo, invented: LayerInfo[], sensors: number): Child[] {
  const count = plural('synthetic.sensors', sensors, { n: number(sensors) });
  const words = (tab: string, more: string) => [tab, h('span', { class: 'more' }, more)];
  if (invented.length === pack.layers.length) {
    return words(t('synthetic.tab'), pack.preset === 'target-2023' ? t('synthetic.plan2023', { count }) : t('synthetic.count', { count }));
  }
  if (pack.simulated_sensors && invented.every((l) => l.name === 'sensors')) return words(t('synthetic.levels'), t('synthetic.realPlaces', { count }));
  return words(t('synthetic.partly'), t('synthetic.layers', { layers: list(invented.map((l) => layerName(l.name))).toLowerCase() }));
}

function sourcesList(pack: PackInfo): HTMLElement {
  const notice = pack.notice[currentLanguage()];
  return h(
    'div',
    { class: 'sources-list' },
    h('b', {}, pack.title),
    notice ? h('p', { class: 'pack-notice' }, notice) : null,
    isMadeUp(pack) ? h('p', {}, ...realWords()) : null,
    h('ul', {}, ...pack.layers.map(sourceItem)),
    h('p', {}, h('a', { href: '/assets-web/licences.txt' }, t('sources.licences'))),
  );
}

function sourceItem(layer: LayerInfo): HTMLElement {
  const facts = [layer.source.replace(/\.$/, ''), layer.licence, layer.vintage].filter(Boolean).join(' · ');
  const tag = layer.synthetic ? h('span', { class: 'synth' }, t('synthetic.short')) : null;
  const count = layer.count === undefined ? '' : ` ${number(layer.count)}`;
  return h('li', {}, h('span', {}, h('b', {}, layerName(layer.name)), count), h('span', {}, facts), tag);
}
