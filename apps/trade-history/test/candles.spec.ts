import {
  CandleDayCompared,
  ExchangeCandle,
  GetExchangeCandles,
  SealedCandle,
  candleDayCompared,
  candleMessageId,
  candleSubject,
  compareCandles,
  getExchangeCandles,
  listCandles,
} from '@elvis/contracts';
import { Bus, natsOptions } from '@elvis/platform';
import { CANDLE_INTERVALS, Candle, MINUTE_MS, foldCandles, intervalStart, minutesIn } from '@elvis/trading';
import { opened, until } from '@elvis/testing';
import { createHash } from 'node:crypto';
import { JSONCodec, NatsConnection, connect, headers } from 'nats';
import { History } from './harness';

const codec = JSONCodec();
const DAY_MS = 1_440 * MINUTE_MS;
/** Yesterday, so that whole days of it are over and inside the days that are filled. */
const YESTERDAY = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS;
const day = new Date(YESTERDAY).toISOString().slice(0, 10);

const minute = (openTimeMs: number, changes: Partial<SealedCandle> = {}): SealedCandle => {
  const n = (openTimeMs / MINUTE_MS) % 97;
  return {
    market: 'futures',
    symbol: 'BTCUSDT',
    interval: '1m',
    openTimeMs,
    open: `${100 + n}`,
    high: `${100 + n}.5`,
    low: `${90 + n}.25`,
    close: `${101 + n}`,
    volume: `1.00${n + 1}`,
    quoteVolume: `10${n}.123456789012345678901234567890123456`,
    trades: n,
    firstId: 1,
    lastId: 2,
    revision: 1,
    sealedBy: 'trade',
    ...changes,
  };
};

const plain = ({
  openTimeMs,
  open,
  high,
  low,
  close,
  volume,
  quoteVolume,
  trades,
}: Candle): ExchangeCandle => ({
  openTimeMs,
  open,
  high,
  low,
  close,
  volume: volume.replace(/\.?0+$/, ''),
  quoteVolume,
  trades,
});

