import { OrderContent, OrderSide, OrderType } from '@elvis/trading';
import { BTCUSDT, FACTS, codeOf, d, order } from '../../test/a-case';
import { CheckedOrder, Facts } from '../order/check';
import { checkReduction } from '../exposure/exposure';
import { worstNotional, worstPrice } from '../order/worst-price';

/** The mark is 60000. Of each type one order that waits on its right side of it. */
const TYPES: Readonly<Record<string, Partial<OrderContent>>> = {
  STOP: { type: 'STOP', stopPrice: '61000', price: '61100' },
  STOP_MARKET: { type: 'STOP_MARKET', stopPrice: '61000', price: undefined },
  TAKE_PROFIT: { type: 'TAKE_PROFIT', stopPrice: '59000', price: '59000' },
  TAKE_PROFIT_MARKET: { type: 'TAKE_PROFIT_MARKET', stopPrice: '59000', price: undefined },
  TRAILING_STOP_MARKET: {
    type: 'TRAILING_STOP_MARKET',
    callbackRate: '1',
    price: undefined,
    stopPrice: '59000',
  },
};
const NAMES = Object.keys(TYPES) as OrderType[];
const AT_MARKET = NAMES.filter((name) => name.endsWith('MARKET'));
const WITH_PRICE = NAMES.filter((name) => !name.endsWith('MARKET'));

const buy = (type: OrderType, change: Partial<OrderContent> = {}): CheckedOrder =>
  order({ ...TYPES[type], ...change });
/** The mirror image: its trigger on the other side of the mark. */
const sell = (type: OrderType, change: Partial<OrderContent> = {}): CheckedOrder => {
  const mirrored = TYPES[type]?.stopPrice === '61000' ? '59000' : '61000';
  const price = TYPES[type]?.price === undefined ? undefined : mirrored;
  return order({ ...TYPES[type], side: 'SELL', stopPrice: mirrored, price, ...change });
};

const across = <Row extends readonly unknown[]>(names: readonly OrderType[], rows: readonly Row[]) =>
  names.flatMap((name) => rows.map((row) => [name, ...row] as const));

