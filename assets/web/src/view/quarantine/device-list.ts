// The devices heard: those that nobody knows, then sensors whose frames are not read.
import { h, renderOnce, setText } from '../../dom.ts';
import { ago, number } from '../../i18n/format.ts';
import { plural, t } from '../../i18n/words.ts';
import type { TwinClock } from '../../data/clock.ts';
import type { AsideDevice } from '../../data/quarantine.ts';

interface Row {
  device: AsideDevice;
  age: HTMLElement;
}

/** Grouped for the eye alone: what is copied has no spaces. */
export function deviceNumber(devEui: string): HTMLElement {
  return h('span', { class: 'eui' }, ...(devEui.match(/.{1,4}/g) ?? [devEui]).map((part) => h('i', {}, part)));
}

export class DeviceList {
  readonly root = h('nav', { class: 'devices', 'aria-label': t('quarantine.list') });
  private rows: Row[] = [];

  constructor(private readonly onChoose: (device: string) => void) {}

  update(devices: AsideDevice[] | null, chosen: string | null, clock: TwinClock): void {
    const marker = devices ? JSON.stringify([chosen, devices.map((d) => [d.dev_eui, d.frames, d.sensor])]) : 'waiting';
    const focused = this.root.contains(document.activeElement) ? document.activeElement?.getAttribute('data-device') : null;
    const isSame = this.root.dataset['marker'] === marker;
    renderOnce(this.root, marker, () => (devices ? this.groups(devices, chosen) : [bones()]));
    if (!isSame && focused) this.focus(focused);
    const newest = new Map(devices?.map((d) => [d.dev_eui, d.last_at]));
    for (const { device, age } of this.rows) {
      setText(age, ago(clock.ageS(Date.parse(newest.get(device.dev_eui) ?? device.last_at) / 1000)));
    }
  }

  focus(device: string): void {
    this.root.querySelector<HTMLElement>(`[data-device="${CSS.escape(device)}"]`)?.focus({ preventScroll: true });
  }

  private groups(devices: AsideDevice[], chosen: string | null): HTMLElement[] {
    this.rows = [];
    const group = (title: string, of: AsideDevice[]) =>
      of.length ? [h('h2', {}, title), h('ul', {}, ...of.map((device) => h('li', {}, this.row(device, device.dev_eui === chosen))))] : [];
    return [
      ...group(t('quarantine.unknowns'), devices.filter((d) => !d.sensor)),
      ...group(t('quarantine.unread'), devices.filter((d) => d.sensor)),
    ];
  }

  private row(device: AsideDevice, isChosen: boolean): HTMLElement {
    const age = h('span', { class: 'when' });
    this.rows.push({ device, age });
    const frames = plural('quarantine.frames', device.frames, { n: number(device.frames) });
    const attributes = { type: 'button', 'data-device': device.dev_eui, 'aria-current': isChosen ? 'true' : null, onclick: () => this.onChoose(device.dev_eui) };
    return h('button', attributes, deviceNumber(device.dev_eui), age, h('span', { class: 'what' }, device.sensor ? `${frames} · ${device.sensor}` : frames));
  }
}

function bones(): HTMLElement {
  return h('span', { class: 'bones big', 'aria-hidden': 'true' }, ...[100, 100, 100, 100].map((w) => h('i', { style: `width:${w}%` })));
}
