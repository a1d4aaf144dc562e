// What is wrong and what still works: lost link, data too old, map that cannot be drawn, selection not found.
import { h, renderOnce, type Child } from '../dom.ts';
import { duration, timeOfDay } from '../i18n/format.ts';
import { t } from '../i18n/words.ts';
import { linkTo } from '../data/route.ts';
import type { State } from '../state.ts';
import { isBroken } from './headline.ts';

interface Notice {
  key: string;
  title: string;
  text: string;
  old?: boolean;
  action: HTMLElement | null;
}

export class Notices {
  constructor(
    private readonly root: HTMLElement,
    private readonly onRetry: () => void,
  ) {}

  update(state: State): void {
    const notices = [this.lost(state), this.tooOld(state), this.brokenMap(state), this.unknown(state)].filter((n) => n !== null);
    const marker = notices.map((n) => n.key + n.text).join('|');
    if (this.root.dataset['marker'] === marker) return;
    const hadFocus = this.root.contains(document.activeElement);
    renderOnce(this.root, marker, () => notices.map(card));
    if (hadFocus) this.root.querySelector<HTMLElement>('button, a')?.focus();
  }

  private lost(state: State): Notice | null {
    const { link, fleet, heardAtMs } = state;
    if (link.state !== 'lost' || !isBroken(state)) return null;
    const next = link.nextTryMs === null ? '' : t('notice.nextTry', { in: duration(Math.max(1, (link.nextTryMs - Date.now()) / 1000)) });
    const action = h('button', { class: 'link', type: 'button', onclick: () => this.onRetry() }, t('notice.retry'));
    if (!fleet) return { key: 'none', title: t('notice.noData'), text: `${t('notice.noDataText')} ${next}`, action };
    const title = t('notice.lost', { age: duration((Date.now() - link.sinceMs) / 1000) });
    return { key: 'lost', title, text: `${t('notice.lostText', { time: timeOfDay(heardAtMs) })} ${next}`, action };
  }

  private tooOld({ isTooOld, fleet, clock }: State): Notice | null {
    if (!isTooOld || !fleet) return null;
    const age = duration(clock.ageS(fleet.newestObservation));
    return { key: 'old', title: t('notice.old'), text: t('notice.oldText', { age }), old: true, action: null };
  }

  private brokenMap({ mapState, route }: State): Notice | null {
    if (mapState !== 'broken' || route.page !== 'map') return null;
    const action = h('a', { href: linkTo({ page: 'table' }, route) }, t('notice.openTable'));
    return { key: 'map', title: t('notice.map'), text: t('notice.mapText'), action };
  }

  private unknown({ route, fleet, selected }: State): Notice | null {
    if (!fleet || !route.selection || selected >= 0) return null;
    const action = h('a', { href: linkTo({ page: route.page }, route) }, t('notice.forget'));
    return { key: 'unknown', title: t('notice.unknown'), text: t('notice.unknownText', { id: route.selection }), action };
  }
}

function card(notice: Notice): Child {
  return h(
    'div',
    { class: notice.old ? 'notice old' : 'notice', 'data-notice': notice.key },
    h('b', {}, notice.title),
    h('p', {}, notice.text),
    notice.action,
  );
}
