// One device: what it sent, what codecs read in it, and what an operator can do with it.
import { h, renderOnce, setText } from '../../dom.ts';
import { ago, dayAndTime, number } from '../../i18n/format.ts';
import { plural, t } from '../../i18n/words.ts';
import type { HttpProblem } from '../../data/http.ts';
import type { Adoption, CodecReading, DeviceFrames } from '../../data/quarantine.ts';
import type { State } from '../../state.ts';
import { icon } from '../icons.ts';
import { AdoptionForm } from './adoption-form.ts';
import { deviceNumber } from './device-list.ts';
import { Forgetting } from './forgetting.ts';
import { FrameTable } from './frame-table.ts';
import { measuredWords, troubleOf, unsureOf } from './words.ts';

export interface DetailActs {
  say(words: string): void;
  back(): void;
  /** `place` names the container. */
  adopt(device: string, adoption: Adoption, place: string): void;
  reread(device: string): void;
  forget(device: string): void;
}

export class DeviceDetail {
  readonly root: HTMLElement;
  private readonly kind = h('span');
  private readonly title = h('h2', { tabindex: '-1' });
  private readonly summary = h('p', { class: 'say' });
  private readonly readings = h('div', { class: 'readings' });
  private readonly trouble = h('div', { class: 'notice', role: 'alert', hidden: true });
  private readonly frames = new FrameTable();
  private readonly form: AdoptionForm;
  private readonly forgetting: Forgetting;
  private readonly again: HTMLElement;

  constructor(
    readonly device: string,
    acts: DetailActs,
  ) {
    this.form = new AdoptionForm(acts.say, (adoption, place) => acts.adopt(device, adoption, place));
    this.forgetting = new Forgetting(() => acts.forget(device));
    this.again = h('button', { class: 'btn primary', type: 'button', onclick: () => acts.reread(device) }, t('reread.do'));
    this.title.append(deviceNumber(device));
    this.root = h(
      'article',
      { class: 'device', 'aria-label': t('quarantine.device', { device }) },
      h('button', { class: 'btn back', type: 'button', onclick: () => acts.back() }, icon('back'), t('quarantine.back')),
      h('p', { class: 'kind' }, icon('sensor'), this.kind),
      this.title,
      this.summary,
      this.trouble,
      this.readings,
      this.form.root,
      h('div', { class: 'acts' }, this.form.button, this.again, this.forgetting.root),
      this.frames.root,
    );
    this.wait();
  }

  focus(): void {
    this.title.focus({ preventScroll: true });
  }

  setBusy(isBusy: boolean): void {
    this.form.setBusy(isBusy);
    this.again.toggleAttribute('disabled', isBusy);
  }

  refuseAdoption(problem: HttpProblem): void {
    this.form.refuse(problem);
  }

  fail(problem: HttpProblem): void {
    const { title, told } = troubleOf(problem);
    this.trouble.replaceChildren(h('b', {}, title), h('p', {}, unsureOf(problem)), told ? h('p', { lang: 'en' }, told) : '');
    this.trouble.hidden = false;
  }

  private wait(): void {
    setText(this.kind, t('quarantine.loading'));
    this.form.root.hidden = this.form.button.hidden = this.again.hidden = this.forgetting.root.hidden = this.frames.root.hidden = true;
    renderOnce(this.readings, 'waiting', () => [h('span', { class: 'bones', 'aria-hidden': 'true' }, ...[90, 72, 84].map((w) => h('i', { class: 'bone', style: `width:${w}%` })))]);
  }

  update(state: State, found: DeviceFrames, streets: ReadonlyMap<string, string>): void {
    const { sensor, frames, readings } = found;
    const isKnown = sensor !== null;
    this.trouble.hidden = true;
    setText(this.kind, isKnown ? t('quarantine.unreadOne', { sensor }) : t('quarantine.unknownOne'));
    this.tick(state, found);
    this.writeReadings(readings, isKnown);
    this.form.root.hidden = this.form.button.hidden = isKnown;
    this.again.hidden = !isKnown;
    this.forgetting.root.hidden = this.frames.root.hidden = false;
    if (!isKnown) this.form.update(state, streets, readings);
    this.forgetting.update(frames.length);
    this.frames.update(frames);
  }

  /** How long ago it was heard. */
  tick(state: State, { frames }: DeviceFrames): void {
    const last = frames[frames.length - 1];
    if (!last) return;
    const since = dayAndTime(Date.parse(frames[0]!.received_at));
    const age = ago(state.clock.ageS(Date.parse(last.received_at) / 1000));
    setText(this.summary, plural('quarantine.summary', frames.length, { n: number(frames.length), since, age }));
  }

  /** The form tells them beside the codec; a sensor has no form. */
  private writeReadings(readings: CodecReading[], isKnown: boolean): void {
    renderOnce(this.readings, JSON.stringify([isKnown, readings]), () => {
      if (!isKnown) return [];
      if (!readings.length) return [h('p', {}, t('quarantine.noReading'))];
      const rows = readings.flatMap((r) => [h('dt', { class: 'mono' }, r.codec), h('dd', {}, measuredWords(r.measurements))]);
      return [h('h3', {}, t('quarantine.readings')), h('dl', {}, ...rows)];
    });
  }
}
