/** Stores what `ELVIS_BOTS` holds: a batch is acknowledged only after its commit, and a repeat changes nothing. */
import { BOT_STREAM, BotChange, HISTORY_BOTS_CONSUMER, botIdOf } from '@elvis/contracts';
import { LOG, Log, Metrics, NATS, StreamReader } from '@elvis/platform';
import {
  BeforeApplicationShutdown,
  Inject,
  Injectable,
  OnApplicationBootstrap,
  OnModuleDestroy,
} from '@nestjs/common';
import { JSONCodec, JsMsg, NatsConnection } from 'nats';
import { Database } from '../database/database';
import { RUN_INSERT, STATE_INSERT, STEP_INSERT, endOf } from './bot-rows';
import { PlacedRecord, rowsOf } from './bot-records';

const BATCH = 1_000;
const GATHER_MS = 50;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const codec = JSONCodec<Partial<BotChange> | null>();

@Injectable()
export class BotRecorder implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly reader: StreamReader;
  private running: Promise<void> | undefined;
  private readonly stored;

  constructor(
    private readonly database: Database,
    @Inject(NATS) nats: NatsConnection,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.reader = new StreamReader(nats);
    this.stored = metrics.counter(
      'elvis_history_bot_records_total',
      'Records taken from the journal of bots',
      ['outcome'],
    );
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
      BOT_STREAM,
      HISTORY_BOTS_CONSUMER,
      { size: BATCH, maxWaitMs: GATHER_MS },
      (messages) => this.storeAll(messages),
      (error) =>
        this.log.warn(
          { err: error },
          'Records of bots could not be read from their stream or written to the database; they stay in the stream. Retrying',
        ),
    );
  }

  private async storeAll(messages: readonly JsMsg[]): Promise<void> {
    const placed = messages.flatMap((message) => this.read(message) ?? []);
    const { runs, states, steps, ends } = rowsOf(placed);
    await this.database.transaction(async (client) => {
      if (runs.length > 0) await client.query(RUN_INSERT.of(runs));
      if (states.length > 0) await client.query(STATE_INSERT.of(states));
      if (steps.length > 0) await client.query(STEP_INSERT.of(steps));
      for (const end of ends) await client.query(endOf(end));
    });
    this.stored.inc({ outcome: 'stored' }, placed.length);
    for (const message of messages) message.ack();
  }

  private read(message: JsMsg): PlacedRecord | undefined {
    const botId = botIdOf(message.subject);
    try {
      const record = codec.decode(message.data);
      if (UUID.test(botId) && typeof record?.type === 'string' && Number.isInteger(record.run))
        return { botId, sequence: message.seq, record: record as BotChange };
    } catch {
      // Not even JSON: the same as a record without a type.
    }
    this.stored.inc({ outcome: 'malformed' });
    this.log.error(
      { subject: message.subject, sequence: message.seq, text: message.string().slice(0, 500) },
      'A message of the journal of bots is no record, so it was not stored and is not read again; its sequence says which it is',
    );
    return undefined;
  }
}
