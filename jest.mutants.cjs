/** The pure rules alone: no servers, so that thousands of mutants can be tried. Each part by its own specs. */
const { globalSetup, globalTeardown, ...base } = require('./jest.config.cjs');

const PARTS = {
  // Of risk's tests only the builders: which specs a rule concerns is followed through them.
  'apps/risk/src/domain': ['<rootDir>/apps/risk/src/domain', '<rootDir>/apps/risk/test'],
  'libs/trading/src': ['<rootDir>/libs/trading'],
};

module.exports = {
  ...base,
  roots: process.env.MUTANTS_OF ? PARTS[process.env.MUTANTS_OF] : Object.values(PARTS).flat(),
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/apps/risk/test/'],
  maxWorkers: 1,
};
