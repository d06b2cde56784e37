/** Wake-ups of bots on `ELVIS_WORK`: at most one a bot waits or is held, and a further one is refused, which is success. */
import { botWorkSubject } from '@elvis/contracts';
import { JetStreamRefusal, NATS, Requests, storedAt } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { Empty, NatsConnection } from 'nats';

const TIMEOUT_MS = 3_000;
/** Maximum messages per subject exceeded. */
const ONE_WAITS_ALREADY = 10077;

@Injectable()
export class WorkQueue {
  constructor(@Inject(NATS) private readonly connection: NatsConnection) {}

  /** @throws TradingFailure STORE_UNAVAILABLE the queue did not answer; waking it again is safe */
  async wake(botId: string): Promise<void> {
    try {
      await storedAt(Requests.over(this.connection), botWorkSubject(botId), Empty, { timeoutMs: TIMEOUT_MS });
    } catch (cause) {
      if (cause instanceof JetStreamRefusal && cause.number === ONE_WAITS_ALREADY) return;
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        'The work queue (JetStream) did not take the wake-up of a bot; it is tried again within a second',
        { cause },
      );
    }
  }
}
