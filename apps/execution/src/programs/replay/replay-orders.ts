/**
 * `npm run replay:orders`: rebuilds every order from the stream of events alone and compares it with the journal.
 *
 * Reads `NATS_EVENTS_URL` (a user that may read `ELVIS_EVENTS`, message by message) and `NATS_URL` (one that may read
 * the journal); either falls back to the other. Orders that `JOURNAL_RETENTION_DAYS` allows to be purged may be missing
 * from the journal. Exit code 1 if anything differs.
 */
import 'reflect-metadata';
import { EVENT_STREAM, EventEnvelope } from '@elvis/contracts';
import { OrderJournal, connectNats, loadConfig } from '@elvis/platform';
import { NatsConnection } from 'nats';
import { PurgeConfig } from '../purge.config';
import { differencesBetween } from './compare';
import { rebuildOrders } from './rebuild';

const DAY_MS = 86_400_000;
const AT_ONCE = 256;
const SHOWN = 50;

async function main(): Promise<void> {
  const journalUrl = process.env.NATS_URL ?? process.env.NATS_EVENTS_URL;
  const eventsUrl = process.env.NATS_EVENTS_URL ?? journalUrl;
  if (!journalUrl || !eventsUrl) {
    console.error(
      'NATS_URL is not set; set it to the address of NATS (and NATS_EVENTS_URL, if another user reads the events).',
    );
    process.exitCode = 78;
    return;
  }
  const { JOURNAL_RETENTION_DAYS } = loadConfig(PurgeConfig);
  const [journalReader, eventReader] = await Promise.all([
    connectNats(journalUrl, 'replay-journal'),
    connectNats(eventsUrl, 'replay-events'),
  ]);
  try {
    // The journal first: what it gains while the events are read is told of by later events.
    const journal = await new OrderJournal(journalReader).all();
    const events = await readEvents(eventReader);
    const rebuilt = rebuildOrders(events);
    const differences = differencesBetween(rebuilt, journal, Date.now() - JOURNAL_RETENTION_DAYS * DAY_MS);
    console.log(`${events.length} events, ${rebuilt.size} orders rebuilt, ${journal.length} in the journal`);
    for (const { clientOrderId, what } of differences.slice(0, SHOWN))
      console.log(`  ${clientOrderId}: ${what}`);
    console.log(
      differences.length === 0 ? 'The events and the journal agree.' : `${differences.length} differences.`,
    );
    process.exitCode = differences.length === 0 ? 0 : 1;
  } finally {
    await Promise.all([journalReader.close(), eventReader.close()]);
  }
}

async function readEvents(connection: NatsConnection): Promise<readonly EventEnvelope[]> {
  const api = connection.jetstreamManager({ checkAPI: false });
  const { state } = await (await api).streams.info(EVENT_STREAM);
  const events: EventEnvelope[] = [];
  for (let first = state.first_seq; first <= state.last_seq; first += AT_ONCE) {
    const length = Math.min(AT_ONCE, state.last_seq - first + 1);
    const messages = await Promise.all(
      Array.from({ length }, async (_, offset) =>
        (await api).streams.getMessage(EVENT_STREAM, { seq: first + offset }).catch(() => undefined),
      ),
    );
    for (const message of messages) {
      if (message) events.push(JSON.parse(Buffer.from(message.data).toString()) as EventEnvelope);
    }
  }
  return events;
}

void main();
