/**
 * One file of orders and what is traded after them, to which both fillers are held: the matching of the paper exchange, which
 * sees every trade and the order book, and a backtest, which sees the candle that these make. Where a candle does not tell, the
 * backtest fills later or not at all, never better.
 */
import { FUTURES_COSTS, runBacktest, toColumns } from '@elvis/backtest';
import { FuturesAccount, FuturesExchange, ONE, futuresInstrument } from '@elvis/simulation';
import { defineStrategy, limit } from '@elvis/strategy';
import { Decimal } from '@elvis/trading';
import { minutes, setupOf } from '../libs/backtest/test/a-market';
import vectors from './fixtures/fill-vectors.json';

interface FillVector {
  readonly name: string;
  readonly side: 'BUY' | 'SELL';
  /** At the market if absent. */
  readonly limit?: number;
  /** Price and quantity, within one minute; between them the order book follows, a tick on each side. */
  readonly trades: readonly (readonly [price: number, quantity: number])[];
  /** What the order is filled at; null where it is not. */
  readonly exchange: string | null;
  readonly backtest: string | null;
}

const VECTORS = vectors as unknown as readonly FillVector[];
const BEFORE = 60_000;
const QUANTITY = '0.010';
/** In units of the exchange's two decimals. */
const TICK = 10;
const WAITING = 10_000;
const SYMBOL = {
  symbol: 'BTCUSDT',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  pricePrecision: 2,
  quantityPrecision: 3,
  filters: [
    { filterType: 'PRICE_FILTER', minPrice: '0.10', maxPrice: '1000000', tickSize: '0.10' },
    { filterType: 'LOT_SIZE', minQty: '0.001', maxQty: '1000', stepSize: '0.001' },
    { filterType: 'MIN_NOTIONAL', notional: '5' },
    { filterType: 'PERCENT_PRICE', multiplierUp: '1.05', multiplierDown: '0.95' },
  ],
};

/** What the matching fills it at: placed on the order book before, then everything that is traded. */
function filledByExchange({ side, limit: price, trades }: FillVector): string | null {
  let filled: string | null = null;
  const nothing = (): void => undefined;
  const exchange = new FuturesExchange(
    {
      depthChanged: nothing,
      traded: nothing,
      orderChanged: (_account, _order, _execution, _time, fill) => {
        if (fill) filled = new Decimal(fill.price).div(100).toFixed();
      },
      accountChanged: nothing,
      leverageChanged: nothing,
      assetsModeChanged: nothing,
      algoChanged: nothing,
      marginCalled: nothing,
      liquidated: nothing,
    },
    { makerPpm: 200n, takerPpm: 400n },
  );
  const ids = { updateId: 1, tradeId: 1, orderId: 1n, nextFundingTime: 0 };
  const symbol = exchange.addSymbol(futuresInstrument(SYMBOL), ids);
  symbol.markPrice = BigInt(BEFORE * 100) * 1_000_000n;
  const account = new FuturesAccount('a');
  account.wallet = 1_000_000n * ONE;
  exchange.accounts.set('a', account);
  const { market } = exchange.symbols.get('BTCUSDT')!;
  let time = 1_000;
  const standAt = (middle: number): void => {
    const levels = (sign: number) =>
      Array.from({ length: 400 }, (_, at): [number, number] => [
        Math.round(middle * 100) + sign * (at + 1) * TICK,
        WAITING,
      ]);
    market.replaceOrderBook(levels(-1), levels(1), (time += 1));
  };
  standAt(BEFORE);
  const order = {
    symbol: 'BTCUSDT',
    side,
    type: price === undefined ? 'MARKET' : 'LIMIT',
    positionSide: undefined,
    timeInForce: price === undefined ? undefined : 'GTC',
    quantity: QUANTITY,
    price: price?.toFixed(2),
    reduceOnly: undefined,
    clientOrderId: undefined,
    priceMatch: undefined,
    selfTradePrevention: undefined,
    goodTillDate: undefined,
  };
  exchange.place(account, order, (time += 1));
  for (const [at, quantity] of trades) {
    const isDown = at < BEFORE;
    market.recordTrade(Math.round(at * 100), quantity * 1_000, isDown, (time += 1));
    standAt(at);
  }
  return filled;
}

/** What a backtest fills it at: entered on the candle before, then one candle of all that is traded. */
function filledByBacktest({ side, limit: price, trades }: FillVector): string | null {
  const strategy = defineStrategy({
    name: 'vector',
    version: 1,
    summary: 'Enters once.',
    parameters: {},
    state: { entered: false },
    onCandle(t) {
      if (t.state.entered) return;
      t.state.entered = true;
      const at = price === undefined ? {} : { at: limit(t.price(price)) };
      const size = t.size.quantity(QUANTITY);
      t.enter(side === 'BUY' ? 'LONG' : 'SHORT', { size, ...at, because: 'the vector says so' });
    },
  });
  const prices = trades.map(([at]) => at);
  const candle = [prices[0]!, Math.max(...prices), Math.min(...prices), prices.at(-1)!] as const;
  const before = [BEFORE, BEFORE, BEFORE, BEFORE] as const;
  const data = toColumns('BTCUSDT', '1m', minutes([before, before, candle]));
  // Half the spread is a tick, as on the order book of the exchange.
  const costs = { ...FUTURES_COSTS, halfSpread: 0.1 / candle[0], slippage: 0 };
  return runBacktest(setupOf(strategy, { costs }), data).trades[0]?.entryPrice ?? null;
}

describe('an order and what is traded after it', () => {
  it.each(VECTORS.map((vector) => [vector.name, vector] as const))('%s', (_name, vector) => {
    const [exchange, backtest] = [filledByExchange(vector), filledByBacktest(vector)];
    expect({ exchange, backtest }).toEqual({ exchange: vector.exchange, backtest: vector.backtest });
    if (backtest === null) return;
    // Never better than the exchange.
    const better = new Decimal(exchange!).minus(backtest).times(vector.side === 'BUY' ? 1 : -1);
    expect(better.toNumber()).toBeLessThanOrEqual(0);
  });
});
