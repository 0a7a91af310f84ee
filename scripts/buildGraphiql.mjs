// Bundles web/graphiql with everything it needs into dist/http/graphiql, so that the page at /graphql works without the
// internet.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compressFiles } from './compressFiles.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = join(root, 'dist', 'http', 'graphiql');

rmSync(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: { graphiql: 'web/graphiql/main.tsx' },
  outdir,
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  // Licence notices are written next to the bundle, as their owners require.
  legalComments: 'linked',
  logLevel: 'warning',
});
compressFiles(outdir);
