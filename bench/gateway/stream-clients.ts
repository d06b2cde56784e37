/** Many WebSocket clients in one process: they count what they are sent and how old it is when it arrives. */
import { WebSocket } from 'ws';
import { spreadOf } from '../order-path/percentiles';

interface Message {
  readonly topic: string;
  readonly data?: { readonly order?: { readonly createdAt?: string } };
}

const [, , url = '', apiKey = '', count = '0'] = process.argv;
const CONNECTING_AT_ONCE = 50;

let frames = 0;
let messages = 0;
let bytes = 0;
let closed = 0;
const ages: number[] = [];

/** One client in fifty reads what it is told; the others would only measure this process. */
const READS_EVERY = 50;

const open = (index: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url}/api/v1/stream?topics=orders`, {
      headers: { 'x-api-key': apiKey },
      perMessageDeflate: false,
      skipUTF8Validation: true,
    });
    socket.once('error', reject);
    socket.once('message', () => resolve());
    socket.on('close', () => (closed += 1));
    socket.on('message', (data: Buffer) => {
      frames += 1;
      bytes += data.length;
      if (index % READS_EVERY !== 0) return;
      const now = Date.now();
      for (const { topic, data: event } of JSON.parse(data.toString()) as Message[]) {
        if (topic !== 'orders') continue;
        messages += 1;
        const sentAt = Date.parse(event?.order?.createdAt ?? '');
        if (!Number.isNaN(sentAt)) ages.push(now - sentAt);
      }
    });
  });

async function main(): Promise<void> {
  for (let first = 0; first < Number(count); first += CONNECTING_AT_ONCE) {
    const batch = Math.min(CONNECTING_AT_ONCE, Number(count) - first);
    await Promise.all(Array.from({ length: batch }, (_, offset) => open(first + offset)));
  }
  process.on('message', () => {
    const { p50, p99 } = spreadOf(ages);
    process.send?.({
      frames,
      bytes,
      messages,
      readers: Math.ceil(Number(count) / READS_EVERY),
      closed,
      p50,
      p99,
    });
    [frames, bytes, messages] = [0, 0, 0];
    ages.length = 0;
  });
  process.send?.({ ready: true });
}

void main();
