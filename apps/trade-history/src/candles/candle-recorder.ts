/** Keeps the sealed candles of `ELVIS_CANDLES`. */
import { CANDLE_STREAM, HISTORY_CANDLES_CONSUMER, SealedCandle } from '@elvis/contracts';
import { LOG, Log, Metrics, NATS } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { JSONCodec, JsMsg, NatsConnection } from 'nats';
import { Database } from '../database/database';
import { StreamRecorder } from '../streams/stream-recorder';
import { CandleStore } from './candle-store';

const codec = JSONCodec<object>();

@Injectable()
export class CandleRecorder extends StreamRecorder<SealedCandle> {
  constructor(
    private readonly candles: CandleStore,
    database: Database,
    @Inject(NATS) nats: NatsConnection,
    metrics: Metrics,
    @Inject(LOG) log: Log,
  ) {
    super(database, nats, metrics, log, {
      stream: CANDLE_STREAM,
      consumer: HISTORY_CANDLES_CONSUMER,
      metric: 'elvis_history_candles_total',
      help: 'Sealed candles taken from the stream',
      whenFailed:
        'Candles could not be read from their stream or written to the database; they stay in the stream. Retrying',
      malformed:
        'A message of the candle stream is no candle, so it was not stored and is not read again; its sequence says which it is',
    });
  }

  protected async store(candles: readonly SealedCandle[]): Promise<void> {
    const fresh = await this.candles.store(candles);
    this.taken.inc({ outcome: 'stored' }, fresh);
    this.taken.inc({ outcome: 'repeated' }, candles.length - fresh);
  }

  protected parse(message: JsMsg): SealedCandle | undefined {
    const candle = plainToInstance(SealedCandle, codec.decode(message.data));
    return validateSync(candle).length === 0 ? candle : undefined;
  }
}
