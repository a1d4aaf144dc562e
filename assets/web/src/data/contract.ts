// The shapes of the HTTP answers this page reads, as the server of Maquette documents them.
import type { Feature, FeatureCollection, LineString, MultiLineString, MultiPolygon, Point, Polygon } from 'geojson';

export interface ClockInfo {
  kind: 'simulated' | 'wall';
  rate: number;
  now: string;
  offset_s: number;
}

export interface LayerInfo {
  name: string;
  count?: number;
  synthetic: boolean;
  source: string;
  licence: string;
  vintage: string;
}

export interface PackInfo {
  name: string;
  title: string;
  preset: string | null;
  synthetic: boolean;
  simulated_sensors: boolean;
  notice: Record<string, string>;
  layers: LayerInfo[];
}

export interface Ready {
  ready: boolean;
  seq: number;
  clock: ClockInfo;
  pack: PackInfo;
  counts: Record<string, number>;
}

export interface CommuneProperties {
  insee: string;
  name: string;
  population: number | null;
  area_km2: number | null;
  center: [number, number];
  fibre_zone: 'AMII' | 'RIP' | null;
  synthetic_outline: boolean;
  sites: number;
  containers: number;
  sensors: number;
}

export type CommuneCollection = FeatureCollection<Polygon | MultiPolygon, CommuneProperties>;
export type LineCollection = FeatureCollection<LineString | MultiLineString, { class?: string; name?: string | null }>;

export const STREAMS = [
  'glass',
  'paper',
  'packaging',
  'residual',
  'textile',
  'cardboard',
  'organic',
  'litter',
  'metal',
  'mixed',
  'unknown',
] as const;
export type Stream = (typeof STREAMS)[number];

export const STATUSES = ['ok', 'stale', 'silent', 'stuck', 'tilted', 'low-battery', 'unknown'] as const;
export type Status = (typeof STATUSES)[number];

export interface Snapshot {
  seq: number;
  at: string;
  sites: { id: string[]; name: (string | null)[]; commune: (string | null)[]; lon: number[]; lat: number[] };
  containers: {
    id: string[];
    site: number[];
    stream: string[];
    volume_l: (number | null)[];
    fill: (number | null)[];
    status: string[];
    observed_at: (number | null)[];
    has_sensor: number[];
  };
}

export interface LiveChange {
  seq: number;
  at: string;
  asset: string;
  kind: string;
  change: string;
  fill?: number | null;
  status?: string;
  observed_at?: number | string | null;
  container?: string;
  battery_pct?: number | null;
}

/** What people tell of containers; and who tells it. */
export const SIGHTINGS = ['full', 'blocked', 'dumped-beside', 'lid-open', 'emptied'] as const;
export const WITNESSES = ['crew', 'officer', 'resident'] as const;

export interface ContainerProperties {
  kind: string;
  site: string;
  commune: string | null;
  stream: string;
  volume_l: number | null;
  fill: number | null;
  status: string;
  observed_at: string | number | null;
  age_s: number | null;
  /** How likely the container is now within an eighth of its fill, 0 to 1. */
  trust?: number | null;
  doubts?: string[];
  emptied_at?: string | null;
  reported?: Record<string, { at: string; by: string } | undefined>;
  sensor: string | null;
  synthetic: boolean;
}
export type ContainerFeature = Feature<Point, ContainerProperties>;

export interface SensorProperties {
  codec?: string | null;
  battery_pct?: number | null;
  temperature_c?: number | null;
  status?: string;
  last_seen_at?: string | number | null;
  expected_interval_s?: number | null;
  synthetic?: boolean;
}
export type SensorFeature = Feature<Point, SensorProperties>;

export interface History {
  asset: string;
  from: string;
  to: string;
  points: [number, number][];
}

/** Unix seconds from a number or an RFC 3339 text; NaN when there is none. */
export function unixSeconds(value: number | string | null | undefined): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? Date.parse(value) / 1000 : NaN;
}
