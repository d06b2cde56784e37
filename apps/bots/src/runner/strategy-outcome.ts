/**
 * What a step of the strategy comes to: a function of what the step was given and of what its hook decided on that, so that
 * it can be worked out again from the record. Entries that a limit of the bot's own holds back are taken out here.
 */
import { BotLimits, StepIntent } from '@elvis/contracts';
import { CandleInterval, Decimal, Market } from '@elvis/trading';
import { entryRefused } from '../limits/entry-limits';
import { Decided, Decision, StepCall, StrategyWish } from './step-call';

/** One feed as it was given: which candles, and the SHA-256 of their numbers. */
export interface GivenCandles {
  readonly feed: string;
  readonly market: Market;
  readonly symbol: string;
  readonly interval: CandleInterval;
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  readonly hash: string;
  /** Minutes that had been corrected by then, each with its revision; all others are the first. */
  readonly revised: readonly (readonly [openTimeMs: number, revision: number])[];
}

/** All that a step of the strategy is decided by, as it is recorded: the candles stand in their own store. */
export interface StrategyInputs extends Omit<StepCall, 'feeds'> {
  readonly planner: 'strategy';
  /** `b.<bot>.<run>.<step>`: what the ids of its orders begin with. */
  readonly stepId: string;
  readonly candles: readonly GivenCandles[];
  /** The bot's own limits of entries, and what they are held against beside `facts`. */
  readonly bounds: {
    readonly limits: BotLimits;
    readonly orderedAtMs: readonly number[];
    readonly nowMs: number;
  };
  /** Values of the indicators at this candle; absent where the hook failed. */
  readonly readings?: Decision['readings'];
}

/** A strategy that could not say which candles it needs. */
export interface NeedsInputs extends StrategyWish {
  readonly planner: 'needs';
  readonly openTimeMs: number;
}

export interface StrategyOutcome {
  readonly made: readonly { readonly decided: Decided; readonly intent: StepIntent }[];
  readonly reasons: readonly string[];
}

export function strategyOutcome(inputs: StrategyInputs, decision: Decision): StrategyOutcome {
  const { kept, refused } = withinLimits(inputs, decision.decided);
  const made = kept.map((decided, at) => ({ decided, intent: intentOf(inputs.stepId, decided, at + 1) }));
  return { made, reasons: [...reasonsOf({ ...decision, decided: kept }, inputs.heldBack), ...refused] };
}

function withinLimits(
  { facts, bounds }: StrategyInputs,
  decided: readonly Decided[],
): { readonly kept: readonly Decided[]; readonly refused: readonly string[] } {
  const { limits, orderedAtMs, nowMs } = bounds;
  const kept: Decided[] = [];
  const refused: string[] = [];
  const resting = facts.orders.filter(({ opens }) => opens).length;
  let held = new Decimal(facts.position);
  let opening = 0;
  for (const each of decided) {
    const { quantity, side } = each.terms as { quantity?: string; side?: string };
    const moved = new Decimal(quantity ?? 0).times(side === 'SELL' ? -1 : 1);
    const isEntry = each.opens && each.action === 'SUBMIT';
    const against = {
      positionAfter: held.plus(moved).times(facts.price),
      openOrders: resting + opening,
      orderedAtMs: [...orderedAtMs, ...Array<number>(opening).fill(nowMs)],
    };
    const refusal = isEntry ? entryRefused(limits, against, nowMs) : undefined;
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

const intentOf = (
  stepId: string,
  { action, role, terms, opens, because, clientOrderId }: Decided,
  n: number,
): StepIntent => ({
  n,
  action,
  clientOrderId: clientOrderId ?? `${stepId}.${n.toString(36)}`,
  terms,
  role,
  opens,
  because,
});

function reasonsOf(
  { decided, dropped, notes, isWarm }: Decision,
  heldBack: StepCall['heldBack'],
): readonly string[] {
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
