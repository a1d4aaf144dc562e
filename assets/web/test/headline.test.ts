// The opening sentence in each state of the data and of the line.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fleet } from '../src/data/fleet.ts';
import { summarise } from '../src/data/summary.ts';
import { setLanguage } from '../src/i18n/words.ts';
import { headline } from '../src/view/headline.ts';
import { snapshot } from './fixture.ts';

setLanguage('fr');
const heardAtMs = new Date(2026, 10, 24, 14, 28).getTime();
const live = { link: { state: 'live' } as const, heardAtMs };
const lost = { link: { state: 'lost', sinceMs: 0, nextTryMs: null } as const, heardAtMs };
const sentence = (state: Parameters<typeof headline>[0], change: (s: ReturnType<typeof snapshot>) => void = () => undefined) => {
  const given = snapshot();
  change(given);
  const { full, sensors } = headline(state, summarise(new Fleet(given)));
  return `${full} ${sensors}`.trim();
};

test('a live line speaks in the present', () => {
  assert.equal(sentence(live), '2 conteneurs sont pleins. 1 capteur est muet.');
});

test('a broken line speaks in the past and says when', () => {
  assert.equal(sentence(lost), 'À 14\u00a0h\u00a028, 2 conteneurs étaient pleins. 1 capteur était muet.');
});

test('late readings never look like a quiet city', () => {
  const stale = (s: ReturnType<typeof snapshot>) => (s.containers.status = s.containers.status.map(() => 'stale'));
  assert.equal(sentence(live, stale), 'Aucun niveau n’est à jour. 5 capteurs sont en retard.');
});

test('sensors that never measured are not called late', () => {
  const unread = (s: ReturnType<typeof snapshot>) => {
    s.containers.fill = s.containers.fill.map((fill, i) => (i === 0 ? fill : null));
    s.containers.status = s.containers.status.map(() => 'ok');
  };
  assert.match(sentence(live, unread), /capteurs? (est|sont) sans mesure\.$/);
});

test('a territory without sensors says so', () => {
  const bare = (s: ReturnType<typeof snapshot>) => {
    s.containers.fill = s.containers.fill.map(() => null);
    s.containers.has_sensor = s.containers.has_sensor.map(() => 0);
  };
  assert.equal(sentence(live, bare), '6 conteneurs. Aucun capteur.');
});
