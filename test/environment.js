require('./sharedScripts');
const { appendFileSync, readFileSync } = require('node:fs');
const { relative } = require('node:path');
const { TestEnvironment } = require('jest-environment-node');

/**
 * Node's environment with the outer realm's typed arrays. onnxruntime-node checks tensors with `instanceof` against the
 * outer realm, and jest's sandbox has typed arrays of its own, so that every `session.run` would be refused.
 */
const SHARED = [
  'ArrayBuffer',
  'SharedArrayBuffer',
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
];

const TICK_S = 0.01;

/** Processor seconds of this process, and of its children that have ended. */
function processorSeconds() {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  const [user, system, childUser, childSystem] = fields.slice(11, 15).map((ticks) => Number(ticks) * TICK_S);
  return { own: user + system, children: childUser + childSystem };
}

module.exports = class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.testPath = context.testPath;
  }

  async setup() {
    await super.setup();
    for (const name of SHARED) this.global[name] = globalThis[name];
    // For packages that load others by import(), which the sandbox does not have.
    this.global.requireOutside = require;
    this.startedAt = performance.now();
    this.startedWith = processorSeconds();
  }

  async handleTestEvent(event) {
    if (event.name === 'run_start') this.loaded = { at: performance.now(), ...processorSeconds() };
  }

  async teardown() {
    const path = process.env.TEST_TIMES;
    if (path) {
      const { own, children } = processorSeconds();
      const wall = (performance.now() - this.startedAt) / 1000;
      const load = (this.loaded?.own ?? own) - this.startedWith.own;
      appendFileSync(
        path,
        `${JSON.stringify({ file: relative(__dirname, this.testPath), pid: process.pid, wall, load, own: own - this.startedWith.own, children: children - this.startedWith.children })}\n`,
      );
    }
    await super.teardown();
  }
};
