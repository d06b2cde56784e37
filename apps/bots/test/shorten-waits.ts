import {
  BOTS_CANDLES_CONSUMER,
  BOTS_FACTS_CONSUMER,
  BOTS_JOURNAL_CONSUMER,
  BOT_STREAM,
  BOT_WORKERS_CONSUMER,
  CANDLE_STREAM,
  EVENT_STREAM,
  WORK_STREAM,
} from '@elvis/contracts';
import { connectNats } from '@elvis/platform';
import { NatsConnection, nanos } from 'nats';
import { BotsUnderTest } from './bots-under-test';

/** What a dead process held comes again after a second. */
export async function shortenWaits({ nats }: BotsUnderTest): Promise<void> {
  const connection = await connectNats(nats.urls.provision, 'provision');
  await redeliverAfter(connection, 1_000);
  await connection.close();
}

/** What a dead process of bots held comes again that soon; the rules stay the same. Of the NATS user `provision`. */
export async function redeliverAfter(connection: NatsConnection, waitMs: number): Promise<void> {
  const manager = await connection.jetstreamManager();
  const wait = { ack_wait: nanos(waitMs) };
  const backoff = [1, 1, 1, 1].map((times) => nanos(times * waitMs));
  await manager.consumers.update(WORK_STREAM, BOT_WORKERS_CONSUMER, { ...wait, backoff });
  for (const [stream, consumer] of [
    [CANDLE_STREAM, BOTS_CANDLES_CONSUMER],
    [EVENT_STREAM, BOTS_FACTS_CONSUMER],
    [BOT_STREAM, BOTS_JOURNAL_CONSUMER],
  ] as const)
    await manager.consumers.update(stream, consumer, wait);
}
