/** Wake-ups of bots and of research jobs on `ELVIS_WORK`: at most one of each waits or is held, and a further one is refused, which is success. */
import { botWorkSubject, researchWorkSubject } from '@elvis/contracts';
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
  wake(botId: string): Promise<void> {
    return this.put(botWorkSubject(botId));
  }

  /** @throws TradingFailure STORE_UNAVAILABLE the queue did not answer; waking it again is safe */
  wakeResearch(job: string): Promise<void> {
    return this.put(researchWorkSubject(job));
  }

  private async put(subject: string): Promise<void> {
    try {
      await storedAt(Requests.over(this.connection), subject, Empty, { timeoutMs: TIMEOUT_MS });
    } catch (cause) {
      if (cause instanceof JetStreamRefusal && cause.number === ONE_WAITS_ALREADY) return;
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        'The work queue (JetStream) did not take a wake-up; a bot is woken again within a second, a backtest by asking for it again',
        { cause },
      );
    }
  }
}
