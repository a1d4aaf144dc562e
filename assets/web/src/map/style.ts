// The plaster model as map layers: land, water, dotted edges and roads, cut at the rim by the table around; no remote source.
import type { FeatureCollection } from 'geojson';
import type { LayerSpecification, StyleSpecification, ExpressionSpecification } from 'maplibre-gl';
import type { Palette } from './palette.ts';

export const SOURCES = ['communes', 'borders', 'outside', 'rivers', 'names', 'readings', 'reserved'] as const;
export type SourceName = (typeof SOURCES)[number];

/** The ground comes in tiles: what is drawn of it from the zoom that the server says, and its height. */
const GROUND = 'ground';
const TERRAIN = 'terrain';
/** Closer than this the tiles of this zoom are drawn larger. */
const GROUND_ZOOM = 15;
const TERRAIN_ZOOM = 12;

/** The container layer is inserted under this one, so that names stay legible above the discs. */
export const FIRST_NAME_LAYER = 'water-names';

/** How much a source may be simplified, in pixels: names follow the course of a river, not its every bend. */
const TOLERANCES: Partial<Record<SourceName, number>> = { readings: 0, rivers: 7 };

const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] };
const ROUND = { 'line-cap': 'round', 'line-join': 'round' } as const;

type Width = ExpressionSpecification;
type Opacity = ExpressionSpecification | number;

/** Widths at zooms 10, 11, 13 and 15, by the design's table. */
function widths(z10: number, z11: number, z13: number, z15: number): Width {
  return ['interpolate', ['linear'], ['zoom'], 9, z10, 11, z11, 13, z13, 15.5, z15];
}

function classIs(...names: string[]): ExpressionSpecification {
  return ['in', ['get', 'class'], ['literal', names]];
}

function line(id: string, source: SourceName, color: string, width: Width | number, extra: object = {}): LayerSpecification {
  return { id, source, type: 'line', layout: ROUND, paint: { 'line-color': color, 'line-width': width }, ...extra } as LayerSpecification;
}

/** A layer of the ground, in tiles. */
function ground(id: string, layer: string, type: 'fill' | 'line' | 'symbol', rest: object): LayerSpecification {
  return { id, source: GROUND, 'source-layer': layer, type, ...rest } as LayerSpecification;
}

function groundLayers(p: Palette): LayerSpecification[] {
  const loose = (id: string, color: string, width: number) => line(id, 'borders', color, width, { filter: ['==', ['get', 'kind'], 'rim'] });
  return [
    { id: 'table', type: 'background', paint: { 'background-color': p.out } },
    loose('halo-far-loose', p.haloFar, 17),
    loose('halo-near-loose', p.haloNear, 9),
    loose('rim-loose', p.rim, 3.6),
    { id: 'land', source: 'communes', type: 'fill', paint: { 'fill-color': p.land } },
    line('seams', 'borders', p.land, 1.4, { filter: ['==', ['get', 'kind'], 'inner'] }),
    ...coverLayers(p),
    {
      id: 'relief',
      source: TERRAIN,
      type: 'hillshade',
      maxzoom: 15.5,
      paint: {
        'hillshade-illumination-direction': 315,
        'hillshade-illumination-anchor': 'map',
        'hillshade-exaggeration': ['interpolate', ['linear'], ['zoom'], 9, 0.42, 13, 0.34, 15.5, 0],
        'hillshade-shadow-color': p.shade,
        'hillshade-highlight-color': p.glow,
        'hillshade-accent-color': p.shade,
      },
    },
  ];
}

