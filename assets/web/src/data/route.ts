// The view written into the URL's hash and read back, so that every state of the page can be linked to.
import { LANGUAGES, type Language } from '../i18n/words.ts';

export type Page = 'map' | 'table' | 'quarantine' | 'alarms';
export type TableOf = 'communes' | 'containers';

export interface MapView {
  zoom: number;
  lat: number;
  lon: number;
}

export interface Route {
  page: Page;
  selection: string | null;
  language: Language | null;
  view: MapView | null;
  tableOf: TableOf;
  commune: string;
  stream: string;
  level: string;
  query: string;
  sort: string;
  descending: boolean;
  pageNumber: number;
}

export const HOME: Route = {
  page: 'map',
  selection: null,
  language: null,
  view: null,
  tableOf: 'containers',
  commune: '',
  stream: '',
  level: '',
  query: '',
  sort: '',
  descending: false,
  pageNumber: 1,
};

const PAGE_NAMES: Record<Page, string> = { map: 'carte', table: 'tableau', quarantine: 'capteurs', alarms: 'alarmes' };
/** Rooms of operators, in which nothing is selected. */
const isRoom = (page: Page) => page === 'quarantine' || page === 'alarms';
const SELECTION = /^(container|site)\/[\w.:-]+$/;

function parsePage(name: string): Page {
  return (Object.keys(PAGE_NAMES) as Page[]).find((page) => PAGE_NAMES[page] === name) ?? 'map';
}

function parseView(text: string | null): MapView | null {
  const [zoom, lat, lon] = (text ?? '').split('/').map(Number);
  if (zoom === undefined || lat === undefined || lon === undefined) return null;
  const valid = zoom >= 0 && zoom <= 24 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180;
  return valid ? { zoom, lat, lon } : null;
}

export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  const params = new URLSearchParams(search);
  const text = (name: string) => params.get(name) ?? '';
  const page = parsePage(path);
  const selection = isRoom(page) ? '' : text('sel');
  const language = LANGUAGES.find((l) => l === text('lang')) ?? null;
  return {
    page,
    selection: SELECTION.test(selection) ? selection : null,
    language,
    view: parseView(params.get('vue')),
    tableOf: text('de') === 'communes' ? 'communes' : 'containers',
    commune: text('commune'),
    stream: text('flux'),
    level: text('niveau'),
    query: text('q'),
    sort: text('tri').replace(/^-/, ''),
    descending: text('tri').startsWith('-'),
    pageNumber: Math.max(1, Math.floor(Number(text('page')) || 1)),
  };
}

function formatView(view: MapView): string {
  return `${view.zoom.toFixed(2)}/${view.lat.toFixed(5)}/${view.lon.toFixed(5)}`;
}

/** The hash of a route; what equals the default is left out, and slashes stay readable. Device numbers are never in it. */
export function formatRoute(route: Route): string {
  const params = new URLSearchParams();
  const put = (name: string, value: string | null) => value && params.set(name, value);
  put('sel', isRoom(route.page) ? null : route.selection);
  put('vue', route.page === 'map' && route.view ? formatView(route.view) : null);
  if (route.page === 'table') {
    put('de', route.tableOf === 'communes' ? 'communes' : null);
    put('commune', route.commune);
    put('flux', route.stream);
    put('niveau', route.level);
    put('q', route.query);
    put('tri', route.sort && (route.descending ? '-' : '') + route.sort);
    put('page', route.pageNumber > 1 ? String(route.pageNumber) : null);
  }
  put('lang', route.language);
  const search = params.toString().replaceAll('%2F', '/').replaceAll('%3A', ':');
  return `#/${PAGE_NAMES[route.page]}${search ? `?${search}` : ''}`;
}

/** A link to another view that keeps the language and, on the same page, nothing else. */
export function linkTo(change: Partial<Route>, from: Route): string {
  return formatRoute({ ...HOME, language: from.language, ...change });
}
