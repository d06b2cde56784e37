import { DENIAL_CODES, Decimal, Instrument, OrderContent } from '@elvis/trading';
import { RiskLimits } from '@elvis/rules';
import { FUTURES, SPOT } from '../../test/a-market';
import { Gate, Moment } from './gate';

const d = (value: Decimal.Value): Decimal => new Decimal(value);
let counter = 0;

const order = (change: Partial<OrderContent> = {}): OrderContent => ({
  clientOrderId: `g-${(counter += 1)}`,
  ...{ market: 'futures', symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '1', price: '100' },
  ...change,
});
const market = (change: Partial<OrderContent> = {}): OrderContent =>
  order({ type: 'MARKET', price: undefined, ...change });
const spot = (change: Partial<OrderContent> = {}): OrderContent => order({ market: 'spot', ...change });

const moment = (change: Partial<Moment> = {}): Moment => ({
  timeMs: 1_000_000,
  price: d(100),
  equity: d(10_000),
  held: { base: d(0), quote: d(10_000) },
  lossToday: d(0),
  drawdown: d(0),
  ...change,
});

interface Row {
  readonly code: string;
  readonly asked: OrderContent;
  readonly limits?: RiskLimits;
  readonly moment?: Partial<Moment>;
  readonly leverage?: number;
  readonly instrument?: Partial<Instrument>;
  /** What stands before. */
  readonly before?: readonly OrderContent[];
}

const DENIED: readonly Row[] = [
  { code: 'PRICE_NOT_ON_TICK', asked: order({ price: '100.05' }) },
  { code: 'QUANTITY_NOT_ON_STEP', asked: order({ quantity: '1.0001' }) },
  { code: 'QUANTITY_ABOVE_MAXIMUM', asked: market({ quantity: '121' }) },
  { code: 'PRICE_BELOW_MINIMUM', asked: order(), instrument: { minPrice: d(101) } },
  { code: 'PRICE_ABOVE_MAXIMUM', asked: order(), instrument: { maxPrice: d(99) } },
  {
    code: 'PRICE_OUTSIDE_EXCHANGE_BAND',
    asked: order({ price: '103' }),
    instrument: { priceMultiplierUp: d('1.02'), priceMultiplierDown: d('0.98') },
  },
  { code: 'QUANTITY_BELOW_MINIMUM', asked: order(), instrument: { minQuantity: d(2) } },
  { code: 'LEVERAGE_INVALID', asked: order(), leverage: 0 },
  { code: 'NOTIONAL_BELOW_MINIMUM', asked: order({ quantity: '0.001' }) },
  { code: 'NOTIONAL_ABOVE_ORDER_MAXIMUM', asked: order(), limits: { maxOrderNotional: d(99) } },
  { code: 'PRICE_OUTSIDE_COLLAR', asked: order({ price: '90' }), limits: { priceCollar: d('0.05') } },
  { code: 'LEVERAGE_ABOVE_MAXIMUM', asked: order(), leverage: 11 },
  // The tiers: BTCUSDT worth up to 480 millions may be held on 5.
  { code: 'LEVERAGE_ABOVE_MAXIMUM', asked: order({ price: '1000000', quantity: '500' }), leverage: 5 },
  {
    code: 'LOSS_ABOVE_DAILY_MAXIMUM',
    asked: order(),
    limits: { maxDailyLoss: d(5) },
    moment: { lossToday: d(6) },
  },
  {
    code: 'DRAWDOWN_ABOVE_MAXIMUM',
    asked: order(),
    limits: { maxDrawdown: d(5) },
    moment: { drawdown: d(6) },
  },
  {
    code: 'POSITION_ABOVE_MAXIMUM',
    asked: order(),
    limits: { maxPositionNotional: d(199) },
    before: [order()],
  },
  { code: 'GROSS_ABOVE_MAXIMUM', asked: order(), limits: { maxGrossNotional: d(199) }, before: [order()] },
  { code: 'MARGIN_INSUFFICIENT', asked: order({ quantity: '301' }) },
  { code: 'OPEN_ORDERS_ABOVE_MAXIMUM', asked: order(), limits: { maxOpenOrders: 1 }, before: [order()] },
  { code: 'RATE_ABOVE_MAXIMUM', asked: order(), limits: { maxOrdersPerSecond: 1 }, before: [order()] },
  { code: 'ORDER_REPEATED', asked: order(), limits: { duplicateWindowMs: 100 }, before: [order()] },
  { code: 'REDUCE_ONLY_NOT_REDUCING', asked: market({ side: 'SELL', reduceOnly: true }) },
  { code: 'FUNDS_INSUFFICIENT', asked: spot({ quantity: '101' }) },
  { code: 'FUNDS_INSUFFICIENT', asked: spot({ quantity: '60' }), before: [spot({ quantity: '60' })] },
  { code: 'FUNDS_INSUFFICIENT', asked: spot({ side: 'SELL' }) },
];

