/** The peer: `ws` as its own documents broadcast with it. Each update goes to every client of its symbol as it comes. */
import { markFeed, orderBookFeed, orderFilled, tradeFeed } from '@elvis/contracts';
import { Bus, natsOptions } from '@elvis/platform';
import { JSONCodec, connect } from 'nats';
import { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

const [, , natsUrl = '', encoding = 'plain'] = process.argv;

async function main(): Promise<void> {
  // As the gateway had it before, but for a threshold that order books reach: a compressor for each client.
  const perMessageDeflate = encoding === 'deflate' && {
    threshold: 256,
    zlibDeflateOptions: { level: 1 },
    concurrencyLimit: 2,
  };
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate });
  const clients = new Map<string, Set<WebSocket>>();
  server.on('connection', (client, { url = '' }) => {
    const topics = new URL(url, 'ws://localhost').searchParams.get('topics')?.split(',') ?? [];
    for (const topic of topics) {
      const set = clients.get(topic) ?? new Set();
      clients.set(topic, set.add(client));
      client.on('close', () => set.delete(client));
    }
    client.on('error', () => client.terminate());
  });
  const send = (topic: string, atMs: number, data: object): void => {
    const text = JSON.stringify([{ topic, atMs, data }]);
    for (const client of clients.get(topic) ?? []) client.send(text);
  };
  const connection = await connect(natsOptions(natsUrl, 'broadcast'));
  const bus = new Bus(connection);
  bus.subscribe(orderBookFeed, ({ symbol, eventTimeMs, ...data }) =>
    send(`books.${symbol}`, eventTimeMs, data),
  );
  bus.subscribe(markFeed, ({ eventTimeMs, ...data }) => send('marks', eventTimeMs, data));
  bus.subscribe(tradeFeed, ({ symbol, eventTimeMs, ...data }) =>
    send(`trades.${symbol}`, eventTimeMs, { trades: [{ ...data, atMs: eventTimeMs }] }),
  );
  connection.subscribe(orderFilled.type, {
    callback: (_, message) => {
      const { data } = JSONCodec<{ data: { fill: object } }>().decode(message.data);
      send('fills', Date.now(), data.fill);
    },
  });
  process.send?.({ port: (server.address() as AddressInfo).port });
}

void main();
