// `npm run bench -- NAME`: runs bench/NAME.ts, or bench/NAME/index.ts. Without a name it lists them.
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.mjs';

await prepare();
const folder = fileURLToPath(new URL('../bench', import.meta.url));
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) =>
    entry.isDirectory() ? existsSync(join(folder, entry.name, 'index.ts')) : entry.name.endsWith('.ts'),
  )
  .map((entry) => entry.name.replace(/\.ts$/, ''));
const [name, ...words] = process.argv.slice(2);
if (!names.includes(name)) {
  console.error(`Usage: npm run bench -- NAME, with NAME one of: ${names.join(', ')}`);
  process.exit(1);
}
const require = createRequire(import.meta.url);
require('reflect-metadata');
require('./typescriptHook.cjs');
process.argv.splice(2, process.argv.length, ...words);
await require(join(folder, name)).main();
