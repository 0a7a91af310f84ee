// Makes a checkout ready to run with what it lacks: installs the packages, builds. Uses nothing but Node itself.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const OLDEST_NODE = [20, 19];
const INSTALL_STAMP = join(root, 'node_modules', '.deeplesion-install');
const BUILD_STAMP = join(root, 'dist', '.deeplesion-build');
const BUILD_SOURCES = [
  'src',
  'prisma',
  'web',
  'package-lock.json',
  'tsconfig.json',
  'scripts/build.mjs',
  'scripts/buildGraphiql.mjs',
];

/** Installs and builds where the checkout changed since the last time. */
export function prepare() {
  checkNode();
  process.chdir(root);
  bring('Installing packages', INSTALL_STAMP, ['package-lock.json'], () =>
    run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--loglevel=error']),
  );
  bring('Building', BUILD_STAMP, BUILD_SOURCES, () => run(process.execPath, ['scripts/build.mjs']));
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  console.error(`Expected Node ${OLDEST_NODE.join('.')} or newer, got ${process.versions.node}.`);
  process.exit(1);
}

/** Does `work` unless the stamp says that it was done for these very sources. */
function bring(label, stamp, sources, work) {
  const wanted = checksum(sources);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const started = Date.now();
  console.error(`${label} …`);
  work();
  writeFileSync(stamp, wanted);
  console.error(`${label}: done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function checksum(sources) {
  const hash = createHash('sha256').update(process.versions.modules);
  for (const file of sources.flatMap((source) => filesBelow(source)))
    hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function filesBelow(path) {
  if (statSync(join(root, path)).isFile()) return [path];
  return readdirSync(join(root, path))
    .filter((name) => name !== 'generated')
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

function run(program, args) {
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
