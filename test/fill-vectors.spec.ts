/**
 * One file of orders and what is traded after them, to which both fillers are held: the matching of the paper exchange, which
 * sees every trade and the order book, and a backtest, which sees the candle that these make. Where a candle does not tell, the
 * backtest fills later or not at all, never better.
 */
import { FUTURES_COSTS, runBacktest, toColumns } from '@elvis/backtest';
import {
  AlgoService,
  FuturesAccount,
  FuturesExchange,
  FuturesRisk,
  ONE,
  futuresInstrument,
} from '@elvis/simulation';
import { Fraction, ProtectionsWish, defineStrategy, limit } from '@elvis/strategy';
import { Decimal } from '@elvis/trading';
import { minutes, setupOf } from '../libs/backtest/test/a-market';
import vectors from './fixtures/fill-vectors.json';

type Trades = readonly (readonly [price: number, quantity: number])[];
type Protection = 'stop' | 'target' | 'trailing' | 'liquidation';

interface FillVector {
  readonly name: string;
  readonly side: 'BUY' | 'SELL';
  /** At the market if absent. */
  readonly limit?: number;
  /** A position that was entered the minute before at 60000 is protected by this, a hundredth away: its end is looked at. */
  readonly ends?: Protection;
  /** Traded in a minute between the entry and the trades. */
  readonly before?: Trades;
  /** Price and quantity, within one minute; between them the order book follows, a tick on each side. */
  readonly trades: Trades;
  /** What the order, or the end of the position, is filled at; null where it is not. */
  readonly exchange: string | null;
  readonly backtest: string | null;
  /** Why a candle cannot but fill it better. */
  readonly candleHides?: string;
}

const VECTORS = vectors as unknown as readonly FillVector[];
const BEFORE = 60_000;
const QUANTITY = '0.010';
/** In units of the exchange's two decimals. */
const TICK = 10;
const WAITING = 10_000;
const TAKER_FEE = 0.0004;
/** So little that the price of liquidation lies 1.2 % away. */
const SMALL_WALLET = 10;
const LARGE_WALLET = 1_000_000;
const LEVERAGE = 100;
const DISTANCE = '0.01';
const NOTHING_ASKED = {
  positionSide: undefined,
  timeInForce: undefined,
  quantity: QUANTITY,
  price: undefined,
  reduceOnly: undefined,
  clientOrderId: undefined,
  priceMatch: undefined,
  selfTradePrevention: undefined,
  goodTillDate: undefined,
};
const CLOSING = {
  triggerPrice: undefined,
  workingType: 'MARK_PRICE',
  closePosition: undefined,
  priceProtect: undefined,
  activatePrice: undefined,
  callbackRate: undefined,
};

const walletOf = ({ ends }: FillVector): number => (ends === 'liquidation' ? SMALL_WALLET : LARGE_WALLET);
const signOf = ({ side }: FillVector): number => (side === 'BUY' ? 1 : -1);
/** The middle of the order book at which the entry fills at 60000 if a position is to be ended, and half a spread behind it else. */
const middleOf = (vector: FillVector): number =>
  vector.ends === undefined ? BEFORE : BEFORE - (signOf(vector) * TICK) / 100;

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

/** What closes the position, as a bot sends it. */
function protecting(vector: FillVector) {
  const side = vector.side === 'BUY' ? ('SELL' as const) : ('BUY' as const);
  const bare = { ...NOTHING_ASKED, ...CLOSING, symbol: 'BTCUSDT', side };
  const away = BEFORE * Number(DISTANCE) * signOf(vector);
  switch (vector.ends) {
    case 'stop':
    case 'target': {
      const triggerPrice = (vector.ends === 'stop' ? BEFORE - away : BEFORE + away).toFixed(2);
      const type = vector.ends === 'stop' ? 'STOP_MARKET' : 'TAKE_PROFIT_MARKET';
      return { ...bare, type, triggerPrice, quantity: undefined, closePosition: 'true' };
    }
    case 'trailing':
      return { ...bare, type: 'TRAILING_STOP_MARKET', callbackRate: '1', reduceOnly: 'true' };
    default:
      return undefined;
  }
}

