/**
 * `npm run strategy -- new NAME`: a file, its test and its place in the list.
 * `npm run strategy -- check NAME [--set name=value ...]`: tries it for what makes a backtest lie. Exits 0 if nothing is
 * found, 1 if something is, 64 for words that it does not take.
 */
import {
  CHECKS,
  FUTURES_COSTS,
  Finding,
  checkStrategy,
  generateCandles,
  neededBefore,
} from '@elvis/backtest';
import { instrumentOf, sha256 } from '@elvis/research';
import { Strategy } from '@elvis/strategy';
import { Decimal } from '@elvis/trading';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Verb } from '../operator/running-system';
import { writeStrategy } from './new-strategy';
import { touched } from './traps';

const USAGE = 'Usage: npm run strategy -- new NAME | check NAME [--set name=value ...]';
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const CHECKED_CANDLES = 6_000;
const NEW_YEAR_2026_MS = 1_767_225_600_000;

export async function operate({ args, root }: Verb): Promise<number> {
  await Promise.resolve();
  const refuse = (why: string): number => {
    console.error(`${why}\n\nNothing was done. ${USAGE}`);
    return 64;
  };
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { set: { type: 'string', multiple: true, default: [] as string[] } },
      allowPositionals: true,
    });
    const [verb, name = '', ...more] = positionals;
    if (!NAME.test(name) || more.length > 0)
      return refuse('Name one strategy, in kebab case, such as my-trend');
    if (verb === 'new') return writeStrategy(name, root, refuse);
    if (verb !== 'check') return refuse(`There is no verb ${verb ?? ''}`);
    const params = Object.fromEntries(values.set.map((text) => text.split(/=(.*)/s, 2) as [string, string]));
    return check(name, root, params, refuse);
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function check(
  name: string,
  root: string,
  params: Readonly<Record<string, string>>,
  refuse: (why: string) => number,
): number {
  const file = join(root, 'dist', 'strategies', `${name}.strategy.js`);
  if (!existsSync(file)) return refuse(`There is no strategies/${name}.strategy.ts`);
  const findings = checkLoaded(loaderOf(file), params);
  if (findings.length === 0) {
    console.log(`${name} passes: ${CHECKS.join(', ')}; no clock, chance, timer or network touched.`);
    console.log(`Code: ${sha256(readFileSync(file))}`);
    return 0;
  }
  console.log(`${name} does not pass:\n`);
  for (const { check: which, text } of findings) console.log(`  ${which.padEnd(14)} ${text}`);
  return 1;
}

type Found = Finding | { readonly check: 'touched'; readonly text: string };

/** Loaded again for each run, as a new process would. */
const loaderOf = (file: string) => (): Strategy => {
  Reflect.deleteProperty(require.cache, require.resolve(file));
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- found by its name, and loaded more than once
  return (require(file) as { readonly default: Strategy }).default;
};

/** @param load gives the strategy with nothing remembered of before */
export function checkLoaded(
  load: () => Strategy,
  params: Readonly<Record<string, string>> = {},
  candles = CHECKED_CANDLES,
): readonly Found[] {
  const bot = { symbol: 'BTCUSDT', interval: '1m' } as const;
  const count = Math.max(candles, 2 * neededBefore(load().prepare(bot, params), 60_000));
  const data = generateCandles({
    symbol: 'BTCUSDT',
    interval: '1m',
    firstOpenMs: NEW_YEAR_2026_MS,
    count,
    seed: 11,
  });
  const setup = {
    params,
    bot,
    instrument: instrumentOf('futures', 'BTCUSDT'),
    capital: new Decimal(10_000),
    leverage: 3,
    limits: {},
    costs: FUTURES_COSTS,
    seed: 1,
  } as const;
  let findings: readonly Finding[] = [];
  const names = touched(() => (findings = checkStrategy({ load, setup, data })));
  return [
    ...names.map((each) => ({ check: 'touched' as const, text: `${each} is not a strategy's business` })),
    ...findings,
  ];
}
