// Runs specs for Stryker in one process that stays: what the rules lean on is loaded once, they and their specs anew for each
// mutant. A mutant takes some hundredths of a second besides its tests; through Jest it took seconds.
import { PluginKind, declareClassPlugin } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  TestStatus,
  determineHitLimitReached,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import swc from '@swc/core';
import { expect } from 'expect';
import * as circus from 'jest-circus';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import Module from 'node:module';
import { join, relative } from 'node:path';

const SPEC = /(?<!long-)\bspec\.ts$/;
/** Runs of many candles and of many drawn series take minutes for each mutant. */
const SLOW = /(whole-runs|restart|simulations)\.spec\.ts$/;
/** Specs that try a part from outside, such as the strategies', which are told by its stories. */
const ELSEWHERE = {
  'libs/strategy/src': ['strategies'],
  'libs/backtest/src': ['test/fill-vectors.spec.ts'],
  'libs/simulation/src': ['apps/paper-exchange/src/exchange', 'test/fill-vectors.spec.ts'],
};
const { describe, it, test, beforeAll, beforeEach, afterAll, afterEach } = circus;

class QuickRunner {
  /** The sandbox, where Stryker has put the rules with all their mutants in them. */
  #root = process.cwd();
  #require = createRequire(join(process.cwd(), 'package.json'));
  #specs = specsOf(process.cwd(), process.env.MUTANTS_OF);
  #stryker = (globalThis.__stryker__ ??= {});

  capabilities() {
    return { reloadEnvironment: true };
  }

  init() {
    Object.assign(globalThis, { expect, describe, it, test, beforeAll, beforeEach, afterAll, afterEach });
    compileOnce(this.#root);
    this.#require('reflect-metadata');
  }

  async dryRun() {
    this.#stryker.activeMutant = undefined;
    this.#stryker.mutantCoverage = { static: {}, perTest: {} };
    const result = await this.#run(this.#specs, undefined, false);
    return { ...result, mutantCoverage: this.#stryker.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, disableBail }) {
    Object.assign(this.#stryker, {
      activeMutant: activeMutant.id,
      hitLimit,
      hitCount: hitLimit ? 0 : undefined,
    });
    const wanted = testFilter && new Set(testFilter);
    const specs = wanted
      ? this.#specs.filter((spec) => testFilter.some((id) => id.startsWith(this.#named(spec))))
      : this.#specs;
    return toMutantRunResult(await this.#run(specs, wanted, !disableBail), disableBail);
  }

  #named(spec) {
    return `${relative(this.#root, spec)}: `;
  }

  async #run(specs, wanted, bails) {
    const tests = [];
    for (const spec of specs) {
      if (bails && tests.some(({ status }) => status === TestStatus.Failed)) break;
      try {
        tests.push(...(await this.#runOne(spec, wanted, bails)));
      } catch (error) {
        tests.push({
          id: spec,
          name: spec,
          timeSpentMs: 0,
          status: TestStatus.Failed,
          failureMessage: String(error),
        });
      }
    }
    const { hitCount, hitLimit } = this.#stryker;
    return determineHitLimitReached(hitCount, hitLimit) ?? { status: DryRunStatus.Complete, tests };
  }

  async #runOne(spec, wanted, bails) {
    forget(this.#root);
    circus.resetState();
    const state = circus.getState();
    state.testTimeout = 45_000;
    const idOf = (test) => this.#named(spec) + pathOf(test).join(' ');
    let hasFailed = false;
    const follow = ({ name, test }) => {
      if (name === 'test_start') {
        this.#stryker.currentTestId = idOf(test);
        if ((bails && hasFailed) || (wanted && !wanted.has(idOf(test)))) test.mode = 'skip';
      }
      if (name === 'test_done') {
        hasFailed ||= test.errors.length > 0;
        this.#stryker.currentTestId = undefined;
      }
    };
    circus.addEventHandler(follow);
    try {
      this.#require(spec);
      const { testResults, unhandledErrors } = await circus.run();
      if (unhandledErrors.length > 0) throw new Error(unhandledErrors.join('\n'));
      return testResults.filter(({ status }) => status !== 'skip').map((result) => this.#told(spec, result));
    } finally {
      circus.removeEventHandler(follow);
    }
  }

  #told(spec, { testPath, errors, duration }) {
    const id = this.#named(spec) + testPath.slice(1).join(' ');
    const shared = { id, name: id, fileName: spec, timeSpentMs: duration ?? 0 };
    if (errors.length === 0) return { ...shared, status: TestStatus.Success };
    return { ...shared, status: TestStatus.Failed, failureMessage: errors.join('\n').slice(0, 500) };
  }
}

const pathOf = (block) => (block.parent ? [...pathOf(block.parent), block.name] : []);

const specsOf = (root, part) =>
  [part.replace(/^(libs\/\w+)\/src$/, '$1'), ...(ELSEWHERE[part] ?? [])]
    .flatMap((path) => filesIn(join(root, path)))
    .filter((path) => SPEC.test(path) && !SLOW.test(path))
    .sort();

const filesIn = (path) =>
  statSync(path).isFile() ? [path] : readdirSync(path, { recursive: true }).map((file) => join(path, file));

/** TypeScript is compiled as it is required, each file once however often it is loaded. */
function compileOnce(root) {
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  const options = JSON.parse(readFileSync(join(root, '.swcrc'), 'utf8'));
  delete options.jsc.paths;
  delete options.jsc.baseUrl;
  const compiled = new Map();
  Module._extensions['.ts'] = (module, path) => {
    const code =
      compiled.get(path) ??
      swc.transformSync(readFileSync(path, 'utf8'), { ...options, filename: path, sourceMaps: false }).code;
    compiled.set(path, code);
    module._compile(code, path);
  };
  const resolve = Module._resolveFilename;
  Module._resolveFilename = (name, ...rest) => {
    const [own] = compilerOptions.paths[name] ?? [];
    return own ? join(root, own) : resolve(name, ...rest);
  };
}

/** Everything of the project's own. */
function forget(root) {
  for (const path of Object.keys(Module._cache))
    if (path.startsWith(root) && !path.includes('node_modules')) delete Module._cache[path];
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'quick', QuickRunner)];
