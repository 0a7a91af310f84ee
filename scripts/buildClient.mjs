// `node scripts/buildClient.mjs [FOLDER]`: builds clients/typescript as an ES module and as CommonJS into its dist/, with
// its types; or the two modules alone into another folder.
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const client = join(root, 'clients', 'typescript');
const [folder] = process.argv.slice(2);
const outdir = folder ? resolve(folder) : join(client, 'dist');

for (const [format, file] of [
  ['esm', 'index.mjs'],
  ['cjs', 'index.js'],
])
  await build({
    entryPoints: [join(client, 'src', 'index.ts')],
    outfile: join(outdir, file),
    bundle: true,
    format,
    target: 'es2022',
    platform: 'neutral',
    logLevel: 'warning',
  });
if (!folder) {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', client], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
