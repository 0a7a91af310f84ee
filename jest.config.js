/** Packages in the form of modules that `require` does not know, and jest neither: they are translated as well. */
const MODULES = 'openid-client|oauth4webapi|jose|hyparquet|hyparquet-writer';

/**
 * In jest's sandbox, each look-up of a global takes longer than what most code does with it: a loop over pixels took
 * five times as long. Modules get these as arguments instead. They are never replaced by a test, and no package that is
 * loaded declares one of them itself.
 */
const GLOBALS = [
  ...['Array', 'BigInt', 'Boolean', 'Error', 'Map', 'Math', 'Number', 'Object', 'Promise', 'RangeError'],
  ...['Reflect', 'RegExp', 'Set', 'String', 'Symbol', 'TypeError', 'WeakMap', 'ArrayBuffer', 'DataView', 'Int16Array'],
  ...['Int32Array', 'Uint16Array', 'Uint32Array', 'Uint8Array', 'Float32Array', 'Float64Array'],
];

/** Tests run from the TypeScript sources (swc strips the types; `npm run types` checks them). */
module.exports = {
  testEnvironment: '<rootDir>/test/environment.js',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: false, useDefineForClassFields: false },
        },
        module: { type: 'commonjs' },
      },
    ],
    [`/node_modules/(${MODULES})/.+\\.js$`]: ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${MODULES})/)`],
  // What a command loads only when it is needed is named as Node finds it in dist/.
  moduleNameMapper: { '^\\./graphFilters\\.js$': '<rootDir>/src/cli/graphFilters.ts' },
  globalSetup: '<rootDir>/test/globalSetup.ts',
  globalTeardown: '<rootDir>/test/globalTeardown.ts',
  setupFiles: ['reflect-metadata'],
  sandboxInjectedGlobals: GLOBALS,
  testSequencer: '<rootDir>/test/sequencer.js',
  // A third of the files' time is spent on waiting for leases and processes, in which another file can work.
  maxWorkers: 3,
  testTimeout: 60_000,
};
