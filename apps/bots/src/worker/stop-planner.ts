/** Plans the step that ends a run. */
import { BotOrder, BotStanding, DueStep, StepIntent } from '@elvis/contracts';
import { Injectable } from '@nestjs/common';
import { BotInstruments } from '../facts/bot-instruments';
import { Plan, StepPlanner, stepIdOf } from '../runner/plan';
import { StopInputs, stopOutcome } from './stop-outcome';

@Injectable()
export class StopPlanner implements StepPlanner {
  constructor(private readonly instruments: BotInstruments) {}

  /** @throws TradingFailure the instrument is not known */
  async plan(standing: BotStanding, due: DueStep): Promise<Plan> {
    const { orders, memory, position, config } = standing;
    const { stepSize } = await this.instruments.find(config.market, config.symbol);
    const inputs: StopInputs = {
      planner: 'stop',
      stepId: stepIdOf(standing, due),
      mode: due.stop?.mode ?? 'cancel',
      market: config.market,
      symbol: config.symbol,
      orders: orders.map(({ clientOrderId, role }) => ({ clientOrderId, role })),
      position: position.quantity,
      stepSize,
    };
    const { intents, reasons } = stopOutcome(inputs);
    return {
      inputs: { ...inputs },
      intents,
      orders: intents.flatMap((intent) => exitOf(intent, due) ?? []),
      reasons,
      memory,
      isLate: false,
    };
  }
}

/** The order that closes the position, where the intent is that one. */
function exitOf({ action, clientOrderId, terms, because }: StepIntent, due: DueStep): BotOrder | undefined {
  if (action !== 'SUBMIT') return undefined;
  const { side, quantity } = terms as Pick<BotOrder, 'side' | 'quantity'>;
  return {
    clientOrderId,
    name: 'exit',
    role: 'EXIT',
    side,
    price: null,
    quantity,
    filled: '0',
    step: due.step,
    because,
    goodUntilMs: null,
  };
}
