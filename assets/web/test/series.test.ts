// Readings over time: gaps, midnights, CSV; and the twin's clock.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TwinClock } from '../src/data/clock.ts';
import { medianInterval, midnights, splitAtGaps, toCsv, type Reading } from '../src/data/series.ts';

const every = (from: number, count: number, step: number): Reading[] => Array.from({ length: count }, (_, k) => [from + k * step, 0.5]);

test('a long silence splits the line, a missed message does not', () => {
  const points = [...every(0, 10, 1800), ...every(19_800 + 1800, 5, 1800), ...every(200_000, 4, 1800)];
  assert.equal(medianInterval(points), 1800);
  assert.deepEqual(splitAtGaps(points).map((r) => r.length), [15, 4]);
  assert.deepEqual(splitAtGaps([]), []);
});

test('the expected interval widens what is not a gap', () => {
  const points = [...every(0, 3, 1800), ...every(20_000, 3, 1800)];
  assert.equal(splitAtGaps(points).length, 2);
  assert.equal(splitAtGaps(points, 14_400).length, 1);
});

test('three days hold three midnights', () => {
  const from = new Date(2026, 10, 21, 14, 0).getTime() / 1000;
  const found = midnights(from, from + 72 * 3600);
  assert.equal(found.length, 3);
  assert.equal(new Date(found[0]! * 1000).getHours(), 0);
});

test('CSV has a header, UTC times and CRLF', () => {
  assert.equal(toCsv([[0, 0.5]]), 'observed_at,fill\r\n1970-01-01T00:00:00.000Z,0.5\r\n');
});

test('the twin clock runs at its rate from what the server last said', () => {
  let ms = 0;
  const clock = new TwinClock(() => ms);
  clock.configure({ kind: 'simulated', rate: 60, now: '2026-11-24T12:00:00Z', offset_s: 0 });
  ms = 1000;
  assert.equal(new Date(clock.nowMs()).toISOString(), '2026-11-24T12:01:00.000Z');
  assert.equal(clock.ageS(Date.parse('2026-11-24T12:00:30Z') / 1000), 30);
  assert.equal(clock.isNotable(), true);
  clock.sync('2026-11-24T13:00:00Z');
  assert.equal(new Date(clock.nowMs()).toISOString(), '2026-11-24T13:00:00.000Z');
});
