import { NEW_YEAR_MS, minutes } from '../../test/a-market';
import { candleAt, lengthOf, toColumns } from './candle-columns';
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
