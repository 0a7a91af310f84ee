require('reflect-metadata');
const { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { createRequire, isBuiltin, Module } = require('node:module');
const { tmpdir } = require('node:os');
const { dirname, join, resolve, sep } = require('node:path');
const { transformSync } = require('@swc/core');
const { default: JestRuntime } = require('jest-runtime');
const swc = require('./swc');

/**
 * The product's modules and its packages are loaded by Node itself, once per worker, and not by jest for each test file
 * again: that took a file a second or more before its first test. Test files and their helpers are loaded by jest, each
 * for itself. All is in one realm (`environment.js`).
 *
 * So a module of `src/` keeps what it remembers from one test file to the next, as it does in a server that has served
 * for a while. A test that needs it as after a start runs the product in a process of its own.
 */
const SOURCES = resolve(__dirname, '..', 'src') + sep;
const PACKAGES = `${sep}node_modules${sep}`;

/** Where the source map of each translated module is, by its file. */
const sourceMaps = new Map();
const mapFolder = join(tmpdir(), `source-maps-${process.pid}`);
process.on('exit', () => rmSync(mapFolder, { recursive: true, force: true }));
/** The source maps that stacks of the present test file are read by. */
let mapsInUse;

Module._extensions['.ts'] = (module, filename) => {
  const { code, map } = transformSync(readFileSync(filename, 'utf8'), { ...swc, filename, sourceMaps: true });
  const mapPath = join(mapFolder, `${sourceMaps.size}.map`);
  mkdirSync(mapFolder, { recursive: true });
  writeFileSync(mapPath, map);
  sourceMaps.set(filename, mapPath);
  mapsInUse?.set(filename, mapPath);
  module._compile(code, filename);
};

// Before a file of the same name that holds data. What a command loads only when it is needed is named as Node finds it
// in dist/.
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function resolveSource(request, parent, ...rest) {
  if (request.startsWith('.') && parent?.filename?.startsWith(SOURCES)) {
    const source = `${join(dirname(parent.filename), request.replace(/\.js$/, ''))}.ts`;
    if (existsSync(source)) return source;
  }
  return resolveFilename.call(this, request, parent, ...rest);
};

/** @returns what Node's own `require` gives, or undefined for what belongs to a test */
function requireOutside(from, name) {
  if (name.startsWith('.')) {
    const path = resolve(dirname(from), name);
    if (!`${path}${sep}`.startsWith(SOURCES)) return undefined;
    return require(existsSync(`${path}.ts`) ? `${path}.ts` : path);
  }
  if (isBuiltin(name) || name.startsWith('@jest/') || name.startsWith('jest-')) return undefined;
  const required = createRequire(from);
  return required.resolve(name).includes(PACKAGES) ? required(name) : undefined;
}

module.exports = class extends JestRuntime {
  requireModuleOrMock(from, name) {
    return requireOutside(from, name) ?? super.requireModuleOrMock(from, name);
  }

  getSourceMaps() {
    mapsInUse = super.getSourceMaps();
    for (const [path, mapPath] of sourceMaps) mapsInUse.set(path, mapPath);
    return mapsInUse;
  }
};
module.exports.default = module.exports;
