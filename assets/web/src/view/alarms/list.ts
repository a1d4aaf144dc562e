// The alarms that stand, the most pressing first; in a flood those of a cause lie in one heap.
import { h, renderOnce, setText, type Child } from '../../dom.ts';
import { number } from '../../i18n/format.ts';
import { plural, t } from '../../i18n/words.ts';
import { PRIORITIES, heaps, mostPressing, type Alarm, type Heap, type Moment, type Priority } from '../../data/alarms.ts';
import type { Stream } from '../../data/contract.ts';
import { streamIcon } from '../icons.ts';
import { sign } from './sign.ts';
import { shelvingForm } from './shelving.ts';
import { causeWords, stateWords, stepWords, valueWords, whenWords, wholePlaceWords } from './words.ts';

export interface AlarmActs {
  acknowledge: (ids: number[]) => void;
  shelve: (id: number, minutes: number, reason: string) => void;
  unshelve: (id: number) => void;
  history: (id: number) => Promise<Moment[]>;
  /** Where a container is on the map. */
  hrefOf: (container: string) => string;
}

export class AlarmTable {
  readonly root = h('div', { class: 'alarm-list' });
  private ages: { alarm: Alarm; at: HTMLElement }[] = [];
  private shelving: number | null = null;
  private alarms: Alarm[] = [];
  private isPast = false;
  /** The one whose button is the loud one. */
  private first: number | null = null;

  constructor(private readonly acts: AlarmActs) {}

  update(alarms: Alarm[] | null, isPast: boolean, nowMs: number): void {
    this.alarms = alarms ?? [];
    this.isPast = isPast;
    this.write(nowMs);
    for (const { alarm, at } of this.ages) setText(at, whenWords(alarm, nowMs));
  }

  private write(nowMs: number): void {
    const marker = JSON.stringify([this.isPast, this.shelving, this.alarms]);
    if (this.root.dataset['marker'] === marker) return;
    const focused = this.root.contains(document.activeElement) ? document.activeElement?.getAttribute('data-key') : null;
    const opened = new Set([...this.root.querySelectorAll('details[open]')].map((it) => it.getAttribute('data-key')));
    this.ages = [];
    this.first = this.shelving === null ? mostPressing(this.alarms, nowMs) : null;
    renderOnce(this.root, marker, () => (this.isPast ? [this.items(this.alarms)] : PRIORITIES.flatMap((priority) => this.group(priority, nowMs))));
    for (const details of this.root.querySelectorAll('details')) details.open = opened.has(details.getAttribute('data-key'));
    if (focused) this.focusAgain(focused);
  }

  /** Where a button went with what it did, the focus stays at its alarm. */
  private focusAgain(key: string): void {
    const find = (it: string) => this.root.querySelector<HTMLElement>(`[data-key="${CSS.escape(it)}"]`);
    const past = key.replace(/^[a-z]+-(?=\d+$)/, 'past-');
    (find(key) ?? find(past)?.querySelector<HTMLElement>('summary'))?.focus({ preventScroll: true });
  }

  private group(priority: Priority, nowMs: number): HTMLElement[] {
    const found = heaps(this.alarms, priority, nowMs);
    if (found.length === 0) return [];
    const count = found.reduce((sum, heap) => sum + heap.alarms.length, 0);
    const title = h('h2', {}, t(`alarm.priority.${priority}`), h('span', { class: 'count' }, number(count)));
    return [h('section', { class: `alarm-group p${priority}` }, title, h('ul', {}, ...found.map((heap) => h('li', {}, heap.alarms.length > 1 ? this.heap(heap) : this.item(heap.alarms[0]!)))))];
  }

  private heap({ cause, priority, alarms }: Heap): HTMLElement {
    const waiting = alarms.filter((alarm) => alarm.acknowledged_at === null).map((alarm) => alarm.id);
    const key = `heap-${priority}-${cause}`;
    const all = h('button', { class: 'btn', type: 'button', 'data-key': `${key}-all`, onclick: () => this.acts.acknowledge(waiting) }, plural('alarm.acknowledgeAll', waiting.length, { n: number(waiting.length) }));
    const head = h('div', { class: 'alarm' }, sign(priority, waiting.length === 0), h('div', { class: 'told' }, h('b', {}, plural('alarm.heap', alarms.length, { cause: causeWords(cause), n: number(alarms.length) })), h('p', { class: 'todo' }, t(`alarm.advice.${cause}`))), h('div', { class: 'alarm-acts' }, waiting.length ? all : null));
    return h('div', {}, head, h('details', { 'data-key': key }, h('summary', {}, t('alarm.each')), this.items(alarms)));
  }

