import { Indicator, Strategy, defineStrategy, ema, sma } from '@elvis/strategy';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STRATEGIES } from '../../strategies';
import { checkLoaded, operate } from './strategy';

const ROOT = join(__dirname, '..', '..');
const CANDLES = 1_500;

type Definition = Parameters<typeof defineStrategy>[0];
const named = (rest: Omit<Definition, 'name' | 'version' | 'summary' | 'parameters'>): Strategy =>
  defineStrategy({ name: 'planted', version: 1, summary: 'As planted.', parameters: {}, ...rest });

/** Trades every twenty minutes: in, and out again. */
const turn = (t: Parameters<Definition['onCandle']>[0], isDue: boolean, size = '500'): void => {
  if (!isDue) return;
  if (t.position.isFlat) t.enter('LONG', { size: t.size.notional(size), because: 'it is due' });
  else t.exit({ because: 'it is due' });
};
const isDue = (timeMs: number): boolean => (timeMs / 60_000) % 20 === 0;

/** Outlives every load, as a file or a database would. */
const kept: { closes: Map<number, number>; runs: number } = { closes: new Map(), runs: 0 };

/** An indicator that says it is warm long before it is. */
const slowAverage = (warmUp: number): Indicator<'main', number> => ({ ...ema('main', 50), warmUp });

const sharing = (isShared: boolean): Indicator<'main', number> => {
  const instance = sma('main', 5).begin();
  return isShared ? { feed: 'main', warmUp: 5, begin: () => instance } : sma('main', 5);
};

/** Looks ahead from its so-manieth load on, in what the runs before have seen: those before agree with one another. */
const peeking = (from: number) => (): Strategy => {
  const run = (kept.runs += 1);
  return named({
    onCandle(t) {
      const ahead = run >= from ? kept.closes.get(t.timeMs + 300_000) : undefined;
      if (run < from) kept.closes.set(t.timeMs, t.candle.close);
      turn(t, isDue(t.timeMs) && (ahead === undefined || ahead > t.candle.close));
    },
  });
};

