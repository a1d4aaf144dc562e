// Devices that nobody knows yet: what the server says of them, and what an operator does with them.
import type { Operator } from './operator.ts';

export const CAUSES = ['unknown-device', 'unknown-codec', 'unreadable', 'replay', 'out-of-time'] as const;
export type Cause = (typeof CAUSES)[number];

export interface AsideDevice {
  dev_eui: string;
  frames: number;
  first_at: string;
  last_at: string;
  /** The sensor that has it, where one has: its frames are not read, or refused. */
  sensor: string | null;
}

export interface AsideFrame {
  cause: string;
  why: string;
  source: string;
  session: string;
  f_cnt: number;
  f_port: number | null;
  hex: string;
  network_at: string;
  received_at: string;
  rssi_dbm: number | null;
  gateways: string[];
}

export type Measurements = Record<string, unknown>;

/** What a codec reads in the newest frame; the most likely codec comes first. */
export interface CodecReading {
  codec: string;
  measurements: Measurements;
  warnings: number;
}

export interface DeviceFrames {
  dev_eui: string;
  sensor: string | null;
  /** The oldest first. */
  frames: AsideFrame[];
  readings: CodecReading[];
}

export interface ReadAgain {
  taken: number;
  refused: number;
  left: number;
}

export interface Adoption {
  container: string;
  codec: string;
  empty_mm: number;
  full_mm: number;
  interval_s: number;
}

export interface Adopted {
  sensor: string;
  frames: ReadAgain;
}

export class Quarantine {
  constructor(private readonly operator: Operator) {}

  async devices(): Promise<AsideDevice[]> {
    return (await this.operator.ask<{ devices: AsideDevice[] }>('/quarantine')).devices;
  }

  find(device: string): Promise<DeviceFrames> {
    return this.operator.ask(pathOf(device));
  }

  adopt(device: string, body: Adoption): Promise<Adopted> {
    return this.operator.ask(`${pathOf(device)}/adopt`, { method: 'POST', body });
  }

  reread(device: string): Promise<ReadAgain> {
    return this.operator.ask(`${pathOf(device)}/reread`, { method: 'POST' });
  }

  forget(device: string): Promise<void> {
    return this.operator.ask(pathOf(device), { method: 'DELETE' });
  }
}

function pathOf(device: string): string {
  return `/quarantine/${encodeURIComponent(device)}`;
}

/** The distance among measured values, in millimetres; NaN where there is none. */
export function distanceOf(measurements: Measurements | undefined): number {
  const distance = measurements?.['distance_mm'];
  return typeof distance === 'number' ? distance : NaN;
}

export function causeOf(frame: AsideFrame): Cause | null {
  return CAUSES.find((cause) => cause === frame.cause) ?? null;
}
