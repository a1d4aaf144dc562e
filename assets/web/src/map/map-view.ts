// The map on screen: outlines, lines, names and containers, and what a hand, a finger or the keyboard does to it.
import { Map as MapLibreMap, setWorkerUrl, type GeoJSONSource, type MapMouseEvent } from 'maplibre-gl';
import type { Feature, FeatureCollection, Position } from 'geojson';
import type { CommuneCollection, LineCollection } from '../data/contract.ts';
import type { Fleet } from '../data/fleet.ts';
import type { MapView as View } from '../data/route.ts';
import { boundsOf, boundsOfShapes, bordersOf, outsideOf, rimRings, type Bounds } from './borders.ts';
import { DiscGeometry, TILE_PX, formAt, metresPerPixel } from './disc-geometry.ts';
import { DiscLayer, originOf } from './disc-layer.ts';
import { readPalette } from './palette.ts';
import { nearest } from './picking.ts';
import { readingsIn } from './readings.ts';
import { FIRST_NAME_LAYER, layersOf, styleOf, type SourceName } from './style.ts';

declare const MAP_WORKER_URL: string;

export interface Padding {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

export interface MapHandlers {
  onPick(index: number | null): void;
  onMoved(view: View, byHand: boolean): void;
  /** The picture changed: what is laid over it must follow. */
  onFrame(): void;
  onRender(): void;
  onDrawn(): void;
  onBroken(): void;
}

const FINGER_PX = 22;
const MOUSE_PX = 10;
const KEYBOARD_PX = 120;
/** With fewer communes than this, all names are tried at every zoom. */
const FEW = 25;
const CLOSE_ZOOM = 14;

export class MapView {
  private readonly map: MapLibreMap;
  private readonly discs: DiscLayer;
  private geometry: DiscGeometry | null = null;
  private bounds: Bounds | null = null;
  private communes: CommuneCollection | null = null;
  private padding: Padding = { top: 0, right: 0, bottom: 0, left: 0 };
  private isHome = true;
  private hasReadings = false;
  private reserved = -1;

