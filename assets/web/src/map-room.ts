// Brings the map in when it can be drawn, feeds it the state, and keeps the page whole when it cannot.
import type { MapView as MapViewType } from './map/map-view.ts';
import type { MapView as View, Route } from './data/route.ts';
import { formatRoute } from './data/route.ts';
import type { State } from './state.ts';
import { onThemeChange } from './theme.ts';
import type { Shell } from './view/shell.ts';
import { Stage } from './view/stage.ts';

const SHEET_GAP_PX = 64;
const VIEW_WRITE_MS = 400;
const REFRESH_MS = 500;
const WIDE = '(min-width: 1100px) and (min-height: 620px)';

export class MapRoom {
  private view: MapViewType | null = null;
  private readonly stage: Stage;
  private writeTimer = 0;
  private paddedFor = '0/0';
  private isOpened = false;
  private refreshTimer = 0;
  private isFrameDue = false;

  constructor(
    private readonly shell: Shell,
    private readonly state: State,
    private readonly navigate: (change: Partial<Route>) => void,
    private readonly onChange: () => void,
  ) {
    this.stage = new Stage(shell.stage, shell.sheet);
    this.stage.setMap(null);
  }

  get canvas(): HTMLElement | null {
    return this.view?.canvas ?? null;
  }

  /** Loads the map the first time the map page is looked at; the table never pays for it. */
  private async open(): Promise<void> {
    this.isOpened = true;
    try {
      const { MapView } = await import('./map/map-view.ts');
      const isCalm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
      this.view = await MapView.create(this.shell.map, this.handlers(), isCalm);
    } catch {
      this.fail();
      return;
    }
    this.stage.setMap(this.view);
    onThemeChange(() => this.view?.repaint());
    new ResizeObserver(() => this.stage.follow()).observe(this.shell.sheet);
    if (this.state.route.view) this.view.jumpTo(this.state.route.view);
    this.takeCommunes();
    this.takeRivers();
    this.takeFleet();
    this.onChange();
    if (this.state.selected >= 0 && !this.state.route.view) this.showSelection(false);
  }

  private handlers() {
    return {
      onPick: (index: number | null) => this.pick(index),
      onMoved: (view: View, byHand: boolean) => this.writeView(byHand ? view : null),
      onFrame: () => this.stage.follow(),
      onRender: () => (this.isFrameDue = false),
      onDrawn: () => this.tellDrawn(),
      onBroken: () => this.fail(),
    };
  }

  private fail(): void {
    this.state.mapState = 'broken';
    this.stage.setMap(null);
    this.view = null;
    document.documentElement.dataset['map'] = 'broken';
    this.onChange();
  }

  /** For tests and for whoever automates the page: what is on the canvas once it stands still. */
  private tellDrawn(): void {
    const { dataset } = document.documentElement;
    if (!this.state.fleet || !this.view) return;
    this.state.mapState = 'drawn';
    dataset['map'] = 'drawn';
    dataset['mapContainers'] = String(this.state.fleet.size);
    dataset['mapCommunes'] = String(this.state.communes?.features.length ?? 0);
  }

  private pick(index: number | null): void {
    const { fleet, selected } = this.state;
    if (!fleet) return;
    if (index !== null) this.navigate({ selection: fleet.id[index]! });
    else if (selected >= 0) this.navigate({ selection: null });
  }

  /** The address follows the view without filling the history. */
  private writeView(view: View | null): void {
    clearTimeout(this.writeTimer);
    this.writeTimer = window.setTimeout(() => {
      if (this.state.route.page !== 'map') return;
      this.state.route = { ...this.state.route, view };
      history.replaceState(history.state, '', formatRoute(this.state.route));
    }, VIEW_WRITE_MS);
  }

  takeCommunes(): void {
    if (this.state.communes) this.view?.setCommunes(this.state.communes);
  }

  takeRivers(): void {
    const { rivers } = this.state;
    if (rivers) this.view?.setRivers(rivers);
  }

  takeFleet(): void {
    if (this.state.fleet) this.view?.setFleet(this.state.fleet);
  }

  takeRoute(): void {
    if (this.state.route.page !== 'map') return;
    if (!this.isOpened) void this.open();
    requestAnimationFrame(() => {
      this.view?.resize();
      this.view?.refresh();
    });
  }

  /** At most twice a second, and never while the last change waits to be drawn. */
  refresh(): void {
    if (this.state.route.page !== 'map' || this.refreshTimer) return;
    this.refreshTimer = window.setTimeout(() => {
      this.refreshTimer = 0;
      if (this.isFrameDue) return this.refresh();
      this.isFrameDue = true;
      this.view?.refresh();
    }, REFRESH_MS);
  }

  update(): void {
    this.pad();
    this.view?.setGrey(this.state.isTooOld);
    this.view?.reserve(this.state.selected);
    this.stage.update(this.state);
  }

  /** The open part of the map ends where the sheet begins. */
  private pad(): void {
    if (!this.view) return;
    const isOpen = this.state.selected >= 0;
    const isWide = matchMedia(WIDE).matches;
    const right = isOpen && isWide ? this.shell.sheet.offsetWidth + SHEET_GAP_PX : 0;
    const bottom = isOpen && !isWide ? this.covered() : 0;
    const key = `${right}/${bottom}`;
    if (key === this.paddedFor) return;
    this.paddedFor = key;
    this.view.setPadding({ top: 0, right, bottom, left: 0 }, isWide || !isOpen);
  }

  /** How much of the stage a sheet at the bottom of the screen hides. */
  private covered(): number {
    const stage = this.shell.stage.getBoundingClientRect();
    const sheet = this.shell.sheet.getBoundingClientRect();
    const isAcross = sheet.width > stage.width * 0.7;
    return isAcross ? Math.max(0, Math.min(stage.height - 120, stage.bottom - sheet.top)) : 0;
  }

  showSelection(isClose: boolean): void {
    if (!matchMedia(WIDE).matches && this.state.selected >= 0) window.scrollTo(0, 0);
    this.pad();
    if (this.state.selected >= 0) this.view?.show(this.state.selected, isClose);
  }

  showIndex(index: number): void {
    this.view?.show(index, true);
  }

  showCommune(code: string): void {
    this.view?.fitCommune(code);
  }
}
