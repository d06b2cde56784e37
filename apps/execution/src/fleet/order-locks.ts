/**
 * One replica at a time works on an order: a claim in Redis that runs out by itself. What a claimant writes names the
 * journal sequence it read after it took the claim, so that one whose claim ran out while it slept writes nothing.
 */
import { Redis, releaseLease, takeLease } from '@elvis/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';

/** Long enough for a question and its answer; a dead claimant's orders are adopted after it. */
const CLAIM_MS = 2_000;
/** Which replica works on an order; 2 s, then another may. */
const key = (clientOrderId: string): string => `ELVIS_ORDER_WORK:${clientOrderId}`;

@Injectable()
export class OrderLocks {
  private readonly holder = randomUUID();

  constructor(private readonly redis: Redis) {}

  /**
   * Does the work if no other is at it. Without Redis it is done unclaimed: the journal keeps two workers apart, and
   * all that is wasted is a question.
   */
  async whileHeld(clientOrderId: string, work: () => Promise<void>): Promise<void> {
    const lease = [this.redis, key(clientOrderId), this.holder] as const;
    if (!(await takeLease(...lease, CLAIM_MS).catch(() => true))) return;
    try {
      await work();
    } finally {
      await releaseLease(...lease);
    }
  }
}
