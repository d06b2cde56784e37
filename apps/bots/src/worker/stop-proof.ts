/** Whether a stop has reached what its mode promises: the exchange is asked twice, and both answers have to show it. */
import { BotRemainder, BotStanding, BotStopMode, getFreshPosition, listOpenOrders } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Decimal } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { BotJournal } from '../journal/bot-journal';
import { isProtection } from './stop-outcome';

const BETWEEN_MS = 300;
const LOOKS = 10;
const MOST_ORDERS = 200;

export interface StopVerdict {
  readonly isReached: boolean;
  readonly remainder: BotRemainder;
}

interface Look {
  readonly orders: readonly string[];
  readonly position: string;
  /** Why the promise is not kept; undefined: it is. */
  readonly why?: string;
}

@Injectable()
export class StopProof {
  constructor(
    private readonly bus: Bus,
    private readonly journal: BotJournal,
  ) {}

  /** @throws TradingFailure the exchange cannot be asked now */
  async seek(botId: string, mode: BotStopMode): Promise<StopVerdict> {
    let inARow = 0;
    let look: Look = { orders: [], position: '0' };
    for (let count = 0; count < LOOKS && inARow < 2; count += 1) {
      if (count > 0) await pause(BETWEEN_MS);
      look = await this.look((await this.journal.last(botId))!.standing, mode);
      inARow = look.why === undefined ? inARow + 1 : 0;
    }
    const { orders, position, why } = look;
    return { isReached: inARow === 2, remainder: { orders, position, ...(why !== undefined && { why }) } };
  }

  private async look({ config, orders, position }: BotStanding, mode: BotStopMode): Promise<Look> {
    const { id: botConfigId, market, symbol } = config;
    const [open, fresh] = await Promise.all([
      this.bus.request(listOpenOrders, { botConfigId, limit: MOST_ORDERS }),
      market === 'futures' ? this.bus.request(getFreshPosition, { symbol }) : undefined,
    ]);
    const ids = open.items.map(({ clientOrderId }) => clientOrderId);
    const look = { orders: ids, position: fresh?.quantity ?? position.quantity };
    const protections = new Set(orders.filter(isProtection).map(({ clientOrderId }) => clientOrderId));
    const others = ids.filter((id) => !protections.has(id));
    if (mode === 'cancel' && others.length > 0)
      return { ...look, why: `orders are open still: ${others.join(', ')}` };
    if (mode !== 'flatten') return look;
    if (ids.length > 0) return { ...look, why: `orders are open still: ${ids.join(', ')}` };
    const held = new Decimal(look.position);
    if (!held.isZero() || !new Decimal(position.quantity).isZero())
      return {
        ...look,
        why: `the account holds ${look.position} ${symbol}, and the bot's own fills come to ${position.quantity}`,
      };
    const rests =
      fresh && !(new Decimal(fresh.restingBuys).isZero() && new Decimal(fresh.restingSells).isZero());
    return rests ? { ...look, why: `the exchange lists orders on ${symbol} still` } : look;
  }
}
