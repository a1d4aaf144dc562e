// The two dictionaries: same keys, same parameters, French typography, and every key that the sources use.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { DICTIONARIES, plural, setLanguage, t } from '../src/i18n/words.ts';
import { duration, number, percent, timeOfDay, wholePercent } from '../src/i18n/format.ts';
import { STATUSES, STREAMS } from '../src/data/contract.ts';

const { fr, en } = DICTIONARIES;

test('both languages have the same keys and parameters', () => {
  assert.deepEqual(Object.keys(fr).sort(), Object.keys(en).sort());
  const parameters = (words: string) => [...words.matchAll(/\{\w+\}/g)].map((m) => m[0]).sort();
  for (const key of Object.keys(fr)) assert.deepEqual(parameters(fr[key]!), parameters(en[key]!), key);
  for (const key of Object.keys(fr)) assert.ok(fr[key] && en[key], key);
});

test('French has no ordinary space before high punctuation, and curly apostrophes', () => {
  for (const [key, words] of Object.entries(fr)) {
    assert.doesNotMatch(words, / [:;?!%»]/, key);
    assert.doesNotMatch(words, /[a-zà-ÿ]'[a-zà-ÿ]/i, key);
    assert.doesNotMatch(words, /\u202f/, key);
  }
});

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    return entry.isDirectory() ? sources(full) : full.endsWith('.ts') ? [readFileSync(full, 'utf8')] : [];
  });
}

test('every key the sources name exists, and every key is used', () => {
  const code = sources(path.join(process.cwd(), 'src')).join('\n');
  for (const [, key] of code.matchAll(/\bt\(\s*'([\w.-]+)'/g)) assert.ok(fr[key!] !== undefined, `t('${key}')`);
  for (const [, key] of code.matchAll(/\bplural\(\s*'([\w.-]+)'/g)) assert.ok(fr[`${key}_other`] !== undefined, `plural('${key}')`);
  const stems = [...code.matchAll(/[`'"]([a-z]+(?:\.[\w-]+)*\.?)/gi)].map((m) => m[1]!);
  for (const key of Object.keys(fr)) {
    const bare = key.replace(/_(zero|one|other)$/, '');
    assert.ok(stems.some((s) => s === bare || (s.endsWith('.') && bare.startsWith(s))), `unused ${key}`);
  }
});

test('streams and statuses have their words', () => {
  for (const stream of STREAMS) assert.ok(fr[`stream.${stream}`] && fr[`stream.${stream}.container`], stream);
  for (const status of STATUSES) assert.ok(fr[`status.${status}`], status);
});

test('numbers, ages and times are written as each language writes them', () => {
  setLanguage('fr');
  assert.equal(number(1234.5, 1), '1\u00a0234,5');
  assert.equal(number(-3), '−3');
  assert.equal(percent(0.86), '86\u00a0%');
  assert.equal(duration(8), '8\u00a0s');
  assert.equal(duration(3 * 3600 + 600), '3\u00a0h\u00a010');
  assert.equal(duration(26 * 3600), '26\u00a0h');
  assert.equal(duration(72 * 3600), '3\u00a0jours');
  assert.equal(timeOfDay(new Date(2026, 10, 24, 14, 32).getTime()), '14\u00a0h\u00a032');
  assert.equal(plural('headline.full', 0, { n: 0 }), 'Aucun conteneur n’est plein.');
  assert.equal(plural('headline.full', 1, { n: 1 }), '1 conteneur est plein.');
  setLanguage('en');
  assert.equal(number(1234.5, 1), '1,234.5');
  assert.equal(timeOfDay(new Date(2026, 10, 24, 9, 2).getTime()), '09:02');
  assert.equal(t('nav.map'), 'Map');
  setLanguage('fr');
});

test('only a full container reads 100 %', () => {
  assert.deepEqual([0, 0.004, 0.5, 0.996, 1].map(wholePercent), [0, 0, 50, 99, 100]);
});
