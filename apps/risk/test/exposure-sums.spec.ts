/** The sums that orders are judged by, through everything that happens to reservations. On a real Redis. */
import { EXPOSURE_KEY, EXPOSURE_SUMS_KEY, reservationField } from '@elvis/contracts';
import { Decimal, OrderContent, OrderSide, Reservation as Held } from '@elvis/trading';
import * as fc from 'fast-check';
import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { dropReservation, holdPosition, opened, sumsOf, until, writeReservation } from '@elvis/testing';
import { Wanted } from '../src/exposure/reserve-request';
import { ReservationStores } from './reservation-stores';

const d = (value: Decimal.Value): Decimal => new Decimal(value);
const LIMITS = { maxPositionNotional: d(1e9), maxGrossNotional: d(1e10), equity: d(1e9), maxOpenOrders: 1e6 };
const SIDE = 'futures:BTCUSDT:BUY';

type Step =
  | {
      readonly kind: 'reserve';
      readonly symbol: string;
      readonly market: 'futures' | 'spot';
      readonly side: OrderSide;
      readonly quantity: string;
      readonly price: string;
      readonly reduceOnly: boolean;
    }
  | { readonly kind: 'amend' | 'fill'; readonly order: number; readonly part: number }
  | { readonly kind: 'put-back' | 'give-back' | 'end' | 'spoil'; readonly order: number };

