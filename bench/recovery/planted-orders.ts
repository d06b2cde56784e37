/** Closed orders put straight into the journal's stream, as they stand there long after: an intent and a fill each. */
import { EVENT_RELAY_CONSUMER, JOURNAL_STREAM, JournalRecord, journalSubject } from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { connect, ConsumerInfo, JSONCodec } from 'nats';
import { randomUUID } from 'node:crypto';

const codec = JSONCodec<JournalRecord>();
/** As many are on their way before it is waited until the server has them. */
const CHUNK = 2_000;
const STUCK_MS = 60_000;
const SYMBOLS = ['BTCUSDT', 'ETHUSDT'] as const;

/** @throws Error if the stream does not hold them all in the end */
export async function plantClosedOrders(natsUrl: string, count: number): Promise<void> {
  const connection = await connect(natsOptions(natsUrl, 'planter'));
  try {
    const messages = async (): Promise<number> => {
      const answer = await connection.request(`$JS.API.STREAM.INFO.${JOURNAL_STREAM}`);
      return answer.json<{ state: { messages: number } }>().state.messages;
    };
    const expected = (await messages()) + 2 * count;
    for (let number = 0; number < count; number += 1) {
      for (const record of closedOrder(number))
        connection.publish(journalSubject(record.order.clientOrderId), codec.encode(record));
      if (number % CHUNK === CHUNK - 1) await connection.flush();
    }
    await connection.flush();
    for (let look = 0; (await messages()) < expected; look += 1) {
      if (look === 600) throw new Error(`The journal holds ${await messages()} of ${expected} records`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    await connection.close();
  }
}

/**
 * Until the relay has read what was planted: an old journal is not news to it.
 *
 * @throws Error if it gets no further for a minute
 */
export async function untilRelayed(natsUrl: string): Promise<void> {
  const connection = await connect(natsOptions(natsUrl, 'planter'));
  try {
    const info = `$JS.API.CONSUMER.INFO.${JOURNAL_STREAM}.${EVENT_RELAY_CONSUMER}`;
    let least = Infinity;
    for (let movedAt = performance.now(); ;) {
      const consumer = (await connection.request(info)).json<ConsumerInfo>();
      const waiting = consumer.num_pending + consumer.num_ack_pending;
      if (waiting === 0) return;
      if (waiting < least) [least, movedAt] = [waiting, performance.now()];
      else if (performance.now() - movedAt > STUCK_MS)
        throw new Error(`The relay has not read ${waiting} records`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    await connection.close();
  }
}

function closedOrder(number: number): readonly [JournalRecord, JournalRecord] {
  const atMs = Date.now() - 60_000 - number;
  const order = {
    clientOrderId: `planted-${number}-${randomUUID().slice(0, 8)}`,
    market: 'futures',
    symbol: SYMBOLS[number % SYMBOLS.length] ?? 'BTCUSDT',
    side: number % 2 === 0 ? 'BUY' : 'SELL',
    type: 'MARKET',
    quantity: '0.002',
  } as const;
  const intent: JournalRecord = {
    version: 1,
    type: 'INTENT',
    order,
    view: {
      ...order,
      filledQuantity: '0',
      status: 'PENDING_NEW',
      decisionId: randomUUID(),
      actor: 'bench',
      createdAtMs: atMs,
      updatedAtMs: atMs,
    },
    approvalId: randomUUID(),
    epoch: 1,
    sendByMs: atMs + 1_000,
    recvWindowMs: 1_000,
  };
  const outcome: JournalRecord = {
    ...intent,
    type: 'OUTCOME',
    view: {
      ...intent.view,
      filledQuantity: order.quantity,
      averagePrice: '61805.3',
      status: 'FILLED',
      exchangeOrderId: `${9_000_000_000 + number}`,
      updatedAtMs: atMs + 20,
    },
    venueTimeMs: atMs + 15,
    appliedTradeIds: [`${8_000_000_000 + number}`],
    fills: { quantity: order.quantity, quote: '123.6106' },
  };
  return [intent, outcome];
}
