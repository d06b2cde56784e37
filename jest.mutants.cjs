/** The pure rules alone: no servers, so that thousands of mutants can be tried. */
const { globalSetup, globalTeardown, ...base } = require('./jest.config.cjs');

module.exports = {
  ...base,
  // Of risk's tests only the builders: which specs a rule concerns is followed through them.
  roots: ['<rootDir>/apps/risk/src/domain', '<rootDir>/apps/risk/test', '<rootDir>/libs/trading'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/apps/risk/test/'],
  maxWorkers: 1,
};
