// The twin's time as seen from here: anchored on what the server last said, and running at its rate.
import type { ClockInfo } from './contract.ts';

/** Beyond this the two clocks are told apart on screen. */
const NOTABLE_OFFSET_S = 120;

export class TwinClock {
  kind: ClockInfo['kind'] = 'wall';
  rate = 1;
  offsetS = 0;
  private anchorMs: number;
  private anchorAt: number;

  constructor(private readonly monotonicMs: () => number = () => performance.now()) {
    this.anchorAt = monotonicMs();
    this.anchorMs = Date.now();
  }

  configure(info: ClockInfo): void {
    this.kind = info.kind;
    this.rate = info.rate > 0 ? info.rate : 1;
    this.offsetS = info.offset_s;
    this.sync(info.now);
  }

  /** Moves the anchor to a time the server stated just now. */
  sync(at: string): void {
    const ms = Date.parse(at);
    if (Number.isNaN(ms)) return;
    this.anchorMs = ms;
    this.anchorAt = this.monotonicMs();
  }

  nowMs(): number {
    return this.anchorMs + (this.monotonicMs() - this.anchorAt) * this.rate;
  }

  /** Seconds of twin time since a unix time, never negative. */
  ageS(unixS: number): number {
    return Math.max(0, this.nowMs() / 1000 - unixS);
  }

  isNotable(): boolean {
    return this.rate !== 1 || (this.kind === 'simulated' && Math.abs(this.offsetS) > NOTABLE_OFFSET_S);
  }
}
