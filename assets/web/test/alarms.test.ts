// Which alarms lie in one heap, what is said of them, and when the page looks again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heaps, tellsOfAlarm, type Alarm, type AlarmCause, type Priority } from '../src/data/alarms.ts';
import { parseRoute, formatRoute } from '../src/data/route.ts';
import { placeWords, stateWords, valueWords, whenWords } from '../src/view/alarms/words.ts';
import { setLanguage } from '../src/i18n/words.ts';

const NOW = Date.parse('2026-11-24T14:00:00Z');

function alarm(id: number, cause: AlarmCause, priority: Priority, more: Partial<Alarm> = {}): Alarm {
  return {
    id, cause, priority, state: 'unacknowledged', subject: `container/c${id}`, where: { name: 'Marché', commune: '25388', commune_name: 'Montbéliard' },
    raised_at: '2026-11-24T13:55:00Z', active_since: '2026-11-24T13:55:00Z', occurrences: 1, returned_at: null, acknowledged_at: null,
    escalated_at: null, closed_at: null, shelf: null, value: null, members: 0, ...more,
  };
}

const many = (count: number, more: Partial<Alarm> = {}) => Array.from({ length: count }, (_, n) => alarm(n, n % 2 ? 'container-full' : 'tilt', 3, more));

test('ten in ten minutes stand one by one, eleven lie in heaps by cause', () => {
  assert.equal(heaps(many(10), 3, NOW).length, 10);
  const heaped = heaps(many(11), 3, NOW);
  assert.deepEqual(heaped.map((heap) => [heap.cause, heap.alarms.length]), [['container-full', 5], ['tilt', 6]]);
  assert.equal(heaps(many(11, { raised_at: '2026-11-24T13:00:00Z' }), 3, NOW).length, 11, 'it was quiet for the last ten minutes');
});

test('a fire never lies in a heap', () => {
  const fires = [alarm(90, 'fire', 1), alarm(91, 'fire', 1)];
  assert.equal(heaps([...many(40), ...fires], 1, NOW).length, 2);
});

test('an alarm says how much, where and since when', () => {
  setLanguage('fr');
  const full = alarm(1, 'container-full', 3, { value: 0.97 });
  assert.equal(valueWords(full).replace(/\s/g, ' '), '97 %');
  assert.equal(placeWords(full), 'Marché, Montbéliard');
  assert.equal(whenWords(full, NOW).replace(/\s/g, ' '), 'depuis 5 min');
  assert.equal(placeWords(alarm(2, 'gateway-out', 2, { subject: 'gateway/0016c001' })), 'Passerelle 0016c001');
  assert.equal(valueWords(alarm(3, 'authorisation-expiring', 2, { value: -3 })), 'échue depuis 3 jours');
  const over = alarm(4, 'fire', 1, { state: 'returned', returned_at: '2026-11-24T13:57:00Z', occurrences: 4 });
  assert.equal(whenWords(over, NOW).replace(/\s/g, ' '), 'a duré 2 min');
  assert.match(stateWords(over), /^Revenu à la normale.* · 4 fois$/);
});

test('the page looks again when the stream tells of alarms, or that something was missed', () => {
  assert.ok(tellsOfAlarm('event: change\nid: 4\ndata: {"seq":4,"change":"alarm","about":"container/c"}'));
  assert.ok(tellsOfAlarm('event: reset\nid: 9\ndata: {"event":"reset","seq":9}'));
  assert.ok(!tellsOfAlarm('event: heartbeat\nid: 4\ndata: {"event":"heartbeat"}'));
  assert.ok(!tellsOfAlarm('event: change\nid: 5\ndata: {"change":"aimed"}'));
});

test('the room has an address, and nothing is selected in it', () => {
  const route = parseRoute('#/alarmes?sel=container/c1&lang=en');
  assert.deepEqual([route.page, route.selection], ['alarms', null]);
  assert.equal(formatRoute(route), '#/alarmes?lang=en');
});
