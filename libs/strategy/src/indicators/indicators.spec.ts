import { CANDLE_INTERVALS } from '@elvis/trading';
import * as other from 'indicatorts';
import { randomCandles } from '../../test/random-candles';
import { AnchoredIndicator, anchorSpacing, firstNeeded } from './anchored';
import { Candle, INTERVAL_NAMES, isInterval } from './candle';
import { atr, bollinger, channel, ema, macd, rsi, sma } from './catalogue';
import { Indicator } from './indicator';
import { Readings } from './readings';

const INDICATORS: Readonly<Record<string, Indicator<'main', unknown>>> = {
  ema: ema('main', 9),
  sma: sma('main', 12),
  rsi: rsi('main', 5),
  atr: atr('main', 6),
  bollinger: bollinger('main', 10, 2),
  macd: macd('main', { fast: 4, slow: 9, signal: 3 }),
  channel: channel('main', 8),
};

const indexOf = ({ openTimeMs }: Candle): number => openTimeMs / 60_000;

describe('an anchored indicator', () => {
  const candles = randomCandles(4_000, 7);

  it.each(Object.keys(INDICATORS))('has the same bits wherever one begins: %s', (name) => {
    const indicator = INDICATORS[name]!;
    const whole = new AnchoredIndicator(indicator);
    const values = candles.map((candle) => whole.add(indexOf(candle), candle));
    for (let at = 5 * indicator.warmUp; at < candles.length; at += 137) {
      const from = firstNeeded(indexOf(candles[at]!), indicator.warmUp) - indexOf(candles[0]!);
      if (from < 0) continue;
      const restarted = new AnchoredIndicator(indicator);
      let value: unknown = null;
      for (const candle of candles.slice(from, at + 1)) value = restarted.add(indexOf(candle), candle);
      expect(value).not.toBeNull();
      expect(value).toEqual(values[at]);
    }
  });

  it.each(Object.keys(INDICATORS))('changes anchors without a jump above a millionth: %s', (name) => {
    const readings = new Readings({ [name]: INDICATORS[name]! }, 1);
    let changes = 0;
    for (const candle of candles) {
      readings.add('main', indexOf(candle), candle);
      const jump = readings.jumps()[name];
      if (jump === undefined) continue;
      changes += 1;
      expect(jump).toBeLessThan(1e-6);
    }
    expect(changes).toBeGreaterThan(100);
  });

  it('begins anew after a gap, at the next anchor', () => {
    const indicator = ema('main', 2);
    const running = new AnchoredIndicator(indicator);
    const spacing = anchorSpacing(indicator.warmUp);
    const from = Math.ceil(indexOf(candles[0]!) / spacing) * spacing - indexOf(candles[0]!);
    const fed = candles.slice(from, from + 60).map((candle) => running.add(indexOf(candle), candle));
    expect(fed.findIndex((value) => value !== null)).toBe(indicator.warmUp);
    expect(running.add(indexOf(candles[from + 61]!), candles[from + 61]!)).toBeNull();
    const later = candles.slice(from + 62, from + 200).map((candle) => running.add(indexOf(candle), candle));
    const firstAnchor = spacing - 62;
    expect(later.findIndex((value) => value !== null)).toBe(firstAnchor + indicator.warmUp);
  });
});

