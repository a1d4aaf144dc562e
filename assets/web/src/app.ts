// The page's one owner of state: takes data in, keeps the address in step, and hands the state to the views.
import { TwinClock } from './data/clock.ts';
import type { CommuneCollection, LineCollection, LiveChange, Ready, Snapshot } from './data/contract.ts';
import { Fleet } from './data/fleet.ts';
import { getJson, getJsonOrNull } from './data/http.ts';
import { LiveFeed, type Link } from './data/live.ts';
import { Operator } from './data/operator.ts';
import { formatRoute, linkTo, parseRoute, type Route } from './data/route.ts';
import { SearchIndex, type Hit } from './data/search.ts';
import { allOutOfDate, summarise } from './data/summary.ts';
import { currentLanguage, t } from './i18n/words.ts';
import { dayAndTime, timeOfDay } from './i18n/format.ts';
import { MapRoom } from './map-room.ts';
import { communeName, type State } from './state.ts';
import { AlarmRoom } from './view/alarms/room.ts';
import { ageWords, levelShort, placeName } from './view/describe.ts';
import { Footer } from './view/footer.ts';
import { Notices } from './view/notices.ts';
import { QuarantineRoom } from './view/quarantine/room.ts';
import { SearchBox } from './view/search-box.ts';
import { Sheet } from './view/sheet.ts';
import { buildShell, otherLanguageLink, type Shell } from './view/shell.ts';
import { headline } from './view/headline.ts';
import { Story } from './view/story.ts';
import { Tables } from './view/tables.ts';

/** Without any sign of life for three hourly reports, levels are not to be decided on. */
const TOO_OLD_MS = 3 * 3600 * 1000;
const OUTLINE_RETRY_MS = 5_000;

export class App {
  private readonly state: State;
  private readonly shell: Shell;
  private readonly story: Story;
  private readonly sheet: Sheet;
  private readonly tables: Tables;
  private readonly footer: Footer;
  private readonly notices: Notices;
  private readonly search: SearchBox;
  private readonly room: MapRoom;
  private readonly quarantine: QuarantineRoom;
  private readonly alarms: AlarmRoom;
  private readonly feed: LiveFeed;
  private returnTo: HTMLElement | null = null;

  constructor() {
    const route = parseRoute(location.hash);
    this.state = {
      route,
      clock: new TwinClock(),
      ready: null,
      communes: null,
      fleet: null,
      summary: null,
      rivers: null,
      link: { state: 'starting' },
      heardAtMs: NaN,
      isTooOld: false,
      mapState: 'waiting',
      selected: -1,
    };
    this.shell = buildShell(route);
    const navigate = (change: Partial<Route>) => this.navigate(change);
    this.story = new Story(this.shell.story);
    const operator = new Operator();
    this.sheet = new Sheet(this.shell.sheet, operator, () => this.closeSheet());
    this.tables = new Tables(this.shell.tables, navigate);
    this.footer = new Footer(this.shell.foot, this.shell.sources);
    this.search = new SearchBox(this.shell.search, (hit) => this.choose(hit), (words) => this.say(words));
    this.room = new MapRoom(this.shell, this.state, navigate, () => this.update());
    const say = (words: string) => this.say(words);
    this.quarantine = new QuarantineRoom(this.shell.quarantine, this.state, operator, say, () => this.alarms.forget());
    this.alarms = new AlarmRoom(this.shell.alarms, this.state, operator, { say, onLeave: () => this.quarantine.vacate() });
    this.feed = new LiveFeed({
      onSnapshot: (snapshot) => this.takeSnapshot(snapshot),
      onChanges: (changes) => this.takeChanges(changes),
      onBeat: (at) => this.takeBeat(at),
      onLink: (link) => this.takeLink(link),
    });
    this.notices = new Notices(this.shell.notices, () => this.feed.retryNow());
  }

  start(): void {
    this.applyRoute();
    window.addEventListener('hashchange', () => this.takeHash());
    window.addEventListener('online', () => this.feed.retryNow());
    window.addEventListener('pagehide', () => this.feed.stop());
    window.addEventListener('pageshow', (event) => event.persisted && location.reload());
    window.addEventListener('beforeprint', () => this.stampPaper());
    window.addEventListener('afterprint', () => this.footer.showSources(false));
    window.setInterval(() => this.update(), 1000);
    void this.loadReady();
    void this.loadCommunes();
    void this.feed.start();
  }

  private async loadReady(): Promise<void> {
    const ready = await getJsonOrNull<Ready>('/readyz');
    if (!ready?.pack) {
      window.setTimeout(() => void this.loadReady(), OUTLINE_RETRY_MS);
      return;
    }
    this.state.ready = ready;
    this.state.clock.configure(ready.clock);
    document.title = t('title', { territory: ready.pack.title });
    this.update();
  }

  private async loadCommunes(): Promise<void> {
    try {
      this.state.communes = await getJson<CommuneCollection>('/communes');
    } catch {
      window.setTimeout(() => void this.loadCommunes(), OUTLINE_RETRY_MS);
      return;
    }
    this.buildSearch();
    this.room.takeCommunes();
    this.update();
    this.state.rivers = await getJsonOrNull<LineCollection>('/layers/water');
    this.room.takeRivers();
  }

  private buildSearch(): void {
    const { fleet, communes } = this.state;
    if (!fleet) return;
    const names = (communes?.features ?? []).map((f) => ({ code: f.properties.insee, name: f.properties.name }));
    this.search.setIndex(new SearchIndex(fleet, names));
  }

