// Bundles the page into dist/: hashed files under /assets-web/, one index.html, the fonts and the licences.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const DIST = path.join(ROOT, 'dist');
const ASSETS = 'assets-web';
const modules = (...p) => path.join(ROOT, 'node_modules', ...p);

const LICENCES = [
  ['maplibre-gl', 'LICENSE.txt'],
  ['@fontsource-variable/atkinson-hyperlegible-next', 'LICENSE'],
  ['@fontsource-variable/bricolage-grotesque', 'LICENSE'],
];

const hashOf = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 10);

/** Copies a file into the asset folder under a name that holds its hash; returns its URL. */
async function hashed(file, name) {
  const bytes = await readFile(file);
  const { name: stem, ext } = path.parse(name ?? file);
  const target = `${stem}-${hashOf(bytes)}${ext}`;
  await writeFile(path.join(DIST, ASSETS, target), bytes);
  return `/${ASSETS}/${target}`;
}

/** The options that every bundle shares; one browser generation that has WebGL2 and `:has()`. */
function common(extra) {
  return {
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    charset: 'utf8',
    target: ['chrome111', 'firefox121', 'safari16.4'],
    legalComments: 'none',
    outdir: path.join(DIST, ASSETS),
    publicPath: `/${ASSETS}`,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    loader: { '.woff2': 'file' },
    metafile: true,
    logLevel: 'warning',
    ...extra,
  };
}

function urlOf(result, entry, ext) {
  const hit = Object.entries(result.metafile.outputs).find(([out, meta]) => {
    const isEntry = meta.entryPoint === entry && out.endsWith(ext);
    return isEntry;
  });
  if (!hit) throw new Error(`no ${ext} output for ${entry}`);
  return `/${ASSETS}/${path.basename(hit[0])}`;
}

async function licences() {
  const texts = await Promise.all(
    LICENCES.map(async ([pkg, file]) => `${pkg}\n\n${await readFile(modules(pkg, file), 'utf8')}`),
  );
  await writeFile(path.join(DIST, ASSETS, 'licences.txt'), texts.join(`\n\n${'-'.repeat(70)}\n\n`));
}

async function report() {
  const names = await readdir(path.join(DIST, ASSETS));
  const { gzipSync } = await import('node:zlib');
  for (const name of names.sort()) {
    const bytes = await readFile(path.join(DIST, ASSETS, name));
    const kib = (n) => `${(n / 1024).toFixed(1).padStart(8)} KiB`;
    console.log(`${kib(bytes.length)} ${kib(gzipSync(bytes).length)} gz  /${ASSETS}/${name}`);
  }
}

await rm(DIST, { recursive: true, force: true });
await mkdir(path.join(DIST, ASSETS), { recursive: true });
const worker = await hashed(modules('maplibre-gl', 'dist', 'maplibre-gl-worker.mjs'), 'map-worker.js');
const icon = await hashed(path.join(ROOT, 'public', 'icon.svg'));
const theme = await esbuild.build(common({ entryPoints: ['src/theme-first.ts'], format: 'iife' }));
const css = await esbuild.build(common({ entryPoints: ['src/styles/index.css'] }));
const app = await esbuild.build(
  common({
    entryPoints: ['src/main.ts'],
    format: 'esm',
    splitting: true,
    define: { MAP_WORKER_URL: JSON.stringify(worker) },
  }),
);
const font = (family) =>
  Object.keys(css.metafile.outputs).map((o) => path.basename(o)).find((o) => o.startsWith(family) && o.endsWith('.woff2'));
const html = (await readFile(path.join(ROOT, 'src', 'index.html'), 'utf8'))
  .replaceAll('%ICON%', icon)
  .replaceAll('%THEME%', urlOf(theme, 'src/theme-first.ts', '.js'))
  .replaceAll('%CSS%', urlOf(css, 'src/styles/index.css', '.css'))
  .replaceAll('%APP%', urlOf(app, 'src/main.ts', '.js'))
  .replaceAll('%FONT_TEXT%', `/${ASSETS}/${font('atkinson-hyperlegible-next-latin-wght-normal')}`)
  .replaceAll('%FONT_TITLE%', `/${ASSETS}/${font('bricolage-grotesque-latin-opsz-normal')}`);
await writeFile(path.join(DIST, 'index.html'), html);
await licences();
await report();
