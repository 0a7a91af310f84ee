// Builds web/ with Vite into dist/http/web, and lays a compressed copy beside each text file: the server sends these as
// they are.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const assets = join(root, 'dist', 'http', 'web', 'assets');

await build({ configFile: join(root, 'web', 'vite.config.mts'), logLevel: 'warn' });
for (const name of readdirSync(assets).filter((file) => /\.(js|css|svg)$/.test(file))) {
  const file = join(assets, name);
  const text = readFileSync(file);
  writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }));
  writeFileSync(`${file}.br`, brotliCompressSync(text));
}
