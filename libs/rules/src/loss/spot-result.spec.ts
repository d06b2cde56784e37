import { Decimal, ZERO } from '@elvis/trading';
import { Holding, SpotLedger, SpotMeasurement, SpotResult, isSameBasis, measureSpot } from './spot-result';

const FOLLOWED = ['BTC', 'USDT'];
const T0 = 1_000_000;

type Rows = Readonly<Record<string, readonly [wallet: string, moved?: string]>>;
type Prices = Readonly<Record<string, string | undefined>>;

const ledgerOf = (rows: Rows, sinceMs = 1): SpotLedger => ({
  sinceMs,
  holdings: new Map(
    Object.entries(rows).map(([asset, [wallet, moved = '0']]): readonly [string, Holding] => [
      asset,
      { wallet: new Decimal(wallet), moved: new Decimal(moved) },
    ]),
  ),
});

/** USDT is worth 1; what has no price here is not known. */
const at =
  (prices: Prices) =>
  (asset: string): Decimal | 'unlisted' | undefined => {
    const price = { USDT: '1', ...prices }[asset];
    return price === 'unlisted' ? price : price === undefined ? undefined : new Decimal(price);
  };

function resultOf(measured: SpotMeasurement): SpotResult {
  if ('unpriced' in measured) throw new Error(`no price of ${measured.unpriced.join()}`);
  return measured.result;
}

const measure = (known: SpotResult | undefined, ledger: SpotLedger, prices: Prices, followed = FOLLOWED) =>
  resultOf(measureSpot(known, ledger, followed, at(prices), T0));

const valueOf = (known: SpotResult | undefined, ledger: SpotLedger, prices: Prices, followed = FOLLOWED) =>
  measure(known, ledger, prices, followed).value.toFixed();

const start = measure(undefined, ledgerOf({ USDT: ['10000'], BTC: ['0.1'] }), { BTC: '60000' });

