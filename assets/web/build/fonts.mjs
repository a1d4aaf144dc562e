// Unpacks the fonts of the page for the 3D viewer, which reads no woff2: viewer/fonts/{text,text-italic,title}.ttf.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import wawoff2 from 'wawoff2';

const WEB = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const OUT = path.join(WEB, '..', '..', 'viewer', 'fonts');
const FONTS = {
  'text.ttf': 'atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2',
  'text-italic.ttf': 'atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-italic.woff2',
  'title.ttf': 'bricolage-grotesque/files/bricolage-grotesque-latin-standard-normal.woff2',
};
/** What the viewer writes beside the letters and digits of ASCII. */
const NEEDED = 'àâçèéêëîïôùûüœÀÂÇÈÉÊËÎÏÔÙÛÜŒ«»’–−·×%…\u00a0';

/** The points of the tables of a font, by name. */
function tables(font) {
  const found = new Map();
  for (let n = 0; n < font.readUInt16BE(4); n += 1) {
    const at = 12 + 16 * n;
    found.set(font.toString('latin1', at, at + 4), font.readUInt32BE(at + 8));
  }
  return found;
}

/** Whether a subtable of format 4 of the table `cmap` at `at` has a glyph for a code. */
function hasGlyph(font, at, code) {
  const segments = font.readUInt16BE(at + 6) / 2;
  const ends = at + 14;
  const starts = ends + 2 * segments + 2;
  for (let n = 0; n < segments; n += 1) {
    if (code > font.readUInt16BE(ends + 2 * n)) continue;
    const start = font.readUInt16BE(starts + 2 * n);
    if (code < start) return false;
    const delta = font.readUInt16BE(starts + 2 * segments + 2 * n);
    const offsetAt = starts + 4 * segments + 2 * n;
    const offset = font.readUInt16BE(offsetAt);
    if (offset === 0) return ((code + delta) & 0xffff) !== 0;
    return font.readUInt16BE(offsetAt + offset + 2 * (code - start)) !== 0;
  }
  return false;
}

/** Those of `characters` for which the font has no glyph. */
function missing(font, characters) {
  const cmap = tables(font).get('cmap');
  if (cmap === undefined) return [...characters];
  for (let n = 0; n < font.readUInt16BE(cmap + 2); n += 1) {
    const at = cmap + font.readUInt32BE(cmap + 8 + 8 * n);
    if (font.readUInt16BE(at) === 4) {
      return [...characters].filter((character) => !hasGlyph(font, at, character.codePointAt(0)));
    }
  }
  return [...characters];
}

await mkdir(OUT, { recursive: true });
for (const [name, source] of Object.entries(FONTS)) {
  const packed = await readFile(path.join(WEB, 'node_modules/@fontsource-variable', source));
  const font = Buffer.from(await wawoff2.decompress(packed));
  const lacks = missing(font, NEEDED).map((c) => `U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`);
  if (lacks.length > 0) console.error(`${name} has no ${lacks.join(', ')}`);
  await writeFile(path.join(OUT, name), font);
}