describe('candles in the history', () => {
  const history = opened(() => History.start({ SYMBOLS: 'BTCUSDT,SOLUSDT', CANDLE_HISTORY_DAYS: '3' }));
  const market = opened(
    () => connect(natsOptions(history.nats.urls['market-data'], 'spec-market')),
    (connection: NatsConnection) => connection.close(),
  );
  const operator = opened(
    () => connect(natsOptions(history.nats.urls.operator, 'spec-operator')),
    (connection: NatsConnection) => connection.close(),
  );
  const auditor = opened(
    () => connect(natsOptions(history.nats.urls.auditor, 'spec-auditor')),
    (connection: NatsConnection) => connection.close(),
  );
  const asked: GetExchangeCandles[] = [];
  /** What the exchange has, by symbol. */
  const there = new Map<string, Map<number, ExchangeCandle>>();
  const compared: CandleDayCompared[] = [];

  const publish = async (candle: SealedCandle | object, id?: string): Promise<void> => {
    const named = headers();
    named.set('Nats-Msg-Id', id ?? candleMessageId(candle as SealedCandle));
    await market
      .jetstream()
      .publish(candleSubject('futures', 'BTCUSDT'), codec.encode(candle), { headers: named });
  };
  const list = (wish: object) => history.bus.request(listCandles, wish as never);
  const stored = (where: string): Promise<number> => history.count(`candles WHERE ${where}`);

  beforeAll(() => {
    history.answer(getExchangeCandles, (wish) => {
      asked.push(wish);
      const candles = [...(there.get(wish.symbol)?.values() ?? [])].filter(
        ({ openTimeMs }) => openTimeMs >= wish.fromMs && openTimeMs < wish.toMs,
      );
      return { candles };
    });
    auditor.subscribe(candleDayCompared.type, {
      callback: (_, message) =>
        void compared.push((codec.decode(message.data) as { data: CandleDayCompared }).data),
    });
  });

  it('are stored once each, whatever is told twice or is no candle', async () => {
    const from = Date.UTC(2024, 7, 31, 23, 30);
    const minutes = Array.from({ length: 60 }, (_, index) => minute(from + index * MINUTE_MS));
    await publish({ no: 'candle' }, 'no-candle');
    for (const candle of minutes) await publish(candle);
    await publish(minutes[0] as SealedCandle, 'the same, later than the stream remembers');
    await until(async () => (await stored(`open_time < '2025-01-01'`)) === 60);
    expect(await stored(`tableoid = 'candles_2024_08'::regclass`)).toBe(30);
    expect(await stored(`tableoid = 'candles_2024_09'::regclass`)).toBe(30);
  });

  it('are summed into every interval as the library sums them', async () => {
    const from = Date.UTC(2024, 7, 31, 23, 30);
    const minutes = Array.from({ length: 60 }, (_, index) => minute(from + index * MINUTE_MS));
    for (const interval of CANDLE_INTERVALS) {
      const { items } = await list({ symbol: 'BTCUSDT', interval, fromMs: from, toMs: from + 3_600_000 });
      const folded = foldCandles(interval, minutes).map(
        ({ firstId: _, lastId: __, minutes: count, ...candle }) => ({
          ...candle,
          revision: 1,
          isSealed: count === minutesIn(interval, candle.openTimeMs),
        }),
      );
      expect(items).toEqual(folded);
    }
  });

  it('are read in their newest revision, and keep the ones before', async () => {
    const at = Date.UTC(2024, 7, 31, 23, 40);
    await publish(minute(at, { revision: 2, close: '55' }));
    await until(async () => (await stored('revision = 2')) === 1);
    const { items, missingMinutes } = await list({ symbol: 'BTCUSDT', fromMs: at, toMs: at + MINUTE_MS });
    expect(items).toMatchObject([{ openTimeMs: at, close: '55', revision: 2, isSealed: true }]);
    expect(missingMinutes).toBe(0);
    expect(await stored(`open_time = '${new Date(at).toISOString()}'`)).toBe(2);
  });

  it('of an interval that lacks a minute are not sealed, and say how many are missing', async () => {
    const from = Date.UTC(2024, 8, 1, 0, 25);
    const { items, missingMinutes } = await list({
      symbol: 'BTCUSDT',
      interval: '15m',
      fromMs: from,
      limit: 1,
    });
    expect(items).toMatchObject([{ openTimeMs: intervalStart('15m', from), isSealed: true }]);
    expect(missingMinutes).toBe(0);
    const later = await list({ symbol: 'BTCUSDT', interval: '1h', fromMs: from, limit: 1 });
    expect(later).toMatchObject({ items: [{ isSealed: false }], missingMinutes: 30 });
  });

  it('that are missing are fetched from the exchange once, for the symbols that are followed', async () => {
    const from = YESTERDAY + 6 * 3_600_000;
    const minutes = Array.from({ length: 10 }, (_, index) => minute(from + index * MINUTE_MS));
    there.set('SOLUSDT', new Map(minutes.map((candle) => [candle.openTimeMs, plain(candle)])));
    const wish = { symbol: 'SOLUSDT', fromMs: from, toMs: from + 10 * MINUTE_MS };
    expect((await list(wish)).items).toHaveLength(10);
    expect(asked.at(-1)).toMatchObject({ symbol: 'SOLUSDT', market: 'futures' });
    const count = asked.length;
    expect(await list(wish)).toMatchObject({ missingMinutes: 0 });
    expect(asked).toHaveLength(count);
    expect(await stored(`symbol = 'SOLUSDT' AND sealed_by = 'repair'`)).toBe(10);
  });

  it('of a symbol that is not followed are not fetched, and are not found', async () => {
    const count = asked.length;
    await expect(list({ symbol: 'XRPUSDT' })).rejects.toMatchObject({ code: 'INSTRUMENT_NOT_FOUND' });
    expect(asked).toHaveLength(count);
  });

  it('of too long a time are refused', async () => {
    await expect(list({ symbol: 'BTCUSDT', interval: '1w', limit: 500 })).rejects.toMatchObject({
      code: 'MESSAGE_MALFORMED',
    });
  });

  describe('of a day that is over', () => {
    const DIFFERS = YESTERDAY + 2 * MINUTE_MS;
    const MISSING = YESTERDAY + 5 * MINUTE_MS;

    beforeAll(async () => {
      const minutes = Array.from({ length: 20 }, (_, index) => minute(YESTERDAY + index * MINUTE_MS));
      there.set(
        'BTCUSDT',
        new Map(
          minutes.map((candle) => [
            candle.openTimeMs,
            { ...plain(candle), ...(candle.openTimeMs === DIFFERS && { volume: '77' }) },
          ]),
        ),
      );
      for (const candle of minutes)
        if (candle.openTimeMs !== MISSING)
          await publish(minute(candle.openTimeMs, { volume: plain(candle).volume }));
      await until(async () => (await stored(`open_time >= '${day}' AND symbol = 'BTCUSDT'`)) === 19);
    });

    it('are compared with the exchange’s own: each difference is listed, what is missing is fetched', async () => {
      const { days } = await new Bus(operator).request(compareCandles, { day });
      const found = days.find(({ symbol }) => symbol === 'BTCUSDT');
      expect(found).toMatchObject({
        day,
        candles: 19,
        equal: 18,
        parity: '0.9',
        missing: 1,
        differing: 1,
        differences: [
          { openTimeMs: DIFFERS, kind: 'FIGURES_DIFFER', figures: ['volume'] },
          { openTimeMs: MISSING, kind: 'MISSING_HERE', figures: [] },
        ],
        previousHash: '0'.repeat(64),
        isChanged: false,
      });
      expect(await stored(`open_time >= '${day}' AND symbol = 'BTCUSDT'`)).toBe(20);
      await until(() => compared.some(({ symbol }) => symbol === 'BTCUSDT'));
      expect(compared.find(({ symbol }) => symbol === 'BTCUSDT')).toEqual(found);
    });

    it('have a hash that anybody can make again', async () => {
      const { items } = await list({
        symbol: 'BTCUSDT',
        fromMs: YESTERDAY,
        toMs: YESTERDAY + 20 * MINUTE_MS,
      });
      const text = items
        .map(
          ({ openTimeMs, open, high, low, close, volume, quoteVolume, trades }) =>
            `${openTimeMs},${open},${high},${low},${close},${volume},${quoteVolume},${trades}\n`,
        )
        .join('');
      const hash = createHash('sha256')
        .update(`${'0'.repeat(64)}\n${text}`)
        .digest('hex');
      expect(compared.find(({ symbol }) => symbol === 'BTCUSDT')?.hash).toBe(hash);
    });

    it('give the same hash again, and another one once a candle was changed', async () => {
      const again = async (): Promise<CandleDayCompared | undefined> =>
        (await new Bus(operator).request(compareCandles, { day })).days.find(
          ({ symbol }) => symbol === 'BTCUSDT',
        );
      expect(await again()).toMatchObject({ missing: 0, candles: 20, equal: 19, isChanged: false });
      await history.pool.query(`UPDATE candles SET close = close + 1 WHERE open_time = $1`, [
        new Date(YESTERDAY).toISOString(),
      ]);
      expect(await again()).toMatchObject({ differing: 2, isChanged: true });
      expect(await history.count(`candle_days WHERE symbol = 'BTCUSDT'`)).toBe(1);
    });

    it('are compared without being asked, oldest first and once, each day chained to the one before', async () => {
      const days = [YESTERDAY - DAY_MS, YESTERDAY];
      const minutes = days.map((from) => minute(from + 3_600_000, { symbol: 'SOLUSDT', volume: '1' }));
      there.set('SOLUSDT', new Map(minutes.map((candle) => [candle.openTimeMs, plain(candle)])));
      await history.pool.query(`DELETE FROM candles WHERE symbol = 'SOLUSDT'`);
      for (const candle of minutes) await publish(candle);
      await until(async () => (await stored(`symbol = 'SOLUSDT'`)) === 2);
      await history.pool.query(`DELETE FROM candle_days WHERE symbol = 'SOLUSDT'`);
      compared.length = 0;
      const replica = await history.startReplica();
      await until(async () => (await history.count(`candle_days WHERE symbol = 'SOLUSDT'`)) === 2);
      await until(() => compared.filter(({ symbol }) => symbol === 'SOLUSDT').length === 2);
      const [first, second] = compared.filter(({ symbol }) => symbol === 'SOLUSDT');
      expect(first).toMatchObject({ previousHash: '0'.repeat(64), equal: 1, differing: 0, parity: '1' });
      expect(second).toMatchObject({ day, previousHash: first?.hash, equal: 1 });
      await replica.stop();
    });

    it.each(['2026-02-30', new Date().toISOString().slice(0, 10), '2999-01-01'])(
      'are not compared of %s, which is no such day',
      async (wrong) => {
        await expect(new Bus(operator).request(compareCandles, { day: wrong })).rejects.toMatchObject({
          code: 'MESSAGE_MALFORMED',
        });
      },
    );
  });
});
