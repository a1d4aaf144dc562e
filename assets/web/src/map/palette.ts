// The map's colours, read from the page's tokens so that there is one place where a colour is written.
import { CLASS_COUNT } from '../data/levels.ts';

export interface Palette {
  out: string;
  haloFar: string;
  haloNear: string;
  land: string;
  built: string;
  wood: string;
  green: string;
  shade: string;
  glow: string;
  water: string;
  waterInk: string;
  roadMajor: string;
  roadMajorCore: string;
  roadMiddle: string;
  roadMinor: string;
  edge: string;
  rim: string;
  ink: string;
  label: string;
  halo: string;
  levels: Rgb[];
  levelEdge: Rgb;
  surface: Rgb;
  quiet: Rgb;
}

export type Rgb = [number, number, number];

/** "#abc" or "#aabbcc" as 0–1 components. */
export function parseHex(hex: string): Rgb {
  const body = hex.trim().replace('#', '');
  const long = body.length === 3 ? [...body].map((c) => c + c).join('') : body;
  const value = Number.parseInt(long.slice(0, 6), 16);
  return [((value >> 16) & 255) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}

/** An opaque colour that looks like `over` laid on `under` with this share. */
export function mix(under: string, over: string, share: number): string {
  const [a, b] = [parseHex(under), parseHex(over)];
  const channel = (i: 0 | 1 | 2) => Math.round((a[i] * (1 - share) + b[i] * share) * 255);
  return `rgb(${channel(0)},${channel(1)},${channel(2)})`;
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const out = token('ground');
  const rim = token('m-rim');
  return {
    out,
    haloFar: mix(out, rim, 0.1),
    haloNear: mix(out, rim, 0.2),
    land: token('m-land'),
    built: token('m-built'),
    wood: token('m-wood'),
    green: token('m-green'),
    shade: token('m-shade'),
    glow: token('m-glow'),
    water: token('m-water'),
    waterInk: token('m-water-ink'),
    roadMajor: token('m-r1'),
    roadMajorCore: token('m-r1-core'),
    roadMiddle: token('m-r2'),
    roadMinor: token('m-r3'),
    edge: token('m-edge'),
    rim,
    ink: token('ink'),
    label: token('m-label'),
    halo: token('halo'),
    levels: Array.from({ length: CLASS_COUNT }, (_, c) => parseHex(token(`f${c}`))),
    levelEdge: parseHex(token('f-edge')),
    surface: parseHex(token('surface')),
    quiet: parseHex(token('ink2')),
  };
}
