/**
 * backtest-kit, with its averages of prices made as fine as they go: of one candle, whose volume is zero so that its
 * price is the close.
 */
import { CandleColumns, lengthOf } from '@elvis/backtest';
import { Averages, FEE, FIRST_STEP, MINUTE_MS, STOP, TARGET, Trade, market, placeOf } from '../market';
import { loadPeer } from './load';

/** Its candles reach so far beyond the last step: it asks for all of a position's possible life at once. */
const LIFE = 1_440;

interface Outcome {
  readonly action: string;
  readonly currentPrice: number;
  readonly closeTimestamp: number;
  readonly closeReason: string;
  readonly signal: { readonly priceOpen: number; readonly pendingAt: number };
}
interface Kit {
  setConfig(config: object, isUnsafe: boolean): void;
  addExchangeSchema(schema: object): void;
  addFrameSchema(schema: object): void;
  addStrategySchema(schema: object): void;
  commitClosePending(symbol: string): Promise<void>;
  /** What it keeps on disk unless told otherwise, candles too. */
  readonly [adapter: `Persist${string}Adapter`]: { useDummy(): void };
  readonly Backtest: { run(symbol: string, context: object): AsyncIterable<Outcome> };
}

/** It forgets no name. */
let runs = 0;

export async function runBacktestKit(columns: CandleColumns): Promise<readonly Trade[]> {
  const kit = loadPeer<Kit>('backtest-kit');
  for (const [name, adapter] of Object.entries(kit))
    if (/^Persist\w+Adapter$/.test(name)) (adapter as Kit['PersistAdapter']).useDummy();
  const steps = lengthOf(columns);
  const { open, high, low, close } = market(steps + LIFE);
  const timeOf = (place: number): number => columns.firstOpenMs + place * MINUTE_MS;
  runs += 1;
  const [exchangeName, frameName, strategyName] = [`memory-${runs}`, `days-${runs}`, `ema-${runs}`];
  const averages = new Averages();
  let seen = 0;
  const see = (until: number): void => {
    while (seen < until) averages.add(close[seen++]!);
  };
  kit.setConfig(
    {
      CC_AVG_PRICE_CANDLES_COUNT: 1,
      CC_PERCENT_SLIPPAGE: 0,
      CC_PERCENT_FEE: FEE * 100,
      CC_MIN_TAKEPROFIT_DISTANCE_PERCENT: 0.01,
      CC_MIN_STOPLOSS_DISTANCE_PERCENT: 0.01,
    },
    true,
  );
  kit.addExchangeSchema({
    exchangeName,
    getCandles: (_: string, __: string, since: Date, limit: number) => {
      const from = placeOf(since.getTime());
      return Promise.resolve(
        Array.from({ length: limit }, (___, offset) => {
          const at = from + offset;
          return {
            timestamp: timeOf(at),
            open: open[at],
            high: high[at],
            low: low[at],
            close: close[at],
            volume: 0,
          };
        }),
      );
    },
    formatPrice: (_: string, price: number) => Promise.resolve(String(price)),
    formatQuantity: (_: string, quantity: number) => Promise.resolve(String(quantity)),
  });
  kit.addFrameSchema({
    frameName,
    interval: '1m',
    startDate: new Date(timeOf(FIRST_STEP + 1)),
    endDate: new Date(timeOf(steps)),
  });
  kit.addStrategySchema({
    strategyName,
    interval: '1m',
    getSignal: (_: string, when: Date, price: number) => {
      see(placeOf(when.getTime()));
      return Promise.resolve(
        averages.hasRisen
          ? {
              position: 'long',
              priceStopLoss: price * (1 - STOP),
              priceTakeProfit: price * (1 + TARGET),
              minuteEstimatedTime: LIFE - 10,
              cost: 100,
            }
          : null,
      );
    },
    callbacks: {
      onActivePing: async (symbol: string, _: unknown, __: number, when: Date) => {
        see(placeOf(when.getTime()) + 1);
        if (averages.isBelow) await kit.commitClosePending(symbol);
      },
    },
  });
  const trades: Trade[] = [];
  const context = { strategyName, exchangeName, frameName };
  for await (const outcome of kit.Backtest.run('BTCUSDT', context)) {
    const { action, closeReason, currentPrice, closeTimestamp, signal } = outcome;
    if (action === 'closed' && closeReason !== 'time_expired')
      trades.push({
        enteredAt: placeOf(signal.pendingAt),
        entryPrice: signal.priceOpen,
        exitedAt: placeOf(closeTimestamp),
        exitPrice: currentPrice,
      });
  }
  return trades;
}
