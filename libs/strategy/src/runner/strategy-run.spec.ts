import { Decimal } from '@elvis/trading';
import { randomCandles } from '../../test/random-candles';
import { defineStrategy } from '../definition/define-strategy';
import { ema, rsi } from '../indicators/catalogue';
import { param } from '../parameters/parameter';
import { flat, ramp, script } from '../script/story';
import { FLAT, StepFacts } from '../step/facts';
import { limit, maker } from '../step/step';
import { StrategyRun } from './strategy-run';

const bot = { symbol: 'BTCUSDT', interval: '1m' } as const;
const ruled = (hook: Parameters<typeof defineStrategy>[0]['onCandle'], state: object = {}) =>
  defineStrategy({
    name: 'ruled',
    version: 1,
    summary: 'As a test says',
    parameters: {},
    state,
    onCandle: hook,
  });

const facts = (timeMs: number): StepFacts => ({
  timeMs,
  instrument: { tickSize: new Decimal('0.5') },
  capital: new Decimal(1_000),
  position: FLAT,
  orders: [],
  today: { net: new Decimal(0), trades: 0 },
});

describe('a run of a strategy', () => {
  const crossing = defineStrategy({
    name: 'crossing',
    version: 1,
    summary: 'Tosses and counts',
    parameters: { fast: param.integer({ default: 3, from: 2, to: 9 }) },
    indicators: (p) => ({ fast: ema('main', p.fast), slow: ema('main', 9), rsi: rsi('main', 4) }),
    lookBack: 3,
    state: { seen: 0 },
    onCandle(t) {
      t.state.seen += 1;
      const figures = { fast: t.now.fast, before: t.before(3).slow, toss: t.random(), again: t.random() };
      if (t.crossed('fast', 'above', 'slow')) t.note('up', figures);
      if (t.crossed('fast', 'below', 'slow')) t.note('down', figures);
    },
  });
  const candles = randomCandles(3_000, 21);
  const stepOn = (run: StrategyRun, from: number, to: number) =>
    candles.slice(from, to).map((candle) => {
      run.feed('main', candle);
      return run.onCandle(facts(candle.openTimeMs + 60_000)).wishes;
    });

  it('goes on after a restart at any candle as if there had been none', () => {
    const whole = new StrategyRun(crossing.prepare(bot), 5);
    const wishes = stepOn(whole, 0, 3_000);
    expect(wishes.flat().length).toBeGreaterThan(100);
    for (let cut = 700; cut < 3_000; cut += 97) {
      const before = new StrategyRun(crossing.prepare(bot), 5);
      stepOn(before, 0, cut);
      const after = new StrategyRun(crossing.prepare(bot), 5, JSON.parse(JSON.stringify(before.memory)));
      const needed = after.neededFromMs('main', candles[cut]!.openTimeMs);
      const from = (needed - candles[0]!.openTimeMs) / 60_000;
      for (const candle of candles.slice(from, cut)) after.feed('main', candle);
      expect(stepOn(after, cut, Math.min(cut + 120, 3_000))).toEqual(wishes.slice(cut, cut + 120));
    }
  });

  it('is not asked before all its indicators have a value, look-back included', () => {
    const run = new StrategyRun(crossing.prepare(bot), 5);
    const at = candles.findIndex((candle) => (run.feed('main', candle), run.isWarm));
    const index = candles[at]!.openTimeMs / 60_000;
    const needed = run.neededFromMs('main', candles[at]!.openTimeMs);
    expect(needed).toBeGreaterThanOrEqual(candles[0]!.openTimeMs);
    expect(at).toBeGreaterThan(90);
    const tooLate = new StrategyRun(crossing.prepare(bot), 5);
    const from = (needed - candles[0]!.openTimeMs) / 60_000 + 1;
    for (const candle of candles.slice(from, at + 1)) tooLate.feed('main', candle);
    expect([index > 0, tooLate.isWarm]).toEqual([true, false]);
    expect(tooLate.onCandle(facts(0)).wishes).toEqual([]);
  });

  it('drops entries while at rest, tells them, and keeps what reduces', () => {
    const story = script(
      ruled((t) => {
        t.enter('LONG', { size: t.size.notional('100'), because: 'always' });
        t.exit({ because: 'always' });
        if (t.candle.close > 100) t.rest('2m', { because: 'it is high' });
      }),
    );
    expect(story.warmedUpOn(flat(100, 2)).wishes.map(({ type }) => type)).toEqual(['ENTER', 'EXIT']);
    expect(story.candle({ close: 101 }).dropped).toEqual([]);
    story.candle({ close: 99 });
    expect(story.dropped.map(({ type }) => type)).toEqual(['ENTER']);
    expect(story.exit).toBeDefined();
    expect(story.candle({ close: 99 }).entry).toBeDefined();
  });

  it('takes every kind of wish with its reason, on the grid', () => {
    const run = new StrategyRun(
      ruled((t) => {
        const entry = { size: t.size.kelly({ win: 0.6, payoff: 2, atMost: '0.25' }), because: 'an edge' };
        t.enter('SHORT', { ...entry, at: limit(t.price(100.74)), goodFor: '15m' });
        t.enter('LONG', { ...entry, at: maker('0.001'), protections: { timeMs: 5 } });
        t.place('rung', {
          side: 'BUY',
          price: t.price(99.9),
          size: t.size.toRisk('0.01'),
          because: 'a rung',
        });
        t.amend('rung', { price: t.price(99), because: 'it moved' });
        t.cancel('rung', { because: 'no longer' });
      }).prepare(bot),
      1,
    );
    for (const candle of candles.slice(0, 2)) run.feed('main', candle);
    const { wishes } = run.onCandle(facts(0));
    expect(JSON.parse(JSON.stringify(wishes))).toMatchObject([
      {
        type: 'ENTER',
        direction: 'SHORT',
        size: { fraction: '0.25' },
        at: { price: '100.5' },
        goodForMs: 900_000,
      },
      { type: 'ENTER', at: { type: 'maker', offset: '0.001' }, protections: { stop: null, timeMs: 5 } },
      { type: 'PLACE', price: '99.5', isReduceOnly: false },
      { type: 'AMEND', name: 'rung', price: '99' },
      { type: 'CANCEL', because: 'no longer' },
    ]);
  });

  it.each([
    ['an empty reason', ruled((t) => t.exit({ because: ' ' })), 'because of what'],
    ['a look further back than declared', ruled((t) => void t.before(2)), 'declares lookBack: 1'],
    [
      'a bet that is none',
      ruled((t) => void t.size.kelly({ win: 2, payoff: 1, atMost: '1' })),
      'share of wins',
    ],
  ])('refuses %s', (_, strategy, why) => {
    const run = new StrategyRun(strategy.prepare(bot), 1);
    for (const candle of candles.slice(0, 2)) run.feed('main', candle);
    expect(() => run.onCandle(facts(0))).toThrow(why);
  });

  it("keeps state that is plain data of bounded size, and not the definition's own", () => {
    const counting = ruled((t) => ((t.state as { count: number }).count += 1), { count: 0 });
    expect(script(counting).candle({ close: 1 }).candle({ close: 1 }).candle({ close: 1 }).state).toEqual({
      count: 2,
    });
    expect(script(counting).candle({ close: 1 }).candle({ close: 1 }).state).toEqual({ count: 1 });
    const hoarding = ruled((t) => ((t.state as { text: string }).text = 'x'.repeat(70_000)), { text: '' });
    expect(() => script(hoarding).candle({ close: 1 }).candle({ close: 1 }).state).toThrow('plain data');
  });

  it.each([
    [{ name: 'Bad Name' }, 'kebab case'],
    [{ version: 0 }, 'version'],
    [{ lookBack: 0 }, 'lookBack'],
  ])('is not made of a definition with %p', (change, why) => {
    const definition = { name: 'good', version: 1, summary: '', parameters: {}, onCandle: () => undefined };
    expect(() => defineStrategy({ ...definition, ...change })).toThrow(why);
  });

  it('is told of fills and ends by a story', () => {
    const story = script(ruled((t) => t.enter('LONG', { size: t.size.notional('1'), because: 'go' })));
    expect(() => story.warmedUpOn(flat(10, 1))).toThrow('not warm');
    story.warmedUpOn(ramp(10, 20, 5));
    expect(() => story.close(1, 'stop')).toThrow('no position');
    expect(story.fill().candle({ close: 30 }).entry).toBeDefined();
    expect(story.close(25, 'target').wishes).toEqual([]);
    expect(() =>
      script(ruled(() => undefined))
        .candle({ close: 1 })
        .fill(),
    ).toThrow('Nothing was wished');
  });
});
