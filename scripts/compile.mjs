// The steps of the build: Prisma's client, then TypeScript and the pixel kernels into dist/. `npm run build` and
// prepare.mjs run them.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function run(program, args, env = {}) {
  const { status, error } = spawnSync(process.execPath, [`node_modules/${program}`, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

// Prisma downloads a schema engine before any command unless a variable says where one is; `generate` never starts it.
run('prisma/build/index.js', ['generate', '--no-hints'], {
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
});
run('typescript/bin/tsc', ['-p', 'tsconfig.json']);
// The memory is laid out by kernels.ts: nothing is allocated in AssemblyScript.
const kernels = ['src/imaging/kernels.as.ts', '--outFile', 'dist/imaging/kernels.wasm'];
run('assemblyscript/bin/asc.js', [
  ...kernels,
  '-O3',
  '--runtime',
  'stub',
  '--noAssert',
  '--importMemory',
  '--enable',
  'simd',
]);
await import('./buildDocuments.mjs');
await import('./buildGraphiql.mjs');
await import('./buildWeb.mjs');
