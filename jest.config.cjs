/** Every test runs against the real servers that `npm test` starts; swc compiles, tsc checks types in `npm run check`. */
const { compilerOptions } = require('./tsconfig.json');
const { pathsToModuleNameMapper } = require('ts-jest');

module.exports = {
  testEnvironment: 'node',
  roots: ['apps', 'libs', 'tools', 'scripts', 'test'].map((folder) => `<rootDir>/${folder}`),
  testRegex: '\\.(e2e-)?spec\\.ts$',
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  moduleNameMapper: pathsToModuleNameMapper(compilerOptions.paths, { prefix: '<rootDir>/' }),
  setupFiles: ['reflect-metadata'],
  globalSetup: '<rootDir>/test/global-setup.ts',
  globalTeardown: '<rootDir>/test/global-teardown.ts',
  maxWorkers: 2,
  testTimeout: 60_000,
};
