/** Plans the steps that protect: they run no hook of the strategy, so that one which hangs keeps no stop from its place. */
import { BotOrder, BotStanding, DueStep, OrderView, StepIntent, StepRole } from '@elvis/contracts';
import { Redis, isTradingHalted } from '@elvis/platform';
import { Injectable } from '@nestjs/common';
import { Plan, StepPlanner } from '../runner/plan';
import { expiredEntries } from './expired-entries';
import { isFlattening } from './guard';
import { BotOpenOrders } from './bot-open-orders';
import { planProtection } from './domain/plan-protection';
import { ProtectionAction, ProtectionGiven } from './domain/protection-actions';
import { STEP_ROLE_OF, roleOf } from './domain/protection-ids';
import { ProtectionFacts } from './protection-facts';

@Injectable()
export class ProtectionPlanner implements StepPlanner {
  constructor(
    private readonly facts: ProtectionFacts,
    private readonly open: BotOpenOrders,
    private readonly redis: Redis,
  ) {}

  async plan(standing: BotStanding, due: DueStep): Promise<Plan> {
    const { config, run, guard, memory } = standing;
    // A bot has no exception from a halt; the sweep alarms, and asks again when it is over.
    if (await isTradingHalted(this.redis, { symbol: config.symbol, botConfigId: config.id })) {
      const reasons = ['trading is halted, or Redis cannot tell: nothing is sent'];
      return { inputs: { isHalted: true }, intents: [], orders: [], reasons, memory, isLate: false };
    }
    if (isFlattening(standing)) {
      const reasons = ['the bot is being stopped, and its stop closes the position'];
      return { inputs: { isFlattening: true }, intents: [], orders: [], reasons, memory, isLate: false };
    }
    const orders = await this.open.list(config.id);
    const step = `b.${config.shortCode}.${run.toString(36)}.${due.step.toString(36)}`;
    const given = await this.facts.gather(standing, orders, step);
    const { actions, closing } = planProtection(given);
    const late = expiredEntries(standing, given.nowMs).map((clientOrderId): ProtectionAction => ({
      kind: 'cancel',
      clientOrderId,
      because: 'The entry has not filled in the time it was given',
    }));
    const all = [...actions, ...late];
    return {
      inputs: inputsOf(given),
      intents: all.map((action, at) => intentOf(action, at + 1)),
      orders: all.flatMap((action) => ordersOf(action, due)),
      reasons:
        all.length > 0 ? all.map(({ because }) => because) : ['the protections are as they are wanted'],
      memory,
      guard: closing === null ? guard : { ...guard, closing },
      isLate: false,
    };
  }
}

/** Written down, so that the plan can be made again. */
const inputsOf = ({
  instrument,
  held,
  terms,
  orders,
  refused,
  reached,
  close,
  price,
  nowMs,
}: ProtectionGiven) => ({
  instrument: instrument.symbol,
  held: held ?? null,
  terms,
  orders: orders.map(
    ({
      clientOrderId,
      status,
      side,
      type,
      quantity,
      filledQuantity,
      stopPrice,
      price,
      closePosition,
    }: OrderView) => ({
      clientOrderId,
      status,
      side,
      type,
      quantity,
      filledQuantity,
      stopPrice,
      price,
      closePosition,
    }),
  ),
  refused,
  reached,
  close,
  price,
  nowMs,
});

function intentOf(action: ProtectionAction, n: number): StepIntent {
  const { because } = action;
  switch (action.kind) {
    case 'cancel': {
      const { clientOrderId } = action;
      return {
        n,
        action: 'CANCEL',
        clientOrderId,
        terms: {},
        role: stepRole(clientOrderId),
        opens: false,
        because,
      };
    }
    case 'place': {
      const { clientOrderId, botConfigId: _bot, ...terms } = action.order;
      return {
        n,
        action: 'SUBMIT',
        clientOrderId,
        terms: { ...terms },
        role: stepRole(clientOrderId),
        opens: false,
        because,
      };
    }
    case 'place-list': {
      const { botConfigId: _bot, side: _side, ...terms } = action.list;
      const { clientOrderId } = action.list.stop;
      return { n, action: 'SUBMIT_LIST', clientOrderId, terms, role: 'STOP', opens: false, because };
    }
  }
}

const stepRole = (clientOrderId: string): StepRole => {
  const role = roleOf(clientOrderId);
  return role ? STEP_ROLE_OF[role] : 'EXIT';
};

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
