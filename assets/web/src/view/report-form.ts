// What an operator notes for a crew, an officer or a resident who saw something of a container.
import { h, setText } from '../dom.ts';
import { t } from '../i18n/words.ts';
import { SIGHTINGS, WITNESSES } from '../data/contract.ts';
import { HttpProblem } from '../data/http.ts';
import type { Operator } from '../data/operator.ts';
import { FormField } from './quarantine/field.ts';

const SEEN = [...SIGHTINGS, 'in-order'];

export function reportForm(container: string, operator: Operator, onTaken: () => void): HTMLElement {
  const options = (names: readonly string[], stem: 'seen' | 'witness') => names.map((name) => h('option', { value: name }, t(`${stem}.${name}`)));
  const seen = h('select', { class: 'select', 'aria-required': 'true' }, h('option', { value: '' }, t('report.choose')), ...options(SEEN, 'seen'));
  const by = h('select', { class: 'select' }, ...options(WITNESSES, 'witness'));
  const seenField = new FormField({ id: 'report-seen', label: t('report.seen'), control: seen });
  const byField = new FormField({ id: 'report-by', label: t('report.by'), control: by });
  const done = h('p', { class: 'hint', role: 'status' });
  const button = h('button', { class: 'btn', type: 'submit' }, t('report.do'));
  const send = async (event: Event) => {
    event.preventDefault();
    setText(done, '');
    if (!seen.value) {
      seenField.setFault(t('report.seenMissing'));
      seen.focus();
      return;
    }
    button.setAttribute('aria-disabled', 'true');
    seenField.setFault('');
    try {
      const body = { container, seen: seen.value, by: by.value };
      const answer = await operator.ask<{ changes: number }>('/reports', { method: 'POST', body });
      setText(done, t(answer.changes ? 'report.taken' : 'report.known'));
      seen.value = '';
      onTaken();
    } catch (problem) {
      const isRefused = problem instanceof HttpProblem && (problem.status === 401 || problem.status === 403);
      seenField.setFault(t(isRefused ? 'report.refused' : 'report.failed'));
    }
    button.removeAttribute('aria-disabled');
  };
  const form = h('form', { class: 'report-form', novalidate: true, onsubmit: (event) => void send(event) }, seenField.root, byField.root, button, done);
  return h('details', { class: 'report' }, h('summary', {}, t('report.title')), form);
}
