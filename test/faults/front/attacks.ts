/**
 * What hostile clients do, each drawn from a seed: they read slowly or never, cut pipelines anywhere, send half of a
 * request, open streams and do not listen, and flood every public route. None of them needs a key but the listeners,
 * who have one that may only read.
 */
import { Socket } from 'node:net';
import { UPGRADE, get, sendOnly } from '../../security/hostile-connections';

export type Random = () => number;

export const READ_ONLY_KEY = `elv_${'r'.repeat(43)}`;

/** Sends these bytes from an address, reads or does not, and goes after so long. */
export interface Attack {
  readonly bytes: string;
  readonly reads: boolean;
  readonly holdsMs: number;
  /** Sent again so often on the same connection, whatever was answered. */
  readonly again?: { readonly bytes: Buffer; readonly times: number };
}

const LARGE = '/docs/swagger-ui-bundle.js';
const PUBLIC = [
  '/health',
  '/health/ready',
  '/docs',
  '/docs-json',
  '/docs/start.js',
  '/docs/swagger-ui.css',
  LARGE,
];
const CLOSED = ['/api/v1/orders', '/trades', '/emergency_stop/status', '/api/v1/nowhere', '/api/v1/auth/me'];
const SIGN_IN = ['login', 'refresh', 'register', 'reset', 'forgot'].map((name) => `/api/v1/auth/${name}`);
const KEY = `X-API-Key: ${READ_ONLY_KEY}`;

const whole = (random: Random, most: number): number => Math.floor(random() * most);
const oneOf = <T>(random: Random, from: readonly T[]): T => from[whole(random, from.length)] as T;

const post = (path: string, body: string, ...headers: string[]): string =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n` +
  `${headers.map((header) => `${header}\r\n`).join('')}\r\n${body}`;

/** Any request that somebody without a key might send. */
function anyRequest(random: Random): string {
  const kinds = [
    () => get(oneOf(random, PUBLIC)),
    () => get(oneOf(random, CLOSED)),
    () => get(oneOf(random, CLOSED), 'X-API-Key: guessed-key-number-one'),
    () => post(oneOf(random, SIGN_IN), '{"email":"a@b.example","password":"wrong-password-1","token":"x"}'),
    () => post('/emergency_stop', '{"reason":"no key"}'),
    () => post('/emergency_stop', '{}', `X-API-Key: elv_${whole(random, 1e9).toString().padStart(43, 'x')}`),
    () => post('/api/v1/orders', '{'.repeat(whole(random, 200))),
    () => get(LARGE).replace('GET', 'HEAD'),
    () =>
      get(oneOf(random, CLOSED)).replace('GET', oneOf(random, ['DELETE', 'PUT', 'OPTIONS', 'PATCH', 'X'])),
  ];
  return oneOf(random, kinds)();
}

const pipeline = (random: Random, most: number): string =>
  Array.from({ length: 1 + whole(random, most) }, () => anyRequest(random)).join('');

/** `{}` as a client sends it, masked with zeros. */
const SAY_NOTHING = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x7b, 0x7d]);
const PING = Buffer.from([0x89, 0x80, 0, 0, 0, 0]);

const KINDS: Readonly<Record<string, (random: Random) => Attack>> = {
  'slow reader': (random) => ({
    bytes: get(LARGE).repeat(1 + whole(random, 4)) + pipeline(random, 8),
    reads: false,
    holdsMs: random() * 8_000,
  }),
  'pipeline cut anywhere': (random) => {
    const bytes = pipeline(random, 40);
    return {
      bytes: bytes.slice(0, whole(random, bytes.length)),
      reads: random() < 0.5,
      holdsMs: random() * 1_000,
    };
  },
  'half a request': (random) => {
    const bytes = anyRequest(random);
    return {
      bytes: bytes.slice(0, 1 + whole(random, bytes.length)),
      reads: true,
      holdsMs: random() * 20_000,
    };
  },
  'what is not HTTP': (random) => ({
    bytes: Array.from({ length: 1 + whole(random, 200) }, () => String.fromCharCode(whole(random, 256))).join(
      '',
    ),
    reads: random() < 0.5,
    holdsMs: random() * 10_000,
  }),
  'stream that never reads': (random) => ({
    bytes: get('/api/v1/events', KEY),
    reads: false,
    holdsMs: random() * 8_000,
  }),
  'WebSocket that never reads and talks': (random) => ({
    bytes: get('/api/v1/stream', KEY, ...UPGRADE),
    reads: false,
    holdsMs: random() * 5_000,
    again: { bytes: oneOf(random, [SAY_NOTHING, PING]), times: whole(random, 2_000) },
  }),
  'stream behind an unread answer': (random) => ({
    bytes: get(LARGE).repeat(4) + get(oneOf(random, ['/api/v1/events', '/trades?format=csv']), KEY),
    reads: false,
    holdsMs: random() * 5_000,
  }),
  'upgrade behind a request': (random) => ({
    bytes: anyRequest(random) + get('/api/v1/stream', ...(random() < 0.5 ? [KEY] : []), ...UPGRADE),
    reads: random() < 0.5,
    holdsMs: random() * 3_000,
  }),
  'flood of one route': (random) => ({
    bytes: anyRequest(random).repeat(15),
    reads: true,
    holdsMs: random() * 500,
  }),
  'client that goes at once': (random) => ({ bytes: pipeline(random, 10), reads: false, holdsMs: 0 }),
};

export const anyAttack = (random: Random): Attack => oneOf(random, Object.values(KINDS))(random);

/** Carries it out; the answered socket is destroyed when its time is over. */
export async function carryOut(url: string, address: string, attack: Attack): Promise<Socket> {
  const socket = await sendOnly(url, attack.bytes, address);
  if (attack.reads) socket.resume();
  const { bytes, times } = attack.again ?? { bytes: SAY_NOTHING, times: 0 };
  for (let n = 0; n < times && !socket.destroyed; n += 1) socket.write(bytes);
  const gone = setTimeout(() => socket.destroy(), attack.holdsMs);
  socket.once('close', () => clearTimeout(gone));
  return socket;
}
