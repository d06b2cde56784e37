/** What follows a record in Redis: the fill booked and moved, the reservation ended, the sums right; in one round trip. */
import {
  BALANCES_KEY,
  EXPOSURE_KEY,
  EXPOSURE_SUMS_KEY,
  balancesSinceField,
  positionField,
  reservationField,
  walletField,
} from '@elvis/contracts';
import { createLog } from '@elvis/platform';
import {
  buildExposure,
  holdPosition,
  opened,
  startRedis,
  sumsOf,
  until,
  writeReservation,
} from '@elvis/testing';
import { Decimal, JournalRecord } from '@elvis/trading';
import * as fc from 'fast-check';
import { Redis } from 'ioredis';
import { Booking } from '../src/ledgers/balance-ledger';
import { ExposureLedger } from '../src/ledgers/exposure-ledger';
import { anOrder } from './stores';

const POSITION = positionField('futures', 'BTCUSDT');
const errors: unknown[] = [];
const log = Object.assign(createLog('execution', 0, 'fatal'), {
  error: (...said: unknown[]) => void errors.push(said[0]),
});

describe('the exposure after a record', () => {
  const fleet = opened(async () => {
    const server = await startRedis();
    const redis = new Redis(server.url, { protocol: 2 });
    const stop = async (): Promise<void> => {
      redis.disconnect();
      await server.stop();
    };
    return { redis, ledger: new ExposureLedger(redis, log), stop };
  });

  beforeEach(async () => {
    errors.length = 0;
    await fleet.redis.flushall();
    await buildExposure(fleet.redis);
  });

  const order = (side: 'BUY' | 'SELL' = 'BUY') => anOrder({ side, quantity: '1', price: '100' });
  type Order = ReturnType<typeof order>;

  const record = (of: Order, filled: string, change: Partial<JournalRecord['view']> = {}): JournalRecord => ({
    ...{ version: 1, type: 'OUTCOME', order: of, approvalId: 'a' },
    view: {
      ...{ ...of, decisionId: 'd', createdAtMs: 1, updatedAtMs: 1, filledQuantity: filled },
      status: new Decimal(filled).eq(of.quantity) ? 'FILLED' : 'PARTIALLY_FILLED',
      ...change,
    },
    fills: { quantity: filled, quote: '1' },
  });
  const reserve = ({ clientOrderId, market, symbol, side, quantity }: Order) =>
    writeReservation(fleet.redis, clientOrderId, {
      ...{ market, symbol, side, quantity, notional: '100', approvalId: 'a', actor: 'x', atMs: 1 },
    });
  const standing = ({ clientOrderId }: Order) =>
    fleet.redis.hget(EXPOSURE_KEY, reservationField(clientOrderId));
  const position = () => fleet.redis.hget(EXPOSURE_KEY, POSITION);
  const expectSums = async (): Promise<void> => {
    const { stored, counted } = await sumsOf(fleet.redis);
    expect(stored).toEqual(counted);
  };

  it('adds fills of any number of digits exactly, however many orders of a symbol fill at once', async () => {
    const fills = fc.array(
      fc.record({
        side: fc.constantFrom('BUY' as const, 'SELL' as const),
        digits: fc.integer({ min: 1, max: 99_999_999 }),
        places: fc.integer({ min: 0, max: 12 }),
      }),
      { minLength: 1, maxLength: 32 },
    );
    const start = fc.constantFrom('0', '-0.5', '7', '0.000000000001', '-123456789.87654321');
    await fc.assert(
      fc.asyncProperty(start, fills, async (held, list) => {
        await fleet.redis.flushall();
        await buildExposure(fleet.redis);
        await holdPosition(fleet.redis, 'BTCUSDT', held);
        let expected = new Decimal(held);
        await Promise.all(
          list.map(async ({ side, digits, places }) => {
            const quantity = new Decimal(digits).div(new Decimal(10).pow(places)).toFixed();
            const one = { ...order(side), quantity };
            await reserve(one);
            expected = side === 'BUY' ? expected.plus(quantity) : expected.minus(quantity);
            expect(await fleet.ledger.followRecord(record(one, quantity))).toBe(true);
            expect(await standing(one)).toBeNull();
          }),
        );
        expect(await position()).toBe(expected.toFixed());
        await expectSums();
      }),
      { numRuns: 50 },
    );
  });

  it('moves each part of a fill once, whatever comes twice or late', async () => {
    const one = order();
    await reserve(one);
    await fleet.ledger.followRecord(record(one, '0.25'));
    await fleet.ledger.followRecord(record(one, '0.6'));
    await fleet.ledger.followRecord(record(one, '0.25'));
    await fleet.ledger.followRecord(record(one, '0.6'));
    expect(await position()).toBe('0.6');
    const text = (await standing(one)) ?? '';
    // Fields in risk's order, which its script reads fastest.
    expect(text).toMatch(
      /^\{"market":"futures","symbol":"BTCUSDT","side":"BUY","quantity":"1","notional":"100"/,
    );
    expect(JSON.parse(text)).toMatchObject({ filled: '0.6', approvalId: 'a', actor: 'x', atMs: 1 });
    await expectSums();
    await fleet.ledger.followRecord(record(one, '1'));
    await fleet.ledger.followRecord(record(one, '1'));
    expect(await position()).toBe('1');
    expect(await standing(one)).toBeNull();
    await expectSums();
  });

  it('takes over the terms of an amendment that is settled, and keeps the larger while it is not', async () => {
    const one = order();
    await reserve(one);
    const smaller = { quantity: '0.5', price: '90', status: 'PARTIALLY_FILLED' } as const;
    const amendment = { approvalId: 'b', quantity: '0.5', price: '90' } as JournalRecord['amendment'];
    await fleet.ledger.followRecord({ ...record(one, '0.1', smaller), amendment });
    expect(JSON.parse((await standing(one)) ?? '')).toMatchObject({ quantity: '1', notional: '100' });
    await fleet.ledger.followRecord(record(one, '0.1', smaller));
    expect(JSON.parse((await standing(one)) ?? '')).toMatchObject({ quantity: '0.5', notional: '45' });
    await expectSums();
  });

  it('has the larger of an amendment again where a fill came between its reservation and its record', async () => {
    const one = order();
    await reserve({ ...one, quantity: '3' });
    const amendment = { approvalId: 'b', quantity: '3', price: '110' } as JournalRecord['amendment'];
    await fleet.ledger.followRecord(record(one, '0.1'));
    expect(JSON.parse((await standing(one)) ?? '')).toMatchObject({ quantity: '1', notional: '100' });
    await fleet.ledger.followRecord({ ...record(one, '0.1'), amendment });
    expect(JSON.parse((await standing(one)) ?? '')).toMatchObject({
      ...{ quantity: '3', notional: '330', filled: '0.1' },
    });
    await expectSums();
  });

  it('leaves alone what another approval has reserved, and ends what was never sent', async () => {
    const one = order();
    await reserve(one);
    await fleet.ledger.followRecord({ ...record(one, '1'), approvalId: 'older' });
    expect(await standing(one)).not.toBeNull();
    expect(await position()).toBeNull();
    await fleet.ledger.followRecord({ ...record(one, '0'), type: 'RELEASED' });
    expect(await standing(one)).toBeNull();
    await expectSums();
  });

  it('books a fill in the same round trip as it ends the reservation, once', async () => {
    const { redis, ledger } = fleet;
    const wallet = walletField('futures', 'USDT');
    await redis.hset(BALANCES_KEY, balancesSinceField('futures'), 1);
    const booking: Booking = {
      ...{ since: balancesSinceField('futures'), atMs: 2, id: 'fill-1', mostRemembered: 10 },
      changes: [wallet, '-100'],
    };
    const warm = order();
    await reserve(warm);
    await ledger.followRecord(record(warm, '1'));
    const one = order();
    await reserve(one);
    const monitor = await redis.monitor();
    const seen: [source: string, command: string][] = [];
    monitor.on('monitor', (_time, [command = ''], source: string) => seen.push([source, command]));
    await ledger.followRecord(record(one, '1'), booking);
    await redis.echo('done');
    await until(() => seen.some(([, command]) => command === 'echo'), 'all was monitored');
    monitor.disconnect();
    const sent = seen.filter(([source]) => source !== 'lua').map(([, command]) => command);
    expect(sent).toEqual(['evalsha', 'echo']);
    expect(await standing(one)).toBeNull();
    await ledger.followRecord(record(one, '1'), booking);
    // Of an order without a reservation only what is new is booked.
    await ledger.followRecord(record(one, '1'), { ...booking, id: 'fill-2', ifHeld: true });
    expect(await redis.hget(BALANCES_KEY, wallet)).toBe('-100');
  });

  it('ends the reservation even where the balance cannot be booked', async () => {
    const { redis, ledger } = fleet;
    await redis.hset(BALANCES_KEY, balancesSinceField('futures'), 1, walletField('futures', 'USDT'), 'many');
    const one = order();
    await reserve(one);
    const booking: Booking = {
      ...{ since: balancesSinceField('futures'), atMs: 2, id: 'fill-1', mostRemembered: 10 },
      changes: [walletField('futures', 'USDT'), '-100'],
    };
    expect(await ledger.followRecord(record(one, '1'), booking)).toBe(true);
    expect(await standing(one)).toBeNull();
  });

  it.each<[string, (redis: Redis) => Promise<unknown>]>([
    ['are gone', (redis) => redis.del(EXPOSURE_SUMS_KEY)],
    ['miss a reservation', (redis) => redis.hset(EXPOSURE_KEY, reservationField('raw'), '{"symbol":1}')],
    [
      'say something else',
      (redis) => redis.hset(EXPOSURE_SUMS_KEY, 'futures:BTCUSDT:BUY', '9 0 0 0 0 0 0 0 0'),
    ],
    [
      'count what nobody reserved',
      (redis) => redis.hset(EXPOSURE_SUMS_KEY, 'spot:A:SELL', '1 0 0 0 0 0 0 0 0'),
    ],
    ['miss a position', (redis) => redis.hset(EXPOSURE_KEY, POSITION, '5')],
  ])('corrects sums that %s, and alerts', async (_title, spoil) => {
    await reserve(order());
    await fleet.ledger.compareSums();
    expect(errors).toEqual([]);
    await spoil(fleet.redis);
    await fleet.ledger.compareSums();
    expect(errors).toMatchObject([{ alert: 'exposure-sums' }]);
    await expectSums();
    await fleet.ledger.compareSums();
    expect(errors).toHaveLength(1);
  });

  it('is built with its sums from what stands, and counts as missing without them', async () => {
    const { redis, ledger } = fleet;
    await reserve(order());
    await holdPosition(redis, 'ETHUSDT', '3');
    await redis.del(EXPOSURE_SUMS_KEY);
    expect(await ledger.isBuilt()).toBe(false);
    await ledger.completeRebuild('futures', new Map([['BTCUSDT', '0.50']]));
    expect(await ledger.isBuilt()).toBe(true);
    expect(await ledger.readPositions('futures')).toEqual(
      new Map([
        ['ETHUSDT', '0'],
        ['BTCUSDT', '0.5'],
      ]),
    );
    await expectSums();
  });
});
