/** Does it survive costs and worse luck? */
import { bootstrapQuantile } from '@elvis/statistics';
import { growth } from './edge';
import { Gate, fail, pass, short, unknown } from './gate';

const LEAST_DAYS_OF_YEAR = 180;
const YEAR = 365;
const MOST_OF_DEPTH = 0.05;
const PLATEAU = 0.5;

const cost = (gate: Omit<Gate, 'group' | 'isOfBot'>): Gate => ({ ...gate, group: 'COST', isOfBot: true });
const NO_TRADE = 'the backtest has no trade: give it more candles';
const NO_BACKTEST = 'no finished backtest of exactly this code and these parameters: npm run backtest';

export const COST_GATES: readonly Gate[] = [
  cost({
    id: 'COST-1',
    asks: 'Does it earn with costs doubled?',
    passes: 'mean trade above zero with fees, funding and slippage paid twice',
    from: ['backtest'],
    find: ({ backtest: { rows } }) => {
      const [row] = rows;
      if (row === undefined) return unknown(NO_BACKTEST, { daysMissing: 0 });
      const value = row.meanWithDoubledCosts;
      if (value === null) return unknown(NO_TRADE);
      const text = `the mean of ${row.trades} trades is ${short(value)} with costs doubled`;
      return value > 0 ? pass(text, { value }) : fail(text, { value });
    },
  }),
  cost({
    id: 'COST-2',
    asks: 'Does it earn with its parameters a little changed?',
    passes: 'median of the runs with one parameter a fifth lower or higher at least half of its own return',
    from: ['backtest'],
    find: ({ backtest: { rows } }) => {
      const [row] = rows;
      if (row === undefined) return unknown(NO_BACKTEST, { daysMissing: 0 });
      if (row.trades === 0) return unknown(NO_TRADE);
      const sorted = [...row.neighbours].sort((one, other) => one - other);
      if (sorted.length === 0) return unknown('the strategy has no parameter that is a number');
      const value = (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
      const text = `its neighbours bring ${short(value * 100)} % in the middle, itself ${short(row.netReturn * 100)} %`;
      return row.netReturn > 0 && value >= PLATEAU * row.netReturn
        ? pass(text, { value })
        : fail(text, { value });
    },
  }),
  cost({
    id: 'COST-3',
    asks: 'What may a bad year cost?',
    passes: 'the worst year in twenty, drawn from the backtest, loses no more than GO_ACCEPTED_LOSS',
    from: ['backtest'],
    find: ({ backtest: { rows } }, { acceptedLoss }) => {
      const [row] = rows;
      if (row === undefined) return unknown(NO_BACKTEST, { daysMissing: 0 });
      if (row.dailyReturns.length < LEAST_DAYS_OF_YEAR)
        return unknown(
          `the backtest has ${row.dailyReturns.length} days; ${LEAST_DAYS_OF_YEAR} are needed: import candles, docs/candles.md`,
        );
      const value = bootstrapQuantile(row.dailyReturns, YEAR, growth, 0.05, { seed: 1, resamples: 2_000 });
      const text = `one year in twenty brings ${short(value * 100)} % or less, accepted are -${short(acceptedLoss * 100)} %`;
      return value > -acceptedLoss ? pass(text, { value }) : fail(text, { value });
    },
  }),
  cost({
    id: 'COST-4',
    asks: 'Is the market deep enough for its orders?',
    passes: 'its largest order at most 5 % of what rests within 10 basis points, nine times in ten',
    from: ['depth', 'subject'],
    find: ({ depth, subject }) => {
      const [row] = depth.rows;
      const order = subject.rows[0]?.orderNotional ?? null;
      if (row === undefined || order === null)
        return unknown('no order book was recorded: npm run capture, npm run calibrate');
      const value = Number(order) / row.notional;
      const text = `an order of ${order} is ${short(value * 100)} % of the depth of ${row.orderBooks} order books`;
      return value <= MOST_OF_DEPTH ? pass(text, { value }) : fail(text, { value });
    },
  }),
];
