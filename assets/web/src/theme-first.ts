// Sets the theme before the first paint; loaded alone and first, since the policy forbids inline scripts.
import { applyTheme, storedTheme } from './theme.ts';

applyTheme(storedTheme());
