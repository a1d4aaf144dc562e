// Where the page says how to have the real territory.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMadeUp } from '../src/view/footer.ts';
import type { PackInfo } from '../src/data/contract.ts';

function pack(name: string, synthetic: boolean[]): PackInfo {
  const layers = synthetic.map((synthetic, ix) => ({ name: `l${ix}`, synthetic, source: '', licence: '', vintage: '' }));
  return { name, title: '', preset: null, synthetic: synthetic.includes(true), simulated_sensors: true, notice: {}, layers };
}

test('the command for the real territory stands beside the synthetic one only', () => {
  assert.ok(isMadeUp(pack('pma', [true, true])));
  assert.ok(!isMadeUp(pack('pma', [false, true])), 'real places with simulated sensors');
  assert.ok(!isMadeUp(pack('belfort', [true, true])), 'another territory');
  assert.ok(!isMadeUp(pack('pma', [])));
});