  private takeSnapshot(snapshot: Snapshot): void {
    const { state } = this;
    state.fleet = new Fleet(snapshot);
    this.hear(snapshot.at);
    this.findSelection();
    this.buildSearch();
    this.recount();
    this.room.takeFleet();
    this.update();
    if (!state.summary) return;
    const words = headline(state, state.summary);
    this.say(`${words.full} ${words.sensors}`);
  }

  private takeChanges(changes: LiveChange[]): void {
    const { fleet } = this.state;
    if (!fleet) return;
    for (const change of changes) fleet.apply(change);
    this.hear(changes[changes.length - 1]!.at);
    this.recount();
    this.room.refresh();
    this.update();
  }

  private takeBeat(at: string): void {
    this.hear(at);
  }

  private hear(at: string): void {
    this.state.clock.sync(at);
    this.state.heardAtMs = this.state.clock.nowMs();
    document.documentElement.dataset['liveAt'] = at;
  }

  private takeLink(link: Link): void {
    const before = this.state.link.state;
    this.state.link = link;
    if (before === 'live' && link.state === 'lost') this.say(t('say.lost', { time: timeOfDay(this.state.heardAtMs) }));
    if (before === 'lost' && link.state === 'live') {
      this.say(t('say.back'));
      void this.loadReady();
    }
    document.documentElement.dataset['link'] = link.state;
    this.update();
  }

  private recount(): void {
    if (this.state.fleet) this.state.summary = summarise(this.state.fleet);
  }

  private judgeAge(): void {
    const { state } = this;
    const silence = state.link.state === 'lost' ? state.clock.nowMs() - state.heardAtMs : 0;
    state.isTooOld = !!state.summary && state.summary.sensors > 0 && (silence > TOO_OLD_MS || allOutOfDate(state.summary));
  }

  private update(): void {
    const { state } = this;
    this.judgeAge();
    if (state.route.page === 'map') this.story.update(state);
    this.tables.update(state);
    this.quarantine.update();
    this.alarms.update();
    this.sheet.update(state);
    this.footer.update(state);
    this.notices.update(state);
    this.room.update();
  }

  private navigate(change: Partial<Route>): void {
    const hash = formatRoute({ ...this.state.route, ...change });
    if (hash !== location.hash) location.hash = hash;
  }

  private takeHash(): void {
    const next = parseRoute(location.hash);
    if (next.language && next.language !== currentLanguage()) {
      location.reload();
      return;
    }
    const changedPage = next.page !== this.state.route.page;
    const changedSelection = next.selection !== this.state.route.selection;
    this.state.route = next;
    this.applyRoute();
    if (changedSelection) this.followSelection();
    if (changedPage) window.scrollTo(0, 0);
    if (changedPage && !changedSelection) this.shell.main.focus({ preventScroll: true });
  }

  private applyRoute(): void {
    const { route } = this.state;
    document.documentElement.dataset['page'] = route.page;
    const { navigation, operators, toAlarms } = this.shell;
    for (const [page, link] of [['map', navigation.map], ['table', navigation.table], ['quarantine', operators], ['alarms', toAlarms]] as const) {
      link.href = linkTo({ page, selection: route.selection }, route);
      if (route.page === page) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    for (const link of this.shell.languageLinks) link.href = otherLanguageLink(route);
    this.findSelection();
    this.room.takeRoute();
    this.update();
  }

  private findSelection(): void {
    const { fleet, route } = this.state;
    if (!fleet || !route.selection) {
      this.state.selected = -1;
      return;
    }
    const site = route.selection.startsWith('site/') ? fleet.siteId.indexOf(route.selection) : -1;
    this.state.selected = site >= 0 ? (fleet.atSite(site)[0] ?? -1) : fleet.indexOf(route.selection);
  }

  private followSelection(): void {
    const { fleet, selected, clock } = this.state;
    if (!fleet || selected < 0) {
      this.returnTo?.focus({ preventScroll: true });
      this.returnTo = null;
      return;
    }
    this.returnTo ??= document.activeElement as HTMLElement | null;
    this.room.showSelection(false);
    const name = placeName(fleet.name(selected), communeName(this.state, fleet.commune(selected)));
    this.say(t('say.selected', { name, level: levelShort(fleet, selected), age: ageWords(fleet, selected, clock) }));
    if (document.activeElement !== this.room.canvas) this.sheet.focus();
  }

  private closeSheet(): void {
    this.navigate({ selection: null });
  }

  private choose(hit: Hit): void {
    const { fleet, route } = this.state;
    this.shell.header.classList.remove('is-searching');
    if (hit.kind === 'commune') {
      if (route.page !== 'map') this.navigate({ page: 'table', tableOf: 'containers', commune: hit.code, pageNumber: 1, query: '' });
      else this.room.showCommune(hit.code);
      return;
    }
    const index = hit.kind === 'site' ? fleet?.atSite(hit.site)[0] : hit.index;
    if (fleet && index !== undefined) {
      this.navigate({ page: route.page === 'table' ? 'table' : 'map', selection: fleet.id[index]! });
      this.room.showIndex(index);
    }
  }

  /** Paper says where it comes from and when it was true. */
  private stampPaper(): void {
    this.shell.foot.dataset['address'] = `${location.href} · ${dayAndTime(this.state.clock.nowMs())}`;
    this.footer.showSources(true);
  }

  private say(words: string): void {
    this.shell.polite.textContent = words;
  }
}
