// What the end-to-end script asks of a page: colours on the canvas, focus by Tab, width, and axe's verdict.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Decodes a screenshot inside the page: distinct colours, and pixels in one of the six level colours. */
export function colourCount(page, base64) {
  return page.evaluate(async (png) => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const style = getComputedStyle(document.documentElement);
    const wanted = new Set([0, 1, 2, 3, 4, 5].map((c) => Number.parseInt(style.getPropertyValue(`--f${c}`).trim().slice(1), 16)));
    const seen = new Set();
    let levels = 0;
    for (let i = 0; i < data.length; i += 4) {
      const colour = (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
      seen.add(colour);
      if (wanted.has(colour)) levels++;
    }
    return { distinct: seen.size, levels };
  }, base64);
}

/** Presses Tab until the focused element fits, at most so many times. */
export async function tabTo(page, fits, most) {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    const handle = await page.evaluateHandle(() => document.activeElement);
    if (await handle.evaluate(fits)) return i + 1;
  }
  throw new Error(`not reached with ${most} tabs`);
}

export function horizontalOverflow(page) {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));
}

/** Serious and critical findings as "rule: first element". */
export async function auditAxe(page) {
  await page.evaluate(await readFile(axePath, 'utf8'));
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    return violations.filter((v) => ['serious', 'critical'].includes(v.impact)).map((v) => `${v.id}: ${v.nodes[0].target.join(' ')}`);
  });
}
