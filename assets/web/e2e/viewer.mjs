// Drives the 3D viewer of a running server in Chromium, on a driver that draws on the processor:
// node e2e/viewer.mjs BASE_URL [--shots DIR]. It needs `make viewer-web` before the server is built.
import { attempt, drive, open, shoot } from './harness.mjs';
import { colourCount } from './probes.mjs';

const LIMIT_MS = 420_000;
/** A frame takes a second or two where there is no graphics card. */
const PATIENCE = { timeout: 180_000 };

const data = (page, name) => page.evaluate((key) => document.documentElement.dataset[key] ?? null, name);

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
    await page.waitForFunction(() => document.documentElement.dataset.link === 'live', null, PATIENCE);
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

await drive(async (browser) => {
  const page = await open(browser, 'viewer/');
  await checkDrawn(page);
  await shoot(page, 'viewer');
  await checkPicking(page);
  await shoot(page, 'viewer-sheet');
}, LIMIT_MS);
