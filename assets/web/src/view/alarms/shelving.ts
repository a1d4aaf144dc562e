// Putting an alarm away asks for how long and why, in its place on the page.
import { h } from '../../dom.ts';
import { plural, t } from '../../i18n/words.ts';
import { number } from '../../i18n/format.ts';
import { FormField } from '../quarantine/field.ts';

const MINUTES = [30, 120, 480, 1440, 10_080];

function spanWords(minutes: number): string {
  if (minutes < 60) return t('duration.min', { n: minutes });
  const days = Math.floor(minutes / 1440);
  return days ? plural('duration.d', days, { n: number(days) }) : t('duration.h', { n: minutes / 60 });
}

export function shelvingForm(id: number, onShelve: (minutes: number, reason: string) => void, onClose: () => void): HTMLElement {
  const span = h('select', { class: 'select' }, ...MINUTES.map((minutes) => h('option', { value: minutes }, spanWords(minutes))));
  const reason = h('input', { class: 'select', type: 'text', maxlength: 200, autocomplete: 'off' });
  const spanField = new FormField({ id: `shelve-${id}-span`, label: t('shelve.span'), control: span });
  const reasonField = new FormField({ id: `shelve-${id}-reason`, label: t('shelve.reason'), control: reason });
  const submit = (event: Event) => {
    event.preventDefault();
    const words = reason.value.trim();
    if (words) return onShelve(Number(span.value), words);
    reasonField.setFault(t('shelve.reasonMissing'));
    reason.focus();
  };
  const close = (event: Event) => {
    if ((event as KeyboardEvent).key === 'Escape') onClose();
  };
  return h(
    'form',
    { class: 'shelving', novalidate: true, onsubmit: submit, onkeydown: close },
    spanField.root,
    reasonField.root,
    h('div', { class: 'alarm-acts' }, h('button', { class: 'btn primary', type: 'submit' }, t('shelve.do')), h('button', { class: 'btn quiet', type: 'button', onclick: onClose }, t('shelve.keep'))),
  );
}
