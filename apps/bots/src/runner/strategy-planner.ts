/** Plans a step by the strategy's hook, which runs in a thread of its own on candles and facts of this moment. */
import { BotOrder, BotStanding, DueStep, StepCandle, StepIntent } from '@elvis/contracts';
import { CandleInterval, Decimal, intervalLengthMs } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { BotCandles, CandleWindow } from '../facts/bot-candles';
import { ExchangeTime } from '../facts/exchange-time';
import { BotInstruments } from '../facts/bot-instruments';
import { dayFigures } from '../figures/bot-figures';
import { entryRefused } from '../limits/entry-limits';
import { reachedLimits } from '../limits/bot-limits';
import { HookFailure } from './hook-thread';
import { HookPool } from './hook-pool';
import { Plan, StepPlanner, intentId } from './plan';
import { Decided, Decision, Happening, StepCall, StepFactsMessage } from './step-call';

type HeldBack = StepCall['heldBack'];
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
    const { config } = standing;
    const isLate = this.time.nowMs() > due.decideByMs;
    const base = { orders: standing.orders, memory: standing.memory, isLate };
    try {
      const { call, candles } = await this.callOf(
        standing,
        due,
        heldBackOf(standing, isLate, this.time.nowMs()),
      );
      const { feeds: _feeds, ...inputs } = call;
      const decision = await this.pool.decide(call);
      const { kept, refused } = this.withinLimits(standing, decision, call.facts.price);
      const made = kept.map((decided, at) => this.intentOf(standing, due, decided, at + 1));
      return {
        ...base,
        inputs: { ...inputs, candles, readings: decision.readings },
        intents: made.map(({ intent }) => intent),
        orders: made.flatMap(({ order }) => order ?? []),
        reasons: [...reasonsOf({ ...decision, decided: kept }, call.heldBack), ...refused],
        memory: decision.memory,
        ...(due.cause === 'start' && { isWarm: decision.isWarm }),
      };
    } catch (error) {
      if (!(error instanceof HookFailure)) throw error;
      const failure = `The strategy ${config.strategy} failed, so this step had no effect: ${error.message}`;
      return { ...base, inputs: {}, intents: [], orders: [], reasons: [failure], failure };
    }
  }

  /** Without the entries that one of the bot's own limits keeps back. */
  private withinLimits(
    { config, position, orders, orderedAtMs }: BotStanding,
    { decided }: Decision,
    priceText: string,
  ): { readonly kept: readonly Decided[]; readonly refused: readonly string[] } {
    const kept: Decided[] = [];
    const refused: string[] = [];
    const nowMs = this.time.nowMs();
    const resting = orders.filter(({ role }) => role === 'ENTRY' || role === 'GRID').length;
    let held = new Decimal(position.quantity);
    let opening = 0;
    for (const each of decided) {
      const { quantity, side } = each.terms as { quantity?: string; side?: string };
      const moved = new Decimal(quantity ?? 0).times(side === 'SELL' ? -1 : 1);
      const isEntry = each.opens && each.action === 'SUBMIT';
      const facts = {
        positionAfter: held.plus(moved).times(priceText),
        openOrders: resting + opening,
        orderedAtMs: [...orderedAtMs, ...Array<number>(opening).fill(nowMs)],
      };
      const refusal = isEntry ? entryRefused(config.limits ?? {}, facts, nowMs) : undefined;
      if (refusal) {
        refused.push(
          `${each.name} not done (BOT_LIMIT): ${refusal.limit} is reached, ${refusal.value} of ${refusal.maximum}`,
        );
        continue;
      }
      kept.push(each);
      if (each.action === 'SUBMIT') held = held.plus(moved);
      if (isEntry) opening += 1;
    }
    return { kept, refused };
  }

  /** @throws TradingFailure; HookFailure the strategy could not say what it needs */
  private async callOf(
    standing: BotStanding,
    due: DueStep,
    heldBack: HeldBack,
  ): Promise<{ call: StepCall; candles: readonly object[] }> {
    const { config } = standing;
    const { market, symbol, strategy, parameters = {} } = config;
    const interval = config.interval as PlainInterval;
    if (due.minute) this.candles.add(market, symbol, due.minute);
    const wish = { strategy, parameters, symbol, interval };
    const span = intervalLengthMs(interval);
    const toMs = endOf(standing, due, span);
    const needs = await this.pool.needs(wish, toMs - span);
    const read = await Promise.all(
      Object.entries(needs.feeds).map(async ([name, feed]) => {
        const itsSpan = intervalLengthMs(feed.interval as PlainInterval);
        const end = Math.floor(toMs / itsSpan) * itsSpan;
        const of = {
          market,
          symbol: feed.symbol,
          interval: feed.interval as PlainInterval,
          fromMs: feed.fromMs,
        };
        return { name, of: { ...of, toMs: end }, window: await this.candles.window({ ...of, toMs: end }) };
      }),
    );
    const main = read.find(({ name }) => name === 'main')!.window;
    const facts = await this.factsOf(standing, due, toMs, main);
    return {
      call: {
        ...wish,
        protections: config.protections ?? null,
        seed: seedOf(config.id),
        memory: standing.memory,
        feeds: Object.fromEntries(read.map(({ name, window }) => [name, window])),
        facts,
        happening: happeningOf(due),
        heldBack,
      },
      candles: read.map(({ name, of, window }) => ({
        feed: name,
        ...of,
        fromMs: window.firstOpenMs,
        hash: hashOf(window),
      })),
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

  private intentOf(
    standing: BotStanding,
    due: DueStep,
    { action, role, name, terms, opens, goodForMs, because, protections, clientOrderId: of }: Decided,
    n: number,
  ): { readonly intent: StepIntent; readonly order?: BotOrder } {
    const clientOrderId = of ?? intentId(standing, due, n);
    const intent: StepIntent = { n, action, clientOrderId, terms, role, opens, because };
    if (action !== 'SUBMIT') return { intent };
    const { side, quantity, price } = terms as { side: BotOrder['side']; quantity: string; price?: string };
    const order: BotOrder = {
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
    return { intent, order };
  }
}

function heldBackOf(standing: BotStanding, isLate: boolean, nowMs: number): HeldBack {
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

function reasonsOf({ decided, dropped, notes, isWarm }: Decision, heldBack: HeldBack): readonly string[] {
  const reasons = [
    ...decided.map(
      ({ name, action, because }) => `${action === 'SUBMIT' ? name : `${action} ${name}`}: ${because}`,
    ),
    ...dropped.map(({ wish, code, because }) => `${wish} not done (${code}): ${because}`),
    ...notes,
  ];
  if (reasons.length > 0) return reasons;
  if (!isWarm) return ['warming up: the history of the indicators is not complete'];
  return [heldBack ? `nothing wished; ${heldBack.why}` : 'nothing wished'];
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

const hashOf = ({ values }: CandleWindow): string =>
  createHash('sha256')
    .update(Buffer.from(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');