/** Each with its clean twin: the same idea, done as it should be. */
const PLANTED: readonly (readonly [
  what: string,
  check: string,
  faulty: () => Strategy,
  clean: () => Strategy,
])[] = [
  [
    'what a run before has seen',
    'determinism',
    () =>
      named({
        onCandle(t) {
          const ahead = kept.closes.get(t.timeMs + 300_000);
          kept.closes.set(t.timeMs, t.candle.close);
          turn(t, ahead !== undefined && ahead > t.candle.close && isDue(t.timeMs));
          if (ahead === undefined) turn(t, isDue(t.timeMs));
        },
      }),
    () => named({ onCandle: (t) => turn(t, isDue(t.timeMs) && t.candle.close > t.candle.open) }),
  ],
  [
    'how often it was run',
    'determinism',
    () => {
      const run = (kept.runs += 1);
      return named({ onCandle: (t) => turn(t, isDue(t.timeMs), String(500 + run)) });
    },
    () => named({ onCandle: (t) => turn(t, isDue(t.timeMs), '501') }),
  ],
  [
    'what two runs before have seen, where the candles end',
    'truncation',
    // Loaded to be measured, twice for determinism, and then for the first cut.
    peeking(4),
    () => named({ onCandle: (t) => turn(t, isDue(t.timeMs) && t.candle.close <= t.candle.high) }),
  ],
  [
    'what two runs before have seen, where other candles follow',
    'future poison',
    peeking(5),
    () => named({ onCandle: (t) => turn(t, isDue(t.timeMs) && t.candle.close >= t.candle.low) }),
  ],
  [
    'a counter outside its state',
    'restart',
    () => {
      let count = 0;
      return named({ onCandle: (t) => turn(t, (count += 1) % 20 === 0) });
    },
    () =>
      named({
        state: { count: 0 },
        onCandle(t) {
          const state = t.state as { count: number };
          state.count += 1;
          turn(t, state.count % 20 === 0);
        },
      }),
  ],
  [
    'a price it remembers outside its state',
    'restart',
    () => {
      let before = 0;
      return named({
        onCandle(t) {
          if (isDue(t.timeMs)) turn(t, t.candle.close > before);
          before = Math.max(before, t.candle.close);
        },
      });
    },
    () =>
      named({
        state: { before: 0 },
        onCandle(t) {
          const state = t.state as { before: number };
          if (isDue(t.timeMs)) turn(t, t.candle.close > state.before || !t.position.isFlat);
          state.before = Math.max(state.before, t.candle.close);
        },
      }),
  ],
  [
    'a map in its state',
    'restart',
    () =>
      named({
        state: { seen: new Map<number, number>() },
        onCandle(t) {
          const { seen } = t.state as { seen: Map<number, number> };
          seen.set(0, (seen.get(0) ?? 0) + 1);
          turn(t, seen.get(0)! % 20 === 0);
        },
      }),
    () =>
      named({
        state: { seen: {} as Record<string, number> },
        onCandle(t) {
          const { seen } = t.state as { seen: Record<string, number> };
          seen.all = (seen.all ?? 0) + 1;
          turn(t, seen.all % 20 === 0);
        },
      }),
  ],
  [
    'no number in its state',
    'restart',
    () =>
      named({
        state: { level: Number.NaN },
        onCandle(t) {
          const state = t.state as { level: number };
          turn(t, isDue(t.timeMs) && Number.isNaN(state.level));
        },
      }),
    () =>
      named({
        state: { level: null as number | null },
        onCandle: (t) => turn(t, isDue(t.timeMs) && (t.state as { level: number | null }).level === null),
      }),
  ],
  [
    'the clock',
    'touched',
    () => named({ onCandle: (t) => turn(t, isDue(t.timeMs) && Date.now() > 0) }),
    () => named({ onCandle: (t) => turn(t, isDue(t.timeMs) && t.timeMs > 0) }),
  ],
  [
    'the hour of this machine',
    'touched',
    () => named({ onCandle: (t) => turn(t, isDue(t.timeMs) && new Date(t.timeMs).getHours() < 25) }),
    () => named({ onCandle: (t) => turn(t, isDue(t.timeMs) && Math.floor(t.timeMs / 3_600_000) % 24 < 25) }),
  ],
  [
    'chance',
    'touched',
    () => named({ onCandle: (t) => turn(t, Math.random() < 0.05) }),
    () => named({ onCandle: (t) => turn(t, t.random() < 0.05) }),
  ],
  [
    'a timer',
    'touched',
    () =>
      named({
        onCandle(t) {
          clearTimeout(setTimeout(() => undefined, 1_000));
          turn(t, isDue(t.timeMs));
        },
      }),
    () => named({ onCandle: (t) => turn(t, isDue(t.timeMs)) }),
  ],
  [
    'an indicator that is warm too soon',
    'warm-up',
    () =>
      named({
        indicators: () => ({ average: slowAverage(10) }),
        onCandle: (t) => turn(t, isDue(t.timeMs) && (t.now as { average: number }).average > 0),
      }),
    () =>
      named({
        indicators: () => ({ average: ema('main', 10) }),
        onCandle: (t) => turn(t, isDue(t.timeMs) && (t.now as { average: number }).average > 0),
      }),
  ],
  [
    'one instance for all of an indicator',
    'warm-up',
    () => {
      const indicator = sharing(true);
      return named({
        indicators: () => ({ average: indicator }),
        onCandle: (t) => turn(t, isDue(t.timeMs) && (t.now as { average: number }).average > 0),
      });
    },
    () =>
      named({
        indicators: () => ({ average: sharing(false) }),
        onCandle: (t) => turn(t, isDue(t.timeMs) && (t.now as { average: number }).average > 0),
      }),
  ],
  [
    'a division by the range of a candle',
    'silence',
    () =>
      named({
        onCandle(t) {
          const { high, low, close } = t.candle;
          turn(t, isDue(t.timeMs), String(500 * (1 + (close - low) / (high - low))));
        },
      }),
    () =>
      named({
        onCandle(t) {
          const { high, low, close } = t.candle;
          turn(
            t,
            isDue(t.timeMs) && high > low,
            String(500 * (1 + (high > low ? (close - low) / (high - low) : 0))),
          );
        },
      }),
  ],
  [
    'conditions that never hold',
    'never fires',
    () => named({ onCandle: (t) => turn(t, t.candle.high < t.candle.low) }),
    () => named({ onCandle: (t) => turn(t, isDue(t.timeMs) && t.candle.high >= t.candle.low) }),
  ],
];

