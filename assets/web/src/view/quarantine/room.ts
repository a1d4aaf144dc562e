// The operators' room: who may enter, what is set aside, what was done with it. It keeps nothing once one leaves.
import { h, renderOnce, setText } from '../../dom.ts';
import { number, timeOfDay } from '../../i18n/format.ts';
import { plural, t } from '../../i18n/words.ts';
import { HttpProblem, getJsonOrNull } from '../../data/http.ts';
import type { Operator } from '../../data/operator.ts';
import { Quarantine, type Adoption, type AsideDevice, type DeviceFrames } from '../../data/quarantine.ts';
import { linkTo } from '../../data/route.ts';
import type { State } from '../../state.ts';
import { icon } from '../icons.ts';
import { DeviceDetail, type DetailActs } from './device-detail.ts';
import { DeviceList } from './device-list.ts';
import { Gate } from './gate.ts';
import { nothingWaits } from './nothing.ts';
import { OutcomeCard, type Outcome } from './outcome.ts';
import { readAgainWords, troubleOf } from './words.ts';

const REFRESH_MS = 30_000;
const WIDE = '(min-width: 900px)';
const MOST_SITES = 10_000;

interface SiteCollection {
  features: { id: string; properties: { street?: string | null } }[];
}

export class QuarantineRoom {
  private readonly quarantine: Quarantine;
  private devices: AsideDevice[] | null = null;
  private detail: DeviceDetail | null = null;
  private found: DeviceFrames | null = null;
  private outcome: Outcome | null = null;
  private problem: HttpProblem | null = null;
  private streets = new Map<string, string>();
  private isEntering = false;
  private isLoading = false;
  private isActing = false;
  private triedAtMs = -Infinity;
  private loadedAtMs = NaN;
  private readonly gate = new Gate((token) => this.enter(token), { id: 'operator-token', icon: 'sensor', title: t('quarantine.title'), lead: t('gate.lead') });
  private readonly list = new DeviceList((device) => this.choose(device));
  private readonly card = new OutcomeCard();
  private readonly title = h('h1', { tabindex: '-1' });
  private readonly lead = h('p', { class: 'lead' });
  private readonly checked = h('span', { class: 'age' });
  private readonly trouble = h('div');
  private readonly nothing = h('div');
  private readonly place = h('div', { class: 'device-place' });
  private readonly room: HTMLElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly state: State,
    private readonly operator: Operator,
    private readonly say: (words: string) => void,
    private readonly onLeave: () => void,
  ) {
    this.quarantine = new Quarantine(operator);
    const leave = h('button', { class: 'btn', type: 'button', onclick: () => this.leave() }, t('gate.leave'));
    const head = h('div', { class: 'room-head' }, h('div', {}, h('p', { class: 'kind' }, icon('sensor'), h('span', {}, t('quarantine.title'))), this.title, this.lead), h('div', { class: 'room-tools' }, this.checked, leave));
    this.room = h('div', { class: 'room' }, head, this.trouble, h('div', { class: 'room-body' }, this.list.root, h('div', {}, this.card.root, this.place)), this.nothing);
    root.append(this.gate.root, this.room);
  }

  /** Called every second, and whenever something changed. */
  update(): void {
    if (this.state.route.page !== 'quarantine') return;
    const isDue = performance.now() - this.triedAtMs > REFRESH_MS;
    if (this.operator.isPresent && isDue && document.visibilityState === 'visible') void this.load();
    this.write();
  }

  private enter(token: string): void {
    this.operator.enter(token);
    this.isEntering = true;
    this.gate.setBusy(true);
    void this.load();
  }

  private leave(): void {
    this.clear();
    this.onLeave();
    this.gate.clear();
    this.write();
    this.gate.focus();
    this.say(t('gate.left'));
  }

  private clear(): void {
    this.operator.leave();
    this.vacate();
  }

  /** Nothing that was read with the token stays, neither here nor on the page. */
  vacate(): void {
    this.devices = this.detail = this.found = this.outcome = this.problem = null;
    this.isLoading = this.isActing = this.isEntering = false;
    this.triedAtMs = -Infinity;
    this.place.replaceChildren();
    this.list.update([], null, this.state.clock);
    this.card.show(null);
  }

  private async load(): Promise<void> {
    if (this.isLoading) return;
    this.isLoading = true;
    this.triedAtMs = performance.now();
    await this.attempt(async () => {
      this.devices = await this.quarantine.devices();
      this.loadedAtMs = Date.now();
      this.problem = null;
      this.operator.keep();
      this.arrive();
      if (this.detail) await this.loadDevice(this.detail);
    });
    this.isLoading = false;
    this.write();
  }

  private arrive(): void {
    if (this.isEntering) {
      this.isEntering = false;
      this.gate.setBusy(false);
      this.gate.clear();
      this.write();
      this.title.focus({ preventScroll: true });
    }
    if (this.streets.size === 0) void this.loadStreets();
    const first = this.devices?.[0];
    if (first && !this.detail && !this.outcome && matchMedia(WIDE).matches) this.open(first.dev_eui);
  }

  private async loadStreets(): Promise<void> {
    const sites = await getJsonOrNull<SiteCollection>(`/assets?kind=site&limit=${MOST_SITES}`);
    for (const { id, properties } of sites?.features ?? []) if (properties.street) this.streets.set(id, properties.street);
  }

  private async loadDevice(detail: DeviceDetail): Promise<void> {
    try {
      const found = await this.quarantine.find(detail.device);
      if (this.detail !== detail) return;
      this.found = found;
      detail.update(this.state, found, this.streets);
    } catch (error) {
      if (!(error instanceof HttpProblem) || error.status !== 404 || this.detail !== detail) throw error;
      this.close();
      this.outcome ??= { title: t('outcome.gone'), text: t('outcome.goneText'), link: null };
    }
  }

  /** Runs what asks the server; who one is decides whether one may stay. */
  private async attempt(run: () => Promise<void>, onRefused?: (problem: HttpProblem) => void): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return;
      const problem = error instanceof HttpProblem ? error : new HttpProblem(0, String(error), '');
      if (problem.status === 401 || problem.status === 403) this.turnAway(problem);
      else if (onRefused) onRefused(problem);
      else this.problem = problem;
      if (this.isEntering) this.gate.setBusy(false);
      this.isEntering = false;
    }
  }

  private turnAway(problem: HttpProblem): void {
    this.clear();
    this.onLeave();
    this.gate.setBusy(false);
    this.write();
    this.gate.refuse(problem.status, troubleOf(problem));
  }

  private choose(device: string): void {
    this.outcome = null;
    this.open(device);
    this.write();
    this.detail?.focus();
    if (!matchMedia(WIDE).matches) window.scrollTo(0, 0);
  }

  private open(device: string): void {
    const detail = new DeviceDetail(device, this.acts());
    this.detail = detail;
    this.found = null;
    this.place.replaceChildren(detail.root);
    void this.attempt(() => this.loadDevice(detail), (problem) => detail.fail(problem)).then(() => this.write());
  }

  private close(): void {
    this.detail = this.found = null;
    this.place.replaceChildren();
  }

  private acts(): DetailActs {
    return {
      say: this.say,
      back: () => this.back(),
      adopt: (device, adoption, place) => void this.adopt(device, adoption, place),
      reread: (device) => void this.reread(device),
      forget: (device) => void this.forget(device),
    };
  }

  private back(): void {
    const device = this.detail?.device;
    this.close();
    this.write();
    if (device) this.list.focus(device);
  }

  private adopt(device: string, adoption: Adoption, place: string): Promise<void> {
    const run = async () => {
      const { frames } = await this.quarantine.adopt(device, adoption);
      const href = linkTo({ page: 'map', selection: adoption.container }, this.state.route);
      this.conclude({ title: t('outcome.adopted'), text: t('outcome.adoptedText', { place, again: readAgainWords(frames) }), link: { href, words: t('outcome.onMap') } });
    };
    return this.act(run, (problem) => this.detail?.refuseAdoption(problem));
  }

  private reread(device: string): Promise<void> {
    return this.act(async () => {
      const again = await this.quarantine.reread(device);
      this.conclude({ title: t('outcome.reread'), text: readAgainWords(again), link: null });
    });
  }

  private forget(device: string): Promise<void> {
    return this.act(async () => {
      await this.quarantine.forget(device);
      this.conclude({ title: t('outcome.forgotten'), text: t('outcome.forgottenText'), link: null });
    });
  }

  private async act(run: () => Promise<void>, onRefused = (problem: HttpProblem) => this.detail?.fail(problem)): Promise<void> {
    if (this.isActing) return;
    this.isActing = true;
    this.detail?.setBusy(true);
    await this.attempt(run, onRefused);
    this.isActing = false;
    this.detail?.setBusy(false);
  }

  /** Says what was done, and looks at what is left. */
  private conclude(outcome: Outcome): void {
    this.outcome = outcome;
    this.close();
    this.write();
    this.card.focus();
    this.say(`${outcome.title}. ${outcome.text}`);
    this.triedAtMs = -Infinity;
    this.update();
  }

  private write(): void {
    const isInside = this.operator.isPresent && !this.isEntering;
    this.gate.root.hidden = isInside;
    this.room.hidden = !isInside;
    if (!isInside) return;
    const { devices, detail, found } = this;
    this.room.classList.toggle('has-device', !!detail);
    this.root.dataset['quarantine'] = devices ? String(devices.length) : 'loading';
    this.writeHead(devices);
    this.writeTrouble();
    this.list.update(this.problem && !devices ? [] : devices, detail?.device ?? null, this.state.clock);
    this.list.root.hidden = devices?.length === 0;
    this.writeNothing(devices);
    this.card.show(this.outcome);
    if (detail && found) detail.tick(this.state, found);
  }

  private writeHead(devices: AsideDevice[] | null): void {
    const unread = devices?.filter((d) => d.sensor).length ?? 0;
    const unknown = (devices?.length ?? 0) - unread;
    const waiting = this.problem ? t('quarantine.unavailable') : t('quarantine.loading');
    setText(this.title, devices ? titleWords(unknown, unread) : waiting);
    setText(this.lead, devices ? leadWords(unknown, unread) : '');
    this.checked.hidden = !devices;
    this.checked.classList.toggle('silent', !!this.problem);
    if (devices) setText(this.checked, t('quarantine.checked', { time: timeOfDay(this.loadedAtMs) }));
  }

  private writeNothing(devices: AsideDevice[] | null): void {
    const href = linkTo({ page: 'table', level: 'silent' }, this.state.route);
    renderOnce(this.nothing, devices?.length === 0 ? href : '', () => (devices?.length === 0 ? [nothingWaits(href)] : []));
  }

  private writeTrouble(): void {
    const { problem } = this;
    renderOnce(this.trouble, problem ? `${problem.status}${problem.message}${!!this.devices}` : '', () => {
      if (!problem) return [];
      const { title, text, told } = troubleOf(problem);
      const kept = this.devices ? t('trouble.kept', { time: timeOfDay(this.loadedAtMs) }) : '';
      const words = [text, kept, t('trouble.nextTry')].filter(Boolean).join(' ');
      const retry = h('button', { class: 'link', type: 'button', onclick: () => void this.load() }, t('notice.retry'));
      return [h('div', { class: 'notice', role: 'alert' }, h('b', {}, title), h('p', {}, words), told ? h('p', { lang: 'en' }, told) : null, retry)];
    });
  }
}

function titleWords(unknown: number, unread: number): string {
  const left = unread ? plural('quarantine.unreadCount', unread, { n: number(unread) }) : '';
  if (unknown === 0) return unread ? left : t('quarantine.empty');
  return `${plural('quarantine.unknownCount', unknown, { n: number(unknown) })} ${left}`.trim();
}

function leadWords(unknown: number, unread: number): string {
  if (unknown > 0) return t('quarantine.leadUnknown');
  return unread > 0 ? t('quarantine.leadUnread') : t('quarantine.leadEmpty');
}
