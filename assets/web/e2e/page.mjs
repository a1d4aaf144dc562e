// Drives the real page on a running server with Chromium: node e2e/page.mjs BASE_URL [--shots DIR].
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { auditAxe, colourCount, horizontalOverflow, tabTo } from './probes.mjs';

const LIMIT_MS = 90_000;
const FLAGS = [
  '--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

const [base = 'http://127.0.0.1:8080', ...rest] = process.argv.slice(2);
const shots = rest[0] === '--shots' ? rest[1] : null;
const origin = new URL(base).origin;
const results = [];
const strangers = [];
const complaints = [];
const started = Date.now();

function check(name, passed, note = '') {
  results.push(passed);
  const at = `${((Date.now() - started) / 1000).toFixed(1).padStart(5)} s`;
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${at}  ${name}${note ? ` (${note})` : ''}`);
}

async function attempt(name, run) {
  try {
    const { passed, note } = await run();
    check(name, passed, note);
  } catch (error) {
    check(name, false, String(error.message ?? error).split('\n')[0]);
  }
}

function watch(page) {
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url)) strangers.push(url);
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const isMissingLayer = /\/layers\//.test(message.location().url);
    if (message.type() === 'error' && !isMissingLayer) complaints.push(message.text());
  });
}

async function shoot(page, name) {
  if (shots) await page.screenshot({ path: path.join(shots, `${name}.png`) });
}

async function open(browser) {
  const context = await browser.newContext({ viewport: DESKTOP, colorScheme: 'light', reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(25_000);
  watch(page);
  await page.goto(`${origin}/`, { waitUntil: 'domcontentloaded' });
  return page;
}

const data = (page, name) => page.evaluate((key) => document.documentElement.dataset[key] ?? '', name);
const drawn = (page) => page.waitForFunction(() => document.documentElement.dataset.map === 'drawn');
const headline = (page) => page.locator('h1:visible').first().innerText();

async function checkMap(page, snapshot) {
  await attempt('WebGL2 context', async () => ({
    passed: await page.evaluate(() => document.createElement('canvas').getContext('webgl2') !== null),
  }));
  await attempt('map drawn with every container', async () => {
    await drawn(page);
    const shown = await data(page, 'mapContainers');
    return { passed: Number(shown) === snapshot.containers.id.length, note: `${shown} containers` };
  });
  await attempt('canvas is not blank', async () => {
    const box = await page.locator('.map').boundingBox();
    const png = await page.screenshot({ clip: box });
    const { distinct, levels } = await colourCount(page, png.toString('base64'));
    const measured = snapshot.containers.fill.some((fill, i) => fill !== null && snapshot.containers.status[i] !== 'silent');
    return { passed: distinct > 8 && (!measured || levels > 0), note: `${distinct} colours, ${levels} pixels in level colours` };
  });
  await attempt('headline in French', async () => {
    const words = await headline(page);
    const language = await page.evaluate(() => document.documentElement.lang);
    return { passed: language === 'fr' && /[a-zà-ÿ]{4}/i.test(words), note: words.replace(/\s+/g, ' ') };
  });
}

async function checkLive(page) {
  await attempt('a live event moves the page', async () => {
    const before = { seq: await data(page, 'liveSeq'), at: await data(page, 'liveAt') };
    await page.waitForFunction(
      (b) => document.documentElement.dataset.liveSeq !== b.seq || document.documentElement.dataset.liveAt !== b.at,
      before,
    );
    const words = await page.locator('.foot-live .age').innerText();
    const isLive = (await data(page, 'link')) === 'live';
    return { passed: isLive && words.length > 0, note: `seq ${before.seq} → ${await data(page, 'liveSeq')}, “${words}”` };
  });
}

async function checkKeyboard(page) {
  await attempt('a container is reached in the table by keys alone', async () => {
    await tabTo(page, (e) => e.matches('.pages a[href^="#/tableau"]'), 12);
    await page.keyboard.press('Enter');
    await page.locator('.containers tbody a').first().waitFor();
    await tabTo(page, (e) => e.matches('.containers tbody a'), 40);
    await page.keyboard.press('Enter');
    const sheet = page.locator('.sheet:not([hidden])');
    await sheet.locator('.reading').waitFor();
    const level = (await sheet.locator('.reading').innerText()).replace(/\s+/g, ' ');
    return { passed: level.length > 2 && page.url().includes('sel=container/'), note: level };
  });
  await shoot(page, 'table-with-sheet');
  await attempt('Escape closes the sheet and gives the focus back', async () => {
    await page.keyboard.press('Escape');
    await page.locator('.sheet').waitFor({ state: 'hidden' });
    return { passed: await page.evaluate(() => document.activeElement?.matches('.containers tbody a') ?? false) };
  });
}

async function checkLanguage(page) {
  await attempt('language switch to English and back', async () => {
    const french = await headline(page);
    await page.locator('a.lang:visible').click();
    await page.waitForFunction(() => document.documentElement.lang === 'en' && document.querySelector('h1')?.textContent.trim());
    await page.waitForFunction(() => document.documentElement.dataset.link === 'live');
    const english = await headline(page);
    await page.locator('a.lang:visible').click();
    await page.waitForFunction(() => document.documentElement.lang === 'fr');
    return { passed: english !== french, note: english.replace(/\s+/g, ' ') };
  });
}

/** One page for all of them: it only changes size, colours and address. */
async function checkAccess(page, id) {
  const views = [
    ['table, dark', DESKTOP, 'dark', '#/tableau'],
    ['communes at 320 px', { width: 320, height: 640 }, 'light', '#/tableau?de=communes'],
    ['map with sheet, light', DESKTOP, 'light', `#/carte?sel=${id}`],
    ['map on a phone, dark', PHONE, 'dark', `#/carte?sel=${id}`],
  ];
  for (const [name, size, colorScheme, hash] of views) {
    await attempt(`axe: ${name}`, async () => {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      await page.evaluate((next) => (location.hash = next), hash);
      await page.locator(hash.includes('tableau') ? 'table.big:visible' : '.sheet .reading').first().waitFor();
      if (hash.includes('carte')) await drawn(page);
      await page.waitForTimeout(400);
      const found = await auditAxe(page);
      const overflow = await horizontalOverflow(page);
      return { passed: found.length === 0 && overflow === 0, note: [...found, overflow ? `${overflow} px too wide` : ''].filter(Boolean).join('; ') };
    });
    await shoot(page, name.replace(/[^a-z0-9]+/g, '-'));
  }
}

async function run() {
  if (shots) await mkdir(shots, { recursive: true });
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, headless: true, args: FLAGS });
  try {
    const snapshot = await (await fetch(`${origin}/live/snapshot`)).json();
    const page = await open(browser);
    await checkMap(page, snapshot);
    await shoot(page, 'map');
    await checkLive(page);
    await checkKeyboard(page);
    await checkLanguage(page);
    await checkAccess(page, snapshot.containers.id[0]);
    check('no request left for a third party', strangers.length === 0, strangers.slice(0, 3).join(', '));
    check('no error on the console', complaints.length === 0, complaints.slice(0, 3).join(' | '));
  } finally {
    await browser.close();
  }
}

const timer = setTimeout(() => {
  console.log(`FAIL not finished after ${LIMIT_MS / 1000} s`);
  process.exit(1);
}, LIMIT_MS);
await run().catch((error) => check('the run itself', false, String(error.message ?? error).split('\n')[0]));
clearTimeout(timer);
const failed = results.filter((passed) => !passed).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exit(failed || results.length === 0 ? 1 : 0);
