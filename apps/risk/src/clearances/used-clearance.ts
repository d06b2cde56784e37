/** What a bot has used of its limited clearance today: the orders that opened, counted here, and what it lost. */
import { getBotPerformance } from '@elvis/contracts';
import { Bus, Redis } from '@elvis/platform';
import { Injectable } from '@nestjs/common';

const DAY_MS = 86_400_000;
/** Orders of one bot and day, by their ids: one that comes again is counted once. */
const keyOf = (botConfigId: string, day: number): string => `clearance:orders:${botConfigId}:${day}`;

@Injectable()
export class UsedClearance {
  private readonly losses = new Map<string, { readonly day: number; readonly loss: string }>();

  constructor(
    private readonly redis: Redis,
    private readonly bus: Bus,
  ) {}

  /** @throws Error Redis is unavailable */
  async ordersWith(botConfigId: string, clientOrderId: string, nowMs: number): Promise<number> {
    const key = keyOf(botConfigId, Math.floor(nowMs / DAY_MS));
    await this.redis.sadd(key, clientOrderId);
    await this.redis.pexpire(key, 2 * DAY_MS);
    return this.redis.scard(key);
  }

  /** As it was last read; undefined while it was not read today. */
  lossOf(botConfigId: string, nowMs: number): string | undefined {
    const known = this.losses.get(botConfigId);
    return known?.day === Math.floor(nowMs / DAY_MS) ? known.loss : undefined;
  }

  async readLoss(botConfigId: string, nowMs: number): Promise<void> {
    const day = Math.floor(nowMs / DAY_MS);
    const { pnl } = await this.bus.request(getBotPerformance, { botConfigId, fromMs: day * DAY_MS });
    this.losses.set(botConfigId, { day, loss: pnl.net.startsWith('-') ? pnl.net.slice(1) : '0' });
  }
}
