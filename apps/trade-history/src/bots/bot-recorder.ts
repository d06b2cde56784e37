/** Keeps the runs, states and steps that the bots' journal `ELVIS_BOTS` tells of. */
import { BOT_STREAM, BotChange, HISTORY_BOTS_CONSUMER, botIdOf } from '@elvis/contracts';
import { LOG, Log, Metrics, NATS } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { JSONCodec, JsMsg, NatsConnection } from 'nats';
import { Database } from '../database/database';
import { StreamRecorder } from '../streams/stream-recorder';
import { RUN_INSERT, STATE_INSERT, STEP_INSERT, endOf } from './bot-rows';
import { PlacedRecord, rowsOf } from './bot-records';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const codec = JSONCodec<Partial<BotChange> | null>();

@Injectable()
export class BotRecorder extends StreamRecorder<PlacedRecord> {
  constructor(
    database: Database,
    @Inject(NATS) nats: NatsConnection,
    metrics: Metrics,
    @Inject(LOG) log: Log,
  ) {
    super(database, nats, metrics, log, {
      stream: BOT_STREAM,
      consumer: HISTORY_BOTS_CONSUMER,
      metric: 'elvis_history_bot_records_total',
      help: 'Records taken from the journal of bots',
      whenFailed:
        'Records of bots could not be read from their stream or written to the database; they stay in the stream. Retrying',
      malformed:
        'A message of the journal of bots is no record, so it was not stored and is not read again; its sequence says which it is',
    });
  }

  protected async store(placed: readonly PlacedRecord[]): Promise<void> {
    const { runs, states, steps, ends } = rowsOf(placed);
    await this.database.transaction(async (client) => {
      if (runs.length > 0) await client.query(RUN_INSERT.of(runs));
      if (states.length > 0) await client.query(STATE_INSERT.of(states));
      if (steps.length > 0) await client.query(STEP_INSERT.of(steps));
      for (const end of ends) await client.query(endOf(end));
    });
    this.taken.inc({ outcome: 'stored' }, placed.length);
  }

  protected parse(message: JsMsg): PlacedRecord | undefined {
    const botId = botIdOf(message.subject);
    const record = codec.decode(message.data);
    const isRecord = UUID.test(botId) && typeof record?.type === 'string' && Number.isInteger(record.run);
    return isRecord ? { botId, sequence: message.seq, record: record as BotChange } : undefined;
  }
}
