// The detail sheet of one container: level, age, state in words, 72 hours, its sensor, and its neighbours on the site.
import { h, renderOnce, setText } from '../dom.ts';
import { ago, duration, number, wholePercent } from '../i18n/format.ts';
import { t } from '../i18n/words.ts';
import { unixSeconds, type ContainerFeature, type ContainerProperties, type History, type SensorFeature, type SensorProperties } from '../data/contract.ts';
import { getJson, getJsonOrNull } from '../data/http.ts';
import { isMeasured } from '../data/levels.ts';
import type { Operator } from '../data/operator.ts';
import { formatRoute } from '../data/route.ts';
import { communeName, type State } from '../state.ts';
import { ageWords, kindWords, levelShort, placeName, stateSentence, streamWords } from './describe.ts';
import { gauge } from './gauge.ts';
import { HOURS, historyBlock } from './history.ts';
import { icon, streamIcon } from './icons.ts';
import { reportForm } from './report-form.ts';
import { reportedWords, trustWords } from './trust.ts';

const REFRESH_MS = 60_000;

interface Details {
  id: string;
  container: ContainerFeature | null;
  sensor: SensorProperties | null;
  history: History | null;
  failed: boolean;
}

export class Sheet {
  private shown = -1;
  private details: Details | null = null;
  private loading: AbortController | null = null;
  private loadedAtMs = 0;
  private readonly kind = h('p', { class: 'kind' });
  private readonly title = h('h2', { tabindex: '-1' });
  private readonly level = h('div', { class: 'reading' });
  private readonly age = h('span', { class: 'age' });
  private readonly say = h('p', { class: 'say' });
  private readonly past = h('div', { class: 'past' });
  private readonly facts = h('dl');
  private readonly report = h('div');
  private readonly mates = h('div', { class: 'mates' });

  constructor(
    private readonly root: HTMLElement,
    private readonly operator: Operator,
    private readonly onClose: () => void,
  ) {
    const close = h('button', { class: 'x', type: 'button', 'aria-label': t('sheet.close'), onclick: () => this.onClose() }, icon('close'));
    root.append(h('div', { class: 'sheet-top' }, this.kind, close), this.title, this.level, this.say, this.past, this.facts, this.report, this.mates);
    root.addEventListener('keydown', (event) => event.key === 'Escape' && this.onClose());
  }

  focus(): void {
    this.title.focus({ preventScroll: true });
  }

  update(state: State): void {
    const { fleet, selected } = state;
    this.root.hidden = !fleet || selected < 0;
    document.documentElement.classList.toggle('has-sheet', !this.root.hidden);
    if (!fleet || selected < 0) {
      this.shown = -1;
      this.loading?.abort();
      return;
    }
    const isStale = state.link.state === 'live' && performance.now() - this.loadedAtMs > REFRESH_MS;
    if (selected !== this.shown) this.open(state, selected);
    else if (isStale) void this.load(fleet.id[selected]!, () => this.update(state));
    this.write(state, selected);
  }

  private open(state: State, i: number): void {
    this.shown = i;
    this.details = null;
    this.root.scrollTop = 0;
    void this.load(state.fleet!.id[i]!, () => this.update(state));
  }

  private async load(id: string, done: () => void): Promise<void> {
    this.loading?.abort();
    const stop = (this.loading = new AbortController());
    this.loadedAtMs = performance.now();
    const path = `/assets/${id}`;
    try {
      const [container, history] = await Promise.all([
        getJson<ContainerFeature>(path, stop.signal),
        getJsonOrNull<History>(`${path}/history?hours=${HOURS}`, stop.signal),
      ]);
      const sensorId = container.properties.sensor;
      const sensor = sensorId ? await getJsonOrNull<SensorFeature>(`/assets/${sensorId}`, stop.signal) : null;
      this.details = { id, container, sensor: sensor?.properties ?? null, history, failed: false };
    } catch {
      if (stop.signal.aborted) return;
      this.details ??= { id, container: null, sensor: null, history: null, failed: true };
    }
    if (!stop.signal.aborted) done();
  }

  private write(state: State, i: number): void {
    const fleet = state.fleet!;
    const id = fleet.id[i]!;
    renderOnce(this.kind, id, () => [streamIcon(fleet.stream(i)), h('span', {}, kindWords(fleet, i))]);
    setText(this.title, placeName(fleet.name(i), communeName(state, fleet.commune(i))));
    this.root.classList.toggle('is-grey', state.isTooOld);
    this.writeLevel(state, i);
    const details = this.details?.id === id ? this.details : null;
    const container = details?.container?.properties;
    const told = container ? reportedWords(container, state.clock) : '';
    setText(this.say, told ? t('state.reported', { told }) : stateSentence(fleet, i));
    this.writePast(details, fleet.hasSensor[i] === 1);
    this.writeFacts(state, i, details);
    this.writeReport(state, id);
    this.writeMates(state, i);
  }

