// The words under the gauges at street scale: "46 %", "plein", "muet", only for what is on screen.
import type { Feature, FeatureCollection } from 'geojson';
import type { Fleet } from '../data/fleet.ts';
import { FULL_CLASS } from '../data/levels.ts';
import { percent } from '../i18n/format.ts';
import { t } from '../i18n/words.ts';
import type { Bounds } from './borders.ts';
import { slotOffset, type Form } from './disc-geometry.ts';

const MOST = 600;
const TEXT_PX = 13;
/** Below this gauge height there is no room for words. */
const STREET_SIZE = 26;

function textOf(fleet: Fleet, i: number): string | null {
  const look = fleet.look(i);
  if (look === 'silent') return t('look.silent.short');
  const level = fleet.level(i);
  if (level < 0) return null;
  return level === FULL_CLASS ? t('level.full') : percent(fleet.fill[i]!);
}

export function readingsIn(fleet: Fleet, form: Form, [west, south, east, north]: Bounds): FeatureCollection {
  const features: Feature[] = [];
  if (form.size < STREET_SIZE) return { type: 'FeatureCollection', features };
  for (let i = 0; i < fleet.size && features.length < MOST; i++) {
    const [lon, lat] = [fleet.lon(i), fleet.lat(i)];
    if (lon < west || lon > east || lat < south || lat > north) continue;
    const text = textOf(fleet, i);
    if (!text) continue;
    const [column, row] = slotOffset(fleet.slot[i]!, fleet.slots[i]!);
    const offset = [(column * form.cell[0]) / TEXT_PX, (row * form.cell[1] + form.size * 0.56) / TEXT_PX];
    features.push({ type: 'Feature', properties: { text, offset }, geometry: { type: 'Point', coordinates: [lon, lat] } });
  }
  return { type: 'FeatureCollection', features };
}
