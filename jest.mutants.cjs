/** The pure rules alone: no servers, so that thousands of mutants can be tried. */
const { globalSetup, globalTeardown, ...base } = require('./jest.config.cjs');

module.exports = {
  ...base,
  roots: ['<rootDir>/apps/risk/src/domain', '<rootDir>/libs/trading'],
  maxWorkers: 1,
};
