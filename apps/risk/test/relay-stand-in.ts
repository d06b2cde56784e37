/** Publishes the decisions that the journal's records carry, as execution's relay does. */
import { decisionIn, riskApproved, riskDenied } from '@elvis/contracts';
import { OrderJournal } from '@elvis/platform';
import { JSONCodec, NatsConnection } from 'nats';
import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 20;
const codec = JSONCodec<unknown>();

export class RelayStandIn {
  private relayed = 0;
  private isStopping = false;
  private running: Promise<void>;

  constructor(
    private readonly connection: NatsConnection,
    private readonly journal: OrderJournal,
  ) {
    this.running = this.run();
  }

  /** Returns when it asks for nothing more: a server whose stream is deleted while it is read may die of it. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.running;
  }

  /** Begins again, with the first record of a stream that was made anew. */
  start(): void {
    this.isStopping = false;
    this.relayed = 0;
    this.running = this.run();
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      await this.publish().catch(() => undefined);
      await pause(EVERY_MS);
    }
  }

  private async publish(): Promise<void> {
    while (!this.isStopping) {
      const entry = await this.journal.at(this.relayed + 1);
      if (!entry) return;
      this.relayed = entry.sequence;
      const decided = decisionIn(entry.record, entry.sequence);
      if (!decided) continue;
      const { type } = decided.verdict === 'DENIED' ? riskDenied : riskApproved;
      const { actor, decidedAtMs, decisionId: id } = decided;
      const times = { time: new Date(decidedAtMs).toISOString(), version: 1, traceId: 'trace' };
      const envelope = { id, type, source: 'risk', actor, data: decided, ...times };
      await this.connection.jetstream().publish(type, codec.encode(envelope));
    }
  }
}
