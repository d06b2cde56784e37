/**
 * One step of a bot: candles and facts in, orders out. A function of its call alone, the same strategy run and the same
 * sizes as in a backtest, so that it can be run again from what was recorded.
 */
import type { BotProtections } from '@elvis/contracts';
import {
  Candle,
  FLAT,
  Fraction,
  Interval,
  PreparedStrategy,
  Protections,
  StepFacts,
  StepResult,
  Strategy,
  StrategyRun,
  intervalMs,
  positionOf,
} from '@elvis/strategy';
import { Decimal, fromInstrumentMessage } from '@elvis/trading';
import {
  CANDLE_NUMBERS,
  Decision,
  FeedCandles,
  Needs,
  StepCall,
  StepFactsMessage,
  StrategyWish,
} from './step-call';
import { OrderDecisions, OrderFacts } from './order-decisions';

/** As configurations say it. */
const OFF = 'off';
const HOOKS = ['onFill', 'onOrderClosed', 'onPositionClosed', 'onSignal', 'onStart', 'onStop'] as const;

/** @throws RangeError for a name that no strategy has; ParameterProblems for parameters that it does not take */
function prepare(
  { strategy, parameters, symbol, interval }: StrategyWish,
  strategies: readonly Strategy[],
): PreparedStrategy {
  const found = strategies.find(({ name }) => name === strategy);
  if (!found) throw new RangeError(`There is no strategy ${strategy}`);
  return found.prepare({ symbol, interval: interval as Interval }, parameters);
}

/** From which candle on each feed must be given so that the main candle opening at `openTimeMs` can be stepped on. */
export function needsOf(wish: StrategyWish, openTimeMs: number, strategies: readonly Strategy[]): Needs {
  const prepared = prepare(wish, strategies);
  const run = new StrategyRun(prepared, 0);
  return {
    feeds: Object.fromEntries(
      Object.entries(prepared.feeds).map(([name, { symbol, interval }]) => [
        name,
        { symbol, interval, fromMs: run.neededFromMs(name, openTimeMs) },
      ]),
    ),
    hooks: HOOKS.filter((hook) => prepared.hooks[hook] !== undefined),
  };
}

/** @throws whatever the author's hook throws */
export function decideStep(call: StepCall, strategies: readonly Strategy[]): Decision {
  const prepared = withProtections(prepare(call, strategies), call.protections);
  const run = new StrategyRun(prepared, call.seed, call.memory ?? undefined);
  feedAll(run, prepared, call.feeds);
  const facts = factsOf(call.facts);
  const began = performance.now();
  const result = happen(run, facts, call);
  const took = { hookMs: performance.now() - began };
  const maker = new OrderDecisions(call, facts, prepared.protections);
  for (const wish of result.wishes) maker.grant(wish);
  for (const wish of result.dropped) maker.drop(wish, 'AT_REST');
  const { decided, dropped, notes } = maker;
  return {
    isWarm: run.isWarm,
    decided,
    dropped,
    notes,
    readings: run.isWarm ? run.latest : {},
    memory: run.memory,
    took,
  };
}

function happen(run: StrategyRun, facts: StepFacts, { happening }: StepCall): StepResult {
  switch (happening.hook) {
    case 'onCandle':
      return run.onCandle(facts);
    case 'onStart':
      return run.isWarm ? run.onStart(facts) : { wishes: [], dropped: [] };
    case 'onStop':
      return run.onStop(facts);
    case 'onSignal':
      return run.onSignal(facts, happening.signal);
    case 'onFill': {
      const { price, quantity, fee, ...fill } = happening.fill;
      const amounts = { price: new Decimal(price), quantity: new Decimal(quantity), fee: new Decimal(fee) };
      return run.onFill(facts, { ...fill, ...amounts });
    }
    case 'onOrderClosed':
      return run.onOrderClosed(facts, happening.order);
    case 'onPositionClosed':
      return run.onPositionClosed(facts, { ...happening.closed, net: new Decimal(happening.closed.net) });
  }
}

/** In order of their closes; of those that close together the larger first, and the main one last. */
function feedAll(
  run: StrategyRun,
  { feeds }: PreparedStrategy,
  given: Readonly<Record<string, FeedCandles>>,
): void {
  const all = Object.entries(feeds).flatMap(([name, { interval }]) => {
    const { firstOpenMs, values } = given[name]!;
    const span = intervalMs(interval);
    return Array.from({ length: values.length / CANDLE_NUMBERS }, (_, at) => {
      const candle = candleAt(values, at, firstOpenMs + at * span);
      return { name, span, closeMs: candle.openTimeMs + span, candle };
    });
  });
  if (Object.keys(feeds).length > 1)
    all.sort(
      (a, b) =>
        a.closeMs - b.closeMs || Number(a.name === 'main') - Number(b.name === 'main') || b.span - a.span,
    );
  for (const { name, candle } of all) run.feed(name, candle);
}

function candleAt(values: Float64Array, at: number, openTimeMs: number): Candle {
  const from = at * CANDLE_NUMBERS;
  const [open, high, low, close, volume] = values.subarray(from, from + CANDLE_NUMBERS) as unknown as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { openTimeMs, open, high, low, close, volume };
}

/** What the configuration says counts before what the strategy says. */
export function withProtections(prepared: PreparedStrategy, given: BotProtections | null): PreparedStrategy {
  if (!given) return prepared;
  const of = (text: string | undefined, own: Fraction | null): Fraction | null =>
    text === undefined ? own : text === OFF ? null : Fraction.of(text);
  const { stop, target, trailing, timeMs } = prepared.protections;
  const protections: Protections = {
    stop: of(given.stopLoss, stop),
    target: given.takeProfit === undefined ? target : of(given.takeProfit, null),
    trailing: of(given.trailingStop, trailing),
    timeMs: given.maxHoldMs === undefined ? timeMs : given.maxHoldMs || null,
  };
  return { ...prepared, protections };
}

function factsOf(facts: StepFactsMessage): OrderFacts {
  const quantity = new Decimal(facts.position);
  const direction = quantity.isNegative() ? 'SHORT' : 'LONG';
  const position = quantity.isZero()
    ? FLAT
    : positionOf(direction, quantity.abs(), new Decimal(facts.entryPrice ?? 0), facts.openedAtMs ?? 0);
  return {
    timeMs: facts.timeMs,
    instrument: fromInstrumentMessage(facts.instrument),
    capital: new Decimal(facts.capital),
    position,
    orders: facts.orders.map(({ name, side, price, quantity: asked, filled }) => ({
      name,
      side,
      price: price === null ? null : new Decimal(price),
      quantity: new Decimal(asked),
      filled: new Decimal(filled),
    })),
    today: { net: new Decimal(facts.today.net), trades: facts.today.trades },
  };
}