/** What covers the land, as tints of the plaster; houses from where their shape can be seen. */
function coverLayers(p: Palette): LayerSpecification[] {
  const cover = (id: string, classes: string[], color: string, opacity: Opacity = 1) =>
    ground(id, 'land_cover', 'fill', { filter: classIs(...classes), paint: { 'fill-color': color, 'fill-opacity': opacity, 'fill-antialias': false } });
  const faintAfar: ExpressionSpecification = ['interpolate', ['linear'], ['zoom'], 9, 0.62, 12.5, 0.5, 14, 0.22];
  return [
    cover('woods', ['forest', 'wood', 'scrub'], p.wood),
    cover('greens', ['park', 'garden', 'recreation_ground', 'pitch', 'golf_course', 'cemetery', 'allotments', 'village_green'], p.green),
    cover('built-up', ['residential', 'industrial', 'commercial', 'retail', 'construction', 'farmyard'], p.built, faintAfar),
    cover('lakes', ['water', 'reservoir', 'basin', 'riverbank'], p.water),
    ground('buildings', 'buildings', 'fill', {
      minzoom: 13,
      paint: { 'fill-color': p.built, 'fill-opacity': ['interpolate', ['linear'], ['zoom'], 13, 0.55, 14.5, 1], 'fill-outline-color': p.roadMiddle },
    }),
  ];
}

/** The table around a territory whose rim is known: it hides what runs over, and the model casts its soft edge on it. */
function rimLayers(p: Palette): LayerSpecification[] {
  const isRim = ['==', ['get', 'kind'], 'rim-sure'];
  const halo = (id: string, color: string, width: number) =>
    line(id, 'borders', color, width, { filter: isRim, paint: { 'line-color': color, 'line-width': width, 'line-offset': width / 2 } });
  return [
    { id: 'outside', source: 'outside', type: 'fill', paint: { 'fill-color': p.out } },
    halo('halo-far', p.haloFar, 9),
    halo('halo-near', p.haloNear, 5),
    line('rim', 'borders', p.rim, 2, { filter: isRim }),
  ];
}

/** One width for streets, another for the roads between towns. */
function near(street: number, road: number): ExpressionSpecification {
  return ['case', classIs('primary', 'secondary'), road, street];
}

function lineLayers(p: Palette): LayerSpecification[] {
  const lines = (layer: string) => (id: string, names: string[], color: string, width: Width, extra: object = {}) =>
    ground(id, layer, 'line', { filter: classIs(...names), layout: ROUND, paint: { 'line-color': color, 'line-width': width }, ...extra });
  const water = lines('water');
  const roads = lines('roads');
  const paths = ['track', 'footway', 'path', 'cycleway', 'steps', 'bridleway', 'pedestrian'];
  const minor = ['tertiary', 'street', 'residential', 'unclassified', 'service', 'living_street', 'tertiary_link'];
  const middle = ['primary', 'secondary', 'primary_link', 'secondary_link'];
  const major = ['motorway', 'trunk', 'motorway_link', 'trunk_link'];
  return [
    roads('paths', paths, p.roadMinor, widths(0.4, 0.5, 0.8, 1.6), { minzoom: 13.5 }),
    water('streams', ['stream', 'canal', 'ditch', 'brook'], p.water, widths(1.2, 1.6, 2.6, 6)),
    water('rivers', ['river'], p.water, widths(3.6, 4.6, 9, 26)),
    roads('roads-minor', minor, p.roadMinor, widths(0.9, 1.3, 2.2, 6)),
    line('edges', 'borders', p.edge, 1.1, {
      filter: ['==', ['get', 'kind'], 'inner'],
      paint: { 'line-color': p.edge, 'line-width': 1.2, 'line-dasharray': [0, 2.6] },
    }),
    roads('roads-middle', middle, p.roadMiddle, widths(1.6, 2.2, 3.6, 9)),
    roads('roads-near-core', [...minor, ...middle], p.roadMajorCore, ['interpolate', ['linear'], ['zoom'], 13.5, 0, 15.5, near(4.4, 7)], { minzoom: 13.5 }),
    roads('roads-major', major, p.roadMajor, widths(3.6, 4.6, 7, 12)),
    roads('roads-major-core', major, p.roadMajorCore, widths(1.8, 2.6, 4.4, 9)),
  ];
}

const POPULATION: ExpressionSpecification = ['get', 'population'];

