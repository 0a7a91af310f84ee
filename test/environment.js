require('./sharedScripts');
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

module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const name of SHARED) this.global[name] = globalThis[name];
    // For packages that load others by import(), which the sandbox does not have.
    this.global.requireOutside = require;
  }
};
