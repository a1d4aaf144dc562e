// What the end-to-end scripts share: one browser on a running server, checks with their time, screenshots, and the verdict.
// Each is run as: node e2e/SCRIPT BASE_URL [--shots DIR].
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { auditAxe, horizontalOverflow } from './probes.mjs';

const LIMIT_MS = 90_000;
export const FLAGS = [
  '--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];
export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

const [base = 'http://127.0.0.1:8080', ...rest] = process.argv.slice(2);
const shots = rest[0] === '--shots' ? rest[1] : null;
export const origin = new URL(base).origin;
const results = [];
const strangers = [];
const complaints = [];
const started = Date.now();

export function check(name, passed, note = '') {
  results.push(passed);
  const at = `${((Date.now() - started) / 1000).toFixed(1).padStart(5)} s`;
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${at}  ${name}${note ? ` (${note})` : ''}`);
}

export async function attempt(name, run) {
  try {
    const { passed, note } = await run();
    check(name, passed, note);
  } catch (error) {
    check(name, false, String(error.message ?? error).split('\n')[0]);
  }
}

/** `expected` fits the addresses whose failures a script provokes. */
function watch(page, expected) {
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url)) strangers.push(url);
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected.test(message.location().url)) complaints.push(message.text());
  });
}

export async function shoot(page, name) {
  if (shots) await page.screenshot({ path: path.join(shots, `${name}.png`), timeout: 120_000 });
}

export async function open(browser, hash = '', expected = /\/layers\//) {
  const context = await browser.newContext({ viewport: DESKTOP, colorScheme: 'light', reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(25_000);
  watch(page, expected);
  await page.goto(`${origin}/${hash}`, { waitUntil: 'domcontentloaded' });
  return page;
}

/** Nothing serious for axe, and nothing wider than the page. */
export async function checkAxe(page, name) {
  await attempt(`axe: ${name}`, async () => {
    const found = await auditAxe(page);
    const overflow = await horizontalOverflow(page);
    return { passed: found.length === 0 && overflow === 0, note: [...found, overflow ? `${overflow} px too wide` : ''].filter(Boolean).join('; ') };
  });
  await shoot(page, name.replace(/[^a-z0-9]+/g, '-'));
}

/** Runs a script in a browser of its own, and ends the process with its verdict. */
export async function drive(run, limitMs = LIMIT_MS) {
  const timer = setTimeout(() => {
    console.log(`FAIL not finished after ${limitMs / 1000} s`);
    process.exit(1);
  }, limitMs);
  await inBrowser(run).catch((error) => check('the run itself', false, String(error.message ?? error).split('\n')[0]));
  clearTimeout(timer);
  const failed = results.filter((passed) => !passed).length;
  console.log(`${results.length - failed} passed, ${failed} failed`);
  process.exit(failed || results.length === 0 ? 1 : 0);
}

async function inBrowser(run) {
  if (shots) await mkdir(shots, { recursive: true });
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, headless: true, args: FLAGS });
  try {
    await run(browser);
    check('no request left for a third party', strangers.length === 0, strangers.slice(0, 3).join(', '));
    check('no error on the console', complaints.length === 0, complaints.slice(0, 3).join(' | '));
  } finally {
    await browser.close();
  }
}
