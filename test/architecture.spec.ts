/** The architecture's rules, each tried with a planted violation: a rule that reports nothing would not be missed. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..');

/** A small healthy tree; each case adds one line to one file of it. */
const HEALTHY: Readonly<Record<string, string>> = {
  'libs/trading/src/index.ts': "export * from './decimal';\n",
  'libs/trading/src/decimal.ts':
    "import { Decimal } from 'decimal.js';\nexport const zero = new Decimal(0);\n",
  'libs/contracts/src/index.ts': "export { zero } from '@elvis/trading';\n",
  'libs/platform/src/index.ts': "export { zero } from '@elvis/contracts';\n",
  'libs/rules/src/index.ts': "export * from './checks/check';\n",
  'libs/rules/src/checks/check.ts': "import { zero } from '@elvis/trading';\nexport const check = zero;\n",
  'libs/binance/src/index.ts': "export { zero } from '@elvis/trading';\n",
  'libs/coinbase/src/index.ts': "export { zero } from '@elvis/trading';\n",
  'libs/simulation/src/index.ts': 'export const matching = 1;\n',
  'libs/statistics/src/index.ts': "export * from './sharpe';\n",
  'libs/statistics/src/sharpe.ts': 'export const sharpe = 1;\n',
  'libs/strategy/src/index.ts': "export { zero } from '@elvis/trading';\n",
  'strategies/hold.strategy.ts': "import { zero } from '@elvis/strategy';\nexport default zero;\n",
  'apps/risk/src/main.ts': "import './risk.module';\n",
  'apps/risk/src/risk.module.ts':
    "import './domain/check';\nimport './fleet/domain/builds';\nimport './adapters/store.redis';\n",
  'apps/risk/src/fleet/domain/builds.ts':
    "import { check } from '@elvis/rules';\nexport const builds = check;\n",
  'apps/risk/src/domain/check.ts': "import { zero } from '@elvis/trading';\nexport const check = zero;\n",
  'apps/risk/src/adapters/store.redis.ts':
    "import { zero } from '@elvis/platform';\nexport const store = zero;\n",
  'apps/execution/src/main.ts': "import './execution.module';\n",
  'apps/execution/src/execution.module.ts': "import './venue/binance/binance-ports';\n",
  'apps/execution/src/venue/binance/binance-ports.ts':
    "import { zero } from '@elvis/binance';\nexport const venue = zero;\n",
  'apps/gateway/src/main.ts': "import { zero } from '@elvis/platform';\nexport const gateway = zero;\n",
  'apps/paper-exchange/src/main.ts':
    "import { matching } from '@elvis/simulation';\nexport const paper = matching;\n",
  'apps/paper-exchange/src/paper.config.ts': 'export const config = 1;\n',
  'apps/risk/src/programs/replay.ts':
    "import { check } from '../domain/check';\nimport { find } from '../../../../tools/find';\nexport const replay = [check, find];\n",
  'tools/find.ts': 'export const find = 1;\n',
  'tools/start.ts':
    "import '../apps/risk/src/programs/replay';\nimport '../apps/paper-exchange/src/paper.config';\n",
  'testing/index.ts': "import { find } from '../tools/find';\nexport const servers = find;\n",
  'apps/risk/test/replica.ts': "import { servers } from '@elvis/testing';\nexport const replica = servers;\n",
  'test/load.ts': 'export const load = 1;\n',
};

/** The packages that the planted lines name; links to the real ones would be followed out of the tree. */
const PACKAGES = ['decimal.js', 'ioredis', '@nestjs/common'];

interface Planted {
  readonly rule: string;
  readonly file: string;
  readonly line: string;
}

