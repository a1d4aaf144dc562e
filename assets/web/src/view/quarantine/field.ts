// A form field that says what is wrong with it: label, control, hint, and the fault beside it.
import { h, setText, type Child } from '../../dom.ts';
import { icon } from '../icons.ts';

export interface FieldParts {
  id: string;
  label: string;
  control: HTMLInputElement | HTMLSelectElement;
  /** Stands around the control, where it is more than the control alone. */
  frame?: HTMLElement;
  unit?: string;
}

export class FormField {
  readonly root: HTMLElement;
  private readonly hint: HTMLElement;
  private readonly words = h('span');
  private readonly fault: HTMLElement;

  constructor(private readonly parts: FieldParts) {
    const { id, label, control, frame, unit } = parts;
    this.hint = h('p', { class: 'hint', id: `${id}-hint`, hidden: true });
    this.fault = h('p', { class: 'fault', id: `${id}-fault`, hidden: true }, icon('alert'), this.words);
    control.id = id;
    const body: Child = unit ? h('span', { class: 'with-unit' }, control, h('span', { class: 'unit', 'aria-hidden': 'true' }, unit)) : (frame ?? control);
    const name = h('label', { for: id }, label, unit ? h('span', { class: 'sr' }, ` (${unit})`) : null);
    this.root = h('div', { class: 'ask', 'data-field': id }, name, body, this.fault, this.hint);
  }

  setHint(words: string): void {
    setText(this.hint, words);
    this.hint.hidden = !words;
    this.describe();
  }

  setFault(words: string): void {
    setText(this.words, words);
    this.fault.hidden = !words;
    if (words) this.parts.control.setAttribute('aria-invalid', 'true');
    else this.parts.control.removeAttribute('aria-invalid');
    this.describe();
  }

  private describe(): void {
    const shown = [this.fault, this.hint].filter((part) => !part.hidden).map((part) => part.id);
    if (shown.length) this.parts.control.setAttribute('aria-describedby', shown.join(' '));
    else this.parts.control.removeAttribute('aria-describedby');
  }
}
