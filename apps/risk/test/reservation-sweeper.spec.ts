/** What a risk that died has left reserved: it goes, or to whom it belongs, and nothing that an order needs goes with it. */
import { EXPOSURE_KEY, reservationField } from '@elvis/contracts';
import { Metrics, OrderJournal, createLog, natsOptions } from '@elvis/platform';
import { JournalRecord, Reservation } from '@elvis/trading';
import {
  aRecord,
  buildExposure,
  opened,
  startNats,
  startRedis,
  sumsOf,
  until,
  writeReservation,
} from '@elvis/testing';
import { Redis } from 'ioredis';
import { connect } from 'nats';
import { RedisIncarnation } from '../src/exposure/redis-incarnation';
import { ReservationStore } from '../src/exposure/reservation-store';
import { ReservationSweeper } from '../src/exposure/reservation-sweeper';

/** Between two looks more time goes by than what is left over may stand. */
const LOOK_APART_MS = 14_000;

describe('what stays reserved when a risk dies', () => {
  const stores = opened(async () => {
    const [server, nats] = await Promise.all([startRedis(), startNats()]);
    const redis = new Redis(server.url, { protocol: 2 });
    const connection = await connect(natsOptions(nats.urls.risk, 'risk'));
    const journal = new OrderJournal(connection);
    let elapsedMs = 0;
    const clock = { nowMs: () => Date.now(), monotonicMs: () => (elapsedMs += LOOK_APART_MS) };
    const reservations = new ReservationStore(redis, new RedisIncarnation(redis));
    const log = createLog('risk', 0, 'fatal');
    const sweeper = new ReservationSweeper(reservations, journal, redis, clock, log, new Metrics());
    await buildExposure(redis);
    const stop = async (): Promise<void> => {
      sweeper.onModuleDestroy();
      redis.disconnect();
      await connection.close();
      await Promise.all([server.stop(), nats.stop()]);
    };
    return { redis, journal, sweeper, stop };
  });

  const TERMS = { market: 'futures', symbol: 'BTCUSDT', side: 'BUY' } as const;
  const OWN = 'own-approval';

  const reserve = (clientOrderId: string, change: Partial<Reservation> = {}) =>
    writeReservation(stores.redis, clientOrderId, {
      ...{ ...TERMS, quantity: '0.01', notional: '600', approvalId: OWN, actor: 'spec', atMs: 1 },
      ...change,
    });
  const reserved = async (clientOrderId: string): Promise<Partial<Reservation> | undefined> => {
    const text = await stores.redis.hget(EXPOSURE_KEY, reservationField(clientOrderId));
    return text === null ? undefined : (JSON.parse(text) as Reservation);
  };
  const write = (clientOrderId: string, change: Partial<JournalRecord>) =>
    stores.journal.append(
      aRecord(
        { clientOrderId, status: 'NEW', quantity: '0.01', price: '60000', type: 'LIMIT' },
        { type: 'OUTCOME', approvalId: OWN, ...change },
      ),
      0,
    );

  const amendment = { approvalId: 'change', quantity: '0.03', price: '60000' } as JournalRecord['amendment'];

  beforeAll(async () => {
    await reserve('never-claimed');
    await reserve('voided');
    await write('voided', { type: 'VOID' });
    await reserve('lost-its-claim', { approvalId: 'another' });
    await write('lost-its-claim', {});
    await reserve('alive');
    await write('alive', {});
    await reserve('to-become-larger', { quantity: '0.03', notional: '1800' });
    await write('to-become-larger', { amendment });
    await reserve('never-became-larger', { quantity: '0.03', notional: '1800' });
    await write('never-became-larger', {});
    stores.sweeper.onApplicationBootstrap();
    await until(async () => (await reserved('never-claimed')) === undefined, 'what never came out is swept');
    await until(async () => (await reserved('never-became-larger'))?.quantity !== '0.03', 'so is the change');
  });

  it('goes behind VOID where the order never came out', async () => {
    expect((await stores.journal.last('never-claimed'))?.record.type).toBe('VOID');
  });

  it('goes where its risk died between VOID and the return', async () => {
    expect(await reserved('voided')).toBeUndefined();
  });

  it('goes to the order that is alive where another approval had claimed the id', async () => {
    expect(await reserved('lost-its-claim')).toMatchObject({ approvalId: OWN });
  });

  it('stays with an order that is alive, and with a change that is under way', async () => {
    expect(await reserved('alive')).toMatchObject({ approvalId: OWN, quantity: '0.01' });
    expect(await reserved('to-become-larger')).toMatchObject({ quantity: '0.03', notional: '1800' });
  });

  it('is the order’s own again where a change never came', async () => {
    expect(await reserved('never-became-larger')).toMatchObject({ quantity: '0.01', notional: '600' });
    const { stored, counted } = await sumsOf(stores.redis);
    expect(stored).toEqual(counted);
  });
});
