const swc = require('./test/swc');

/** Tests run from the TypeScript sources. */
module.exports = {
  runtime: '<rootDir>/test/runtime.js',
  testEnvironment: '<rootDir>/test/environment.js',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  globalSetup: '<rootDir>/test/globalSetup.ts',
  globalTeardown: '<rootDir>/test/globalTeardown.ts',
  testSequencer: '<rootDir>/test/sequencer.js',
  // A third of the files' time is spent on waiting for leases and processes, in which another file can work.
  maxWorkers: 3,
  testTimeout: 60_000,
};
