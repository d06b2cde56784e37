import { EXPOSURE_GENERATION_FIELD, EXPOSURE_KEY, positionField, reservationField } from '@elvis/contracts';
import { CheckedOrder, ExposureLimits, checkExposure } from '@elvis/rules';
import { Decimal, OrderContent, OrderSide } from '@elvis/trading';
import * as fc from 'fast-check';
import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { dropReservation, holdPosition, opened, sumsOf, writeReservation } from '@elvis/testing';
import { Reservation } from '../src/exposure/reserve-reply';
import { ReservationStore } from '../src/exposure/reservation-store';
import { Wanted } from '../src/exposure/reserve-request';
import { ReservationStores } from './reservation-stores';

const d = (value: Decimal.Value): Decimal => new Decimal(value);
const MARKS = { 'futures:BTCUSDT': [60_000, 3], 'futures:ETHUSDT': [2_000, 5] } as const;
const PRICES: Readonly<Record<string, number>> = { BTCUSDT: 60_000, ETHUSDT: 2_000 };
let counter = 0;

interface Wish {
  readonly symbol?: string;
  readonly side?: OrderSide;
  readonly quantity?: string;
  readonly price?: string;
  readonly reduceOnly?: boolean;
  readonly state?: 'ACTIVE' | 'REDUCING';
  readonly actor?: string;
  readonly limits?: ExposureLimits;
  readonly id?: string;
}

