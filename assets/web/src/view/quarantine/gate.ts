// The door of the operators' room: asks for the token, and says why it does not open.
import { h, setText } from '../../dom.ts';
import { t } from '../../i18n/words.ts';
import { icon, type IconName } from '../icons.ts';
import { FormField } from './field.ts';
import type { Trouble } from './words.ts';

/** Which room it is the door of. */
export interface GateWords {
  id: string;
  icon: IconName;
  title: string;
  lead: string;
}

export class Gate {
  readonly root: HTMLElement;
  private readonly input = h('input', { type: 'password', class: 'select', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false' });
  private readonly field: FormField;
  private readonly button = h('button', { class: 'btn primary', type: 'submit' }, t('gate.enter'));
  private readonly nobody = h('div', { class: 'notice', role: 'alert', hidden: true });

  constructor(onEnter: (token: string) => void, words: GateWords) {
    this.field = new FormField({ id: words.id, label: t('gate.token'), control: this.input });
    this.field.setHint(t('gate.tokenHint'));
    const enter = (event: Event) => {
      event.preventDefault();
      if (this.input.value.trim()) onEnter(this.input.value);
      else this.complain(t('gate.empty'));
    };
    const form = h('form', { class: 'gate-form', novalidate: true, autocomplete: 'off', onsubmit: enter }, this.field.root, this.button);
    this.root = h(
      'div',
      { class: 'gate' },
      h('p', { class: 'kind' }, icon(words.icon), h('span', {}, t('nav.operators'))),
      h('h1', {}, words.title),
      h('p', { class: 'lead' }, words.lead),
      this.nobody,
      form,
    );
  }

  focus(): void {
    this.input.focus();
  }

  setBusy(isBusy: boolean): void {
    this.button.disabled = isBusy;
    setText(this.button, isBusy ? t('gate.checking') : t('gate.enter'));
  }

  /** What is typed never outlives the try. */
  clear(): void {
    this.input.value = '';
    this.field.setFault('');
    this.nobody.hidden = true;
  }

  refuse(status: number, trouble: Trouble): void {
    this.clear();
    if (status === 401) return this.complain(trouble.text);
    this.nobody.replaceChildren(h('b', {}, trouble.title), h('p', {}, trouble.text));
    this.nobody.hidden = false;
    this.focus();
  }

  private complain(words: string): void {
    this.field.setFault(words);
    this.focus();
  }
}
