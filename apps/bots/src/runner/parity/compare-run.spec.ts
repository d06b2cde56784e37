/** A run of a bot, step by step as its worker decides it, held against the backtest of the same candles. */
import type { RunStep } from '@elvis/contracts';
import { Decimal } from '@elvis/trading';
import { createHash } from 'node:crypto';
import { STRATEGIES } from '../../../../../strategies';
import { INSTRUMENT } from '../../../test/bot-builders';
import { decideStep, needsOf } from '../decide-step';
import { CANDLE_NUMBERS, StepCall } from '../step-call';
import { RunFill } from './bot-step-records';
import { RunToCompare, compareRun } from './compare-run';

const MINUTE_MS = 60_000;
const FIRST_MS = 1_767_225_600_000;
const HISTORY = 1_100;
const COUNT = 1_400;

/** A walk that follows from its seed. */
function walk(count: number): Float64Array {
  const values = new Float64Array(count * CANDLE_NUMBERS);
  let [close, state] = [60_000, 42];
  const draw = (): number => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648 - 0.5;
  for (let at = 0; at < count; at += 1) {
    const open = close;
    close = Math.round(open * (1 + 0.004 * draw()) * 10) / 10;
    values.set([open, Math.max(open, close), Math.min(open, close), close, 1], at * CANDLE_NUMBERS);
  }
  return values;
}

const values = walk(COUNT);
const openOf = (at: number): number => FIRST_MS + at * MINUTE_MS;
const numberAt = (at: number, place: number): number => values[at * CANDLE_NUMBERS + place]!;
const wish = {
  strategy: 'ema-crossover',
  parameters: { fast: 3, slow: 8 },
  symbol: 'BTCUSDT',
  interval: '1m',
} as const;
/** The stop is never reached. */
const PROTECTIONS = { stopLoss: '0.09', takeProfit: 'off', trailingStop: 'off', maxHoldMs: 0 } as const;

/** What the journal would hold; every market order fills at the open of the next candle. */
function ran(): RunToCompare {
  const steps: RunStep[] = [];
  const fills: RunFill[] = [];
  let memory: StepCall['memory'] = null;
  let [held, entry, net] = [new Decimal(0), new Decimal(0), new Decimal(0)];
  for (let at = HISTORY; at < COUNT - 1; at += 1) {
    const { fromMs } = needsOf(wish, openOf(at), STRATEGIES).feeds.main!;
    const from = Math.max(0, (fromMs - FIRST_MS) / MINUTE_MS);
    const window = values.subarray(from * CANDLE_NUMBERS, (at + 1) * CANDLE_NUMBERS);
    const price = new Decimal(numberAt(at, 3));
    const worth = net.plus(10_000).plus(held.times(price.minus(entry)));
    const call: StepCall = {
      ...wish,
      protections: PROTECTIONS,
      seed: 7,
      memory,
      feeds: { main: { firstOpenMs: openOf(from), values: window } },
      facts: {
        timeMs: openOf(at) + MINUTE_MS,
        instrument: INSTRUMENT,
        capital: Decimal.min(10_000, worth).toFixed(),
        leverage: 1,
        position: held.toFixed(),
        entryPrice: held.isZero() ? null : entry.toFixed(),
        openedAtMs: held.isZero() ? null : 1,
        orders: [],
        today: { net: net.toFixed(), trades: 0 },
        price: price.toFixed(),
      },
      happening: { hook: 'onCandle' },
      heldBack: null,
    };
    const decision = decideStep(structuredClone(call), STRATEGIES);
    memory = decision.memory;
    const { feeds: _feeds, ...inputs } = call;
    const bytes = Buffer.from(window.buffer, window.byteOffset, window.byteLength);
    const hash = createHash('sha256').update(bytes).digest('hex');
    const candles = [
      { feed: 'main', interval: '1m', fromMs: openOf(from), toMs: openOf(at) + MINUTE_MS, hash },
    ];
    const step = steps.length + 1;
    const intents = decision.decided.map(({ action, role, terms, opens, because }, place) => ({
      n: place + 1,
      action,
      clientOrderId: `b.abc123.1.${step}.${place + 1}`,
      terms,
      role,
      opens,
      because,
    }));
    steps.push({
      step,
      cause: 'candle',
      candle: { market: 'futures', symbol: 'BTCUSDT', interval: '1m', openTimeMs: openOf(at), revision: 1 },
      dueAtMs: openOf(at) + MINUTE_MS,
      // As it comes back out of the history.
      inputs: JSON.parse(
        JSON.stringify({ ...inputs, candles, readings: decision.readings }),
      ) as RunStep['inputs'],
      reasons: [],
      intents,
      answers: intents.map(({ n, clientOrderId, action, because }) => ({
        ...{ n, clientOrderId, action, because },
        outcome: 'FILLED',
      })),
      isLate: false,
      failure: null,
    });
    for (const { clientOrderId, role, terms } of intents) {
      const { side, quantity } = terms as { side: 'BUY' | 'SELL'; quantity: string };
      const at1 = new Decimal(numberAt(at + 1, 0));
      const signed = new Decimal(quantity).times(side === 'BUY' ? 1 : -1);
      if (role === 'EXIT') net = net.minus(signed.times(at1.minus(entry)));
      else entry = at1;
      held = held.plus(signed);
      const atMs = openOf(at + 1) + 40;
      // In two parts, as order books have it.
      for (const share of [0.5, 0.5])
        fills.push({
          clientOrderId,
          name: role.toLowerCase(),
          side,
          quantity: new Decimal(quantity).times(share).toFixed(),
          price: at1.toFixed(),
          atMs,
        });
    }
  }
  return {
    ...wish,
    protections: PROTECTIONS,
    instrument: INSTRUMENT,
    capital: '10000',
    leverage: 1,
    minutes: { firstOpenMs: FIRST_MS, values },
    feeds: { main: { firstOpenMs: FIRST_MS, values, interval: '1m' } },
    steps,
    fills,
  };
}

