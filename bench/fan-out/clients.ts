/** Many clients in one process; one in twenty reads what it is told and how old that is, a few may read nothing at all. */
import { spreadOf } from '../order-path/percentiles';
import { SYMBOLS } from './market';
import { RawClient } from './raw-client';

interface Message {
  readonly topic: string;
  readonly atMs?: number;
  readonly level?: number;
  readonly data?: { readonly trades?: readonly { readonly atMs: number }[]; readonly tradeId?: string };
}

const [, , port = '', apiKey = '', count = '0', encoding = 'plain', silent = '0'] = process.argv;
const READS_EVERY = 20;
const CONNECTING_AT_ONCE = 50;

const clients: RawClient[] = [];
const silentOnes: RawClient[] = [];
const heardBySilent: Message[][] = [];
const orderBookAges: number[] = [];
const tradeAges: number[] = [];
let fills = 0;

function measure(text: string): void {
  const nowMs = Date.now();
  for (const { topic, atMs = nowMs, data } of JSON.parse(text) as Message[]) {
    if (topic.startsWith('books.')) orderBookAges.push(nowMs - atMs);
    for (const trade of data?.trades ?? []) tradeAges.push(nowMs - trade.atMs);
    if (topic === 'fills') fills += 1;
  }
}

async function open(index: number, onText?: (text: string) => void): Promise<RawClient> {
  const symbol = SYMBOLS[index % SYMBOLS.length];
  const topics = `fills,marks,books.${symbol},trades.${symbol}`;
  const client = new RawClient({
    port: Number(port),
    topics,
    apiKey,
    inflates: encoding === 'deflate',
    onText,
  });
  await client.opened;
  return client;
}

async function main(): Promise<void> {
  for (let first = 0; first < Number(count); first += CONNECTING_AT_ONCE) {
    const batch = Math.min(CONNECTING_AT_ONCE, Number(count) - first);
    const opened = Array.from({ length: batch }, (_, offset) => {
      const index = first + offset;
      return open(index, index % READS_EVERY === 0 ? measure : undefined);
    });
    clients.push(...(await Promise.all(opened)));
  }
  for (let n = 0; n < Number(silent); n += 1) {
    const heard: Message[] = [];
    heardBySilent.push(heard);
    const client = await open(n, (text) => heard.push(...(JSON.parse(text) as Message[])));
    client.pause();
    silentOnes.push(client);
  }
  process.on('message', (asked: { reset?: boolean; resume?: boolean }) => {
    if (asked.resume) silentOnes.forEach((client) => client.resume());
    process.send?.(asked.reset ? reset() : report());
  });
  process.send?.({ ready: true });
}

function reset(): object {
  for (const client of clients) client.bytes = client.frames = 0;
  orderBookAges.length = tradeAges.length = fills = 0;
  return {};
}

const report = (): object => ({
  frames: clients.reduce((sum, client) => sum + client.frames, 0),
  bytes: clients.reduce((sum, client) => sum + client.bytes, 0),
  lost: clients.filter(({ isClosed }) => isClosed).length,
  orderBooks: spreadOf(orderBookAges),
  trades: spreadOf(tradeAges),
  fills: fills / Math.ceil(clients.length / READS_EVERY),
  silent: silentOnes.map(({ isClosed, closeCode }, index) => ({
    isClosed,
    closeCode,
    levels: (heardBySilent[index] ?? []).flatMap(({ topic, level }) => (topic === 'quality' ? [level] : [])),
    fills: (heardBySilent[index] ?? []).flatMap(({ topic, data }) =>
      topic === 'fills' ? [Number(data?.tradeId)] : [],
    ),
  })),
});

export type ClientsReport = {
  readonly frames: number;
  readonly bytes: number;
  readonly lost: number;
  readonly orderBooks: { readonly p50: number; readonly p99: number; readonly count: number };
  readonly trades: { readonly p50: number; readonly p99: number; readonly count: number };
  readonly fills: number;
  readonly silent: readonly {
    readonly isClosed: boolean;
    readonly closeCode?: number;
    readonly levels: readonly number[];
    readonly fills: readonly number[];
  }[];
};

void main();
