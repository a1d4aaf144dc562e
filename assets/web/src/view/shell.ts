// The frame of the page: skip link, header, story, map stage, table room, sheet and footer, built once.
import { h } from '../dom.ts';
import { currentLanguage, t } from '../i18n/words.ts';
import { formatRoute, linkTo, type Route } from '../data/route.ts';
import { THEME_CHOICES, chooseTheme, storedTheme, type ThemeChoice } from '../theme.ts';
import { icon, mark } from './icons.ts';

export interface Shell {
  header: HTMLElement;
  search: HTMLElement;
  main: HTMLElement;
  story: HTMLElement;
  stage: HTMLElement;
  map: HTMLElement;
  tables: HTMLElement;
  /** The operators' room. */
  quarantine: HTMLElement;
  /** The room of alarms. */
  alarms: HTMLElement;
  sheet: HTMLElement;
  notices: HTMLElement;
  /** Age, clock and synthetic tab; moves above the map on a narrow page. */
  foot: HTMLElement;
  sources: HTMLElement;
  polite: HTMLElement;
  navigation: Record<'map' | 'table', HTMLAnchorElement>;
  /** Discreet: for those who run it. */
  operators: HTMLAnchorElement;
  toAlarms: HTMLAnchorElement;
  languageLinks: HTMLAnchorElement[];
}

function themeSelect(): HTMLElement {
  const select = h('select', {
    class: 'select',
    'aria-label': t('theme.label'),
    onchange: (event) => chooseTheme((event.target as HTMLSelectElement).value as ThemeChoice),
  });
  for (const choice of THEME_CHOICES) {
    select.append(h('option', { value: choice, selected: choice === storedTheme() }, t(`theme.${choice}`)));
  }
  return select;
}

function skipLink(main: HTMLElement): HTMLElement {
  const skip = (event: Event) => {
    event.preventDefault();
    main.focus();
  };
  return h('a', { class: 'skip', href: '#main', onclick: skip }, t('skip'));
}

export function otherLanguageLink(route: Route): string {
  return formatRoute({ ...route, language: currentLanguage() === 'fr' ? 'en' : 'fr' });
}

function languageLink(route: Route): HTMLAnchorElement {
  const other = currentLanguage() === 'fr' ? 'en' : 'fr';
  return h('a', { class: 'lang', href: otherLanguageLink(route), lang: other, hreflang: other }, t('language.other'));
}

function searchToggle(header: HTMLElement): HTMLElement {
  const toggle = () => {
    const isOpen = header.classList.toggle('is-searching');
    button.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) header.querySelector('input')?.focus();
  };
  const button = h('button', { class: 'round phone', type: 'button', 'aria-label': t('search.label'), 'aria-expanded': 'false', onclick: toggle }, icon('search'));
  return button;
}

/** The age and the synthetic tab stand at the foot of a wide page, and above the map of a narrow one. */
function keepInPlace(shell: Shell, foot: HTMLElement): void {
  const wide = matchMedia('(min-width: 1100px) and (min-height: 620px)');
  const place = () => (wide.matches ? foot.prepend(shell.foot) : shell.main.insertBefore(shell.foot, shell.stage));
  wide.addEventListener('change', place);
  place();
}

export function buildShell(route: Route): Shell {
  const main = h('main', { id: 'main', tabindex: '-1' });
  const header = h('header', { class: 'top' });
  const search = h('div', { class: 'find', role: 'search' });
  const toMap = h('a', { href: linkTo({ page: 'map' }, route) }, icon('map'), h('span', {}, t('nav.map')));
  const toTable = h('a', { href: linkTo({ page: 'table' }, route) }, icon('table'), h('span', {}, t('nav.table')));
  const languageLinks = [languageLink(route), languageLink(route)];
  header.append(
    h('a', { class: 'mark', href: linkTo({}, route), 'aria-label': t('brand.home') }, mark(), h('span', { 'aria-hidden': 'true' }, 'Maquette')),
    h('nav', { class: 'pages', 'aria-label': t('nav.label') }, toMap, toTable),
    search,
    h('div', { class: 'prefs wide' }, themeSelect(), languageLinks[0]!),
    searchToggle(header),
  );
  const shell: Shell = {
    header,
    search,
    main,
    story: h('section', { class: 'story', 'aria-labelledby': 'headline' }),
    stage: h('section', { class: 'stage', 'aria-label': t('map.region') }),
    map: h('div', { class: 'map' }),
    tables: h('section', { class: 'tables', 'aria-label': t('table.region') }),
    quarantine: h('section', { class: 'quarantine', 'aria-label': t('quarantine.title') }),
    alarms: h('section', { class: 'alarms-room', 'aria-label': t('alarms.title') }),
    sheet: h('aside', { class: 'sheet', hidden: true, 'aria-label': t('sheet.region') }),
    notices: h('div', { class: 'notices' }),
    foot: h('div', { class: 'foot-live' }),
    sources: h('div', { class: 'sources-place' }),
    polite: h('p', { class: 'sr', role: 'status', 'aria-live': 'polite' }),
    navigation: { map: toMap, table: toTable },
    operators: h('a', { class: 'operators' }, t('nav.operators'), h('span', { class: 'sr' }, t('nav.operatorsMore'))),
    toAlarms: h('a', { class: 'to-alarms' }, t('nav.alarms')),
    languageLinks,
  };
  shell.stage.append(shell.map);
  main.append(shell.story, shell.stage, shell.tables, shell.quarantine, shell.alarms, shell.sheet);
  const foot = h('footer', { class: 'foot' }, shell.toAlarms, shell.operators, shell.sources, h('div', { class: 'prefs narrow' }, themeSelect(), languageLinks[1]!));
  keepInPlace(shell, foot);
  document.body.replaceChildren(skipLink(main), header, shell.notices, main, foot, shell.polite);
  return shell;
}
