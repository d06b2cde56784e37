/**
 * `npm run backtest -- STRATEGY [--data NAME] [--interval 1m] [--set name=value ...] [--capital N] [--leverage N] [--seed N]`:
 * runs a strategy over candles and writes `report.json` and `report.html`. Exits 0 when there is a report, 64 for words
 * that it does not take.
 */
import {
  FUTURES_COSTS,
  SPOT_COSTS,
  BacktestReport,
  BacktestSetup,
  dailyReturns,
  htmlOf,
  reportOf,
  runBacktest,
  sensitivityOf,
  walkForward,
  LEAST_DAYS,
} from '@elvis/backtest';
import { sharpeRatio } from '@elvis/statistics';
import { Strategy } from '@elvis/strategy';
import { Decimal } from '@elvis/trading';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { STRATEGIES } from '../../strategies';
import { Verb } from '../operator/running-system';
import { DataSet, findData } from './data-sets';
import { instrumentOf } from './instruments';
import { TrialLedger } from './trial-ledger';
import { BacktestWords, WordProblems, readWords } from './words';

const LIMITS = {
  maxOrderNotional: new Decimal(20_000),
  priceCollar: new Decimal('0.05'),
  maxPositionNotional: new Decimal(25_000),
  maxGrossNotional: new Decimal(50_000),
  maxOpenOrders: 200,
  maxDailyLoss: new Decimal(500),
  maxDrawdown: new Decimal(1_000),
};

export async function operate({ args, root }: Verb): Promise<number> {
  try {
    const words = readWords(args);
    const strategy = STRATEGIES.find(({ name }) => name === words.strategy);
    if (strategy === undefined)
      throw new WordProblems(
        `No strategy is called ${words.strategy}. There are: ${STRATEGIES.map(({ name }) => name).join(', ')}`,
      );
    const data = findData(words.data, root);
    await Promise.resolve();
    const { folder, report } = backtest(words, strategy, data, root);
    tell(report, relative(process.cwd(), folder));
    return 0;
  } catch (error) {
    if (!(error instanceof WordProblems || error instanceof RangeError)) throw error;
    console.error(
      `${error.message}\n\nNothing was run. Usage: npm run backtest -- ema-crossover --data generated:90:1 --set fast=8`,
    );
    return 64;
  }
}

/** Runs, counts the trial and writes both files. */
export function backtest(
  words: BacktestWords,
  strategy: Strategy,
  { columns, facts, market }: DataSet,
  root: string,
): { readonly folder: string; readonly report: BacktestReport } {
  const bot = { symbol: columns.symbol, interval: words.interval };
  const { params } = strategy.prepare(bot, words.params);
  const setup: BacktestSetup = {
    strategy,
    params: words.params,
    bot,
    instrument: instrumentOf(market, columns.symbol),
    capital: new Decimal(words.capital),
    leverage: market === 'spot' ? 1 : words.leverage,
    limits: LIMITS,
    costs: market === 'spot' ? SPOT_COSTS : FUTURES_COSTS,
    seed: words.seed,
  };
  const run = runBacktest(setup, columns);
  const home = words.out ?? join(root, '.elvis', 'backtests');
  const ledger = new TrialLedger(home);
  const series = `${strategy.name} ${columns.symbol} ${words.interval}`;
  const returns = dailyReturns(run);
  const dailySharpe = returns.length < LEAST_DAYS ? null : sharpeRatio(returns);
  const trials = [...ledger.sharpesOf(series), ...(dailySharpe === null ? [] : [dailySharpe])];
  const report = reportOf({
    setup,
    params,
    run,
    data: facts,
    hashes: { strategy: hashOfStrategy(strategy.name, root), rules: hashOfRules(root) },
    trials,
    sensitivity: sensitivityOf(setup, params, columns),
    walkForward: walkForward(setup, params, columns),
  });
  const text = `${JSON.stringify(report, null, 1)}\n`;
  const name = `${strategy.name}-${columns.symbol}-${words.interval}-${sha256(text).slice(0, 10)}`;
  const folder = join(home, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'report.json'), text);
  writeFileSync(join(folder, 'report.html'), htmlOf(report));
  ledger.add({ series, dailySharpe, report: name, atMs: Date.now() });
  return { folder, report };
}

const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

/** The source decides; a compiled tree without sources has the compiled file. */
function hashOfStrategy(name: string, root: string): string {
  const candidates = [
    join(root, 'strategies', `${name}.strategy.ts`),
    join(root, 'dist', 'strategies', `${name}.strategy.js`),
  ];
  const file = candidates.find(existsSync);
  return file === undefined ? 'unknown' : sha256(readFileSync(file));
}

/** Of all that judges an order: a change of any rule changes it. */
function hashOfRules(root: string): string {
  const folder = join(root, 'dist', 'libs', 'rules', 'src');
  if (!existsSync(folder)) return 'unknown';
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  );
  return sha256(
    files
      .sort()
      .map((file) => `${file}\n${readFileSync(join(folder, file), 'utf8')}`)
      .join('\n'),
  );
}

const percent = (value: number | null): string =>
  value === null ? 'unknown' : `${(value * 100).toFixed(2)} %`;

function tell({ strategy, figures, data, trial, denials }: BacktestReport, folder: string): void {
  const denied = Object.values(denials).reduce((sum, count) => sum + count, 0);
  const sharpe = figures.annualSharpe;
  console.log(
    [
      `${strategy.name} ${strategy.version} on ${data.symbol} (${data.origin}, ${data.candles} candles)`,
      '',
      `  net return        ${percent(figures.netReturn.value)}`,
      `  maximum drawdown  ${percent(figures.maximumDrawdown.value)}`,
      `  trades            ${figures.trades.value}, ${percent(figures.winShare.value)} won`,
      `  Sharpe, annual    ${sharpe.value === null ? `unknown: ${sharpe.why}` : `${sharpe.value.toFixed(2)} (95 %: ${sharpe.low?.toFixed(2)} to ${sharpe.high?.toFixed(2)})`}`,
      `  denied by risk    ${denied}`,
      `  trial             number ${trial} of this series`,
      '',
      ...(data.origin === 'generated'
        ? ['These candles were generated: they show behaviour, not earnings.', '']
        : []),
      `Report: ${join(folder, 'report.html')} (and report.json)`,
      `Next: try other candles (--data btcbusd-spot-2022-12-13), another parameter (--set name=value), or buy-and-hold on the same data.`,
    ].join('\n'),
  );
}
