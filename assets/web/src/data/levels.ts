// What a level means: the six fill classes, and how a container looks given its status and sensor.
import type { Status } from './contract.ts';

export const CLASS_FLOORS = [0, 0.2, 0.4, 0.6, 0.8, 0.95] as const;
export const CLASS_COUNT = CLASS_FLOORS.length;
export const FULL_CLASS = CLASS_COUNT - 1;

/** Class 0–5 of a fill of 0–1; what lies outside is clamped. */
export function classOf(fill: number): number {
  for (let c = FULL_CLASS; c > 0; c--) if (fill >= CLASS_FLOORS[c]!) return c;
  return 0;
}

/** A fill that stands for its class, to draw the legend's gauge. */
export function middleOf(fillClass: number): number {
  const floor = CLASS_FLOORS[fillClass] ?? 0;
  const ceiling = CLASS_FLOORS[fillClass + 1] ?? 1;
  return fillClass === FULL_CLASS ? 1 : (floor + ceiling) / 2;
}

/** `level` is up to date, `late` is measured but old, `silent` is not heard, `unread` was never measured, `bare` has no sensor. */
export const LOOKS = ['level', 'late', 'silent', 'unread', 'bare'] as const;
export type Look = (typeof LOOKS)[number];

export function lookOf(status: Status, fill: number, hasSensor: boolean): Look {
  if (!hasSensor && Number.isNaN(fill)) return 'bare';
  if (status === 'silent') return 'silent';
  if (Number.isNaN(fill)) return 'unread';
  return status === 'stale' ? 'late' : 'level';
}

/** Whether the level may be shown: it was measured and its sensor is still heard. */
export function isMeasured(look: Look): boolean {
  return look === 'level' || look === 'late';
}
