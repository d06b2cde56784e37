/** What a step comes to, whoever planned it: the strategy's hook, or the bot's own rules about protections. */
import { BotGuard, BotOrder, BotStanding, DueStep, StepIntent, StrategyMemory } from '@elvis/contracts';
import canonicalize from 'canonicalize';
import { createHash } from 'node:crypto';

export interface Plan {
  /** All that it was decided by, so that it can be decided again. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly intents: readonly StepIntent[];
  /** What may fill once the intents are carried out. */
  readonly orders: readonly BotOrder[];
  readonly reasons: readonly string[];
  readonly memory: StrategyMemory | null;
  /** What is then known of the position's protection; as it was where absent. */
  readonly guard?: BotGuard;
  /** Of the first step: whether the indicators have their history. */
  readonly isWarm?: boolean;
  readonly isLate: boolean;
  /** Why the hook came to no end; there are no intents then. */
  readonly failure?: string;
}

/** Plans the steps of some causes. It changes nothing: what it plans may be planned again. */
export interface StepPlanner {
  /** @throws TradingFailure something it needs is not known now; the step waits */
  plan(standing: BotStanding, due: DueStep): Promise<Plan>;
}

/** `b.<bot>.<run>.<step>`: what the ids of a step's orders begin with; their numbers follow behind a dot. */
export const stepIdOf = ({ config, run }: BotStanding, { step }: Pick<DueStep, 'step'>): string =>
  `b.${config.shortCode}.${run.toString(36)}.${step.toString(36)}`;

/**
 * Of the canonical JSON (RFC 8785): a store that sorts the keys of an object keeps the hash.
 *
 * @throws Error for a text that is no Unicode
 */
export const hashOfInputs = (inputs: Plan['inputs']): string =>
  createHash('sha256')
    .update(canonicalize(JSON.parse(JSON.stringify(inputs))) as string)
    .digest('hex');
