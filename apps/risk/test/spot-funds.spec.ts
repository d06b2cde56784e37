/** What N replicas promise of one wallet, whatever their order: never more than is held. On a real Redis. */
import {
  BALANCES_KEY,
  EXPOSURE_KEY,
  balancesSinceField,
  reservationField,
  walletField,
} from '@elvis/contracts';
import { checkedOrder, ExposureLimits, checkExposure } from '@elvis/rules';
import { Decimal, OrderContent, OrderSide } from '@elvis/trading';
import * as fc from 'fast-check';
import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { dropReservation, opened, sumsOf, writeReservation } from '@elvis/testing';
import { Reservation } from '../src/exposure/reserve-reply';
import { ReservationStore } from '../src/exposure/reservation-store';
import { Wanted } from '../src/exposure/reserve-request';
import { ReservationStores } from './reservation-stores';

const d = (value: Decimal.Value): Decimal => new Decimal(value);
const WALLETS: Readonly<Record<string, string>> = {
  USDT: '1000',
  BTC: '1',
  ETH: '10',
  SOL: '100',
  S: '60',
  T: '0',
};
const PRICES: Readonly<Record<string, string>> = {
  ...{ BTCUSDT: '500', ETHUSDT: '50', ETHBTC: '0.1' },
  ...{ SOLUSDT: '2', SUSDT: '1', SOLT: '3' },
};
const SYMBOLS: Readonly<Record<string, readonly [base: string, quote: string]>> = {
  BTCUSDT: ['BTC', 'USDT'],
  ETHUSDT: ['ETH', 'USDT'],
  ETHBTC: ['ETH', 'BTC'],
  SOLUSDT: ['SOL', 'USDT'],
  SUSDT: ['S', 'USDT'],
  SOLT: ['SOL', 'T'],
};
const PAIRS = Object.fromEntries(
  Object.entries(SYMBOLS).map(([symbol, assets]) => [`spot:${symbol}`, assets]),
);
const MARKS = Object.fromEntries(
  Object.entries(PRICES).map(([symbol, price]) => [`spot:${symbol}`, [Number(price), 1] as const]),
);

interface Wish {
  readonly symbol?: string;
  readonly side?: OrderSide;
  readonly quantity?: string;
  readonly limits?: ExposureLimits;
  readonly locked?: string;
}

