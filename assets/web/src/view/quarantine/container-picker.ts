// The choice of a container that has no sensor yet, among what a person types.
import { h, type Child } from '../../dom.ts';
import { litres, number } from '../../i18n/format.ts';
import { plural, t } from '../../i18n/words.ts';
import { findBare, type BareWords } from '../../data/bare.ts';
import { communeName, type State } from '../../state.ts';
import { Combobox, type Choices } from '../combobox.ts';
import { placeName, streamWords } from '../describe.ts';
import { icon, streamIcon } from '../icons.ts';
import { FormField } from './field.ts';

const MOST = 20;

export class ContainerPicker {
  readonly field: FormField;
  /** The id of the chosen container, or nothing while one types. */
  chosen = '';
  private state: State | null = null;
  private streets: ReadonlyMap<string, string> = new Map();
  private readonly box: Combobox<number>;

  constructor(announce: (words: string) => void, onChange: () => void) {
    this.box = new Combobox<number>({
      id: 'adopt-containers',
      listLabel: t('adopt.containers'),
      attributes: { placeholder: t('adopt.containerPlaceholder'), 'aria-required': 'true' },
      find: (text) => this.find(text),
      option: (i) => this.option(i),
      textOf: (i) => this.title(i),
      onChoose: (i) => this.take(i, onChange),
      onFound: ({ items }) => announce(plural('search.count', items.length, { n: items.length })),
      onType: () => this.take(-1, onChange),
    });
    this.box.input.addEventListener('click', () => this.chosen || this.box.search());
    const frame = h('div', { class: 'find' }, icon('search'), this.box.input, this.box.list);
    this.field = new FormField({ id: 'adopt-container', label: t('adopt.container'), control: this.box.input, frame });
  }

  update(state: State, streets: ReadonlyMap<string, string>): void {
    this.state = state;
    this.streets = streets;
  }

  /** What stands in the field. */
  get words(): string {
    return this.box.input.value;
  }

  focus(): void {
    this.box.input.focus();
  }

  private find(text: string): Choices<number> {
    const fleet = this.state?.fleet;
    if (!fleet) return { items: [], note: t('loading.title') };
    const { indices, total } = findBare(fleet, text, this.bareWords(), MOST);
    if (total === 0) return { items: [], note: text.trim() ? t('adopt.noneFound') : t('adopt.noneLeft') };
    return total > indices.length ? { items: indices, note: t('adopt.more', { n: number(total - indices.length) }) } : { items: indices };
  }

  private bareWords(): BareWords {
    const state = this.state!;
    return {
      commune: (code) => communeName(state, code),
      street: (site) => this.streets.get(site) ?? '',
      stream: (i) => t(`stream.${state.fleet!.stream(i)}`),
    };
  }

  private option(i: number): Child[] {
    const fleet = this.state!.fleet!;
    return [streamIcon(fleet.stream(i)), h('span', { class: 'two' }, h('b', {}, this.place(i)), h('small', {}, this.facts(i)))];
  }

  private place(i: number): string {
    const fleet = this.state!.fleet!;
    const site = fleet.siteId[fleet.site[i]!]!;
    return placeName(fleet.name(i) || (this.streets.get(site) ?? ''), communeName(this.state!, fleet.commune(i)));
  }

  private title(i: number): string {
    const fleet = this.state!.fleet!;
    return `${this.place(i)} · ${streamWords(fleet.stream(i), fleet.number[i]!)}`;
  }

  private facts(i: number): string {
    const fleet = this.state!.fleet!;
    const volume = fleet.volume[i]!;
    const street = fleet.name(i) ? this.streets.get(fleet.siteId[fleet.site[i]!]!) : '';
    const parts = [streamWords(fleet.stream(i), fleet.number[i]!), street, Number.isNaN(volume) ? '' : litres(volume), fleet.id[i]!.replace('container/', '')];
    return parts.filter(Boolean).join(' · ');
  }

  private take(i: number, onChange: () => void): void {
    this.chosen = i < 0 ? '' : this.state!.fleet!.id[i]!;
    this.field.setHint(i < 0 ? '' : this.facts(i));
    if (this.chosen) this.field.setFault('');
    onChange();
  }
}
