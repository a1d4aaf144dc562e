// The room of alarms: what waits for a person, what was, how loud it was. It keeps nothing once one leaves.
import { h, renderOnce, setText } from '../../dom.ts';
import { number, timeOfDay } from '../../i18n/format.ts';
import { plural, t } from '../../i18n/words.ts';
import { ALARM_CAUSES, AlarmDesk, PRIORITIES, type AlarmList, type Figures } from '../../data/alarms.ts';
import { HttpProblem } from '../../data/http.ts';
import type { Operator } from '../../data/operator.ts';
import { linkTo } from '../../data/route.ts';
import type { State } from '../../state.ts';
import { icon } from '../icons.ts';
import { Gate } from '../quarantine/gate.ts';
import { troubleOf } from '../quarantine/words.ts';
import { figuresView } from './figures.ts';
import { AlarmTable } from './list.ts';
import { causeWords } from './words.ts';

const REFRESH_MS = 30_000;
const LISTEN_AGAIN_MS = 3_000;
/** What comes in a burst is looked at once. */
const GATHER_MS = 300;
type Tab = 'standing' | 'shelved' | 'past' | 'figures';
const TABS: Tab[] = ['standing', 'shelved', 'past', 'figures'];

export class AlarmRoom {
  private readonly desk: AlarmDesk;
  private list: AlarmList | null = null;
  private figures: Figures | null = null;
  private problem: HttpProblem | null = null;
  private tab: Tab = 'standing';
  private isEntering = false;
  private isLoading = false;
  private isStale = false;
  private triedAtMs = -Infinity;
  private loadedAtMs = NaN;
  private listening: AbortController | null = null;
  private pressing = 0;
  private readonly gate: Gate;
  private readonly table: AlarmTable;
  private readonly title = h('h1', { tabindex: '-1' });
  private readonly lead = h('p', { class: 'lead' });
  private readonly checked = h('span', { class: 'age' });
  private readonly trouble = h('div');
  private readonly told = h('div', { class: 'figures-place' });
  private readonly urgent = h('p', { class: 'sr', role: 'alert' });
  private readonly priority: HTMLSelectElement;
  private readonly cause: HTMLSelectElement;
  private readonly tabs = new Map<Tab, HTMLButtonElement>();
  private readonly room: HTMLElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly state: State,
    private readonly operator: Operator,
    private readonly hooks: { say: (words: string) => void; onLeave: () => void },
  ) {
    this.desk = new AlarmDesk(operator);
    this.gate = new Gate((token) => this.enter(token), { id: 'alarm-token', icon: 'alert', title: t('alarms.title'), lead: t('alarms.gateLead') });
    this.table = new AlarmTable({
      acknowledge: (ids) => void this.act(() => Promise.all(ids.map((id) => this.desk.acknowledge(id))), t('alarms.acknowledged')),
      shelve: (id, minutes, reason) => void this.act(() => this.desk.shelve(id, minutes, reason), t('alarms.shelved')),
      unshelve: (id) => void this.act(() => this.desk.unshelve(id), t('alarms.unshelved')),
      history: async (id) => (await this.desk.find(id)).history,
      hrefOf: (container) => this.hrefOf(container),
    });
    const option = (value: string, words: string) => h('option', { value }, words);
    this.priority = h('select', { class: 'select', 'aria-label': t('alarms.priority'), onchange: () => this.look() }, option('', t('alarms.allPriorities')), ...PRIORITIES.map((it) => option(String(it), t(`alarm.priority.${it}`))));
    this.cause = h('select', { class: 'select', 'aria-label': t('alarms.cause'), onchange: () => this.look() }, option('', t('alarms.allCauses')), ...ALARM_CAUSES.map((it) => option(it, causeWords(it))));
    this.room = this.build();
    root.append(this.gate.root, this.room, this.urgent);
  }

  private build(): HTMLElement {
    for (const tab of TABS) this.tabs.set(tab, h('button', { type: 'button', onclick: () => this.choose(tab) }, t(`alarms.tab.${tab}`)));
    const leave = h('button', { class: 'btn', type: 'button', onclick: () => this.leave() }, t('gate.leave'));
    const head = h('div', { class: 'room-head' }, h('div', {}, h('p', { class: 'kind' }, icon('alert'), h('span', {}, t('alarms.title'))), this.title, this.lead), h('div', { class: 'room-tools' }, this.checked, leave));
    const filters = h('div', { class: 'alarm-filters' }, h('div', { class: 'seg alarm-tabs', role: 'group', 'aria-label': t('alarms.show') }, ...this.tabs.values()), this.priority, this.cause);
    return h('div', { class: 'room' }, head, this.trouble, filters, this.table.root, this.told);
  }

  /** Called every second, and whenever something changed. */
  update(): void {
    if (this.state.route.page !== 'alarms') {
      this.listening?.abort();
      this.listening = null;
      return;
    }
    const isDue = this.isStale || performance.now() - this.triedAtMs > REFRESH_MS;
    if (this.operator.isPresent && isDue && document.visibilityState === 'visible') void this.load();
    this.write();
  }

  /** Nothing that was read with the token stays, neither here nor on the page. */
  forget(): void {
    this.listening?.abort();
    this.listening = this.list = this.figures = this.problem = null;
    this.isLoading = this.isEntering = false;
    this.triedAtMs = -Infinity;
    this.pressing = 0;
    this.told.replaceChildren();
    setText(this.urgent, '');
    this.table.update([], false, this.nowMs());
  }

  private hrefOf(container: string): string {
    return linkTo({ page: 'map', selection: container }, this.state.route);
  }

  private nowMs(): number {
    return this.state.clock.nowMs();
  }

  private enter(token: string): void {
    this.operator.enter(token);
    this.isEntering = true;
    this.gate.setBusy(true);
    void this.load();
  }

  private leave(): void {
    this.operator.leave();
    this.forget();
    this.hooks.onLeave();
    this.gate.clear();
    this.write();
    this.gate.focus();
    this.hooks.say(t('gate.left'));
  }

  private choose(tab: Tab): void {
    this.tab = tab;
    this.look();
  }

  private look(): void {
    this.list = null;
    this.isStale = true;
    this.update();
  }

  private async load(): Promise<void> {
    if (this.isLoading) return;
    this.isLoading = true;
    this.isStale = false;
    this.triedAtMs = performance.now();
    await this.attempt(async () => {
      await this.ask();
      this.loadedAtMs = Date.now();
      this.problem = null;
      this.operator.keep();
      this.arrive();
    });
    this.isLoading = false;
    this.write();
  }

  private async ask(): Promise<void> {
    const { tab } = this;
    const [priority, cause] = [this.priority.value, this.cause.value];
    if (tab === 'figures') {
      this.figures = await this.desk.figures();
      return;
    }
    const list = tab === 'past' ? await this.desk.history(cause) : await this.desk.list({ priority, cause, isShelved: tab === 'shelved' });
    const isSame = tab === this.tab && priority === this.priority.value && cause === this.cause.value;
    if (isSame) this.list = list;
    else this.isStale = true;
  }

  private arrive(): void {
    if (this.isEntering) {
      this.isEntering = false;
      this.gate.setBusy(false);
      this.gate.clear();
      this.write();
      this.title.focus({ preventScroll: true });
    }
    if (this.list && !this.listening) void this.listen(this.list.seq);
    const pressing = this.tab === 'standing' ? (this.list?.alarms.filter((it) => it.priority === 1 && it.state === 'unacknowledged').length ?? 0) : this.pressing;
    if (pressing > this.pressing) setText(this.urgent, plural('alarms.urgent', pressing, { n: number(pressing) }));
    this.pressing = pressing;
  }

  /** Looks again as soon as something happens to alarms; without a stream, every half minute. */
  private async listen(since: number): Promise<void> {
    const stop = new AbortController();
    this.listening = stop;
    let gathering = 0;
    const onAlarm = () => {
      gathering ||= window.setTimeout(() => {
        gathering = 0;
        this.isStale = true;
        this.update();
      }, GATHER_MS);
    };
    try {
      await this.desk.follow(since, stop.signal, onAlarm);
    } catch {
      /* It is tried again; the half minute goes on meanwhile. */
    }
    window.setTimeout(() => {
      if (this.listening !== stop) return;
      this.listening = null;
      this.isStale = true;
    }, LISTEN_AGAIN_MS);
  }

  private async act(run: () => Promise<unknown>, words: string): Promise<void> {
    await this.attempt(async () => {
      await run();
      this.hooks.say(words);
    });
    this.isStale = true;
    this.update();
  }

  private async attempt(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return;
      const problem = error instanceof HttpProblem ? error : new HttpProblem(0, String(error), '');
      if (problem.status === 401 || problem.status === 403) this.turnAway(problem);
      else this.problem = problem;
      if (this.isEntering) this.gate.setBusy(false);
      this.isEntering = false;
    }
  }

  private turnAway(problem: HttpProblem): void {
    this.operator.leave();
    this.forget();
    this.hooks.onLeave();
    this.gate.setBusy(false);
    this.write();
    this.gate.refuse(problem.status, troubleOf(problem));
  }

  private write(): void {
    const isInside = this.operator.isPresent && !this.isEntering;
    this.gate.root.hidden = isInside;
    this.room.hidden = !isInside;
    if (!isInside) return;
    this.root.dataset['alarms'] = this.list ? String(this.list.matched) : 'loading';
    this.writeHead();
    this.writeTrouble();
    for (const [tab, button] of this.tabs) button.setAttribute('aria-pressed', String(tab === this.tab));
    this.priority.hidden = this.tab === 'past' || this.tab === 'figures';
    this.cause.hidden = this.tab === 'figures';
    this.table.root.hidden = this.tab === 'figures';
    this.table.update(this.list?.alarms ?? [], this.tab === 'past', this.nowMs());
    const { figures } = this;
    this.told.hidden = this.tab !== 'figures';
    renderOnce(this.told, JSON.stringify(figures), () => (figures ? figuresView(figures, (container) => this.hrefOf(container)) : []));
  }

  private writeHead(): void {
    const { list, tab } = this;
    const waiting = list?.alarms.filter((it) => it.state === 'unacknowledged' || it.state === 'returned').length ?? 0;
    const first = list?.alarms.filter((it) => it.priority === 1).length ?? 0;
    if (tab === 'standing') {
      setText(this.title, list ? plural('alarms.waiting', waiting, { n: number(waiting) }) : t('alarms.loading'));
      const parts = [first ? plural('alarms.first', first, { n: number(first) }) : '', list?.shelved ? plural('alarms.away', list.shelved, { n: number(list.shelved) }) : ''];
      setText(this.lead, parts.filter(Boolean).join(' '));
    } else {
      setText(this.title, t(`alarms.title.${tab}`));
      setText(this.lead, list && tab !== 'figures' ? plural('alarms.found', list.matched, { n: number(list.matched) }) : t(`alarms.lead.${tab}`));
    }
    this.checked.hidden = Number.isNaN(this.loadedAtMs);
    if (!this.checked.hidden) setText(this.checked, t('alarms.checked', { time: timeOfDay(this.loadedAtMs) }));
  }

  private writeTrouble(): void {
    const { problem } = this;
    renderOnce(this.trouble, problem ? `${problem.status}${problem.message}` : '', () => {
      if (!problem) return [];
      const { title, text, told } = troubleOf(problem);
      const retry = h('button', { class: 'link', type: 'button', onclick: () => this.look() }, t('notice.retry'));
      return [h('div', { class: 'notice', role: 'alert' }, h('b', {}, title), h('p', {}, `${text} ${t('trouble.nextTry')}`), told ? h('p', { lang: 'en' }, told) : null, retry)];
    });
  }
}
