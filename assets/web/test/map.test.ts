// Geometry of the map: borders, slots, draw order, colours and the scale's lengths.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Polygon } from 'geojson';
import { Fleet } from '../src/data/fleet.ts';
import { bordersOf, boundsOfShapes, insideOf, outsideOf, rimRings } from '../src/map/borders.ts';
import { DiscGeometry, formAt, mercator, metresPerPixel, slotOffset } from '../src/map/disc-geometry.ts';
import { mix, parseHex } from '../src/map/palette.ts';
import { nearest } from '../src/map/picking.ts';
import { snapshot } from './fixture.ts';

const square = (x: number): Polygon => ({ type: 'Polygon', coordinates: [[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]] });

test('two neighbours share one inner edge and keep six outer ones', () => {
  const { inner, rim } = bordersOf([square(0), square(1)]);
  const edges = (lines: number[][][]) => lines.reduce((sum, line) => sum + line.length - 1, 0);
  assert.equal(edges(inner), 1);
  assert.equal(edges(rim), 6);
  assert.deepEqual(boundsOfShapes([square(0), square(1)]), [0, 0, 2, 1]);
  assert.equal(boundsOfShapes([]), null);
});

test('outlines that do not meet are all rim', () => {
  assert.equal(bordersOf([square(0), square(5)]).inner.length, 0);
});

test('the rim closes around neighbours however their rings are wound', () => {
  const clockwise: Polygon = { type: 'Polygon', coordinates: [[...square(1).coordinates[0]!].reverse()] };
  const rings = rimRings(bordersOf([square(0), clockwise]).rim);
  assert.equal(rings?.length, 1);
  assert.equal(rings![0]!.length, 7);
  assert.deepEqual(rings![0]![0], rings![0]!.at(-1));
  assert.deepEqual(outsideOf(rings!).coordinates.map((part) => part.length), [2]);
});

test('a gap in the territory lies outside', () => {
  const hole = [[1, 1], [1, 2], [2, 2], [2, 1], [1, 1]];
  const ring: Polygon = { type: 'Polygon', coordinates: [[[0, 0], [3, 0], [3, 3], [0, 3], [0, 0]], hole] };
  const outside = outsideOf(rimRings(bordersOf([ring]).rim)!);
  assert.deepEqual(outside.coordinates.map((part) => part.length), [2, 1]);
});

test('a rim that does not close is told as such', () => {
  assert.equal(rimRings([[[0, 0], [1, 0]], [[1, 0], [1, 1]]]), null);
});

test('the containers of a site stand in a centred grid', () => {
  assert.deepEqual([0, 1, 2].map((k) => slotOffset(k, 3)[0]), [-1, 0, 1]);
  assert.deepEqual(slotOffset(0, 1), [0, 0]);
  const seven = Array.from({ length: 7 }, (_, k) => slotOffset(k, 7).join());
  assert.equal(new Set(seven).size, 7);
});

test('one sign stands for a site, the fullest, and is drawn last', () => {
  const geometry = new DiscGeometry(new Fleet(snapshot()));
  assert.deepEqual([...geometry.leader], [0, 3, 5]);
  assert.ok(Math.abs(geometry.data[5 * 6 + 4]! - 0.96) < 1e-6 || Math.abs(geometry.data[5 * 6 + 4]! - 0.97) < 1e-6);
});

test('a click finds the sign under it and nothing beyond reach', () => {
  const geometry = new DiscGeometry(new Fleet(snapshot()));
  const form = formAt(28);
  assert.equal(nearest(geometry, { x: 100, y: 100 }, 2 ** 19, form, 103, 101, 10), 0);
  assert.equal(nearest(geometry, { x: 100, y: 100 }, 2 ** 19, form, 140, 140, 10), null);
});

test('discs turn into gauges below 16 metres a pixel and spread below 5', () => {
  assert.equal(formAt(17).near, false);
  assert.equal(formAt(15).near, true);
  assert.deepEqual(formAt(15).cell, [0, 0]);
  assert.ok(formAt(4).cell[0] > 0);
  assert.ok(Math.abs(metresPerPixel(0, 0) - 78_271.517) < 0.001);
  assert.deepEqual(mercator(0, 0), [0.5, 0.5]);
});

test('colours are read and mixed', () => {
  assert.deepEqual(parseHex('#ffffff'), [1, 1, 1]);
  assert.deepEqual(parseHex('#000'), [0, 0, 0]);
  assert.equal(mix('#000000', '#ffffff', 0.5), 'rgb(128,128,128)');
});

test('a river is named as far as it runs inside the rim', () => {
  const ring = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]];
  const river = [[-2, 1], [-1, 1], [1, 1], [2, 1], [6, 1], [3, 3], [2, 3], [2, 6]];
  assert.deepEqual(insideOf([river], [ring]), [[[1, 1], [2, 1]], [[3, 3], [2, 3]]]);
  assert.deepEqual(insideOf([[[5, 5], [6, 6]]], [ring]), []);
});
