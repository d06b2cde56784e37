/**
 * `npm run backtest -- STRATEGY [words]`: runs a strategy over candles and writes `report.json` and `report.html`. A run
 * that was killed goes on where it was when it is started again. Exits 0 when there is a report, 1 where candles cannot be
 * had now, 64 for words that it does not take.
 */
import { BacktestReport } from '@elvis/backtest';
import { ConfigError } from '@elvis/platform';
import { Interval, intervalMs } from '@elvis/strategy';
import { relative } from 'node:path';
import { Verb } from '../operator/running-system';
import { findData } from './data-sets';
import { DataUnavailable } from './data-unavailable';
import { openRecorded } from './recorded-data';
import { deleteReport } from './records/delete-report';
import { homeOf, runStudy } from './run-study';
import { strategyOf } from './study/strategy-of';
import { USAGE, WordProblems, readWords } from './words';

export async function operate({ args, root }: Verb): Promise<number> {
  if (args.includes('--help')) {
    console.log(USAGE);
    return 0;
  }
  try {
    if (args[0] === 'delete') {
      await deleteReport(args.slice(1), homeOf({}, root), root);
      return 0;
    }
    const words = readWords(args);
    const strategy = strategyOf(words.strategy);
    const unknown = Object.keys(words.grid).filter((name) => !(name in strategy.parameters));
    if (unknown.length > 0)
      throw new WordProblems(
        `--grid: ${unknown.join(', ')} is unknown; there are ${Object.keys(strategy.parameters).join(', ')}`,
      );
    // Before the candles are read or made, which takes longer.
    strategy.prepare({ symbol: 'ANY', interval: words.interval }, words.params);
    const recorded = words.recorded && openRecorded(words.recorded, strategy, words, root);
    const data = recorded?.data ?? (await findData(words.data, words.wanted, root));
    const { folder, report, wentOnFrom } = await runStudy(words, strategy, data, root, recorded?.given);
    if (wentOnFrom > 0)
      console.log(`Went on after ${wentOnFrom} runs that were finished before it was ended.\n`);
    tell(report, relative(process.cwd(), folder));
    return 0;
  } catch (error) {
    if (error instanceof DataUnavailable) {
      console.error(`${error.message}\n\nNothing was run.`);
      return 1;
    }
    const isAnswer = [WordProblems, RangeError, ConfigError].some((kind) => error instanceof kind);
    if (!(error instanceof Error && isAnswer)) throw error;
    console.error(`${error.message}\n\nNothing was run. Usage:\n\n${USAGE}`);
    return 64;
  }
}

const percent = (value: number | null): string =>
  value === null ? 'unknown' : `${(value * 100).toFixed(2)} %`;

/** No candle found the indicators warm. */
const isNeverAsked = ({ bot, data, warmUpCandles }: BacktestReport): boolean =>
  (warmUpCandles + 1) * intervalMs(bot.interval as Interval) > data.toMs - data.fromMs;

function tell(report: BacktestReport, folder: string): void {
  const { strategy, bot, figures, data, trial, denials, grid } = report;
  const denied = Object.values(denials).reduce((sum, count) => sum + count, 0);
  const [most] = Object.entries(denials).sort(([, one], [, other]) => other - one);
  const sharpe = figures.annualSharpe;
  const won = figures.winShare.value;
  console.log(
    [
      `${strategy.name} ${strategy.version} on ${data.symbol}, ${bot.interval} (${data.origin}, ${data.candles} candles)`,
      '',
      `  net return        ${percent(figures.netReturn.value)}`,
      `  maximum drawdown  ${percent(figures.maximumDrawdown.value)}`,
      `  trades            ${figures.trades.value}${won === null ? '' : `, ${percent(won)} won`}`,
      `  Sharpe, annual    ${sharpe.value === null ? `unknown: ${sharpe.why}` : `${sharpe.value.toFixed(2)} (95 %: ${sharpe.low?.toFixed(2)} to ${sharpe.high?.toFixed(2)})`}`,
      `  denied by risk    ${denied}${most === undefined ? '' : `, most of them ${most[0]}`}`,
      `  trial             number ${trial} of this series`,
      ...(isNeverAsked(report)
        ? ['  warm-up           took all of it: the indicators need more candles than there are']
        : []),
      ...toldOfRecording(report),
      ...(grid.length === 0 ? [] : [`  grid              ${grid.length} combinations`]),
      '',
      ...(data.origin === 'generated'
        ? ['These candles were generated: they show behaviour, not earnings.', '']
        : []),
      `Report: ${folder}/report.html (and report.json)`,
      `Next: ${next(strategy.name, data.origin)}`,
    ].join('\n'),
  );
}

const toldOfRecording = ({ recording }: BacktestReport): readonly string[] =>
  recording === undefined
    ? []
    : [
        `  on the order book ${percent(recording.byOrderBook.netReturn)}, ${recording.byOrderBook.trades} trades; ${percent(recording.difference.netReturn)} more than by candles`,
      ];

/** What to try with the same strategy. */
const next = (strategy: string, origin: string): string =>
  [
    'open the report, then try',
    origin === 'generated'
      ? `recorded candles (npm run backtest -- ${strategy} --data btcbusd-spot-2022-12-13),`
      : `generated candles (npm run backtest -- ${strategy}),`,
    'another parameter (--set name=value), several (--grid name=value,value), or buy-and-hold on the same data.',
  ].join(' ');
