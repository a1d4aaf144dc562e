// The table page: the same sentence, a switch between communes and containers, and the table asked for.
import { h, renderOnce, setText } from '../dom.ts';
import { t } from '../i18n/words.ts';
import { linkTo, type Route } from '../data/route.ts';
import type { State } from '../state.ts';
import { CommuneTable } from './commune-table.ts';
import { ContainerTable } from './container-table.ts';
import { headline } from './headline.ts';

export class Tables {
  private readonly full = h('span');
  private readonly silent = h('span');
  private readonly title = h('h1', {}, this.full, ' ', this.silent);
  private readonly tabs = h('nav', { class: 'seg', 'aria-label': t('table.switch') });
  private readonly communes: CommuneTable;
  private readonly containers: ContainerTable;

  constructor(
    private readonly root: HTMLElement,
    navigate: (change: Partial<Route>) => void,
  ) {
    this.communes = new CommuneTable(h('div'), navigate);
    this.containers = new ContainerTable(h('div'), navigate);
    root.append(h('div', { class: 'tables-head' }, this.title, this.tabs), this.communes.root, this.containers.root);
  }

  update(state: State): void {
    const { route, summary } = state;
    if (route.page !== 'table') return;
    this.root.classList.toggle('is-grey', state.isTooOld);
    const words = summary && headline(state, summary);
    setText(this.full, words?.full ?? t('loading.title'));
    setText(this.silent, words?.sensors ?? '');
    renderOnce(this.tabs, route.tableOf + (route.language ?? ''), () =>
      (['containers', 'communes'] as const).map((of) =>
        h('a', { href: linkTo({ page: 'table', tableOf: of }, route), 'aria-current': route.tableOf === of ? 'page' : null }, t(`table.${of}`)),
      ),
    );
    this.communes.root.hidden = route.tableOf !== 'communes';
    this.containers.root.hidden = route.tableOf !== 'containers';
    if (route.tableOf === 'communes') this.communes.update(state);
    else this.containers.update(state);
  }
}