describe('what is held on spot', () => {
  const fleet = opened(() => ReservationStores.start());
  let redis: Redis;
  let stores: readonly ReservationStore[];
  let counter = 0;

  beforeAll(() => {
    ({ redis, stores } = fleet);
  });
  beforeEach(() => reset());

  async function reset(): Promise<void> {
    await fleet.reset();
    await redis.hset(BALANCES_KEY, balancesSinceField('spot'), 1);
    for (const [asset, wallet] of Object.entries(WALLETS))
      await redis.hset(BALANCES_KEY, walletField('spot', asset), d(wallet).times(1e8).toFixed());
  }

  const assetOf = ({ symbol, side }: Pick<OrderContent, 'symbol' | 'side'>): string =>
    SYMBOLS[symbol]![side === 'SELL' ? 0 : 1];

  function wanted({
    symbol = 'BTCUSDT',
    side = 'BUY',
    quantity = '1',
    limits = {},
    locked = '0',
  }: Wish): Wanted {
    const price = PRICES[symbol]!;
    const content: OrderContent = {
      ...{ clientOrderId: `x-${(counter += 1)}`, market: 'spot', symbol, side, type: 'LIMIT' },
      ...{ quantity, price },
    };
    return {
      ...{ content, actor: 'bot', approvalId: randomUUID(), isReduceOnly: false, state: 'ACTIVE', epoch: 7 },
      ...{ notional: d(quantity).times(price), limits, marks: MARKS },
      funds: {
        ...{ asset: assetOf(content), locked: d(locked) },
        needed: side === 'BUY' ? d(quantity).times(price) : d(quantity),
        pairs: PAIRS,
      },
    };
  }
  const reserve = (wish: Wish, replica = 0): Promise<Reservation> => stores[replica]!.reserve(wanted(wish));
  const codeOf = async (wish: Wish, replica = 0): Promise<string> => {
    const reply = await reserve(wish, replica);
    return reply.kind === 'refused' ? reply.code : reply.kind;
  };

  it('is promised to the last unit and no further, by whichever replica', async () => {
    expect(await codeOf({ quantity: '1.5' })).toBe('reserved');
    expect(await codeOf({ quantity: '0.50000001' }, 1)).toBe('FUNDS_INSUFFICIENT');
    expect(await codeOf({ quantity: '0.5' }, 2)).toBe('reserved');
    expect(await codeOf({ side: 'SELL', quantity: '1.00000001' }, 3)).toBe('FUNDS_INSUFFICIENT');
    expect(await codeOf({ side: 'SELL', quantity: '1' })).toBe('reserved');
  });

  it('is one wallet for every symbol that spends it, as base or as quote', async () => {
    expect(await codeOf({ symbol: 'ETHBTC', quantity: '6' })).toBe('reserved');
    expect(await codeOf({ side: 'SELL', quantity: '0.5' })).toBe('FUNDS_INSUFFICIENT');
    expect(await codeOf({ side: 'SELL', quantity: '0.4' })).toBe('reserved');
    expect(await codeOf({ symbol: 'ETHBTC', quantity: '0.001' })).toBe('FUNDS_INSUFFICIENT');
    expect(await codeOf({ symbol: 'ETHUSDT', side: 'SELL', quantity: '10' })).toBe('reserved');
  });

  it('is not that of another asset whose name begins or ends as the symbol does', async () => {
    // 100 SOL are held and 60 S: what sells SOL spends no S, and what buys with USDT spends no T.
    expect(await codeOf({ symbol: 'SOLUSDT', side: 'SELL', quantity: '50' })).toBe('reserved');
    expect(await codeOf({ symbol: 'SUSDT', side: 'SELL', quantity: '60' })).toBe('reserved');
    expect(await codeOf({ symbol: 'SUSDT', side: 'SELL', quantity: '0.00000001' })).toBe(
      'FUNDS_INSUFFICIENT',
    );
    expect(await codeOf({ symbol: 'SOLUSDT', side: 'SELL', quantity: '50' })).toBe('reserved');
    await redis.hset(BALANCES_KEY, walletField('spot', 'T'), 3e8);
    expect(await codeOf({ symbol: 'BTCUSDT', quantity: '1' })).toBe('reserved');
    expect(await codeOf({ symbol: 'SOLT', quantity: '1' })).toBe('reserved');
  });

  it('may be spent by an order of a symbol whose assets nobody knows', async () => {
    const unlisted = { ...wanted({ symbol: 'SOLUSDT', side: 'SELL', quantity: '0.4' }) };
    await writeReservation(redis, 'unlisted', { ...unlisted.content, symbol: 'OLDUSDT', notional: '1' });
    expect(await codeOf({ side: 'SELL', quantity: '0.61' })).toBe('FUNDS_INSUFFICIENT');
    expect(await codeOf({ side: 'SELL', quantity: '0.6' })).toBe('reserved');
  });

  it("counts what the exchange holds back for others' orders, and our own only once", async () => {
    expect(await codeOf({ quantity: '1', locked: '400' })).toBe('reserved');
    expect(await codeOf({ quantity: '0.9', locked: '600' })).toBe('FUNDS_INSUFFICIENT');
    expect(await codeOf({ quantity: '0.8', locked: '600' })).toBe('reserved');
  });

  it('is nothing that can be promised before it is known', async () => {
    await redis.hdel(BALANCES_KEY, balancesSinceField('spot'));
    expect(await codeOf({})).toBe('rebuilding');
    await redis.hset(BALANCES_KEY, balancesSinceField('spot'), 1, walletField('spot', 'USDT'), 'many');
    expect(await codeOf({})).toBe('rebuilding');
    await redis.hdel(BALANCES_KEY, walletField('spot', 'USDT'));
    expect(await codeOf({})).toBe('FUNDS_INSUFFICIENT');
  });

  it('counts against the position cap as it is bought, and needs no margin', async () => {
    const limits = { maxPositionNotional: d('600'), equity: d('1') };
    expect(await codeOf({ quantity: '1', limits })).toBe('reserved');
    expect(await codeOf({ quantity: '0.3', limits })).toBe('POSITION_ABOVE_MAXIMUM');
    expect(await codeOf({ side: 'SELL', quantity: '1', limits })).toBe('reserved');
  });

  it('is never promised twice, in whatever order four replicas, fills and cancels come', async () => {
    const step = fc.record({
      symbol: fc.constantFrom(...Object.keys(SYMBOLS)),
      side: fc.constantFrom<OrderSide>('BUY', 'SELL'),
      quantity: fc.integer({ min: 1, max: 4_000 }).map((thousandths) => d(thousandths).div(1_000).toFixed()),
      fills: fc.constantFrom(0, 0.5, 1),
      isCanceled: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 16 }), async (steps) => {
        await reset();
        await Promise.all(
          steps.map(async (wish, place) => {
            const order = wanted(wish);
            const reply = await stores[place % 4]!.reserve(order);
            expectAgreement(order, reply);
            if (reply.kind !== 'reserved') return;
            if (wish.fills > 0) await fill(order, wish.fills);
            else if (wish.isCanceled) await dropReservation(redis, order.content.clientOrderId);
          }),
        );
        await expectCovered();
        const { stored, counted } = await sumsOf(redis);
        expect(stored).toEqual(counted);
      }),
      { numRuns: 40, seed: 20261122 },
    );
  });

  /** The script's verdict and the pure rules' verdict on the script's own figures are the same. */
  function expectAgreement(wish: Wanted, reply: Reservation): void {
    if (reply.kind !== 'reserved' && reply.kind !== 'refused') throw new Error(`answered ${reply.kind}`);
    const verdict = checkExposure(checkedOrder(wish.content), wish.state, reply.figures!, wish.limits);
    expect(verdict.approved ? 'reserved' : verdict.denial.code).toBe(
      reply.kind === 'refused' ? reply.code : 'reserved',
    );
  }

  /** As execution does it: booked first, out of the reservation after. */
  async function fill({ content }: Wanted, part: number): Promise<void> {
    const { symbol, side, quantity, price = '0', clientOrderId } = content;
    const [base, quote] = SYMBOLS[symbol]!;
    const filled = d(quantity).times(part).toDecimalPlaces(8, Decimal.ROUND_DOWN);
    const sign = side === 'BUY' ? 1 : -1;
    const add = (asset: string, amount: Decimal) =>
      redis.hincrby(BALANCES_KEY, walletField('spot', asset), amount.times(1e8).toFixed(0));
    await add(base, filled.times(sign));
    await add(quote, filled.times(price).times(-sign));
    const field = reservationField(clientOrderId);
    const standing = JSON.parse((await redis.hget(EXPOSURE_KEY, field))!) as object;
    if (part === 1) await dropReservation(redis, clientOrderId);
    else await writeReservation(redis, clientOrderId, { ...standing, filled: filled.toFixed() });
  }

  /** Were everything that stands filled, no wallet would be below zero. */
  async function expectCovered(): Promise<void> {
    const balances = await redis.hgetall(BALANCES_KEY);
    const all = Object.entries(await redis.hgetall(EXPOSURE_KEY));
    for (const asset of Object.keys(WALLETS)) {
      const wallet = d(balances[walletField('spot', asset)] ?? 0).div(1e8);
      const promised = all
        .filter(([field]) => field.startsWith('r:'))
        .map(([, text]) => JSON.parse(text) as OrderContent & { readonly filled?: string })
        .filter((order) => assetOf(order) === asset)
        .reduce((sum, { side, quantity, filled = '0', price = '0' }) => {
          const left = d(quantity).minus(filled);
          return sum.plus(side === 'SELL' ? left : left.times(price));
        }, d(0));
      expect(promised.lte(wallet)).toBe(true);
    }
  }
});
