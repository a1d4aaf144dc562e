// Drives the operators' room of a server that one device unknown to it has sent frames, and that has containers
// without a sensor: TWIN_OPERATOR_TOKEN=… node e2e/quarantine.mjs BASE_URL [--shots DIR]. It adopts the device.
import { DESKTOP, PHONE, attempt, checkAxe, drive, open, origin, shoot } from './harness.mjs';
import { tabTo } from './probes.mjs';

const token = process.env.TWIN_OPERATOR_TOKEN ?? '';
const words = (locator) => locator.innerText().then((text) => text.replace(/\s+/g, ' ').trim());
const kept = (page) => page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }, location.href]));
const tells = (page, device) => page.evaluate((number) => document.documentElement.outerHTML.includes(number), device);

async function knock(page, presented) {
  await page.locator('#operator-token').fill(presented);
  await page.keyboard.press('Enter');
}

async function checkDoor(page, device) {
  await attempt('the room is found in the footer, and asks for the token', async () => {
    await page.locator('a.operators').click();
    await page.locator('#operator-token').waitFor();
    return { passed: page.url().endsWith('#/capteurs'), note: page.url() };
  });
  await checkAxe(page, 'door');
  await attempt('a wrong token is refused in words, and not kept', async () => {
    await knock(page, `not-${token}`);
    const fault = page.locator('.gate .fault:visible');
    await fault.waitFor();
    const passed = !(await kept(page)).includes(token) && !(await tells(page, device));
    return { passed, note: await words(fault) };
  });
  await attempt('the right one opens, and the sentence counts the devices', async () => {
    await knock(page, token);
    await page.locator('.devices button').first().waitFor();
    return { passed: await tells(page, device), note: await words(page.locator('.quarantine .room h1')) };
  });
}

async function checkForm(page) {
  await attempt('the last distance is foreseen as a level', async () => {
    const before = await words(page.locator('.preview'));
    await page.locator('#adopt-empty').fill('3000');
    const after = await words(page.locator('.preview'));
    await page.locator('#adopt-empty').fill('1800');
    return { passed: /\d %/.test(before) && before !== after, note: `${before} → ${after}` };
  });
  await attempt('a fault stands beside its field, which has the focus', async () => {
    await page.locator('.acts button[type="submit"]').click();
    const fault = page.locator('[data-field="adopt-container"] .fault:visible');
    await fault.waitFor();
    const focused = await page.evaluate(() => document.activeElement?.id);
    return { passed: focused === 'adopt-container', note: await words(fault) };
  });
  await checkAxe(page, 'device, light');
  await page.setViewportSize(PHONE);
  await page.emulateMedia({ colorScheme: 'dark' });
  await checkAxe(page, 'device on a phone, dark');
  await page.setViewportSize(DESKTOP);
  await page.emulateMedia({ colorScheme: 'light' });
}

async function checkRefusal(page) {
  await attempt('what the server refuses stands beside the field that it names', async () => {
    await page.locator('#adopt-container').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('#adopt-codec').selectOption('');
    await page.locator('[data-field="adopt-codec"] input').fill('nobodys');
    await page.locator('.acts button[type="submit"]').click();
    const field = page.locator('[data-field="adopt-codec"]');
    await field.locator('.fault:visible').waitFor();
    const told = await words(field.locator('.hint'));
    await page.locator('#adopt-codec').selectOption('milesight-em400-mud');
    await page.locator('#adopt-container').fill('');
    await page.keyboard.press('Escape');
    return { passed: told.includes('milesight-em400-mud'), note: `${told.slice(0, 80)}…` };
  });
}

async function checkAdoption(page) {
  await attempt('a container is chosen and the device adopted by keys alone', async () => {
    await page.locator('#adopt-container').focus();
    await page.keyboard.press('ArrowDown');
    await page.locator('#adopt-containers li[aria-selected="true"]').waitFor();
    await shoot(page, 'containers');
    await page.keyboard.press('Enter');
    await tabTo(page, (e) => e.matches('.acts button[type="submit"]'), 12);
    await page.keyboard.press('Enter');
    const outcome = page.locator('.outcome:visible');
    await outcome.waitFor();
    const told = await words(outcome);
    return { passed: /[1-9]\d* mesures? reprises?/.test(told), note: told };
  });
  await attempt('the empty room says so', async () => {
    await page.locator('.arrival').waitFor();
    return { passed: true, note: await words(page.locator('.quarantine .room h1')) };
  });
  await checkAxe(page, 'nobody waits');
}

async function checkContainer(page) {
  await attempt('the container has its level on the map', async () => {
    await page.locator('.outcome a').click();
    const reading = page.locator('.sheet .reading b');
    await reading.waitFor();
    return { passed: /\d/.test(await words(reading)), note: `${await words(reading)} %` };
  });
}

async function checkReport(page) {
  await page.setViewportSize({ width: 320, height: 640 });
  await attempt('a report is asked what was seen before it is sent', async () => {
    await page.locator('.report summary').click();
    await page.locator('.report-form button').click();
    const fault = page.locator('[data-field="report-seen"] .fault:visible');
    await fault.waitFor();
    return { passed: await page.evaluate(() => document.activeElement?.id === 'report-seen'), note: await words(fault) };
  });
  await attempt('what is pressed is 44 px high, and the way out stays in sight', async () => {
    await page.locator('.report-form button').scrollIntoViewIfNeeded();
    const heights = await page.locator('.sheet :is(.x, .report summary, .report-form select, .report-form button)').evaluateAll((all) => all.map((it) => Math.round(it.getBoundingClientRect().height)));
    const isInSight = await page.evaluate(() => {
      const box = document.querySelector('.sheet .x').getBoundingClientRect();
      return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)?.closest('.x') !== null;
    });
    return { passed: isInSight && heights.length === 5 && heights.every((it) => it >= 44), note: heights.join(', ') };
  });
  await checkAxe(page, 'report at 320 px');
  await attempt('it is taken, and stands on the sheet', async () => {
    await page.locator('#report-seen').selectOption('lid-open');
    await page.locator('.report-form button').click();
    await page.waitForFunction(() => document.querySelector('.sheet .say')?.textContent.includes('couvercle ouvert'));
    return { passed: true, note: await words(page.locator('.report-form [role="status"]')) };
  });
  await page.setViewportSize(DESKTOP);
}

async function checkLeaving(page, device) {
  await attempt('who leaves takes the token and the numbers along', async () => {
    await page.locator('a.operators').click();
    await page.locator('.quarantine .room-tools button').click();
    await page.locator('#operator-token').waitFor();
    const passed = !(await kept(page)).includes(token) && !(await tells(page, device));
    return { passed, note: await words(page.locator('.quarantine .gate h1')) };
  });
}

await drive(async (browser) => {
  const headers = { authorization: `Bearer ${token}` };
  const { devices } = await (await fetch(`${origin}/quarantine`, { headers })).json();
  const device = devices[0].dev_eui;
  const page = await open(browser, '', /\/quarantine(\/.*)?$|\/layers\//);
  await checkDoor(page, device);
  await checkForm(page);
  await checkRefusal(page);
  await checkAdoption(page);
  await checkContainer(page);
  await checkReport(page);
  await checkLeaving(page, device);
});
