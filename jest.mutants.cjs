/** The pure rules alone: no servers, so that thousands of mutants can be tried. Each part by its own specs. */
const { globalSetup, globalTeardown, ...base } = require('./jest.config.cjs');

const PARTS = {
  'libs/rules/src': ['<rootDir>/libs/rules'],
  'libs/trading/src': ['<rootDir>/libs/trading'],
  'libs/backtest/src': ['<rootDir>/libs/backtest'],
  'libs/statistics/src': ['<rootDir>/libs/statistics'],
  'libs/strategy/src': ['<rootDir>/libs/strategy'],
  'apps/risk/src/kill-switch/domain': ['<rootDir>/apps/risk/src/kill-switch/domain'],
  'apps/risk/src/limits/domain': ['<rootDir>/apps/risk/src/limits/domain'],
  'apps/risk/src/fleet/domain': ['<rootDir>/apps/risk/src/fleet/domain'],
};

module.exports = {
  ...base,
  roots: process.env.MUTANTS_OF ? PARTS[process.env.MUTANTS_OF] : Object.values(PARTS).flat(),
  // Runs of many candles take minutes for each mutant.
  testPathIgnorePatterns: [...(base.testPathIgnorePatterns ?? []), '/(whole-runs|restart)\\.spec\\.ts$'],
  maxWorkers: 1,
};
