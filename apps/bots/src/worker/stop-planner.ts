/** What a stop sends: entries go first, then the position, and what protects it last. */
import { BotOrder, BotStanding, DueStep, StepIntent } from '@elvis/contracts';
import { Decimal } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { Plan, StepPlanner, intentId } from '../runner/plan';

const PROTECTIONS: ReadonlySet<string> = new Set(['STOP', 'TARGET', 'TRAILING']);

export const isProtection = ({ role }: Pick<BotOrder, 'role'>): boolean => PROTECTIONS.has(role);

@Injectable()
export class StopPlanner implements StepPlanner {
  plan(standing: BotStanding, due: DueStep): Promise<Plan> {
    const { orders, memory, position, config } = standing;
    const mode = due.stop?.mode ?? 'cancel';
    const because = `the bot is stopped: ${mode}`;
    const intents: StepIntent[] = [];
    const cancel = ({ clientOrderId, role }: BotOrder): void => {
      const n = intents.length + 1;
      intents.push({ n, action: 'CANCEL', clientOrderId, terms: {}, role, opens: false, because });
    };
    if (mode !== 'keep') orders.filter((order) => !isProtection(order)).forEach(cancel);
    const sent: BotOrder[] = [];
    const held = new Decimal(position.quantity);
    if (mode === 'flatten' && !held.isZero()) {
      const n = intents.length + 1;
      const clientOrderId = intentId(standing, due, n);
      const side = held.isNegative() ? 'BUY' : 'SELL';
      const { market, symbol } = config;
      const quantity = held.abs().toFixed();
      const terms = {
        market,
        symbol,
        side,
        type: 'MARKET',
        quantity,
        ...(market === 'futures' && { reduceOnly: true }),
      };
      intents.push({ n, action: 'SUBMIT', clientOrderId, terms, role: 'EXIT', opens: false, because });
      sent.push({
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
      });
    }
    if (mode === 'flatten') orders.filter(isProtection).forEach(cancel);
    const reasons = intents.length > 0 ? [because] : [`${because}; there is nothing to send`];
    return Promise.resolve({ inputs: { mode }, intents, orders: sent, reasons, memory, isLate: false });
  }
}