  private writeLevel(state: State, i: number): void {
    const fleet = state.fleet!;
    const look = fleet.look(i);
    const fill = fleet.fill[i]!;
    const measured = isMeasured(look);
    renderOnce(this.level, `${look}${measured ? wholePercent(fill) : ''}`, () => {
      const figure = measured
        ? [h('b', {}, number(wholePercent(fill))), h('small', {}, '\u00a0%')]
        : [h('strong', {}, t(`look.${look}`))];
      return [gauge(look, fill), h('div', {}, ...figure, this.age)];
    });
    const age = ageWords(fleet, i, state.clock);
    const key = look === 'silent' ? 'age.lastHeard' : look === 'late' ? 'age.late' : 'age.measured';
    setText(this.age, age ? t(key, { age }) : t('age.never'));
    this.age.classList.toggle('late', look === 'late');
    this.age.classList.toggle('silent', !measured);
  }

  private writePast(details: Details | null, hasSensor: boolean): void {
    if (!details) {
      renderOnce(this.past, 'waiting', () => [h('div', { class: 'chart bone-block', 'aria-hidden': 'true' })]);
      return;
    }
    const { history } = details;
    const marker = details.failed ? 'failed' : `${details.id}/${history?.to}/${history?.points.length}`;
    renderOnce(this.past, marker, () => {
      if (details.failed || !history) return [h('p', { class: 'say' }, t('sheet.failed'))];
      if (!hasSensor && history.points.length === 0) return [];
      return [historyBlock(history, details.sensor?.expected_interval_s ?? null)];
    });
  }

  private writeFacts(state: State, i: number, details: Details | null): void {
    const id = state.fleet!.id[i]!;
    const sensor = details?.sensor ?? null;
    const rows: [string, string][] = [];
    const container = details?.container?.properties;
    if (container) rows.push(...containerRows(container, state));
    if (sensor) rows.push([t('fact.sensor'), sensorWords(sensor)]);
    const seen = unixSeconds(sensor?.last_seen_at);
    if (!Number.isNaN(seen)) rows.push([t('fact.seen'), ago(state.clock.ageS(seen))]);
    if (sensor?.expected_interval_s) rows.push([t('fact.interval'), t('fact.every', { span: duration(sensor.expected_interval_s) })]);
    rows.push([t('fact.id'), id]);
    if (container?.synthetic) rows.push([t('fact.origin'), t('fact.synthetic')]);
    else if (sensor?.synthetic) rows.push([t('fact.origin'), t('fact.simulated')]);
    renderOnce(this.facts, JSON.stringify(rows), () => rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
  }

  /** Only who has shown to be an operator is asked what was seen. */
  private writeReport(state: State, id: string): void {
    const { isPresent } = this.operator;
    renderOnce(this.report, isPresent ? id : '', () => {
      if (!isPresent) return [];
      return [reportForm(id, this.operator, () => void this.load(id, () => this.update(state)))];
    });
  }

  private writeMates(state: State, i: number): void {
    const fleet = state.fleet!;
    const all = fleet.atSite(fleet.site[i]!);
    const marker = all.length < 2 ? '' : all.map((k) => levelShort(fleet, k)).join() + i;
    renderOnce(this.mates, marker, () => {
      if (all.length < 2) return [];
      const item = (k: number) => {
        const words = [streamIcon(fleet.stream(k)), h('span', {}, streamWords(fleet.stream(k), fleet.number[k]!)), gauge(fleet.look(k), fleet.fill[k]!), h('span', { class: 'n' }, levelShort(fleet, k))];
        const href = formatRoute({ ...state.route, selection: fleet.id[k]! });
        return h('li', {}, h('a', { href, 'aria-current': k === i ? 'true' : null }, ...words));
      };
      return [h('h4', {}, t('sheet.mates')), h('ul', {}, ...all.map(item))];
    });
  }
}

/** "Milesight EM400-MUD" of "milesight-em400-mud". */
export function modelName(codec: string): string {
  const [brand = '', ...model] = codec.split('-');
  return [brand.charAt(0).toUpperCase() + brand.slice(1), model.join('-').toUpperCase()].join(' ').trim();
}

/** How far its level is to be trusted, when it was emptied, and what people told of it. */
function containerRows(container: ContainerProperties, { clock }: State): [string, string][] {
  const emptied = unixSeconds(container.emptied_at);
  const rows: [string, string][] = [
    [t('fact.trust'), trustWords(container)],
    [t('fact.emptied'), Number.isNaN(emptied) ? '' : ago(clock.ageS(emptied))],
  ];
  return rows.filter(([, value]) => value);
}

function sensorWords(sensor: SensorProperties): string {
  const parts: string[] = [];
  if (sensor.codec) parts.push(modelName(sensor.codec));
  if (typeof sensor.battery_pct === 'number') parts.push(t('fact.battery', { n: number(sensor.battery_pct) }));
  if (typeof sensor.temperature_c === 'number') parts.push(t('fact.temperature', { n: number(sensor.temperature_c, 1) }));
  if (sensor.status && sensor.status !== 'ok') parts.push(t(`status.${sensor.status}`));
  return parts.join(', ');
}
