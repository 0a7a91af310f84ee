const LONGEST = require('./test/longest');
const swc = require('./test/swc');

const LEFT_OUT = process.env.LONGEST_TESTS === 'none' ? LONGEST.map((file) => `/test/${file}$`) : [];

/** Tests run from the TypeScript sources. */
module.exports = {
  runtime: '<rootDir>/test/runtime.js',
  testEnvironment: '<rootDir>/test/environment.js',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...LEFT_OUT],
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  globalSetup: '<rootDir>/test/globalSetup.ts',
  globalTeardown: '<rootDir>/test/globalTeardown.ts',
  testSequencer: '<rootDir>/test/sequencer.js',
  // A third of the files' time is spent on waiting for leases and processes, in which another file can work.
  maxWorkers: 3,
  testTimeout: 60_000,
};
