/** What a stop sends: entries go first, then the position, and what protects it last; on spot before the position. */
import { BotOrder, BotStanding, DueStep, StepIntent } from '@elvis/contracts';
import { Decimal, floorToStep } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { BotInstruments } from '../facts/bot-instruments';
import { Plan, StepPlanner, intentId } from '../runner/plan';

const PROTECTIONS: ReadonlySet<string> = new Set(['STOP', 'TARGET', 'TRAILING']);

export const isProtection = ({ role }: Pick<BotOrder, 'role'>): boolean => PROTECTIONS.has(role);

@Injectable()
export class StopPlanner implements StepPlanner {
  constructor(private readonly instruments: BotInstruments) {}

  async plan(standing: BotStanding, due: DueStep): Promise<Plan> {
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
    const isSpot = config.market === 'spot';
    const { stepSize } = await this.instruments.find(config.market, config.symbol);
    const held = new Decimal(position.quantity);
    const closes = floorToStep(held.abs(), new Decimal(stepSize));
    // On spot what protects locks the coin, so it has to go first.
    if (mode === 'flatten' && isSpot) orders.filter(isProtection).forEach(cancel);
    if (mode === 'flatten' && closes.gt(0)) {
      const n = intents.length + 1;
      const clientOrderId = intentId(standing, due, n);
      const side = held.isNegative() ? 'BUY' : 'SELL';
      const { market, symbol } = config;
      const quantity = closes.toFixed();
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
    if (mode === 'flatten' && !isSpot) orders.filter(isProtection).forEach(cancel);
    const reasons = intents.length > 0 ? [because] : [`${because}; there is nothing to send`];
    return { inputs: { mode }, intents, orders: sent, reasons, memory, isLate: false };
  }
}
