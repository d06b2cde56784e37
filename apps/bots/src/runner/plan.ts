/** What a step comes to, whoever planned it: the strategy's hook, or the bot's own rules about protections. */
import {
  BotGuard,
  BotOrder,
  BotStanding,
  DueStep,
  StepIntent,
  StrategyMemory,
  botOrderId,
} from '@elvis/contracts';

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

/** The id of a step's intent; protections end in their own letter. */
export const intentId = (
  { config, run }: BotStanding,
  { step }: Pick<DueStep, 'step'>,
  n: number,
  protection?: 's' | 't' | 'r',
): string => botOrderId(config.shortCode, run, step, n, protection);
