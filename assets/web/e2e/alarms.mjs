// Drives the room of alarms of a server on which it burns in one container and others are full, whose operator's token is
// TWIN_OPERATOR_TOKEN: node e2e/alarms.mjs BASE_URL [--shots DIR]. It acknowledges and shelves.
import { DESKTOP, PHONE, attempt, checkAxe, drive, open, origin, shoot } from './harness.mjs';

const token = process.env.TWIN_OPERATOR_TOKEN ?? '';
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
const words = (locator) => locator.innerText().then((text) => text.replace(/\s+/g, ' ').trim());
const inside = (page) => page.evaluate(() => [JSON.stringify([{ ...sessionStorage }, { ...localStorage }, location.href]), document.documentElement.outerHTML].join());
const ask = async (path) => (await fetch(`${origin}${path}`, { headers })).json();

async function checkDoor(page) {
  await attempt('the room is found in the footer, and asks for the token', async () => {
    await page.locator('a.to-alarms').click();
    await page.locator('#alarm-token').waitFor();
    return { passed: page.url().endsWith('#/alarmes'), note: page.url() };
  });
  await checkAxe(page, 'alarms door');
  await attempt('a wrong token is refused in words', async () => {
    await page.locator('#alarm-token').fill(`not-${token}`);
    await page.keyboard.press('Enter');
    const fault = page.locator('.alarms-room .gate .fault:visible');
    await fault.waitFor();
    return { passed: !(await inside(page)).includes('data-alarm='), note: await words(fault) };
  });
  await attempt('the right one opens, and the sentence counts what waits', async () => {
    await page.locator('#alarm-token').fill(token);
    await page.keyboard.press('Enter');
    await page.locator('.alarm').first().waitFor();
    const title = await words(page.locator('.alarms-room .room h1'));
    return { passed: /^\d+ alertes attendent\.$/.test(title), note: title };
  });
}

