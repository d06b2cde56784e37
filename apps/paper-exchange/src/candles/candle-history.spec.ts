/** Candles of any age, and the trades that they are built from. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AggregateTrade, Candle, INTERVALS } from '@elvis/simulation';
import { openPaper } from '../../test/open-paper';

const NOW = Date.UTC(2026, 10, 30, 12, 34, 56);
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const UP_TO_A_DAY = [...INTERVALS.keys()].filter((name) => /[mhd]$/.test(name) && name !== '3d');

const synthetic = (seed = '1') =>
  openPaper(NOW, { SYMBOLS: 'BTCUSDT', PAPER_MARKET: 'synthetic', PAPER_SEED: seed });

describe('the past that was made up', () => {
  let candles: (interval: string, span: { startTime?: number; limit: number }) => readonly Candle[];

  beforeAll(async () => {
    const { exchange } = await synthetic();
    const history = exchange.futures.history('BTCUSDT');
    candles = (interval, span) => history.candles(INTERVALS.get(interval)!, span, NOW);
  });

  it.each(UP_TO_A_DAY)('has three thousand candles of %s without a gap, each joined to the next', (name) => {
    const interval = INTERVALS.get(name)!;
    const rows = candles(name, { limit: 3_000 });
    expect(rows).toHaveLength(3_000);
    rows.forEach((row, index) => {
      const next = rows[index + 1];
      const isSound =
        row.high >= Math.max(row.open, row.close) &&
        row.low <= Math.min(row.open, row.close) &&
        row.low > 0 &&
        row.volume >= row.takerBuyVolume;
      const isJoined = !next || (interval.after(row.openTime) === next.openTime && row.close === next.open);
      // What really trades begins where it likes.
      if (index < rows.length - 2)
        expect({ at: row.openTime, isSound, isJoined }).toMatchObject({ isSound: true, isJoined: true });
    });
  });

  it.each`
    longer  | shorter  | count
    ${'1d'} | ${'1h'}  | ${24}
    ${'1d'} | ${'1m'}  | ${1_440}
    ${'4h'} | ${'15m'} | ${16}
    ${'1w'} | ${'1d'}  | ${7}
  `('makes a candle of $longer of $count of $shorter', ({ longer, shorter, count }) => {
    const startTime = INTERVALS.get(longer as string)!.opensAt(NOW - 40 * DAY);
    const [whole] = candles(longer as string, { startTime, limit: 1 }) as [Candle];
    const parts = candles(shorter as string, { startTime, limit: count as number });
    const sum = (of: (part: Candle) => number): number => parts.reduce((total, part) => total + of(part), 0);
    expect(parts).toHaveLength(count as number);
    expect({
      open: parts[0]!.open,
      close: parts[parts.length - 1]!.close,
      high: Math.max(...parts.map(({ high }) => high)),
      low: Math.min(...parts.map(({ low }) => low)),
      volume: sum(({ volume }) => volume),
      trades: sum(({ trades }) => trades),
      takerBuyVolume: sum(({ takerBuyVolume }) => takerBuyVolume),
      quoteVolume: parts.reduce((total, { quoteVolume }) => total + quoteVolume, 0n),
    }).toEqual({
      open: whole.open,
      close: whole.close,
      high: whole.high,
      low: whole.low,
      volume: whole.volume,
      trades: whole.trades,
      takerBuyVolume: whole.takerBuyVolume,
      quoteVolume: whole.quoteVolume,
    });
  });

  it('begins weeks on Mondays and months on their first day', () => {
    for (const { openTime } of candles('1w', { limit: 50 })) expect(new Date(openTime).getUTCDay()).toBe(1);
    for (const { openTime } of candles('1M', { limit: 50 })) expect(new Date(openTime).getUTCDate()).toBe(1);
  });

  it('is the same for the same seed, and another for another', async () => {
    const again = async (seed: string) =>
      (await synthetic(seed)).exchange.futures
        .history('BTCUSDT')
        .candles(INTERVALS.get('1h')!, { startTime: NOW - 90 * DAY, limit: 5 }, NOW);
    const first = candles('1h', { startTime: NOW - 90 * DAY, limit: 5 });
    expect((await again('1'))[0]!.volume).toBe(first[0]!.volume);
    expect((await again('2'))[0]!.volume).not.toBe(first[0]!.volume);
  });
});

describe('aggregate trades', () => {
  /** A market of two seconds, over and over. */
  function recording(): string {
    const file = join(mkdtempSync(join(tmpdir(), 'paper-')), 'short');
    const at = (ms: number): number => 1_723_161_255_000_000_000 + ms * 1_000_000;
    const event = (ms: number, data: object): string => `${at(ms)} ${JSON.stringify({ stream: 's', data })}`;
    const depth = (ms: number, id: number) =>
      event(ms, {
        e: 'depthUpdate',
        E: 1,
        T: 1,
        s: 'BTCUSDT',
        U: id,
        u: id,
        pu: id - 1,
        b: [['61800.00', '1.000']],
        a: [['61800.10', '1.000']],
      });
    const trade = (ms: number, id: number) =>
      event(ms, {
        e: 'trade',
        s: 'BTCUSDT',
        t: id,
        p: '61800.00',
        q: `0.00${(id % 9) + 1}`,
        X: 'MARKET',
        m: id % 2 === 0,
      });
    const book = { lastUpdateId: 10, bids: [['61799.00', '5.000']], asks: [['61801.00', '5.000']] };
    const lines = [depth(0, 9), `${at(1)} ${JSON.stringify(book)}`, depth(2, 10), depth(3, 11)];
    for (let trades = 0; trades < 12; trades += 1) lines.push(trade(100 + trades * 150, 100 + trades));
    writeFileSync(file, lines.join('\n'));
    return file;
  }

  it('have no gap in their ids over the loop, are paged by id and by time, and add up to the candles', async () => {
    const { exchange, clock } = await openPaper(NOW, { PAPER_RECORDINGS: recording() });
    for (let passed = 0; passed <= 300_000; passed += 500) {
      clock.advanceTo(NOW + passed);
      exchange.advance();
    }
    const { tape } = exchange.futures.history('BTCUSDT');
    const all: AggregateTrade[] = [];
    for (let page = tape.aggregatesBetween(NOW, Infinity, 1, false); page.length > 0;) {
      all.push(...page);
      page = tape.aggregatesFrom(page[page.length - 1]!.id + 1, 100);
    }
    expect(all.length).toBeGreaterThan(1_000);
    all.slice(1).forEach((trade, index) => {
      expect([trade.id, trade.firstTradeId]).toEqual([all[index]!.id + 1, all[index]!.lastTradeId + 1]);
    });
    const minute = Math.floor(NOW / MINUTE) * MINUTE + 2 * MINUTE;
    const within = tape.aggregatesBetween(minute, minute + MINUTE - 1, 1_000, false);
    const candle = tape.candles.find(({ openTime }) => openTime === minute)!;
    expect(within.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(candle.volume);
    expect([within[0]!.firstTradeId, within[within.length - 1]!.lastTradeId]).toEqual([
      candle.firstTradeId,
      candle.lastTradeId,
    ]);
    expect(tape.aggregatesBetween(minute, minute + MINUTE - 1, 3, true)).toEqual(within.slice(-3));
  });
});
