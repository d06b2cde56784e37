/** Stores what `ELVIS_CANDLES` holds: a batch is acknowledged only after its commit, and a repeat changes nothing. */
import { CANDLE_STREAM, HISTORY_CANDLES_CONSUMER, SealedCandle } from '@elvis/contracts';
import { LOG, Log, Metrics, NATS, StreamReader } from '@elvis/platform';
import {
  BeforeApplicationShutdown,
  Inject,
  Injectable,
  OnApplicationBootstrap,
  OnModuleDestroy,
} from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { JSONCodec, JsMsg, NatsConnection } from 'nats';
import { Database } from '../database/database';
import { CandleStore } from './candle-store';

const BATCH = 1_000;
const GATHER_MS = 50;
const codec = JSONCodec<object>();

@Injectable()
export class CandleRecorder implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly reader: StreamReader;
  private running: Promise<void> | undefined;
  private readonly stored;

  constructor(
    private readonly store: CandleStore,
    private readonly database: Database,
    @Inject(NATS) nats: NatsConnection,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.reader = new StreamReader(nats);
    this.stored = metrics.counter('elvis_history_candles_total', 'Sealed candles taken from the stream', [
      'outcome',
    ]);
  }

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  onModuleDestroy(): void {
    this.reader.stop();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    await this.database.untilMigrated();
    await this.reader.consume(
      CANDLE_STREAM,
      HISTORY_CANDLES_CONSUMER,
      { size: BATCH, maxWaitMs: GATHER_MS },
      (messages) => this.storeAll(messages),
      (error) =>
        this.log.warn(
          { err: error },
          'Candles could not be read from their stream or written to the database; they stay in the stream. Retrying',
        ),
    );
  }

  private async storeAll(messages: readonly JsMsg[]): Promise<void> {
    const candles = messages.flatMap((message) => this.read(message) ?? []);
    const fresh = await this.store.store(candles);
    this.stored.inc({ outcome: 'stored' }, fresh);
    this.stored.inc({ outcome: 'repeated' }, candles.length - fresh);
    for (const message of messages) message.ack();
  }

  private read(message: JsMsg): SealedCandle | undefined {
    try {
      const candle = plainToInstance(SealedCandle, codec.decode(message.data));
      if (validateSync(candle).length === 0) return candle;
    } catch {
      // Not even JSON: the same as a field that is wrong.
    }
    this.stored.inc({ outcome: 'malformed' });
    this.log.error(
      { subject: message.subject, sequence: message.seq, text: message.string().slice(0, 500) },
      'A message of the candle stream is no candle, so it was not stored and is not read again; its sequence says which it is',
    );
    return undefined;
  }
}