describe('what is at stake', () => {
  const fleet = opened(() => ReservationStores.start());
  let redis: Redis;
  let stores: readonly ReservationStore[];

  beforeAll(() => {
    ({ redis, stores } = fleet);
  });
  const reset = () => fleet.reset();
  beforeEach(reset);

  const wanted = (wish: Wish): Wanted => {
    const { symbol = 'BTCUSDT', side = 'BUY', quantity = '0.01', reduceOnly = false, price } = wish;
    const content: OrderContent = {
      clientOrderId: wish.id ?? `x-${(counter += 1)}`,
      market: 'futures',
      symbol,
      side,
      type: 'LIMIT',
      quantity,
      price: price ?? `${PRICES[symbol]}`,
      ...(reduceOnly && { reduceOnly }),
    };
    return {
      content,
      actor: wish.actor ?? 'bot',
      approvalId: randomUUID(),
      notional: d(quantity).times(Decimal.max(content.price ?? 0, PRICES[symbol] ?? 0)),
      isReduceOnly: reduceOnly,
      state: wish.state ?? 'ACTIVE',
      epoch: 7,
      limits: wish.limits ?? {},
      marks: MARKS,
    };
  };
  const reserve = (wish: Wish, replica = 0): Promise<Reservation> => stores[replica]!.reserve(wanted(wish));
  const codeOf = async (wish: Wish): Promise<string> => {
    const reply = await reserve(wish);
    return reply.kind === 'refused' ? reply.code : reply.kind;
  };
  const hold = (symbol: string, quantity: string) => holdPosition(redis, symbol, quantity);

  it('is refused while the structure is missing, and never made up', async () => {
    await redis.hdel(EXPOSURE_KEY, EXPOSURE_GENERATION_FIELD);
    expect(await codeOf({})).toBe('rebuilding');
    expect(await redis.hlen(EXPOSURE_KEY)).toBe(0);
  });

  it('is refused while anything in the structure cannot be read', async () => {
    await writeReservation(redis, 'broken', '{"symbol":');
    expect(await codeOf({ limits: { maxOpenOrders: 5 } })).toBe('rebuilding');
    await writeReservation(redis, 'broken', '{"symbol":"BTCUSDT","side":"BUY","quantity":"x"}');
    expect(await codeOf({ limits: { maxOpenOrders: 5 } })).toBe('rebuilding');
    await dropReservation(redis, 'broken');
    expect(await codeOf({})).toBe('reserved');
    await hold('BTCUSDT', 'many');
    expect(await codeOf({ limits: { maxGrossNotional: d(1_000_000) } })).toBe('rebuilding');
  });

  it('counts what rests, is under way or is unknown, to the last cent of the cap', async () => {
    const limits = { maxPositionNotional: d(1_800) };
    expect(await codeOf({ limits })).toBe('reserved');
    expect(await codeOf({ limits })).toBe('reserved');
    expect(await codeOf({ limits })).toBe('reserved');
    expect(await codeOf({ limits })).toBe('POSITION_ABOVE_MAXIMUM');
    expect(await codeOf({ limits, side: 'SELL', quantity: '0.03' })).toBe('reserved');
    expect(await codeOf({ limits, side: 'SELL' })).toBe('POSITION_ABOVE_MAXIMUM');
  });

  it('counts an order at the dearest of its price and the mark', async () => {
    const limits = { maxPositionNotional: d(605) };
    expect(await codeOf({ limits, price: '61000' })).toBe('POSITION_ABOVE_MAXIMUM');
    expect(await codeOf({ limits, price: '59000' })).toBe('reserved');
  });

  it('counts only what is left of a filled order beside the position it became', async () => {
    const limits = { maxPositionNotional: d(1_200) };
    const half = wanted({ limits, quantity: '0.02' });
    await stores[0]!.reserve(half);
    const field = reservationField(half.content.clientOrderId);
    const standing = JSON.parse((await redis.hget(EXPOSURE_KEY, field))!);
    await writeReservation(redis, half.content.clientOrderId, { ...standing, filled: '0.01' });
    await hold('BTCUSDT', '0.01');
    expect(await codeOf({ limits, side: 'SELL', quantity: '0.03' })).toBe('reserved');
    expect(await codeOf({ limits, quantity: '0.002' })).toBe('POSITION_ABOVE_MAXIMUM');
  });

  it('ends where the exchange allows the symbol’s leverage no more, whatever the house allows', async () => {
    const brackets = [
      { notionalCap: d(1_200), maximum: 3 },
      { notionalCap: d(1e6), maximum: 2 },
    ];
    const limits = { maxPositionNotional: d(5_000), leverage: 3, brackets };
    await hold('BTCUSDT', '0.01');
    expect(await codeOf({ limits })).toBe('reserved');
    const beyond = wanted({ limits, quantity: '0.001' });
    const reply = await stores[0]!.reserve(beyond);
    if (reply.kind !== 'refused') throw new Error(`answered ${reply.kind}`);
    const order = { content: beyond.content, quantity: d('0.001'), isReduceOnly: false };
    expect(checkExposure(order, 'ACTIVE', reply.figures, limits)).toEqual({
      approved: false,
      denial: {
        code: 'LEVERAGE_ABOVE_MAXIMUM',
        context: { requested: '3', maximum: '2', setBy: 'exchange', notional: '1260' },
      },
    });
    expect(await codeOf({ limits: { ...limits, leverage: 2 }, quantity: '0.001' })).toBe('reserved');
    expect(await codeOf({ limits, side: 'SELL', quantity: '0.02' })).toBe('reserved');
  });

  it('lets whoever stands beyond a cap come back, and go no further', async () => {
    await hold('BTCUSDT', '1');
    const limits = { maxPositionNotional: d(1_000), maxGrossNotional: d(1_000), equity: d(100) };
    expect(await codeOf({ limits, side: 'BUY' })).toBe('POSITION_ABOVE_MAXIMUM');
    expect(await codeOf({ limits, side: 'SELL', quantity: '1' })).toBe('reserved');
    expect(await codeOf({ limits, side: 'SELL', quantity: '2' })).toBe('POSITION_ABOVE_MAXIMUM');
  });

  it('adds up all symbols, each in its worst case', async () => {
    const limits = { maxGrossNotional: d(3_000) };
    await hold('ETHUSDT', '-1');
    expect(await codeOf({ limits, quantity: '0.01' })).toBe('reserved');
    expect(await codeOf({ limits, symbol: 'ETHUSDT', side: 'SELL', quantity: '0.2' })).toBe('reserved');
    expect(await codeOf({ limits, quantity: '0.001' })).toBe('GROSS_ABOVE_MAXIMUM');
  });

  it('needs no more initial margin than the account is worth', async () => {
    const limits = { equity: d(1_000) };
    await hold('ETHUSDT', '2');
    expect(await codeOf({ limits, quantity: '0.01' })).toBe('reserved');
    expect(await codeOf({ limits, quantity: '0.001' })).toBe('MARGIN_INSUFFICIENT');
  });

  it('judges nothing on a position whose mark is not known', async () => {
    await hold('DOGEUSDT', '5');
    expect(await codeOf({ limits: { maxGrossNotional: d(1e6) } })).toBe('mark-missing');
    expect(await codeOf({ limits: { maxPositionNotional: d(1e6) } })).toBe('reserved');
  });

  it('allows so many open orders', async () => {
    const limits = { maxOpenOrders: 2 };
    expect(await codeOf({ limits })).toBe('reserved');
    expect(await codeOf({ limits })).toBe('reserved');
    expect(await codeOf({ limits })).toBe('OPEN_ORDERS_ABOVE_MAXIMUM');
  });

  it('allows each actor so many orders within any second', async () => {
    const limits = { maxOrdersPerSecond: 3 };
    for (let order = 0; order < 3; order += 1) expect(await codeOf({ limits })).toBe('reserved');
    expect(await codeOf({ limits })).toBe('RATE_ABOVE_MAXIMUM');
    expect(await codeOf({ limits, actor: 'another' })).toBe('reserved');
  });

  it('refuses the same order under another id inside the window, and counts how often', async () => {
    const limits = { duplicateWindowMs: 60_000 };
    expect(await codeOf({ limits, id: 'one' })).toBe('reserved');
    expect(await reserve({ limits, id: 'two' })).toMatchObject({
      code: 'ORDER_REPEATED',
      figures: { repeatOf: 'one', repeats: 1 },
    });
    const { content, actor } = wanted({ limits, id: 'two' });
    expect(await stores[1]!.countRepeat(actor, content, 'one')).toBe(1);
    expect(await stores[1]!.countRepeat(actor, content, 'another')).toBe(0);
    expect(await reserve({ limits, id: 'three' })).toMatchObject({
      figures: { repeatOf: 'one', repeats: 2 },
    });
    expect(await codeOf({ limits, id: 'one' })).toBe('reserved');
    expect(await codeOf({ limits, id: 'four', price: '59999' })).toBe('reserved');
    expect(await codeOf({ limits, id: 'five', actor: 'another' })).toBe('reserved');
  });

  describe.each(['ACTIVE', 'REDUCING'] as const)('a reduce-only order while %s', (state) => {
    const code = 'REDUCE_ONLY_NOT_REDUCING';
    it.each([
      ['from flat', '0', 'SELL', '0.01', code],
      ['on the position’s own side', '0.05', 'BUY', '0.01', code],
      ['on a short position’s own side', '-0.05', 'SELL', '0.01', code],
      ['through zero', '0.05', 'SELL', '0.051', code],
      ['through zero from short', '-0.05', 'BUY', '0.051', code],
      ['to zero', '0.05', 'SELL', '0.05', 'reserved'],
      ['to zero from short', '-0.05', 'BUY', '0.05', 'reserved'],
    ] as const)('%s', async (_title, position, side, quantity, expected) => {
      await hold('BTCUSDT', position);
      expect(await codeOf({ state, side, quantity, reduceOnly: true })).toBe(expected);
    });
  });

  it('counts resting orders with a reducing one while REDUCING, so that together they cannot pass through zero', async () => {
    await hold('BTCUSDT', '0.05');
    const reducing = { state: 'REDUCING', side: 'SELL', reduceOnly: true } as const;
    await reserve({ side: 'SELL', quantity: '0.02' });
    expect(await codeOf({ ...reducing, quantity: '0.02' })).toBe('reserved');
    expect(await codeOf({ ...reducing, quantity: '0.011' })).toBe('REDUCE_ONLY_NOT_REDUCING');
    expect(await codeOf({ ...reducing, quantity: '0.01' })).toBe('reserved');
  });

  it('does not count what can only close as something that could open', async () => {
    await hold('BTCUSDT', '0.05');
    const limits = { maxPositionNotional: d(3_000) };
    await reserve({ side: 'SELL', quantity: '0.05', reduceOnly: true });
    expect(await codeOf({ limits, side: 'SELL', quantity: '0.1' })).toBe('reserved');
  });

  it('never passes a cap, whatever four replicas do at once, and judges as the pure rules do', async () => {
    const limits: ExposureLimits = {
      maxPositionNotional: d(5_000),
      maxGrossNotional: d(8_000),
      maxOpenOrders: 12,
      equity: d(2_000),
    };
    const wishes = fc.array(
      fc.record({
        symbol: fc.constantFrom('BTCUSDT', 'ETHUSDT'),
        side: fc.constantFrom<OrderSide>('BUY', 'SELL'),
        units: fc.integer({ min: 1, max: 40 }),
        reduceOnly: fc.boolean(),
        fill: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { minLength: 4, maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(wishes, async (list) => {
        await reset();
        for (let start = 0; start < list.length; start += 8) {
          const wave = list.slice(start, start + 8);
          const asked = wave.map(({ symbol, side, units, reduceOnly }) => {
            const quantity = d(units)
              .times(symbol === 'BTCUSDT' ? '0.001' : '0.037')
              .toFixed();
            return wanted({ symbol, side, quantity, reduceOnly, limits });
          });
          const replies = await Promise.all(asked.map((wish, index) => stores[index % 4]!.reserve(wish)));
          replies.forEach((reply, index) => expectAgreement(asked[index]!, reply));
          for (const [index, reply] of replies.entries()) {
            if (reply.kind === 'reserved') await fill(asked[index]!, wave[index]!.fill);
          }
          await expectWithin(limits);
          const { stored, counted } = await sumsOf(redis);
          expect(stored).toEqual(counted);
        }
      }),
      { numRuns: 60 },
    );
  });

  /** The script's verdict and the pure rules' verdict on the script's own figures are the same. */
  function expectAgreement(wish: Wanted, reply: Reservation): void {
    if (reply.kind !== 'reserved' && reply.kind !== 'refused') throw new Error(`answered ${reply.kind}`);
    const order: CheckedOrder = {
      content: wish.content,
      quantity: d(wish.content.quantity),
      isReduceOnly: wish.isReduceOnly,
    };
    const verdict = checkExposure(order, wish.state, reply.figures!, wish.limits);
    expect(verdict.approved ? 'reserved' : verdict.denial.code).toBe(
      reply.kind === 'refused' ? reply.code : 'reserved',
    );
  }

  /** A part of it is filled: out of the reservation and into the position, as execution moves it. */
  async function fill({ content }: Wanted, part: number): Promise<void> {
    const field = reservationField(content.clientOrderId);
    const positions = positionField('futures', content.symbol);
    const held = d((await redis.hget(EXPOSURE_KEY, positions)) ?? 0);
    const standing = JSON.parse((await redis.hget(EXPOSURE_KEY, field))!);
    let filled = d(content.quantity).times(part).toDecimalPlaces(3, Decimal.ROUND_DOWN);
    // The exchange lets a reduce-only order go no further than to flat.
    const sign = content.side === 'BUY' ? 1 : -1;
    if (content.reduceOnly) filled = Decimal.min(filled, Decimal.max(held.times(-sign), 0));
    await hold(content.symbol, held.plus(filled.times(sign)).toFixed());
    if (filled.eq(content.quantity)) await dropReservation(redis, content.clientOrderId);
    else await writeReservation(redis, content.clientOrderId, { ...standing, filled: filled.toFixed() });
  }

  async function expectWithin(limits: ExposureLimits): Promise<void> {
    const all = await redis.hgetall(EXPOSURE_KEY);
    let gross = d(0);
    let margin = d(0);
    let open = 0;
    for (const symbol of ['BTCUSDT', 'ETHUSDT']) {
      const price = d(PRICES[symbol]!);
      const held = d(all[positionField('futures', symbol)] ?? 0).times(price);
      const sides = { BUY: d(0), SELL: d(0) };
      for (const [field, text] of Object.entries(all)) {
        if (!field.startsWith('r:')) continue;
        const order = JSON.parse(text);
        if (order.symbol !== symbol) continue;
        open += 1;
        if (order.reduceOnly) continue;
        const side = order.side as OrderSide;
        sides[side] = sides[side].plus(
          d(order.quantity)
            .minus(order.filled ?? 0)
            .times(price),
        );
      }
      const worst = Decimal.max(sides.BUY.plus(held), sides.SELL.minus(held), 0);
      expect(worst.lte(limits.maxPositionNotional!)).toBe(true);
      gross = gross.plus(worst);
      margin = margin.plus(worst.div(symbol === 'BTCUSDT' ? 3 : 5));
    }
    expect(gross.lte(limits.maxGrossNotional!)).toBe(true);
    expect(margin.lte(limits.equity!)).toBe(true);
    expect(open).toBeLessThanOrEqual(limits.maxOpenOrders!);
  }
});
