// Every container in columns of typed arrays: built from a snapshot, changed in place by live events.
import { STATUSES, STREAMS, unixSeconds, type LiveChange, type Snapshot, type Status, type Stream } from './contract.ts';
import { LOOKS, classOf, lookOf, type Look } from './levels.ts';

const NO_CLASS = 255;

export class Fleet {
  readonly size: number;
  readonly siteId: string[];
  /** Empty where a place has no name. */
  readonly siteName: string[];
  readonly siteCommune: (string | null)[];
  readonly siteLon: Float64Array;
  readonly siteLat: Float64Array;
  readonly id: string[];
  readonly site: Int32Array;
  readonly volume: Float32Array;
  readonly fill: Float32Array;
  readonly observedAt: Float64Array;
  readonly hasSensor: Uint8Array;
  readonly sensors: number;
  /** Streams that occur at all. */
  readonly streams: ReadonlySet<Stream>;
  /** Place of a container among those of its site, and how many there are. */
  readonly slot: Uint16Array;
  readonly slots: Uint16Array;
  /** Which of the containers of its stream on its site one is, from 1; 0 where it is the only one. */
  readonly number: Uint16Array;
  seq: number;
  newestObservation = NaN;
  private readonly streamCode: Uint8Array;
  private readonly statusCode: Uint8Array;
  private readonly lookCode: Uint8Array;
  private readonly classCode: Uint8Array;
  private readonly byId = new Map<string, number>();

  constructor(snapshot: Snapshot) {
    const { sites, containers } = snapshot;
    this.seq = snapshot.seq;
    this.size = containers.id.length;
    this.siteId = sites.id;
    this.siteName = sites.name.map((name) => name ?? '');
    this.siteCommune = sites.commune;
    this.siteLon = Float64Array.from(sites.lon);
    this.siteLat = Float64Array.from(sites.lat);
    this.id = containers.id;
    this.site = Int32Array.from(containers.site);
    this.volume = floats(containers.volume_l);
    this.fill = floats(containers.fill);
    this.observedAt = Float64Array.from(containers.observed_at, (v) => v ?? NaN);
    this.hasSensor = Uint8Array.from(containers.has_sensor);
    this.sensors = this.hasSensor.reduce((sum, one) => sum + one, 0);
    this.streamCode = codes(containers.stream, STREAMS);
    this.streams = new Set(Array.from(new Set(this.streamCode), (code) => STREAMS[code]!));
    this.statusCode = codes(containers.status, STATUSES);
    this.lookCode = new Uint8Array(this.size);
    this.classCode = new Uint8Array(this.size);
    this.slot = new Uint16Array(this.size);
    this.slots = new Uint16Array(this.size);
    this.number = new Uint16Array(this.size);
    this.countSlots();
    this.countAlike();
    for (let i = 0; i < this.size; i++) {
      this.byId.set(this.id[i]!, i);
      this.derive(i);
      const at = this.observedAt[i]!;
      if (!(at <= this.newestObservation)) this.newestObservation = Number.isNaN(at) ? this.newestObservation : at;
    }
  }

  /** Index of a container's id, or -1. */
  indexOf(id: string): number {
    return this.byId.get(id) ?? -1;
  }
  stream(i: number): Stream {
    return STREAMS[this.streamCode[i]!]!;
  }
  status(i: number): Status {
    return STATUSES[this.statusCode[i]!]!;
  }
  look(i: number): Look {
    return LOOKS[this.lookCode[i]!]!;
  }
  /** The fill class 0–5, or -1 without a shown level. */
  level(i: number): number {
    return this.classCode[i] === NO_CLASS ? -1 : this.classCode[i]!;
  }
  lon(i: number): number {
    return this.siteLon[this.site[i]!]!;
  }
  lat(i: number): number {
    return this.siteLat[this.site[i]!]!;
  }
  commune(i: number): string | null {
    return this.siteCommune[this.site[i]!] ?? null;
  }
  name(i: number): string {
    return this.siteName[this.site[i]!] ?? '';
  }

  /** Indices of the containers of one site, in their order. */
  atSite(site: number): number[] {
    const found: number[] = [];
    for (let i = 0; i < this.size; i++) if (this.site[i] === site) found.push(i);
    return found;
  }

  /** Applies one live change; answers the index it touched, or -1. Older changes than the state are ignored. */
  apply(change: LiveChange): number {
    if (change.seq <= this.seq) return -1;
    this.seq = change.seq;
    const i = this.indexOf(change.kind === 'container' ? change.asset : (change.container ?? ''));
    if (i < 0) return -1;
    if (change.status !== undefined) this.statusCode[i] = codeOf(change.status, STATUSES);
    if (change.kind === 'container') this.measure(i, change);
    this.derive(i);
    return i;
  }

  private measure(i: number, change: LiveChange): void {
    if (change.fill !== undefined) this.fill[i] = change.fill ?? NaN;
    const at = unixSeconds(change.observed_at);
    if (Number.isNaN(at)) return;
    this.observedAt[i] = at;
    if (!(at <= this.newestObservation)) this.newestObservation = at;
  }

  private derive(i: number): void {
    const look = lookOf(this.status(i), this.fill[i]!, this.hasSensor[i] === 1);
    this.lookCode[i] = LOOKS.indexOf(look);
    this.classCode[i] = look === 'level' || look === 'late' ? classOf(this.fill[i]!) : NO_CLASS;
  }

  private countSlots(): void {
    const taken = new Uint16Array(this.siteId.length);
    for (let i = 0; i < this.size; i++) this.slot[i] = taken[this.site[i]!]!++;
    for (let i = 0; i < this.size; i++) this.slots[i] = taken[this.site[i]!]!;
  }

  private countAlike(): void {
    const taken = new Uint16Array(this.siteId.length * STREAMS.length);
    const place = (i: number) => this.site[i]! * STREAMS.length + this.streamCode[i]!;
    for (let i = 0; i < this.size; i++) this.number[i] = ++taken[place(i)]!;
    for (let i = 0; i < this.size; i++) if (taken[place(i)] === 1) this.number[i] = 0;
  }
}

function floats(values: (number | null)[]): Float32Array {
  return Float32Array.from(values, (v) => v ?? NaN);
}

function codeOf(value: string, table: readonly string[]): number {
  const code = table.indexOf(value);
  return code < 0 ? table.indexOf('unknown') : code;
}

function codes(values: string[], table: readonly string[]): Uint8Array {
  return Uint8Array.from(values, (v) => codeOf(v, table));
}
