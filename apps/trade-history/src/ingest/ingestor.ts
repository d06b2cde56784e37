/**
 * Feeds the event log into the database: a batch is acknowledged only after its commit, what cannot be stored is
 * put aside with an alarm and holds nobody up, and while the database is unavailable everything waits in the stream.
 */
import { DEAD_LETTER_SUBJECT, DeadLetter, TRADE_HISTORY_CONSUMER } from '@elvis/contracts';
import {
  EventBatch,
  EventLog,
  LOG,
  Log,
  LoggedEvent,
  MalformedMessage,
  Metrics,
  NATS,
} from '@elvis/platform';
import { BeforeApplicationShutdown, Inject, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { JSONCodec, NatsConnection } from 'nats';
import { StoredAlerts } from '../alerts/stored-alerts';
import { Database } from '../database/database';
import { Acknowledged } from './acknowledged';
import { EventStore, Stored } from './event-store';

const BATCH = 1_000;
/** One transaction for what the orders of this time bring forth, not one for each: what it costs hardly grows with them. */
const GATHER_MS = 200;
const codec = JSONCodec<DeadLetter>();

@Injectable()
export class Ingestor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private running: Promise<void> | undefined;
  private readonly events;
  private readonly letters;
  private readonly seconds;

  constructor(
    private readonly eventLog: EventLog,
    private readonly store: EventStore,
    private readonly acknowledged: Acknowledged,
    private readonly database: Database,
    private readonly alerts: StoredAlerts,
    @Inject(NATS) private readonly nats: NatsConnection,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.events = metrics.counter('elvis_history_events_total', 'Events taken from the log', ['outcome']);
    this.letters = metrics.counter('elvis_history_dead_letters_total', 'Messages that could not be stored');
    this.seconds = metrics.histogram(
      'elvis_history_batch_seconds',
      'From a batch to its commit',
      [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    );
  }

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    await this.database.untilMigrated();
    await this.acknowledged.untilStored();
    await this.eventLog.consume(
      TRADE_HISTORY_CONSUMER,
      { size: BATCH, maxWaitMs: GATHER_MS },
      (batch) => this.storeBatch(batch),
      (error) =>
        this.log.warn(
          { err: error },
          'Events could not be read from the event log or written to the database; they stay in the event log. Retrying',
        ),
    );
  }

  private async storeBatch(batch: EventBatch): Promise<void> {
    const stop = this.seconds.startTimer();
    await this.storeAll(batch.events, batch.malformed);
    batch.accept();
    stop();
  }

  /** Halves a batch that the database refuses until the one event that it refuses stands alone. */
  private async storeAll(
    events: readonly LoggedEvent[],
    malformed: readonly MalformedMessage[] = [],
  ): Promise<void> {
    try {
      this.report(await this.store.store(events, malformed));
    } catch (error) {
      if (!isRefusedData(error) || events.length === 0) throw error;
      const [only] = events;
      if (only && events.length === 1 && malformed.length === 0) {
        this.report(await this.store.putAside(only, `refused by the database: ${error.message}`));
        return;
      }
      const middle = Math.ceil(events.length / 2);
      if (malformed.length > 0) await this.storeAll([], malformed);
      if (middle > 0) await this.storeAll(events.slice(0, middle));
      if (middle < events.length) await this.storeAll(events.slice(middle));
    }
  }

  private report({ fresh, repeated, deadLetters, reusedOrderIds, alertIds }: Stored): void {
    // Whoever hears nothing reads them; what is stored does not wait for it.
    void this.alerts.tell(alertIds).catch(() => undefined);
    this.events.inc({ outcome: 'stored' }, fresh);
    this.events.inc({ outcome: 'repeated' }, repeated);
    this.letters.inc(deadLetters.length);
    for (const { subject, sequence, eventId, problem } of deadLetters) {
      this.log.error(
        { subject, sequence, eventId, problem },
        'An event could not be stored and was put into dead_letters, so the history lacks it and it is not tried again; `problem` says why, the row holds its content',
      );
      this.nats.publish(DEAD_LETTER_SUBJECT, codec.encode({ subject, sequence, eventId, problem }));
    }
    for (const clientOrderId of reusedOrderIds) {
      this.log.error(
        { clientOrderId },
        'Two orders have used the same client order id; both are stored. Use an id only once',
      );
    }
  }
}

/** SQLSTATE classes 22 (data) and 23 (constraint) will refuse the same row again tomorrow. */
const isRefusedData = (error: unknown): error is Error =>
  error instanceof Error && /^2[23]/.test((error as Error & { code?: string }).code ?? '');
