/** @backtest/framework: its own run over candles, with the strategy of `framework-strategy.ts`. */
import { CandleColumns, candleAt, lengthOf } from '@elvis/backtest';
import { dirname, join } from 'node:path';
import { FEE, MINUTE_MS, Trade, placeOf } from '../market';
import { loadPeer, pathOfPeer } from './load';
import { begin } from './framework-strategy';

interface Order {
  readonly type: 'buy' | 'sell';
  readonly price: number;
  readonly time: number;
}
type Run = (params: object) => Promise<{ readonly allOrders: readonly Order[] }>;

const NAME = 'framework-strategy';

export async function runFramework(columns: CandleColumns): Promise<readonly Trade[]> {
  const count = lengthOf(columns);
  const { candles } = loadPeer<{ candles: { of: readonly object[] } }>('@prisma/client');
  const meta = { name: NAME, symbol: columns.symbol, interval: columns.interval, id: 1 };
  const times = { startTime: 0n, endTime: 0n, creationTime: 0n, lastUpdatedTime: 0n };
  const rows = Array.from({ length: count }, (_, at) => {
    const { openTimeMs, ...candle } = candleAt(columns, at);
    const [openTime, closeTime] = [BigInt(openTimeMs), BigInt(openTimeMs + MINUTE_MS - 1)];
    return { id: at, metaCandleId: 1, ...candle, openTime, closeTime, assetVolume: 0, numberOfTrades: 0 };
  });
  candles.of = [{ ...meta, ...times, candles: rows }];
  begin(columns.firstOpenMs);
  // Its public door asks the database for more names; what it calls is this.
  const helpers = join(dirname(pathOfPeer('@backtest/framework')), 'src', 'helpers', 'run-strategy.js');
  const { run } = loadPeer<{ run: Run }>(helpers);
  const { allOrders } = await run({
    strategyName: NAME,
    historicalData: [NAME],
    supportHistoricalData: [],
    startingAmount: 1e9,
    startTime: columns.firstOpenMs,
    endTime: columns.firstOpenMs + count * MINUTE_MS,
    params: {},
    percentFee: FEE * 100,
    percentSlippage: 0,
    rootPath: __dirname,
  });
  const trades: Trade[] = [];
  for (let at = 0; at + 1 < allOrders.length; at += 2) {
    const [entry, exit] = [allOrders[at]!, allOrders[at + 1]!];
    const isByTheEnd = placeOf(exit.time) === count - 1;
    if (isByTheEnd) continue;
    trades.push({
      enteredAt: placeOf(entry.time),
      entryPrice: entry.price,
      exitedAt: placeOf(exit.time),
      exitPrice: exit.price,
    });
  }
  return trades;
}
