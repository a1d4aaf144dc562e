// The adoption of a device without its form: faults, the request, the foreseen level, and where refusals belong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAULTS, USUAL, adoptionOf, faultsOf, fillAt, refusedField, type Draft } from '../src/data/adoption.ts';
import { findBare } from '../src/data/bare.ts';
import { Fleet } from '../src/data/fleet.ts';
import { HttpProblem } from '../src/data/http.ts';
import { CAUSES, distanceOf } from '../src/data/quarantine.ts';
import { DICTIONARIES, setLanguage } from '../src/i18n/words.ts';
import { measuredWords, readAgainWords, troubleOf } from '../src/view/quarantine/words.ts';
import { snapshot } from './fixture.ts';

setLanguage('fr');
const draft: Draft = { ...USUAL, container: 'container/25388-0001-3', codec: ' milesight-em400-mud ' };

test('a level is foreseen as the server will reckon it', () => {
  const cases: [number, number][] = [[1800, 0], [1100, 0.5], [400, 1], [280, 1], [4000, 0]];
  for (const [distance, fill] of cases) assert.equal(fillAt(distance, 1800, 400), fill, `${distance} mm`);
  assert.ok(Number.isNaN(fillAt(900, 400, 400)), 'a mounting that cannot be has no level');
  assert.ok(Number.isNaN(fillAt(900, NaN, 400)));
  assert.ok(Number.isNaN(fillAt(distanceOf({ battery_pct: 92 }), 1800, 400)));
});

test('what was typed becomes the request', () => {
  assert.deepEqual(faultsOf(draft), {});
  assert.deepEqual(adoptionOf(draft), { container: 'container/25388-0001-3', codec: 'milesight-em400-mud', empty_mm: 1800, full_mm: 400, interval_s: 14_400 });
});

test('each field says what is wrong with it', () => {
  const cases: [Partial<Draft>, object][] = [
    [{ container: '' }, { container: 'noContainer' }],
    [{ codec: ' ' }, { codec: 'noCodec' }],
    [{ empty: '' }, { empty: 'empty' }],
    [{ empty: '70000' }, { empty: 'empty' }],
    [{ full: '12.5' }, { full: 'full' }],
    [{ full: '1800' }, { full: 'order' }],
    [{ interval: '0' }, { interval: 'interval' }],
    [{ interval: '10081' }, { interval: 'interval' }],
  ];
  for (const [change, faults] of cases) assert.deepEqual(faultsOf({ ...draft, ...change }), faults, JSON.stringify(change));
});

test('a refusal of the server stands beside the field that it names', () => {
  const refused = (status: number, field?: string) => refusedField(new HttpProblem(status, '', 'codec=x: whatever it says', field));
  assert.deepEqual(refused(400, 'codec'), { codec: 'unknownCodec' });
  assert.deepEqual(refused(400, 'container'), { container: 'noContainer' });
  assert.deepEqual(refused(400, 'full_mm'), { full: 'order' });
  assert.deepEqual(refused(400, 'interval_s'), { interval: 'interval' });
  assert.deepEqual(refused(400, 'empty_mm'), { empty: 'empty' });
  assert.deepEqual(refused(409, 'container'), { container: 'takenContainer' });
  assert.deepEqual(refused(409, 'key'), {});
  assert.deepEqual(refused(400), {}, 'words are not read');
  assert.deepEqual(refused(503, 'codec'), {});
});

test('only containers without a sensor are found, by any of their words', () => {
  const given = snapshot();
  given.containers.has_sensor = [0, 1, 0, 0, 1, 0];
  const words = { commune: (code: string | null) => (code === '25031' ? 'Audincourt' : 'Montbéliard'), street: (site: string) => (site === 'site/x-0001' ? 'Rue des Vergers' : ''), stream: (i: number) => ['Verre', 'Papier', 'Ordures', 'Verre', 'Autre', 'Corbeille'][i]! };
  const found = (text: string, limit = 9) => findBare(new Fleet(given), text, words, limit);
  assert.deepEqual(found('').indices, [0, 2, 3, 5]);
  assert.deepEqual(found('montbeliard verre').indices, [0]);
  assert.deepEqual(found('vergers').indices, [5]);
  assert.deepEqual(found('25031').indices, [3]);
  assert.deepEqual(found('papier').indices, []);
  assert.deepEqual(found('', 1), { indices: [0], total: 4 });
});

test('what was measured, taken in and refused is told in words', () => {
  assert.equal(measuredWords({ battery_pct: 92, temperature_c: 15.9, distance_mm: 880, tilt: false, samples: 3 }), 'distance 880\u00a0mm, pile 92\u00a0%, 15,9\u00a0°C, 1 autre valeur');
  assert.equal(readAgainWords({ taken: 12, refused: 0, left: 0 }), '12 mesures reprises.');
  assert.equal(readAgainWords({ taken: 0, refused: 1, left: 2 }), 'Aucune mesure reprise, 1 refusée, 2 trames encore illisibles, gardées de côté.');
  for (const status of [0, 401, 403, 503]) assert.equal(troubleOf(new HttpProblem(status, 'x', 'y')).told, '');
  assert.equal(troubleOf(new HttpProblem(409, 'Conflict', 'taken')).told, 'taken');
});

test('every cause and every fault has its words', () => {
  for (const cause of CAUSES) assert.ok(DICTIONARIES.fr[`cause.${cause}`], cause);
  for (const fault of FAULTS) assert.ok(DICTIONARIES.fr[`fault.${fault}`], fault);
});