/** What the matching fills it at: placed on the order book before, then everything that is traded. */
function filledByExchange(vector: FillVector): string | null {
  const { side, limit: price, ends, before = [], trades } = vector;
  const fills: string[] = [];
  const nothing = (): void => undefined;
  const exchange = new FuturesExchange(
    {
      depthChanged: nothing,
      traded: nothing,
      orderChanged: (_account, _order, _execution, _time, fill) => {
        if (fill) fills.push(new Decimal(fill.price).div(100).toFixed());
      },
      accountChanged: nothing,
      leverageChanged: nothing,
      assetsModeChanged: nothing,
      algoChanged: nothing,
      marginCalled: nothing,
      liquidated: nothing,
    },
    { makerPpm: 200n, takerPpm: BigInt(TAKER_FEE * 1_000_000) },
  );
  const [algo, risk] = [new AlgoService(exchange), new FuturesRisk(exchange)];
  const ids = { updateId: 1, tradeId: 1, orderId: 1n, nextFundingTime: 1_000_000 };
  const symbol = exchange.addSymbol(futuresInstrument(SYMBOL), ids);
  const account = new FuturesAccount('a');
  account.wallet = BigInt(walletOf(vector)) * ONE;
  account.settings('BTCUSDT').leverage = LEVERAGE;
  exchange.accounts.set('a', account);
  const { market } = symbol;
  let time = 1_000;
  const standAt = (middle: number): void => {
    symbol.markPrice = BigInt(Math.round(middle * 100)) * 1_000_000n;
    const levels = (sign: number) =>
      Array.from({ length: 400 }, (_, at): [number, number] => [
        Math.round(middle * 100) + sign * (at + 1) * TICK,
        WAITING,
      ]);
    market.replaceOrderBook(levels(-1), levels(1), (time += 1));
  };
  standAt(middleOf(vector));
  const order = {
    ...NOTHING_ASKED,
    symbol: 'BTCUSDT',
    side,
    type: price === undefined ? 'MARKET' : 'LIMIT',
    timeInForce: price === undefined ? undefined : 'GTC',
    price: price?.toFixed(2),
  };
  exchange.place(account, order, (time += 1));
  const protection = protecting(vector);
  if (protection) algo.place(account, protection, (time += 1));
  let last = BEFORE;
  for (const [at, quantity] of [...before, ...trades]) {
    market.recordTrade(Math.round(at * 100), quantity * 1_000, at < last, (time += 1));
    standAt(at);
    algo.look((time += 1));
    risk.look((time += 1));
    last = at;
  }
  return (ends === undefined ? fills.at(-1) : fills[1]) ?? null;
}

const protectionsOf = ({ ends }: FillVector): ProtectionsWish =>
  ends === undefined || ends === 'liquidation' ? {} : { [ends]: Fraction.of(DISTANCE) };

/** What a backtest fills it at: entered on the candle before, then one candle of all that is traded. */
function filledByBacktest(vector: FillVector): string | null {
  const { side, limit: price, ends, before, trades } = vector;
  const strategy = defineStrategy({
    name: 'vector',
    version: 1,
    summary: 'Enters once.',
    parameters: {},
    protections: () => protectionsOf(vector),
    state: { entered: false },
    onCandle(t) {
      if (t.state.entered) return;
      t.state.entered = true;
      const at = price === undefined ? {} : { at: limit(t.price(price)) };
      const size = t.size.quantity(QUANTITY);
      t.enter(side === 'BUY' ? 'LONG' : 'SHORT', { size, ...at, because: 'the vector says so' });
    },
  });
  const candleOf = (prices: readonly number[]) =>
    [prices[0]!, Math.max(...prices), Math.min(...prices), prices.at(-1)!] as const;
  const middle = middleOf(vector);
  const still = candleOf([middle]);
  const rest = (ends === undefined ? [trades] : [[[middle, 1] as const], before, trades]).flatMap((minute) =>
    minute === undefined ? [] : [candleOf(minute.map(([at]) => at))],
  );
  const data = toColumns('BTCUSDT', '1m', minutes([still, still, ...rest]));
  // Half the spread is a tick at the highest price, as on the order book of the exchange.
  const halfSpread = TICK / 100 / Math.max(...rest.map(([, high]) => high));
  const takerFee = new Decimal(TAKER_FEE);
  const costs = { ...FUTURES_COSTS, takerFee, halfSpread, slippage: 0 };
  const capital = new Decimal(walletOf(vector));
  const setup = setupOf(strategy, { costs, capital, leverage: LEVERAGE, isLeverageOverridden: true });
  const [trade] = runBacktest(setup, data).trades;
  if (ends === undefined) return trade?.entryPrice ?? null;
  expect(trade?.entryPrice).toBe(String(BEFORE));
  return trade?.reason === ends ? trade.exitPrice : null;
}

describe('an order and what is traded after it', () => {
  it.each(VECTORS.map((vector) => [vector.name, vector] as const))('%s', (_name, vector) => {
    const [exchange, backtest] = [filledByExchange(vector), filledByBacktest(vector)];
    expect({ exchange, backtest }).toEqual({ exchange: vector.exchange, backtest: vector.backtest });
    if (backtest === null) return;
    // Never better than the exchange, unless the row says why.
    const bought = (vector.side === 'BUY') === (vector.ends === undefined);
    const better = new Decimal(exchange!).minus(backtest).times(bought ? 1 : -1);
    expect(better.gt(0)).toBe(vector.candleHides !== undefined);
  });
});
