// Keeps the fleet current: a snapshot, then the event stream from there on, batched, with every break told.
import { getJson } from './http.ts';
import type { LiveChange, Snapshot } from './contract.ts';

export type Link =
  | { state: 'starting' }
  | { state: 'live' }
  | { state: 'lost'; sinceMs: number; nextTryMs: number | null };

export interface LiveHandlers {
  onSnapshot(snapshot: Snapshot): void;
  /** At most four times a second. */
  onChanges(changes: LiveChange[]): void;
  onBeat(at: string, seq: number): void;
  onLink(link: Link): void;
}

const BATCH_MS = 250;
/** Three heartbeats missed is a dead line, even where the browser still thinks it is open. */
const SILENCE_MS = 32_000;
/** The columns of a snapshot stand for these kinds; one that comes or goes needs another snapshot. */
const KINDS = ['site', 'container', 'sensor'];
const ANEW_MS = 1_500;
const RETRY_MS = [2_000, 5_000, 10_000, 20_000, 30_000];

export class LiveFeed {
  private stream: EventSource | null = null;
  private pending: LiveChange[] = [];
  private flushTimer = 0;
  private retryTimer = 0;
  private anewTimer = 0;
  private watchTimer = 0;
  private tries = 0;
  private seq = 0;
  private hasState = false;
  private lostSinceMs: number | null = null;
  private stopped = false;

  constructor(private readonly handlers: LiveHandlers) {}

  async start(): Promise<void> {
    clearTimeout(this.retryTimer);
    try {
      const snapshot = await getJson<Snapshot>('/live/snapshot');
      if (this.stopped) return;
      this.seq = snapshot.seq;
      this.hasState = true;
      this.handlers.onSnapshot(snapshot);
      this.open();
    } catch {
      this.lose();
    }
  }

  /** Tries again at once, on the reader's wish or when the network comes back. */
  retryNow(): void {
    if (this.lostSinceMs === null) return;
    clearTimeout(this.retryTimer);
    if (this.hasState) this.open();
    else void this.start();
  }

  stop(): void {
    this.stopped = true;
    this.close();
    clearTimeout(this.retryTimer);
    clearTimeout(this.flushTimer);
    clearTimeout(this.anewTimer);
  }

  private open(): void {
    this.close();
    const stream = new EventSource(`/live?since=${this.seq}`);
    this.stream = stream;
    stream.addEventListener('open', () => this.found());
    stream.addEventListener('error', () => this.lose());
    stream.addEventListener('change', (event) => this.take(event as MessageEvent<string>));
    stream.addEventListener('heartbeat', (event) => this.beat(event as MessageEvent<string>));
    stream.addEventListener('reset', () => this.reset());
    this.watch();
  }

  private close(): void {
    this.stream?.close();
    this.stream = null;
    clearTimeout(this.watchTimer);
  }

  private watch(): void {
    clearTimeout(this.watchTimer);
    this.watchTimer = window.setTimeout(() => this.lose(), SILENCE_MS);
  }

  private found(): void {
    this.tries = 0;
    this.lostSinceMs = null;
    this.handlers.onLink({ state: 'live' });
    this.watch();
  }

  private lose(): void {
    if (this.stopped) return;
    this.close();
    this.lostSinceMs ??= Date.now();
    const wait = RETRY_MS[Math.min(this.tries++, RETRY_MS.length - 1)]!;
    clearTimeout(this.retryTimer);
    this.retryTimer = window.setTimeout(() => this.retryNow(), wait);
    this.handlers.onLink({ state: 'lost', sinceMs: this.lostSinceMs, nextTryMs: Date.now() + wait });
  }

  private reset(): void {
    clearTimeout(this.anewTimer);
    this.anewTimer = 0;
    this.pending = [];
    this.close();
    void this.start();
  }

  private take(event: MessageEvent<string>): void {
    this.watch();
    const change = JSON.parse(event.data) as LiveChange;
    if (change.seq <= this.seq) return;
    this.seq = change.seq;
    if (isOfInventory(change) && !this.anewTimer) this.anewTimer = window.setTimeout(() => this.reset(), ANEW_MS);
    this.pending.push(change);
    if (!this.flushTimer) this.flushTimer = window.setTimeout(() => this.flush(), BATCH_MS);
  }

  private flush(): void {
    this.flushTimer = 0;
    const changes = this.pending;
    this.pending = [];
    if (changes.length) this.handlers.onChanges(changes);
  }

  private beat(event: MessageEvent<string>): void {
    this.watch();
    const { at, seq } = JSON.parse(event.data) as { at: string; seq: number };
    this.handlers.onBeat(at, seq);
  }
}

function isOfInventory({ change, kind }: LiveChange): boolean {
  return (change === 'put' || change === 'removed') && KINDS.includes(kind);
}
