/**
 * The reservations in memory (`Reservations`) are the twin of the scripts in Redis: whatever is reserved, changed, filled,
 * returned or ended, both give the same answers with the same figures, and come to the same sums. On a real Redis.
 */
import {
  BALANCES_KEY,
  EXCHANGE_CLOCK_KEY,
  EXPOSURE_KEY,
  EXPOSURE_SUMS_KEY,
  KILL_SWITCH_KEY,
  TRADING_PERMIT_KEY,
  balancesSinceField,
  reservationField,
  walletField,
} from '@elvis/contracts';
import { createLog } from '@elvis/platform';
import { Marks, Reservations, likenessOf, reserveRequest } from '@elvis/rules';
import { holdPosition, opened, until } from '@elvis/testing';
import { Decimal, JournalRecord, OrderContent, Reservation } from '@elvis/trading';
import * as fc from 'fast-check';
import { Redis } from 'ioredis';
import { ExposureLedger } from '../apps/execution/src/ledgers/exposure-ledger';
import { Wanted, digest, requestOf } from '../apps/risk/src/exposure/reserve-request';
import { COUNT_REPEAT, RESERVE, RETURN } from '../apps/risk/src/exposure/reserve-script';
import { ReservationStores } from '../apps/risk/test/reservation-stores';

const d = (value: Decimal.Value): Decimal => new Decimal(value);
const ASSETS: Readonly<Record<string, readonly [base: string, quote: string]>> = {
  BTCUSDT: ['BTC', 'USDT'],
  ETHUSDT: ['ETH', 'USDT'],
  ETHBTC: ['ETH', 'BTC'],
};
/** Nothing says what ETHBTC of futures is worth, nor what BTCUSDT of spot is traded in. */
const MARKS: Marks = {
  'futures:BTCUSDT': [60_000.1, 3],
  'futures:ETHUSDT': [2_500.05, 7],
  'spot:BTCUSDT': [60_000, 1],
  'spot:ETHUSDT': [2_499, 1],
  'spot:ETHBTC': [0.0417, 1],
};
const PAIRS = { 'spot:ETHUSDT': ASSETS.ETHUSDT!, 'spot:ETHBTC': ASSETS.ETHBTC! };

