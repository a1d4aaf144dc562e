// The page's words in the language in force: lookup, parameters and plurals.
import en from './en.json';
import fr from './fr.json';

export const LANGUAGES = ['fr', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Dictionary = Record<string, string>;
export const DICTIONARIES: Record<Language, Dictionary> = { fr, en };

export type Params = Record<string, string | number>;

let language: Language = 'fr';
let plurals = new Intl.PluralRules('fr');

export function currentLanguage(): Language {
  return language;
}

export function setLanguage(next: Language): void {
  language = next;
  plurals = new Intl.PluralRules(next);
}

function fill(template: string, params: Params): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? ''));
}

/** The words of a key; an unknown key shows itself, so that it is seen. */
export function t(key: string, params: Params = {}): string {
  return fill(DICTIONARIES[language][key] ?? key, params);
}

/** Like `t`, choosing `key_zero`, `key_one` or `key_other` by count; `{n}` is for the caller to give, formatted. */
export function plural(key: string, count: number, params: Params = {}): string {
  const words = DICTIONARIES[language];
  if (count === 0 && words[`${key}_zero`] !== undefined) return fill(words[`${key}_zero`]!, params);
  const form = plurals.select(count) === 'one' ? 'one' : 'other';
  return t(`${key}_${form}`, params);
}
