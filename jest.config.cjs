/** Every test runs against the real servers that `npm test` starts; swc compiles, tsc checks types in `npm run check`. */
const { availableParallelism } = require('node:os');
const { compilerOptions } = require('./tsconfig.json');
const { pathsToModuleNameMapper } = require('ts-jest');

module.exports = {
  testEnvironment: 'node',
  roots: ['apps', 'libs', 'strategies', 'tools', 'scripts', 'test'].map((folder) => `<rootDir>/${folder}`),
  testRegex: '\\.(e2e-)?spec\\.ts$',
  // trading-signals is made of ES modules only.
  transform: { '^.+\\.ts$': ['@swc/jest'], '/trading-signals/.+\\.js$': ['@swc/jest'] },
  transformIgnorePatterns: ['/node_modules/(?!trading-signals/)'],
  moduleNameMapper: pathsToModuleNameMapper(compilerOptions.paths, { prefix: '<rootDir>/' }),
  setupFiles: ['reflect-metadata'],
  globalSetup: '<rootDir>/test/global-setup.ts',
  globalTeardown: '<rootDir>/test/global-teardown.ts',
  testSequencer: '<rootDir>/jest.slow-first.cjs',
  // What is transformed and how long a suite took are known again at the next run, wherever TMPDIR is then.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  // Most suites wait for servers, clocks and time limits more than they compute: three workers keep two cores busy.
  maxWorkers: Math.min(Math.ceil(availableParallelism() * 1.5), 8),
  testTimeout: 180_000,
};