  private constructor(
    container: HTMLElement,
    private readonly handlers: MapHandlers,
    private readonly isCalm: () => boolean,
  ) {
    setWorkerUrl(MAP_WORKER_URL);
    const palette = readPalette();
    this.map = new MapLibreMap({
      container,
      style: styleOf(palette, location.origin),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxPitch: 0,
      minZoom: 5,
      maxZoom: 18,
      renderWorldCopies: false,
      fadeDuration: isCalm() ? 0 : 120,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.discs = new DiscLayer(null, palette);
  }

  static async create(container: HTMLElement, handlers: MapHandlers, isCalm: () => boolean): Promise<MapView> {
    if (!document.createElement('canvas').getContext('webgl2')) throw new Error('no WebGL2');
    const view = new MapView(container, handlers, isCalm);
    await new Promise<void>((resolve) => view.map.once('style.load', () => resolve()));
    view.map.addLayer(view.discs, FIRST_NAME_LAYER);
    view.listen();
    return view;
  }

  get canvas(): HTMLCanvasElement {
    return this.map.getCanvas();
  }

  private listen(): void {
    const { map, handlers } = this;
    map.on('click', (event) => handlers.onPick(this.pick(event.point.x, event.point.y, reachOf(event))));
    map.on('mousemove', (event) => {
      map.getCanvas().style.cursor = this.pick(event.point.x, event.point.y, MOUSE_PX) === null ? '' : 'pointer';
    });
    map.getCanvas().addEventListener('keydown', (event) => {
      if (event.key === 'Enter') handlers.onPick(this.pickAtCentre());
      if (event.key === 'Home') this.home();
    });
    map.on('move', (event) => {
      if (event.originalEvent) this.isHome = false;
      handlers.onFrame();
    });
    map.on('moveend', (event) => {
      this.writeReadings();
      const { lng, lat } = map.getCenter();
      handlers.onMoved({ zoom: map.getZoom(), lat, lon: lng }, !this.isHome && event !== undefined);
    });
    map.on('resize', () => (this.isHome ? this.home(false) : handlers.onFrame()));
    map.on('render', () => handlers.onRender());
    map.on('idle', () => handlers.onDrawn());
    map.on('webglcontextlost', () => handlers.onBroken());
  }

  private source(name: SourceName): GeoJSONSource {
    return this.map.getSource(name) as GeoJSONSource;
  }

  setCommunes(communes: CommuneCollection): void {
    this.communes = communes;
    const shapes = communes.features.map((f) => f.geometry);
    this.source('communes').setData(communes);
    const { lines, outside } = borderFeatures(communes);
    this.source('borders').setData(lines);
    this.source('outside').setData(outside);
    this.source('names').setData(nameFeatures(communes));
    this.bounds = boundsOfShapes(shapes) ?? this.bounds;
    if (this.isHome) this.home(false);
  }

  /** The courses of rivers, whole, for their names. */
  setRivers(rivers: LineCollection): void {
    this.source('rivers').setData(rivers);
  }

  setFleet(fleet: Fleet): void {
    this.geometry = new DiscGeometry(fleet);
    this.discs.setGeometry(this.geometry);
    const points = Array.from(fleet.siteLon, (lon, s) => [lon, fleet.siteLat[s]!]);
    this.bounds ??= boundsOf(points);
    if (this.isHome) this.home(false);
    this.writeReadings();
  }

  /** Keeps names away from a container. */
  reserve(index: number): void {
    if (index === this.reserved || !this.geometry) return;
    this.reserved = index;
    const { fleet } = this.geometry;
    const features: Feature[] = index < 0 ? [] : [{ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [fleet.lon(index), fleet.lat(index)] } }];
    this.source('reserved').setData({ type: 'FeatureCollection', features });
  }

  /** Says that levels or states changed. */
  refresh(): void {
    this.geometry?.refresh();
    this.discs.touch();
    this.writeReadings();
  }

  setGrey(isGrey: boolean): void {
    const grey = isGrey ? 0.85 : 0;
    if (grey === this.discs.grey) return;
    this.discs.grey = grey;
    this.map.triggerRepaint();
  }

  /** Takes the colours of the theme now in force. */
  repaint(): void {
    const palette = readPalette();
    for (const layer of layersOf(palette)) {
      for (const [name, value] of Object.entries(layer.paint ?? {})) this.map.setPaintProperty(layer.id, name as never, value as never);
    }
    this.discs.setPalette(palette);
  }

  /** Room that something laid over the map takes; the whole territory moves out of it when it is in view. */
  setPadding(padding: Padding, refit: boolean): void {
    this.padding = padding;
    if (this.isHome && refit) this.home();
  }

  home(animated = true): void {
    this.isHome = true;
    if (!this.bounds || this.map.getContainer().clientWidth === 0) return;
    const [west, south, east, north] = this.bounds;
    const room = Math.min(26, this.canvas.clientWidth / 24);
    const padding = shift(this.padding, room);
    this.map.fitBounds([west, south, east, north], { padding, duration: this.time(animated), maxZoom: 15, linear: true });
  }

  jumpTo(view: View): void {
    this.isHome = false;
    this.map.jumpTo({ center: [view.lon, view.lat], zoom: view.zoom });
  }

  zoomBy(step: number): void {
    this.isHome = false;
    this.map.easeTo({ zoom: Math.round((this.map.getZoom() + step) * 2) / 2, duration: this.time(true) });
  }

  fitCommune(code: string): void {
    const feature = this.communes?.features.find((f) => f.properties.insee === code);
    const box = feature && boundsOfShapes([feature.geometry]);
    if (!box) return;
    this.isHome = false;
    this.map.fitBounds(box, { padding: shift(this.padding, 48), duration: this.time(true), maxZoom: 15, linear: true });
  }

  /** Brings a container into the open part of the map, closer when asked. */
  show(index: number, isClose: boolean): void {
    if (!this.geometry || (!isClose && this.isInTheOpen(index))) return;
    this.isHome = false;
    const { fleet } = this.geometry;
    const zoom = isClose ? Math.max(this.map.getZoom(), CLOSE_ZOOM) : this.map.getZoom();
    const { left, right, top, bottom } = this.padding;
    const offset: [number, number] = [(left - right) / 2, (top - bottom) / 2];
    this.map.easeTo({ center: [fleet.lon(index), fleet.lat(index)], zoom, offset, duration: this.time(true) });
  }

  private isInTheOpen(index: number): boolean {
    const [x, y] = this.screenOf(index) ?? [0, 0];
    const { clientWidth, clientHeight } = this.canvas;
    const { left, right, top, bottom } = this.padding;
    const margin = 30;
    return x > left + margin && x < clientWidth - right - margin && y > top + margin && y < clientHeight - bottom - margin;
  }

  screenOf(index: number): [number, number] | null {
    return this.geometry && this.geometry.screen(index, originOf(this.map, this.geometry), this.world(), this.form().cell);
  }

  metresPerPixel(): number {
    return metresPerPixel(this.map.getZoom(), this.map.getCenter().lat);
  }

  resize(): void {
    this.map.resize();
  }

  private form() {
    return formAt(this.metresPerPixel());
  }

  private world(): number {
    return TILE_PX * 2 ** this.map.getZoom();
  }

  private time(animated: boolean): number {
    return animated && !this.isCalm() ? 320 : 0;
  }

  private pick(x: number, y: number, reach: number): number | null {
    if (!this.geometry) return null;
    return nearest(this.geometry, originOf(this.map, this.geometry), this.world(), this.form(), x, y, reach);
  }

  private pickAtCentre(): number | null {
    const { left, right, top, bottom } = this.padding;
    const { clientWidth, clientHeight } = this.canvas;
    return this.pick((clientWidth + left - right) / 2, (clientHeight + top - bottom) / 2, KEYBOARD_PX);
  }

  private writeReadings(): void {
    if (!this.geometry) return;
    const box = this.map.getBounds();
    const bounds: Bounds = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()];
    const readings = readingsIn(this.geometry.fleet, this.form(), bounds);
    if (readings.features.length || this.hasReadings) this.source('readings').setData(readings);
    this.hasReadings = readings.features.length > 0;
  }
}

function reachOf(event: MapMouseEvent): number {
  return (event.originalEvent as PointerEvent).pointerType === 'touch' || matchMedia('(pointer: coarse)').matches ? FINGER_PX : MOUSE_PX;
}

function shift(padding: Padding, by: number): Padding {
  return { top: padding.top + by, right: padding.right + by, bottom: padding.bottom + by, left: padding.left + by };
}

/** The lines between communes and around them, and what lies outside where the rim closes. */
function borderFeatures(communes: CommuneCollection): { lines: FeatureCollection; outside: FeatureCollection } {
  const { inner, rim } = bordersOf(communes.features.map((f) => f.geometry));
  const rings = inner.length || communes.features.length === 1 ? rimRings(rim) : null;
  const feature = (coordinates: Position[], kind: string): Feature => ({
    type: 'Feature',
    properties: { kind },
    geometry: { type: 'LineString', coordinates },
  });
  const around = rings ? rings.map((ring) => feature(ring, 'rim-sure')) : rim.map((line) => feature(line, 'rim'));
  const lines = [...inner.map((line) => feature(line, 'inner')), ...around];
  const outside: Feature[] = rings?.length ? [{ type: 'Feature', properties: {}, geometry: outsideOf(rings) }] : [];
  return { lines: { type: 'FeatureCollection', features: lines }, outside: { type: 'FeatureCollection', features: outside } };
}

function nameFeatures(communes: CommuneCollection): FeatureCollection {
  const features = communes.features.map(({ properties: p }): Feature => ({
    type: 'Feature',
    properties: { name: p.name, population: p.population ?? 0, always: communes.features.length < FEW },
    geometry: { type: 'Point', coordinates: p.center },
  }));
  return { type: 'FeatureCollection', features };
}
