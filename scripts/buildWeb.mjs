// Builds web/ with Vite into dist/http/web, and lays a compressed copy beside each text file: the server sends these as
// they are.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { compressFiles } from './compressFiles.mjs';

// Whatever calls: a test's environment would bring React as it is for development, with half as many bytes again.
process.env.NODE_ENV = 'production';

const root = fileURLToPath(new URL('..', import.meta.url));

await build({ configFile: join(root, 'web', 'vite.config.mts'), logLevel: 'warn' });
compressFiles(join(root, 'dist', 'http', 'web', 'assets'));
