/** HTTP load in a closed loop over raw keep-alive sockets, so that the client costs far less than what it measures. */
import { connect, Socket } from 'node:net';
import { Spread, spreadOf } from '../order-path/percentiles';

export interface Target {
  readonly name: string;
  readonly port: number;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** What every answer has to be; anything else ends the run. */
  readonly status: number;
}

export interface Measured extends Spread {
  readonly perSecond: number;
}

/** Each target in turn, again and again: what else the machine does falls on all of them alike. */
export async function measureInTurns(
  targets: readonly Target[],
  { inFlight, windowMs, rounds }: { inFlight: number; windowMs: number; rounds: number },
): Promise<ReadonlyMap<Target, Measured>> {
  const times = new Map(targets.map((target) => [target, [] as number[]]));
  const spentMs = new Map(targets.map((target) => [target, 0]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const target of targets) {
      const begun = performance.now();
      const took = await oneWindow(target, inFlight, windowMs);
      // The first round warms up.
      if (round === 0) continue;
      spentMs.set(target, (spentMs.get(target) ?? 0) + performance.now() - begun);
      // Spread into one call, a bare server's window is more than the stack holds.
      const all = times.get(target);
      for (const tookMs of took) all?.push(tookMs);
    }
  }
  return new Map(
    targets.map((target) => {
      const spread = spreadOf(times.get(target) ?? []);
      return [target, { ...spread, perSecond: spread.count / ((spentMs.get(target) ?? 1) / 1_000) }];
    }),
  );
}

async function oneWindow(target: Target, inFlight: number, windowMs: number): Promise<number[]> {
  const request = bytesOf(target);
  const untilMs = performance.now() + windowMs;
  const times: number[] = [];
  await Promise.all(Array.from({ length: inFlight }, () => oneLane(target, request, untilMs, times)));
  return times;
}

function oneLane(target: Target, request: Buffer, untilMs: number, times: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(target.port, '127.0.0.1');
    socket.setNoDelay(true);
    let sentAt = 0;
    let text = '';
    const send = (): void => {
      text = '';
      sentAt = performance.now();
      socket.write(request);
    };
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (!isWhole(text)) return;
      const now = performance.now();
      times.push(now - sentAt);
      if (!text.startsWith(`HTTP/1.1 ${target.status} `)) {
        socket.destroy();
        return reject(new Error(`${target.name} answered ${text.slice(0, 400)}`));
      }
      if (now < untilMs) return send();
      socket.end();
      resolve();
    });
  });
}

function isWhole(text: string): boolean {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head))?.[1];
  if (length === undefined) throw new Error('An answer without content-length cannot be measured here');
  return text.length >= head + 4 + Number(length);
}

function bytesOf({ method, path, headers = {}, body }: Target): Buffer {
  const content = body === undefined ? '' : JSON.stringify(body);
  const all = {
    host: '127.0.0.1',
    ...headers,
    ...(body && { 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(content)}` }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${content}`);
}