  private items(alarms: Alarm[]): HTMLElement {
    return h('ul', {}, ...alarms.map((alarm) => h('li', {}, this.item(alarm))));
  }

  private item(alarm: Alarm): HTMLElement {
    const isKnown = alarm.acknowledged_at !== null;
    const at = h('span', { class: 'when' });
    if (this.isPast) setText(at, stepWords({ step: 'closed', at: alarm.closed_at ?? alarm.raised_at }));
    else this.ages.push({ alarm, at });
    const value = valueWords(alarm);
    const state = stateWords(alarm);
    const told = h(
      'div',
      { class: 'told' },
      h('b', {}, `${causeWords(alarm.cause)}${value ? ` · ${value}` : ''}`),
      h('p', { class: 'whose' }, ...this.place(alarm), ' · ', at),
      this.isPast ? null : h('p', { class: 'todo' }, t(`alarm.advice.${alarm.cause}`)),
      state ? h('p', { class: 'state' }, state) : null,
      this.past(alarm),
    );
    const label = h('span', { class: 'sr' }, t('alarm.number', { n: alarm.priority }));
    return h('article', { class: 'alarm', 'data-alarm': alarm.id, 'data-state': alarm.state }, sign(alarm.priority, isKnown), label, told, this.isPast ? null : this.buttons(alarm, isKnown));
  }

  /** What stands at a container leads there. */
  private place(alarm: Alarm): Child[] {
    const { container, stream } = alarm.where;
    const words = wholePlaceWords(alarm);
    return [stream ? streamIcon(stream as Stream) : null, container ? h('a', { href: this.acts.hrefOf(container) }, words) : words];
  }

  private buttons(alarm: Alarm, isKnown: boolean): HTMLElement {
    const button = (name: string, words: string, act: () => void, weight = 'quiet') =>
      h('button', { class: `btn ${weight}`, type: 'button', 'data-key': `${name}-${alarm.id}`, onclick: act }, words, h('span', { class: 'sr' }, `${t('alarm.colon')} ${causeWords(alarm.cause)}, ${wholePlaceWords(alarm)}`));
    if (this.shelving === alarm.id) {
      return shelvingForm(alarm.id, (minutes, reason) => this.shelve(alarm.id, minutes, reason), () => this.ask(null, alarm.id));
    }
    const canShelve = alarm.priority !== 1 && alarm.state !== 'shelved';
    return h(
      'div',
      { class: 'alarm-acts' },
      isKnown ? null : button('ack', t('alarm.acknowledge'), () => this.acts.acknowledge([alarm.id]), alarm.id === this.first ? 'primary' : 'plain'),
      canShelve ? button('shelve', t('alarm.shelve'), () => this.ask(alarm.id, alarm.id)) : null,
      alarm.state === 'shelved' ? button('unshelve', t('alarm.unshelve'), () => this.acts.unshelve(alarm.id)) : null,
    );
  }

  private shelve(id: number, minutes: number, reason: string): void {
    this.shelving = null;
    this.acts.shelve(id, minutes, reason);
  }

  private ask(shelving: number | null, id: number): void {
    this.shelving = shelving;
    this.write(Date.now());
    const first = shelving === null ? `[data-key="shelve-${id}"]` : `#shelve-${id}-span`;
    this.root.querySelector<HTMLElement>(first)?.focus();
  }

  /** What happened to an alarm is asked for when somebody wants to see it. */
  private past(alarm: Alarm): HTMLElement {
    const steps = h('ol', { class: 'steps' });
    const details = h('details', { 'data-key': `past-${alarm.id}` }, h('summary', {}, t('alarm.past')), steps);
    details.addEventListener('toggle', () => {
      if (!details.open || steps.childElementCount > 0) return;
      this.acts.history(alarm.id).then(
        (moments) => steps.replaceChildren(...moments.map((it) => h('li', {}, stepWords(it)))),
        () => steps.replaceChildren(h('li', {}, t('alarm.pastUnknown'))),
      );
    });
    return details;
  }
}
