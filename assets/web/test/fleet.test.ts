// The column store: what a snapshot says, what a change does, and what the counts come to.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fleet } from '../src/data/fleet.ts';
import { allOutOfDate, byNeed, summarise } from '../src/data/summary.ts';
import { snapshot } from './fixture.ts';

test('a snapshot is read into looks, classes and slots', () => {
  const fleet = new Fleet(snapshot());
  assert.deepEqual([0, 1, 2, 3, 4, 5].map((i) => fleet.look(i)), ['level', 'late', 'bare', 'level', 'silent', 'unread']);
  assert.deepEqual([0, 1, 2, 4].map((i) => fleet.level(i)), [5, 2, -1, -1]);
  assert.equal(fleet.stream(4), 'unknown');
  assert.deepEqual([...fleet.slot], [0, 1, 2, 0, 1, 0]);
  assert.deepEqual([...fleet.slots], [3, 3, 3, 2, 2, 1]);
  assert.equal(fleet.newestObservation, 1000);
  assert.equal(fleet.name(5), '', 'a place without a name gets none made up');
});

test('containers of one stream on one site are numbered, and one alone is not', () => {
  const given = snapshot();
  given.containers.stream = ['glass', 'paper', 'glass', 'glass', 'glass', 'glass'];
  assert.deepEqual([...new Fleet(given).number], [1, 0, 2, 1, 2, 0]);
});

test('a measured change moves the level, its time and the sequence', () => {
  const fleet = new Fleet(snapshot());
  const at = '1970-01-01T00:33:20Z';
  const i = fleet.apply({ seq: 11, at, asset: 'container/25388-0001-2', kind: 'container', change: 'measured', fill: 0.99, status: 'ok', observed_at: at });
  assert.equal(i, 1);
  assert.equal(fleet.level(1), 5);
  assert.equal(fleet.observedAt[1], 2000);
  assert.equal(fleet.newestObservation, 2000);
  assert.equal(fleet.seq, 11);
});

test('a sensor that falls silent hides the level of its container', () => {
  const fleet = new Fleet(snapshot());
  fleet.apply({ seq: 11, at: '', asset: 'sensor/s1', kind: 'sensor', change: 'status', status: 'silent', container: 'container/25388-0001-1' });
  assert.equal(fleet.look(0), 'silent');
  assert.equal(fleet.level(0), -1);
});

test('what is older than the snapshot, or about something else, changes nothing', () => {
  const fleet = new Fleet(snapshot());
  assert.equal(fleet.apply({ seq: 10, at: '', asset: 'container/25388-0001-1', kind: 'container', change: 'measured', fill: 0 }), -1);
  assert.equal(fleet.apply({ seq: 12, at: '', asset: 'sensor/s1', kind: 'sensor', change: 'reported', battery_pct: 4 }), -1);
  assert.equal(fleet.level(0), 5);
});

test('counts keep the late, the silent, the unread and the bare apart', () => {
  const sum = summarise(new Fleet(snapshot()));
  assert.deepEqual([sum.containers, sum.sensors, sum.measured, sum.full, sum.late, sum.silent, sum.unread, sum.bare], [6, 5, 2, 2, 1, 1, 1, 1]);
  assert.deepEqual(sum.levels, [0, 0, 0, 0, 0, 2]);
  assert.deepEqual(byNeed(sum.communes.values()).map((c) => c.code), ['25031', '25388']);
  assert.equal(allOutOfDate(sum), false);
});

test('everything late or silent is out of date; nothing to be late is not', () => {
  const late = snapshot();
  late.containers.status = late.containers.status.map(() => 'stale');
  assert.equal(allOutOfDate(summarise(new Fleet(late))), true);
  const bare = snapshot();
  bare.containers.fill = bare.containers.fill.map(() => null);
  bare.containers.has_sensor = bare.containers.has_sensor.map(() => 0);
  assert.equal(allOutOfDate(summarise(new Fleet(bare))), false);
});
