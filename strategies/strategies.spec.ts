import { Strategy, flat, ramp, script } from '@elvis/strategy';
import { Decimal } from '@elvis/trading';
import bollingerReversion from './bollinger-reversion.strategy';
import buyAndHold from './buy-and-hold.strategy';
import coinToss from './coin-toss.strategy';
import dca from './dca.strategy';
import emaCrossover from './ema-crossover.strategy';
import emaRsi from './ema-rsi.strategy';
import grid from './grid.strategy';
import { STRATEGIES } from './index';
import macdTrend from './macd-trend.strategy';
import rsiReversion from './rsi-reversion.strategy';
import signal from './signal.strategy';

/** Noise without direction, so that no line is quite flat. */
const waves = (price: number, count: number) =>
  Array.from({ length: count }, (_, at) => ({ close: price + Math.sin(at / 3) }));

describe('shipped strategies', () => {
  it('have one name each, take their own defaults, and say what they do', () => {
    expect(new Set(STRATEGIES.map(({ name }) => name)).size).toBe(STRATEGIES.length);
    for (const strategy of STRATEGIES) {
      expect(strategy.prepare({ symbol: 'BTCUSDT', interval: '1m' }).feeds.main.symbol).toBe('BTCUSDT');
      expect(strategy.summary).toMatch(/^[A-Z].*\.$/);
    }
  });

  it.each([
    [emaCrossover, { fast: 30, slow: 20 }],
    [emaRsi, { fast: 30, slow: 20 }],
    [macdTrend, { fast: 30, slow: 20 }],
  ] as [Strategy, object][])('refuse averages the wrong way round: %#', (strategy, given) =>
    expect(() => script(strategy, { ...given })).toThrow('fast must be shorter than slow'),
  );

  it('ema-crossover goes with the cross, and turns if it may sell short', () => {
    const story = script(emaCrossover, { fast: 3, slow: 5, shorts: true }).warmedUpOn(flat(100, 400));
    expect(story.candle({ close: 104 }).entry).toMatchObject({ direction: 'LONG', size: { of: 'risk' } });
    story.fill().candle({ close: 90 });
    expect(story.exit?.because).toMatch(/fell through/);
    expect(story.entry).toMatchObject({ direction: 'SHORT' });
    expect(
      script(emaCrossover, { fast: 3, slow: 5 }).warmedUpOn(flat(100, 400)).candle({ close: 90 }).wishes,
    ).toEqual([]);
  });

  it('signal does what a signal says, and tells whose word it was', () => {
    const story = script(signal, { confidence: 0.6, shorts: true }).warmedUpOn(flat(100, 5));
    expect(story.candle({ close: 120 }).wishes).toEqual([]);
    story.signal({ action: 'LONG', confidence: 0.5, model: 'm1' });
    expect(story.wishes.map(({ type }) => type)).toEqual(['NOTE']);
    story.signal({ signalId: 'a-7', action: 'LONG', confidence: 0.7, model: 'm1' });
    expect(story.entry).toMatchObject({ direction: 'LONG', because: 'signal a-7 of m1 confidence 0.7' });
    expect(story.fill().signal({ action: 'LONG' }).wishes).toEqual([]);
    story.signal({ action: 'SHORT' });
    expect([story.exit?.because, story.entry?.direction]).toEqual(['signal s', 'SHORT']);
    expect(story.fill().signal({ action: 'EXIT' }).entry).toBeUndefined();
    expect(script(signal).warmedUpOn(flat(100, 5)).signal({ action: 'SHORT' }).wishes).toEqual([]);
  });

  it('rsi-reversion buys the way back and sells at the middle or after its time', () => {
    const story = script(rsiReversion, { length: 5, atMost: '5m' }).warmedUpOn([
      ...waves(100, 700),
      ...ramp(100, 90, 20),
    ]);
    expect(story.wishes).toEqual([]);
    story.candle({ close: 91.5 });
    expect(story.entry).toMatchObject({ direction: 'LONG', because: expect.stringMatching(/rose back/) });
    story.fill();
    for (let minute = 0; minute < 4; minute += 1)
      expect(story.candle({ close: 91 - minute / 10 }).exit).toBeUndefined();
    expect(story.candle({ close: 90.5 }).exit?.because).toMatch(/long enough/);
    expect(story.candle({ close: 96 }).exit?.because).toMatch(/above 50/);
  });

  it('ema-rsi leaves out an overbought crossing', () => {
    const crossing = { fast: 3, slow: 6, length: 4 };
    const calm = script(emaRsi, { ...crossing, overbought: 95 }).warmedUpOn([
      ...waves(100, 600),
      ...ramp(100, 95, 10),
    ]);
    expect(calm.candle({ close: 99 }).entry).toBeDefined();
    const hot = script(emaRsi, { ...crossing, overbought: 50 }).warmedUpOn([
      ...waves(100, 600),
      ...ramp(100, 95, 10),
    ]);
    expect(hot.candle({ close: 99 }).wishes).toEqual([]);
  });

  it('bollinger-reversion buys below the band and sells in the middle', () => {
    const story = script(bollingerReversion, { length: 10 }).warmedUpOn(waves(100, 200));
    expect(story.candle({ close: 95 }).entry).toMatchObject({ direction: 'LONG' });
    expect(story.fill().candle({ close: 96 }).exit).toBeUndefined();
    expect(story.candle({ close: 101 }).exit).toBeDefined();
  });

  it('macd-trend wants a lively, rising market', () => {
    const quick = { fast: 3, slow: 6, signal: 3, trend: 20 };
    const history = [...ramp(80, 120, 1_500), ...ramp(120, 118, 10)];
    const story = script(macdTrend, { ...quick, quiet: 0 }).warmedUpOn(history);
    const entered = [121, 122, 123, 124].map((close) => story.candle({ close }).entry).find(Boolean);
    expect(entered).toMatchObject({ direction: 'LONG', protections: { trailing: expect.anything() } });
    const quiet = script(macdTrend, { ...quick, quiet: 0.05 }).warmedUpOn(history);
    expect([121, 122, 123, 124].flatMap((close) => quiet.candle({ close }).wishes)).toEqual([]);
  });

  it('grid rests buys below, and for each that fills a sell one step above', () => {
    const story = script(grid, { levels: 3, step: '0.01' }).candle({ close: 100 }).candle({ close: 100 });
    expect(story.wishes.map((wish) => wish.type === 'PLACE' && [wish.name, wish.price.toFixed()])).toEqual([
      ['buy-1', '99'],
      ['buy-2', '98'],
      ['buy-3', '97'],
    ]);
    story.fill({ name: 'buy-2', price: 98 });
    expect(story.wishes).toMatchObject([{ name: 'sell-2', side: 'SELL', isReduceOnly: true }]);
    const resting = ['buy-1', 'buy-3', 'sell-2'].map((name) => ({
      name,
      side: 'BUY' as const,
      price: null,
      quantity: new Decimal(1),
      filled: new Decimal(0),
    }));
    expect(story.withOrders(resting).candle({ close: 98.5 }).wishes).toEqual([]);
    story.close(99, 'exit').withOrders(resting.slice(0, 2));
    expect(
      story
        .candle({ close: 110 })
        .wishes.map(({ type }) => type)
        .slice(0, 3),
    ).toEqual(['CANCEL', 'CANCEL', 'PLACE']);
  });

  it('dca averages down with growing orders further and further apart', () => {
    const given = { safetyOrders: 3, step: '0.01', stepScale: 2, sizeScale: 2, share: '0.1' };
    const story = script(dca, given).warmedUpOn([...waves(100, 1_500), ...ramp(100, 80, 40)]);
    expect(story.entry).toMatchObject({ direction: 'LONG', protections: { target: expect.anything() } });
    story.fill({ price: 100 });
    const placed = story.wishes.map(
      (wish) => wish.type === 'PLACE' && [wish.price.toFixed(), JSON.stringify(wish.size)],
    );
    expect(placed).toEqual([
      ['99', '{"of":"capital","fraction":"0.2"}'],
      ['97', '{"of":"capital","fraction":"0.4"}'],
      ['93', '{"of":"capital","fraction":"0.8"}'],
    ]);
    expect(story.candle({ close: 90 }).wishes).toEqual([]);
    const left = [
      {
        name: 'safety-3',
        side: 'BUY' as const,
        price: null,
        quantity: new Decimal(1),
        filled: new Decimal(0),
      },
    ];
    story.close(101, 'target').withOrders(left);
    expect(story.candle({ close: 101 }).wishes).toMatchObject([{ type: 'CANCEL', name: 'safety-3' }]);
  });

  it('buy-and-hold buys once', () => {
    const story = script(buyAndHold).candle({ close: 100 }).candle({ close: 100 });
    expect(story.entry).toMatchObject({ direction: 'LONG' });
    expect(story.candle({ close: 90 }).candle({ close: 300 }).wishes).toEqual([]);
  });

  it('coin-toss holds as long as it should, and tosses the same again', () => {
    const play = () => {
      const story = script(coinToss, { chance: 0.3, hold: 2 });
      return Array.from({ length: 200 }, () => {
        story.candle({ close: 100 });
        const types = story.wishes.map(({ type }) => type);
        if (types.length > 0) story.fill();
        return types[0] ?? '';
      });
    };
    const told = play();
    expect(told).toEqual(play());
    expect(told.join(',')).toMatch(/ENTER,,EXIT/);
    const entries = told.filter((type) => type === 'ENTER').length;
    expect(entries).toBeGreaterThan(20);
  });
});
