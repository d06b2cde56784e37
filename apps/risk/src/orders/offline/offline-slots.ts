/**
 * While Redis is unavailable, one order at a time is on its way for a symbol, whichever replicas of risk decide and of
 * execution send: a key of JetStream's KV, taken by compare-and-set. Anyone who died with it in hand holds it until the
 * exchange can accept his order no more.
 */
import { LIMITS_BUCKET } from '@elvis/contracts';
import { CasRecord, NATS } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { NatsConnection } from 'nats';

/** A slot as it was read; `heldUntilMs` is on the exchange's clock, 0 for one that is free. */
export interface SlotReading {
  readonly revision: number;
  readonly heldUntilMs: number;
}

interface StoredSlot {
  readonly version: 1;
  readonly heldUntilMs: number;
}

@Injectable()
export class OfflineSlots {
  constructor(@Inject(NATS) private readonly connection: NatsConnection) {}

  /** @throws TradingFailure STORE_UNAVAILABLE JetStream does not answer, or what stands there is no slot */
  async read(symbol: string): Promise<SlotReading> {
    const { revision, value } = await this.slot(symbol).read();
    if (revision > 0 && !value) {
      const text = `${nameOf(symbol)} is stored in an unreadable form; the order was not sent. Retry when Redis is back`;
      throw new TradingFailure('STORE_UNAVAILABLE', text, { retryAfterMs: 1_000 });
    }
    return { revision, heldUntilMs: value?.heldUntilMs ?? 0 };
  }

  /** The revision under which it is held; undefined if another replica came first. @throws TradingFailure */
  take(symbol: string, revision: number, heldUntilMs: number): Promise<number | undefined> {
    return this.slot(symbol).write({ version: 1, heldUntilMs }, revision);
  }

  /** Its order has been answered. If nobody hears that, the slot runs out by itself. */
  async free(symbol: string, revision: number): Promise<void> {
    await this.take(symbol, revision, 0).catch(() => undefined);
  }

  private slot(symbol: string): CasRecord<StoredSlot> {
    return new CasRecord(this.connection, {
      bucket: LIMITS_BUCKET,
      key: `outage.${symbol}`,
      name: nameOf(symbol),
      isValue: isSlot,
    });
  }
}

const nameOf = (symbol: string): string =>
  `Redis is unavailable, and JetStream's record of reduce-only orders of ${symbol}`;

function isSlot(stored: unknown): stored is StoredSlot {
  const { version, heldUntilMs } = stored as Partial<StoredSlot>;
  return version === 1 && Number.isFinite(heldUntilMs);
}
