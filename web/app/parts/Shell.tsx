import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { PATHS } from '../../../src/http/webPaths';
import { below } from '../data/base';
import { useSignedIn } from '../data/signedIn';
import { nameOf, useMay, useViewer } from '../data/viewer';
import { showAccount, useAccountView } from './accountDoor';
import { KeySheet } from './KeySheet';
import { type KeyAction, useKeys } from './keys';
import { useTheme } from './theme';

/** Pages of the header, with the second letter of their keys (`g` and then this) and the addresses that belong to them. */
const PAGES = [
  { to: PATHS.home, key: 'd', label: 'Data sets', at: /^\/$/ },
  { to: PATHS.lesions, key: 'l', label: 'Lesions', at: /^\/(lesions|i\/|d\/[^/]+\/lesions)/ },
  { to: PATHS.clusters, key: 'c', label: 'Clusters', at: /^\/(clusters|d\/[^/]+\/clusters)/ },
  { to: PATHS.runs, key: 'r', label: 'Runs', at: /^\/runs/ },
  { to: PATHS.accuracy, key: 'a', label: 'Accuracy', at: /^\/(accuracy|board|differences|errors|threshold)/ },
  { to: PATHS.review, key: 'v', label: 'Review', at: /^\/review/ },
  { to: PATHS.tryIt, key: 't', label: 'Try it', at: /^\/try/ },
  { to: PATHS.operations, key: 'o', label: 'Operations', at: /^\/(ops|audit|datasets)/ },
  { to: PATHS.cookbook, key: 'b', label: 'Cookbook', at: /^\/docs/ },
  { to: PATHS.keys, key: 'k', label: 'Keys', at: /^\/keys/ },
] as const;
type Pages = readonly (typeof PAGES)[number][];

/** It comes when it is opened. */
const Account = lazy(() => import('./Account'));

/** What all pages stand in: skip link, header, the page, footer, and the keys that work everywhere. */
export function Shell() {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const [theme, nextTheme] = useTheme();
  const [keysOpen, setKeysOpen] = useState(false);
  const [menuOpen, setMenuOpen] = useState(false);
  const pages = usePages();
  const actions = useGlobalKeys(pages, nextTheme, () => setKeysOpen(true));
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
          {pages.map(({ to, label, at }) => (
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
        <AccountButton />
        <button type="button" className="quiet" onClick={nextTheme} aria-label={`Theme: ${THEME_LABELS[theme]}`}>
          <span className="muted hide-narrow">Theme:</span>
          <span className="only-narrow" aria-hidden="true">
            ◐
          </span>{' '}
          {THEME_LABELS[theme]}
        </button>
        <button type="button" className="quiet hide-narrow" onClick={() => setKeysOpen(true)} aria-label="Keys">
          <kbd>?</kbd>
        </button>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <RefusedKey />
        <Outlet />
      </main>
      <Footer />
      <AccountDialog />
      <KeySheet open={keysOpen} onClose={() => setKeysOpen(false)} global={actions} />
    </>
  );
}

/** The page of keys is for callers who may have some. */
function usePages(): Pages {
  const { key } = useSignedIn();
  const viewer = useViewer();
  const mayManage = useMay('keys');
  const hasKeys = key !== null || (viewer !== undefined && mayManage.isGiven);
  return hasKeys ? PAGES : PAGES.filter(({ to }) => to !== PATHS.keys);
}

/** Who is signed in. */
function AccountButton() {
  const { key, generation } = useSignedIn();
  const viewer = useViewer();
  const name = viewer && nameOf(viewer);
  const button = useRef<HTMLButtonElement>(null);
  // Another caller has another page; the keyboard goes on where the sign-in began.
  useEffect(() => {
    if (generation > 0 && document.activeElement === document.body) button.current?.focus({ preventScroll: true });
  }, [generation]);
  return (
    <button ref={button} type="button" className="quiet account" onClick={() => showAccount('ACCOUNT')}>
      {key === null && !name ? (
        'Sign in'
      ) : (
        <>
          <span className="visually-hidden">Signed in as </span>
          <bdi>{name ?? '…'}</bdi>
        </>
      )}
    </button>
  );
}

function AccountDialog() {
  const view = useAccountView();
  const [isNeeded, setNeeded] = useState(false);
  // It stays when it is closed, so that the focus returns to where it was.
  useEffect(() => {
    if (view !== null) setNeeded(true);
  }, [view]);
  if (!isNeeded) return null;
  return (
    <Suspense fallback={null}>
      <Account view={view} onClose={() => showAccount(null)} />
    </Suspense>
  );
}

/** The server has stopped accepting the key of this page, or the session has ended. */
function RefusedKey() {
  const { refusal } = useSignedIn();
  if (refusal === null) return null;
  return (
    <div className="banner spread" role="alert">
      <p>You were signed out. {refusal}</p>
      <button type="button" onClick={() => showAccount('SIGN_IN')}>
        Sign in
      </button>
    </div>
  );
}

const THEME_LABELS = { system: 'auto', light: 'light', dark: 'dark' } as const;

function useGlobalKeys(pages: Pages, nextTheme: () => void, showKeys: () => void): KeyAction[] {
  const navigate = useNavigate();
  return [
    { keys: '?', label: 'Show the keys', run: showKeys },
    { keys: 'T', label: 'Change the theme', run: nextTheme },
    {
      keys: 'y',
      label: 'Copy the address of this view',
      run: () => void navigator.clipboard?.writeText(window.location.href).catch(() => undefined),
    },
    ...pages.map(({ to, key, label }) => ({
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