describe('the readings of a strategy', () => {
  const candles = randomCandles(40, 5, 0);
  /** Says for each candle what the so-manieth instance says. */
  const begunAs = <Value>(says: (instance: number) => Value, feed = 'main'): Indicator<string, Value> => {
    let begun = 0;
    return { feed, warmUp: 1, begin: () => ((instance) => ({ add: () => says(instance) }))((begun += 1)) };
  };
  const fed = (readings: Readings, count: number): boolean[] =>
    candles.slice(0, count).map((candle, at) => {
      readings.add('main', at, candle);
      return readings.take();
    });

  it('are there once every indicator has a value, also one of a feed that brought none yet', () => {
    // Anchors stand at every fourth candle; the candle behind one is the first with a value.
    expect(fed(new Readings({ count: begunAs((n) => n) }, 1), 4)).toEqual([false, false, true, true]);
    const other = new Readings({ count: begunAs((n) => n), slow: begunAs((n) => n, 'hour') }, 1);
    expect(fed(other, 4)).toEqual([false, false, false, false]);
  });

  it('reach as far back as was declared, and no further', () => {
    const readings = new Readings({ count: begunAs((n) => n) }, 1);
    fed(readings, 9);
    expect([readings.before(0), readings.before(1)]).toStrictEqual([{ count: 2 }, { count: 2 }]);
    expect(() => readings.before(2)).toThrow('asks 2 candles back');
  });

  it('need candles of a feed for the indicators of that feed alone', () => {
    const of = (feed: string, length: number) => ({ ...sma(feed, length) });
    const readings = new Readings({ short: of('main', 2), long: of('hour', 50) }, 1);
    expect([readings.firstNeeded('main', 1_000), readings.firstNeeded('hour', 1_000)]).toEqual([992, 800]);
    expect(readings.firstNeeded('day', 1_000)).toBe(1_000);
  });

  it('tell how far each value jumps at a change of anchors, relative to its size', () => {
    const readings = new Readings(
      {
        number: begunAs((n) => 4 * n),
        bands: begunAs((n) => ({ lower: -10, upper: 4 + n })),
        gone: begunAs((n) => (n === 1 ? n : null)),
      },
      1,
    );
    expect(readings.jumps()).toEqual({});
    fed(readings, 6);
    expect(readings.jumps()).toEqual({ number: 1, bands: 0.1 });
  });
});

describe('the intervals of candles', () => {
  it('are those that stand at multiples of their length', () => {
    expect(INTERVAL_NAMES).toContain('1m');
    expect(INTERVAL_NAMES).toContain('1d');
    expect(CANDLE_INTERVALS.filter((name) => !INTERVAL_NAMES.some((each) => each === name))).toEqual([
      '1w',
      '1M',
    ]);
    expect(['1m', '4h', '1w', '1M', 'm', ''].map(isInterval)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('the values of indicators', () => {
  const candles = randomCandles(600, 3);
  const closings = candles.map(({ close }) => close);
  const valuesOf = <Value>(indicator: Indicator<'main', Value>): (Value | null)[] => {
    const running = indicator.begin();
    return candles.map((candle) => running.add(candle));
  };
  const expectClose = (
    values: readonly (number | null)[],
    seconds: readonly number[],
    from: number,
  ): void => {
    for (let at = from; at < values.length; at += 1)
      expect(Math.abs(values[at]! / seconds[at]! - 1)).toBeLessThan(1e-6);
  };

  it('are those of another library once warm', () => {
    expectClose(valuesOf(ema('main', 9)), other.ema(closings, { period: 9 }), 90);
    expectClose(valuesOf(sma('main', 12)), other.sma(closings, { period: 12 }), 12);
    expectClose(valuesOf(rsi('main', 5)), other.rsi(closings, { period: 5 }), 200);
    const bands = valuesOf(bollinger('main', 10, 2));
    const seconds = other.bb(closings, { period: 10 });
    expectClose(
      bands.map((each) => each?.middle ?? null),
      seconds.middle,
      10,
    );
    const moving = valuesOf(macd('main', { fast: 4, slow: 9, signal: 3 }));
    const { macdLine } = other.macd(closings, { fast: 4, slow: 9, signal: 3 });
    for (let at = 150; at < 600; at += 1) expect(moving[at]!.macd).toBeCloseTo(macdLine[at]!, 4);
  });

  it('of a channel are the extremes of the candles before', () => {
    const values = valuesOf(channel('main', 8));
    for (let at = 8; at < 600; at += 53) {
      const before = candles.slice(at - 8, at);
      expect(values[at]!.upper).toBe(Math.max(...before.map(({ high }) => high)));
      expect(values[at]!.lower).toBe(Math.min(...before.map(({ low }) => low)));
      expect(values[at]!.middle).toBeCloseTo((values[at]!.upper + values[at]!.lower) / 2, 6);
    }
    expect(values[7]).toBeNull();
  });

  it('of the true range are Wilder averages of it', () => {
    const length = 6;
    const ranges = candles.map(({ high, low }, at) => {
      const before = candles[at - 1]?.close;
      return before === undefined
        ? high - low
        : Math.max(high - low, Math.abs(high - before), Math.abs(low - before));
    });
    let average = 0;
    const values = valuesOf(atr('main', length));
    ranges.forEach((range, at) => {
      if (at < length) average += range / length;
      else average += (range - average) / length;
      if (at >= length) expect(values[at]!).toBeCloseTo(average, 8);
    });
  });
});
