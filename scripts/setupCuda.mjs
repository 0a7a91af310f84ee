// `npm run setup:cuda`: fetches the CUDA libraries of ONNX Runtime, which its npm package does not contain, and tries
// them. `--from FOLDER` copies them from a folder instead, for machines that do not reach the host: the folder
// onnxruntime/capi of the Python package onnxruntime-gpu of the same version has them. `--force` works without an
// NVIDIA driver too, e.g. for an image that runs elsewhere. `npm ci` removes them again.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describe, othersRunning } from './checkout.mjs';
import { prepare } from './prepare.mjs';

/** The libraries that CUDA needs; the package's own script fetches TensorRT's library as well. */
const NAMES = ['cuda', 'shared'].map((part) => `libonnxruntime_providers_${part}.so`);
/** A download of some hundred megabytes. */
const TIMEOUT_MS = 30 * 60_000;

// prepare() changes the folder.
const startedIn = process.cwd();
const { values } = parseArgs({ options: { force: { type: 'boolean', default: false }, from: { type: 'string' } } });
const forced = values.force;
const platform = `${process.platform}/${process.arch}`;
if (platform !== 'linux/x64')
  end(0, `ONNX Runtime's package for Node has CUDA on linux/x64 only, this is ${platform}. Nothing was changed.`);

await prepare();
const require = createRequire(import.meta.url);
const { findExecutionProviders, hasNvidiaDriver } = require('../dist/inference/index.js');
if (!hasNvidiaDriver() && !forced)
  end(0, 'No NVIDIA driver on this machine, so nothing was fetched; --force fetches nevertheless.');

const [running] = othersRunning();
if (running)
  end(
    1,
    `${describe(running)} runs from this checkout, whose packages would change: stop that first. Nothing was changed.`,
  );

const packageFolder = dirname(require.resolve('onnxruntime-node/package.json'));
const files = NAMES.map((name) => join(packageFolder, 'bin', 'napi-v6', platform, name));
const missing = files.filter((file) => !existsSync(file));
if (missing.length > 0 && values.from !== undefined) copyLibraries(resolve(startedIn, values.from));
else if (missing.length > 0) fetchLibraries(missing);
else console.log('The libraries are there already.');

const [cuda, , cpu] = await findExecutionProviders();
if (!cpu?.available) {
  removeAll(missing);
  end(1, `With the libraries the CPU did not start (${cpu?.reason}); they were removed again.`);
}
if (cuda?.available)
  end(0, 'CUDA computed a number on this machine: EXECUTION_PROVIDERS=auto will use it where it is faster.');
end(
  forced ? 0 : 1,
  `The libraries are installed, but CUDA does not start here: ${cuda?.reason}. ` +
    'They need cuDNN 9 and the CUDA version that they were built for: 12 if this script fetched them. ' +
    'The CPU works as before.',
);

/** Runs the package's own script, which knows where the libraries of exactly this version are. */
function fetchLibraries(wanted) {
  const { status, error, stderr } = spawnSync(process.execPath, [join(packageFolder, 'script', 'install.js')], {
    stdio: ['ignore', 'inherit', 'pipe'],
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'true' },
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  if (status === 0 && wanted.every((file) => existsSync(file) && statSync(file).size > 0)) return;
  removeAll(wanted);
  const [reason = `its script ended with ${status}`] = /^(?:\w*Error: ).+$/m.exec(stderr) ?? [];
  end(1, `The libraries could not be fetched (${error?.message ?? reason}). The CPU works as before.`);
}

function copyLibraries(from) {
  const sources = NAMES.map((name) => join(from, name));
  const absent = sources.find((source) => !existsSync(source));
  if (absent) end(1, `There is no ${absent}. Nothing was changed.`);
  for (const [index, source] of sources.entries()) copyFileSync(source, files[index]);
}

function removeAll(paths) {
  for (const path of paths) rmSync(path, { force: true });
}

function end(code, message) {
  console.log(message);
  process.exit(code);
}
