import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * What several pages share has a file of its own: a browser keeps React when only a page has changed, and the budgets of
 * viewer and figure can be checked (test/web/bytes.test.ts).
 */
const SHARED = [
  { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
  {
    name: 'viewer-tools',
    test: /web\/app\/viewer\/(tools|CursorMarks|SliceBar|StageInput|StatusLine|Toolbar|ViewerKeys|gestures|keymap)\./,
  },
  { name: 'viewer', test: /web\/app\/viewer\// },
  {
    name: 'figure',
    test: /web\/app\/figures\/(CurveFigure|Readout|curve|paths|figures\.css)/,
  },
];

/**
 * Builds the interface into dist/http/web. The page's Content-Security-Policy allows no inline script and no data
 * address for scripts: nothing is inlined, and browsers that need a polyfill for module preloading are not served.
 */
export default defineConfig({
  root: here('.'),
  publicDir: here('public'),
  // Scripts and style sheets find one another by their own addresses, so that one build works below any prefix; the
  // addresses in the pages are completed by the server (src/http/web.ts).
  base: './',
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    outDir: here('../dist/http/web'),
    emptyOutDir: true,
    target: 'es2022',
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: 'manifest.json',
    reportCompressedSize: false,
    rolldownOptions: {
      input: { index: here('index.html'), embed: here('embed.html') },
      output: { codeSplitting: { includeDependenciesRecursively: false, groups: SHARED } },
      // "use client" in packages is for servers that render React; here is none.
      onLog: (level, log, report) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && report(level, log),
    },
  },
});
