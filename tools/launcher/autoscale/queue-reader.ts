/** The figures that scaling goes by: the queue as NATS counts it, and the plan as the bots service exports it. */
import {
  BOT_WORKERS_CONSUMER,
  RESEARCH_WORKERS_CONSUMER,
  WORK_STREAM,
  WorkQueueName,
} from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { JSONCodec, NatsConnection, connect } from 'nats';
import { QueueFigures } from './pools';

const CONSUMERS: Readonly<Record<WorkQueueName, string>> = {
  bots: BOT_WORKERS_CONSUMER,
  research: RESEARCH_WORKERS_CONSUMER,
};
const TIMEOUT_MS = 2_000;
const PLAN = /^elvis_bots_workers_wanted(?:\{[^}]*\})? (\S+)$/m;

interface ConsumerInfo {
  readonly num_pending?: number;
  readonly num_ack_pending?: number;
}

export class QueueReader {
  private connection: Promise<NatsConnection> | undefined;

  /**
   * @param natsUrl the operator's
   * @param opsPort of the process that is the bots' supervisor
   */
  constructor(
    private readonly natsUrl: string,
    private readonly opsPort: () => number | undefined,
  ) {}

  /** @throws NatsError NATS does not answer */
  async figures(queue: WorkQueueName): Promise<QueueFigures> {
    const subject = `$JS.API.CONSUMER.INFO.${WORK_STREAM}.${CONSUMERS[queue]}`;
    this.connection ??= connect(natsOptions(this.natsUrl, 'operator'));
    const connection = await this.connection.catch((error: unknown) => {
      this.connection = undefined;
      throw error;
    });
    const answer = await connection.request(subject, undefined, { timeout: TIMEOUT_MS });
    const { num_pending: waiting = 0, num_ack_pending: held = 0 } = JSONCodec<ConsumerInfo>().decode(
      answer.data,
    );
    return { depth: waiting + held, workersWanted: queue === 'bots' ? await this.planned() : 0 };
  }

  async close(): Promise<void> {
    const connection = await this.connection?.catch(() => undefined);
    await connection?.close();
  }

  /** No plan is known while the process is not there: the queue decides alone. */
  private async planned(): Promise<number> {
    const port = this.opsPort();
    if (!port) return 0;
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { signal });
      return Number(PLAN.exec(await answer.text())?.[1] ?? 0);
    } catch {
      return 0;
    }
  }
}