describe('the sums of the exposure', () => {
  const fleet = opened(() => ReservationStores.start(2));
  let redis: Redis;
  let counter = 0;

  beforeAll(() => ({ redis } = fleet));
  beforeEach(() => fleet.reset());

  const wanted = (change: Partial<OrderContent> = {}, rest: Partial<Wanted> = {}): Wanted => {
    const content: OrderContent = {
      ...{ clientOrderId: `s-${(counter += 1)}`, market: 'futures', symbol: 'BTCUSDT', side: 'BUY' },
      ...{ type: 'LIMIT', quantity: '0.01', price: '60000' },
      ...change,
    };
    return {
      ...{ content, actor: 'bot', approvalId: randomUUID(), state: 'ACTIVE', epoch: 7, limits: LIMITS },
      ...{ isReduceOnly: content.reduceOnly ?? false, marks: { 'futures:BTCUSDT': [60_000, 3] } },
      notional: d(content.quantity).times(content.price ?? 0),
      ...rest,
    };
  };
  const reserve = (wish: Wanted) => fleet.stores[counter % 2]!.reserve(wish);
  const standing = (id: string) => redis.hget(EXPOSURE_KEY, reservationField(id));
  const expectSums = async (): Promise<void> => {
    const { stored, counted } = await sumsOf(redis);
    expect(stored).toEqual(counted);
  };

  it('are what all reservations come to, whatever is reserved, amended, filled, returned, spoiled or ended', async () => {
    const order = fc.nat(9);
    const part = fc.integer({ min: 1, max: 99 }).map((percent) => percent / 100);
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({
        kind: fc.constant('reserve' as const),
        symbol: fc.constantFrom('BTCUSDT', 'ETHUSDT', '1000PEPEUSDT'),
        market: fc.constantFrom('futures' as const, 'spot' as const),
        side: fc.constantFrom<OrderSide>('BUY', 'SELL'),
        // Up to more than a double holds of the smallest unit.
        quantity: fc
          .tuple(fc.integer({ min: 1, max: 999_999 }), fc.integer({ min: -8, max: 4 }))
          .map(([digits, power]) => d(digits).times(d(10).pow(power)).toFixed(8)),
        price: fc.integer({ min: 1, max: 9_999_999 }).map((cents) => d(cents).div(100).toFixed()),
        reduceOnly: fc.boolean(),
      }),
      fc.record({ kind: fc.constantFrom('amend' as const, 'fill' as const), order, part }),
      fc.record({
        kind: fc.constantFrom('put-back' as const, 'give-back' as const, 'end' as const, 'spoil' as const),
        order,
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        await fleet.reset();
        const placed: { readonly wish: Wanted; before?: string; amended?: string }[] = [];
        for (const one of steps) {
          if (one.kind === 'reserve') {
            const { kind: _kind, ...content } = one;
            const wish = wanted({ ...content, reduceOnly: one.market === 'futures' && one.reduceOnly });
            await reserve({ ...wish, isReduceOnly: false, limits: {} });
            placed.push({ wish });
          } else if (placed.length > 0) {
            await happen(one, placed[one.order % placed.length]!);
          }
          await expectSums();
        }
        for (const { wish } of placed) await dropReservation(redis, wish.content.clientOrderId);
        expect(await redis.hgetall(EXPOSURE_SUMS_KEY)).toEqual({ g: 'g', n: '1' });
      }),
      { numRuns: 60 },
    );
  });

  async function happen(
    step: Exclude<Step, { readonly kind: 'reserve' }>,
    placed: { readonly wish: Wanted; before?: string; amended?: string },
  ): Promise<void> {
    const { content, approvalId } = placed.wish;
    const id = content.clientOrderId;
    const text = await standing(id);
    const isReadable = text?.includes('"quantity"') === true;
    switch (step.kind) {
      case 'amend': {
        if (!isReadable) return;
        const quantity = d(content.quantity).times(2 * step.part);
        const terms = { ...content, quantity: quantity.toFixed(8, Decimal.ROUND_UP) };
        placed.before = text;
        await reserve({ ...wanted(terms), amending: text, limits: {} });
        placed.amended = (await standing(id)) ?? undefined;
        return;
      }
      case 'fill': {
        if (!isReadable) return;
        const held = JSON.parse(text) as Held;
        const filled = d(held.quantity).times(step.part).toDecimalPlaces(8).toFixed();
        return writeReservation(redis, id, { ...held, filled });
      }
      case 'put-back':
        return placed.before === undefined
          ? undefined
          : fleet.stores[0]!.putBack(id, placed.amended, placed.before);
      case 'give-back':
        return fleet.stores[1]!.giveBack(id, approvalId);
      case 'spoil':
        return writeReservation(
          redis,
          id,
          step.order % 2 ? '{"symbol":' : '{"symbol":"BTCUSDT","side":"BUY"}',
        );
      case 'end':
        return dropReservation(redis, id);
    }
  }

  it('value a side all at the orders’ own prices or all at the mark, whichever is more', async () => {
    const limits = { maxPositionNotional: d(1_260) };
    // One above the mark and one below: 610 + 590 by themselves, 1,200 at the mark; each at its dearest would be 1,210.
    await reserve(wanted({ price: '61000' }));
    await reserve(wanted({ price: '59000' }));
    const reply = await reserve(wanted({ quantity: '0.001' }, { limits }));
    expect(reply).toMatchObject({ kind: 'reserved', figures: { worstBefore: '1200', worstAfter: '1260' } });
  });

  it('count an order that is sent again, or amended, once', async () => {
    const wish = wanted({}, { limits: { maxPositionNotional: d(600) } });
    expect(await reserve(wish)).toMatchObject({ kind: 'reserved' });
    const again = await reserve({ ...wish, state: 'REDUCING' });
    expect(again).toMatchObject({ kind: 'reserved', figures: { worstBefore: '0', worstAfter: '600' } });
    const amending = (await standing(wish.content.clientOrderId)) ?? undefined;
    const twice = { ...wish.content, quantity: '0.02' };
    const change = { ...wish, content: twice, notional: d(1_200), amending };
    expect(await reserve(change)).toMatchObject({ code: 'POSITION_ABOVE_MAXIMUM' });
    expect(await reserve({ ...change, limits: LIMITS })).toMatchObject({
      figures: { worstBefore: '600', worstAfter: '1200', openOrders: 0 },
    });
    await expectSums();
  });

  it.each<[string, (redis: Redis) => Promise<unknown>]>([
    ['are missing', (store) => store.del(EXPOSURE_SUMS_KEY)],
    ['belong to another generation', (store) => store.hset(EXPOSURE_SUMS_KEY, 'g', 'other')],
    ['do not count an entry', (store) => store.hset(EXPOSURE_KEY, reservationField('raw'), '{}')],
    ['count an entry that is gone', (store) => store.hdel(EXPOSURE_KEY, reservationField('standing'))],
    ['cannot be read', (store) => store.hset(EXPOSURE_SUMS_KEY, SIDE, '1 2')],
    ['count less than nothing', (store) => store.hset(EXPOSURE_SUMS_KEY, SIDE, '-9 0 0 0 0 0 0 0 0')],
  ])('let nothing be reserved while they %s, whatever is written meanwhile', async (_title, spoil) => {
    await reserve(wanted({ clientOrderId: 'standing' }));
    await spoil(redis);
    expect((await reserve(wanted())).kind).toBe('rebuilding');
    await writeReservation(redis, 'another', {
      symbol: 'BTCUSDT',
      side: 'BUY',
      quantity: '1',
      notional: '1',
    });
    expect((await reserve(wanted())).kind).toBe('rebuilding');
  });

  it('take in no order that they could not count', async () => {
    const beyond = wanted({ quantity: `1${'0'.repeat(20)}` }, { limits: {} });
    expect((await reserve(beyond)).kind).toBe('rebuilding');
    expect(await standing(beyond.content.clientOrderId)).toBeNull();
    expect((await reserve(wanted())).kind).toBe('reserved');
  });

  it('cost the same commands with 5 open orders as with 500, and no look at the orders', async () => {
    const monitor = await redis.monitor();
    const seen: string[][] = [];
    monitor.on('monitor', (_time, args: string[]) => seen.push(args));
    const symbols = ['BTCUSDT', 'ETHUSDT'];
    await holdPosition(redis, 'BTCUSDT', '0.5');
    const commandsWith = async (orders: number): Promise<string[]> => {
      for (; counter < orders;) await reserve(wanted({ symbol: symbols[counter % 2] }));
      await redis.echo(`before ${orders}`);
      await reserve(wanted({ clientOrderId: `judged-${orders}` }));
      await redis.echo(`after ${orders}`);
      await until(() => seen.some(([, text]) => text === `after ${orders}`), 'all was monitored');
      const commands = seen.map(([command = '', key = '']) => `${command.toLowerCase()} ${key}`);
      const own = commands.slice(
        commands.indexOf(`echo before ${orders}`) + 1,
        commands.indexOf(`echo after ${orders}`),
      );
      return own.filter((text) => !text.startsWith('eval'));
    };
    try {
      counter = 0;
      const [few, many] = [await commandsWith(5), await commandsWith(500)];
      expect(many).toEqual(few);
      expect(few).toContain(`hgetall ${EXPOSURE_SUMS_KEY}`);
      expect(few.filter((text) => /^(hgetall|hkeys|hvals|hscan) ELVIS_EXPOSURE$/.test(text))).toEqual([]);
    } finally {
      monitor.disconnect();
    }
  });
});
