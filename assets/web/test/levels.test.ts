// Fill classes and looks: where one begins and the other ends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classOf, lookOf, middleOf } from '../src/data/levels.ts';

test('each class begins at its floor and the fullest one at 95 %', () => {
  const cases: [number, number][] = [[-0.1, 0], [0, 0], [0.199, 0], [0.2, 1], [0.4, 2], [0.6, 3], [0.8, 4], [0.949, 4], [0.95, 5], [1.2, 5]];
  for (const [fill, expected] of cases) assert.equal(classOf(fill), expected, `fill ${fill}`);
});

test('the middle of a class lies in that class', () => {
  for (let c = 0; c < 6; c++) assert.equal(classOf(middleOf(c)), c);
});

test('a look never shows a level that is not known', () => {
  assert.equal(lookOf('unknown', NaN, false), 'bare');
  assert.equal(lookOf('unknown', NaN, true), 'unread');
  assert.equal(lookOf('silent', 0.8, true), 'silent');
  assert.equal(lookOf('stale', 0.8, true), 'late');
  assert.equal(lookOf('tilted', 0.8, true), 'level');
});
