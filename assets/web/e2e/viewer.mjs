// Drives the 3D viewer in Chromium, on a driver that draws on the processor: node e2e/viewer.mjs BASE_URL [--shots DIR].
// It starts `twin` (TWIN_PROGRAM, with `make viewer-web` before it is built) at that address, and once more over
// the same data (TWIN_DATA), to see whether the viewer outlives it.
import { attempt, drive, open, origin, shoot } from './harness.mjs';
import { colourCount } from './probes.mjs';
import { Server } from './server.mjs';

const LIMIT_MS = 600_000;
/** A frame takes a second or two where there is no graphics card. */
const PATIENCE = { timeout: 180_000 };

/** While the server is away, what the browser says of requests is no complaint. */
let isAway = false;

const data = (page, name) => page.evaluate((key) => document.documentElement.dataset[key] ?? null, name);
const linkIs = (page, state) => page.waitForFunction((wanted) => document.documentElement.dataset.link === wanted, state, PATIENCE);

async function checkDrawn(page) {
  await attempt('the territory is drawn', async () => {
    await page.waitForFunction(() => 'drawn' in document.documentElement.dataset, null, PATIENCE);
    const failed = await data(page, 'failed');
    return { passed: failed === null, note: failed ?? '' };
  });
  await attempt('the picture is not blank', async () => {
    await page.waitForTimeout(15_000);
    const png = await page.screenshot({ timeout: 120_000 });
    const { distinct } = await colourCount(page, png.toString('base64'));
    return { passed: distinct > 100, note: `${distinct} colours` };
  });
  await attempt('the address follows the view', async () => {
    await page.waitForFunction(() => location.hash.startsWith('#1_'), null, PATIENCE);
    return { passed: true, note: await page.evaluate(() => location.hash) };
  });
  await attempt('changes come as they happen', async () => {
    await linkIs(page, 'live');
    return { passed: true };
  });
}

async function checkPicking(page) {
  await attempt('a key chooses the fullest container', async () => {
    await page.locator('#viewer').focus();
    await page.keyboard.press('j', { delay: 3_000 });
    await page.waitForFunction(() => document.documentElement.dataset.chosen?.startsWith('container/'), null, PATIENCE);
    return { passed: true, note: await data(page, 'chosen') };
  });
  await page.waitForTimeout(20_000);
}

async function checkRestart(page, server) {
  const chosen = await data(page, 'chosen');
  await attempt('a server that goes away is missed', async () => {
    isAway = true;
    await server.stop();
    await linkIs(page, 'lost');
    return { passed: (await data(page, 'failed')) === null };
  });
  await shoot(page, 'viewer-away');
  await attempt('and is found again, with what was chosen', async () => {
    await server.start();
    await linkIs(page, 'live');
    isAway = false;
    const now = await data(page, 'chosen');
    return { passed: now === chosen && now.startsWith('container/'), note: now };
  });
}

const server = new Server(process.env.TWIN_PROGRAM, process.env.TWIN_DATA, new URL(origin).port);
await server.start();
process.on('exit', () => void server.stop());
await drive(async (browser) => {
  const page = await open(browser, 'viewer/', { test: () => isAway });
  await checkDrawn(page);
  await shoot(page, 'viewer');
  await checkPicking(page);
  await shoot(page, 'viewer-sheet');
  await checkRestart(page, server);
  await server.stop();
}, LIMIT_MS);
