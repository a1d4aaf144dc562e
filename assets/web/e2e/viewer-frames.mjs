// What a frame of the 3D viewer takes in Chromium, beside a plain scene of as many triangles, each in a page of its own:
// node e2e/viewer-frames.mjs BASE_URL [ASSETS...]. It prints a row of a table for each number of containers.
import { chromium } from 'playwright-core';
import { DESKTOP, FLAGS } from './harness.mjs';

const FRAMES = 12;
/** A frame takes some seconds where there is no graphics card, and 100,000 containers more than that. */
const PATIENCE = { timeout: 600_000 };

const [base = 'http://127.0.0.1:8080', ...counts] = process.argv.slice(2);
const assets = counts.length ? counts.map(Number) : [2_000, 20_000, 100_000];

async function figures(browser, query) {
  const context = await browser.newContext({ viewport: DESKTOP });
  const page = await context.newPage();
  await page.goto(`${new URL(base).origin}/viewer/?bench-frames=${FRAMES}&${query}`);
  const told = await page.waitForFunction(() => document.documentElement.dataset.figures ?? document.documentElement.dataset.failed, null, PATIENCE);
  const text = await told.jsonValue();
  await context.close();
  if (!text.startsWith('{')) throw new Error(`${query}: ${text}`);
  return JSON.parse(text);
}

function row(cells) {
  console.log(`| ${cells.join(' | ')} |`);
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: FLAGS });
row(['containers', 'triangles', 'drawn after, s', 'frames a second', 'frame max, ms', 'plain scene, frames a second', 'viewer / plain, time']);
row(Array(7).fill('---:'));
for (const count of assets) {
  const drawn = await figures(browser, `bench-assets=${count}`);
  const plain = await figures(browser, `bench-plain=${drawn.triangles}`);
  const ratio = plain.fps_mean / drawn.fps_mean;
  row([drawn.assets, drawn.triangles, drawn.drawn_after_s.toFixed(1), drawn.fps_mean.toFixed(2), drawn.frame_ms_max.toFixed(0), plain.fps_mean.toFixed(2), ratio.toFixed(2)]);
}
await browser.close();
