import { Decimal } from '@elvis/trading';
import { randomCandles } from '../../test/random-candles';
import { defineStrategy } from '../definition/define-strategy';
import { ema, rsi, sma } from '../indicators/catalogue';
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
    const keeping = (length: number) =>
      ruled((t) => ((t.state as { text: string }).text = 'x'.repeat(length)));
    const most = 65_536 - '{"text":""}'.length;
    expect(script(keeping(most)).candle({ close: 1 }).candle({ close: 1 }).state).toHaveProperty('text');
    expect(
      () =>
        script(keeping(most + 1))
          .candle({ close: 1 })
          .candle({ close: 1 }).state,
    ).toThrow('65536');
    const losing = ruled((t) => (t.state = undefined as never));
    expect(() => script(losing).candle({ close: 1 }).candle({ close: 1 }).state).toThrow('plain data');
  });

  it.each([
    [{ name: 'Bad Name' }, 'kebab case'],
    [{ name: 'bad name' }, 'kebab case'],
    [{ lookBack: 1_001 }, 'lookBack'],
    [{ version: 0 }, 'version'],
    [{ lookBack: 0 }, 'lookBack'],
  ])('is not made of a definition with %p', (change, why) => {
    const definition = { name: 'good', version: 1, summary: '', parameters: {}, onCandle: () => undefined };
    expect(() => defineStrategy({ ...definition, ...change })).toThrow(why);
  });

  it('takes signals if it has a hook for them, and hooks that it does not have are not called', () => {
    const quiet = ruled(() => undefined);
    const definition = { ...quiet, parameters: {}, lookBack: 1_000, onCandle: () => undefined };
    const listening = defineStrategy({ ...definition, onSignal: (t) => t.note('heard') });
    expect([quiet.takesSignals, listening.takesSignals]).toEqual([false, true]);
    const signal = { signalId: 's', confidence: null, model: null, features: null, note: null } as const;
    const order = { name: 'entry', status: 'EXPIRED' } as const;
    const run = new StrategyRun(quiet.prepare(bot), 1);
    for (const result of [
      run.onStart(facts(0)),
      run.onSignal(facts(0), { ...signal, action: 'EXIT' }),
      run.onOrderClosed(facts(0), order),
      run.onStop(facts(0)),
    ])
      expect(result).toEqual({ wishes: [], dropped: [] });
  });

  it('is told of its start and end, and of orders that are over', () => {
    const definition = { name: 'told', version: 1, summary: '', parameters: {}, onCandle: () => undefined };
    const told = defineStrategy({
      ...definition,
      onStart: (t) => t.note('begun'),
      onOrderClosed: (t, { name, status, code = '' }) => t.note(`${name} ${status} ${code}`),
      onStop: (t) => t.note('over'),
    });
    const run = new StrategyRun(told.prepare(bot), 1);
    const order = { name: 'entry', status: 'DENIED', code: 'BUILDS' } as const;
    const results = [run.onStart(facts(0)), run.onOrderClosed(facts(0), order), run.onStop(facts(0))];
    expect(results.flatMap(({ wishes }) => wishes)).toMatchObject([
      { text: 'begun' },
      { text: 'entry DENIED BUILDS' },
      { text: 'over' },
    ]);
  });

  it('says what its indicators say, and what they need, each feed by itself', () => {
    const hourly = defineStrategy({
      name: 'hourly',
      version: 1,
      summary: '',
      parameters: {},
      feeds: () => ({
        main: { symbol: 'BTCUSDT', interval: '1m' },
        hour: { symbol: 'BTCUSDT', interval: '1h' },
      }),
      indicators: () => ({ last: sma('main', 1), hours: sma('hour', 1) }),
      lookBack: 9,
      onCandle: (t) => t.note(`${t.candle.close}`),
    });
    const run = new StrategyRun(hourly.prepare(bot), 1);
    const hour = 3_600_000;
    const at = (openTimeMs: number, close: number) => ({ ...candles[0]!, openTimeMs, close });
    for (let n = 0; n < 9; n += 1) run.feed('hour', at((400 + n) * hour, n));
    for (let n = 0; n < 20; n += 1) run.feed('main', at(410 * hour + n * 60_000, 100 + n));
    run.feed('hour', at(409 * hour, 77));
    expect(run.isWarm).toBe(true);
    expect(run.latest).toStrictEqual({ last: 119, hours: 8 });
    expect(run.onCandle(facts(0)).wishes).toMatchObject([{ text: '119' }]);
    expect(run.jumps).toEqual({ last: 0, hours: 0 });
    // Nine candles back for the main feed alone, and from there to the anchor before.
    expect(run.neededFromMs('main', 410 * hour)).toBe(410 * hour - 12 * 60_000);
    expect(run.neededFromMs('hour', 410 * hour)).toBe(408 * hour);
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
