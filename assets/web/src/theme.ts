// Light, dark or high contrast: the reader's choice if any, else what the system asks for.
export const THEME_CHOICES = ['system', 'light', 'dark', 'contrast'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];
export type Theme = Exclude<ThemeChoice, 'system'>;

const KEY = 'maquette.theme';
const DARK = '(prefers-color-scheme: dark)';
const CONTRAST = '(prefers-contrast: more)';

export function storedTheme(): ThemeChoice {
  try {
    const stored = localStorage.getItem(KEY);
    return THEME_CHOICES.find((c) => c === stored) ?? 'system';
  } catch {
    return 'system';
  }
}

export function resolveTheme(choice: ThemeChoice): Theme {
  if (choice !== 'system') return choice;
  if (matchMedia(CONTRAST).matches) return 'contrast';
  return matchMedia(DARK).matches ? 'dark' : 'light';
}

export function applyTheme(choice: ThemeChoice): void {
  document.documentElement.dataset['theme'] = resolveTheme(choice);
}

export function chooseTheme(choice: ThemeChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    /* A browser that keeps nothing still switches for this visit. */
  }
  applyTheme(choice);
}

/** Calls back when the colours on screen changed, by choice or by the system. */
export function onThemeChange(callback: () => void): void {
  for (const query of [DARK, CONTRAST]) matchMedia(query).addEventListener('change', () => applyTheme(storedTheme()));
  new MutationObserver(callback).observe(document.documentElement, { attributeFilter: ['data-theme'] });
}