function nameLayers(p: Palette): LayerSpecification[] {
  return [
    {
      id: FIRST_NAME_LAYER,
      source: 'rivers',
      type: 'symbol',
      filter: ['all', ['has', 'name'], ['!=', ['get', 'name'], ''], classIs('river')] as never,
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 180,
        'text-field': ['get', 'name'],
        'text-font': ['Maquette Carte Italic'],
        'text-size': 14,
        'text-letter-spacing': 0.09,
        'text-offset': [0, -0.85],
        'text-max-angle': 38,
      },
      paint: { 'text-color': p.waterInk, 'text-halo-color': p.halo, 'text-halo-width': 1.5 },
    },
    ground('street-names', 'roads', 'symbol', {
      minzoom: 14.5,
      filter: ['has', 'name'],
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 260,
        'text-field': ['get', 'name'],
        'text-font': ['Maquette Carte Regular'],
        'text-size': 13,
        'text-max-angle': 30,
        'text-padding': 6,
      },
      paint: { 'text-color': p.label, 'text-halo-color': p.halo, 'text-halo-width': 1.6 },
    }),
    {
      id: 'names',
      source: 'names',
      type: 'symbol',
      filter: ['any', ['get', 'always'], ['>=', POPULATION, ['step', ['zoom'], 1000, 11, 450, 12, 0]]] as never,
      layout: {
        'text-field': ['get', 'name'],
        'text-font': [
          'step', POPULATION,
          ['literal', ['Maquette Carte Regular']], 3000,
          ['literal', ['Maquette Carte Semibold']], 9000,
          ['literal', ['Maquette Carte Bold']],
        ],
        'text-size': ['step', POPULATION, 13, 3000, 14.5, 9000, 17],
        'text-max-width': 40,
        'text-padding': 4,
        'text-variable-anchor': ['center', 'bottom', 'top', 'right', 'left'],
        'text-radial-offset': 1.1,
        'symbol-sort-key': ['-', 0, POPULATION],
      },
      paint: {
        'text-color': ['step', POPULATION, p.label, 9000, p.ink],
        'text-halo-color': p.halo,
        'text-halo-width': 1.8,
      },
    },
    {
      id: 'readings',
      source: 'readings',
      type: 'symbol',
      minzoom: 14.6,
      layout: {
        'text-field': ['get', 'text'],
        'text-font': ['Maquette Carte Semibold'],
        'text-size': 13,
        'text-anchor': 'top',
        'text-offset': ['get', 'offset'],
        'text-padding': 0,
        'text-max-width': 40,
      },
      paint: { 'text-color': p.ink, 'text-halo-color': p.halo, 'text-halo-width': 1.7 },
    },
    // Placed before all others and never seen: names leave the room of the selection's ring free.
    {
      id: 'reserved',
      source: 'reserved',
      type: 'symbol',
      layout: {
        'text-field': 'M',
        'text-font': ['Maquette Carte Bold'],
        'text-size': 22,
        'text-padding': 10,
        'text-allow-overlap': true,
      },
      paint: { 'text-opacity': 0 },
    },
  ];
}

export function layersOf(p: Palette): LayerSpecification[] {
  return [...groundLayers(p), ...lineLayers(p), ...rimLayers(p), ...nameLayers(p)];
}

/** A style without `glyphs`: the library then draws the letters here, from the page's own fonts. */
export function styleOf(p: Palette, origin: string): StyleSpecification {
  const drawn = Object.fromEntries(
    SOURCES.map((name) => [name, { type: 'geojson' as const, data: EMPTY, tolerance: TOLERANCES[name] ?? 0.3 }]),
  );
  const sources: StyleSpecification['sources'] = {
    ...drawn,
    [GROUND]: { type: 'vector', tiles: [`${origin}/tiles/WebMercatorQuad/{z}/{y}/{x}`], minzoom: 5, maxzoom: GROUND_ZOOM },
    [TERRAIN]: {
      type: 'raster-dem',
      tiles: [`${origin}/tiles/terrain/{z}/{y}/{x}`],
      encoding: 'terrarium',
      tileSize: 256,
      minzoom: 7,
      maxzoom: TERRAIN_ZOOM,
    },
  };
  return { version: 8, sources, layers: layersOf(p) };
}
