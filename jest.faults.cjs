const base = require('./jest.config.cjs');

/** The suites that kill processes, cut connections and fill disks: real components, real time. */
module.exports = { ...base, roots: ['<rootDir>/test/faults'], testPathIgnorePatterns: ['/node_modules/'], testTimeout: 300_000 };
