// Which alarms lie in one heap, what is said of them, and when the page looks again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heaps, mostPressing, tellsOfAlarm, type Alarm, type AlarmCause, type Priority } from '../src/data/alarms.ts';
import { parseRoute, formatRoute } from '../src/data/route.ts';
import { placeWords, stateWords, valueWords, whenWords, wholePlaceWords } from '../src/view/alarms/words.ts';
import { setLanguage } from '../src/i18n/words.ts';

const NOW = Date.parse('2026-11-24T14:00:00Z');

const MARKET = { name: 'Marché', commune: '25388', commune_name: 'Montbéliard', container: 'container/c1', stream: 'glass', number: null };

function alarm(id: number, cause: AlarmCause, priority: Priority, more: Partial<Alarm> = {}): Alarm {
  return {
    id, cause, priority, state: 'unacknowledged', subject: `container/c${id}`, where: MARKET,
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
  assert.equal(placeWords(full), 'Montbéliard, Marché');
  assert.equal(whenWords(full, NOW).replace(/\s/g, ' '), 'depuis 5 min');
  assert.equal(placeWords(alarm(2, 'gateway-out', 2, { subject: 'gateway/0016c001' })), 'Passerelle 0016c001');
  assert.equal(valueWords(alarm(3, 'authorisation-expiring', 2, { value: -3 })), 'échue depuis 3 jours');
  const over = alarm(4, 'fire', 1, { state: 'returned', returned_at: '2026-11-24T13:57:00Z', occurrences: 4 });
  assert.equal(whenWords(over, NOW).replace(/\s/g, ' '), 'a duré 2 min');
  assert.match(stateWords(over), /^Revenu à la normale.* · 4 fois$/);
});

test('two containers of a site are told apart, and an id is the last resort', () => {
  setLanguage('fr');
  const where = (more: Partial<typeof MARKET> | { number: number }) => ({ subject: 'container/c1', where: { ...MARKET, ...more } });
  assert.equal(wholePlaceWords(where({})), 'Montbéliard, Marché · Verre');
  assert.equal(wholePlaceWords(where({ number: 2 })), 'Montbéliard, Marché · Verre\u00a0n°\u00a02');
  assert.equal(wholePlaceWords(where({ name: 'Montbéliard, point d’apport 1' })), 'Montbéliard, point d’apport 1 · Verre');
  const gone = { name: null, commune: null, commune_name: null, container: null, stream: null, number: null };
  assert.equal(wholePlaceWords({ subject: 'container/c1', where: gone }), 'container/c1');
});

test('one alarm is to be answered first: none of a heap, and none that somebody knows of', () => {
  const known = { acknowledged_at: '2026-11-24T13:58:00Z', state: 'acknowledged' } as const;
  assert.equal(mostPressing([alarm(1, 'tilt', 3), alarm(2, 'fire', 1), alarm(3, 'fire', 1)], NOW), 2);
  assert.equal(mostPressing([alarm(1, 'tilt', 3), alarm(2, 'fire', 1, known)], NOW), 1);
  assert.equal(mostPressing([alarm(2, 'fire', 1, known), alarm(1, 'tilt', 3, { state: 'shelved' })], NOW), null);
  assert.equal(mostPressing(many(11), NOW), null);
  assert.equal(mostPressing([...many(11), alarm(90, 'fire', 1)], NOW), 90);
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
