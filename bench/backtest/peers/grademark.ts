/** grademark, as its own first example is written: a data frame of bars, rules of entry and exit, stop and target. */
import { CandleColumns, candleAt, lengthOf } from '@elvis/backtest';
import { Averages, FIRST_STEP, STOP, TARGET, Trade, placeOf } from '../market';
import { loadPeer } from './load';

interface Bar {
  readonly time: Date;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly hasRisen: boolean;
  readonly isBelow: boolean;
}
interface RuleArguments {
  readonly bar: Bar;
  readonly entryPrice: number;
}
interface GrademarkTrade {
  readonly entryTime: Date;
  readonly entryPrice: number;
  readonly exitTime: Date;
  readonly exitPrice: number;
  readonly exitReason: string;
}

const STRATEGY = {
  entryRule: (enter: () => void, { bar }: RuleArguments): void => {
    if (bar.hasRisen) enter();
  },
  exitRule: (exit: () => void, { bar }: RuleArguments): void => {
    if (bar.isBelow) exit();
  },
  // So that its distance gives the same number as a price by share.
  stopLoss: ({ entryPrice }: RuleArguments): number => entryPrice - entryPrice * (1 - STOP),
  profitTarget: ({ entryPrice }: RuleArguments): number => entryPrice * (1 + TARGET) - entryPrice,
};

export function runGrademark(columns: CandleColumns): readonly Trade[] {
  const { DataFrame } = loadPeer<{ DataFrame: new (bars: readonly Bar[]) => object }>('data-forge');
  const { backtest } = loadPeer<{
    backtest: (strategy: typeof STRATEGY, bars: object) => readonly GrademarkTrade[];
  }>('grademark');
  const averages = new Averages();
  const bars = Array.from({ length: lengthOf(columns) }, (_, at): Bar => {
    const { openTimeMs, open, high, low, close } = candleAt(columns, at);
    averages.add(close);
    const { hasRisen, isBelow } = averages;
    return {
      time: new Date(openTimeMs),
      open,
      high,
      low,
      close,
      hasRisen: hasRisen && at >= FIRST_STEP,
      isBelow,
    };
  });
  return backtest(STRATEGY, new DataFrame(bars))
    .filter(({ exitReason }) => exitReason !== 'finalize')
    .map(({ entryTime, entryPrice, exitTime, exitPrice }) => ({
      enteredAt: placeOf(entryTime.getTime()),
      entryPrice,
      exitedAt: placeOf(exitTime.getTime()),
      exitPrice,
    }));
}
