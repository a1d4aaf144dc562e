// Filters, sorts and search over the fleet.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fleet } from '../src/data/fleet.ts';
import { filterContainers, sortContainers } from '../src/data/rows.ts';
import { SearchIndex, fold } from '../src/data/search.ts';
import { snapshot } from './fixture.ts';

const compare = (a: string, b: string) => a.localeCompare(b, 'fr');
const none = { commune: '', stream: '', level: '', query: '' };

test('filters combine, and a level means an up-to-date one', () => {
  const fleet = new Fleet(snapshot());
  assert.deepEqual(filterContainers(fleet, { ...none, level: '5' }), [0, 3]);
  assert.deepEqual(filterContainers(fleet, { ...none, level: '5', commune: '25031' }), [3]);
  assert.deepEqual(filterContainers(fleet, { ...none, level: 'silent' }), [4]);
  assert.deepEqual(filterContainers(fleet, { ...none, stream: 'glass', query: 'montbeliard' }), [0]);
  assert.deepEqual(filterContainers(fleet, { ...none, query: '25031-0001-2' }), [4]);
});

test('unknown values come last in both directions', () => {
  const fleet = new Fleet(snapshot());
  const all = [0, 1, 2, 3, 4, 5];
  const by = (descending: boolean) => sortContainers(fleet, all, 'level', descending, compare, (i) => fleet.stream(i));
  assert.deepEqual(by(true), [0, 3, 1, 2, 4, 5]);
  assert.deepEqual(by(false), [1, 3, 0, 2, 4, 5]);
  assert.deepEqual(sortContainers(fleet, all, 'age', false, compare, () => ''), [0, 3, 1, 4, 2, 5]);
});

test('search ignores accents and ranks a name that starts so first', () => {
  assert.equal(fold('Hérimoncourt – l’Île'), 'herimoncourt l ile');
  const index = new SearchIndex(new Fleet(snapshot()), [{ code: '25388', name: 'Montbéliard' }, { code: '25100', name: 'Grand Montbéliard' }]);
  assert.deepEqual(index.find('montbe').map((h) => h.label), ['Montbéliard', 'Grand Montbéliard', 'Montbéliard, point d’apport 1']);
  assert.deepEqual(index.find('25031-0001').map((h) => h.kind), ['container', 'container']);
  assert.deepEqual(index.find('m'), []);
});
