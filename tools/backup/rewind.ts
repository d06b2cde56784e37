/**
 * `npm run rewind`: after PostgreSQL was restored to an older copy, sets the history's consumers back to the beginning
 * of their streams. What is stored already is known by its id and changes nothing; what was lost is stored again.
 */
import {
  BOT_STREAM,
  CANDLE_STREAM,
  EVENT_STREAM,
  HISTORY_BOTS_CONSUMER,
  HISTORY_CANDLES_CONSUMER,
  TRADE_HISTORY_CONSUMER,
} from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { connect } from 'nats';
import { provision } from '../launcher/servers';
import { Verb } from '../operator/running-system';
import { findPlaces } from './places';

const HISTORY_CONSUMERS = [
  [EVENT_STREAM, TRADE_HISTORY_CONSUMER],
  [CANDLE_STREAM, HISTORY_CANDLES_CONSUMER],
  [BOT_STREAM, HISTORY_BOTS_CONSUMER],
] as const;

export async function operate({ root }: Verb): Promise<number> {
  try {
    const events = await rewindHistory(findPlaces(root).provisionUrl);
    console.log(`The history reads all its streams again, ${events} events among them; what it has stays`);
    return 0;
  } catch (error) {
    console.error(
      `The consumers could not be set back; run this again: ${error instanceof Error ? error.message : String(error)}`,
    );
    return 1;
  }
}

/** Beside a running history or without one; answers how many events are read again. */
export async function rewindHistory(provisionUrl: string): Promise<number> {
  const connection = await connect({ ...natsOptions(provisionUrl, 'rewind'), maxReconnectAttempts: 0 });
  try {
    const manager = await connection.jetstreamManager();
    const { config, state } = await manager.streams.info(EVENT_STREAM);
    for (const [stream, consumer] of HISTORY_CONSUMERS)
      await manager.consumers.delete(stream, consumer).catch(whereThereIsNone);
    await provision(provisionUrl, { replicas: config.num_replicas });
    return state.messages;
  } finally {
    await connection.close();
  }
}

/** One that an interrupted rewind has deleted is made all the same. */
function whereThereIsNone(error: unknown): void {
  if ((error as { api_error?: { code?: number } }).api_error?.code !== 404) throw error;
}
