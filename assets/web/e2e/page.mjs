// Drives the real page on a running server with Chromium: node e2e/page.mjs BASE_URL [--shots DIR].
import { DESKTOP, PHONE, attempt, checkAxe, drive, open, origin, shoot } from './harness.mjs';
import { colourCount, tabTo } from './probes.mjs';

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

/** What stands under the map leaves the map's scale alone, also while the clock is told. */
async function checkFoot(page) {
  for (const width of [1120, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await attempt(`the foot is clear of the scale at ${width} px`, async () => {
      await drawn(page);
      const gap = await page.evaluate(() => {
        const told = document.querySelector('.foot-live .clock');
        const clock = told.cloneNode(true);
        clock.hidden = false;
        clock.textContent = 'Horloge simulée, 60 fois plus vite : mercredi 30 septembre à 14 h 32';
        told.replaceWith(clock);
        const box = (selector) => document.querySelector(selector).getBoundingClientRect();
        const gap = box('.foot-live').top - Math.max(box('.scale').bottom, box('.scale span').bottom);
        clock.replaceWith(told);
        return gap;
      });
      return { passed: gap >= 0, note: `${Math.round(gap)} px` };
    });
  }
  await page.setViewportSize(DESKTOP);
}

async function checkSources(page) {
  await attempt('every source is called by a name', async () => {
    await page.locator('.sources summary').click();
    const names = await page.locator('.sources-list li b').allInnerTexts();
    await shoot(page, 'sources');
    await page.keyboard.press('Escape');
    const nameless = names.filter((name) => !/^\p{Lu}/u.test(name));
    return { passed: names.length > 0 && nameless.length === 0, note: nameless.join(', ') || `${names.length} layers` };
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
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    await page.evaluate((next) => (location.hash = next), hash);
    await page.locator(hash.includes('tableau') ? 'table.big:visible' : '.sheet .reading').first().waitFor();
    if (hash.includes('carte')) await drawn(page);
    await page.waitForTimeout(400);
    await checkAxe(page, name);
  }
}

await drive(async (browser) => {
  const snapshot = await (await fetch(`${origin}/live/snapshot`)).json();
  const page = await open(browser);
  await checkMap(page, snapshot);
  await shoot(page, 'map');
  await checkLive(page);
  await checkFoot(page);
  await checkSources(page);
  await checkKeyboard(page);
  await checkLanguage(page);
  await checkAccess(page, snapshot.containers.id[0]);
});
