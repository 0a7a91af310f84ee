/** Packages in the form of modules that `require` does not know, and jest neither: they are translated as well. */
const MODULES = 'openid-client|oauth4webapi|jose|hyparquet|hyparquet-writer';

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
  testSequencer: '<rootDir>/test/sequencer.js',
  // A third of the files' time is spent on waiting for leases and processes, in which another file can work.
  maxWorkers: 3,
  testTimeout: 60_000,
};
