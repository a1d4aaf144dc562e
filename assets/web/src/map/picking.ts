// Which container lies under a point of the screen; a linear scan is quicker than any index at this size.
import type { DiscGeometry, Form } from './disc-geometry.ts';
import { drawRank } from './disc-geometry.ts';

/** The nearest sign within reach; among signs on the same spot, the one drawn on top. */
export function nearest(
  geometry: DiscGeometry,
  origin: { x: number; y: number },
  world: number,
  form: Form,
  x: number,
  y: number,
  reach: number,
): number | null {
  const { fleet, leader } = geometry;
  const isSpread = form.cell[0] > 0;
  const limit = reach + (form.near ? form.size / 2 : 3);
  let best: number | null = null;
  let bestScore = Infinity;
  for (let i = 0; i < fleet.size; i++) {
    if (!isSpread && leader[fleet.site[i]!] !== i) continue;
    const [sx, sy] = geometry.screen(i, origin, world, form.cell);
    const distance = Math.hypot(sx - x, sy - y);
    if (distance > limit) continue;
    const score = distance - drawRank(fleet, i) * 0.3;
    if (score < bestScore) [best, bestScore] = [i, score];
  }
  return best;
}