describe('a run beside the backtest of its candles', () => {
  const run = ran();
  const changed = (at: number, change: Partial<RunStep>): RunToCompare => ({
    ...run,
    steps: run.steps.map((step, place) => (place === at ? { ...step, ...change } : step)),
  });
  const entries = run.steps.flatMap(({ intents }, at) =>
    intents.some(({ role }) => role === 'ENTRY') ? [at] : [],
  );
  const first = entries[0]!;
  const causesOf = (parity: ReturnType<typeof compareRun>) =>
    parity.differences.filter(({ follows, class: kind }) => !follows && kind !== 'DIFFERENT_FILL');

  it('differs by its fills alone, and by what follows from them', () => {
    const parity = compareRun(run, STRATEGIES);
    expect(entries.length).toBeGreaterThan(10);
    expect(parity.steps).toBe(run.steps.length);
    expect(causesOf(parity)).toEqual([]);
    expect(parity.counts).toMatchObject({ MISSED_STEP: 0, DENIED: 0 });
    // Both halves of the order are one fill; only what taking cost lies between.
    expect(parity.differences[0]).toMatchObject({
      class: 'DIFFERENT_FILL',
      step: first + 1,
      bot: expect.stringMatching(/^entry (BUY|SELL) [\d.]+ at [\d.]+$/),
    });
  });

  it('is told the candles of a step that were others than now', () => {
    const { inputs } = run.steps[first]!;
    const [window] = inputs.candles as readonly object[];
    const candles = [{ ...window, hash: 'f'.repeat(64) }];
    const parity = compareRun(
      changed(first, { inputs: { ...inputs, candles }, intents: [], answers: [] }),
      STRATEGIES,
    );
    expect(causesOf(parity)[0]).toMatchObject({
      class: 'DIFFERENT_DECISION',
      input: 'candle',
      step: first + 1,
      bot: `main ${'f'.repeat(16)}`,
    });
  });

  it('is told what held its entries back', () => {
    const { inputs } = run.steps[first]!;
    const heldBack = { code: 'BOT_PAUSED', why: 'paused: person' };
    const held = { inputs: { ...inputs, heldBack }, intents: [], answers: [] };
    expect(causesOf(compareRun(changed(first, held), STRATEGIES))[0]).toMatchObject({
      class: 'MISSED_STEP',
      bot: 'BOT_PAUSED: paused: person',
    });
    const failed = { inputs: {}, intents: [], answers: [], failure: 'it threw' };
    expect(causesOf(compareRun(changed(first, failed), STRATEGIES))[0]).toMatchObject({ bot: 'it threw' });
    const limited = { intents: [], answers: [], reasons: ['entry not done (BOT_LIMIT): maxPosition'] };
    expect(causesOf(compareRun(changed(first, limited), STRATEGIES))[0]).toMatchObject({
      class: 'MISSED_STEP',
      bot: 'entry not done (BOT_LIMIT): maxPosition',
    });
  });

  it('is told the code by which risk denied an order', () => {
    const { answers } = run.steps[first]!;
    const denied = answers.map((answer) => ({ ...answer, outcome: 'DENIED', code: 'ORDER_REPEATED' }));
    expect(causesOf(compareRun(changed(first, { answers: denied }), STRATEGIES))[0]).toMatchObject({
      class: 'DENIED',
      bot: 'ORDER_REPEATED',
      backtest: '',
    });
  });

  it('is told the step that is missing, and not of what came after the last', () => {
    const without = { ...run, steps: run.steps.filter((_, at) => at !== first) };
    expect(causesOf(compareRun(without, STRATEGIES))[0]).toMatchObject({
      class: 'MISSED_STEP',
      step: null,
      bot: 'no step',
    });
    const short = { ...run, steps: run.steps.slice(0, 100) };
    expect(compareRun(short, STRATEGIES).steps).toBe(100);
  });

  it('is not possible for an unknown strategy', () => {
    expect(() => compareRun({ ...run, strategy: 'none' }, STRATEGIES)).toThrow('There is no strategy none');
  });
});
