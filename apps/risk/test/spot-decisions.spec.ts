/** Spot orders at risk: what they are judged by, and the refusal of each input that is missing, stale or malformed. */
import { BALANCES_KEY, SubmitOrder, balancesSinceField, submitOrder, walletField } from '@elvis/contracts';
import { emptyExposure, opened, until } from '@elvis/testing';
import { RiskFleet, anOrder, answersUntil } from './risk-fleet';

const garbage = 'not a number';
const WALLETS = { USDT: '1000', BTC: '0.5' };
const ACCOUNT = {
  balances: Object.entries(WALLETS).map(([asset, wallet]) => ({ asset, wallet, free: wallet })),
  positions: [],
};
const ORDER_BOOK = { bids: [['59999.9', '10'] as const], asks: [['60000.1', '10'] as const] };
const MARKET = { type: 'MARKET', price: undefined } as const;

interface Row {
  readonly input: string;
  readonly fault: 'missing' | 'stale' | 'malformed';
  readonly expected: string;
  readonly order?: Partial<SubmitOrder>;
  readonly make: (fleet: RiskFleet) => unknown;
}

const ROWS: readonly Row[] = [
  {
    ...{ input: 'market', fault: 'missing', expected: 'INSTRUMENT_UNKNOWN' },
    make: (fleet) => (fleet.spot = undefined),
  },
  {
    ...{ input: 'instrument', fault: 'missing', expected: 'VENUE_UNREACHABLE' },
    make: ({ spot }) => (spot!.instrument = undefined),
  },
  {
    ...{ input: 'instrument', fault: 'malformed', expected: 'VENUE_UNREACHABLE' },
    make: ({ spot }) => (spot!.instrument = { tickSize: garbage }),
  },
  {
    ...{ input: 'price', fault: 'missing', expected: 'PRICE_MISSING' },
    make: ({ spot }) => (spot!.book = undefined),
  },
  {
    ...{ input: 'price', fault: 'malformed', expected: 'PRICE_MISSING' },
    make: ({ spot }) => (spot!.book = { ...ORDER_BOOK, bids: [[garbage, '1']] }),
  },
  {
    ...{ input: 'price of one side', fault: 'missing', expected: 'PRICE_MISSING' },
    make: ({ spot }) => (spot!.book = { ...ORDER_BOOK, asks: [] }),
  },
  {
    ...{ input: 'price of a crossed book', fault: 'malformed', expected: 'PRICE_MISSING' },
    make: ({ spot }) => (spot!.book = { ...ORDER_BOOK, bids: [['60001', '1']] }),
  },
  {
    ...{ input: 'book', fault: 'missing', expected: 'BOOK_TOO_THIN', order: MARKET },
    make: ({ spot }) => (spot!.book = { ...ORDER_BOOK, asks: [['60000.1', '0.001']] }),
  },
  {
    ...{ input: 'balances', fault: 'missing', expected: 'ACCOUNT_MISSING' },
    make: ({ spot }) => (spot!.account = undefined),
  },
  {
    ...{ input: 'balances', fault: 'missing', expected: 'ACCOUNT_MISSING', order: { side: 'SELL' } },
    make: ({ spot }) => (spot!.account = undefined),
  },
  {
    ...{ input: 'balances', fault: 'malformed', expected: 'ACCOUNT_MISSING' },
    make: ({ spot }) =>
      (spot!.account = { balances: [{ asset: 'USDT', wallet: garbage, free: '1' }], positions: [] }),
  },
  {
    ...{ input: 'book of balances', fault: 'missing', expected: 'STORE_REBUILDING' },
    make: ({ redis }) => redis.del(BALANCES_KEY),
  },
  {
    ...{ input: 'book of balances', fault: 'malformed', expected: 'STORE_REBUILDING' },
    make: ({ redis }) => redis.hset(BALANCES_KEY, walletField('spot', 'USDT'), garbage),
  },
];