describe('npm run strategy -- check', () => {
  beforeEach(() => {
    kept.closes = new Map();
    kept.runs = 0;
  });

  it.each(PLANTED)('finds %s', (_, which, faulty) => {
    const found = checkLoaded(faulty, {}, CANDLES);
    expect(found.map(({ check }) => check)).toContain(which);
  });

  it.each(PLANTED)('passes the clean twin of %s', (_, __, ___, clean) => {
    expect(checkLoaded(clean, {}, CANDLES)).toEqual([]);
  });

  it('takes what is closed because the data end for no decision at the last candle', () => {
    const resting = named({
      onCandle: (t) => turn(t, isDue(t.timeMs)),
      onPositionClosed: (t) => t.rest('5m', { because: 'a position was closed' }),
    });
    expect(checkLoaded(() => resting, {}, CANDLES)).toEqual([]);
  });

  it.each(STRATEGIES.map(({ name }) => name))('passes %s', (name) => {
    const strategy = STRATEGIES.find((each) => each.name === name)!;
    const params: Record<string, Record<string, string>> = {
      'macd-trend': { fast: '3', slow: '6', signal: '3', trend: '20', quiet: '0' },
      'rsi-reversion': { length: '4' },
      'ema-rsi': { fast: '3', slow: '6', length: '4' },
    };
    expect(checkLoaded(() => strategy, params[name] ?? {}, 2_500)).toEqual([]);
  });
});

describe('npm run strategy -- new', () => {
  let root: string;
  let said: string[];
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'elvis-strategy-'));
    cpSync(join(ROOT, 'strategies'), join(root, 'strategies'), { recursive: true });
    said = [];
    for (const way of ['log', 'error'] as const)
      jest.spyOn(console, way).mockImplementation((...words: unknown[]) => void said.push(words.join(' ')));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(root, { recursive: true, force: true });
  });

  it('writes a strategy, its test and its line in the list, once', async () => {
    expect(await operate({ args: ['new', 'my-trend'], root })).toBe(0);
    const list = readFileSync(join(root, 'strategies', 'index.ts'), 'utf8');
    expect(list).toMatch(/import myTrend from '\.\/my-trend\.strategy';/);
    expect(list).toMatch(/\n {2}myTrend,\n\];/);
    expect(readFileSync(join(root, 'strategies', 'my-trend.spec.ts'), 'utf8')).toContain(
      "describe('my-trend'",
    );
    expect(await operate({ args: ['new', 'my-trend'], root })).toBe(64);
    expect(said.join('\n')).toContain('is there already');
  });

  it.each([
    [['new', 'My Trend'], 'in kebab case'],
    [['what', 'my-trend'], 'no verb what'],
    [['check', 'my-trend'], 'There is no strategies/my-trend.strategy.ts'],
    [['new', 'a', '--nope'], "Unknown option '--nope'"],
    [[], 'Name one strategy'],
  ])('refuses %p', async (args, why) => {
    expect(await operate({ args, root })).toBe(64);
    expect(said.join('\n')).toContain(why);
    expect(said.join('\n')).toContain('Nothing was done');
  });
});