async function checkList(page) {
  await attempt('the fire stands first, with its sign and what to do', async () => {
    const first = page.locator('.alarm-list .alarm').first();
    const passed = (await first.locator('.alarm-sign.p1.is-new .ring').count()) === 1 && /Feu dans un conteneur.*Appeler le 18/.test(await words(first));
    return { passed, note: (await words(first)).slice(0, 90) };
  });
  await attempt('one of priority 1 cannot be put away', async () => {
    const acts = await words(page.locator('.alarm-group.p1 .alarm-acts').first());
    return { passed: !acts.includes('Mettre de côté'), note: acts };
  });
  await attempt('one button is loud: that of the fire', async () => {
    const loud = await page.locator('.alarm-list .btn.primary').evaluateAll((all) => all.map((it) => it.closest('.alarm-group').className));
    return { passed: loud.length === 1 && loud[0].includes('p1'), note: loud.join() };
  });
  await attempt('two full containers of one site are told apart, and lead to the map', async () => {
    const places = await Promise.all((await page.locator('.alarm-group.p3 .whose a').all()).map(words));
    const href = await page.locator('.alarm-group.p3 .whose a').first().getAttribute('href');
    return { passed: places.length === 2 && places[0] !== places[1] && places.every((it) => /Marché · Verre n° \d+/.test(it)) && /sel=container\//.test(href), note: places.join('; ') };
  });
  await checkAxe(page, 'alarms, light');
  await page.setViewportSize(PHONE);
  await page.emulateMedia({ colorScheme: 'dark' });
  await checkAxe(page, 'alarms on a phone, dark');
  await page.setViewportSize(DESKTOP);
  await page.emulateMedia({ colorScheme: 'light' });
}

async function checkOrders(page) {
  await attempt('an alarm is acknowledged by keys: a tick takes the place of the ring', async () => {
    const button = page.locator('.alarm-group.p1 .btn.primary').first();
    await button.focus();
    await page.keyboard.press('Enter');
    await page.locator('.alarm-group.p1 .alarm-sign .tick').first().waitFor();
    const [fire] = (await ask('/alarms?priority=1')).alarms;
    const isNear = await page.evaluate(() => document.activeElement?.matches('.alarm-group.p1 summary') ?? false);
    return { passed: fire.state === 'acknowledged' && isNear, note: `${fire.state}, the focus stays at it: ${isNear}` };
  });
  await attempt('putting away asks why, and counts in one line', async () => {
    const before = await page.locator('.alarm-group.p3 .alarm').count();
    await page.locator('.alarm-group.p3 [data-key^="shelve-"]').first().click();
    await page.locator('.shelving .btn.primary').click();
    const fault = await words(page.locator('.shelving .fault:visible'));
    await shoot(page, 'alarms-shelving');
    await page.locator('.shelving input').fill('Rue barrée');
    await page.keyboard.press('Enter');
    await page.waitForFunction((count) => document.querySelectorAll('.alarm-group.p3 .alarm').length < count, before);
    const lead = await words(page.locator('.alarms-room .lead').last());
    return { passed: fault.length > 0 && lead.includes('1 est mise de côté'), note: lead };
  });
  await attempt('what is put away is found again, with its reason', async () => {
    await page.locator('.alarm-tabs button').nth(1).click();
    const state = page.locator('.alarm .state').first();
    await state.waitFor();
    return { passed: (await words(state)).includes('Rue barrée'), note: await words(state) };
  });
  await page.locator('.alarm-tabs button').first().click();
}

async function checkLive(page) {
  await attempt('a camera that goes down is on the page within three seconds', async () => {
    await page.locator('.alarm-group.p3').waitFor();
    const told = Date.now();
    await fetch(`${origin}/assets/camera/k/status`, { method: 'PUT', headers, body: JSON.stringify({ state: 'down' }) });
    await page.locator('.alarm-group.p2 .alarm').waitFor({ timeout: 3_000 });
    return { passed: true, note: `${Date.now() - told} ms` };
  });
  await attempt('what happened to an alarm is told in order', async () => {
    await page.locator('.alarm-group.p1 summary').first().click();
    const steps = page.locator('.alarm-group.p1 .steps');
    await steps.locator('li').nth(2).waitFor();
    const told = await words(steps);
    return { passed: /levée.*signalée.*notée/.test(told), note: told };
  });
  await attempt('a filter leaves what it names', async () => {
    await page.locator('.alarm-filters select').first().selectOption('2');
    await page.waitForFunction(() => document.querySelectorAll('.alarm-list .alarm').length === 1);
    return { passed: (await words(page.locator('.alarm b').first())) === 'Caméra hors service', note: await words(page.locator('.alarm b').first()) };
  });
  await page.locator('.alarm-filters select').first().selectOption('');
}

async function checkFigures(page) {
  await attempt('the figures stand beside what is aimed at', async () => {
    await page.locator('.alarm-tabs button').nth(3).click();
    const table = page.locator('.figures-table');
    await table.waitFor();
    const told = await words(table);
    return { passed: /10 au plus/.test(told) && /1 · Agir tout de suite/.test(told), note: told.slice(0, 100) };
  });
  await attempt('what is most frequent is told by name', async () => {
    const told = await words(page.locator('.often'));
    return { passed: /Marché/.test(told) && !/(sensor|container|camera)\//.test(told), note: told.slice(0, 100) };
  });
  await checkAxe(page, 'alarm figures');
}

async function checkLeaving(page) {
  await attempt('who leaves takes token and alarms along', async () => {
    await page.locator('.alarms-room .room-tools button').click();
    await page.locator('#alarm-token').waitFor();
    const left = await inside(page);
    return { passed: !left.includes(token) && !left.includes('data-alarm='), note: page.url() };
  });
}

await drive(async (browser) => {
  const page = await open(browser, '', /\/alarms|\/layers\//);
  await checkDoor(page);
  await checkList(page);
  await checkOrders(page);
  await checkLive(page);
  await checkFigures(page);
  await checkLeaving(page);
});