describe('conditional orders', () => {
  it.each(NAMES)('pass on the right side of the mark: %s', (type) => {
    expect(codeOf(buy(type))).toBe('APPROVED');
    expect(codeOf(sell(type))).toBe('APPROVED');
  });

  it.each(
    across(NAMES, [
      ['mark', 'missing', { mark: undefined }, 'MARK_MISSING'],
      ['mark', 'stale', { mark: { price: d('60000'), ageMs: 3001 } }, 'MARK_STALE'],
      ['instrument', 'missing', { instrument: undefined }, 'INSTRUMENT_UNKNOWN'],
      ['instrument', 'stale', { instrument: { ...BTCUSDT, isTrading: false } }, 'INSTRUMENT_NOT_TRADING'],
      ['account', 'missing', { account: undefined }, 'ACCOUNT_MISSING'],
      ['account', 'stale', { account: { ...FACTS.account!, ageMs: 15_001 } }, 'ACCOUNT_STALE'],
      ['brackets', 'missing', { brackets: undefined }, 'BRACKETS_MISSING'],
      ['loss history', 'missing', { loss: undefined }, 'ACCOUNT_MISSING'],
      ['leverage', 'missing', { leverage: 0 }, 'LEVERAGE_INVALID'],
    ] as const),
  )('%s: refused while the %s is %s', (type, _input, _fault, facts, code) => {
    expect(codeOf(buy(type), facts as Partial<Facts>)).toBe(code);
    expect(codeOf(sell(type), facts as Partial<Facts>)).toBe(code);
  });

  it.each([
    ...across(NAMES, [
      ['an unwanted part: a callback or none', { callbackRate: 'other' }],
      ['a trigger between two ticks', { stopPrice: '61000.05' }, 'PRICE_NOT_ON_TICK'],
      ['a trigger below the lowest price', { stopPrice: '556.7' }, 'PRICE_BELOW_MINIMUM'],
      ['a trigger above the highest price', { stopPrice: '4529764.1' }, 'PRICE_ABOVE_MAXIMUM'],
    ] as const),
    ...across(
      NAMES.filter((name) => name !== 'TRAILING_STOP_MARKET'),
      [['no trigger', { stopPrice: undefined }]] as const,
    ),
    ...across(WITH_PRICE, [
      ['no price', { price: undefined }],
      ['closePosition', { closePosition: true }],
    ] as const),
    ...across(AT_MARKET, [
      ['a price', { price: '61000' }],
      ['a time in force', { timeInForce: 'GTC' as const }],
      ['closePosition and reduceOnly', { closePosition: true, reduceOnly: true }],
    ] as const),
  ])('%s: refused with %s', (type, _what, change, ...[code = 'ORDER_TYPE_UNSUPPORTED']: [string?]) => {
    const isTrailing = type === 'TRAILING_STOP_MARKET';
    const callback = isTrailing ? undefined : '1';
    const given = 'callbackRate' in change ? { callbackRate: callback } : change;
    expect(codeOf(buy(type, given as Partial<OrderContent>))).toBe(code);
  });

  it.each(across(NAMES, [['BUY'], ['SELL']] as const))(
    '%s to %s: refused on the side of the mark that has been passed, and on the mark itself',
    (type, side: OrderSide) => {
      const right = side === 'BUY' ? buy(type) : sell(type);
      const wrong = right.content.stopPrice === '61000' ? '59000' : '61000';
      const price = right.price && wrong;
      for (const stopPrice of [wrong, '60000']) {
        const passed = order({ ...right.content, stopPrice, ...(price && { price }) });
        expect(codeOf(passed)).toBe('TRIGGER_WRONG_SIDE');
      }
    },
  );

  it.each([
    ['0.09', 'CALLBACK_OUT_OF_RANGE'],
    ['0.1', 'APPROVED'],
    ['20', 'APPROVED'],
    ['20.1', 'CALLBACK_OUT_OF_RANGE'],
  ])('trail by %s percent: %s', (callbackRate, code) => {
    expect(codeOf(buy('TRAILING_STOP_MARKET', { callbackRate, quantity: '0.01' }))).toBe(code);
  });

  it('may trail from where the market is', () => {
    expect(codeOf(buy('TRAILING_STOP_MARKET', { stopPrice: undefined }))).toBe('APPROVED');
    expect(codeOf(buy('TRAILING_STOP_MARKET', { stopPrice: undefined }), { mark: undefined })).toBe(
      'MARK_MISSING',
    );
  });

  it.each([
    ['STOP', buy('STOP'), '61100', '611'],
    ['STOP_MARKET', buy('STOP_MARKET'), '61000', '610'],
    ['a buying TAKE_PROFIT', buy('TAKE_PROFIT'), '59000', '600'],
    ['a selling TAKE_PROFIT', sell('TAKE_PROFIT'), '61000', '610'],
    ['a selling TAKE_PROFIT below its trigger', sell('TAKE_PROFIT', { price: '60900' }), '60900', '610'],
    ['TAKE_PROFIT_MARKET', sell('TAKE_PROFIT_MARKET'), '61000', '610'],
    ['a buying trailing stop', buy('TRAILING_STOP_MARKET'), '59590', '600'],
    ['one from the market on', buy('TRAILING_STOP_MARKET', { stopPrice: undefined }), '60600', '606'],
    ['a selling trailing stop', sell('TRAILING_STOP_MARKET'), '60390', '610'],
  ])('are judged at the worst price they can wake at: %s', (_title, checked, price, notional) => {
    expect(worstPrice(checked, FACTS)?.toFixed()).toBe(price);
    expect(worstNotional(checked, FACTS)?.toFixed()).toBe(notional);
  });

  it.each(NAMES)('count against the largest worth at that price: %s', (type) => {
    expect(codeOf(buy(type, { quantity: '0.34' }))).toBe('NOTIONAL_ABOVE_ORDER_MAXIMUM');
    expect(codeOf(sell(type, { quantity: '0.34' }))).toBe('NOTIONAL_ABOVE_ORDER_MAXIMUM');
  });

  it.each(NAMES)('are worth at least the smallest notional, unless they only reduce: %s', (type) => {
    expect(codeOf(buy(type, { quantity: '0.001' }))).toBe('NOTIONAL_BELOW_MINIMUM');
    expect(codeOf(buy(type, { quantity: '0.001', reduceOnly: true }))).toBe('APPROVED');
  });

  it.each(WITH_PRICE)('are priced within the collar of their own trigger: %s', (type) => {
    const { stopPrice = '' } = TYPES[type] ?? {};
    const at = (factor: string): string => d(stopPrice).times(factor).toFixed();
    const noBand = { instrument: { ...BTCUSDT, priceMultiplierUp: undefined } };
    expect(codeOf(buy(type, { price: at('1.05') }), noBand)).toBe('APPROVED');
    expect(codeOf(buy(type, { price: d(at('1.05')).plus('0.1').toFixed() }), noBand)).toBe(
      'PRICE_OUTSIDE_COLLAR',
    );
  });

  it.each(WITH_PRICE)("are held against the exchange's band at their trigger: %s", (type) => {
    const { stopPrice = '' } = TYPES[type] ?? {};
    const highest = d(stopPrice).times('1.02');
    expect(codeOf(buy(type, { price: highest.toFixed() }))).toBe('APPROVED');
    expect(codeOf(buy(type, { price: highest.plus('0.1').toFixed() }))).toBe('PRICE_OUTSIDE_EXCHANGE_BAND');
  });

  it('may wait as far away as they like: a market that never comes there does no harm', () => {
    expect(codeOf(sell('STOP_MARKET', { stopPrice: '12000' }))).toBe('APPROVED');
    expect(codeOf(buy('STOP_MARKET', { stopPrice: '120000' }))).toBe('APPROVED');
  });

  it.each(NAMES)('stop with everything, and pass a reducing state only where they reduce: %s', (type) => {
    expect(codeOf(buy(type, { reduceOnly: true }), { state: { state: 'HALTED' } })).toBe('STATE_HALTED');
    expect(codeOf(buy(type), { state: { state: 'REDUCING' } })).toBe('STATE_REDUCING');
    expect(codeOf(buy(type, { reduceOnly: true }), { state: { state: 'REDUCING' } })).toBe('APPROVED');
  });

  describe('that close the position', () => {
    const closing = sell('STOP_MARKET', { closePosition: true, quantity: '0.0005' });

    it('reduce: no account, no smallest size and no step are asked of them', () => {
      const unknown = { account: undefined, loss: undefined, brackets: undefined };
      expect(codeOf(closing, { ...unknown, state: { state: 'REDUCING' } })).toBe('APPROVED');
      const sized = sell('STOP_MARKET', { reduceOnly: true, quantity: '0.0005' });
      expect(codeOf(sized)).toBe('QUANTITY_BELOW_MINIMUM');
    });

    it.each(['ACTIVE', 'REDUCING'] as const)('need a position on the other side while %s', (state) => {
      const judged = (position: string) =>
        checkReduction(closing, state, { position, restingOnSide: '5' }).approved;
      expect([judged('0.0001'), judged('5'), judged('0'), judged('-5')]).toEqual([true, true, false, false]);
    });
  });
});
