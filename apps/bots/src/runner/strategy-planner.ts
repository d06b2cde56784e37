/** Plans a step by the strategy's hook, which runs in a thread of its own on candles and facts of this moment. */
import { BotOrder, BotStanding, DueStep, StepCandle, StepIntent } from '@elvis/contracts';
import { CandleInterval, Decimal, intervalLengthMs } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { BotCandles, CandleWindow } from '../facts/bot-candles';
import { ExchangeTime } from '../facts/exchange-time';
import { BotInstruments } from '../facts/bot-instruments';
import { dayFigures } from '../figures/bot-figures';
import { reachedLimits } from '../limits/bot-limits';
import { HookFailure } from './hook-thread';
import { HookPool } from './hook-pool';
import { Plan, StepPlanner, stepIdOf } from './plan';
import { Decided, Happening, StepCall, StepFactsMessage, hashOf } from './step-call';
import { NeedsInputs, StrategyInputs, strategyOutcome } from './strategy-outcome';

type PlainInterval = Exclude<CandleInterval, '1w' | '1M'>;

@Injectable()
export class StrategyPlanner implements StepPlanner {
  constructor(
    private readonly pool: HookPool,
    private readonly candles: BotCandles,
    private readonly instruments: BotInstruments,
    private readonly time: ExchangeTime,
  ) {}

  async plan(standing: BotStanding, due: DueStep): Promise<Plan> {
    const isLate = this.time.nowMs() > due.decideByMs;
    const base = { orders: standing.orders, memory: standing.memory, isLate };
    let inputs: Plan['inputs'] = { ...this.wishAt(standing, due) };
    try {
      const asked = await this.callOf(standing, due, heldBackOf(standing, isLate, this.time.nowMs()));
      inputs = { ...asked.inputs };
      const decision = await this.pool.decide(asked.call);
      const { made, reasons } = strategyOutcome(asked.inputs, decision);
      return {
        ...base,
        inputs: { ...inputs, readings: decision.readings },
        intents: made.map(({ intent }) => intent),
        orders: made.flatMap(({ decided, intent }) => orderOf(due, decided, intent) ?? []),
        reasons,
        memory: decision.memory,
        ...(due.cause === 'start' && { isWarm: decision.isWarm }),
      };
    } catch (error) {
      if (!(error instanceof HookFailure)) throw error;
      const failure = `The strategy ${standing.config.strategy} failed, so this step had no effect: ${error.message}`;
      return { ...base, inputs, intents: [], orders: [], reasons: [failure], failure };
    }
  }

  private wishAt(standing: BotStanding, due: DueStep): NeedsInputs {
    const { strategy, parameters = {}, symbol, interval } = standing.config;
    const span = intervalLengthMs(interval as PlainInterval);
    const openTimeMs = endOf(standing, due, span) - span;
    return { planner: 'needs', strategy, parameters, symbol, interval, openTimeMs };
  }

  /** @throws TradingFailure; HookFailure the strategy could not say what it needs */
  private async callOf(
    standing: BotStanding,
    due: DueStep,
    heldBack: StepCall['heldBack'],
  ): Promise<{ readonly call: StepCall; readonly inputs: StrategyInputs }> {
    const { config } = standing;
    const { market, symbol } = config;
    if (due.minute) this.candles.add(market, symbol, due.minute);
    const { planner: _needs, openTimeMs, ...wish } = this.wishAt(standing, due);
    const toMs = openTimeMs + intervalLengthMs(wish.interval as PlainInterval);
    const needs = await this.pool.needs(wish, openTimeMs);
    const read = await Promise.all(
      Object.entries(needs.feeds).map(async ([feed, { symbol: of, interval, fromMs }]) => {
        const span = intervalLengthMs(interval as PlainInterval);
        const end = Math.floor(toMs / span) * span;
        const window = { market, symbol: of, interval: interval as PlainInterval, fromMs, toMs: end };
        return { feed, of: window, window: await this.candles.window(window) };
      }),
    );
    const main = read.find(({ feed }) => feed === 'main')!.window;
    const given = {
      ...wish,
      protections: config.protections ?? null,
      seed: seedOf(config.id),
      memory: standing.memory,
      facts: await this.factsOf(standing, due, toMs, main),
      happening: happeningOf(due),
      heldBack,
    };
    return {
      call: {
        ...given,
        feeds: Object.fromEntries(
          read.map(({ feed, window: { firstOpenMs, values } }) => [feed, { firstOpenMs, values }]),
        ),
      },
      inputs: {
        planner: 'strategy',
        stepId: stepIdOf(standing, due),
        ...given,
        candles: read.map(({ feed, of, window }) => ({
          feed,
          ...of,
          fromMs: window.firstOpenMs,
          hash: hashOf(window.values),
          revised: window.revised,
        })),
        bounds: {
          limits: config.limits ?? {},
          orderedAtMs: standing.orderedAtMs,
          nowMs: this.time.nowMs(),
        },
      },
    };
  }