const PLANTED: readonly Planted[] = [
  {
    rule: 'apps-are-islands',
    file: 'apps/gateway/src/main.ts',
    line: "import '../../risk/src/domain/check';",
  },
  {
    rule: 'libs-know-no-app',
    file: 'libs/platform/src/index.ts',
    line: "import '../../../apps/risk/src/domain/check';",
  },
  {
    rule: 'contracts-leans-on-trading',
    file: 'libs/contracts/src/index.ts',
    line: "import '@elvis/binance';",
  },
  {
    rule: 'binance-leans-on-trading',
    file: 'libs/binance/src/index.ts',
    line: "import type { zero as z } from '@elvis/contracts'; export type Z = typeof z;",
  },
  {
    rule: 'coinbase-leans-on-trading',
    file: 'libs/coinbase/src/index.ts',
    line: "import '@elvis/contracts';",
  },
  { rule: 'rules-leans-on-trading', file: 'libs/rules/src/index.ts', line: "import '@elvis/contracts';" },
  { rule: 'trading-leans-on-nobody', file: 'libs/trading/src/index.ts', line: "import '@elvis/binance';" },
  {
    rule: 'simulation-leans-on-nobody',
    file: 'libs/simulation/src/index.ts',
    line: "import '@elvis/trading';",
  },
  {
    rule: 'statistics-leans-on-nobody',
    file: 'libs/statistics/src/index.ts',
    line: "import '@elvis/trading';",
  },
  { rule: 'strategy-leans-on-trading', file: 'libs/strategy/src/index.ts', line: "import '@elvis/rules';" },
  {
    rule: 'strategies-use-their-door',
    file: 'strategies/hold.strategy.ts',
    line: "import '@elvis/trading';",
  },
  {
    rule: 'libs-have-one-door',
    file: 'apps/risk/src/adapters/store.redis.ts',
    line: "import '../../../../libs/trading/src/decimal';",
  },
  { rule: 'the-core-is-pure', file: 'apps/risk/src/domain/check.ts', line: "import 'node:fs';" },
  {
    rule: 'the-core-is-pure',
    file: 'libs/trading/src/decimal.ts',
    line: "import type { Redis } from 'ioredis'; export type R = Redis;",
  },
  { rule: 'the-core-is-pure', file: 'libs/rules/src/checks/check.ts', line: "import 'node:fs';" },
  { rule: 'the-core-is-pure', file: 'apps/risk/src/fleet/domain/builds.ts', line: "import 'node:fs';" },
  { rule: 'only-platform-knows-nest', file: 'libs/contracts/src/index.ts', line: "import '@nestjs/common';" },
  {
    rule: 'adapters-are-plugged-in-once',
    file: 'apps/risk/src/main.ts',
    line: "import './adapters/store.redis';",
  },
  {
    rule: 'adapters-are-plugged-in-once',
    file: 'apps/execution/src/main.ts',
    line: "import './venue/binance/binance-ports';",
  },
  {
    rule: 'the-simulator-is-a-witness',
    file: 'apps/paper-exchange/src/main.ts',
    line: "import '@elvis/binance';",
  },
  {
    rule: 'the-simulator-is-a-witness',
    file: 'apps/paper-exchange/src/main.ts',
    line: "import '@elvis/coinbase';",
  },
  {
    rule: 'the-simulator-is-a-witness',
    file: 'libs/simulation/src/index.ts',
    line: "import '@elvis/contracts';",
  },
  { rule: 'the-core-is-pure', file: 'libs/simulation/src/index.ts', line: "import 'node:crypto';" },
  { rule: 'no-orphans', file: 'apps/risk/src/forgotten.ts', line: 'export const forgotten = 1;' },
  { rule: 'no-cycles', file: 'apps/risk/src/domain/check.ts', line: "import '../risk.module';" },
  { rule: 'tests-stay-tests', file: 'apps/gateway/src/main.ts', line: "import '../../../test/load';" },
  { rule: 'tests-stay-tests', file: 'apps/risk/src/risk.module.ts', line: "import '@elvis/testing';" },
  { rule: 'tests-stay-tests', file: 'apps/risk/src/main.ts', line: "import '../test/replica';" },
  { rule: 'tests-stay-tests', file: 'tools/start.ts', line: "import '../testing';" },
  { rule: 'testing-serves-everybody', file: 'testing/index.ts', line: "import '../test/load';" },
  {
    rule: 'tools-know-programs-only',
    file: 'tools/start.ts',
    line: "import '../apps/risk/src/domain/check';",
  },
  { rule: 'services-know-no-tool', file: 'apps/gateway/src/main.ts', line: "import '../../../tools/find';" },
  { rule: 'programs-are-run', file: 'apps/risk/src/main.ts', line: "import './programs/replay';" },
];

/** Every violation in the healthy tree with these lines planted, as `rule in file`. */
function violationsOf(planted: readonly Planted[]): string[] {
  const tree = mkdtempSync(join(tmpdir(), 'elvis-architecture-'));
  try {
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json'])
      cpSync(join(ROOT, file), join(tree, file));
    const files: Record<string, string> = { ...HEALTHY };
    for (const name of PACKAGES) {
      files[`node_modules/${name}/package.json`] = JSON.stringify({
        name,
        version: '1.0.0',
        main: 'index.js',
      });
      files[`node_modules/${name}/index.js`] = 'module.exports = {};\n';
    }
    files['package.json'] = JSON.stringify({
      dependencies: Object.fromEntries(PACKAGES.map((name) => [name, '1.0.0'])),
    });
    for (const { file, line } of planted) files[file] = `${line}\n${files[file] ?? ''}`;
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), text);
    }
    return cruise(tree).summary.violations.map(({ rule, from }) => `${rule.name} in ${from}`);
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

interface Report {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

/** dependency-cruiser exits with the number of errors, so a report on stdout counts whatever the exit code. */
function cruise(tree: string): Report {
  const program = join(ROOT, 'node_modules/.bin/depcruise');
  const args = [
    'apps',
    'libs',
    'strategies',
    'tools',
    'testing',
    'test',
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
  ];
  try {
    return JSON.parse(
      execFileSync(program, args, { cwd: tree, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    ) as Report;
  } catch (error) {
    return JSON.parse((error as { stdout: string }).stdout) as Report;
  }
}

describe('architecture', () => {
  it('has nothing to say about a tree that keeps the rules', () => {
    expect(violationsOf([])).toEqual([]);
  });

  describe('with violations planted', () => {
    let found: string[];
    beforeAll(() => {
      found = violationsOf(PLANTED);
    });

    it.each(PLANTED)('reports $rule in $file', ({ rule, file }) => {
      expect(found.filter((violation) => violation.startsWith(`${rule} in `))).toContainEqual(
        rule === 'no-cycles' ? expect.any(String) : `${rule} in ${file}`,
      );
    });
  });
});
