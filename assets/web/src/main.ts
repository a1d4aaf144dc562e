// Starts the page: language, frame, data, map and live feed, and what happens when any of them fails.
import { LANGUAGES, setLanguage, type Language } from './i18n/words.ts';
import { parseRoute } from './data/route.ts';
import { App } from './app.ts';

const KEY = 'maquette.language';

function rememberedLanguage(): Language {
  try {
    return LANGUAGES.find((l) => l === localStorage.getItem(KEY)) ?? 'fr';
  } catch {
    return 'fr';
  }
}

function remember(language: Language): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    /* The address still says it. */
  }
}

const asked = parseRoute(location.hash).language;
const language = asked ?? rememberedLanguage();
if (asked) remember(asked);
setLanguage(language);
document.documentElement.lang = language;
new App().start();