  private async factsOf(
    { config, position, orders, figures }: BotStanding,
    due: DueStep,
    toMs: number,
    main: CandleWindow,
  ): Promise<StepFactsMessage> {
    const instrument = await this.instruments.find(config.market, config.symbol);
    const price = new Decimal(main.values.at(-2)!);
    const open = new Decimal(position.quantity).times(price.minus(position.entryPrice ?? price));
    const capital = new Decimal(config.initialCapital);
    const worth = capital.plus(figures.net).plus(open);
    const { net, trades } = dayFigures(figures, toMs - 1);
    return {
      timeMs: due.fact?.fill?.tradedAtMs ?? toMs,
      instrument,
      capital: Decimal.max(0, Decimal.min(capital, worth)).toFixed(),
      leverage: config.leverage,
      position: position.quantity,
      entryPrice: position.entryPrice,
      openedAtMs: position.openedAtMs,
      orders: orders.map(({ name, clientOrderId, side, price: at, quantity, filled, role }) => ({
        name,
        clientOrderId,
        side,
        price: at,
        quantity,
        filled,
        role,
        opens: role === 'ENTRY' || role === 'GRID',
      })),
      today: { net, trades },
      price: price.toFixed(),
    };
  }
}

/** What may fill once its intent is carried out; undefined for a change of an order that stands. */
function orderOf(
  due: DueStep,
  { action, role, name, terms, goodForMs, because, protections }: Decided,
  { clientOrderId }: StepIntent,
): BotOrder | undefined {
  if (action !== 'SUBMIT') return undefined;
  const { side, quantity, price } = terms as { side: BotOrder['side']; quantity: string; price?: string };
  return {
    clientOrderId,
    name,
    role,
    side,
    price: price ?? null,
    quantity,
    filled: '0',
    step: due.step,
    because,
    goodUntilMs: goodForMs === null ? null : due.dueAtMs + goodForMs,
    ...(protections && { protections }),
  };
}

function heldBackOf(standing: BotStanding, isLate: boolean, nowMs: number): StepCall['heldBack'] {
  const { state, causes, isWarm, config, figures, lateSteps } = standing;
  if (isLate) return { code: 'BOT_STEP_LATE', why: 'the step came after its time, so it may only reduce' };
  if (!isWarm) return { code: 'BOT_WARMING', why: 'the indicators have not had their history yet' };
  if (state === 'PAUSED') return { code: 'BOT_PAUSED', why: `paused: ${causes.join(', ')}` };
  if (state !== 'RUNNING') return { code: 'BOT_NOT_RUNNING', why: `the bot is ${state}` };
  const [reached] = reachedLimits(config.limits ?? {}, figures, lateSteps, nowMs);
  if (reached)
    return { code: 'BOT_LIMIT', why: `${reached.limit} is reached: ${reached.value} of ${reached.maximum}` };
  return null;
}

/** Where the candles of a step end: with the candle it is about, or the last one that closed before it fell due. */
function endOf({ lastCandleMs }: BotStanding, { candle, dueAtMs }: DueStep, span: number): number {
  if (candle) return closeOf(candle, span);
  if (lastCandleMs > 0) return lastCandleMs + span;
  return Math.floor(dueAtMs / span) * span;
}

const closeOf = ({ openTimeMs }: StepCandle, span: number): number => openTimeMs + span;

function happeningOf({ cause, fact, signal }: DueStep): Happening {
  if (cause === 'start') return { hook: 'onStart' };
  if (cause === 'signal' && signal) {
    const { signalId, action, confidence, model = null, features = null, note = null } = signal;
    const sure = confidence === undefined ? null : Number(confidence);
    return { hook: 'onSignal', signal: { signalId, action, confidence: sure, model, features, note } };
  }
  if (cause === 'fill' && fact?.fill) {
    const { side, price, quantity, fee } = fact.fill;
    return { hook: 'onFill', fill: { name: fact.name, side, price, quantity, fee } };
  }
  if (cause === 'order-closed' && fact?.closed) {
    const { status, code } = fact.closed;
    const order = { name: fact.name, status: status as 'FILLED', ...(code !== undefined && { code }) };
    return { hook: 'onOrderClosed', order };
  }
  if (cause === 'position-closed' && fact?.position) {
    const { direction, net, reason } = fact.position;
    return { hook: 'onPositionClosed', closed: { direction, net, reason: reason as 'exit' } };
  }
  return { hook: 'onCandle' };
}

/** A whole number of 32 bits that follows from the bot's id. */
const seedOf = (botId: string): number => createHash('sha256').update(botId).digest().readInt32BE(0);
