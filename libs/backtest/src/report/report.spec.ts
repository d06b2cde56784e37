/** The report of a study that is known to the last digit, as data, as a page and as tables. */
import emaCrossover from '../../../../strategies/ema-crossover.strategy';
import { NEW_YEAR_MS, setupOf } from '../../test/a-market';
import { known } from '../../test/known';
import { generateCandles } from '../data/generate';
import { BacktestRun } from '../engine/backtest';
import { FUTURES_COSTS } from '../engine/costs';
import { StudyOutcome, outcomeOf } from '../study/outcome';
import { nextUnits, unitCount } from '../study/plan';
import { Study, UnitResult, runUnit } from '../study/unit';
import { RecordedOutcome } from '../recording/recorded-outcome';
import { evidenceOf } from './evidence';
import { figuresOf } from './figures';
import { htmlOf } from './html';
import { ReportInput, reportOf } from './report';
import { dailyCsv, monthlyCsv, tradesCsv } from './tables';
import { trialsOf } from './trials';

const COUNT = 2_000;
const bot = { symbol: 'BTCUSDT', interval: '1h' } as const;
const study: Study = {
  setup: setupOf(emaCrossover, { bot, params: { fast: 4, slow: 9, shorts: true } }),
  data: generateCandles({ ...bot, firstOpenMs: NEW_YEAR_MS, count: COUNT, seed: 3 }),
  // Of 4 and 3 the strategy takes none: the fast average would be the slower one.
  grid: { fast: ['3', '4', '5'], slow: ['3', '9', '12', '15', '18'] },
  parts: 2,
};

function played(): StudyOutcome {
  const results = new Map<string, UnitResult>();
  for (let units = nextUnits(study, results); units.length > 0; units = nextUnits(study, results))
    for (const unit of units) results.set(unit.name, runUnit(study, unit));
  expect(results.size).toBe(unitCount(study));
  return outcomeOf(study, results);
}

const lines = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;

describe('a report', () => {
  const outcome = played();
  const trials = trialsOf(outcome);
  const input: ReportInput = {
    setup: study.setup,
    params: emaCrossover.prepare(bot, study.setup.params).params,
    outcome,
    data: {
      name: 'generated <by a seed>',
      hash: 'd'.repeat(8),
      origin: 'generated',
      ...bot,
      fromMs: NEW_YEAR_MS,
      toMs: NEW_YEAR_MS + COUNT * 3_600_000,
      candles: COUNT,
    },
    limits: { RISK_MAX_ORDER_NOTIONAL: '20000' },
    hashes: { strategy: 'a1', rules: 'b2', build: 'c3' },
    trials: trials.flatMap(({ dailySharpe }) => dailySharpe ?? []),
  };
  const report = reportOf(input);
  const same = (name: string, text: string): void => expect(text).toBe(known(name, text));

  const brief = {
    ...report,
    trades: report.trades.slice(0, 12),
    curve: report.curve.filter((_, at) => at % 20 === 0),
  };

  it('says as data what it said', () => same('report.json', lines(brief)));
  it('says it on a page', () => {
    same('report.html', htmlOf(brief));
    const many = Array.from({ length: 501 }, () => report.trades[0]!);
    expect(htmlOf({ ...brief, trades: many })).toContain('The first 500 of 501; all are in report.json.');
    expect(htmlOf({ ...brief, trades: many.slice(1) })).not.toContain('The first 5');
  });
  it('is a table of trades, of days and of months', () => {
    const because = { entry: '=1+1', exit: 'said "so", and went' };
    same('trades.csv', tradesCsv([...report.trades.slice(0, 9), { ...report.trades[0]!, because }]));
    same('days.csv', dailyCsv(outcome.run, NEW_YEAR_MS));
    same('months.csv', monthlyCsv(report.monthly));
  });
  it('counts each combination as a trial, and gives a judgement its evidence', () => {
    same('trials.json', lines(trials));
    same('evidence.json', lines(evidenceOf(outcome, report.figures, { orderBooks: 3, notional: 1_000 })));
    expect(evidenceOf(outcome, report.figures, undefined).depth).toBeNull();
  });

  it('shows what a recording brought beside the candles, and what of it is known only once', () => {
    const amounts = { netReturn: 0.01, fees: '1.5', trades: 3 };
    const order = { name: 'entry', side: 'BUY', quantity: '1', price: '99.5', status: 'FILLED', fills: [] };
    const fills = [{ quantity: '0.4', price: '99.5' }, { quantity: '0.6', price: '99.4' }]; // prettier-ignore
    const recording = {
      name: 'a recording',
      hash: 'e5',
      minutes: 11,
      rounds: 2,
      generatedMinutes: 90,
      delay: { medianMs: 20, p99Ms: 80 },
      byOrderBook: amounts,
      byCandles: { ...amounts, trades: 4 },
      difference: { netReturn: -0.001, fees: '-0.1', trades: -1 },
      orders: [{ ...order, fills }, { ...order, price: null }], // prettier-ignore
    } as unknown as RecordedOutcome;
    const costs = {
      ...FUTURES_COSTS,
      slippageBySize: [{ notional: 1_000, slippage: 0.0001 }],
      slippageFrom: 'books',
    };
    const data = { ...input.data, origin: 'recorded' } as const;
    const played = reportOf({ ...input, data, setup: { ...study.setup, costs }, recording });
    same('recorded.html', htmlOf({ ...played, trades: [], grid: [], curve: [] }));
    const once = reportOf({ ...input, recording: { ...recording, rounds: 1 } });
    expect(once.cannotTell).toEqual(report.cannotTell);
  });

  it('has no figures of few days and trades, and says how many are needed', () => {
    const few: BacktestRun = {
      ...outcome.run,
      dailyEquity: outcome.run.dailyEquity.slice(0, 30),
      trades: outcome.run.trades.slice(0, 19),
      candles: 0,
    };
    same('few.json', lines(figuresOf(few, 10_000, [])));
    const enough = {
      ...few,
      dailyEquity: outcome.run.dailyEquity.slice(0, 31),
      trades: outcome.run.trades.slice(0, 20),
    };
    same('enough.json', lines(figuresOf(enough, 10_000, [0.1], outcome.cells.slice(0, 9))));
    const still = { ...enough, dailyEquity: Array<number>(40).fill(100) };
    same('still.json', lines(figuresOf(still, 10_000, [0.1, 0.2])));
    const losing = {
      ...enough,
      dailyEquity: Array.from({ length: 40 }, (_, at) => 100 - at * (1 + (at % 3))),
    };
    same('losing.json', lines(figuresOf(losing, 10_000, [0.1, 0.2])));
  });

  it('is not made of a study that is not over', () => {
    expect(() => outcomeOf(study, new Map())).toThrow('The unit "whole" of the study was not run');
    const [, second] = nextUnits(study, new Map());
    const results = new Map([['whole', { summary: null }]]);
    expect(() => outcomeOf(study, results)).toThrow('no whole run');
    expect(second?.name).not.toBe('whole');
  });
});