describe('the result of spot', () => {
  it('is nothing when it is first measured, whatever is held', () => {
    expect([start.value.toFixed(), start.dayStart.toFixed()]).toEqual(['0', '0']);
    expect(start.base.toFixed()).toBe('16000'); // 10000 + 0.1 x 60000
    expect(start.valueAtMs).toBe(T0);
  });

  it('follows the price of what is held', () => {
    // 0.1 x (58000 - 60000)
    expect(valueOf(start, ledgerOf({ USDT: ['10000'], BTC: ['0.1'] }), { BTC: '58000' })).toBe('-200');
    expect(valueOf(start, ledgerOf({ USDT: ['10000'], BTC: ['0.1'] }), { BTC: '61000' })).toBe('100');
  });

  it('is what a round trip has made, fees in either asset included', () => {
    // 0.02 BTC bought at 61854.01 (1237.0802 USDT), 0.00002 BTC of it the fee
    const bought = ledgerOf({ USDT: ['8762.9198'], BTC: ['0.11998'] });
    // worth 8762.9198 + 0.11998 x 61000 = 16081.6998; -16000, and the 0.1 held before rose by 100
    expect(valueOf(start, bought, { BTC: '61000' })).toBe('81.6998');
    // 0.01998 BTC sold at 62837.88 (1255.5008424), 1.2555008424 of it the fee
    const sold = ledgerOf({ USDT: ['10017.1651415576'], BTC: ['0.1'] });
    expect(valueOf(measure(start, bought, { BTC: '61000' }), sold, { BTC: '60000' })).toBe('17.16514156');
  });

  it('is the loss of issue and limit: 1,892 USDT', () => {
    // 1 BTC bought at 61892 and worth 60000: 10000 + 61892 were there before
    const rich = measure(undefined, ledgerOf({ USDT: ['71892'] }), {});
    expect(valueOf(rich, ledgerOf({ USDT: ['10000'], BTC: ['1'] }), { BTC: '60000' })).toBe('-1892');
  });

  it.each([
    ['a withdrawal of USDT', { USDT: ['4000', '-6000'], BTC: ['0.1'] }],
    ['a deposit of USDT', { USDT: ['12500', '2500'], BTC: ['0.1'] }],
    ['a deposit of coins', { USDT: ['10000'], BTC: ['2.1', '2'] }],
    ['a withdrawal of coins', { USDT: ['10000'], BTC: ['0', '-0.1'] }],
    ['dust turned into another coin', { USDT: ['10000'], BTC: ['0.0999', '-0.0001'], BNB: ['0.01', '0.01'] }],
  ] as const)('is not moved by %s', (_what, rows) => {
    expect(valueOf(start, ledgerOf(rows), { BTC: '60000' })).toBe('0');
  });

  it('counts coins that came from the price of the time they came', () => {
    const came = measure(start, ledgerOf({ USDT: ['10000'], BTC: ['1.1', '1'] }), { BTC: '60000' });
    // 1.1 x (59000 - 60000)
    expect(valueOf(came, ledgerOf({ USDT: ['10000'], BTC: ['1.1', '1'] }), { BTC: '59000' })).toBe('-1100');
    const sold = ledgerOf({ USDT: ['69000'], BTC: ['0.1', '1'] });
    expect(valueOf(came, sold, { BTC: '59000' })).toBe('-1100');
    expect(valueOf(measure(came, sold, { BTC: '59000' }), sold, { BTC: '50000' })).toBe('-2000');
  });

  it('is the same however late a movement is noticed', () => {
    // 0.5 BTC deposited and sold for 30000 before the ledger knows where it came from
    const sold = ledgerOf({ USDT: ['40000'], BTC: ['-0.4'] });
    const early = measure(start, sold, { BTC: '60000' });
    expect(early.value.toFixed()).toBe('0');
    expect(valueOf(early, ledgerOf({ USDT: ['40000'], BTC: ['0.1', '0.5'] }), { BTC: '60000' })).toBe('0');
  });

  it('leaves out the price of a coin that no followed symbol trades, and counts a fee paid in it', () => {
    const rows = { USDT: ['10000'], BTC: ['0.1'], BNB: ['10'] } as const;
    const held = measure(undefined, ledgerOf(rows), { BTC: '60000' });
    expect(valueOf(held, ledgerOf(rows), { BTC: '60000', BNB: '1' })).toBe('0');
    const paid = ledgerOf({ ...rows, BNB: ['9.99'] });
    // 0.01 x 600, once
    const after = measure(held, paid, { BTC: '60000', BNB: '600' });
    expect(after.value.toFixed()).toBe('-6');
    expect(valueOf(after, paid, { BTC: '60000', BNB: '500' })).toBe('-6');
  });

  it('is not moved by a trade by hand of such a coin at its price', () => {
    const bought = ledgerOf({ USDT: ['8500'], BTC: ['0.1'], SOL: ['10'] });
    const after = measure(start, bought, { BTC: '60000', SOL: '150' });
    expect(after.value.toFixed()).toBe('0');
    expect(valueOf(after, bought, { BTC: '60000', SOL: '90' })).toBe('0');
  });

  it('makes a coin that the exchange lists at no price worth nothing, rather than wait for one', () => {
    const bought = ledgerOf({ USDT: ['9900'], BTC: ['0.1'], OLD: ['5'] });
    expect(valueOf(start, bought, { BTC: '60000', OLD: 'unlisted' })).toBe('-100');
  });

  it('takes the coins of a newly followed symbol in at their present price, and keeps those no longer followed', () => {
    const rows = { USDT: ['10000'], BTC: ['0.1'], ETH: ['2'] } as const;
    const known = measure(undefined, ledgerOf(rows), { BTC: '60000' });
    const more = measure(known, ledgerOf(rows), { BTC: '60000', ETH: '2500' }, ['BTC', 'ETH', 'USDT']);
    expect(more.value.toFixed()).toBe('0');
    expect(more.counted).toEqual(['BTC', 'ETH', 'USDT']);
    expect(valueOf(more, ledgerOf(rows), { BTC: '60000', ETH: '2400' }, ['USDT'])).toBe('-200');
  });

  it.each([
    ['a loss', { USDT: ['9000'], BTC: ['0.1'] }, '-1000'],
    ['no gain', { USDT: ['11000'], BTC: ['0.1'] }, '0'],
    ['a loss of two assets together', { USDT: ['4000'], BTC: ['0.19'] }, '-600'],
  ] as const)('takes what changed while the ledger was lost for %s', (_what, rows, value) => {
    expect(valueOf(start, ledgerOf(rows, 2), { BTC: '60000' })).toBe(value);
  });

  it('is not measured without the price of something it needs, and needs none of what is not held', () => {
    const ledger = ledgerOf({ USDT: ['10000'], BTC: ['0.1'], ETH: ['1'] });
    const followed = ['BTC', 'ETH', 'SOL', 'USDT'];
    expect(measureSpot(undefined, ledger, followed, at({}), T0)).toEqual({ unpriced: ['BTC', 'ETH'] });
    expect(
      measureSpot(start, ledgerOf({ USDT: ['1'], BTC: ['1'], BNB: ['-1'] }), FOLLOWED, at({}), T0),
    ).toEqual({
      unpriced: ['BNB', 'BTC'],
    });
    expect(measureSpot(start, ledgerOf({ USDT: ['16000'] }), FOLLOWED, at({ BTC: 'unlisted' }), T0)).toEqual({
      result: expect.objectContaining({ value: ZERO }) as SpotResult,
    });
  });

  it('never counts a followed coin that the exchange lists at no price as worth nothing', () => {
    const ledger = ledgerOf({ USDT: ['10000'], BTC: ['0.1'] });
    expect(measureSpot(start, ledger, FOLLOWED, at({ BTC: 'unlisted' }), T0)).toEqual({ unpriced: ['BTC'] });
  });

  it.each<[string, boolean, Partial<SpotResult>]>([
    ['other prices', true, { value: new Decimal(-5), valueAtMs: 9, dayStart: new Decimal(1) }],
    ['another ledger', false, { sinceMs: 2 }],
    ['another base', false, { base: new Decimal(1) }],
    ['more assets that count', false, { counted: ['BTC', 'ETH', 'USDT'] }],
    ['a holding less', false, { holdings: ledgerOf({ USDT: ['10000'] }).holdings }],
    ['another wallet', false, { holdings: ledgerOf({ USDT: ['10000'], BTC: ['0.2'] }).holdings }],
    ['another movement', false, { holdings: ledgerOf({ USDT: ['10000'], BTC: ['0.1', '0.1'] }).holdings }],
    ['another asset', false, { holdings: ledgerOf({ USDT: ['10000'], ETH: ['0.1'] }).holdings }],
  ])('with %s stands on the same basis: %s', (_what, isSame, change) => {
    expect(isSameBasis(start, { ...start, ...change })).toBe(isSame);
  });
});
