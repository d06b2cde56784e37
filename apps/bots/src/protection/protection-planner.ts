/** Plans the steps that protect: they run no hook of the strategy, so that one which hangs keeps no stop from its place. */
import { BotOrder, BotStanding, DueStep } from '@elvis/contracts';
import { Redis, isTradingHalted } from '@elvis/platform';
import { Injectable } from '@nestjs/common';
import { Plan, StepPlanner, stepIdOf } from '../runner/plan';
import { BotOpenOrders } from './bot-open-orders';
import { ProtectionAction } from './domain/protection-actions';
import { roleOf } from './domain/protection-ids';
import { expiredEntries } from './expired-entries';
import { isFlattening } from './guard';
import { ProtectionFacts } from './protection-facts';
import { IdleInputs, ProtectionInputs, idleOutcome, protectionOutcome, stepRole } from './protection-outcome';

@Injectable()
export class ProtectionPlanner implements StepPlanner {
  constructor(
    private readonly facts: ProtectionFacts,
    private readonly open: BotOpenOrders,
    private readonly redis: Redis,
  ) {}

  async plan(standing: BotStanding, due: DueStep): Promise<Plan> {
    const { config, guard, memory } = standing;
    // A bot has no exception from a halt; the sweep alarms, and asks again when it is over.
    if (await isTradingHalted(this.redis, { symbol: config.symbol, botConfigId: config.id }))
      return idle('halted', standing);
    if (isFlattening(standing)) return idle('flattening', standing);
    const given = await this.facts.gather(standing, await this.open.list(config.id), stepIdOf(standing, due));
    const inputs: ProtectionInputs = {
      planner: 'protection',
      ...given,
      expired: expiredEntries(standing, given.nowMs),
    };
    const { actions, closing, intents, reasons } = protectionOutcome(inputs);
    return {
      inputs: { ...inputs },
      intents,
      orders: actions.flatMap((action) => ordersOf(action, due)),
      reasons,
      memory,
      guard: closing === null ? guard : { ...guard, closing },
      isLate: false,
    };
  }
}

const idle = (planner: IdleInputs['planner'], { memory }: BotStanding): Plan => ({
  inputs: { planner },
  ...idleOutcome({ planner }),
  orders: [],
  memory,
  isLate: false,
});

function ordersOf(action: ProtectionAction, { step }: DueStep): readonly BotOrder[] {
  if (action.kind === 'cancel') return [];
  const { because } = action;
  const shared = { filled: '0', step, because, goodUntilMs: null };
  if (action.kind === 'place') {
    const { clientOrderId, side, quantity, price, stopPrice } = action.order;
    const name = roleOf(clientOrderId) ?? 'exit';
    const role = stepRole(clientOrderId);
    return [{ ...shared, clientOrderId, name, role, side, price: stopPrice ?? price ?? null, quantity }];
  }
  const { side, quantity, stop, target } = action.list;
  return [
    {
      ...shared,
      clientOrderId: stop.clientOrderId,
      name: 'stop',
      role: 'STOP',
      side,
      price: stop.stopPrice,
      quantity,
    },
    {
      ...shared,
      clientOrderId: target.clientOrderId,
      name: 'target',
      role: 'TARGET',
      side,
      price: target.price,
      quantity,
    },
  ];
}
