/**
 * What each key has used, in one place for all replicas: the fleet's sum is what a client is told. While Redis is
 * unavailable nothing is counted and nothing told, because a number that is too low would be believed; the limits of risk
 * and of the exchange's own budget hold all the same.
 */
import { FRONT_USED_PREFIX } from '@elvis/contracts';
import { Redis } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { METERS, Usage, windowAt } from './domain/allowance';

export interface NominalCost {
  readonly weight: number;
  readonly orders: number;
}

@Injectable()
export class KeyUsage {
  constructor(private readonly redis: Redis) {}

  /** Adds the cost and answers what is used by now, this call included. */
  async charge(keyId: string, market: Market, cost: NominalCost, nowMs: number): Promise<readonly Usage[]> {
    const meters = METERS[market].filter(({ of }) => of === 'weight' || cost.orders > 0);
    const transaction = this.redis.multi();
    for (const meter of meters) {
      const key = `${FRONT_USED_PREFIX}${keyId}:${market}:${meter.of}:${meter.label}:${windowAt(meter, nowMs)}`;
      transaction.incrby(key, cost[meter.of]).pexpire(key, 2 * meter.windowMs);
    }
    try {
      const replies = (await transaction.exec()) ?? [];
      return meters.map((meter, place) => ({ meter, used: Number(replies[2 * place]?.[1] ?? 0) }));
    } catch {
      return [];
    }
  }
}
