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
  const page = await open(browser, '', /\/quarantine$|\/layers\//);
  await checkDoor(page, device);
  await checkForm(page);
  await checkAdoption(page);
  await checkContainer(page);
  await checkLeaving(page, device);
});
