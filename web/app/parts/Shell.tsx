import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { PATHS } from '../../../src/http/webPaths';
import { below } from '../data/base';
import { KeySheet } from './KeySheet';
import { type KeyAction, useKeys } from './keys';
import { useTheme } from './theme';

/** Pages of the header, with the second letter of their keys (`g` and then this) and the addresses that belong to them. */
const PAGES = [
  { to: PATHS.home, key: 'd', label: 'Data sets', at: /^\/$/ },
  { to: PATHS.lesions, key: 'l', label: 'Lesions', at: /^\/(lesions|i\/|d\/[^/]+\/lesions)/ },
  { to: PATHS.clusters, key: 'c', label: 'Clusters', at: /^\/(clusters|d\/[^/]+\/clusters)/ },
  { to: PATHS.runs, key: 'r', label: 'Runs', at: /^\/runs/ },
  { to: PATHS.accuracy, key: 'a', label: 'Accuracy', at: /^\/(accuracy|differences)/ },
  { to: PATHS.review, key: 'v', label: 'Review', at: /^\/review/ },
  { to: PATHS.tryIt, key: 't', label: 'Try it', at: /^\/try/ },
  { to: PATHS.operations, key: 'o', label: 'Operations', at: /^\/ops/ },
  { to: PATHS.cookbook, key: 'b', label: 'Cookbook', at: /^\/docs/ },
] as const;

/** What all pages stand in: skip link, header, the page, footer, and the keys that work everywhere. */
export function Shell() {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const [theme, nextTheme] = useTheme();
  const [keysOpen, setKeysOpen] = useState(false);
  const [menuOpen, setMenuOpen] = useState(false);
  const actions = useGlobalKeys(nextTheme, () => setKeysOpen(true));
  useKeys(actions);

  const firstPath = useRef(path);
  // A new page is read from its top, also by a screen reader.
  useEffect(() => {
    setMenuOpen(false);
    if (firstPath.current === path) return;
    firstPath.current = path;
    main.current?.focus({ preventScroll: true });
  }, [path]);

  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="page-head">
        <Link to={PATHS.home} className="brand">
          DeepLesion Server
        </Link>
        <button
          type="button"
          className="menu-button"
          aria-expanded={menuOpen}
          aria-controls="pages"
          onClick={() => setMenuOpen(!menuOpen)}
        >
          Menu
        </button>
        <nav className="page-nav" id="pages" aria-label="Pages" data-open={menuOpen}>
          {PAGES.map(({ to, label, at }) => (
            <Link
              key={to}
              to={to}
              activeOptions={{ exact: true, includeSearch: false }}
              aria-current={at.test(path) ? 'true' : undefined}
            >
              {label}
            </Link>
          ))}
        </nav>
        <button type="button" className="quiet" onClick={nextTheme} aria-label={`Theme: ${THEME_LABELS[theme]}`}>
          <span className="muted hide-narrow">Theme:</span> {THEME_LABELS[theme]}
        </button>
        <button type="button" className="quiet hide-narrow" onClick={() => setKeysOpen(true)} aria-label="Keys">
          <kbd>?</kbd>
        </button>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
      <Footer />
      <KeySheet open={keysOpen} onClose={() => setKeysOpen(false)} global={actions} />
    </>
  );
}

const THEME_LABELS = { system: 'auto', light: 'light', dark: 'dark' } as const;

function useGlobalKeys(nextTheme: () => void, showKeys: () => void): KeyAction[] {
  const navigate = useNavigate();
  return [
    { keys: '?', label: 'Show the keys', run: showKeys },
    { keys: 'T', label: 'Change the theme', run: nextTheme },
    {
      keys: 'y',
      label: 'Copy the address of this view',
      run: () => void navigator.clipboard?.writeText(window.location.href).catch(() => undefined),
    },
    ...PAGES.map(({ to, key, label }) => ({
      keys: `g ${key}`,
      label: `Go to ${label}`,
      run: () => void navigate({ to }),
    })),
  ];
}

function Footer() {
  return (
    <footer className="page-foot">
      <div className="spread">
        <p>
          Not for clinical use. The method: Yan, Wang, Lu, Summers, <cite>DeepLesion</cite> (
          <a href="https://arxiv.org/abs/1710.01766" rel="noreferrer">
            arXiv 1710.01766
          </a>
          ).
        </p>
        <p>
          <a href={below('/graphql')}>GraphiQL</a> · <a href={below('/schema.graphql')}>Schema</a>
        </p>
      </div>
    </footer>
  );
}