describe('a spot order that would pass', () => {
  const fleet = opened(() => RiskFleet.start({}, 0));

  beforeEach(async () => {
    await fleet.stopReplicas();
    fleet.spot = { instrument: {}, account: ACCOUNT, book: ORDER_BOOK };
    await holdAll();
  });

  async function holdAll(): Promise<void> {
    const units = Object.entries(WALLETS).map(([asset, wallet]) => [
      walletField('spot', asset),
      `${Number(wallet) * 1e8}`,
    ]);
    await fleet.redis.del(BALANCES_KEY);
    await emptyExposure(fleet.redis);
    await fleet.redis.hset(BALANCES_KEY, Object.fromEntries([[balancesSinceField('spot'), '1'], ...units]));
    await fleet.measureClock();
  }

  const spot = (change: Partial<SubmitOrder> = {}): SubmitOrder => anOrder({ market: 'spot', ...change });
  const submit = (change: Partial<SubmitOrder> = {}) =>
    fleet.caller.request(submitOrder, spot(change), { timeoutMs: 20_000 });
  const codeOf = (change: Partial<SubmitOrder> = {}) => fleet.outcomeOf(spot(change));
  const ready = (environment: Readonly<Record<string, string>> = {}) =>
    fleet
      .addReplica(environment)
      .then(() => until(async () => (await codeOf({ quantity: '0.001' })) === 'NEW', 'spot passes'));

  it('passes while everything is there, with no leverage in its approval', async () => {
    await ready();
    expect(await codeOf({ ...MARKET, quantity: '0.002' })).toBe('NEW');
    expect(await codeOf({ side: 'SELL', quantity: '0.1' })).toBe('NEW');
    expect(fleet.placed.at(-1)?.approval).not.toHaveProperty('leverage');
  });

  it.each(ROWS)('is refused with $expected when the $input is $fault', async ({ expected, order, make }) => {
    await make(fleet);
    await fleet.addReplica({}, false);
    const codes = await answersUntil(expected, () => codeOf(order));
    expect(codes).not.toContain('NEW');
  });

  it('is refused with PRICE_STALE when no younger book comes', async () => {
    await ready({ RISK_MAX_PRICE_AGE_MS: '800' });
    fleet.spot!.book = undefined;
    await until(async () => (await codeOf({ quantity: '0.001' })) === 'PRICE_STALE', 'the price is too old');
  });

  it('is refused for what is not there, with the numbers', async () => {
    await ready();
    await holdAll();
    expect((await submit({ side: 'SELL', quantity: '0.301' })).order.status).toBe('NEW');
    expect((await submit({ side: 'SELL', quantity: '0.2' })).denial).toEqual({
      code: 'FUNDS_INSUFFICIENT',
      context: { symbol: 'BTCUSDT', side: 'SELL', needed: '0.2', wallet: '0.5', committed: '0.301' },
    });
    expect(await codeOf({ quantity: '0.017' })).toBe('FUNDS_INSUFFICIENT');
    expect(await codeOf({ quantity: '0.016' })).toBe('NEW');
    expect(await codeOf({ quantity: '0.001' })).toBe('FUNDS_INSUFFICIENT');
  });

  it("counts what others' orders hold back, and looks once more before it refuses", async () => {
    const free = (btc: string) => ({
      ...ACCOUNT,
      balances: [ACCOUNT.balances[0]!, { asset: 'BTC', wallet: '0.5', free: btc }],
    });
    fleet.spot!.account = free('0.1');
    await ready();
    expect(await codeOf({ side: 'SELL', quantity: '0.11' })).toBe('FUNDS_INSUFFICIENT');
    fleet.spot!.account = free('0.5');
    await until(async () => (await codeOf({ side: 'SELL', quantity: '0.11' })) === 'NEW', 'it is free again');
  });

  it('is judged on the second look too: balances that cannot be read then are not balances that suffice', async () => {
    await ready();
    await holdAll();
    fleet.spot!.account = { balances: [{ asset: 'USDT', wallet: garbage, free: '1' }], positions: [] };
    // More than is held; the second look comes to the garbage once the first answer is a moment old.
    const codes = await answersUntil('ACCOUNT_MISSING', () => codeOf({ quantity: '0.2' }));
    expect(codes.filter((code) => code !== 'FUNDS_INSUFFICIENT')).toEqual(['ACCOUNT_MISSING']);
  });
});
