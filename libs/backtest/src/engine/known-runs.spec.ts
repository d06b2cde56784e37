/** Runs that are known to the last digit: a change of any rule of filling, sizing, booking or judging shows in one of them. */
import { Decimal } from '@elvis/trading';
import { createHash } from 'node:crypto';
import { NEW_YEAR_MS, SPOT, minutes, setupOf } from '../../test/a-market';
import { known } from '../../test/known';
import { jumping, wild } from '../../test/wild';
import { toColumns } from '../data/candle-columns';
import { BacktestRun, BacktestSetup, runBacktest } from './backtest';
import { FUTURES_COSTS, SPOT_COSTS } from './costs';

const d = (value: Decimal.Value): Decimal => new Decimal(value);
/** Funding and a new day come in it. */
const FROM_MS = NEW_YEAR_MS - 200 * 60_000;
const COUNT = 400;

const SETUPS: Readonly<Record<string, Partial<BacktestSetup>>> = {
  'futures without limits': {},
  'futures at ten times, with little capital': { capital: d(300), leverage: 10, isLeverageOverridden: true },
  'futures within limits, slippage by size, fundings as they were': {
    limits: {
      maxOrderNotional: d(9_000),
      maxPositionNotional: d(15_000),
      maxOpenOrders: 3,
      maxOrdersPerSecond: 2,
      priceCollar: d('0.005'),
      maxDailyLoss: d(900),
      maxDrawdown: d(1_500),
    },
    costs: {
      ...FUTURES_COSTS,
      slippageBySize: [
        { notional: 1_000, slippage: 0.0001 },
        { notional: 8_000, slippage: 0.0004 },
      ],
      fundings: new Map([
        [NEW_YEAR_MS, d('0.0005')],
        [NEW_YEAR_MS + 7_200_000, d('-0.0003')],
      ]),
    },
  },
  spot: { instrument: SPOT, leverage: 1, costs: SPOT_COSTS },
  'five-minute candles, from the middle on': {
    bot: { symbol: 'BTCUSDT', interval: '5m' },
    fromMs: FROM_MS + 100 * 60_000,
    seed: 7,
  },
};

function told(run: BacktestRun, lines: readonly string[]) {
  const { trades, curve, ...rest } = run;
  return {
    ...rest,
    curve: [curve.length, ...curve.filter((_, at) => at % 37 === 36)],
    trades: trades.map(({ openedAtMs, closedAtMs, because, direction, reason, ...amounts }) =>
      [
        direction,
        openedAtMs - FROM_MS,
        closedAtMs - FROM_MS,
        reason,
        ...Object.values(amounts),
        because.exit,
      ].join(' '),
    ),
    lines: [lines.length, createHash('sha256').update(lines.join('\n')).digest('hex')],
  };
}

describe('a run that is known', () => {
  const data = (seed: number) => toColumns('BTCUSDT', '1m', minutes(jumping(COUNT, seed), FROM_MS));
  const runOf = (change: Partial<BacktestSetup>, seed: number): [BacktestRun, string[]] => {
    const lines: string[] = [];
    const setup = setupOf(wild(lines), { capital: d(2_000), ...change });
    return [runBacktest(setup, data(seed)), lines];
  };
  const names = Object.keys(SETUPS);
  it.each(names)(
    'brings what it brought, and that is what was bought and sold for, less fees and funding: %s',
    (name) => {
      const { capital = d(2_000) } = SETUPS[name]!;
      const [run, lines] = runOf(SETUPS[name]!, names.indexOf(name) + 1);
      const text = `${JSON.stringify(told(run, lines), null, 1)}\n`;
      expect(text).toBe(known(`run-${names.indexOf(name) + 1}.json`, text));
      let cash = capital;
      let paid = d(0);
      for (const line of lines.filter((each) => each.startsWith('fill '))) {
        const [, , side, price, quantity, fee] = line.split(' ');
        const notional = d(price!).times(quantity!);
        cash = side === 'SELL' ? cash.plus(notional) : cash.minus(notional);
        paid = paid.plus(fee!);
      }
      expect(paid.toNumber()).toBeCloseTo(Number(run.paid.fees), 6);
      expect(cash.minus(paid).plus(run.paid.funding).toNumber()).toBeCloseTo(Number(run.endEquity), 6);
      const net = run.trades.reduce((sum, trade) => sum.plus(trade.net), capital);
      expect(net.toNumber()).toBeCloseTo(Number(run.endEquity), 9);
    },
  );
});
