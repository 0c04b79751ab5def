const base = require('./jest.config.cjs');

/** The suites that kill processes, cut connections and fill disks, with real components in real time; and the others that `npm test` leaves out. */
module.exports = {
  ...base,
  roots: ['<rootDir>/test'],
  testMatch: base.testPathIgnorePatterns
    .filter((path) => path.startsWith('<rootDir>/'))
    .map((path) => `${path}${path.endsWith('/') ? '**/*.test.ts' : '.ts'}`),
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 300_000,
};
