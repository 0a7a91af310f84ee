// Prepares a checkout: installs the packages and builds, if that is needed. It uses nothing but Node itself.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants, userInfo } from 'node:os';
import { join } from 'node:path';
import {
  describe,
  joinRunning,
  leaveRunning,
  mayWrite,
  notePreparing,
  othersRunning,
  preparer,
  root,
  untilPrepared,
  whilePreparing,
} from './checkout.mjs';
import { stopInOrder } from './stopping.mjs';

const OLDEST_NODE = [20, 19];
const INSTALL = {
  label: 'Installing packages',
  folders: ['node_modules'],
  stamp: join(root, 'node_modules', '.deeplesion-install'),
  /** All packages with native parts use Node's stable interface, so that every version of Node shares them. */
  sources: ['package-lock.json'],
  isThere: packagesAreThere,
  // Development packages build the product, and optional ones contain its native parts: no setting of the machine may
  // omit them.
  work: () => run(...npmCommand(['ci', '--include=dev', '--include=optional', '--loglevel=error'])),
};
const BUILD = {
  label: 'Building',
  folders: ['dist', 'src/database/generated'],
  stamp: join(root, 'dist', '.deeplesion-build'),
  sources: [
    'src',
    'prisma',
    'web',
    'examples',
    'package-lock.json',
    'tsconfig.json',
    'scripts/compile.mjs',
    'scripts/buildDocuments.mjs',
    'scripts/buildGraphiql.mjs',
    'scripts/buildWeb.mjs',
    'scripts/cookbook.mjs',
  ],
  isThere: buildIsThere,
  work() {
    // TypeScript skips what it believes to have written already.
    rmSync(join(root, 'dist', '.tsbuildinfo'), { force: true });
    return run(process.execPath, ['scripts/compile.mjs']);
  },
};

/**
 * Installs and builds if the checkout has changed since the last time, unless another process runs from it, and
 * registers this process as one that runs from it. Changes the working directory to the checkout.
 *
 * @param rebuild builds in any case
 */
export async function prepare({ rebuild = false } = {}) {
  checkNode();
  process.chdir(root);
  stopInOrder();
  if (mayWrite()) await whilePreparing(() => bringAll(rebuild));
  else await joinPrepared();
}

async function bringAll(rebuild) {
  const missing = [INSTALL, BUILD].filter((step) => !isDone(step) || (rebuild && step === BUILD));
  if (missing.length > 0) refuseIfUsed(missing);
  for (const step of missing) await bring(step);
  joinRunning();
}

/** For accounts that may not write here: they run what the owner has prepared. */
async function joinPrepared() {
  for (;;) {
    joinRunning();
    if (preparer() === null) break;
    leaveRunning();
    await untilPrepared();
  }
  if (isDone(INSTALL) && isDone(BUILD)) return;
  fail(`This checkout has to be prepared, and ${userName()} may not write to ${root}.`, ownerAdvice('.'));
}

function ownerAdvice(folder) {
  const owner = statSync(join(root, folder)).uid;
  return `Let its owner (user number ${owner}) run "npm run build" there, or use your own checkout.`;
}

function userName() {
  try {
    return `the user ${userInfo().username}`;
  } catch {
    return `the user number ${process.getuid?.()}`;
  }
}

/** Running processes read packages and build at any time: a worker or a thread may start an hour later. */
function refuseIfUsed(missing) {
  const others = othersRunning();
  if (others.length === 0) return;
  const [first] = others;
  const more = others.length > 1 ? ` and ${others.length - 1} more` : '';
  fail(
    `${missing.map(({ label }) => label).join(' and ')} would be needed, ` +
      `because the checkout ${root} changed or parts of it are missing.`,
    `But ${describe(first)}${more} runs from it and would break.`,
    'Stop that first and start this again, or use a second checkout.',
  );
}

function fail(...lines) {
  console.error(lines.join('\n'));
  process.exit(1);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  fail(`Expected Node ${OLDEST_NODE.join('.')} or newer, got ${process.versions.node}.`);
}

/** @returns whether the stamp says that the step was done for exactly these sources, and its outputs exist */
function isDone({ stamp, sources, isThere }) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === checksum(sources) && isThere();
}

/**
 * The stamp is removed first and written last, so that a step that is interrupted at any moment is repeated the next
 * time.
 */
async function bring({ label, folders, stamp, sources, isThere, work }) {
  const foreign = folders.find((folder) => existsSync(join(root, folder)) && !mayWrite(folder));
  if (foreign) fail(`${label}: ${userName()} may not write to ${join(root, foreign)}. ${ownerAdvice(foreign)}`);
  const started = Date.now();
  const wanted = checksum(sources);
  console.error(`${label} …`);
  rmSync(stamp, { force: true });
  await work();
  if (!isThere()) fail(`${label} succeeded, but some of its files are missing. See the messages above.`);
  writeFileSync(`${stamp}.draft`, wanted);
  renameSync(`${stamp}.draft`, stamp);
  console.error(`${label}: done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function packagesAreThere() {
  try {
    const { dependencies, devDependencies } = readJson('package.json');
    const installed = Object.keys(readJson('node_modules/.package-lock.json').packages);
    const direct = Object.keys({ ...dependencies, ...devDependencies }).map((name) => `node_modules/${name}`);
    return [...direct, ...installed].every((folder) => existsSync(join(root, folder, 'package.json')));
  } catch {
    return false;
  }
}

function buildIsThere() {
  const compiled = filesBelow('src')
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.endsWith('.as.ts'))
    .map((file) => file.replace(/^src/, 'dist').replace(/\.ts$/, '.js'));
  const made = [
    'src/database/generated/client.ts',
    'dist/database/generated/client.js',
    'dist/imaging/kernels.wasm',
    'dist/documents.json',
  ];
  return [...compiled, ...made, 'dist/http/graphiql/graphiql.js', 'dist/http/web/index.html'].every((file) =>
    existsSync(join(root, file)),
  );
}

function readJson(file) {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

function checksum(sources) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
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

/** The npm that launched us, if one did: a machine may have several, and none on its path. */
function npmCommand(words) {
  const { npm_execpath: script } = process.env;
  if (script && /npm-cli\.c?js$/.test(script) && existsSync(script)) return [process.execPath, [script, ...words]];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', words];
}

async function run(program, args) {
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (child.pid !== undefined) notePreparing(child.pid);
  const status = await new Promise((resolve) => {
    child.once('error', (failure) => {
      console.error(`${program} could not be started: ${failure.message}.`);
      resolve(1);
    });
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
  if (status !== 0) process.exit(status);
}
