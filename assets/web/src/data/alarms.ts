// Alarms as the server tells them to operators, what an operator says of them, and the stream that says when to look again.
import type { Operator } from './operator.ts';

export const ALARM_CAUSES = [
  'fire', 'gateway-out', 'camera-down', 'replay', 'container-full', 'overflow-soon', 'sensor-failing', 'tilt',
  'blocked', 'dumped-beside', 'lid-open', 'authorisation-expiring',
] as const;
export type AlarmCause = (typeof ALARM_CAUSES)[number];
export type Priority = 1 | 2 | 3;
export const PRIORITIES: Priority[] = [1, 2, 3];

/** Where something is; all of it empty where its asset is gone. */
export interface Whereabouts {
  name: string | null;
  commune: string | null;
  commune_name: string | null;
  container: string | null;
  stream: string | null;
  /** Which of the containers of its stream on its site it is, from 1; null where it is the only one. */
  number: number | null;
}

export interface Alarm {
  id: number;
  cause: AlarmCause;
  priority: Priority;
  state: 'unacknowledged' | 'acknowledged' | 'returned' | 'shelved' | 'closed';
  /** An asset, or `gateway/` and a name. */
  subject: string;
  where: Whereabouts;
  raised_at: string;
  active_since: string;
  occurrences: number;
  returned_at: string | null;
  acknowledged_at: string | null;
  escalated_at: string | null;
  closed_at: string | null;
  shelf: { until: string; reason: string } | null;
  value: number | null;
  /** How many it stands for besides its subject. */
  members: number;
}

export interface Moment {
  at: string;
  step: string;
  shelf?: { until: string; reason: string };
}

export interface WholeAlarm extends Alarm {
  history: Moment[];
}

export interface AlarmList {
  alarms: Alarm[];
  matched: number;
  standing: number;
  shelved: number;
  next: number | null;
  seq: number;
}

export interface Carrier {
  sent: number;
  failed_attempts: number;
  given_up: number;
  last_failure: string | null;
}

export interface Figures {
  annunciations: number;
  mean_per_10_min: number;
  peak_per_10_min: number;
  raised: number;
  priorities: { priority: Priority; raised: number; share: number | null; target: number }[];
  standing: number;
  stale: number;
  shelved: number;
  most_frequent: { cause: AlarmCause; subject: string; where: Whereabouts; occurrences: number }[];
  out: { webhook: Carrier | null; mail: Carrier | null };
}

export interface AlarmFilter {
  priority: string;
  cause: string;
  isShelved: boolean;
}

/** Most alarms on the page at once. */
const LIMIT = 500;

export class AlarmDesk {
  constructor(private readonly operator: Operator) {}

  list({ priority, cause, isShelved }: AlarmFilter): Promise<AlarmList> {
    const query = new URLSearchParams({ limit: String(LIMIT) });
    if (priority) query.set('priority', priority);
    if (cause) query.set('cause', cause);
    if (isShelved) query.set('state', 'shelved');
    return this.operator.ask(`/alarms?${query}`);
  }

  history(cause: string): Promise<AlarmList> {
    return this.operator.ask(`/alarms/history?limit=100${cause ? `&cause=${cause}` : ''}`);
  }

  figures(): Promise<Figures> {
    return this.operator.ask('/alarms/figures');
  }

  find(id: number): Promise<WholeAlarm> {
    return this.operator.ask(`/alarms/${id}`);
  }

  acknowledge(id: number): Promise<WholeAlarm> {
    return this.operator.ask(`/alarms/${id}/acknowledge`, { method: 'POST' });
  }

  shelve(id: number, minutes: number, reason: string): Promise<WholeAlarm> {
    return this.operator.ask(`/alarms/${id}/shelve`, { method: 'POST', body: { minutes, reason } });
  }

  unshelve(id: number): Promise<WholeAlarm> {
    return this.operator.ask(`/alarms/${id}/unshelve`, { method: 'POST' });
  }

  /** Listens to what happens to alarms, until it is told to stop or the connection ends. */
  async follow(since: number, signal: AbortSignal, onAlarm: () => void): Promise<void> {
    const body = await this.operator.listen(`/live/restricted?since=${since}`, signal);
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      const end = rest.lastIndexOf('\n\n');
      if (end < 0) continue;
      if (tellsOfAlarm(rest.slice(0, end))) onAlarm();
      rest = rest.slice(end + 2);
    }
  }
}

/** Whether some server-sent events tell of alarms, or that something was missed. */
export function tellsOfAlarm(events: string): boolean {
  return /"change":"alarm"/.test(events) || /^event: reset$/m.test(events);
}

export interface Heap {
  cause: AlarmCause;
  priority: Priority;
  alarms: Alarm[];
}

const WINDOW_MS = 600_000;
/** EEMUA 191: more in ten minutes nobody can handle one by one. */
const MOST_IN_WINDOW = 10;

/** A priority's alarms: where more than ten came in ten minutes, those of a cause lie in one heap. Priority 1 never does. */
export function heaps(alarms: Alarm[], priority: Priority, nowMs: number): Heap[] {
  const own = alarms.filter((alarm) => alarm.priority === priority);
  const recent = alarms.filter((alarm) => nowMs - Date.parse(alarm.raised_at) <= WINDOW_MS).length;
  if (priority === 1 || recent <= MOST_IN_WINDOW) return own.map((alarm) => ({ cause: alarm.cause, priority, alarms: [alarm] }));
  const causes = ALARM_CAUSES.map((cause) => ({ cause, priority, alarms: own.filter((alarm) => alarm.cause === cause) }));
  return causes.filter((heap) => heap.alarms.length > 0);
}

/** The alarm to be answered first, if it stands by itself; of a heap, each is to be looked at. */
export function mostPressing(alarms: Alarm[], nowMs: number): number | null {
  const isWaiting = (alarm: Alarm) => alarm.acknowledged_at === null && alarm.state !== 'shelved';
  const first = PRIORITIES.flatMap((priority) => heaps(alarms, priority, nowMs)).find((heap) => heap.alarms.some(isWaiting));
  return first?.alarms.length === 1 ? first.alarms[0]!.id : null;
}
