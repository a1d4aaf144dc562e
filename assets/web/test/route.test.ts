// The address: what is written is what is read back, and nonsense is dropped.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOME, formatRoute, linkTo, parseRoute, type Route } from '../src/data/route.ts';

test('a whole view survives the address', () => {
  const map: Route = { ...HOME, selection: 'container/25388-0012-2', language: 'en', view: { zoom: 12.5, lat: 47.51, lon: 6.8 } };
  assert.deepEqual(parseRoute(formatRoute(map)), map);
  const table: Route = { ...HOME, page: 'table', commune: '25388', stream: 'glass', level: '5', query: 'place d’Été', sort: 'level', descending: true, pageNumber: 3 };
  assert.deepEqual(parseRoute(formatRoute(table)), table);
});

test('the address stays short and readable', () => {
  assert.equal(formatRoute(HOME), '#/carte');
  assert.equal(formatRoute({ ...HOME, selection: 'container/a-1' }), '#/carte?sel=container/a-1');
  assert.equal(linkTo({ page: 'table', level: 'silent' }, { ...HOME, language: 'en', query: 'x' }), '#/tableau?niveau=silent&lang=en');
});

test('the operators’ room has an address, in which no device and no container stands', () => {
  assert.equal(linkTo({ page: 'quarantine', selection: 'container/a-1' }, { ...HOME, language: 'en' }), '#/capteurs?lang=en');
  assert.deepEqual(parseRoute('#/capteurs?sel=container/a-1'), { ...HOME, page: 'quarantine' });
});

test('what cannot be is dropped', () => {
  const route = parseRoute('#/carte?sel=<script>&vue=99/1/2&lang=xx&page=-4');
  assert.deepEqual(route, HOME);
  assert.deepEqual(parseRoute(''), HOME);
});
