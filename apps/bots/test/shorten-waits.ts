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
import { nanos } from 'nats';
import { BotsUnderTest } from './bots-under-test';

/** What a dead process held comes again after a second. */
export async function shortenWaits({ nats }: BotsUnderTest): Promise<void> {
  const connection = await connectNats(nats.urls.provision, 'provision');
  const manager = await connection.jetstreamManager();
  const wait = { ack_wait: nanos(1_000) };
  await manager.consumers.update(WORK_STREAM, BOT_WORKERS_CONSUMER, {
    ...wait,
    backoff: [1, 1, 1, 1].map((s) => nanos(s * 1_000)),
  });
  for (const [stream, consumer] of [
    [CANDLE_STREAM, BOTS_CANDLES_CONSUMER],
    [EVENT_STREAM, BOTS_FACTS_CONSUMER],
    [BOT_STREAM, BOTS_JOURNAL_CONSUMER],
  ] as const)
    await manager.consumers.update(stream, consumer, wait);
  await connection.close();
}