const small = fc.constantFrom(undefined, undefined, 2, 8);
const amount = fc.constantFrom(undefined, undefined, d('30000.5'), d('1000000'), d('1e9'));
const limits = fc.record({
  maxPositionNotional: amount,
  maxGrossNotional: amount,
  equity: fc.constantFrom(undefined, d('100'), d('5000'), d('1e9')),
  maxOpenOrders: small,
  maxOrdersPerSecond: small,
  duplicateWindowMs: fc.constantFrom(undefined, 5, 60_000),
  leverage: fc.constantFrom(undefined, 3),
  brackets: fc.constant([{ notionalCap: d('20000'), maximum: 5 }]),
});
const content = fc.record({
  market: fc.constantFrom('futures' as const, 'spot' as const),
  symbol: fc.constantFrom('BTCUSDT', 'ETHUSDT', 'ETHBTC'),
  side: fc.constantFrom('BUY' as const, 'SELL' as const),
  quantity: fc
    .tuple(fc.integer({ min: 1, max: 999 }), fc.constantFrom(-8, -6, -5, -4, -3, -3, -2, -1, 0, 3))
    .map(([digits, power]) => d(digits).times(d(10).pow(power)).toFixed()),
  price: fc.integer({ min: 1, max: 9_999_999 }).map((cents) => d(cents).div(100).toFixed()),
  reduceOnly: fc.constantFrom(false, false, true),
  closePosition: fc.constantFrom(false, false, true),
});
const which = fc.nat(20);
const state = fc.constantFrom('ACTIVE' as const, 'ACTIVE' as const, 'REDUCING' as const);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('reserve' as const),
      content,
      limits,
      actor: fc.constantFrom('a', 'b'),
      state,
      locked: fc.constantFrom('0', '0.5'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('repeat' as const),
      which,
      isOtherId: fc.boolean(),
      isOther: fc.boolean(),
      state,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('amend' as const),
      which,
      quantity: fc.integer({ min: 1, max: 300 }),
      price: fc.integer({ min: 1, max: 200 }),
      isStale: fc.constantFrom(false, false, true),
      limits,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('fill' as const),
      which,
      part: fc.integer({ min: 0, max: 100 }),
      fee: fc.boolean(),
      isOver: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('return' as const),
      which,
      isStranger: fc.boolean(),
      isCharged: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('count' as const), which }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('position' as const),
      market: fc.constantFrom('futures' as const, 'spot' as const),
      symbol: fc.constantFrom('BTCUSDT', 'ETHUSDT', 'ETHBTC'),
      quantity: fc.constantFrom('0', '1', '-0.123456789', '1000000.12345678', '3.7'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('wallet' as const),
      asset: fc.constantFrom('BTC', 'ETH', 'USDT'),
      quantity: fc.constantFrom('0', '0.01', '12', '50000'),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

type Wish = Omit<Wanted, 'epoch' | 'amending'>;

/** An order that was asked for, as both know it. */
interface Asked {
  readonly wish: Wish;
  readonly chargedAtMs: number;
  /** Its reservation as it first stood. */
  readonly text: string | null;
  readonly held: Reservation | undefined;
  /** Its terms as they were changed last. */
  terms: OrderContent;
}

describe('the reservations in memory', () => {
  const fleet = opened(() => ReservationStores.start(1));
  let redis: Redis;
  let ledger: ExposureLedger;
  let runId: string;
  let twin: Reservations;
  let asked: Asked[];
  let nowMs: number;
  let counter = 0;
  const words = new Set<string>();

  beforeAll(async () => {
    ({ redis } = fleet);
    ledger = new ExposureLedger(redis, createLog('execution', 0, 'fatal'));
    runId = /run_id:(\w+)/.exec(await redis.info('server'))![1]!;
  });

  const wishOf = (one: Extract<Step, { kind: 'reserve' }>): Wish => {
    const { closePosition, reduceOnly, ...rest } = one.content;
    const isFutures = rest.market === 'futures';
    const order: OrderContent = {
      ...{ clientOrderId: `t-${(counter += 1)}`, type: 'LIMIT', ...rest },
      ...(isFutures && reduceOnly && { reduceOnly, ...(closePosition && { closePosition }) }),
      // The target of a list: its stop holds the coin for both.
      ...(!isFutures && reduceOnly && ({ type: 'LIMIT_MAKER', orderListId: 'l' } as const)),
    };
    return { ...worthOf(order), approvalId: `approval-${counter}`, ...pick(one) };
  };
  const pick = ({ actor, state, limits: bounds }: Extract<Step, { kind: 'reserve' }>) => ({
    actor,
    state,
    limits: bounds,
    marks: MARKS,
  });
  /** The order with what it comes to, and on spot what it spends. */
  const worthOf = (order: OrderContent, locked = '0') => {
    const [base, quote] = ASSETS[order.symbol]!;
    const worth = d(order.quantity).times(order.price!);
    return {
      content: order,
      notional: worth,
      isReduceOnly: order.reduceOnly ?? false,
      ...(order.market === 'spot' && {
        funds: {
          asset: order.side === 'SELL' ? base : quote,
          needed: order.side === 'SELL' ? d(order.quantity) : worth,
          locked: d(locked),
          pairs: PAIRS,
        },
      }),
    };
  };
  const keysOf = (actor: string, likeness: string) => [`pace:${actor}`, `repeats:${digest(likeness)}`];

  /** Asks both, and answers what both said. */
  const reserve = async (wish: Wish, amending?: { text: string | null; held: Reservation | undefined }) => {
    const request = reserveRequest({ ...wish, amending: amending?.held });
    const theirs = await RESERVE.run(
      redis,
      [
        ...[KILL_SWITCH_KEY, TRADING_PERMIT_KEY, EXCHANGE_CLOCK_KEY, EXPOSURE_KEY, EXPOSURE_SUMS_KEY],
        ...keysOf(wish.actor, likenessOf(wish.actor, wish.content)),
        BALANCES_KEY,
      ],
      [
        JSON.stringify(
          requestOf({ ...wish, epoch: 7, amending: amending?.text ?? undefined }, runId).request,
        ),
      ],
    );
    if (typeof theirs[1] === 'number') nowMs = theirs[1];
    const ours = twin.reserve(request, nowMs);
    words.add(ours[0]);
    // The client reads what is beyond in decimal steps, each rounded.
    const shown = ours.map((value, at) =>
      typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER ? theirs[at] : value,
    );
    expect(shown).toEqual(theirs);
    return ours;
  };
  const standing = (id: string) => redis.hget(EXPOSURE_KEY, reservationField(id));

  const ask = async (wish: Wish): Promise<void> => {
    const id = wish.content.clientOrderId;
    const [, , ...figures] = await reserve(wish);
    if (!twin.find(id) || asked.some(({ terms }) => terms.clientOrderId === id)) return;
    asked.push({
      wish,
      chargedAtMs: Number(figures[10] ?? 0),
      text: await standing(id),
      held: twin.find(id),
      terms: wish.content,
    });
  };

  async function take(one: Step): Promise<void> {
    if (one.kind === 'reserve') {
      const wish = wishOf(one);
      return ask({ ...wish, ...worthOf(wish.content, one.locked) });
    }
    if (one.kind === 'position') {
      const key = `${one.market}:${one.symbol}`;
      await holdPosition(redis, one.symbol, one.quantity, one.market);
      return twin.move(key, d(one.quantity).minus(twin.contents.positions.get(key) ?? 0));
    }
    if (one.kind === 'wallet') {
      return hold(one.asset, one.quantity);
    }
    if (asked.length > 0) await happen(one, asked[one.which % asked.length]!);
  }

  async function happen(
    one: Exclude<Step, { kind: 'reserve' | 'position' | 'wallet' }>,
    order: Asked,
  ): Promise<void> {
    const { wish, terms } = order;
    const id = terms.clientOrderId;
    switch (one.kind) {
      case 'repeat': {
        const again = { ...terms, ...(one.isOtherId && { clientOrderId: `t-${(counter += 1)}` }) };
        const other = { ...again, ...(one.isOther && { price: '77' }) };
        return ask({ ...wish, ...worthOf(other), state: one.state });
      }
      case 'amend': {
        const quantity = d(terms.quantity).times(one.quantity).div(100).toDecimalPlaces(8, Decimal.ROUND_UP);
        const price = d(terms.price!).times(one.price).div(100).toDecimalPlaces(2, Decimal.ROUND_UP);
        const changed = { ...terms, quantity: quantity.toFixed(), price: price.toFixed() };
        const now = one.isStale ? order : { text: await standing(id), held: twin.find(id) };
        if (now.text === null) return;
        const [word] = await reserve({ ...wish, ...worthOf(changed), limits: one.limits }, now);
        if (word === 'RESERVED') order.terms = changed;
        return;
      }
      case 'fill': {
        const filled = d(terms.quantity).times(one.part).div(100).toDecimalPlaces(8).toFixed();
        const received = one.fee ? d(filled).times('0.999').toDecimalPlaces(10).toFixed() : undefined;
        await ledger.followRecord(recordOf(order, filled, received, one.isOver));
        const notional = d(terms.quantity).times(terms.price!).toFixed();
        const settled = { quantity: terms.quantity, notional };
        return twin.follow({ id, filled, received, isOver: one.isOver, terms: settled });
      }
      case 'return': {
        const likeness = likenessOf(wish.actor, wish.content);
        const approvalId = one.isStranger ? 'another' : wish.approvalId;
        const chargedAtMs = one.isCharged && order.chargedAtMs > 0 ? order.chargedAtMs : undefined;
        await RETURN.run(
          redis,
          [EXPOSURE_KEY, EXPOSURE_SUMS_KEY, ...keysOf(wish.actor, likeness)],
          [reservationField(id), approvalId, id, chargedAtMs ?? 0, ''],
        );
        return twin.giveBack({ id, approvalId, likeness, chargedAtMs });
      }
      case 'count': {
        const likeness = likenessOf(wish.actor, wish.content);
        const [, repeats] = keysOf(wish.actor, likeness);
        expect(twin.countRepeat(likeness, id)).toBe(await COUNT_REPEAT.run(redis, [repeats!], [id]));
      }
    }
  }

  const recordOf = (
    { wish, terms }: Asked,
    filled: string,
    received: string | undefined,
    isOver: boolean,
  ): JournalRecord => ({
    version: 1,
    type: 'OUTCOME',
    order: wish.content,
    approvalId: wish.approvalId,
    view: {
      ...terms,
      filledQuantity: filled,
      status: isOver ? 'CANCELED' : 'PARTIALLY_FILLED',
      ...{ decisionId: 'd', actor: wish.actor, createdAtMs: nowMs, updatedAtMs: nowMs },
    },
    fills: { quantity: filled, quote: '0', received },
  });

  async function expectSame(): Promise<void> {
    const [fields, sums] = await Promise.all([redis.hgetall(EXPOSURE_KEY), redis.hgetall(EXPOSURE_SUMS_KEY)]);
    const { reservations, positions, sums: ours } = twin.contents;
    const of = (prefix: string) =>
      Object.entries(fields).flatMap(([field, text]) =>
        field.startsWith(prefix) ? [[field.slice(2), text] as const] : [],
      );
    expect(
      Object.fromEntries(
        [...reservations].map(([id, held]) => [id, { ...held, order: digest(held.order!) }]),
      ),
    ).toEqual(Object.fromEntries(of('r:').map(([id, text]) => [id, JSON.parse(text) as Reservation])));
    expect(Object.fromEntries([...positions].map(([key, position]) => [key, position.toFixed()]))).toEqual(
      Object.fromEntries(
        of('p:').flatMap(([key, text]) => (d(text).isZero() ? [] : [[key, d(text).toFixed()]])),
      ),
    );
    expect(
      Object.fromEntries([...ours].map(([key, side]) => [key, side.map((sum) => BigInt(sum)).join(' ')])),
    ).toEqual(Object.fromEntries(Object.entries(sums).filter(([key]) => /:(BUY|SELL)$/.test(key))));
  }

  const hold = async (asset: string, quantity: string): Promise<void> => {
    await redis.hset(BALANCES_KEY, walletField('spot', asset), d(quantity).times(1e8).toFixed());
    twin.hold(asset, d(quantity));
  };
  const begin = async (): Promise<void> => {
    await fleet.reset();
    await redis.hset(BALANCES_KEY, balancesSinceField('spot'), 1);
    [twin, asked] = [new Reservations(), []];
    for (const asset of ['BTC', 'ETH', 'USDT']) await hold(asset, '9000');
  };

  it('hold no order that is too large to be counted', async () => {
    await begin();
    const order = { market: 'futures', symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT' } as const;
    const content = { ...order, clientOrderId: 'large', quantity: d('1e20').toFixed(), price: '1' };
    const terms = { actor: 'a', state: 'ACTIVE', limits: {}, marks: MARKS, approvalId: 'approval' } as const;
    expect(await reserve({ ...worthOf(content), ...terms })).toEqual(['MALFORMED', 'r:large']);
    await expectSame();
  });

  it('let an actor send again, and send the same again, when the time for it has passed, both at once', async () => {
    await begin();
    const order = { market: 'futures', symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT' } as const;
    const wishOf = (id: string, bounds: Wish['limits']): Wish => ({
      ...worthOf({ ...order, clientOrderId: id, quantity: '0.001', price: '60000' }),
      actor: 'a',
      state: 'ACTIVE',
      approvalId: id,
      limits: bounds,
      marks: MARKS,
    });
    const [pace, repeats] = [{ maxOrdersPerSecond: 1 }, { duplicateWindowMs: 300 }];
    await reserve(wishOf('p-1', { ...pace, ...repeats }));
    await until(async () => (await reserve(wishOf('p-3', repeats)))[0] === 'RESERVED');
    await until(async () => (await reserve(wishOf('p-2', pace)))[0] === 'RESERVED');
    await expectSame();
  });

  it('answer and add up as the scripts in Redis do, whatever happens to orders', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 60, size: 'max' }), async (steps) => {
        await begin();
        for (const one of steps) {
          await take(one);
          await expectSame();
        }
      }),
      { numRuns: 30 },
    );
    // Each of them came up.
    expect([...words].filter((word) => word !== 'MALFORMED').sort()).toEqual([
      'FUNDS_INSUFFICIENT',
      'GROSS_ABOVE_MAXIMUM',
      'MARGIN_INSUFFICIENT',
      'MARK',
      'MOVED',
      'OPEN_ORDERS_ABOVE_MAXIMUM',
      'ORDER_REPEATED',
      'POSITION_ABOVE_MAXIMUM',
      'RATE_ABOVE_MAXIMUM',
      'REDUCE_ONLY_NOT_REDUCING',
      'RESERVED',
      'TAKEN',
    ]);
  }, 120_000);
});
