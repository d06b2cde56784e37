/**
 * Up to which record of the journal everything has been published by the relay and stored by trade-history. The relay's
 * place is read first: what it has published by then are events that trade-history must have stored afterwards.
 */
import { EVENT_RELAY_CONSUMER, EVENT_STREAM, JOURNAL_STREAM, TRADE_HISTORY_CONSUMER } from '@elvis/contracts';
import { JetStreamManager } from 'nats';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 100;

/** A sequence of the journal; 0 if trade-history does not get as far within `patienceMs`. @throws NatsError */
export async function storedTo(
  manager: JetStreamManager,
  patienceMs: number,
  signal?: AbortSignal,
): Promise<number> {
  const published = await acknowledgedTo(manager, JOURNAL_STREAM, EVENT_RELAY_CONSUMER);
  const { state } = await manager.streams.info(EVENT_STREAM);
  const deadline = performance.now() + patienceMs;
  while ((await acknowledgedTo(manager, EVENT_STREAM, TRADE_HISTORY_CONSUMER)) < state.last_seq) {
    if (signal?.aborted || performance.now() >= deadline) return 0;
    await pause(LOOK_EVERY_MS);
  }
  return published;
}

/** The consumer has acknowledged every message of the stream up to here; what it counts as pending may lag behind. */
async function acknowledgedTo(manager: JetStreamManager, stream: string, consumer: string): Promise<number> {
  return (await manager.consumers.info(stream, consumer)).ack_floor.stream_seq;
}
