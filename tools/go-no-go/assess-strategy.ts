/** A judgement where no system runs: the strategy by a backtest of recorded candles; all that a system knows is unknown. */
import { BacktestEvidence, BacktestReport } from '@elvis/backtest';
import {
  DEFAULT_THRESHOLDS,
  Evidence,
  GoNoGoExport,
  Item,
  boundFields,
  exportOf,
  missing,
} from '@elvis/clearance';
import { ConfigError } from '@elvis/platform';
import { randomUUID } from 'node:crypto';
import { DataUnavailable } from '../backtest/data-unavailable';
import { findData } from '../backtest/data-sets';
import { TrialLedger } from '../backtest/records/trial-ledger';
import { homeOf, runStudy } from '../backtest/run-study';
import { strategyOf } from '../backtest/study/strategy-of';
import { WordProblems, readWords } from '../backtest/words';
import { NotJudged } from './ask-system';

const NO_SYSTEM = 'no system runs here: npm start, then let the bot trade on paper';

/** @throws NotJudged */
export async function assessStrategy(
  name: string | undefined,
  { data, interval }: { readonly data: string; readonly interval: string },
  root: string,
): Promise<GoNoGoExport> {
  if (name === undefined)
    throw new NotJudged('No system runs here, and no strategy is named: npm run go-no-go -- ema-crossover');
  try {
    const words = readWords([name, '--data', data, '--interval', interval]);
    const strategy = strategyOf(words.strategy);
    const { report, evidence } = await runStudy(
      words,
      strategy,
      await findData(data, words.wanted, root),
      root,
    );
    const series = `${strategy.name} ${report.bot.symbol} ${report.bot.interval}`;
    const trials = new TrialLedger(homeOf(words, root)).trials().filter((trial) => trial.series === series);
    const runId = randomUUID();
    return exportOf(
      { runId, thresholds: DEFAULT_THRESHOLDS, twoPerson: true, onePersonBecause: '' },
      evidenceFrom(report, evidence, trials),
    );
  } catch (error) {
    const isAnswer = [WordProblems, RangeError, ConfigError, DataUnavailable].some(
      (kind) => error instanceof kind,
    );
    if (error instanceof Error && isAnswer) throw new NotJudged(error.message, { cause: error });
    throw error;
  }
}

function evidenceFrom(
  report: BacktestReport,
  { depth, ...figures }: BacktestEvidence,
  trials: readonly { readonly id: string; readonly dailySharpe: number | null }[],
): Evidence {
  const { strategy, bot, data, capital, leverage, limits, hashes } = report;
  const unasked = missing('the running system', NO_SYSTEM);
  const from = <Row>(query: string, rows: readonly Row[]): Item<Row> => ({
    query,
    auditFrom: null,
    auditTo: null,
    rows,
  });
  const known = `npm run backtest -- ${strategy.name} --data ${data.name}`;
  const orderNotional = `${Number(capital) * leverage}`;
  return {
    schema: 'elvis.go-no-go.evidence/1',
    asOfMs: Date.now(),
    subject: from(known, [
      {
        botConfigId: null,
        name: `${strategy.name} on ${data.name}`,
        strategy: strategy.name,
        market: null,
        symbol: bot.symbol,
        interval: bot.interval,
        capital,
        minNotional: null,
        orderNotional,
        bound: boundFields(
          {
            id: '',
            strategy: strategy.name,
            codeHash: hashes.strategy,
            market: '',
            symbol: bot.symbol,
            interval: bot.interval,
            initialCapital: capital,
            leverage,
            parameters: strategy.params,
          },
          { build: hashes.build, rules: hashes.rules, riskLimits: limits },
        ),
      },
    ]),
    audit: unasked,
    rehearsals: unasked,
    testnet: unasked,
    drills: unasked,
    doctor: unasked,
    limits: unasked,
    problems: unasked,
    unprotected: unasked,
    interruptions: unasked,
    parity: unasked,
    steps: unasked,
    trades: from('no system runs here', []),
    paperDays: from('no system runs here', []),
    marketDays: from('no system runs here', []),
    backtest: from(known, [
      { id: data.hash.slice(0, 10), dataHash: data.hash, buildHash: hashes.build, ...figures },
    ]),
    trials: from(
      '.elvis/backtests/trials.jsonl',
      trials.flatMap(({ id, dailySharpe }, n) =>
        dailySharpe === null ? [] : [{ backtestId: id, n, dailySharpe, auditSeq: 0 }],
      ),
    ),
    depth: from('npm run calibrate', depth === null ? [] : [{ symbol: bot.symbol, ...depth }]),
    liveFills: missing(
      'live fills beside their twins on paper',
      'no live fills: only trading in GO_LIMITED brings them',
    ),
  };
}
