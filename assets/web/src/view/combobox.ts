// A text field with a list of what fits under it, driven by keys as well as by hand (ARIA combobox).
import { h, type Child } from '../dom.ts';

export interface Choices<T> {
  items: T[];
  /** A line below them that cannot be chosen: that there is nothing, or that there is more. */
  note?: string;
}

export interface ComboboxWiring<T> {
  /** Of the list; those of its options follow from it. */
  id: string;
  listLabel: string;
  attributes: Record<string, string>;
  /** What fits a text; `null` closes the list. */
  find(text: string): Choices<T> | null;
  option(item: T): Child[];
  textOf(item: T): string;
  onChoose(item: T): void;
  onFound?(choices: Choices<T>): void;
  onType?(): void;
}

export class Combobox<T> {
  readonly input: HTMLInputElement;
  readonly list: HTMLElement;
  private items: T[] = [];
  private active = -1;

  constructor(private readonly wiring: ComboboxWiring<T>) {
    const { id, listLabel, attributes } = wiring;
    this.list = h('ul', { id, class: 'hits', role: 'listbox', 'aria-label': listLabel, hidden: true, onmousedown: keepFocus });
    this.input = h('input', {
      type: 'text',
      role: 'combobox',
      autocomplete: 'off',
      spellcheck: 'false',
      'aria-expanded': 'false',
      'aria-controls': id,
      'aria-autocomplete': 'list',
      ...attributes,
    });
    this.input.addEventListener('input', () => {
      wiring.onType?.();
      this.search();
    });
    this.input.addEventListener('keydown', (event) => this.key(event));
    this.input.addEventListener('focusout', () => this.close());
  }

  search(): void {
    const choices = this.wiring.find(this.input.value);
    this.items = choices?.items ?? [];
    this.active = this.items.length ? 0 : -1;
    this.list.replaceChildren(...this.items.map((item, i) => this.option(item, i)));
    if (choices?.note) this.list.append(h('li', { role: 'option', 'aria-disabled': 'true', class: 'nothing' }, choices.note));
    this.list.scrollTop = 0;
    this.open(choices !== null);
    if (choices) this.wiring.onFound?.(choices);
  }

  close(): void {
    this.open(false);
  }

  private option(item: T, i: number): HTMLElement {
    const choose = () => this.choose(i);
    return h('li', { role: 'option', id: `${this.wiring.id}-${i}`, 'aria-selected': 'false', onclick: choose }, ...this.wiring.option(item));
  }

  private open(isOpen: boolean): void {
    this.list.hidden = !isOpen;
    this.input.setAttribute('aria-expanded', String(isOpen));
    this.point();
  }

  private point(): void {
    const isPointing = !this.list.hidden && this.active >= 0;
    if (isPointing) this.input.setAttribute('aria-activedescendant', `${this.wiring.id}-${this.active}`);
    else this.input.removeAttribute('aria-activedescendant');
    [...this.list.children].forEach((option, i) => option.setAttribute('aria-selected', String(i === this.active)));
  }

  private key(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step) this.step(step, event);
    else if (event.key === 'Enter' && this.active >= 0 && !this.list.hidden) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key === 'Escape' && !this.list.hidden) {
      event.stopPropagation();
      this.close();
    }
  }

  private step(by: number, event: KeyboardEvent): void {
    event.preventDefault();
    if (this.list.hidden) return this.search();
    if (!this.items.length) return;
    this.active = (this.active + by + this.items.length) % this.items.length;
    this.point();
    this.list.children[this.active]?.scrollIntoView({ block: 'nearest' });
  }

  private choose(i: number): void {
    const item = this.items[i];
    if (item === undefined) return;
    this.input.value = this.wiring.textOf(item);
    this.close();
    this.wiring.onChoose(item);
  }
}

/** The field keeps the focus while one points at its list, or scrolls it. */
function keepFocus(event: Event): void {
  event.preventDefault();
}