/** Of a fleet and its switch, of books and venues, and of kinds of orders: nothing that a run over candles has. */
const ELSEWHERE = [
  'STATE_HALTED',
  'STATE_REDUCING',
  'SYMBOL_LEASED',
  'CLEARANCE_MISSING',
  'CLEARANCE_EXCEEDED',
  'INSTRUMENT_UNKNOWN',
  'INSTRUMENT_NOT_TRADING',
  'BOOK_TOO_THIN',
  'VENUE_DIVERGENCE_ABOVE_MAXIMUM',
  'ORDER_TYPE_UNSUPPORTED',
  'BUILDS_DISAGREE',
  'TRIGGER_WRONG_SIDE',
  'CALLBACK_OUT_OF_RANGE',
];

describe('the gate of a backtest', () => {
  const gateOf = ({ asked, limits = {}, leverage = 3, instrument }: Row) =>
    new Gate({
      instrument: { ...(asked.market === 'spot' ? SPOT : FUTURES), ...instrument },
      limits,
      leverage,
    });

  it('has a row for every denial that a backtest can have', () => {
    const codes = [...DENIED.map(({ code }) => code), ...ELSEWHERE];
    expect([...new Set(codes)].sort()).toEqual([...DENIAL_CODES].sort());
  });

  it.each(DENIED.map((row, at) => ({ ...row, title: `${row.code} (row ${at + 1})` })))(
    'denies as risk does, and counts by code: $title',
    (row) => {
      const gate = gateOf(row);
      for (const each of row.before ?? []) expect(gate.check(each, moment(row.moment))).toBeUndefined();
      expect(gate.check(row.asked, moment(row.moment))?.code).toBe(row.code);
      expect(gate.denials).toEqual({ [row.code]: 1 });
      // A denied order leaves nothing behind.
      expect(gate.check(row.asked, moment(row.moment))?.code).toBe(row.code);
      expect(gate.denials).toEqual({ [row.code]: 2 });
    },
  );

  it('lets in again what has ended, and counts what has filled in the position', () => {
    const gate = gateOf({ code: '', asked: order(), limits: { maxPositionNotional: d(250) } });
    const [first, second, third] = [order(), order(), order()];
    expect([first, second, third].map((each) => gate.check(each, moment())?.code)).toEqual([
      undefined,
      undefined,
      'POSITION_ABOVE_MAXIMUM',
    ]);
    gate.ended(first.clientOrderId);
    gate.filled(second.clientOrderId, d(1));
    expect(gate.check(third, moment())).toBeUndefined();
    expect(gate.check(order(), moment())?.code).toBe('POSITION_ABOVE_MAXIMUM');
    gate.moved(d(-1));
    expect(gate.check(order(), moment())).toBeUndefined();
  });

  it('gives back what was left of an order that is over, and keeps it of one that is not', () => {
    for (const [isOver, code] of [
      [true, undefined],
      [false, 'POSITION_ABOVE_MAXIMUM'],
    ] as const) {
      const gate = gateOf({ code: '', asked: order(), limits: { maxPositionNotional: d(250) } });
      const asked = order({ quantity: '2' });
      expect(gate.check(asked, moment())).toBeUndefined();
      gate.filled(asked.clientOrderId, d(1), isOver);
      expect(gate.check(order(), moment())?.code).toBe(code);
    }
    const gate = gateOf({ code: '', asked: order(), limits: { maxPositionNotional: d(250) } });
    const asked = order({ quantity: '2' });
    gate.check(asked, moment());
    gate.filled(asked.clientOrderId, d(1));
    expect(gate.check(order(), moment())).toBeUndefined();
  });

  it('sells the coins that are held, whatever they are worth', () => {
    const gate = gateOf({ code: '', asked: spot() });
    const held = moment({ held: { base: d(2), quote: d(0) } });
    expect(gate.check(spot({ side: 'SELL', quantity: '2' }), held)).toBeUndefined();
    expect(gate.check(spot({ side: 'SELL', quantity: '0.001', price: '10000' }), held)?.code).toBe(
      'FUNDS_INSUFFICIENT',
    );
  });

  it('lets out what is held, and no more', () => {
    const gate = gateOf({ code: '', asked: order() });
    const entry = market();
    const exit = (quantity: string) => market({ side: 'SELL', quantity, reduceOnly: true });
    expect(gate.check(entry, moment())).toBeUndefined();
    gate.filled(entry.clientOrderId, d(1));
    expect(gate.check(exit('1.001'), moment())?.code).toBe('REDUCE_ONLY_NOT_REDUCING');
    expect(gate.check(exit('1'), moment())).toBeUndefined();
  });

  it('judges a change by the larger of what was and what is to be, and keeps the new terms alone', () => {
    const gate = gateOf({ code: '', asked: order(), limits: { maxPositionNotional: d(250) } });
    const resting = order();
    expect(gate.check(resting, moment())).toBeUndefined();
    expect(gate.checkChange({ ...resting, price: '260' }, moment())?.code).toBe('POSITION_ABOVE_MAXIMUM');
    expect(gate.checkChange({ ...resting, price: '200' }, moment())).toBeUndefined();
    expect(gate.check(order(), moment())?.code).toBe('POSITION_ABOVE_MAXIMUM');
    expect(gate.checkChange({ ...resting, price: '110' }, moment())).toBeUndefined();
    expect(gate.check(order(), moment())).toBeUndefined();
    expect(gate.denials).toEqual({ POSITION_ABOVE_MAXIMUM: 2 });
  });
});
