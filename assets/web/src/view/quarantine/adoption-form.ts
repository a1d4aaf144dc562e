// The form that makes a device the sensor of a container; what is typed in it survives every refresh.
import { h, renderOnce, setText } from '../../dom.ts';
import { list } from '../../i18n/format.ts';
import { plural, t } from '../../i18n/words.ts';
import { FIELDS, MOST_MINUTES, USUAL, adoptionOf, faultsOf, mountingOf, refusedField, type Draft, type Faults, type Field } from '../../data/adoption.ts';
import type { HttpProblem } from '../../data/http.ts';
import { distanceOf, type Adoption, type CodecReading } from '../../data/quarantine.ts';
import type { State } from '../../state.ts';
import { ContainerPicker } from './container-picker.ts';
import { FormField } from './field.ts';
import { Preview } from './preview.ts';
import { measuredWords, troubleOf, unsureOf } from './words.ts';

const OTHER = '';

function numberInput(value: string, most: number, onInput: () => void): HTMLInputElement {
  return h('input', { type: 'number', class: 'select', inputmode: 'numeric', min: '0', max: most, step: '1', value, 'aria-required': 'true', oninput: onInput });
}

export class AdoptionForm {
  readonly root: HTMLFormElement;
  private readings: CodecReading[] = [];
  /** What the server has, once it was asked for a codec that it has not. */
  private known: readonly string[] = [];
  private readonly picker: ContainerPicker;
  private readonly codec = h('select', { class: 'select', onchange: () => this.change('codec') });
  private readonly codecName = h('input', { type: 'text', class: 'select mono', spellcheck: 'false', autocapitalize: 'off', autocomplete: 'off', 'aria-label': t('adopt.codecName'), placeholder: 'milesight-em400-mud', oninput: () => this.change('codec') });
  private readonly empty = numberInput(USUAL.empty, 65_535, () => this.change('empty'));
  private readonly full = numberInput(USUAL.full, 65_535, () => this.change('full'));
  private readonly interval = numberInput(USUAL.interval, MOST_MINUTES, () => this.change('interval'));
  private readonly preview = new Preview('adopt-empty', 'adopt-full');
  private readonly refusal = h('div', { class: 'notice', role: 'alert', hidden: true });
  /** Stands beside what else can be done with the device. */
  readonly button = h('button', { class: 'btn primary', type: 'submit', form: 'adopt-form' }, t('adopt.do'));
  private readonly fields: Record<Field, FormField>;

  constructor(announce: (words: string) => void, private readonly onAdopt: (adoption: Adoption, place: string) => void) {
    this.picker = new ContainerPicker(announce, () => this.refusal.toggleAttribute('hidden', true));
    const frame = h('div', { class: 'either' }, this.codec, this.codecName);
    this.fields = {
      container: this.picker.field,
      codec: new FormField({ id: 'adopt-codec', label: t('adopt.codec'), control: this.codec, frame }),
      empty: new FormField({ id: 'adopt-empty', label: t('adopt.empty'), control: this.empty, unit: 'mm' }),
      full: new FormField({ id: 'adopt-full', label: t('adopt.full'), control: this.full, unit: 'mm' }),
      interval: new FormField({ id: 'adopt-interval', label: t('adopt.interval'), control: this.interval, unit: 'min' }),
    };
    const { container, codec, empty, full, interval } = this.fields;
    const mounting = h('div', { class: 'mounting' }, h('div', { class: 'figures' }, empty.root, full.root, interval.root), this.preview.root);
    const submit = (event: Event) => {
      event.preventDefault();
      this.submit();
    };
    this.root = h('form', { class: 'adopt', id: 'adopt-form', novalidate: true, autocomplete: 'off', onsubmit: submit }, h('h3', {}, t('adopt.title')), this.refusal, container.root, codec.root, mounting);
  }

  update(state: State, streets: ReadonlyMap<string, string>, readings: CodecReading[]): void {
    this.readings = readings;
    this.picker.update(state, streets);
    const names = readings.map((r) => r.codec);
    const chosen = this.codec.options.length ? this.codec.value : names[0];
    renderOnce(this.codec, names.join(), () => [...names, OTHER].map((name) => h('option', { value: name, selected: name === chosen }, name || t('adopt.otherCodec'))));
    this.codec.hidden = names.length === 0;
    this.write();
  }

  setBusy(isBusy: boolean): void {
    this.button.disabled = isBusy;
    setText(this.button, isBusy ? t('adopt.doing') : t('adopt.do'));
  }

  /** Beside the field that the server means where that can be told, else above all of them. */
  refuse(problem: HttpProblem): void {
    this.known = problem.field === 'codec' ? problem.expected : [];
    this.write();
    if (this.show(refusedField(problem))) return;
    const trouble = troubleOf(problem);
    this.refusal.replaceChildren(h('b', {}, trouble.title), h('p', {}, unsureOf(problem)), trouble.told ? h('p', { lang: 'en' }, trouble.told) : '');
    this.refusal.hidden = false;
  }

  private draft(): Draft {
    const codec = this.codec.value === OTHER ? this.codecName.value : this.codec.value;
    return { container: this.picker.chosen, codec, empty: this.empty.value, full: this.full.value, interval: this.interval.value };
  }

  private change(field: Field): void {
    this.fields[field].setFault('');
    if (field === 'empty') this.fields.full.setFault('');
    this.refusal.hidden = true;
    this.write();
    if (field === 'codec' && this.codec.value === OTHER && document.activeElement === this.codec) this.codecName.focus();
  }

  private write(): void {
    const reading = this.readings.find((r) => r.codec === this.codec.value);
    this.codecName.hidden = this.codec.value !== OTHER;
    this.fields.codec.setHint(this.codecHint(reading));
    for (const name of ['empty', 'full'] as const) this.fields[name].setHint(this[name].value === USUAL[name] ? t('adopt.assumed') : '');
    const { emptyMm, fullMm } = mountingOf(this.draft());
    this.preview.update(distanceOf(reading?.measurements), emptyMm, fullMm);
  }

  private codecHint(reading: CodecReading | undefined): string {
    if (!reading && this.known.length) return t('adopt.known', { codecs: list([...this.known]) });
    if (!reading) return this.readings.length ? t('adopt.otherHint') : t('adopt.noReading');
    const warned = reading.warnings ? plural('adopt.warnings', reading.warnings, { n: reading.warnings }) : '';
    const others = this.readings.length > 1 ? plural('adopt.readings', this.readings.length, { n: this.readings.length }) : '';
    return [t('adopt.reads', { values: measuredWords(reading.measurements) }), warned, others].filter(Boolean).join(' ');
  }

  private submit(): void {
    this.refusal.hidden = true;
    const draft = this.draft();
    const faults = faultsOf(draft);
    if (!this.show(faults)) this.onAdopt(adoptionOf(draft), this.picker.words);
  }

  /** Answers whether there was a fault; the first one gets the focus. */
  private show(faults: Faults): boolean {
    for (const field of FIELDS) this.fields[field].setFault(faults[field] ? t(`fault.${faults[field]}`) : '');
    const first = FIELDS.find((field) => faults[field]);
    if (!first) return false;
    const controls: Record<Field, () => void> = {
      container: () => this.picker.focus(),
      codec: () => (this.codecName.hidden ? this.codec : this.codecName).focus(),
      empty: () => this.empty.focus(),
      full: () => this.full.focus(),
      interval: () => this.interval.focus(),
    };
    controls[first]();
    return true;
  }
}
