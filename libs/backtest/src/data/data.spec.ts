import { NEW_YEAR_MS, minutes } from '../../test/a-market';
import { candleAt, lengthOf, sharedColumns, slice, toColumns } from './candle-columns';
import { generateCandles } from './generate';
import { readDay, readKlines } from './read-bars';

describe('candles', () => {
  it('are read from the files of the exchange, with or without a head line, in ms or microseconds', () => {
    const row = '61854.0,61900.5,61800.1,61850.2,12.5,1735689659999,773000,900,6,370000,0';
    const expected = [
      {
        openTimeMs: 1_735_689_600_000,
        open: 61854,
        high: 61900.5,
        low: 61800.1,
        close: 61850.2,
        volume: 12.5,
      },
    ];
    expect(readKlines(`1735689600000,${row}\n`)).toEqual(expected);
    expect(readKlines(`open_time,open,high,low,close,volume\n1735689600000,${row}`)).toEqual(expected);
    expect(readKlines(`1735689600000000,${row}\r\n`)).toEqual(expected);
    expect(readDay('60000,1,2,1,2,5', NEW_YEAR_MS)[0]!.openTimeMs).toBe(NEW_YEAR_MS + 60_000);
  });

  it.each(['x,1,2,1,2,5', '60000,1,2,1,2', '60000,3,2,1,2,5', '60000,1,2,0,2,5', '60000,1,2,1.5,2,5'])(
    'are refused with their line: %s',
    (line) => expect(() => readDay(`0,1,2,1,2,5\n${line}`, 0)).toThrow('Line 2 is not a candle'),
  );

  it('that are missing are quiet ones at the last close; those out of order are refused', () => {
    const [first, , third] = minutes([
      [1, 2, 1, 2],
      [2, 2, 2, 2],
      [3, 4, 3, 4],
    ]);
    const columns = toColumns('BTCUSDT', '1m', [first!, third!]);
    expect(lengthOf(columns)).toBe(3);
    expect(candleAt(columns, 1)).toEqual({
      openTimeMs: NEW_YEAR_MS + 60_000,
      open: 2,
      high: 2,
      low: 2,
      close: 2,
      volume: 0,
    });
    expect(() => toColumns('BTCUSDT', '1m', [third!, first!])).toThrow('not in order');
    expect(() => toColumns('BTCUSDT', '1m', [])).toThrow('no candle');
  });

  it('of a file begin after its head line, and a word in a row is an error', () => {
    expect(readDay('', 0)).toEqual([]);
    expect(() => readDay('0,1,2,1,2,5e', 0)).toThrow('Line 1 is not a candle: 0,1,2,1,2,5e');
    const long = `60000,${'x'.repeat(200)}`;
    expect(() => readDay(long, 0)).toThrow(new RangeError(`Line 1 is not a candle: ${long.slice(0, 100)}`));
    expect(readKlines('99999999999999,1,1,1,1,1')[0]!.openTimeMs).toBe(99_999_999_999_999);
  });

  it('are the same where threads share them, without a copy each', () => {
    const columns = toColumns('BTCUSDT', '1m', minutes([[1, 4, 0.5, 2]]));
    const shared = sharedColumns(columns);
    expect(shared).toEqual(columns);
    for (const name of ['open', 'high', 'low', 'close', 'volume'] as const)
      expect(shared[name].buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('are cut from one place up to another, with the time at which the last one ends', () => {
    const rows = [1, 2, 3, 4].map((price): [number, number, number, number] => [
      price,
      price + 0.5,
      price - 0.5,
      price + 0.1,
    ]);
    const { columns, endMs } = slice(toColumns('BTCUSDT', '1m', minutes(rows)), 1, 3);
    expect(lengthOf(columns)).toBe(2);
    expect([candleAt(columns, 0), candleAt(columns, 1)]).toEqual(minutes(rows).slice(1, 3));
    expect(endMs).toBe(NEW_YEAR_MS + 3 * 60_000);
  });

  it('are generated: sound, on the tick, the same for the same seed', () => {
    const make = (seed: number) =>
      generateCandles({ symbol: 'BTCUSDT', interval: '1m', firstOpenMs: NEW_YEAR_MS, count: 20_000, seed });
    const market = make(4);
    expect(market).toEqual(make(4));
    expect(market.close).not.toEqual(make(5).close);
    let gaps = 0;
    const strange: number[] = [];
    for (let at = 0; at < 20_000; at += 1) {
      const { open, high, low, close, volume } = candleAt(market, at);
      const isSound = low <= Math.min(open, close) && high >= Math.max(open, close) && low > 0 && volume > 0;
      // The very numbers that the texts of the prices would be read as.
      const isExact = [open, high, low, close].every((price) => price === Number(price.toFixed(1)));
      if (!isSound || !isExact) strange.push(at);
      if (at > 0 && Math.abs(open / market.close[at - 1]! - 1) > 1e-9) gaps += 1;
    }
    expect(strange).toEqual([]);
    expect(gaps).toBeGreaterThan(2);
    expect(gaps).toBeLessThan(40);
  });
});
