import { useCallback, useState } from 'react';

/** What a reader may choose; `system` follows the machine. */
export type Theme = 'system' | 'light' | 'dark';

const KEY = 'deeplesion.theme';
const NEXT: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };

function storedTheme(): Theme {
  try {
    const text = localStorage.getItem(KEY);
    return text === 'light' || text === 'dark' ? text : 'system';
  } catch {
    // A browser may forbid it; then the choice lasts as long as the page.
    return 'system';
  }
}

/** Puts the theme on the document; style sheets follow `data-theme`. */
export function applyTheme(theme: Theme = storedTheme()): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** The theme, and how to go on to the next. */
export function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState(storedTheme);
  const next = useCallback(() => {
    setTheme((now) => {
      const chosen = NEXT[now];
      applyTheme(chosen);
      try {
        localStorage.setItem(KEY, chosen);
      } catch {
        // See `storedTheme`.
      }
      return chosen;
    });
  }, []);
  return [theme, next];
}
